"""Scores are sums over the rows of a model's tables, as numpy would add them up."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.understanding.learned.model import Weights
from service.understanding.learned.scoring import Scorer
from service.understanding.ngrams import BUCKETS, Places, pieces
from service.understanding.text.words import split

CLASSES = ("first", "second", "third")
CHANCE = np.random.default_rng(0)
KNOWN = 5_000
TELLING = np.concatenate([[0], CHANCE.uniform(1, 11, KNOWN)]).astype(np.float16)
ROWS = np.where(CHANCE.random(BUCKETS) < 0.5, CHANCE.integers(1, KNOWN + 1, BUCKETS), 0).astype(np.int32)
STEPS = CHANCE.integers(-127, 128, (KNOWN + 1, 7)).astype(np.int8)
STEPS[0] = 0
WEIGHTS = Weights(
    CLASSES, STEPS[:, 2:5], np.asarray([0.5, 0.01, 0.002], np.float32), np.asarray([-1, 0.1, 2], np.float32)
)
SCORER = Scorer(ROWS, TELLING, WEIGHTS)
PIECES = st.lists(st.integers(0, BUCKETS - 1), unique=True, max_size=50)


def plainly(found: list[int]) -> list[float]:
    rows = ROWS[np.asarray(found, dtype=np.int64)]
    length = np.sqrt(np.sum(TELLING[rows].astype(np.float64) ** 2)) or 1.0
    scores = WEIGHTS.steps[rows].sum(axis=0, dtype=np.int64) * (WEIGHTS.scales / length) + WEIGHTS.bias
    return [float(score) for score in scores]


@given(PIECES)
def test_scores_are_sums_of_what_was_learned_of_the_pieces(found: list[int]) -> None:
    scores = SCORER.scores(Places(found))
    assert scores.tolist() == pytest.approx(plainly(found), rel=1e-6, abs=1e-6)
    assert [SCORER.score(Places(found), column) for column in range(3)] == scores.tolist()


@given(PIECES)
def test_the_order_of_the_pieces_changes_no_bit(found: list[int]) -> None:
    assert SCORER.scores(Places(found)).tolist() == SCORER.scores(Places(reversed(found))).tolist()


def test_a_text_without_pieces_has_the_bias() -> None:
    assert SCORER.scores(Places()).tolist() == WEIGHTS.bias.tolist()


def test_each_word_weighs_what_its_pieces_weigh() -> None:
    found = pieces(split("my chest hurts"))
    by_word = SCORER.by_word(found, 1)
    assert list(by_word) == [0, 1, 2]
    for word, weight in by_word.items():
        own = [piece for piece, place in found.items() if place == word]
        assert weight == int(WEIGHTS.steps[ROWS[own], 1].sum(dtype=np.int64)) * float(WEIGHTS.scales[1])


def test_weights_that_do_not_stand_side_by_side_are_refused() -> None:
    with pytest.raises(ValueError, match="side by side"):
        Scorer(ROWS, TELLING, Weights(CLASSES, np.asfortranarray(STEPS[:, 2:5]), WEIGHTS.scales, WEIGHTS.bias))


def test_a_model_that_has_learned_of_no_class_has_no_scores() -> None:
    nothing = Weights((), STEPS[:, :0], WEIGHTS.scales[:0], WEIGHTS.bias[:0])
    assert Scorer(ROWS, TELLING, nothing).scores(Places(range(100))).tolist() == []


def test_weights_scales_and_biases_must_be_of_the_same_classes() -> None:
    with pytest.raises(ValueError, match="same classes"):
        Scorer(ROWS, TELLING, Weights((*CLASSES, "fourth"), STEPS[:, 2:5], np.ones(4, np.float32), WEIGHTS.bias))


def test_tables_that_do_not_fit_each_other_raise_an_error() -> None:
    with pytest.raises(IndexError):
        Scorer(ROWS, TELLING[:5], WEIGHTS).scores(Places(range(100)))
    with pytest.raises(IndexError):
        Scorer(ROWS[:5], TELLING, WEIGHTS).scores(Places(range(100)))
