"""The page behind a link for a new password: open to whoever holds the link, and to nobody twice."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from service.console import passwords, sessions, staff_links
from service.console.blueprint import console
from service.errors import BadInput
from service.parts import parts


@console.get("/link/<token>")
def link_page(token: str) -> str:
    """Looking uses nothing up: mail scanners open links before people do."""
    return _page(token)


@console.post("/link/<token>")
def use_link(token: str) -> Response | tuple[str, int]:
    try:
        password = passwords.chosen(request.form)
        with parts().database.write() as session:
            staff_links.use(session, token, password)
    except BadInput as problem:
        return _page(token, problem), problem.status
    sessions.end()
    flash(_("Your password is set. Sign in with it."))
    return redirect(url_for("console.sign_in_page"), code=303)


def _page(token: str, problem: BadInput | None = None) -> str:
    with parts().database.read() as session:
        member = staff_links.member(session, token)
        return render_template("console/link.html", member=member, token=token, problem=problem)
