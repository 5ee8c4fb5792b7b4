"""The ideas of a text are the same in every language, and whoever writes their words is told of every mistake."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from service.understanding import checking, compiled, concepts, knowledge_files
from service.understanding.concept_table import Concepts
from service.understanding.ngrams import WORDS, pieces
from service.understanding.text.words import split

HEAD = "# state: machine-drafted\n"
FILES = {
    "en": "mother: mum, mother\nfaint: passed out, passes out\npain: hurt*\nout: out\n",
    "de": "mother: Mutter\nfaint: Ohnmacht, umgekippt\npain: Schmerz*\nout:\n",
    "ar": "mother: أمي, ام\nfaint: غمي\npain: وجع*\nout:\n",
    "zh": "mother: 妈妈, 妈\nfaint: 晕倒, 晕\npain: 痛\nout:\n",
}


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Four ideas in four languages."""
    monkeypatch.setattr(knowledge_files, "FOLDER", tmp_path)
    (tmp_path / "concepts.txt").write_text("[people]\nmother  any word for her\n# felt\nfaint\npain\nout\n", "utf-8")
    (tmp_path / "concepts").mkdir()
    for language, lines in FILES.items():
        (tmp_path / "concepts" / f"{language}.txt").write_text(HEAD + lines, "utf-8")
    concepts.codes.cache_clear()
    concepts.languages.cache_clear()
    yield tmp_path
    concepts.codes.cache_clear()
    concepts.languages.cache_clear()


@pytest.fixture
def known(folder: Path) -> Concepts:
    return Concepts(concepts.compile_table(concepts.languages()))


def ideas(known: Concepts, language: str, text: str, masked: frozenset[int] = frozenset()) -> list[tuple[str, int]]:
    return [(concepts.codes()[idea], place) for idea, place in known.of(split(text), language, masked)]


def test_the_same_news_are_the_same_ideas_in_every_language(known: Concepts) -> None:
    assert ideas(known, "en", "My mother hurts") == [("mother", 1), ("pain", 2)]
    assert ideas(known, "de", "Meine Mutter hat Schmerzen") == [("mother", 1), ("pain", 3)]
    assert ideas(known, "zh", "我妈妈痛") == [("mother", 1), ("pain", 3)]


def test_of_a_phrase_its_single_words_say_nothing(known: Concepts) -> None:
    assert ideas(known, "en", "she passed out, get her out") == [("faint", 1), ("out", 5)]
    assert ideas(known, "zh", "晕倒了") == [("faint", 0)]


def test_only_the_last_word_may_go_on(known: Concepts) -> None:
    assert ideas(known, "en", "hurting mumps") == [("pain", 0)]


def test_what_a_language_writes_in_front_of_a_word_is_taken_off(known: Concepts) -> None:
    assert ideas(known, "ar", "والوجع") == [("pain", 0)]


def test_masked_words_tell_no_idea(known: Concepts) -> None:
    assert ideas(known, "en", "mother hurts", frozenset((1,))) == [("mother", 0)]


def test_a_language_without_a_file_tells_nothing(known: Concepts) -> None:
    assert ideas(known, "xx", "mother hurts") == []


def test_two_ideas_near_each_other_are_a_pair_in_either_order(known: Concepts) -> None:
    one = pieces(split(""), known.of(split("mother hurts"), "en"))
    other = pieces(split(""), known.of(split("Schmerzen hat Mutter"), "de"))
    assert len(one) == 3
    assert set(one) == set(other)
    assert min(one) >= WORDS


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("no such idea\n", "“no such idea” is no idea"),
        ("anger: wut\n", "“anger” is no idea"),
        ("mother: mum\n", "“mother” stands already in line 2"),
        ("pain: hu*\n", "too many words begin so"),
        ("pain: hurt* badly\n", "only the end of the last word may be open"),
        ("pain: ?!\n", "holds no word"),
        ("", "nothing is said of “pain”"),
    ],
)
def test_a_mistake_is_named(folder: Path, line: str, message: str) -> None:
    path = folder / "concepts" / "xx.txt"
    path.write_text(f"{HEAD}mother: mum\nfaint: faints\nout: out\n{line}", "utf-8")
    assert any(message in problem.message for problem in concepts.read("xx")[1])
    assert any(message in problem.message for problem in checking.check(["xx"]) if problem.path == path)


def test_a_file_without_a_state_is_a_mistake(folder: Path) -> None:
    path = folder / "concepts" / "xx.txt"
    path.write_text("mother: mum\nfaint: faints\npain: hurts\nout: out\n", "utf-8")
    assert any("says no state" in problem.message for problem in checking.check(["xx"]) if problem.path == path)


def test_kept_words_are_read_until_a_file_changes(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(compiled, "BUILT", folder / "compiled")
    compiled.save_concepts(folder / "compiled")
    (kept,) = (folder / "compiled").iterdir()
    compiled.known_concepts.cache_clear()
    assert ideas(compiled.known_concepts(), "en", "mother") == [("mother", 0)]
    (folder / "concepts" / "en.txt").write_text(HEAD + "mother: mater\nfaint:\npain:\nout:\n", "utf-8")
    compiled.known_concepts.cache_clear()
    assert ideas(compiled.known_concepts(), "en", "mater") == [("mother", 0)]
    compiled.save_concepts(folder / "compiled")
    assert not kept.exists()
    compiled.known_concepts.cache_clear()


@pytest.mark.parametrize("spoilt", [b"", b"something else", bytes(4000)])
def test_a_file_that_cannot_be_read_is_passed_over(
    folder: Path, monkeypatch: pytest.MonkeyPatch, spoilt: bytes
) -> None:
    monkeypatch.setattr(compiled, "BUILT", folder / "compiled")
    compiled.save_concepts(folder / "compiled")
    (kept,) = (folder / "compiled").iterdir()
    kept.write_bytes(spoilt)
    compiled.known_concepts.cache_clear()
    assert ideas(compiled.known_concepts(), "en", "mother") == [("mother", 0)]
    compiled.known_concepts.cache_clear()


def test_a_file_that_ends_too_soon_is_passed_over(folder: Path) -> None:
    table = concepts.compile_table(["en"]).tobytes()
    for end in range(0, len(table), 5):
        with pytest.raises(ValueError, match="no table"):
            Concepts(table[:end])


@pytest.mark.parametrize("language", sorted(concepts.languages()))
def test_no_line_of_a_language_is_left_unread(language: str) -> None:
    assert [str(problem) for problem in concepts.read(language)[1]] == []


def test_a_phrase_of_many_signs_is_found_whole(folder: Path) -> None:
    (folder / "concepts" / "zh.txt").write_text(HEAD + "mother: 妈\nfaint: 晕过去了没反应\npain:\nout:\n", "utf-8")
    known = Concepts(concepts.compile_table(["zh"]))
    assert ideas(known, "zh", "妈晕过去了没反应") == [("mother", 0), ("faint", 1)]
