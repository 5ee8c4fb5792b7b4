"""The form's one-time token: signed, so that only our own pages make them; its key makes sending twice harmless."""

from __future__ import annotations

import secrets
from typing import Final

from flask import current_app
from itsdangerous import BadSignature, URLSafeTimedSerializer

LIVES_SECONDS: Final = 24 * 60 * 60


def make() -> str:
    return _serializer().dumps(secrets.token_urlsafe(18))


def key(token: str) -> str | None:
    """The key in the token, or None if it is not ours or too old."""
    try:
        return str(_serializer().loads(token, max_age=LIVES_SECONDS))
    except BadSignature:
        return None


def _serializer() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(str(current_app.secret_key), salt="enquiry form")
