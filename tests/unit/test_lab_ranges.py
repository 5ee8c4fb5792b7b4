"""Reference ranges: what is marked is certain, and what is doubtful is only shown."""

from __future__ import annotations

import tomllib

import pytest

from service.console import lab_ranges
from service.console.lab_ranges import judge
from service.understanding.knowledge_files import LAB_TESTS


@pytest.mark.parametrize(
    ("test", "value", "unit", "mark"),
    [
        ("alt", 188, "U/L", "above"),
        ("alt", 188, "UI/l", "above"),
        ("alt", 40, "Ед/л", "within"),
        ("albumin", 2.9, "g/dL", "below"),
        ("albumin", 42, "g/L", "within"),
        ("bilirubin", 1.0, "mg/dL", "within"),
        ("bilirubin", 3, "mg/dL", "above"),
        ("creatinine", 200, "μmol/L", "above"),
        ("inr", 2.5, None, "above"),
        ("platelets", 90_000, "/µL", "below"),
        ("platelets", 250, "x10^9/L", "within"),
        ("hba1c", 9, "%", "above"),
        ("hba1c", 5.7, "%", "above"),
        ("hba1c", 5.6, "%", "within"),
        ("albumin", 50, "g/L", "within"),
    ],
)
def test_a_value_in_a_known_unit_is_marked(test: str, value: float, unit: str | None, mark: str) -> None:
    assert judge(test, value, unit, sex=None, age=None).mark == mark


@pytest.mark.parametrize(
    ("test", "value", "unit"),
    [
        ("alt", 188, None),
        ("alt", 3.1, "µkat/L"),
        ("hba1c", 75, "mmol/mol"),
        ("creatinine", 90, "mg/L"),
        ("psa", 4.2, "ng/mL"),
        ("unheard-of", 1, "U/L"),
        ("alt", "high", "U/L"),
        ("inr", 2.5, "%"),
    ],
)
def test_a_value_that_might_mean_something_else_is_not_marked(test: str, value: object, unit: str | None) -> None:
    assert judge(test, value, unit, sex=None, age=None).mark is None


def test_where_the_sexes_differ_the_value_is_marked_only_if_it_does_not_matter() -> None:
    assert judge("haemoglobin", 12.5, "g/dL", sex=None, age=40).mark is None
    assert judge("haemoglobin", 12.5, "g/dL", sex="male", age=40).mark == "below"
    assert judge("haemoglobin", 12.5, "g/dL", sex="female", age=40).mark == "within"
    assert judge("haemoglobin", 7, "g/dL", sex=None, age=40).mark == "below"
    assert len(judge("haemoglobin", 7, "g/dL", sex=None, age=40).ranges) == 2


def test_nothing_is_marked_for_a_child() -> None:
    assert judge("alp", 300, "U/L", sex="male", age=9).mark is None
    assert judge("alp", 300, "U/L", sex="male", age=18).mark == "above"


def test_the_table_names_known_tests_known_units_and_where_each_range_comes_from() -> None:
    table = tomllib.loads(lab_ranges._FILE.read_text("utf-8"))
    for row in table["range"]:
        assert row["test"] in LAB_TESTS
        assert row["unit"] in {"", *table["units"]}
        assert row["source"] in table["sources"]
        assert row.get("low", 0) < row["high"]
    for row in table["conversion"]:
        assert {row["from"], row["to"]} <= table["units"].keys()
        assert row["test"] in LAB_TESTS
    spellings = {(lab_ranges.level(one), unit) for unit, many in table["units"].items() for one in many}
    assert len(spellings) == len({spelling for spelling, _ in spellings})
