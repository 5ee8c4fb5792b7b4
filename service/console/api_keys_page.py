"""Settings › API keys: made and shown once, with what each may do and when it was last used, and revoked."""

from __future__ import annotations

from flask import flash, redirect, request, url_for
from flask_babel import gettext as _

from service.api import keys
from service.console import pages
from service.console.blueprint import console
from service.console.pages import Answer
from service.console.permissions import ADMINS, AUDITORS, only
from service.console.sessions import signed_in
from service.enquiries.inbound import clean_text
from service.errors import BadInput, NotFound
from service.parts import parts


@console.get("/api-keys")
@only(*ADMINS, *AUDITORS)
def api_keys() -> Answer:
    return _page()


@console.post("/api-keys")
@only(*ADMINS)
def make_api_key() -> Answer:
    """Shows the key, this once."""
    name, scopes = clean_text(request.form.get("name", "")), request.form.getlist("scopes")
    try:
        with parts().database.write() as session:
            key = keys.add(session, name, scopes, who=signed_in().email)
    except BadInput as problem:
        return _page(problem=problem)
    return _page(made=key)


@console.post("/api-keys/<prefix>/revoke")
@only(*ADMINS)
def revoke_api_key(prefix: str) -> Answer:
    try:
        with parts().database.write() as session:
            keys.revoke(session, prefix, who=signed_in().email)
    except NotFound:
        flash(_("This key was revoked already."))
    else:
        flash(_("The key is revoked: requests with it are refused from now on."))
    return redirect(url_for("console.api_keys"), code=303)


def _page(*, made: str = "", problem: BadInput | None = None) -> Answer:
    with parts().database.read() as session:
        return pages.render(
            session,
            "console/api_keys.html",
            problem,
            keys=keys.everything(session),
            made=made,
            scopes=keys.SCOPES,
            asked=request.form.getlist("scopes") if problem else [],
            name=request.form.get("name", "") if problem else "",
            in_settings_keys=bool(parts().settings.api_keys),
        )
