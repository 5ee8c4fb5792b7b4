"""What the writer wants: cues name it, and a model that has learned of intents weighs them with all other words."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from service.understanding.intents import intents_of, pieces_of, ranked
from service.understanding.learned.model import Model
from service.understanding.ngrams import Places
from service.understanding.page import Page
from service.understanding.reader import Reader
from tests.lessons import lessons, lessons_of_intents
from workers import training

FROM_WHAT_AGE = "From what age do you put in the implant? My son is nine, is it painful?"
TAKE_HIM = "My son, nine, hears little, please take him in and put in the implant"


@pytest.fixture(scope="module")
def model() -> Model:
    return training.train(training.read_lessons([*lessons(), *lessons_of_intents()]))


def intents(model: Model | None, text: str) -> tuple[str, ...]:
    return Reader(model=model).read(text, language="en").intents


def leaning(model: Model, intent: str) -> Model:
    """The model, but for one intent whatever it reads."""
    bias = np.array([99.0 if name == intent else -99.0 for name in model.intents.classes], dtype=np.float32)
    return replace(model, intents=replace(model.intents, bias=bias))


def test_the_model_tells_a_question_from_a_wish(model: Model) -> None:
    assert intents(model, FROM_WHAT_AGE)[0] == "question"
    assert intents(model, TAKE_HIM)[0] == "treatment"


def test_what_the_cues_name_is_found_whatever_the_model_would_report(model: Model) -> None:
    text = "How much is a knee replacement?"
    assert intents(None, text)[0] == "cost"
    assert set(intents(leaning(model, "question"), text)) == {"question", "cost"}


def test_a_model_that_has_learned_of_no_intents_leaves_them_to_the_cues() -> None:
    without = training.train(training.read_lessons(lessons()))
    assert without.intents.classes == ()
    assert intents(without, "Is the ward open on Sunday?") == ("question",)


def test_what_no_cue_calls_spam_must_sound_very_much_like_it(model: Model) -> None:
    text = "I saw your page and would like to write to you"
    keen = leaning(model, "spam")
    assert intents(keen, text) == ("spam",)
    strict = replace(keen, thresholds={**keen.thresholds, "spam": 100.0})
    assert "spam" not in intents(strict, text)
    assert intents(strict, "We offer marketing of websites")[0] == "spam"


def test_nothing_medical_is_ever_spam(model: Model) -> None:
    assert "spam" not in intents(leaning(model, "spam"), "I have epilepsy, we offer marketing of websites")


def test_who_asks_to_be_forgotten_is_no_spam(model: Model) -> None:
    keen = leaning(model, "spam")
    assert intents(keen, "Good morning, the papers are here") == ("spam",)
    assert intents(keen, "Good morning, delete my number") != ("spam",)


def test_who_tells_of_an_illness_wants_something(model: Model) -> None:
    keen = leaning(model, "other")
    assert intents(keen, "good morning to you") == ("other",)
    assert "other" not in intents(keen, "good morning, I have epilepsy")
    assert intents(keen, "good morning, I am a nurse for epilepsy, no epilepsy myself") == ("other",)


def test_stop_and_nothing_else_is_certain(model: Model) -> None:
    assert intents(leaning(model, "question"), "unsubscribe") == ("opt-out",)


def test_a_text_without_words_wants_nothing(model: Model) -> None:
    assert intents(model, "…") == ("other",)


def test_of_several_texts_the_surest_reading_goes_first() -> None:
    assert ranked([{"treatment": 0.2, "cost": -0.4}, {"cost": 0.9}]) == ("cost", "treatment")
    assert ranked([{"other": 0.3}, {"question": 0.1}]) == ("question",)
    assert ranked([{"other": 0.3}, {"other": 0.1}]) == ("other",)
    assert ranked([{"treatment": 0.5}, intents_of(Page("unsubscribe", ("en",)), is_medical=False, is_ill=False)]) == (
        "opt-out",
    )


@pytest.mark.parametrize(
    "text", ["The bleeding does not stop", "My daughter has epilepsy and it will not end, stop it"]
)
def test_what_does_not_stop_is_no_wish_for_silence(model: Model, text: str) -> None:
    assert intents(leaning(_hearing_of(model, "opt-out"), "opt-out"), "good morning, leave it") == ("opt-out",)
    assert "opt-out" not in intents(leaning(_hearing_of(model, "opt-out"), "opt-out"), text)


@pytest.mark.parametrize(
    "text",
    ["My hernia was fixed elsewhere, unsubscribe me please", "The epilepsy is over. Take me off your list, please"],
)
def test_a_patient_may_still_ask_to_hear_no_more(model: Model, text: str) -> None:
    assert intents(leaning(_hearing_of(model, "opt-out"), "opt-out"), text)[0] == "opt-out"


def _hearing_of(model: Model, intent: str) -> Model:
    """The model, with another intent in the place of questions."""
    classes = tuple(intent if name == "question" else name for name in model.intents.classes)
    return replace(model, intents=replace(model.intents, classes=classes))


def test_a_cue_tells_where_it_stands() -> None:
    asked = pieces_of(Page("I have a hernia. What does it cost?", ("en",)))
    told = pieces_of(Page("The cost is high. I have a hernia.", ("en",)))
    assert {*Places().with_signs(("ask intent.cost", "end intent.cost"))} <= {*asked}
    assert {*Places().with_signs(("ask intent.cost", "end intent.cost"))}.isdisjoint(told)


def test_what_a_text_shows_as_a_whole_weighs_twice(model: Model) -> None:
    (sign,) = Places().with_signs(("question mark",))
    assert model.telling[model.rows[sign]] >= 2  # no piece tells less than one, however many texts hold it
