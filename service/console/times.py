"""Moments as people read them; the script of the page turns them into the reader's own zone."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from flask_babel import format_timedelta
from flask_babel import gettext as _

from service.clock import iso, now
from service.enquiries import deadlines
from service.enquiries.deadlines import Standing
from service.enquiries.model import Enquiry

_NOW: Final = timedelta(minutes=1)

__all__ = ["due", "full", "is_over", "iso", "local", "relative", "shown", "soon_seconds", "standing"]


def relative(moment: datetime) -> str:
    """ "in 2 hours", "5 minutes ago"."""
    if abs(now() - moment) < _NOW:
        return str(_("just now"))
    return str(format_timedelta(moment - now(), add_direction=True, threshold=1.1))


def due(moment: datetime) -> str:
    if abs(now() - moment) < _NOW:
        return str(_("due now"))
    if is_over(moment):
        return str(_("overdue by %(time)s", time=format_timedelta(now() - moment, threshold=1.1)))
    return str(_("due %(when)s", when=relative(moment)))


def is_over(moment: datetime) -> bool:
    return moment < now()


def standing(enquiry: Enquiry) -> Standing:
    """ "over", "soon" or "later": how near the enquiry's deadline is."""
    return deadlines.standing(enquiry.urgency, enquiry.due_at, now())


def soon_seconds(enquiry: Enquiry) -> int:
    """So long before its deadline an enquiry is due soon."""
    return int(deadlines.SOON[enquiry.urgency].total_seconds())


def full(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%d %H:%M UTC")


def local(moment: datetime, zone: str) -> datetime:
    """The moment as clocks in an IANA zone show it."""
    return moment.astimezone(ZoneInfo(zone))


def shown(moment: datetime) -> str:
    """Day and hour as they stand in the moment's own zone: "Thu 24 December 2026, 09:30"."""
    return f"{moment:%a} {moment.day} {moment:%B %Y, %H:%M}"
