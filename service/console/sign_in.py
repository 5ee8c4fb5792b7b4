"""The sign-in page, and signing out."""

from __future__ import annotations

from typing import Final

from flask import redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from service.console import sessions, staff
from service.console.blueprint import console
from service.console.throttle import WINDOW, TooManyAttempts
from service.enquiries.inbound import clean_text
from service.parts import parts

Answer = Response | str | tuple[str, int] | tuple[str, int, dict[str, str]]

_MAX_NEXT: Final = 2000


@console.get("/sign-in")
def sign_in_page() -> Answer:
    if sessions.member():
        return redirect(url_for("console.queue"), code=303)
    return _page()


@console.post("/sign-in")
def sign_in() -> Answer:
    email, password = clean_text(request.form.get("email", ""))[:254], request.form.get("password", "")
    try:
        found = staff.sign_in(parts().database, email, password, request.remote_addr or "")
    except TooManyAttempts:
        wait = int(WINDOW.total_seconds())
        message = _("Too many failed sign-ins. Wait %(minutes)s minutes and try again.", minutes=wait // 60)
        return _page(message, email), 429, {"Retry-After": str(wait)}
    if found is None:
        return _page(_("This e-mail address and password do not belong together."), email), 403
    sessions.begin(found)
    return redirect(_safe_next(), code=303)


@console.post("/sign-out")
def sign_out() -> Answer:
    """Ends all sessions of the member: a cookie that somebody has copied would live on otherwise."""
    leaving = sessions.signed_in()
    staff.end_sessions(parts().database, leaving.id, who=leaving.email)
    sessions.end()
    return redirect(url_for("console.sign_in_page"), code=303)


def _page(error: str = "", email: str = "") -> str:
    return render_template("console/sign_in.html", error=error, email=email, next=request.values.get("next", ""))


def _safe_next() -> str:
    """Where the member wanted to go, if that is a page of the console."""
    home, wanted = url_for("console.queue"), request.form.get("next", "")[:_MAX_NEXT]
    is_ours = wanted.startswith(home) and wanted.isprintable() and not set(wanted) & {"\\"} and "//" not in wanted
    return wanted if is_ours else home
