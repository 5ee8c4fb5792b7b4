"""Which of several conditions are reported, and how surely."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from service.understanding.learned.weighing import Told, chosen
from service.understanding.reading import UNCLASSIFIED

LIMITS = {"named": 0.6, "unnamed": 0.4, "also": 0.95, "own surely": 0.4}
CODES = ("lupus", "thyroid", "diabetes", "hair-loss")
NAMED = Told(named=1, first=0)


@given(st.lists(st.floats(0, 1), min_size=5, max_size=5).filter(any), st.sets(st.sampled_from(CODES)))
def test_nobody_is_surer_than_sure(weights: list[float], named: set[str]) -> None:
    likely = {code: weight / sum(weights) for code, weight in zip((*CODES, UNCLASSIFIED), weights, strict=True)}
    assert all(0 < sure < 1 for _, sure in chosen(likely, dict.fromkeys(named, NAMED), LIMITS))


def test_what_is_hardly_likely_is_not_reported_because_nothing_else_is() -> None:
    likely = {"hair-loss": 1.0, "thyroid": 1e-8, UNCLASSIFIED: 0.0}
    reported = chosen(likely, {"hair-loss": NAMED, "thyroid": Told(named=1, first=3)}, LIMITS)
    assert [code for code, _ in reported] == ["hair-loss"]


def test_two_illnesses_that_are_named_are_both_reported() -> None:
    likely = {"hair-loss": 0.55, "lupus": 0.45, UNCLASSIFIED: 0.0}
    reported = chosen(likely, {"hair-loss": NAMED, "lupus": Told(named=1, first=3)}, LIMITS)
    assert [code for code, _ in reported] == ["hair-loss", "lupus"]


def test_diabetes_is_reported_beside_what_the_message_is_about() -> None:
    likely = {"lupus": 0.99, "diabetes": 1e-4, UNCLASSIFIED: 0.01}
    told = {"lupus": NAMED, "diabetes": Told(named=1, first=7)}
    assert [code for code, _ in chosen(likely, told, LIMITS)] == ["lupus", "diabetes"]


def test_diabetes_that_is_only_hinted_at_is_not_reported_beside_it() -> None:
    likely = {"lupus": 0.99, "diabetes": 1e-4, UNCLASSIFIED: 0.01}
    assert [code for code, _ in chosen(likely, {"lupus": NAMED, "diabetes": Told(hints=1)}, LIMITS)] == ["lupus"]


def test_diabetes_that_is_hardly_the_patients_is_not_reported_beside_it() -> None:
    likely = {"lupus": 0.99, "diabetes": 1e-4, UNCLASSIFIED: 0.01}
    told = {"lupus": NAMED, "diabetes": Told(named=1, first=7, own=-0.6)}
    assert [code for code, _ in chosen(likely, told, LIMITS)] == ["lupus"]


def test_of_two_illnesses_that_share_the_chances_the_likelier_one_is_reported() -> None:
    likely = {"lupus": 0.40, "thyroid": 0.38, "hair-loss": 0.21, UNCLASSIFIED: 0.01}
    told = {"lupus": NAMED, "thyroid": Told(named=1, first=3)}
    assert [code for code, _ in chosen(likely, told, LIMITS)] == ["lupus"]
    assert chosen(likely, told, {**LIMITS, "own surely": 0.9}) == []
