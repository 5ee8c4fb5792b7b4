"""The variables of canned answers: no misspelt one is kept, and none is filled with nothing."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.enquiries.canned_variables import VARIABLES, filled, unfilled, variables
from service.errors import BadInput

_PIECES = st.lists(st.one_of(st.sampled_from([f"{{{name}}}" for name in VARIABLES]), st.text("ab é\n", max_size=5)))


@given(_PIECES)
def test_a_text_names_the_variables_that_were_put_in(pieces: list[str]) -> None:
    text = "".join(pieces)
    assert variables(text) == {piece[1:-1] for piece in pieces if piece.startswith("{")}


@given(_PIECES)
def test_once_all_is_known_nothing_is_left_open(pieces: list[str]) -> None:
    values = {name: "x" for name in VARIABLES}
    assert unfilled(filled("".join(pieces), values)) == []


@pytest.mark.parametrize("text", ["Dear {nmae}", "Dear {}", "Dear {Name}", "Dear { name }"])
def test_an_unknown_variable_is_named(text: str) -> None:
    with pytest.raises(BadInput, match="is not a variable"):
        variables(text)


@pytest.mark.parametrize("text", ["Dear {name", "Dear name}", "{{name}}", "}{"])
def test_a_brace_without_its_other_half_is_refused(text: str) -> None:
    with pytest.raises(BadInput, match="stands alone"):
        variables(text)


def test_a_variable_without_a_value_stays_to_be_seen() -> None:
    text = filled("{name}, {reference}, {name}", {"reference": "482-719-358", "name": ""})
    assert text == "{name}, 482-719-358, {name}"
    assert unfilled(text) == ["{name}"]


def test_a_value_that_looks_like_a_variable_is_not_filled_in_turn() -> None:
    assert filled("{name}", {"name": "{reference}", "reference": "482-719-358"}) == "{reference}"
