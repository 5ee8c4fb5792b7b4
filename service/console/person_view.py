"""What the enquiry page shows of the person: the hour where they are, and what they agreed to."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import phonenumbers
from babel.core import get_global
from phonenumbers import timezone
from sqlalchemy import select
from sqlalchemy.orm import Session

from service.clock import now
from service.enquiries import contacts
from service.enquiries.model import Consent, Patient


@dataclass(frozen=True, slots=True)
class LocalTime:
    """The hour at the patient's: from `first` to `last` where the country has several zones."""

    first: datetime
    last: datetime
    zone: str

    @property
    def is_one(self) -> bool:
        return self.first.replace(tzinfo=None) == self.last.replace(tzinfo=None)

    @property
    def is_night(self) -> bool:
        """Whether a call would wake somebody."""
        return any(moment.hour < 8 or moment.hour >= 21 for moment in (self.first, self.last))


@dataclass(frozen=True, slots=True)
class PersonView:
    local_time: LocalTime | None
    consents: Sequence[Consent]


def build(session: Session, patient: Patient) -> PersonView:
    consents = session.scalars(select(Consent).where(Consent.patient_id == patient.id).order_by(Consent.id)).all()
    return PersonView(local_time(patient, now()), consents)


def local_time(patient: Patient, moment: datetime) -> LocalTime | None:
    """By the zones of the patient's telephone numbers, else by those of the country; None if neither is known."""
    phones = [point.value for point in patient.contact_points if point.kind in ("phone", "whatsapp") and point.value]
    names = next(filter(None, map(zones_of_phone, phones)), ()) or zones_of_country(patient.country)
    moments = sorted(_shown(names, moment), key=lambda pair: pair[1].replace(tzinfo=None))
    if not moments:
        return None
    (zone, first), (_, last) = moments[0], moments[-1]
    return LocalTime(first, last, zone)


def zones_of_phone(number: str) -> tuple[str, ...]:
    """IANA names of the zones in which a number may be; many for a mobile number of a wide country."""
    try:
        parsed = phonenumbers.parse(number)
    except phonenumbers.NumberParseException:
        return ()
    zones = tuple(zone for zone in timezone.time_zones_for_number(parsed) if zone != timezone.UNKNOWN_TIMEZONE)
    return zones or zones_of_country(contacts.country_of(number))


def zones_of_country(country: str | None) -> tuple[str, ...]:
    """IANA names of the zones of a country (CLDR)."""
    return tuple(zone for zone, code in get_global("zone_territories").items() if code == country) if country else ()


def _shown(names: Iterable[str], moment: datetime) -> list[tuple[str, datetime]]:
    found = []
    for name in names:
        try:
            found.append((name, moment.astimezone(ZoneInfo(name))))
        except ZoneInfoNotFoundError:  # a name that this machine's tables do not have
            continue
    return found
