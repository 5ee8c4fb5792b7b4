"""The trie holds exactly the words that it was laid out with, and reads nothing beyond its table."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from service.understanding.text.trie import Trie, lay_out

WORDS = st.text(alphabet="ab\u00e9\u0627\U0001f600\ud800", max_size=5)


@given(st.dictionaries(WORDS, st.integers(0, 1_000)), st.lists(WORDS))
def test_each_word_has_its_number_and_any_other_none(values: dict[str, int], asked: list[str]) -> None:
    trie = Trie(lay_out(values))
    for word in (*values, *asked):
        assert trie.get(word) == values.get(word, -1)


def test_a_node_may_have_many_children() -> None:
    values = {chr(letter): letter for letter in range(0x4E00, 0x5E00)}
    trie = Trie(lay_out(values))
    assert all(trie.get(sign) == number for sign, number in values.items())


@given(st.dictionaries(WORDS, st.integers(0, 1_000), min_size=1), st.data())
def test_a_table_that_is_cut_off_is_an_error_or_says_less(values: dict[str, int], data: st.DataObject) -> None:
    table = lay_out(values)
    cut = table[: data.draw(st.integers(1, len(table)))]
    for word, number in values.items():
        try:
            assert Trie(cut).get(word) in (number, -1)
        except IndexError:
            return
