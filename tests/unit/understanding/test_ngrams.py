"""The pieces of a text are those that a plain statement of them names, in that order."""

from __future__ import annotations

import zlib

from hypothesis import given
from hypothesis import strategies as st

from service.understanding.ngrams import BUCKETS, IDEAS, SIGNS, WORDS, Places, pieces
from service.understanding.text.words import split

TEXTS = st.text(st.sampled_from("aß 7,頭痛😂дي⃣ልሁ²𠮷é\U0001f6d1") | st.characters(), max_size=60)
STANDS = st.lists(st.tuples(st.integers(0, 900), st.integers(0, 30)), max_size=30)


def number(letters: str) -> int:
    return zlib.crc32(letters.encode()) % WORDS


def number_of_sign(name: str) -> int:
    return WORDS + IDEAS + zlib.crc32(name.encode()) % SIGNS


def of_words(words: list[str], masked: frozenset[int]) -> dict[int, int]:
    found: dict[int, int] = {}
    before = run = ""
    for index, word in enumerate(words):
        if index in masked or len(word) > 40:
            before = run = ""
        elif len(word) == 1 and word >= "\u2e80":
            before, run = "", (run + word)[-4:]
            for start in reversed(range(len(run))):
                found.setdefault(number(f"h{run[start:]}"), index)
        else:
            known = "#" if word[0].isdigit() else word
            bounded = f"<{known}>"
            parts = [bounded[at : at + length] for length in (3, 4, 5) for at in range(len(bounded) - length + 1)]
            for part in (f"w{known}", *parts, *([f"{before} {known}"] if before else [])):
                found.setdefault(number(part), index)
            before, run = known, ""
    return found


def of_ideas(ideas: list[tuple[int, int]]) -> dict[int, int]:
    found: dict[int, int] = {}
    for at, (idea, place) in enumerate(ideas):
        found.setdefault(WORDS + idea, place)
        for other, behind in ideas[at + 1 : at + 6]:
            if other != idea:
                pair = (min(idea, other) << 10) + max(idea, other)
                found.setdefault(WORDS + (pair * 2_654_435_761 >> 8) % IDEAS, behind)
    return found


@given(TEXTS, STANDS, st.frozensets(st.integers(0, 30)))
def test_pieces_are_words_their_letters_pairs_and_ideas(
    text: str, ideas: list[tuple[int, int]], masked: frozenset[int]
) -> None:
    words = split(text)
    plain = of_words(words.words, masked) | of_ideas(ideas)
    found = pieces(words, ideas, masked)
    assert list(found.items()) == list(plain.items())
    assert list(found) == list(plain)
    assert len(found) == len(plain)


def test_signs_of_the_whole_text_come_behind_its_pieces() -> None:
    found = pieces(split("hello"))
    both = found.with_signs(("wish", "intent.cost", "wish"))
    assert list(both) == [*found, *(number_of_sign(sign) for sign in ("wish", "intent.cost"))]
    assert list(found.with_signs(())) == list(found)


def test_pieces_may_be_given_by_their_numbers() -> None:
    assert list(Places((5, BUCKETS - 1, 5, 0))) == [5, BUCKETS - 1, 0]


def test_a_word_that_no_key_got_stuck_in_has_forty_letters_at_most() -> None:
    assert len(pieces(split("ab" * 20))) > 0
    assert len(pieces(split("ab" * 50_000))) == 0


def test_a_long_text_has_all_its_pieces() -> None:
    text = " ".join(f"w{index:x}" for index in range(15_000))
    assert dict(pieces(split(text)).items()) == of_words(split(text).words, frozenset())
