"""Whether a webhook was signed by Twilio with one of our tokens."""

from __future__ import annotations

import hmac
from collections.abc import Sequence

from twilio.request_validator import RequestValidator
from werkzeug.datastructures import MultiDict


def is_signed(url: str, form: MultiDict[str, str], signature: str, tokens: Sequence[str]) -> bool:
    """True if any of the tokens (current and next, during a rotation) made this signature for this address and form.

    Anything that cannot be judged counts as unsigned: the library raises on several kinds of malformed input.
    """
    if not signature:
        return False
    try:
        made = [RequestValidator(token).compute_signature(url, form) for token in tokens]
        return any(hmac.compare_digest(signature.encode(), str(one).encode()) for one in made)
    except (ValueError, TypeError, AttributeError, UnicodeError):
        return False
