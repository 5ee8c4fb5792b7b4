"""Making, hashing and checking the passwords of staff."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from functools import cache
from typing import Final

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from service.errors import BadInput

MIN_LENGTH: Final = 12
MAX_LENGTH: Final = 256

# 19 MiB, two passes, one lane: the OWASP minimum for Argon2id; each thread of the web process may need it at once.
_HASHER: Final = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)


def make() -> str:
    """A password of 120 random bits."""
    return secrets.token_urlsafe(15)


def chosen(form: Mapping[str, str]) -> str:
    """The new password of a form, where it stands twice; `BadInput` if the two differ."""
    if form.get("password", "") != form.get("again", ""):
        raise BadInput("the two are not the same", field="again")
    return form.get("password", "")


def hashed(password: str) -> str:
    """The Argon2id hash, with its settings and salt; `BadInput` for a password nobody should have."""
    if not MIN_LENGTH <= len(password) <= MAX_LENGTH:
        raise BadInput(f"password: must have {MIN_LENGTH} to {MAX_LENGTH} characters", field="password")
    try:
        return _HASHER.hash(password)
    except UnicodeEncodeError as error:
        raise BadInput("password: holds bytes that are no text in UTF-8", field="password") from error


def matches(password_hash: str | None, password: str) -> bool:
    """Whether this is the password; without a hash the same work is done, so that the answer's time says nothing."""
    try:
        return _HASHER.verify(password_hash or _nobodys_hash(), password[:MAX_LENGTH]) and password_hash is not None
    except (VerificationError, InvalidHashError, UnicodeEncodeError):
        return False


def is_outdated(password_hash: str) -> bool:
    """Whether the hash was made with weaker settings than ours."""
    return _HASHER.check_needs_rehash(password_hash)


@cache
def _nobodys_hash() -> str:
    return _HASHER.hash(make())
