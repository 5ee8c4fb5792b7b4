"""The errors that cross a boundary: each says whether trying again can help."""

from __future__ import annotations


class ServiceError(Exception):
    """Something went wrong that a person or a retry can act on; the text is safe to show."""

    permanent = False
    status = 503


class SettingsError(ServiceError):
    """The settings are missing or wrong."""

    permanent = True
    status = 500


class BadInput(ServiceError):
    """What was sent cannot be accepted; `field` names the part at fault."""

    permanent = True
    status = 422

    def __init__(self, message: str, *, field: str = "") -> None:
        super().__init__(message)
        self.field = field


class TooLarge(BadInput):
    """What was sent is over the limit."""

    status = 413


class UnsupportedType(BadInput):
    """A file of a kind that is not accepted."""

    status = 415


class NotFound(ServiceError):
    """There is no such thing, or not for this person."""

    permanent = True
    status = 404


class Forbidden(ServiceError):
    """The sender or the member of staff may not do this."""

    permanent = True
    status = 403


class Conflict(ServiceError):
    """Somebody else was first, or the state does not allow it."""

    permanent = True
    status = 409
