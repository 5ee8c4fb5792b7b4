"""The unpacked model weighs texts as the library does, and one of another version is passed over."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from py3langid import langid

from translations import identifier
from translations.automaton import Automaton

TEXTS = (
    "my father has a pain in his chest",
    "mi padre tiene dolor",
    "у отца боль в груди",
    "1234",
    "",
    "ALL IN CAPITALS",
)


@pytest.fixture(scope="module")
def unpacked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("unpacked")
    identifier.unpack(folder, typical=TEXTS[:2])
    return folder


@pytest.fixture(scope="module")
def mapped(unpacked: Path) -> identifier.Identifier:
    return identifier.load(unpacked)


@pytest.fixture(scope="module")
def library() -> langid.LanguageIdentifier:
    return langid.LanguageIdentifier.from_model_file(langid.MODEL_FILE, norm_probs=True)


def ranked(found: identifier.Identifier, text: str) -> dict[str, float]:
    shares: dict[str, float] = {}
    for label, share in zip(found.labels, found.shares(text), strict=True):
        shares[label] = shares.get(label, 0.0) + share
    return shares


@given(text=st.one_of(st.text(max_size=400), st.sampled_from([*TEXTS, "Brustschmerzen " * 200, "我父亲胸口痛"])))
def test_the_library_weighs_alike(mapped: identifier.Identifier, library: langid.LanguageIdentifier, text: str) -> None:
    shares = ranked(mapped, text)
    assert shares == pytest.approx(dict(library.rank(text)), abs=1e-4)
    assert sum(shares.values()) == pytest.approx(1, abs=1e-5)


def test_mapped_and_packed_weigh_alike(mapped: identifier.Identifier, tmp_path: Path) -> None:
    packed = identifier.load(tmp_path)
    for text in (*TEXTS, "Mein Vater hat Schmerzen in der Brust", "\ud800 我父亲胸口痛"):
        assert ranked(mapped, text) == ranked(packed, text)


def test_what_another_version_unpacked_is_passed_over(unpacked: Path, tmp_path: Path) -> None:
    head = json.loads((unpacked / "head.json").read_text("utf-8"))
    (tmp_path / "head.json").write_text(json.dumps({**head, "version": "0"}), "utf-8")
    shares = ranked(identifier.load(tmp_path), TEXTS[0])
    assert max(shares, key=shares.__getitem__) == "en"


def automaton(*, moves: int = 0, row: int = 0, feature: int = 0) -> Automaton:
    """One state that leads to itself, unless told otherwise, and one feature that speaks for the second language."""
    return Automaton(
        np.full((1, 256), moves, np.uint32),
        np.array([row], np.uint32),
        np.array([feature], np.int32),
        np.array([[-1, 1]], np.float16).view(np.uint16),
        np.zeros(2, np.float32),
    )


def test_a_feature_counts_by_the_logarithm_of_how_often_it_occurs() -> None:
    (_, once), (_, often) = automaton().shares(b"a"), automaton().shares(b"a" * 100)
    assert once == pytest.approx(1 / (1 + np.exp(-2 * np.log(2))))
    assert often == pytest.approx(1 / (1 + np.exp(-2 * np.log(101) / 10)))


def test_each_text_is_counted_afresh() -> None:
    same = automaton()
    assert same.shares(b"aaa") == same.shares(b"aaa")
    assert list(same.shares(b"")) == [0.5, 0.5]


@pytest.mark.parametrize("broken", [{"moves": 1}, {"row": 1}, {"feature": 1}, {"feature": -2}])
def test_tables_that_lead_nowhere_are_an_error(broken: dict[str, int]) -> None:
    with pytest.raises(IndexError):
        automaton(**broken).shares(b"ab")


def test_tables_of_different_languages_are_an_error() -> None:
    with pytest.raises(ValueError, match="different languages"):
        Automaton(
            np.zeros((1, 256), np.uint32),
            np.zeros(1, np.uint32),
            np.zeros(1, np.int32),
            np.zeros((1, 2), np.uint16),
            np.zeros(3, np.float32),
        )
