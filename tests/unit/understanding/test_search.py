"""What compiled code finds is what a plain statement of the rules finds."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from service.understanding.terms.elements import Choice, Element, Gap, Number, Term, TermError, Word
from service.understanding.terms.matcher import Matcher
from service.understanding.terms.matching import Scan
from service.understanding.terms.parsing import parse
from service.understanding.terms.patterns import Entry
from service.understanding.terms.search import Search
from service.understanding.text.words import split

GAP = 4
WORDS = st.sampled_from(["a", "b", "c", "ab", "a*", "*b", "*a*"])
CHOICES = st.recursive(
    WORDS,
    lambda inner: st.tuples(
        st.lists(st.lists(inner, min_size=1, max_size=3).map(" ".join), min_size=1, max_size=3).map("|".join),
        st.sampled_from([")", ")?"]),
    ).map(lambda drawn: f"({drawn[0]}{drawn[1]}"),
    max_leaves=6,
)
PARTS = st.tuples(st.sampled_from([" ", " .. "]), st.lists(CHOICES, min_size=1, max_size=4)).map(
    lambda drawn: drawn[0].join(drawn[1])
)
TERMS = st.lists(PARTS, min_size=1, max_size=2).map(" + ".join)
TEXTS = st.lists(st.sampled_from(["a", "b", "c", "ab", "bab", "x"]), max_size=9)

Words = Sequence[str]


def fits(element: Word, word: str) -> bool:
    match element.fit:
        case "whole":
            return word == element.text
        case "begins":
            return word.startswith(element.text)
        case "ends":
            return word.endswith(element.text)
        case "holds":
            return element.text in word


def ends(elements: Sequence[Element], words: Words, place: int) -> Iterator[int]:
    """Where a sequence may end that begins at a place."""
    if not elements:
        yield place
        return
    first, rest = elements[0], elements[1:]
    match first:
        case Word():
            if place < len(words) and fits(first, words[place]):
                yield from ends(rest, words, place + 1)
        case Gap():
            for width in range(min(GAP, len(words) - place) + 1):
                yield from ends(rest, words, place + width)
        case Choice():
            for option in (*first.options, *([()] if first.optional else [])):
                for end in ends(option, words, place):
                    yield from ends(rest, words, end)
        case Number():
            raise AssertionError("these texts have no numbers")


def spans(part: Sequence[Element], words: Words) -> set[tuple[int, int]]:
    return {(start, end) for start in range(len(words)) for end in ends(part, words, start)}


def scan_of(term: Term, words: Words) -> Scan:
    return Scan(Matcher("en", [Entry("red-flags", "test", term)]), split(" ".join(words)))


@given(TERMS, TEXTS)
def test_a_term_stands_where_each_of_its_parts_does(written: str, words: list[str]) -> None:
    try:
        term = parse(written)
    except TermError:
        assume(False)
    every = [spans(part, words) for part in term.parts]
    found = scan_of(term, words).find("red-flags")
    assert bool(found) == all(every)
    for match in found:
        for span in match.spans:
            assert any(span in of_part for of_part in every)


@pytest.mark.parametrize(("start", "end", "symbol"), [(1, 1, 0), (-1, 1, 0), (0, 3, 0), (0, 1, 9_999), (0, 1, -1)])
def test_nothing_is_added_that_there_cannot_be(start: int, end: int, symbol: int) -> None:
    matcher = Matcher("en", [Entry("red-flags", "test", parse("a"))])
    search = Search(matcher.tables, ["a", "b"], [0, 0], [2, 2], bytes(2))
    with pytest.raises(ValueError, match="no such words"):
        search.add(symbol, start, end)


def test_a_term_is_found_in_a_hundred_places_at_most() -> None:
    assert len(scan_of(parse("a"), ["a"] * 150).find("red-flags")) == 100


def test_what_a_term_names_is_told_from_what_stands_between() -> None:
    (match,) = scan_of(parse("a .. (b|c x)"), ["a", "ab", "c", "x"]).find("red-flags")
    assert [match.has_own_word((word, word + 1)) for word in range(4)] == [True, False, True, True]
