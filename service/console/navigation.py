"""The places of the console that its pages link to, each shown to those who may open it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

from service.console import permissions
from service.console.sessions import Member


@dataclass(frozen=True, slots=True)
class Place:
    """A page with the name of its link."""

    endpoint: str
    name: LazyString


#: At the top of every page, in this order.
MAIN: Final[tuple[Place, ...]] = (
    Place("console.queue", _l("Queue")),
    Place("console.people", _l("People")),
    Place("console.new_call", _l("Log a call")),
    Place("console.reports", _l("Reports")),
)
#: Beside the pages of the settings, in this order; "Settings" at the top is the first one that a member may open.
SETTINGS: Final[tuple[Place, ...]] = (
    Place("console.canned_answers", _l("Canned answers")),
    Place("console.texts", _l("Approved texts")),
    Place("console.staff_list", _l("Staff")),
    Place("console.languages", _l("Languages")),
    Place("console.api_keys", _l("API keys")),
    Place("console.audit_log", _l("Audit log")),
    Place("console.calendars", _l("Calendars")),
    Place("console.on_call", _l("On call")),
    Place("console.dead_letters", _l("Dead letters")),
    Place("console.erasures", _l("Wishes for erasure")),
    Place("console.quarantine", _l("In doubt")),
)


def places(of: tuple[Place, ...], member: Member) -> list[Place]:
    """Those of the places that the member may open."""
    return [place for place in of if permissions.may(member, place.endpoint)]
