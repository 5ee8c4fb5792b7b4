"""Settings › Languages: which translation packages are here, which there are, and installing or removing them."""

from __future__ import annotations

import hashlib

from flask import Response, jsonify, redirect, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as AnyResponse

from service import language_packages as packages
from service.console import packages_view, pages
from service.console.blueprint import console
from service.console.pages import Answer
from service.console.permissions import ADMINS, AUDITORS, only
from service.console.sessions import signed_in
from service.errors import BadInput, Conflict
from service.parts import parts
from service.roles import LEADS


@console.get("/languages")
@only(*LEADS, *AUDITORS)
def languages() -> Answer:
    return _page()


@console.get("/languages/live")
@only(*LEADS, *AUDITORS)
def live_languages() -> Response:
    """What the page shows now; 304 if that is what the browser has."""
    with parts().database.read() as session:
        shown = _shown(session)
    version = hashlib.sha256(shown.encode()).hexdigest()[:32]
    if version in request.if_none_match:
        return Response(status=304, headers={"ETag": f'"{version}"'})
    answer = jsonify(html=shown)
    answer.set_etag(version)
    return answer


@console.post("/languages")
@only(*ADMINS)
def change_language() -> Answer:
    """Have a language installed or removed; a worker does it."""
    action: packages.Action = "remove" if request.form.get("action") == "remove" else "install"
    try:
        with parts().database.write() as session:
            packages.ask(session, action, request.form.get("language", ""), who=signed_in().email)
    except (BadInput, Conflict) as problem:
        return _page(problem)
    return _ring()


@console.post("/languages/look")
@only(*ADMINS)
def look_for_languages() -> Answer:
    """Have a worker ask the index, which is somewhere in the Internet: only when somebody wishes it."""
    with parts().database.write() as session:
        packages.look(session, packages.INDEX)
    return _ring()


def _ring() -> AnyResponse:
    parts().doorbell.ring("housekeeping")
    return redirect(url_for("console.languages"), code=303)


def _page(problem: BadInput | Conflict | None = None) -> Answer:
    with parts().database.read() as session:
        return pages.render(
            session,
            "console/languages.html",
            problem,
            shown=_shown(session),
        )


def _shown(session: Session) -> str:
    """The part of the page that changes while packages come and go."""
    return render_template(
        "console/_languages.html",
        table=packages_view.table(session, packages.known(parts().settings.data_dir)),
        megabytes=packages_view.megabytes,
        may_change=signed_in().role in ADMINS,
    )
