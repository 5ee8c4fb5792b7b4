"""Arabic typed in Latin letters is read with the Arabic terms, however it is spelt."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.understanding.arabizi import as_arabic, readings
from service.understanding.conditions import find_conditions
from service.understanding.text.words import split
from service.understanding.triage import find_red_flags


@pytest.mark.parametrize(
    ("typed", "word"),
    [
        ("byestafregh", "بيستفرغ"),
        ("beyestafre8", "بيستفرغ"),
        ("kaydorrou", "كيضرو"),
        ("nafaso", "نفسه"),
        ("sadri", "صدري"),
        ("el3amaliya", "العمليه"),
        ("5ayef", "خايف"),
        ("khayef", "خايف"),
        ("dam", "دم"),
    ],
)
def test_a_word_is_the_arabic_word_with_its_consonants_and_the_likeliest_vowels(typed: str, word: str) -> None:
    assert word in readings(typed)


def test_what_is_no_word_of_ours_stays_what_it_is() -> None:
    assert readings("xyzzyqwrtpsdf") == ()
    assert readings("دم") == ()


def test_figures_that_stand_for_letters_are_parts_of_words_and_numbers_are_not() -> None:
    words = as_arabic(split("3andi 40 sana"))
    forms = {(start, end): word for start, word, end in words.other_forms() if word in ("عندي", "سنه")}
    assert forms == {(0, 2): "عندي", (3, 4): "سنه"}
    assert words.words[2] == "40"


def test_the_article_may_be_written_by_itself() -> None:
    assert (0, "عمليه", 3) in {(start, word, end) for start, word, end in as_arabic(split("el 3amaliya")).other_forms()}


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("sadri byewja3ni w eedi shmal mnammle", "chest-pain"),
        ("Sedri kaywja3ni daba w 3er9an bzaf", "chest-pain"),
        ("weldi kaytkhne9 w ma kayt9derch ytnfes", "breathing"),
        ("baba faj2a ma 3ad ye2dar yerfa3 eedo w lsano t2il", "stroke"),
        ("mama btestafregh dam men el sob7", "bleeding"),
    ],
)
def test_an_emergency_is_seen_however_it_is_spelt(text: str, code: str) -> None:
    assert code in [flag.code for flag in find_red_flags(text, ("ar-Latn",))]


def test_a_denial_in_latin_letters_denies_what_the_arabic_terms_find() -> None:
    assert find_red_flags("ma 3andi waja3 b sadri", ("ar-Latn",)) == ()


def test_the_evidence_is_what_the_patient_typed() -> None:
    (present, _) = find_conditions("abi 3endo sa6ara w talayof el kabed", ("ar-Latn", "ar"))
    quotes = [quote.text for finding in present if finding.code == "liver-disease" for quote in finding.evidence]
    assert any("kabed" in quote for quote in quotes)


def test_other_languages_in_latin_letters_are_not_read_as_arabic() -> None:
    text = "sadri byewja3ni w 3er9an"
    assert find_red_flags(text, ("id",)) == ()


@given(st.text(alphabet="abdfghijklmnorstuwyz23579' -", max_size=200))
def test_no_text_confuses_it(text: str) -> None:
    words = split(text)
    read = as_arabic(words)
    assert len(read) == len(words)
    assert all(0 <= start < end <= len(words) for start, _, end in read.other_forms())
