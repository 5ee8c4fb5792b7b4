"""`dragoman learn`: trains a model with coordinators' corrections, and promotes it only if it is better.

Better means: on messages that neither has learned from it is right as often as before, on the corrections more often,
it raises no more false alarms than a few, and of the emergencies that were heard before it loses none.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.clock import now
from service.enquiries.model import LabelledExample
from service.understanding.learned.model import DANGER, Model
from service.understanding.learned.model_store import ModelStore, Version
from service.understanding.reading import UNCLASSIFIED
from workers.judging import Judgement, judge
from workers.training import Lesson, Read, read_lessons, train

_HELD_OUT: Final = 5
"""One lesson in so many is kept for judging."""
_MORE_FALSE_ALARMS: Final = 0.01


@dataclass(frozen=True, slots=True)
class Correction:
    """What a coordinator corrected, as a lesson, and when."""

    lesson: Lesson
    at: datetime


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a lesson: the new version if it was promoted, the reasons if not, and the figures."""

    promoted: str | None
    reasons: tuple[str, ...]
    report: dict[str, float]


def corrections(session: Session) -> list[Correction]:
    """The corrections that a model can learn from, the last of each enquiry; an erased patient's are gone."""
    rows = session.scalars(
        select(LabelledExample)
        .where(LabelledExample.kind.in_(("condition", "urgency", "intent")))
        .order_by(LabelledExample.id)
    )
    latest = {(row.enquiry_id, row.kind): row for row in rows}
    found = [(row, _lesson(row)) for row in latest.values() if row.text]
    return [Correction(lesson, row.at) for row, lesson in found if lesson is not None]


def learn(examples: Sequence[Lesson], corrected: Sequence[Correction], store: ModelStore) -> Outcome:
    """Trains with the corrections, judges against the model without the newest of them, and promotes or refuses."""
    current = store.current()
    known = store.current_version()
    since = datetime.fromisoformat(known.made_at) if known and current and current.version == known.version else None
    fresh = [one for one in corrected if since is None or one.at > since]
    if current is None:
        return Outcome(None, ("there is no model yet; set-up makes it",), {})
    if not fresh:
        return Outcome(None, ("nothing was corrected since the current model was made",), {})
    read = read_lessons([*examples, *(one.lesson for one in corrected)])
    old, new = read[: len(examples)], read[len(examples) :]
    trained = train(read)
    reasons, report = _compare(old, new, [one in fresh for one in corrected], current, trained)
    if reasons:
        return Outcome(None, reasons, report)
    built = store.built_version()
    store.promote(trained, Version(trained.version, built, now().isoformat(), report))
    return Outcome(trained.version, (), report)


def _compare(
    old: Sequence[Read], new: Sequence[Read], is_fresh: Sequence[bool], current: Model, trained: Model
) -> tuple[tuple[str, ...], dict[str, float]]:
    """The reasons against the new model, none if it is better, and the figures."""
    known = [one for one, fresh in zip(new, is_fresh, strict=True) if not fresh]
    unseen = [one for one in old if _is_held_out(one)]
    before = judge(train([one for one in [*old, *known] if not _is_held_out(one)]), unseen)
    after = judge(train([one for one in [*old, *new] if not _is_held_out(one)]), unseen)
    corrected = judge(current, new), judge(trained, new)
    everything = judge(current, [*old, *new]), judge(trained, [*old, *new])
    report = {
        "right before": round(before.share, 4),
        "right after": round(after.share, 4),
        "corrections right before": round(corrected[0].share, 4),
        "corrections right after": round(corrected[1].share, 4),
    }
    return tuple(_reasons((before, after), corrected, everything, len(unseen))), report


def _reasons(
    unseen: tuple[Judgement, Judgement],
    corrected: tuple[Judgement, Judgement],
    everything: tuple[Judgement, Judgement],
    count: int,
) -> Iterable[str]:
    before, after = unseen
    if after.right < before.right:
        yield f"it is right less often on messages that it has not seen: {after.right} of {after.asked}"
    if lost := len(before.heard - after.heard) + len(everything[0].heard - everything[1].heard):
        yield f"it loses red flags: {lost}"
    if len(after.false_alarms) > len(before.false_alarms) + _MORE_FALSE_ALARMS * count:
        yield f"it raises more false alarms: {len(after.false_alarms)} instead of {len(before.false_alarms)}"
    gained = corrected[1].right - corrected[0].right + len(corrected[1].heard - corrected[0].heard)
    quieter = len(corrected[0].false_alarms - corrected[1].false_alarms)
    if gained + quieter <= 0:
        yield "it reads the corrections no better"


def _is_held_out(read: Read) -> bool:
    """The same lessons each time, whatever their order."""
    return zlib.crc32(read.lesson.text.encode()) % _HELD_OUT == 0


def _lesson(row: LabelledExample) -> Lesson | None:
    text = row.text or ""
    if row.kind == "condition":
        return Lesson("condition", None if row.new == UNCLASSIFIED else row.new, text)
    if row.kind == "intent":
        return Lesson("intent", row.new, text)
    if row.new == "routine":
        return Lesson("red-flag", None, text)
    return Lesson("red-flag", DANGER, text) if row.old == "routine" else None
