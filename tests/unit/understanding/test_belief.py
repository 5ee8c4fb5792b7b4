"""Which signs of danger are believed: learned from what stands around them in emergencies and near misses."""

from __future__ import annotations

from dataclasses import replace
from itertools import product

import numpy as np
import pytest

from service.understanding.learned.belief import BELIEVED, BELIEVED_UNDATED, Beliefs, heard, trait_name
from service.understanding.learned.model import Model
from service.understanding.page import Page
from service.understanding.reader import Reader
from service.understanding.signs import signs_of
from tests.lessons import lessons
from workers import believing, judging, training
from workers.training import Lesson, read_lessons

_WHO = ("mother", "father", "brother", "sister", "husband", "wife", "son", "daughter", "uncle", "aunt")
_SIGNS = {"breathing": "cannot breathe", "bleeding": "vomits blood", "unconscious": "is unconscious"}
_STORIES = ("In the film his {} {}. What is the price?", "We saw a film where the {} {}, what a film. Price please?")
_NOW = ("My {} {}, in 2019 it was the heart.", "Please help my {} {}, in 2019 it was the same.")


def told(stories: tuple[str, ...], *, grave: bool) -> list[Lesson]:
    """Messages with danger at a distance, in each of which another person is named."""
    every = product(stories, _WHO, _SIGNS.items())
    return [Lesson("red-flag", code if grave else None, story.format(who, sign)) for story, who, (code, sign) in every]


@pytest.fixture(scope="module")
def model() -> Model:
    return training.train(read_lessons([*lessons(), *told(_STORIES, grave=False), *told(_NOW, grave=True)]))


def codes(model: Model | None, text: str) -> list[str]:
    return [flag.code for flag in Reader(model=model).read(text, language="en").red_flags]


def names(text: str) -> set[str]:
    """The traits of the first sign of a text."""
    page = Page(text, ("en",))
    signs, taken_back = signs_of(page)
    return set(map(trait_name, Beliefs(page, signs, taken_back).traits(signs[0])))


def test_a_sign_is_told_by_the_people_ideas_and_cues_around_it() -> None:
    found = names("In the film my mother cannot breathe. Last year we had no chest pain, how much is a visit?")
    assert {"person before: mother", "before: film", "anywhere: film", "distant", "breathing", "one sign"} <= found
    assert {"past: later", "negation.before: later", "wants cost", "taken back elsewhere", "asks"} <= found
    assert "sentence 1" in found
    assert "past: before in the sentence" in names("Last year, then, and a dog, he cannot breathe")


def test_how_much_is_heard_has_the_trait_of_every_step_that_it_reaches() -> None:
    assert {trait_name(trait) for trait in heard("bare", -1.3, -9.0, 9.0)} >= {
        "danger of the text -1.5",
        "danger of the text -1.4",
        "danger of the text -1.3",
        "danger of the text of a bare sign -1.3",
        "danger of the rest 1.5",
    }
    few = [trait_name(trait) for trait in heard(None, -9.0, -9.0, None)]
    assert few == ["no rest"]


def test_a_sign_in_a_story_is_not_believed(model: Model) -> None:
    text = "In the film his cousin cannot breathe. What is the price?"
    assert codes(None, text) == ["breathing"]
    assert codes(model, text) == []


def test_a_sign_in_doubt_is_believed_where_it_is_told_as_emergencies_are(model: Model) -> None:
    assert codes(model, "Please help my cousin cannot breathe, in 2019 it was the same.") == ["breathing"]


def test_one_sign_that_is_believed_is_enough(model: Model) -> None:
    text = "In the film his cousin vomits blood. What is the price? My brother cannot breathe now."
    assert "breathing" in codes(model, text)


def test_few_near_misses_teach_nothing_and_everything_is_believed() -> None:
    few = [*lessons(), *told(_STORIES, grave=False)[:15], *told(_NOW, grave=True)]
    shy = training.train(read_lessons(few))
    assert not shy.belief.any()
    assert shy.thresholds[BELIEVED] == 0.0
    assert codes(shy, "In the film his cousin cannot breathe. What is the price?") == ["breathing"]


def test_hardly_an_emergency_is_lost_to_what_is_not_believed(model: Model) -> None:
    grave = told(_NOW, grave=True)
    assert all(codes(model, lesson.text) for lesson in grave)
    assert model.thresholds[BELIEVED] <= 0.0


def test_what_no_word_says_is_now_is_not_believed_only_where_danger_is_unlikely(model: Model) -> None:
    assert model.thresholds[BELIEVED_UNDATED] <= -2.5


def test_the_limit_is_set_by_the_surest_signs_of_what_may_be_lost() -> None:
    lesson, odds = np.asarray([0, 0, 1, 2, 3]), np.asarray([-9.0, -3.0, -5.0, -7.0, -8.0])
    at_risk = np.asarray([True, True, True, False])
    assert believing._limit(lesson, odds, at_risk, 0, 0.0) == -7.0
    assert believing._limit(lesson, odds, at_risk, 1, 0.0) == -5.0
    assert believing._limit(lesson, odds, at_risk, 9, 0.0) == -3.0
    assert believing._limit(lesson, odds, at_risk, 2, -4.0) == -4.0
    assert believing._limit(lesson, odds, np.zeros(4, dtype=bool), 2, -2.0) == -2.0


def test_a_lesson_is_judged_as_its_text_is_read(model: Model) -> None:
    told_of = [*told(_STORIES, grave=False)[::7], *told(_NOW, grave=True)[::7]]
    nothing = {BELIEVED: 99.0, BELIEVED_UNDATED: 99.0, "danger": 99.0}
    for other in ({}, {BELIEVED: 99.0}, nothing):
        strict = replace(model, thresholds={**model.thresholds, **other})
        judged = judging.judge(strict, read_lessons(told_of))
        alarms = judged.heard | judged.false_alarms
        assert alarms == {index for index, lesson in enumerate(told_of) if codes(strict, lesson.text)}
