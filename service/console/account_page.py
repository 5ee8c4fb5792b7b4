"""Your account: one's own name and languages, password, second factor and recovery codes; signing out everywhere."""

from __future__ import annotations

import secrets
from typing import Final

from flask import flash, redirect, render_template, request, url_for
from flask import session as cookie
from flask_babel import gettext as _
from sqlalchemy import func, select
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from service.console import pages, passwords, second_factor, sessions, staff, staff_changes, staff_view
from service.console.blueprint import console
from service.console.pages import Answer
from service.console.sessions import signed_in
from service.enquiries.desk_model import RecoveryCode
from service.enquiries.inbound import clean_text
from service.enquiries.model import AuditEvent, Staff
from service.errors import BadInput
from service.parts import parts

#: The nonce of the key that this browser is shown, until it is confirmed.
_NEW_KEY: Final = "new_key"


@console.get("/account")
def account() -> Answer:
    return _page()


@console.post("/account")
def change_account() -> Answer:
    try:
        with parts().database.write() as session:
            name, languages = clean_text(request.form.get("name", "")), request.form.getlist("languages")
            staff_changes.change_self(session, signed_in().id, name, languages)
    except BadInput as problem:
        return _page(problem)
    return _done(_("Your profile is changed."))


@console.post("/account/password")
def change_password() -> Answer:
    """Ends all other sessions: whoever changes a password may have reason to."""
    try:
        _ask_password("password-current")
        chosen = passwords.hashed(passwords.chosen(request.form))
    except BadInput as problem:
        return _page(problem)
    with parts().database.write() as session:
        member = staff_changes.find(session, signed_in().id)
        member.password_hash = chosen
        member.session_epoch += 1
        session.add(AuditEvent(who=member.email, what="password changed"))
    sessions.begin(member)
    return _done(_("Your password is changed, and you are signed out everywhere else."))


@console.post("/account/recovery-codes")
def renew_recovery_codes() -> Answer:
    """Shows ten new codes, this once."""
    try:
        _ask_password("codes-current")
    except BadInput as problem:
        return _page(problem)
    with parts().database.write() as session:
        member = staff_changes.find(session, signed_in().id)
        codes = second_factor.renew_recovery_codes(session, member)
        session.add(AuditEvent(who=member.email, what="recovery codes renewed"))
    return _show(codes)


@console.get("/account/second-factor")
def new_second_factor() -> Answer:
    return _key_page()


@console.post("/account/second-factor")
def change_second_factor() -> Answer:
    """A new key in place of the one before, and new recovery codes; the old key works until this succeeds."""
    try:
        _ask_password("current")
        with parts().database.write() as session:
            member = staff_changes.find(session, signed_in().id)
            secret = second_factor.new_secret(session, _nonce())
            codes = second_factor.enrol(session, member, secret, request.form.get("code", "")[:40])
            if codes is None:
                raise BadInput(_("This code does not belong to the key above."), field="code")
    except BadInput as problem:
        return _key_page(problem)
    cookie.pop(_NEW_KEY, None)
    return _show(codes)


def _ask_password(field: str) -> None:
    """An unlocked screen must not be enough to take an account over."""
    member, given = signed_in(), request.form.get("current", "")
    if staff.check_password(parts().database, member.email, given, request.remote_addr or "") is None:
        raise BadInput(_("This is not your password."), field=field)


def _nonce() -> str:
    return str(cookie.setdefault(_NEW_KEY, secrets.token_hex(16)))


def _done(message: str) -> Response:
    flash(message)
    return redirect(url_for("console.account"), code=303)


def _show(codes: object) -> str:
    return render_template("console/recovery_codes.html", codes=codes, onward=url_for("console.account"))


def _page(problem: BadInput | None = None) -> Answer:
    with parts().database.read() as session:
        member = session.get_one(Staff, signed_in().id)
        return pages.render(
            session,
            "console/account.html",
            problem,
            member=member,
            choices=staff_view.choices(session),
            codes_left=_codes_left(session, member),
        )


def _key_page(problem: BadInput | None = None) -> Answer:
    with parts().database.read() as session:
        secret = second_factor.new_secret(session, _nonce())
        address = second_factor.uri(secret, signed_in().email, parts().settings.clinic_name)
        return pages.render(
            session,
            "console/account_second_factor.html",
            problem,
            secret=secret,
            address=address,
            picture=second_factor.picture(address),
        )


def _codes_left(session: Session, member: Staff) -> int:
    unused = select(func.count()).where(RecoveryCode.staff_id == member.id, RecoveryCode.used_at.is_(None))
    return session.scalar(unused) or 0
