"""Previews of replies: what the patient would read, what that says translated back, and the reasons to doubt it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import structlog
from sqlalchemy import select

from service.enquiries import drafts, reply
from service.enquiries.model import Draft
from service.storage import tasks
from service.storage.tasks import Leased, LeaseLost
from translations import checks
from translations.engines.base import EngineError
from translations.translator import NoRoute, Translator
from workers.knowledge import denial_words
from workers.leases import task_failed
from workers.runtime import Runtime

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class _Asked:
    """What a preview is made from; `own_words` is the text for the patient, if a coordinator wrote it."""

    written: str
    written_language: str
    language: str
    own_words: str | None


@dataclass(frozen=True, slots=True)
class _Made:
    text: str | None
    back: str | None
    engine: str
    package: str
    flags: list[str]


def preview(runtime: Runtime, leased: Sequence[Leased]) -> None:
    """Do the `preview` tasks of one batch; a coordinator is waiting for each."""
    for task in leased:
        try:
            _do_one(runtime, task)
        except LeaseLost:
            log.warning("somebody else has this task now", task=task.id)
        except Exception as error:
            log.exception("a preview could not be made", task=task.id)
            task_failed(runtime.database, task, error)


def _do_one(runtime: Runtime, task: Leased) -> None:
    with runtime.database.read() as session:
        draft = session.scalar(select(Draft).where(Draft.preview_id == task.subject))
        asked = _asked(draft) if draft is not None else None
    made = _make(runtime.translator, asked) if asked else None
    with runtime.database.write() as session:
        draft = session.scalar(select(Draft).where(Draft.preview_id == task.subject).with_for_update())
        if draft is not None and made is not None:  # otherwise it was changed or sent in the meantime
            draft.text, draft.back, draft.flags = made.text, made.back, made.flags
            draft.engine, draft.package, draft.state = made.engine, made.package, "ready"
        tasks.finish(session, task)


def _asked(draft: Draft) -> _Asked:
    own_words = draft.text if draft.engine == drafts.BY_HAND else None
    return _Asked(draft.written or "", draft.written_language, draft.language, own_words)


def _make(translator: Translator, asked: _Asked) -> _Made:
    if asked.own_words is not None:
        return _judged(translator, asked, asked.own_words)
    try:
        trip = translator.round_trip(asked.written, asked.written_language, asked.language)
    except NoRoute:
        return _Made(None, None, "", "", [reply.NO_ENGINE])
    there = trip.translation
    return _Made(there.text, trip.back.text if trip.back else None, there.engine, there.package, list(trip.flags))


def _judged(translator: Translator, asked: _Asked, own_words: str) -> _Made:
    """A coordinator's own words are compared with what they wrote in the language they share with us."""
    source, target = asked.written_language, asked.language
    flags = list(checks.check(asked.written, own_words, source, target, denies=denial_words()))
    back = _back(translator, own_words, target, source)
    if back is not None:
        flags += checks.check(asked.written, back, source, source, denies=denial_words())
    return _Made(own_words, back, drafts.BY_HAND, "", list(dict.fromkeys(flags)))


def _back(translator: Translator, text: str, source: str, target: str) -> str | None:
    try:
        return translator.translate([text], source, target)[0].text
    except (NoRoute, EngineError):
        return None
