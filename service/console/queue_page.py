"""The queue page, and the cheap question that it asks every ten seconds: has anything changed?"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Mapping
from functools import cache
from typing import Final

from flask import Response, jsonify, render_template, request
from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict

from service.console import labels
from service.console.blueprint import console
from service.console.sessions import signed_in
from service.enquiries import queue as waiting
from service.enquiries import states
from service.enquiries.model import CHANNELS, URGENCY_RANK, Enquiry
from service.enquiries.queue import Filters, Page
from service.errors import BadInput
from service.parts import parts
from service.storage import tasks
from service.understanding import knowledge
from service.understanding.reading import UNCLASSIFIED
from translations.languages import LANGUAGES, UNDETERMINED

#: More than that is shown as "99+".
MOST_EMERGENCIES: Final = 100
MAX_KEY: Final = 200


@console.get("/")
def queue() -> str:
    filters, after = _asked_for(request.args)
    with parts().database.read() as session:
        page = waiting.page(session, filters, after=after)
        return render_template(
            "console/queue.html",
            page=page,
            filters=filters,
            after=after,
            choices=choices(),
            query=_query(filters),
            emergencies=waiting_emergencies(session),
            dead_letters=len(tasks.dead_letters(session, limit=1)),
        )


@console.get("/live")
def live_queue() -> Response:
    """What the queue page shows now; 304 if that is what the browser has. Without `rows`, only the emergencies."""
    filters, after = _asked_for(request.args)
    with parts().database.read() as session:
        emergencies = waiting_emergencies(session)
        page = waiting.page(session, filters, after=after) if "rows" in request.args else Page([], "")
        version = fingerprint(emergencies, page)
        if version in request.if_none_match:
            return Response(status=304, headers={"ETag": f'"{version}"'})
        rows = render_template("console/_rows.html", page=page) if "rows" in request.args else None
    answer = jsonify(emergencies=emergencies, rows=rows)
    answer.set_etag(version)
    return answer


def waiting_emergencies(session: Session) -> int:
    """How many emergencies nobody has claimed, counted no further than `MOST_EMERGENCIES`."""
    query = select(Enquiry.id).where(Enquiry.status == "queued", Enquiry.urgency_rank == URGENCY_RANK["emergency"])
    return len(session.scalars(query.limit(MOST_EMERGENCIES)).all())


def fingerprint(emergencies: int, page: Page) -> str:
    """Differs whenever something that a row shows has changed; sealed values are compared unopened."""
    digest = hashlib.sha256(f"{signed_in().id} {emergencies} {page.after}".encode())
    for enquiry in page.enquiries:
        shown = (
            enquiry.id, enquiry.status, enquiry.urgency, enquiry.due_at, enquiry.assigned_to, enquiry.language,
            enquiry.condition, enquiry.needs, enquiry.translated, enquiry.sealed_gist, enquiry.patient.sealed_name,
        )  # fmt: skip
        digest.update(repr(shown).encode())
    return digest.hexdigest()[:32]


def choices() -> dict[str, list[tuple[str, str]]]:
    """The values and labels of each filter."""
    conditions = sorted((code for code in _codes()["condition"] if code != UNCLASSIFIED), key=labels.condition)
    return {
        "urgency": [(code, labels.of(labels.URGENCIES, code)) for code in _codes()["urgency"]],
        "language": [(code, labels.language(code)) for code in _codes()["language"]],
        "condition": [(code, labels.condition(code)) for code in (*conditions, UNCLASSIFIED)],
        "channel": [(code, labels.of(labels.CHANNELS, code)) for code in _codes()["channel"]],
        "status": [(code, labels.of(labels.STATUSES, code)) for code in _codes()["status"]],
    }


@cache
def _codes() -> Mapping[str, Collection[str]]:
    """The values that each filter may have."""
    return {
        "urgency": tuple(URGENCY_RANK),
        "language": (*LANGUAGES, UNDETERMINED),
        "condition": (*knowledge.condition_codes(), UNCLASSIFIED),
        "channel": CHANNELS,
        "status": (*states.OPEN, *states.ENDED),
    }


def _asked_for(query: MultiDict[str, str]) -> tuple[Filters, str]:
    """The filters and the page key of a request; `BadInput` names one that cannot be."""
    filters = Filters(**{name: _choice(query, name, codes) for name, codes in _codes().items()})
    after = query.get("after", "")
    if len(after) > MAX_KEY or not after.isascii():
        raise BadInput(_("after: not a page key"), field="after")
    return filters, after


def _choice(query: MultiDict[str, str], name: str, codes: Collection[str]) -> str:
    value = query.get(name, "")
    if value and value not in codes:
        raise BadInput(_("%(name)s: there is no such choice", name=name), field=name)
    return value


def _query(filters: Filters) -> dict[str, str]:
    """The filters as they stand in an address."""
    return {name: value for name in _codes() if (value := getattr(filters, name))}
