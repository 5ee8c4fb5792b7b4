"""What the enquiry page shows, put together from the stored rows so that the template only has to lay it out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.console import facts_view, highlight, labels, message_view, person_view, tags, timeline_view
from service.console.facts_view import Fact, Lab
from service.console.message_view import ShownMessage, Side
from service.console.person_view import PersonView
from service.console.tags import Tag
from service.console.timeline_view import Entry
from service.enquiries import book, corrected
from service.enquiries.desk_model import Calendar
from service.enquiries.model import AuditEvent, Enquiry

VIEWS: Final = frozenset({"viewed", "attachment viewed", "appointment taken along"})


@dataclass(frozen=True, slots=True)
class Quote:
    """The words that led to a finding; `anchor` is where they stand on the page."""

    text: str
    tag: Tag
    anchor: str


@dataclass(frozen=True, slots=True)
class Finding:
    """A red flag, a condition or something mentioned, with its evidence."""

    kind: str
    label: str
    note: str
    quotes: tuple[Quote, ...]


@dataclass(frozen=True, slots=True)
class EnquiryView:
    """The whole page."""

    enquiry: Enquiry
    timeline: list[Entry]
    red_flags: list[Finding]
    conditions: list[Finding]
    condition_set: bool
    facts: list[Fact]
    missing_facts: list[tuple[str, str]]
    labs: list[Lab]
    lab_sources: list[str]
    history: list[AuditEvent]
    views: list[AuditEvent]
    person: PersonView
    zones: tuple[str, ...]
    default_zone: str


def build(session: Session, enquiry: Enquiry) -> EnquiryView:
    facts = enquiry.facts or {}
    notes, booked = timeline_view.notes_of(session, enquiry), timeline_view.appointments_of(session, enquiry)
    people = timeline_view.people_of(session, enquiry, notes, booked)
    shown = [message_view.build(number, one, people) for number, one in enumerate(enquiry.messages, start=1)]
    return EnquiryView(
        enquiry=enquiry,
        timeline=timeline_view.build(shown, notes, booked, people),
        red_flags=_red_flags(enquiry, shown),
        conditions=_conditions(shown),
        condition_set=corrected.latest(enquiry, "condition") is not None,
        facts=facts_view.facts(facts, corrected.set_facts(enquiry)),
        missing_facts=facts_view.missing(facts),
        labs=list(facts_view.labs(facts, corrected.set_facts(enquiry))),
        lab_sources=facts_view.sources(facts),
        history=[event for event in enquiry.events if event.what not in VIEWS],
        views=[event for event in enquiry.events if event.what in VIEWS],
        person=person_view.build(session, enquiry.patient),
        zones=book.zones(),
        default_zone=session.scalar(select(Calendar.zone).where(Calendar.is_default)) or "UTC",
    )


def _red_flags(enquiry: Enquiry, shown: list[ShownMessage]) -> list[Finding]:
    """Every flag of the enquiry, even one whose words cannot be shown any more."""
    quotes = _quotes(shown, "red_flags")
    levels = {flag["code"]: flag["level"] for item in shown for flag in item.findings("red_flags")}
    return [
        Finding(levels.get(code, enquiry.urgency), labels.red_flag(code), "", tuple(quotes.get((code, ""), ())))
        for code in sorted(enquiry.red_flags, key=lambda code: (levels.get(code, enquiry.urgency), code))
    ]


def _conditions(shown: list[ShownMessage]) -> list[Finding]:
    found = []
    for kind, part in (("condition", "conditions"), ("mention", "mentions")):
        for (code, standing), quotes in _quotes(shown, part).items():
            note = "" if standing == "present" else labels.of(labels.STANDINGS, standing)
            found.append(Finding(kind, labels.condition(code), note, tuple(quotes)))
    return found


def _quotes(shown: list[ShownMessage], part: str) -> dict[tuple[str, str], list[Quote]]:
    """The evidence of all messages by code and standing, in the order in which it was found."""
    found: dict[tuple[str, str], list[Quote]] = {}
    for item in shown:
        for finding in item.findings(part):
            quotes = found.setdefault((finding["code"], finding.get("standing", "")), [])
            quotes += [quote for quote in _quoted(item, finding["evidence"]) if quote not in quotes]
    return found


def _quoted(item: ShownMessage, evidence: list[Mapping[str, Any]]) -> list[Quote]:
    """The words of the original; those of the translation where it alone told."""
    return list(_from_side(item, "original", evidence)) or list(_from_side(item, "translation", evidence))


def _from_side(item: ShownMessage, side: Side, evidence: list[Mapping[str, Any]]) -> Iterator[Quote]:
    """The evidence in one of the texts, without what stands inside longer words or in an earlier version."""
    text = item.side(side)
    if text is None:
        return
    pieces = [piece for piece in evidence if piece["source"] == side]
    places = [(piece["start"], piece["end"]) for piece in pieces if highlight.stands_in(text.whole, piece)]
    for start, end in dict.fromkeys(places):
        if not any(first <= start and end <= last and (first, last) != (start, end) for first, last in places):
            words = text.whole[start:end]
            yield Quote(words, tags.of(words, text.language), item.anchor(side, start))
