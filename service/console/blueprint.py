"""The console's blueprint, closed by default: nothing but the sign-in page opens without a session."""

from __future__ import annotations

from typing import Any, Final

from flask import Blueprint, Response, redirect, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from service.console import labels, moments, navigation, permissions, tags, times
from service.console.sessions import member, touch
from service.errors import NotFound

console: Final = Blueprint("console", __name__, url_prefix="/console")

#: Open to everybody.
PUBLIC: Final = frozenset(
    f"console.{name}"
    for name in ("sign_in", "sign_in_page", "code_page", "check_code", "enrol_page", "enrol", "link_page", "use_link")
)
#: Asked by a script again and again: no sign that anybody is there, and no place to send a browser back to.
POLLED: Final = frozenset(
    {
        "console.live_queue",
        "console.live_enquiry",
        "console.live_reply",
        "console.live_languages",
        "console.fresh_file_links",
    }
)


@console.before_request
def refuse_odd_addresses() -> None:
    """PostgreSQL takes no NUL in a text, so nothing whose name holds one can be there."""
    if any("\0" in value for value in map(str, (request.view_args or {}).values())):
        raise NotFound(_("There is nothing here."))


@console.before_request
def require_sign_in() -> AnyResponse | None:
    if request.endpoint in PUBLIC:
        return None
    signed_in = member()
    if signed_in is None:
        return _to_sign_in()
    permissions.check(signed_in)
    if request.endpoint not in POLLED:
        touch(signed_in)
    return None


def _to_sign_in() -> AnyResponse:
    if request.endpoint in POLLED:
        return Response(status=401)
    wanted = request.full_path.rstrip("?") if request.method == "GET" else None
    return redirect(url_for("console.sign_in_page", next=wanted), code=303)


@console.after_request
def keep_out_of_caches(response: Response) -> Response:
    """What a patient wrote must not be found in the browser's cache after the coordinator has gone."""
    response.headers["Cache-Control"] = "no-store, private"
    return response


@console.context_processor
def template_names() -> dict[str, Any]:
    return {
        "me": member(),
        "labels": labels,
        "moments": moments,
        "navigation": navigation,
        "tags": tags,
        "times": times,
    }
