"""The term syntax of the knowledge files, sign by sign, as its README promises."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.understanding.numerals import mark_numbers
from service.understanding.terms.elements import TermError
from service.understanding.terms.matcher import Matcher
from service.understanding.terms.matching import Scan
from service.understanding.terms.parsing import parse
from service.understanding.terms.patterns import Entry
from service.understanding.text.words import split


def found(term: str, text: str, language: str = "en") -> list[str]:
    """What a single term finds in a text, as written there."""
    matcher = Matcher(language, [Entry("red-flags", "test", parse(term, language))])
    scan = Scan(matcher, split(text))
    mark_numbers(scan)
    spans = [scan.words.source_span(*span) for match in scan.find("red-flags") for span in match.spans]
    return [text[start:end] for start, end in spans]


@pytest.mark.parametrize(
    ("term", "text", "expected"),
    [
        ("no puedo respirar", "¡NO puedo  respirar!", "NO puedo  respirar"),
        ("grud*", "болит грудь, grudnaya", "grudnaya"),
        ("*entzündung", "Blinddarmentzündung", "Blinddarmentzündung"),
        ("(mi|su) pecho", "en su pecho", "su pecho"),
        ("dolor (muy)? fuerte", "dolor fuerte", "dolor fuerte"),
        ("dolor (muy)? fuerte", "dolor muy fuerte", "dolor muy fuerte"),
        ("cara .. torcida", "la cara la tiene muy torcida", "cara la tiene muy torcida"),
        ("{n} años", "tengo 68 años", "68 años"),
        ("(fall|fell)* down", "she fellow down", "fellow down"),
        ("can't breathe", "i cant breathe", "cant breathe"),
        ("cant breathe", "i can't breathe", "can't breathe"),
        ("can't breathe", "i can t breathe", "can t breathe"),
        ("x-ray", "my xray", "xray"),
        ("hôpital", "à l'hôpital", "hôpital"),
        ("please", "pleeeease", "pleeeease"),
        ("pain", "paaaain", "paaaain"),
        ("🆘", "help 🆘", "🆘"),
        ("sugar 2.*", "sugar 2,8 now", "sugar 2,8"),
        ("*(card|path) pain", "myopath pain", "myopath pain"),
    ],
)
def test_a_term_finds_what_it_says(term: str, text: str, expected: str) -> None:
    assert found(term, text) == [expected]


@pytest.mark.parametrize(
    ("term", "text"),
    [
        ("pain", "painter"),
        ("cara .. torcida", "cara uno dos tres cuatro cinco torcida"),
        ("cara .. torcida", "la cara. Está torcida"),
        ("chest pain", "chest. Pain"),
        ("fever + chemo", "fever. He had chemo"),
        ("fever + chemo", "fever " + "and " * 13 + "chemo"),
        ("sugar 2.*", "sugar 250"),
    ],
)
def test_a_term_finds_nothing_beyond_it(term: str, text: str) -> None:
    assert found(term, text) == []


@pytest.mark.parametrize("text", ["in 1987", "In 2019.", "in 2025"])
def test_a_year_that_is_over_is_found(text: str) -> None:
    assert found("in {year}", text)
    assert found("in (spring|{year})", text)


@pytest.mark.parametrize("text", ["in 195", "in 20", "in 2026", "in 1399", "in 19871"])
def test_a_number_that_is_no_year_is_not_found_as_one(text: str) -> None:
    assert not found("in {year}", text)


def test_persian_years_are_those_of_the_solar_calendar_too() -> None:
    assert found("سال {year}", "سال ۱۳۹۹", "fa")
    assert not found("سال {year}", "سال ۱۳۹", "fa")


@pytest.mark.parametrize("term", ["chest .. pain", "my (chest .. pain|heart)", "my (heart|(chest .. pain|lung))?"])
def test_a_term_has_a_gap_wherever_it_stands(term: str) -> None:
    matcher = Matcher("en", [Entry("red-flags", "test", parse(f"{term} hurts"))])
    assert matcher.pattern(0).gapped


def test_parts_may_stand_in_either_order() -> None:
    assert found("fever + chemo*", "on chemotherapy with fever") == ["fever", "chemotherapy"] or found(
        "fever + chemo*", "on chemotherapy with fever"
    ) == ["chemotherapy", "fever"]


@pytest.mark.parametrize("text", ["وبالصدر", "للصدر", "والصدر", "صدر", "بصدر"])
def test_arabic_prefixes_are_accepted_before_any_word(text: str) -> None:
    assert found("صدر", text, "ar") == [text]


def test_an_arabic_word_is_not_found_by_its_ending_alone() -> None:
    assert found("صدر", "مصدر", "ar") == []


def test_amharic_prefixes_are_accepted() -> None:
    assert found("ደረት", "በደረት", "am") == ["በደረት"]


def test_umlauts_may_be_written_out() -> None:
    assert found("Übelkeit", "starke Uebelkeit", "de") == ["Uebelkeit"]


def test_chinese_terms_match_anywhere() -> None:
    assert found("胸口(很)?疼", "我爸胸口很疼怎么办", "zh") == ["胸口很疼"]


def test_an_idiom_takes_back_its_words_in_its_section_only() -> None:
    entries = [
        Entry("red-flags", "explicit", parse("dying")),
        Entry("red-flags", "explicit", parse("!dying to know")),
        Entry("red-flags", "other", parse("dying")),
    ]
    scan = Scan(Matcher("en", entries), split("dying to know"))
    assert [match.section for match in scan.find("red-flags")] == ["other"]


@pytest.mark.parametrize(
    ("term", "reason"),
    [
        ("", "nothing to look for"),
        ("(a|b", "not closed"),
        ("a)", "stands where a word"),
        (".. pain", "both sides"),
        ("pain ..", "both sides"),
        ("(pain)?", "may be missing"),
        ("---", "no letter"),
        ("pa*in", "only before or after"),
        ("()", "empty"),
        ("chest (pain", "not closed"),
        ("mother(s)", "whole words"),
        ("chest (pain|aches?)", "may be missing"),
        ("pain +", "nothing to look for"),
    ],
)
def test_a_term_that_cannot_be_read_says_why(term: str, reason: str) -> None:
    with pytest.raises(TermError, match=reason):
        parse(term)


@given(st.text(alphabet="ab(|)?*+.!{}n \t'é胸", max_size=30))
def test_any_line_is_a_term_that_can_be_matched_or_an_error_that_says_why(line: str) -> None:
    try:
        term = parse(line)
    except TermError as error:
        assert str(error)
        return
    Scan(Matcher("en", [Entry("red-flags", "test", term)]), split("ab a b é 胸")).find("red-flags")
