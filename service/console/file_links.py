"""Links to patients' files: signed for one member of staff and one file, and stale after five minutes."""

from __future__ import annotations

from typing import Final

from flask import current_app, url_for
from itsdangerous import BadSignature, URLSafeTimedSerializer

from service.console.sessions import signed_in
from service.enquiries.model import Attachment
from service.parts import parts

LASTS_SECONDS: Final = 5 * 60


def to(reference: str, attachment_id: str, page: str = "console.attachment") -> str:
    """A fresh address of the file, for whoever is signed in; `page` may be the mail as it was laid out."""
    key = _serializer().dumps([attachment_id, signed_in().id])
    return url_for(page, reference=reference, attachment_id=attachment_id, key=key)


def holds(key: str, attachment_id: str) -> bool:
    """Whether a key opens this file now, for whoever is signed in."""
    try:
        told = _serializer().loads(key, max_age=LASTS_SECONDS)
    except BadSignature:
        return False
    return bool(told == [attachment_id, signed_in().id])


def is_unscanned(file: Attachment) -> bool:
    """Whether a scanner is to look at the file and has not done so yet."""
    return bool(parts().settings.clamav_url) and file.state == "stored" and file.scanned_at is None


def _serializer() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(str(current_app.secret_key), salt="patients' files")
