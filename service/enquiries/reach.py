"""How a patient can be written to now: each way with what stands in its way."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Literal

from service.enquiries.model import Channel, ContactPoint, Patient

Obstacle = Literal["opted-out", "bad-address", "window-closed"]

#: WhatsApp lets a business answer freely for a day after the person's last message.
WHATSAPP_WINDOW: Final = timedelta(hours=24)
_CHANNELS: Final[Mapping[str, Channel]] = {
    "phone": "sms",
    "whatsapp": "whatsapp",
    "whatsapp-id": "whatsapp",
    "email": "email",
}


@dataclass(frozen=True, slots=True)
class Way:
    """One channel to one contact point; `window_ends` is when WhatsApp stops taking free text.

    With the obstacle "window-closed" an approved template may still go.
    """

    channel: Channel
    point: ContactPoint
    obstacle: Obstacle | None
    window_ends: datetime | None

    @property
    def key(self) -> str:
        return f"{self.channel}:{self.point.id}"


def ways(patient: Patient, moment: datetime) -> list[Way]:
    """Every way to the patient, the one by which they wrote last first; those that are blocked at the end.

    Where rows of one person have the same number, it is one way.
    """
    best = {(way.channel, way.point.blind_index): way for way in reversed(_all_ways(patient, moment))}
    return _sorted(best.values())


def way_of(patient: Patient, key: str, moment: datetime) -> Way | None:
    """The way with this key, if the patient (still) has it."""
    return next((way for way in _all_ways(patient, moment) if way.key == key), None)


def _all_ways(patient: Patient, moment: datetime) -> list[Way]:
    return _sorted(_way(point, moment) for point in patient.all_contact_points)


def _sorted(ways: Iterable[Way]) -> list[Way]:
    return sorted(ways, key=lambda way: (way.obstacle is not None, _freshness(way.point)))


def obstacle_of(point: ContactPoint, moment: datetime) -> Obstacle | None:
    """What forbids or prevents free text to this contact point at this moment."""
    if point.opted_out:
        return "opted-out"
    if point.bad_since is not None:
        return "bad-address"
    ends = window_ends(point)
    if _is_whatsapp(point) and (ends is None or ends <= moment):
        return "window-closed"
    return None


def window_ends(point: ContactPoint) -> datetime | None:
    """When WhatsApp's answering window for this contact closes; None for other channels or if it never opened."""
    if not _is_whatsapp(point) or point.last_inbound_at is None:
        return None
    return point.last_inbound_at + WHATSAPP_WINDOW


def heard_from(points: Iterable[ContactPoint], moment: datetime) -> None:
    """A message came from these contact points: their windows open, and they cannot be bad addresses."""
    for point in points:
        point.last_inbound_at = max(point.last_inbound_at or moment, moment)
        point.bad_since = point.bad_reason = None


def _way(point: ContactPoint, moment: datetime) -> Way:
    return Way(_CHANNELS[point.kind], point, obstacle_of(point, moment), window_ends(point))


def _is_whatsapp(point: ContactPoint) -> bool:
    return _CHANNELS[point.kind] == "whatsapp"


def _freshness(point: ContactPoint) -> float:
    moment = point.last_inbound_at or point.created_at
    return -moment.timestamp()
