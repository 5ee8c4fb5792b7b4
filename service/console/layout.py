"""How original and translation stand to each other on a member's screen: remembered by their browser."""

from __future__ import annotations

from typing import Final

from flask import after_this_request, request
from werkzeug.wrappers import Response

LAYOUTS: Final = ("side-by-side", "stacked")
_COOKIE: Final = "texts"
_A_YEAR: Final = 365 * 24 * 60 * 60


def chosen() -> str:
    """What this request asks for (`?texts=stacked`), which is then remembered; else what was asked for last."""
    asked = request.args.get("texts", "")
    if asked in LAYOUTS:
        after_this_request(lambda response: _remember(response, asked))
        return asked
    kept = request.cookies.get(_COOKIE, "")
    return kept if kept in LAYOUTS else LAYOUTS[0]


def _remember(response: Response, layout: str) -> Response:
    response.set_cookie(
        _COOKIE, layout, max_age=_A_YEAR, path="/console/", httponly=True, samesite="Lax", secure=request.is_secure
    )
    return response
