"""Facts as coordinators type them: what fits is kept in the form of a reading, anything else is refused by name."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.enquiries import fact_values
from service.errors import BadInput


@pytest.mark.parametrize(
    ("key", "typed", "value"),
    [
        ("who", "mother", "mother"),
        ("age", " 62 ", 62),
        ("age", "٦٢", 62),
        ("sex", "female", "female"),
        ("country", "Colombia", "CO"),
        ("country", "co", "CO"),
        ("city", "Medellín", "Medellín"),
        ("phone", "+44 7700 900123", "+447700900123"),
        ("email", "Maria@Mail.Example", "maria@mail.example"),
        ("duration", "10 years", {"value": 10, "unit": "years"}),
        ("duration", "1.5 years", {"value": 1.5, "unit": "years"}),
        ("weight_kg", "70,5", 70.5),
        ("height_cm", "160", 160),
        ("medicines", "metformin, insulin ,", ["metformin", "insulin"]),
        ("budget", "20,000 USD", {"amount": 20000, "currency": "USD"}),
        ("travel", "2027-03", {"year": 2027, "month": 3}),
        ("travel", "2027-03-15", {"year": 2027, "month": 3, "day": 15}),
        ("labs.alt", "188 U/L", {"value": 188, "unit": "U/L"}),
        ("labs.creatinine", "1,1", {"value": 1.1, "unit": None}),
    ],
)
def test_a_fact_is_kept_as_a_reading_would_tell_it(key: str, typed: str, value: Any) -> None:
    assert fact_values.parse(key, typed) == value


@pytest.mark.parametrize(
    ("key", "typed", "field"),
    [
        ("who", "neighbour's cat", "value"),
        ("age", "121", "value"),
        ("age", "6.5", "value"),
        ("age", "nan", "value"),
        ("sex", "yes", "value"),
        ("country", "Atlantis", "value"),
        ("country", "ZZ", "value"),
        ("city", "", "value"),
        ("city", "a\nb", "value"),
        ("phone", "12", "value"),
        ("email", "maria", "value"),
        ("duration", "long", "value"),
        ("duration", "0 days", "value"),
        ("weight_kg", "0", "value"),
        ("height_cm", "1.60", "value"),
        ("medicines", ", ,", "value"),
        ("medicines", ",".join("x" * 21), "value"),
        ("budget", "20000", "value"),
        ("budget", "20000 ABC", "value"),
        ("budget", "0 USD", "value"),
        ("travel", "2027-13", "value"),
        ("travel", "2027-02-30", "value"),
        ("labs.alt", "high", "value"),
        ("labs.luck", "7", "key"),
        ("spans", "1", "key"),
    ],
)
def test_what_does_not_fit_is_refused_by_name(key: str, typed: str, field: str) -> None:
    with pytest.raises(BadInput) as refused:
        fact_values.parse(key, typed)
    assert refused.value.field == field


@given(key=st.sampled_from(fact_values.KEYS), typed=st.text(max_size=40))
def test_anything_typed_is_a_value_that_can_be_typed_again_or_is_refused(key: str, typed: str) -> None:
    try:
        value = fact_values.parse(key, typed)
    except BadInput:
        return
    assert fact_values.parse(key, fact_values.as_typed(key, value)) == value


@given(count=st.integers(1, 999), unit=st.sampled_from(fact_values.UNITS), amount=st.integers(1, 10**12))
def test_what_is_shown_can_be_typed_again(count: int, unit: str, amount: int) -> None:
    lasting = {"value": count, "unit": unit}
    assert fact_values.parse("duration", fact_values.as_typed("duration", lasting)) == lasting
    budget = {"amount": amount, "currency": "EUR"}
    assert fact_values.parse("budget", fact_values.as_typed("budget", budget)) == budget
