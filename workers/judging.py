"""Compares models on lessons: how many conditions and intents each gets right, and which emergencies each hears."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from service.understanding import triage
from service.understanding.learned.attribution import OWN
from service.understanding.learned.belief import least_odds
from service.understanding.learned.model import Model
from service.understanding.learned.surroundings import odds
from service.understanding.learned.weighing import chances, chosen, question
from service.understanding.ngrams import Places
from service.understanding.reading import UNCLASSIFIED
from workers.believing import Weighed
from workers.training import Read


@dataclass(frozen=True, slots=True)
class Judgement:
    """What a model makes of some lessons: conditions and intents right of how many, by index which dangers it hears.

    `false_alarms` are the harmless lessons, by index, in which it hears danger.
    """

    right: int
    asked: int
    heard: frozenset[int]
    false_alarms: frozenset[int]

    @property
    def share(self) -> float:
        return self.right / self.asked if self.asked else 1.0


def judge(model: Model, read: Sequence[Read]) -> Judgement:
    """The terms have their say, too: what they hear, the model need not hear again."""
    asked = [one for one in read if one.lesson.kind in ("condition", "intent")]
    right = sum(map(partial(_is_right, model), asked))
    alarms = {index for index, one in enumerate(read) if _hears_danger(model, one)}
    flagged = {index for index, one in enumerate(read) if one.lesson.kind == "red-flag" and one.lesson.code}
    return Judgement(right, len(asked), frozenset(alarms & flagged), frozenset(alarms - flagged))


def _is_right(model: Model, read: Read) -> bool:
    if read.lesson.kind == "intent":
        return intent_of(model, read) == read.lesson.code
    return condition_of(model, read) == (read.lesson.code or UNCLASSIFIED)


def intent_of(model: Model, read: Read) -> str | None:
    """The intent for which most speaks, if the model has learned of any."""
    scores = model.intent_scores(Places(read.intent_pieces))
    return model.intents.classes[int(scores.argmax())] if len(scores) else None


def condition_of(model: Model, read: Read) -> str:
    """The condition that would be reported first."""
    places = Places(read.condition_pieces)
    scores = model.conditions.by_class(model.condition_scores(places))
    own = [odds(place.traits, model.attribution) for place in read.places]
    heard = read.reconsidered(own, model.thresholds[OWN])
    asked = question(heard.told, heard.excluded, scores, heard.words)
    reported = chosen(chances(asked, model.blend), heard.told, model.thresholds, asked.plain)
    return reported[0][0] if reported else UNCLASSIFIED


def _hears_danger(model: Model, read: Read) -> bool:
    """As triage does: because it believes a sign, or by what is left without those that it does not."""
    if any(_is_believed(model, read, sign) for sign in read.signs):
        return True
    enough = triage.leaves_enough(read.words, read.doubtful)
    return enough and model.danger(Places(read.left)) >= model.thresholds["danger"]


def _is_believed(model: Model, read: Read, sign: Weighed) -> bool:
    text = model.danger(Places(read.flag_pieces))
    least = least_odds(sign.doubt, text, model.thresholds)
    if not math.isfinite(least):
        return True
    sentence, rest = (model.danger(Places(pieces or ())) for pieces in (sign.sentence, sign.rest))
    return odds(sign.all_traits(text, sentence, rest), model.belief) >= least
