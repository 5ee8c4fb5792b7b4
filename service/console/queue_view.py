"""What the queue page shows: one page of a view, how much the other views hold, and who is looking at what."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

from flask_babel import gettext as _
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict

from service.console import labels
from service.console.sessions import signed_in
from service.enquiries import presence, states
from service.enquiries import queue as waiting
from service.enquiries.model import CHANNELS, URGENCY_RANK, Enquiry, Staff
from service.enquiries.queue import Filters, Page
from service.enquiries.views import VIEWS, Viewer
from service.errors import BadInput
from service.understanding import knowledge
from service.understanding.reading import UNCLASSIFIED
from translations.languages import LANGUAGES, UNDETERMINED

MAX_KEY: Final = 200


@dataclass(frozen=True, slots=True)
class Asked:
    """What the address of the page asks for; `after` is the key of the page."""

    filters: Filters
    after: str = ""

    @property
    def query(self) -> dict[str, Any]:
        """View and filters as they stand in an address."""
        chosen = {name: getattr(self.filters, name) for name in _codes()}
        return {name: value for name, value in chosen.items() if value and (name, value) != ("view", "all")}


@dataclass(frozen=True, slots=True)
class QueueView:
    """The page; `counts` say of each view how many it holds, `watchers` of each enquiry who has it open."""

    asked: Asked
    page: Page
    counts: dict[str, str]
    watchers: dict[str, list[Staff]]
    viewer: Viewer

    def watching(self, enquiry: Enquiry) -> str:
        return labels.watching(self.watchers.get(enquiry.id, []))

    def fingerprint(self) -> str:
        """Differs whenever something that the page shows has changed; sealed values are compared unopened."""
        rows = [
            (
                one.id, one.status, one.urgency, one.due_at, one.assigned_to, one.routed_to, one.language, one.channel,
                one.condition, one.needs, one.snoozed_until, one.escalated_at, one.sealed_gist, one.patient.sealed_name,
                self.watching(one),
            )
            for one in self.page.enquiries
        ]  # fmt: skip
        return repr((rows, self.page.after, self.counts))


def build(session: Session, asked: Asked) -> QueueView:
    viewer = _viewer(session)
    page = waiting.page(session, asked.filters, viewer=viewer, after=asked.after)
    ids = [enquiry.id for enquiry in page.enquiries]
    return QueueView(
        asked=asked,
        page=page,
        counts={view: _shown(count) for view, count in waiting.counts(session, viewer).items()},
        watchers=presence.watchers(session, ids, besides=viewer.staff_id),
        viewer=viewer,
    )


def asked_for(query: MultiDict[str, str]) -> Asked:
    """The view, the filters and the page key of a request; `BadInput` names one that cannot be."""
    chosen = {name: _choice(query, name, codes) for name, codes in _codes().items()}
    after = query.get("after", "")
    if len(after) > MAX_KEY or not after.isascii():
        raise BadInput(_("after: not a page key"), field="after")
    return Asked(Filters(**chosen | {"view": chosen["view"] or "all"}), after)


def choices() -> dict[str, list[tuple[str, str]]]:
    """The values and labels of each filter."""
    codes = _codes()
    conditions = sorted((code for code in codes["condition"] if code != UNCLASSIFIED), key=labels.condition)
    return {
        "urgency": [(code, labels.of(labels.URGENCIES, code)) for code in codes["urgency"]],
        "language": [(code, labels.language(code)) for code in codes["language"]],
        "condition": [(code, labels.condition(code)) for code in (*conditions, UNCLASSIFIED)],
        "channel": [(code, labels.of(labels.CHANNELS, code)) for code in codes["channel"]],
        "status": [(code, labels.of(labels.STATUSES, code)) for code in codes["status"]],
    }


@cache
def _codes() -> Mapping[str, Collection[str]]:
    """The values that the view and each filter may have."""
    return {
        "view": tuple(VIEWS),
        "urgency": tuple(URGENCY_RANK),
        "language": (*LANGUAGES, UNDETERMINED),
        "condition": (*knowledge.condition_codes(), UNCLASSIFIED),
        "channel": CHANNELS,
        "status": (*states.OPEN, *states.ENDED),
    }


def _choice(query: MultiDict[str, str], name: str, codes: Collection[str]) -> str:
    value = query.get(name, "")
    if value and value not in codes:
        raise BadInput(_("%(name)s: there is no such choice", name=name), field=name)
    return value


def _viewer(session: Session) -> Viewer:
    staff = session.get_one(Staff, signed_in().id)
    return Viewer(staff.id, tuple(staff.languages), tuple(staff.specialties))


def _shown(count: int) -> str:
    """Nothing is counted to its end: a view that holds many only says so."""
    if count >= waiting.MOST_COUNTED:
        return f"{waiting.MOST_COUNTED - 1}+"
    return str(count) if count else ""
