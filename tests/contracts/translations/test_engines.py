"""What every engine does: the same tests for the fake, for Argos packages and for Apertium."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests import translations_support as support
from tests.needs import need
from translations import packages
from translations.engines.apertium import ApertiumEngine
from translations.engines.argos import ArgosEngine
from translations.engines.base import Engine, EngineError
from translations.engines.fake import FakeEngine
from translations.translator import Translator

# For each engine a pair and sentences whose translations it cannot confuse.
CASES = {
    "fake": ("es", "en", ["hola", "gracias", "doctor"]),
    "argos": ("tr", "en", ["Merhaba.", "Babam nefes alamıyor.", "Annem siroz hastası."]),
    "apertium": ("es", "en", ["Hospital.", "La enfermedad.", "El agua."]),
}


@pytest.fixture(scope="module", params=sorted(CASES))
def engine(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    if request.param == "fake":
        yield FakeEngine({("es", "en"): {"hola": "hello", "gracias": "thanks", "doctor": "physician"}})
    elif request.param == "argos":
        yield ArgosEngine(_installed(tmp_path_factory.mktemp("packages")), threads=2)
    else:
        need("apertium")
        apertium = ApertiumEngine()
        yield apertium
        apertium.close()


def _installed(folder: Path) -> Path:
    packages.install_file(support.TR_EN, folder)
    return folder


@pytest.fixture
def pair(engine: Engine) -> tuple[str, str]:
    source, target, _ = CASES[engine.name]
    return source, target


@pytest.fixture
def sentences(engine: Engine) -> list[str]:
    return CASES[engine.name][2]


def test_it_says_which_pairs_it_serves_and_by_what(engine: Engine, pair: tuple[str, str]) -> None:
    assert pair in engine.pairs()
    name, _, version = engine.package(*pair).partition(" ")
    assert name
    assert version[0].isdigit()


def test_every_sentence_comes_back_in_its_place(engine: Engine, pair: tuple[str, str], sentences: list[str]) -> None:
    alone = [engine.translate([sentence], *pair)[0].text for sentence in sentences]
    assert len(set(alone)) == len(sentences)
    together = [raw.text for raw in engine.translate([*sentences, *reversed(sentences)] * 20, *pair)]
    assert together == [*alone, *reversed(alone)] * 20


def test_nothing_in_nothing_out(engine: Engine, pair: tuple[str, str]) -> None:
    assert engine.translate([], *pair) == []


def test_a_pair_that_is_not_served_is_a_permanent_error(engine: Engine) -> None:
    assert ("zh", "am") not in engine.pairs()
    with pytest.raises(EngineError) as raised:
        engine.translate(["x"], "zh", "am")
    assert raised.value.permanent


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "👍🙏",
        "x" * 5000,
        "a\x00b\x01c\x7f",
        "\u202ehola\u202c \u200f\u200d",
        "[x] {y} <z> ^a/b$ @c #d *e ~f \\g | [;0] [0]",
        "\ud800",
        "1.250,50 € 62 kg 2/5 10:30",
        "a\n\nb\r\nc\u2028d",
    ],
    ids=["empty", "blank", "emoji", "long word", "control", "direction", "markup", "surrogate", "numbers", "lines"],
)
def test_odd_texts_do_no_harm(engine: Engine, pair: tuple[str, str], sentences: list[str], text: str) -> None:
    expected = engine.translate([sentences[0]], *pair)
    translated = Translator([engine]).translate([text, sentences[0]], *pair)
    assert translated[1].text == expected[0].text
    if not any(letter.isalpha() for letter in text):
        assert translated[0].text == text


def test_a_very_long_text_comes_back_whole(engine: Engine, pair: tuple[str, str], sentences: list[str]) -> None:
    text = "\n".join(sentences * (20_000 // len("\n".join(sentences)) + 1))
    (translated,) = Translator([engine]).translate([text], *pair)
    assert len(text) >= 20_000
    assert translated.text.count("\n") == text.count("\n")
    assert translated.text.splitlines()[-1] == translated.text.splitlines()[2]


def test_threads_do_not_disturb_each_other(engine: Engine, pair: tuple[str, str], sentences: list[str]) -> None:
    expected = [raw.text for raw in engine.translate(sentences, *pair)]
    wrong: list[list[str]] = []

    def work() -> None:
        for _ in range(5):
            found = [raw.text for raw in engine.translate(sentences, *pair)]
            if found != expected:
                wrong.append(found)

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []
