"""Accents tell words apart where the language and the text use them, and nowhere else."""

from __future__ import annotations

import unicodedata

import pytest

from service.understanding.terms.elements import Word
from service.understanding.terms.lexicon import Lexicon, agreeing
from service.understanding.terms.matcher import Matcher
from service.understanding.terms.matching import Scan
from service.understanding.terms.parsing import parse
from service.understanding.terms.patterns import Entry
from service.understanding.text.spelling import spell, spelling_of
from service.understanding.text.words import split


@pytest.mark.parametrize(
    ("one", "other", "language"),
    [
        ("Hoà", "hòa", "vi"),
        ("thở", "thỡ", "vi"),
        (unicodedata.normalize("NFD", "ngực"), "NGỰC", "vi"),
        ("AĞRI", "ağri", "tr"),
        ("hâlâ", "hala", "tr"),
        ("İLAÇ", "ilaç", "tr"),
        ("بيٹی", "بیٹي", "ur"),
    ],
)
def test_one_word_written_in_two_ways_is_one_word(one: str, other: str, language: str) -> None:
    assert spell(one, language) == spell(other, language)


@pytest.mark.parametrize(
    ("one", "other", "language"),
    [("tư", "tự", "vi"), ("vấn", "vẫn", "vi"), ("ölüyor", "oluyor", "tr"), ("بیٹی", "بیٹے", "ur")],
)
def test_words_with_other_accents_are_others(one: str, other: str, language: str) -> None:
    assert spell(one, language) != spell(other, language)


@pytest.mark.parametrize(
    ("text", "word", "agrees"),
    [
        ("gögsü agriyor", "gögsü", True),  # ö and ü on the keyboard, but no ğ
        ("göğsü agriyor", "gögsü", False),
        ("çok agriyor", "oluyor", True),
    ],
)
def test_a_text_need_not_have_the_letters_that_its_keyboard_lacks(text: str, word: str, agrees: bool) -> None:
    spelling = spelling_of(text, "tr")
    assert spelling is not None
    term = {"gögsü": "göğsü", "oluyor": "ölüyor"}[word]
    assert (spelling.own(word) == spelling.of_term(spell(term, "tr"))) is agrees


@pytest.mark.parametrize(("text", "language"), [("gogsu agriyor", "tr"), ("grüße, die brust schmerzt", "de")])
def test_accents_are_not_looked_at_where_they_tell_nothing(text: str, language: str) -> None:
    assert spelling_of(text, language) is None


def test_the_lexicon_keeps_words_apart_that_only_accents_tell_apart() -> None:
    lexicon = Lexicon("vi")
    consult = lexicon.add(Word("tu", spelt=spell("tư", "vi")))
    itself = lexicon.add(Word("tu", spelt=spell("tự", "vi")))
    spelling = spelling_of("tự", "vi")
    assert spelling is not None
    assert consult != itself
    assert agreeing(lexicon.spelt, frozenset((consult, itself)), "tự", spelling) == {itself}


@pytest.mark.parametrize(("text", "sections"), [("tự", ["itself"]), ("tư", ["consult"]), ("tu", ["consult", "itself"])])
def test_a_scan_keeps_them_apart_where_the_text_has_accents(text: str, sections: list[str]) -> None:
    entries = [
        Entry("red-flags", section, parse(word, "vi")) for section, word in (("consult", "tư"), ("itself", "tự"))
    ]
    found = Scan(Matcher("vi", entries), split(text)).find("red-flags")
    assert [match.section for match in found] == sections
