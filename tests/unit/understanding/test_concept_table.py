"""The table of phrases finds what a plain search through all of them finds: the longest, and no part of it again."""

from __future__ import annotations

from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.understanding.concept_table import CHINESE, Concepts, lay_out
from service.understanding.text.words import split

Ideas = Mapping[str, tuple[int, ...]]

WORDS = st.text("abλд", min_size=1, max_size=4)
LISTS = st.lists(st.integers(0, 900), min_size=1, max_size=3, unique=True).map(tuple)
PHRASES = st.dictionaries(
    st.tuples(st.lists(WORDS, min_size=1, max_size=4).map(" ".join), st.sampled_from(["", " "])).map("".join), LISTS
)
SIGNS = st.text("头痛妈晕", min_size=1, max_size=5)


def table(language: str, ideas: Ideas) -> Concepts:
    """With all beginnings among the keys, of which the table needs only those where a word ends."""
    keys = {f"{language}\t{phrase}": listed for phrase, listed in ideas.items()}
    return Concepts(lay_out({key[:end]: () for key in keys for end in range(len(key))} | keys))


def plainly(ideas: Ideas, words: list[str], parted: str, most: int) -> list[tuple[int, int]]:
    found, place = [], 0
    while place < len(words):
        text = "".join(word + parted for word in words[place : place + most])
        phrase = max(filter(text.startswith, ideas), key=len, default="")
        found += [(idea, place) for idea in ideas.get(phrase, ())]
        place += max(1, len(phrase[: len(phrase.rstrip())].split(" ")) if parted else len(phrase))
    return found


@given(PHRASES, st.lists(WORDS, max_size=12))
def test_the_longest_phrase_counts(ideas: Ideas, words: list[str]) -> None:
    found = table("en", ideas).of(split(" ".join(words)), "en")
    assert found == plainly(ideas, split(" ".join(words)).words, " ", 4)


@given(st.dictionaries(SIGNS, LISTS), st.text("头痛妈晕", max_size=12))
def test_where_no_spaces_are_written_any_sign_may_end_a_phrase(ideas: Ideas, text: str) -> None:
    assert table(CHINESE, ideas).of(split(text), CHINESE) == plainly(ideas, list(text), "", 10)


def test_how_many_words_are_known_counts_no_place_twice() -> None:
    known = table("en", {"mother ": (1, 2), "pain ": (3,)})
    assert known.known(split("mother has pain, mother"), "en") == 3


def test_a_word_as_long_as_a_text_ends_the_search() -> None:
    assert table("en", {"a": (1,)}).of(split("ab" * 50_000), "en") == [(1, 0)]


def test_no_keys_are_a_table_too() -> None:
    assert Concepts(lay_out({})).of(split("mother hurts"), "en") == []


def test_a_spoilt_table_raises_an_error() -> None:
    whole = lay_out({"en\tmother ": (1,)})
    for place in range(4, len(whole)):
        whole[place] |= (1 << 20) - 1
    with pytest.raises(IndexError):
        Concepts(whole).of(split("mother"), "en")
