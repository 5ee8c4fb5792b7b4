"""Signing in: the password, then a code of the second factor, which is set up at the first sign-in; and signing out."""

from __future__ import annotations

from typing import Final

from flask import redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from service.console import second_factor, sessions, staff, throttle
from service.console.blueprint import console
from service.console.sessions import Half
from service.enquiries.inbound import clean_text
from service.enquiries.model import Staff
from service.parts import parts

Answer = Response | str | tuple[str, int] | tuple[str, int, dict[str, str]]

_MAX_NEXT: Final = 2000
_WAIT: Final = int(throttle.WINDOW.total_seconds())
_MAX_CODE: Final = 40


@console.get("/sign-in")
def sign_in_page() -> Answer:
    if sessions.member():
        return redirect(url_for("console.queue"), code=303)
    return _password_page()


@console.post("/sign-in")
def sign_in() -> Answer:
    email, password = clean_text(request.form.get("email", ""))[:254], request.form.get("password", "")
    try:
        found = staff.check_password(parts().database, email, password, request.remote_addr or "")
    except throttle.TooManyAttempts:
        return _wait(_password_page(_too_many(), email))
    if found is None:
        return _password_page(_("This e-mail address and password do not belong together."), email), 403
    if found.totp_confirmed_at is None and not parts().settings.require_totp:
        return _let_in(found)
    sessions.begin_half(found)
    page = "console.enrol_page" if found.totp_confirmed_at is None else "console.code_page"
    return redirect(url_for(page, next=_safe_next()), code=303)


@console.get("/sign-in/code")
def code_page() -> Answer:
    return _code_page() if sessions.half() else _from_the_start()


@console.post("/sign-in/code")
def check_code() -> Answer:
    """A half sign-in that has become too old, or was ended by a colleague, begins again with the password."""
    half = sessions.half()
    if half is None:
        return _from_the_start()
    try:
        found = second_factor.sign_in(parts().database, half, request.form.get("code", "")[:_MAX_CODE])
    except throttle.TooManyAttempts:
        return _wait(_code_page(_too_many()))
    if found is None:
        return _code_page(_("This code is wrong, or was used already. Wait for the next one and type that.")), 403
    sessions.begin(found)
    return redirect(_safe_next(), code=303)


@console.get("/sign-in/enrol")
def enrol_page() -> Answer:
    half = sessions.half()
    if half is None:
        return _from_the_start()
    with parts().database.read() as session:
        newcomer = _newcomer(session, half)
        return _enrol_page(session, half, newcomer) if newcomer else _from_the_start()


@console.post("/sign-in/enrol")
def enrol() -> Answer:
    """Shows the recovery codes, this once; then the member is signed in."""
    half = sessions.half()
    if half is None:
        return _from_the_start()
    with parts().database.write() as session:
        newcomer = _newcomer(session, half)
        if newcomer is None:
            return _from_the_start()
        secret = second_factor.new_secret(session, half.nonce)
        codes = second_factor.enrol(session, newcomer, secret, request.form.get("code", "")[:_MAX_CODE])
        if codes is None:
            problem = _("This code does not belong to the key. Is the clock of your phone right?")
            return _enrol_page(session, half, newcomer, problem), 403
        staff.note_sign_in(session, newcomer)
    sessions.begin(newcomer)
    return render_template("console/recovery_codes.html", codes=codes, onward=_safe_next())


@console.post("/sign-out")
def sign_out() -> Answer:
    """Ends all sessions of the member: a cookie that somebody has copied would live on otherwise."""
    leaving = sessions.signed_in()
    staff.end_sessions(parts().database, leaving.id, who=leaving.email)
    sessions.end()
    return redirect(url_for("console.sign_in_page"), code=303)


def _let_in(found: Staff) -> Response:
    """Without a second factor, where the settings allow that."""
    with parts().database.write() as session:
        staff.note_sign_in(session, session.get_one(Staff, found.id))
    sessions.begin(found)
    return redirect(_safe_next(), code=303)


def _newcomer(session: Session, half: Half) -> Staff | None:
    """The member who has no second factor yet: whoever has one must not replace it with the password alone."""
    found = second_factor.held(session, half)
    return found if found is not None and found.totp_confirmed_at is None else None


def _from_the_start() -> Response:
    return redirect(url_for("console.sign_in_page", next=request.values.get("next")), code=303)


def _password_page(error: str = "", email: str = "") -> str:
    return render_template("console/sign_in.html", error=error, email=email, next=request.values.get("next", ""))


def _code_page(error: str = "") -> str:
    clinic, next_page = parts().settings.clinic_name, request.values.get("next", "")
    return render_template("console/sign_in_code.html", error=error, clinic=clinic, next=next_page)


def _enrol_page(session: Session, half: Half, newcomer: Staff, error: str = "") -> str:
    secret = second_factor.new_secret(session, half.nonce)
    address = second_factor.uri(secret, newcomer.email, parts().settings.clinic_name)
    return render_template(
        "console/sign_in_enrol.html",
        error=error,
        secret=secret,
        address=address,
        picture=second_factor.picture(address),
        next=request.values.get("next", ""),
    )


def _too_many() -> str:
    return str(_("Too many failed sign-ins. Wait %(minutes)s minutes and try again.", minutes=_WAIT // 60))


def _wait(page: str) -> Answer:
    return page, 429, {"Retry-After": str(_WAIT)}


def _safe_next() -> str:
    """Where the member wanted to go, if that is a page of the console."""
    home, wanted = url_for("console.queue"), request.form.get("next", "")[:_MAX_NEXT]
    is_ours = wanted.startswith(home) and wanted.isprintable() and not set(wanted) & {"\\"} and "//" not in wanted
    return wanted if is_ours else home
