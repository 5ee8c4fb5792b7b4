"""Who may call the API, and how it says no: one shape of error for everything."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from flask import Response, g, jsonify, request

from service.api import keys
from service.api.keys import Caller
from service.errors import BadInput, Forbidden, ServiceError
from service.parts import parts

CODES: Final[Mapping[int, str]] = {
    400: "bad_request",
    401: "unauthorized",
    403: "forbidden",
    404: "not_found",
    405: "method_not_allowed",
    409: "conflict",
    413: "too_large",
    415: "unsupported_media_type",
    422: "invalid",
    429: "too_many_requests",
}


class Unauthorized(ServiceError):
    """No key, or one that is not ours."""

    permanent = True
    status = 401


class BadRequest(BadInput):
    """The request itself is not in order."""

    status = 400


def require(scope: str) -> Caller:
    """Whose key the request carries; raises unless it may do this."""
    kind, _, key = request.headers.get("Authorization", "").partition(" ")
    if kind.lower() != "bearer" or not key.strip():
        raise Unauthorized("send your key in the header “Authorization: Bearer …”")
    found = keys.caller(parts().database, key.strip(), parts().settings.api_keys)
    if found is None:
        raise Unauthorized("this key is not known, or was revoked")
    if scope not in found.scopes:
        raise Forbidden(f"this key may not do that: it lacks the scope {scope}")
    g.api_caller = found
    return found


def key_of_request() -> str:
    """What the rate limit counts by: the key if one is given, else the address."""
    given = request.headers.get("Authorization", "")
    return f"key:{keys.digest(given)}" if given else f"address:{request.remote_addr}"


def error(status: int, message: str, field: str = "") -> Response:
    """An error as JSON; for a server's fault nothing is told but that it was one."""
    body = {"error": {"code": CODES.get(status, "server_error"), "message": message, "field": field or None}}
    answer = jsonify(body)
    answer.status_code = status
    if status == 401:
        answer.headers["WWW-Authenticate"] = "Bearer"
    return answer


def refused(problem: ServiceError) -> Response:
    return error(problem.status, str(problem), getattr(problem, "field", ""))
