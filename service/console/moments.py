"""The time until which something is snoozed, as it is chosen in a form."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from service.errors import BadInput

PATIENT: Final = "patient"
AT: Final = "at"
CHOICES: Final = {
    PATIENT: _l("Until the patient writes"),
    "hour": _l("For an hour"),
    "hours": _l("For four hours"),
    "tomorrow": _l("Until tomorrow, 9:00"),
    "monday": _l("Until Monday, 9:00"),
    "week": _l("For a week"),
    AT: _l("Until a time:"),
}
_MORNING: Final = time(9)


def until(form: Mapping[str, str], moment: datetime) -> datetime | None:
    """The chosen time, seen from `moment`; None until the patient writes. `BadInput` names the field at fault.

    `zone` is the IANA name of the reader's own zone, which their browser supplies; without one it is UTC.
    """
    choice, zone = form.get("until", ""), _zone(form.get("zone", ""))
    if choice == PATIENT:
        return None
    if choice == AT:
        return _typed(form.get("at", ""), zone)
    if choice not in _FROM_NOW:
        raise BadInput(_("Choose until when."), field="until")
    return _FROM_NOW[choice](moment, zone)


def _morning_in(days: int, moment: datetime, zone: ZoneInfo) -> datetime:
    day = moment.astimezone(zone).date() + timedelta(days=days)
    return datetime.combine(day, _MORNING, zone).astimezone(UTC)


_FROM_NOW: Final[Mapping[str, Callable[[datetime, ZoneInfo], datetime]]] = {
    "hour": lambda moment, zone: moment + timedelta(hours=1),
    "hours": lambda moment, zone: moment + timedelta(hours=4),
    "tomorrow": lambda moment, zone: _morning_in(1, moment, zone),
    "monday": lambda moment, zone: _morning_in(7 - moment.astimezone(zone).weekday(), moment, zone),
    "week": lambda moment, zone: moment + timedelta(days=7),
}


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name or "UTC")
    except (ValueError, KeyError, OSError) as error:
        raise BadInput(_("This time zone is not known."), field="at") from error


def _typed(text: str, zone: ZoneInfo) -> datetime:
    try:
        typed = datetime.fromisoformat(text)
        return (typed if typed.tzinfo else typed.replace(tzinfo=zone)).astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise BadInput(_("Choose a day and a time."), field="at") from error
