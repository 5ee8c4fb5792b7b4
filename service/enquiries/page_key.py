"""Where the next page of a list begins: the values of the last row shown, as one opaque word in the address."""

from __future__ import annotations

import base64
import binascii
import re

from service.errors import BadInput


def written(*values: object) -> str:
    plain = "|".join(str(value) for value in values)
    return base64.urlsafe_b64encode(plain.encode()).decode().rstrip("=")


def read(key: str, *patterns: str) -> list[str]:
    """The values, each of which its pattern matches whole. BadInput if this is not such a key."""
    try:
        values = base64.urlsafe_b64decode(key + "=" * (-len(key) % 4)).decode("ascii").split("|")
    except (ValueError, binascii.Error) as error:
        raise broken() from error
    if len(values) != len(patterns) or not all(map(re.fullmatch, patterns, values)):
        raise broken()
    return values


def broken() -> BadInput:
    return BadInput("after: not a page key", field="after")
