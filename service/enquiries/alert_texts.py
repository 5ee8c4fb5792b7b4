"""What an alert says: to staff, in English, with a reference and a link and nothing of the patient's."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

HEADLINES: Final[Mapping[str, str]] = {
    "emergency": "Emergency enquiry {reference} is waiting",
    "unclaimed-emergency": "Nobody has claimed emergency enquiry {reference} yet",
    "overdue": "Overdue enquiries: {count}",
    "test": "Test of the emergency alerts, nothing has happened",
}


@dataclass(frozen=True, slots=True)
class AlertText:
    """The subject of a mail, and what is sent by either way."""

    subject: str
    text: str


def words(kind: str, link: str, *, reference: str = "", count: int = 0) -> AlertText:
    """The alert; `count` is how many are overdue, 100 meaning that or more. Opening the link needs a sign-in."""
    headline = HEADLINES[kind].format(reference=reference, count="more than 99" if count > 99 else count)
    return AlertText(f"{headline} [Dragoman]", f"{headline}: {link}")
