"""Which of several conditions are reported, and how surely."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.understanding.learned.weighing import FEATURES, Question, Told, chances, chosen, question
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


@given(st.lists(st.lists(st.floats(-9, 9), min_size=len(FEATURES), max_size=len(FEATURES)), min_size=1, max_size=9))
def test_chances_are_powers_of_the_weighed_features_and_add_up_to_one(rows: list[list[float]]) -> None:
    weights = {name: 0.1 * place - 0.5 for place, name in enumerate(FEATURES)}
    asked = Question(tuple(map(str, range(len(rows)))), tuple(map(tuple, rows)))
    powers = np.exp(np.asarray(rows) @ np.asarray(list(weights.values())))
    assert list(chances(asked, weights).values()) == pytest.approx(list(powers / powers.sum()))


def test_what_is_told_and_what_is_likeliest_is_in_question_but_nothing_excluded() -> None:
    scores = {"thyroid": 0.5, "diabetes": 0.9, "hair-loss": 0.7, UNCLASSIFIED: 0.8}
    asked = question({"lupus": NAMED}, {"hair-loss"}, scores, words=9)
    assert asked.codes == ("lupus", "diabetes", "thyroid", UNCLASSIFIED)
    assert [dict(zip(FEATURES, row, strict=True))["score"] for row in asked.features] == [-1.0, 0.9, 0.5, 0.8]
    assert [dict(zip(FEATURES, row, strict=True))["named first"] for row in asked.features] == [1.0, 0.0, 0.0, 0.0]


def test_a_condition_alone_in_question_has_no_lead() -> None:
    (row,) = question({}, (), {}, words=9).features
    assert dict(zip(FEATURES, row, strict=True))["lead"] == 0.0


def _features(name: str, told: dict[str, Told], *, words: int, excluded: tuple[str, ...] = ()) -> list[float]:
    asked = question(told, excluded, {}, words)
    return [features[FEATURES.index(name)] for features in asked.features[: len(told)]]


def test_a_name_counts_more_in_few_words_and_where_no_other_is_told() -> None:
    two = {"lupus": NAMED, "thyroid": Told(named=1, first=3)}
    assert _features("named in few words", two, words=14) == [1.0, 1.0]
    assert _features("named in few words", two, words=15) == [0.0, 0.0]
    assert _features("named in few words", {"lupus": Told(hints=2)}, words=5) == [0.0]
    assert _features("named alone", {"lupus": NAMED, "thyroid": Told(hints=1)}, words=40) == [1.0, 0.0]
    assert _features("named alone", two, words=40) == [0.0, 0.0]
    assert _features("named alone", {"lupus": NAMED}, words=40, excluded=("diabetes",)) == [0.0]


def test_what_few_words_name_plainly_is_reported_whatever_the_model_thinks() -> None:
    sure = Told(named=1, first=0, own=2.5)
    assert question({"lupus": sure}, (), {}, 5).plain == "lupus"
    likely = {"lupus": 0.1, "thyroid": 0.85, UNCLASSIFIED: 0.05}
    assert [code for code, _ in chosen(likely, {"lupus": sure}, LIMITS, "lupus")] == ["lupus"]
    assert [code for code, _ in chosen(likely, {"lupus": sure}, LIMITS)] == ["thyroid"]
    assert [code for code, _ in chosen({**likely, "lupus": 0.9}, {"lupus": sure}, LIMITS, "lupus")] == ["lupus"]


def test_a_name_is_not_plain_in_many_words_or_beside_others_or_if_it_may_be_anybodys() -> None:
    sure = Told(named=1, first=0, own=2.5)
    assert question({"lupus": sure}, (), {}, 15).plain is None
    assert question({"lupus": sure, "thyroid": sure}, (), {}, 5).plain is None
    assert question({"lupus": sure}, ("diabetes",), {}, 5).plain is None
    assert question({"lupus": Told(named=1, first=0, own=1.9)}, (), {}, 5).plain is None
