"""The clinic's calendars: everybody may look, leads and administrators set hours, holidays and who works by them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from flask import redirect, request, url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from service.clock import now
from service.console import calendars_view, pages
from service.console.blueprint import console
from service.console.pages import Answer
from service.console.permissions import only
from service.console.sessions import signed_in
from service.enquiries import calendars as calendars_of
from service.enquiries import duty, holiday_lists
from service.enquiries.book import zones
from service.enquiries.hours import DAYS
from service.enquiries.model import Staff
from service.errors import BadInput, Conflict, ServiceError
from service.parts import parts
from service.roles import LEADS


@console.get("/calendars")
def calendars() -> Answer:
    return _list()


@console.post("/calendars")
@only(*LEADS)
def create_calendar() -> Answer:
    try:
        with parts().database.write() as session:
            made = calendars_of.create(session, _me(session), **_fields()).id
    except (BadInput, Conflict) as problem:
        return _list(problem)
    return redirect(url_for("console.calendar", calendar_id=made), code=303)


@console.get("/calendars/<calendar_id>")
def calendar(calendar_id: str) -> Answer:
    return _show(calendar_id)


@console.post("/calendars/<calendar_id>")
@only(*LEADS)
def change_calendar(calendar_id: str) -> Answer:
    return _step(calendar_id, lambda session, me: calendars_of.change(session, me, calendar_id, **_fields()))


@console.post("/calendars/<calendar_id>/delete")
@only(*LEADS)
def delete_calendar(calendar_id: str) -> Answer:
    with parts().database.write() as session:
        calendars_of.delete(session, _me(session), calendar_id)
    return redirect(url_for("console.calendars"), code=303)


@console.post("/calendars/<calendar_id>/holidays")
@only(*LEADS)
def add_holidays(calendar_id: str) -> Answer:
    """Those pasted as lines, those of a calendar file, or both."""

    def step(session: Session, me: Staff) -> None:
        days = holiday_lists.pasted(request.form.get("days", ""), _today())
        if (file := request.files.get("file")) is not None and file.filename:
            days += holiday_lists.from_file(file.stream.read(holiday_lists.MAX_BYTES + 1), _today())
        if not days:
            raise BadInput(_("Paste a list of days, or choose a calendar file."), field="days")
        calendars_of.add_holidays(session, me, calendar_id, days)

    return _step(calendar_id, step, anchor="holidays")


@console.post("/calendars/<calendar_id>/holidays/<holiday_id>/remove")
@only(*LEADS)
def remove_holiday(calendar_id: str, holiday_id: str) -> Answer:
    return _step(
        calendar_id,
        lambda session, me: calendars_of.remove_holiday(session, me, calendar_id, holiday_id),
        anchor="holidays",
    )


@console.post("/calendars/<calendar_id>/members")
@only(*LEADS)
def set_calendar_members(calendar_id: str) -> Answer:
    chosen = request.form.getlist("staff")
    return _step(
        calendar_id, lambda session, me: calendars_of.set_members(session, me, calendar_id, chosen), anchor="members"
    )


def _fields() -> dict[str, Any]:
    form = request.form
    week = {day: form.get(day, "") for day in DAYS}
    return {
        "name": form.get("name", ""),
        "zone": form.get("zone", ""),
        "week": week,
        "is_default": form.get("is_default") == "yes",
    }


def _step(calendar_id: str, step: Callable[[Session, Staff], None], *, anchor: str | None = None) -> Answer:
    """One step in one transaction; what cannot be done is said beside what was typed."""
    try:
        with parts().database.write() as session:
            step(session, _me(session))
    except (BadInput, Conflict) as problem:
        return _show(calendar_id, problem)
    return redirect(url_for("console.calendar", calendar_id=calendar_id, _anchor=anchor), code=303)


def _me(session: Session) -> Staff:
    return session.get_one(Staff, signed_in().id)


def _today() -> date:
    return now().date()


def _list(problem: ServiceError | None = None) -> Answer:
    with parts().database.read() as session:
        found = calendars_of.every(session)
        return pages.render(
            session,
            "console/calendars.html",
            problem,
            calendars=found,
            opening={one.id: calendars_view.opening(session, one) for one in found},
            values=request.form if problem else {"is_default": "yes" if not found else ""},
            **_common(),
        )


def _show(calendar_id: str, problem: ServiceError | None = None) -> Answer:
    with parts().database.read() as session:
        found = calendars_of.one(session, calendar_id)
        is_of_the_hours = problem is not None and "zone" in request.form
        return pages.render(
            session,
            "console/calendar.html",
            problem,
            calendar=found,
            holidays=[one for one in found.holidays if one.day >= date(_today().year, 1, 1)],
            values=request.form if is_of_the_hours else calendars_view.values(found),
            opening=calendars_view.opening(session, found),
            staff=duty.active(session, duty.ACTING),
            **_common(),
        )


def _common() -> dict[str, Any]:
    return {
        "days": calendars_view.DAY_NAMES,
        "zones": zones(),
        "as_typed": calendars_of.as_typed,
        "brief": calendars_view.brief,
        "may_write": signed_in().role in LEADS,
    }
