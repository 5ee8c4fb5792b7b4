"""Whose illness it is, where no cue says so: learned from what stands around the places that name one."""

from __future__ import annotations

from dataclasses import replace
from itertools import product

import numpy as np
import pytest

from service.understanding.conditions import hear
from service.understanding.facts.labs import find_labs
from service.understanding.learned.attribution import OWN, trait_name, traits_of
from service.understanding.learned.model import Model
from service.understanding.learned.surroundings import odds
from service.understanding.learned.weighing import OWN_SURELY
from service.understanding.mentions import mentions_of
from service.understanding.page import Page
from service.understanding.reader import Reader
from service.understanding.reading import Reading
from tests.lessons import lessons
from workers import attributing, training
from workers.training import Lesson, read_lessons

_OTHERS = ("friend", "neighbour", "colleague", "cousin", "guest")
_NAMES = {
    "epilepsy": "epilepsy",
    "lupus": "lupus",
    "psoriasis": "skin-disease",
    "cataract": "cataract",
    "asthma": "lung-disease",
}


def told_of_others() -> list[Lesson]:
    """Messages in which somebody else has an illness, and as many in which the writer has it."""
    told = []
    for (mine, my_code), (theirs, their_code), who in product(_NAMES.items(), _NAMES.items(), _OTHERS):
        if my_code != their_code:
            text = f"My {who} was treated for {theirs} at your hospital. I have {mine} and need help."
            told.append(Lesson("condition", my_code, text, others=(their_code,)))
            told.append(Lesson("condition", my_code, f"I have {mine}. My {who} gave me your address."))
    return told


@pytest.fixture(scope="module")
def model() -> Model:
    return training.train(read_lessons([*lessons(), *told_of_others()]))


def read(model: Model | None, text: str) -> Reading:
    return Reader(model=model).read(text, language="en")


def names(text: str, code: str, *, last: bool = False) -> set[str]:
    """The traits of the first or the last place that names a condition."""
    page = Page(text, ("en",))
    mentions = mentions_of(page, find_labs(page))
    found = [
        traits for mention, traits in zip(mentions, traits_of(page, mentions), strict=True) if mention.code == code
    ]
    return set(map(trait_name, found[-1 if last else 0]))


def test_a_place_is_told_by_the_people_and_ideas_around_it() -> None:
    found = names("My friend was treated for psoriasis: I have lupus?", "skin-disease")
    assert {"person before: friend", "before: treatment", "first", "one rival", "before a colon", "question"} <= found
    assert "person before: i-me" in names("My friend had psoriasis. I have lupus", "lupus")
    assert "sentence before: friend" in names("My friend had psoriasis. I have lupus", "lupus")


def test_what_is_said_of_the_same_illness_elsewhere_counts() -> None:
    assert "taken back before" in names("She has no lupus. Her aunt sends this, lupus", "lupus", last=True)
    assert "named again" in names("lupus here and lupus there", "lupus")


def test_what_a_friend_has_stands_aside(model: Model) -> None:
    text = "My colleague was treated for psoriasis at your hospital. I have lupus and need help."
    reading = read(model, text)
    assert [finding.code for finding in reading.conditions] == ["lupus"]
    assert [(finding.code, finding.standing) for finding in reading.mentions] == [("skin-disease", "aside")]
    assert "also named" in reading.gist
    assert {"skin-disease", "lupus"} <= {finding.code for finding in read(None, text).conditions}


def test_what_nothing_speaks_against_stays_the_patients(model: Model) -> None:
    assert read(model, "I have psoriasis and need help").condition == "skin-disease"


def test_words_of_what_stands_aside_do_not_count_for_the_model(model: Model) -> None:
    page = Page("My friend was treated for psoriasis at your hospital. I have lupus.", ("en",))
    assert hear(page, {}, model).masked
    assert not hear(page, {}).masked


def test_what_is_hardly_the_patients_counts_for_the_model_only_as_far_as_it_may_be(model: Model) -> None:
    page = Page("psoriasis since May, lupus?", ("en",))
    always = next(trait for trait in next(traits_of(page, mentions_of(page, {}))) if trait_name(trait) == "always")
    blend, limits = {**model.blend, "own": 0.0}, {**model.thresholds, OWN: 0.0}
    sure = []
    for own in (3.0, -1.0, -3.0, -9.0):
        table = np.zeros_like(model.attribution)
        table[always] = own
        reading = read(replace(model, attribution=table, blend=blend, thresholds=limits), page.text)
        sure.append({finding.code: finding.confidence for finding in reading.conditions}.get("skin-disease", 0.0))
    assert sure[0] > sure[1] > sure[2] >= sure[3]


def test_what_is_named_and_not_reported_is_shown_as_named_in_passing(model: Model) -> None:
    strict = replace(model, thresholds={**model.thresholds, OWN_SURELY: 1.0})
    reading = read(strict, "I have lupus and need help. I have diabetes.")
    assert [finding.code for finding in reading.conditions] == ["lupus"]
    assert [(finding.code, finding.standing) for finding in reading.mentions] == [("diabetes", "aside")]


def test_a_medicine_of_an_illness_that_stands_aside_is_not_the_patients(model: Model) -> None:
    strict = replace(model, thresholds={**model.thresholds, OWN_SURELY: 1.0})
    text = "I have lupus and need help. My guest has diabetes and takes insulin."
    assert "medicines" not in read(strict, text).facts
    assert read(strict, "I have diabetes and take insulin").facts["medicines"] == ["insulin"]


def test_no_red_flag_stands_aside(model: Model) -> None:
    text = "My friend was treated for epilepsy at your hospital. He has chest pain now."
    assert read(model, text).urgency == "emergency"


def test_few_illnesses_of_others_teach_nothing() -> None:
    shy = training.train(read_lessons([*lessons(), *told_of_others()[:20]]))
    assert not shy.attribution.any()
    assert shy.thresholds[OWN] == 0.0
    text = "My colleague was treated for psoriasis at your hospital. I have lupus and need help."
    heard = hear(Page(text, ("en",)), {}, shy)
    assert {mention.standing for places in heard.mentions.values() for mention in places} == {"present"}


def test_places_are_judged_by_a_table_that_has_not_learned_from_them() -> None:
    read = read_lessons(told_of_others())
    places = [place for one in read for place in one.places]
    contrary = replace(next(place for place in places if place.own is False), own=True)
    learned = attributing.learn([*places, contrary])
    assert learned.odds[-1] < odds(contrary.traits, learned.table)


def test_how_short_a_text_is_counts() -> None:
    assert {"up to 6 words", "up to 30 words"} <= names("My mother has lupus", "lupus")
    longer = names("Good morning to all of you there, my mother has lupus", "lupus")
    assert "up to 10 words" not in longer
    assert "up to 15 words" in longer
