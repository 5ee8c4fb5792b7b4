"""A text reads the same in every process: nothing hangs on the order in which a process happens to keep its sets."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

SCRIPT = """
from service.understanding.reader import Reader
from tests.lessons import lessons
from translations import identify
from workers import training

TEXTS = ("Humira", "diabetes (yes), hernia (no): when can I come?", "سكري (نعم)، فتق (لا)", "ok", "Mounjaro 5 mg")
TEXTS += ("Міома 8 см", "ام اس دارم")
harmless = [training.Lesson("condition", None, text) for text in TEXTS]
model = training.train(training.read_lessons([*lessons(), *harmless]))
reader = Reader(model=model)
print(model.version)
for text in TEXTS:
    found = identify.identify(text)
    tried = identify.candidates(text)
    print(found, tried, reader.read(text, language=found.language, candidates=tried))
"""


def said_by(seed: str) -> str:
    done = subprocess.run(
        (sys.executable, "-c", SCRIPT),
        cwd=Path(__file__).parents[2],
        env={**os.environ, "PYTHONHASHSEED": seed},
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout


def test_two_processes_learn_and_read_the_same() -> None:
    first = said_by("1")
    assert first.count("Reading(") == 7
    assert all(said_by(seed) == first for seed in ("2", "3"))
