"""The form's one-time token: signed, so that only our own pages make them; its key makes sending twice harmless."""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Iterable
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


def key_for(token_key: str, content: Iterable[str | bytes]) -> str:
    """The message's unique key: the same form sent twice is one message, the form changed and sent again another.

    Keyed, so that the key tells nothing about the content.
    """
    digest = hmac.new(str(current_app.secret_key).encode(), digestmod="sha256")
    for part in content:
        plain = part.encode("utf-8", "surrogatepass") if isinstance(part, str) else part
        digest.update(len(plain).to_bytes(8, "big") + plain)
    return f"{token_key}:{digest.hexdigest()[:32]}"


def _serializer() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(str(current_app.secret_key), salt="enquiry form")
