"""Searching for people and their enquiries; that somebody has searched is written down, the words are not."""

from __future__ import annotations

from datetime import date

from flask import request
from flask_babel import gettext as _

from service.console import labels, pages, people_view
from service.console.blueprint import console
from service.console.pages import Page
from service.console.sessions import signed_in
from service.enquiries import search
from service.enquiries.inbound import clean_text
from service.enquiries.model import AuditEvent
from service.enquiries.search import Found, Wanted
from service.errors import BadInput
from service.parts import parts
from service.understanding import knowledge
from service.understanding.reading import UNCLASSIFIED

Answer = str | tuple[str, int]
MAX_KEY = 200


@console.get("/people")
def people() -> Page:
    try:
        return _page(_wanted())
    except BadInput as problem:
        return _page(Wanted(), problem)


def _page(wanted: Wanted, problem: BadInput | None = None) -> Page:
    with parts().database.read() as session:
        found = None if wanted.is_empty else search.find(session, wanted, after=_after())
        if found is not None:
            _record(found)
        return pages.render(
            session,
            "console/people.html",
            problem,
            found=found,
            masked=people_view.masked,
            conditions=_conditions(),
            asked=request.args,
            next_page=_next_page(found),
        )


def _record(found: Found) -> None:
    """Write down that somebody has searched before they see anything: how, and how much was found, never what for."""
    how = f"by {found.kind}: {len(found.enquiries)}{'+' if found.after else ''}"
    with parts().database.write() as session:
        session.add(AuditEvent(who=signed_in().email, what="searched", detail=how))


def _wanted() -> Wanted:
    text = clean_text(request.args.get("q", ""))
    if len(text) > search.MAX_TEXT:
        raise BadInput(_("Search for at most %(count)s characters.", count=search.MAX_TEXT), field="q")
    condition = request.args.get("condition", "")
    if condition and condition not in (*knowledge.condition_codes(), UNCLASSIFIED):
        raise BadInput(_("There is no such condition."), field="condition")
    return Wanted(text, condition, _day("since"), _day("until"))


def _day(field: str) -> date | None:
    told = request.args.get(field, "")
    try:
        return date.fromisoformat(told) if told else None
    except ValueError as error:
        raise BadInput(_("Write the day as 2026-03-31."), field=field) from error


def _after() -> str:
    key = request.args.get("after", "")
    if len(key) > MAX_KEY or not key.isascii():
        raise BadInput(_("after: not a page key"), field="after")
    return key


def _next_page(found: Found | None) -> dict[str, str] | None:
    """The same search, further on."""
    if found is None or not found.after:
        return None
    asked = {name: request.args[name] for name in ("q", "condition", "since", "until") if request.args.get(name)}
    return {**asked, "after": found.after}


def _conditions() -> list[tuple[str, str]]:
    codes = sorted(knowledge.condition_codes(), key=labels.condition)
    return [(code, labels.condition(code)) for code in (*codes, UNCLASSIFIED)]
