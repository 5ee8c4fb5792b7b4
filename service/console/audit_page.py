"""Settings › Audit log: who did what, when and to which enquiry; filtered, page after page, and as CSV."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from itertools import chain
from typing import Any, Final

from flask import Response, request, url_for
from sqlalchemy import select

from service.clock import iso
from service.console import pages, spreadsheet
from service.console.blueprint import console
from service.console.pages import Page
from service.console.permissions import AUDITORS, only
from service.console.sessions import signed_in
from service.enquiries import audit, references
from service.enquiries.audit import Filters
from service.enquiries.inbound import clean_text
from service.enquiries.model import AuditEvent, Staff
from service.errors import BadInput
from service.parts import parts
from service.roles import LEADS
from service.storage.tables import is_id

_HEADS: Final[Sequence[object]] = ("at", "who", "what", "enquiry", "detail")
_LATEST: Final = date.max - timedelta(days=1)


@console.get("/audit")
@only(*LEADS, *AUDITORS)
def audit_log() -> Page:
    try:
        return _page(_asked_for())
    except BadInput as problem:
        return _page(None, problem)


@console.get("/audit.csv")
@only(*LEADS, *AUDITORS)
def audit_csv() -> Response:
    """All that the filters let through; that it was taken out of the console is itself written down first."""
    filters, database = _asked_for(), parts().database
    with database.write() as session:
        detail = ", ".join(f"{name} {value}" for name, value in _typed(filters).items()) or None
        session.add(AuditEvent(who=signed_in().email, what="audit log exported", detail=detail))
    return spreadsheet.download("dragoman-audit.csv", chain([_HEADS], audit.everything(database, filters, _row)))


def _row(line: audit.Line) -> Sequence[object]:
    """What is said of a patient's enquiry stays in the console: a file goes on living after the patient is erased."""
    event, reference = line
    detail = event.detail if event.patient_id is None else None
    return iso(event.at), event.who, event.what, reference, detail


def _asked_for() -> Filters:
    """The filters of the address; `BadInput` names the one that cannot be."""
    asked = {name: clean_text(request.args.get(name, "")).strip()[:254] for name in ("who", "what", "reference")}
    reference = references.parse(asked["reference"])
    if asked["reference"] and reference is None:
        raise BadInput("a reference has nine digits, such as 482-719-358", field="reference")
    return Filters(asked["who"], asked["what"], reference or "", _day("since"), _day("until"))


def _day(name: str) -> date | None:
    text = request.args.get(name, "")
    try:
        return min(date.fromisoformat(text), _LATEST) if text else None
    except ValueError as error:
        raise BadInput("this is not a day, such as 2026-11-28", field=name) from error


def _typed(filters: Filters) -> dict[str, Any]:
    """The filters that are set, as they stand in an address."""
    names = ("who", "what", "reference", "since", "until")
    return {name: str(value) for name in names if (value := getattr(filters, name))}


def _page(filters: Filters | None, problem: BadInput | None = None) -> Page:
    asked = request.args.get("before", "")
    before = asked if is_id(asked) else ""
    with parts().database.read() as session:
        lines = audit.page(session, filters, before=before) if filters else []
        typed = _typed(filters) if filters else request.args.to_dict()
        older = lines[-1][0].id if len(lines) == audit.SHOWN else ""
        return pages.render(
            session,
            "console/audit.html",
            problem,
            lines=lines,
            typed=typed,
            export=url_for("console.audit_csv", **typed) if filters else "",
            older=url_for("console.audit_log", before=older, **typed) if older and filters else "",
            is_first=not before,
            staff=session.scalars(select(Staff.email).order_by(Staff.email)).all(),
            kinds=audit.kinds(session),
        )
