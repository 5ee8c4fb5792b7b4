"""Translates by Apertium's rules: one long-lived pipeline per pair, restarted when it dies or hangs."""

from __future__ import annotations

import shutil
import subprocess
import time
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path
from threading import Lock
from typing import Final

import structlog

from translations.checks import NOT_TRANSLATED
from translations.engines import apertium_stream as stream
from translations.engines.apertium_pipeline import Command, Pipeline, commands
from translations.engines.apertium_spelling import Spelling
from translations.engines.base import EngineError, Pair, Raw
from translations.languages import LANGUAGES

MODES: Final = Path("/usr/share/apertium/modes")
_PATIENCE: Final = 4.5  # seconds without any answer after which a pipeline counts as hung
_TOGETHER: Final = 8  # sentences; more gain nothing, and are lost together when a stage dies
_HARMLESS: Final = "."  # what a pipeline that answers at all answers

log = structlog.get_logger()


class ApertiumEngine:
    """Apertium pairs found in a folder of modes; none where Apertium is not installed."""

    name: Final = "apertium"
    literal: Final = True

    def __init__(self, modes: Path = MODES, *, patience: float = _PATIENCE) -> None:
        self._modes = modes
        self._patience = patience
        self._lines: dict[Pair, _Line] = {}
        self._found: dict[Pair, Path] = {}
        self._found_at = -1.0
        self._packages: dict[Path, str] = {}
        self._lock = Lock()

    def pairs(self) -> set[Pair]:
        return set(self._available())

    def package(self, source: str, target: str) -> str:
        mode = self._available().get((source, target))
        if mode is None:
            return f"apertium-{source}-{target}"
        if mode not in self._packages:
            self._packages[mode] = _package(mode)
        return self._packages[mode]

    def mode(self, source: str, target: str) -> Path:
        """The file that describes the pair's pipeline. Raises KeyError for a pair that is not there."""
        return self._available()[source, target]

    def translate(self, sentences: Sequence[str], source: str, target: str) -> list[Raw]:
        return list(self.stream(sentences, source, target))

    def stream(self, sentences: Sequence[str], source: str, target: str) -> Iterator[Raw]:
        return self._line((source, target)).stream(sentences)

    def pids(self) -> list[int]:
        """The processes now running, for supervision and tests."""
        return [pid for line in self._lines.values() for pid in line.pids()]

    def close(self) -> None:
        """Ends all pipelines; the next translation starts its own again."""
        for line in self._lines.values():
            line.close()

    def _line(self, pair: Pair) -> _Line:
        with self._lock:
            if pair not in self._lines:
                mode = self._available().get(pair)
                stages = commands(mode) if mode else None
                if stages is None:
                    raise EngineError(f"Apertium has no pair from {pair[0]} to {pair[1]}", permanent=True)
                self._lines[pair] = _Line(pair, stages, self._patience)
            return self._lines[pair]

    def _available(self) -> dict[Pair, Path]:
        """The modes by pair, looked for again when the folder has changed."""
        changed_at = self._modes.stat().st_mtime if self._modes.is_dir() else 0.0
        if changed_at != self._found_at:
            self._found = {pair: mode for pair, mode in _modes_by_pair(self._modes).items() if commands(mode)}
            self._packages = {}
            self._found_at = changed_at
        return self._found


class _Line:
    """The pipeline of one pair with its restarts; threads take turns."""

    def __init__(self, pair: Pair, stages: Sequence[Command], patience: float) -> None:
        self._pair = pair
        self._stages = stages
        self._patience = patience
        self._pipeline: Pipeline | None = None
        self._spelling = Spelling(stages[0], pair[0], patience)
        self._lock = Lock()

    def stream(self, sentences: Sequence[str]) -> Iterator[Raw]:
        """Each sentence translated, in the same order.

        After a death or a hang those that may be at fault are tried once more, one by one; the one that the pipeline
        dies of again comes back as it was, marked. Raises EngineError when the pipeline answers nothing at all.
        """
        with self._lock:
            sentences = self._spelling.restore(sentences)
            done = again_until = 0
            try:
                while done < len(sentences):
                    for raw in self._run(sentences[done:], one_by_one=again_until - done):
                        done += 1
                        yield raw
                    if done == len(sentences):
                        return
                    self._stop()
                    if done >= again_until:
                        again_until = done + _TOGETHER
                        continue
                    self._check_alive()
                    yield Raw(sentences[done], flags=(NOT_TRANSLATED,))
                    done += 1
            finally:
                if done < len(sentences):  # what was not fetched would be taken for the answer to the next
                    self._stop()

    def pids(self) -> list[int]:
        return self._pipeline.pids if self._pipeline else []

    def close(self) -> None:
        with self._lock:
            self._spelling.close()
            self._stop()

    def _run(self, sentences: Sequence[str], *, one_by_one: int = 0) -> Iterator[Raw]:
        """The answers as far as they came and make sense; the first sentences alone, the others several together."""
        blocks = [stream.write(sentence, number) for number, sentence in enumerate(sentences)]
        groups = [[block] for block in blocks[: max(0, one_by_one)]]
        rest = blocks[len(groups) :]
        groups += [rest[start : start + _TOGETHER] for start in range(0, len(rest), _TOGETHER)]
        answers = self._running().run([stream.join(group) for group in groups], self._patience)
        for group, answer in zip(groups, answers, strict=False):
            raws = stream.read_several(answer, group)
            if raws is None:
                return
            yield from raws

    def _check_alive(self) -> None:
        """Raises EngineError if it is not the sentence that is at fault."""
        if not list(self._run([_HARMLESS])):
            self._stop()
            raise EngineError(f"Apertium does not answer from {self._pair[0]}", permanent=False)

    def _running(self) -> Pipeline:
        if self._pipeline is None:
            started = time.monotonic()
            try:
                self._pipeline = Pipeline(self._stages)
            except OSError as error:
                raise EngineError(f"Apertium cannot be started: {error}", permanent=False) from error
            log.info("apertium_started", pair="-".join(self._pair), seconds=round(time.monotonic() - started, 3))
        return self._pipeline

    def _stop(self) -> None:
        if self._pipeline is not None:
            self._pipeline.close()
            self._pipeline = None
            log.info("apertium_stopped", pair="-".join(self._pair))


def _modes_by_pair(folder: Path) -> dict[Pair, Path]:
    """Apertium names its modes by two- or three-letter codes ("fr-es", "spa-eng"); varieties ("es-pt_BR") are left."""
    ours = {code: language.code for language in LANGUAGES.values() for code in (language.code, language.apertium)}
    found: dict[Pair, Path] = {}
    for mode in sorted(folder.glob("*.mode")) if folder.is_dir() else ():
        source, _, target = mode.stem.partition("-")
        if source in ours and target in ours:
            found.setdefault((ours[source], ours[target]), mode)
    return found


def _package(mode: Path) -> str:
    """The package that the mode's data belongs to, with its version where the package manager knows it."""
    data = [part for part in mode.read_text(encoding="utf-8").split("'") if "/apertium-" in part]
    name = Path(data[0]).parent.name if data else mode.stem
    return f"{name} {_version(name)}".strip()


@cache
def _version(package: str) -> str:
    if not shutil.which("dpkg-query"):
        return ""
    asked = subprocess.run(
        ["dpkg-query", "-W", "-f", "${Version}", package], capture_output=True, text=True, check=False, timeout=10
    )
    return asked.stdout.strip()
