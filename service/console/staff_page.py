"""Settings › Staff: who works here, with which role and languages; invitations and links for a new password."""

from __future__ import annotations

from flask import redirect, request, url_for

from service.console import pages, staff, staff_changes, staff_links, staff_view
from service.console.blueprint import console
from service.console.pages import Answer
from service.console.permissions import ADMINS, AUDITORS, only
from service.console.sessions import signed_in
from service.console.staff_changes import Profile
from service.enquiries.inbound import clean_text
from service.enquiries.model import Staff
from service.errors import BadInput, Conflict, Forbidden, NotFound
from service.parts import parts
from service.roles import LEADS


@console.get("/staff")
@only(*LEADS, *AUDITORS)
def staff_list() -> Answer:
    return _list()


@console.post("/staff")
@only(*ADMINS)
def invite_staff() -> Answer:
    """Shows the link by which the newcomer sets a password, this once."""
    email, profile = clean_text(request.form.get("email", ""))[:254], _profile(active=True)
    try:
        with parts().database.write() as session:
            member, token = staff_changes.invite(session, email, profile, who=signed_in().email)
    except BadInput as problem:
        return _list(problem)
    return _link(member, token)


@console.get("/staff/<staff_id>")
@only(*LEADS, *AUDITORS)
def staff_member(staff_id: str) -> Answer:
    return _one(staff_id)


@console.post("/staff/<staff_id>")
@only(*ADMINS)
def change_staff(staff_id: str) -> Answer:
    profile = _profile(active="active" in request.form)
    try:
        with parts().database.write() as session:
            staff_changes.change(session, staff_id, profile, by=signed_in().id)
    except (BadInput, Conflict, Forbidden) as problem:
        return _one(staff_id, problem)
    return redirect(url_for("console.staff_list"), code=303)


@console.post("/staff/<staff_id>/link")
@only(*ADMINS)
def make_staff_link(staff_id: str) -> Answer:
    """Shows a link for a new password, this once; for oneself there is the page of one's own account."""
    if staff_id == signed_in().id:
        raise Forbidden("change your own password on the page of your account")
    try:
        with parts().database.write() as session:
            member = staff_changes.find(session, staff_id)
            second_factor_too = "second_factor" in request.form
            who = signed_in().email
            token = staff_links.make(session, member, who=who, second_factor_too=second_factor_too)
    except Conflict as problem:
        return _one(staff_id, problem)
    return _link(member, token)


@console.post("/staff/<staff_id>/end-sessions")
@only(*ADMINS)
def end_staff_sessions(staff_id: str) -> Answer:
    with parts().database.read() as session:
        member = staff_changes.find(session, staff_id)
    staff.end_sessions(parts().database, member.id, who=signed_in().email, of=member.email)
    return redirect(url_for("console.staff_list"), code=303)


def _profile(*, active: bool) -> Profile:
    form = request.form
    return Profile(
        role=form.get("role", ""),
        name=clean_text(form.get("name", "")),
        languages=form.getlist("languages"),
        specialties=form.getlist("specialties"),
        calendar_id=clean_text(form.get("calendar", ""))[:32] or None,
        active=active,
    )


def _list(problem: BadInput | None = None) -> Answer:
    with parts().database.read() as session:
        return pages.render(
            session,
            "console/staff.html",
            problem,
            rows=staff_view.rows(session),
            choices=staff_view.choices(session),
            typed=_profile(active=True) if problem else Profile("coordinator"),
            email=request.form.get("email", ""),
            may_change=_may_change(),
        )


def _one(staff_id: str, problem: BadInput | Conflict | Forbidden | None = None) -> Answer:
    with parts().database.read() as session:
        member = session.get(Staff, staff_id)
        if member is None:
            raise NotFound("there is no such member of staff")
        return pages.render(
            session,
            "console/staff_member.html",
            problem,
            member=member,
            choices=staff_view.choices(session),
            typed=_profile(active="active" in request.form) if problem else _of(member),
            may_change=_may_change(),
        )


def _link(member: Staff, token: str) -> Answer:
    with parts().database.read() as session:
        return pages.render(
            session,
            "console/staff_link.html",
            member=member,
            link=f"{parts().settings.public_url}{url_for('console.link_page', token=token)}",
            minutes=int(staff_links.LASTS.total_seconds()) // 60,
            may_change=_may_change(),
        )


def _of(member: Staff) -> Profile:
    return Profile(
        member.role, member.name, member.languages, member.specialties, member.calendar_id, active=member.active
    )


def _may_change() -> bool:
    return signed_in().role in ADMINS
