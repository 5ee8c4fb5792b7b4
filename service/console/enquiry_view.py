"""What the enquiry page shows, put together from the stored rows so that the template only has to lay it out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal

from service.console import facts_view, highlight, labels, tags
from service.console.facts_view import Lab
from service.console.highlight import Segment
from service.console.tags import Tag
from service.enquiries.model import AuditEvent, Enquiry, Message

Side = Literal["original", "translation"]

VIEWS: Final = frozenset({"viewed", "attachment viewed"})


@dataclass(frozen=True, slots=True)
class Text:
    """A text whole and in pieces, with its language and its tag."""

    whole: str
    language: str
    tag: Tag
    segments: list[Segment]


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
class ShownMessage:
    """A message with its original and its newest translation side by side."""

    number: int
    message: Message
    original: Text
    translation: Text | None

    def anchor(self, side: Side, start: int) -> str:
        """The id on the page of the evidence that begins at this character of the original or the translation."""
        return f"m{self.number}-{side}-{start}"

    def side(self, side: Side) -> Text | None:
        return self.original if side == "original" else self.translation

    def findings(self, part: str) -> list[Mapping[str, Any]]:
        """One part of the message's reading: "red_flags", "conditions" or "mentions"."""
        return list((self.message.reading or {}).get(part, ()))


@dataclass(frozen=True, slots=True)
class EnquiryView:
    """The whole page."""

    enquiry: Enquiry
    messages: list[ShownMessage]
    red_flags: list[Finding]
    conditions: list[Finding]
    facts: list[tuple[str, str]]
    labs: list[Lab]
    history: list[AuditEvent]
    views: list[AuditEvent]


def build(enquiry: Enquiry) -> EnquiryView:
    facts = enquiry.facts or {}
    shown = [_message(number, message) for number, message in enumerate(enquiry.messages, start=1)]
    return EnquiryView(
        enquiry=enquiry,
        messages=shown,
        red_flags=_red_flags(enquiry, shown),
        conditions=_conditions(shown),
        facts=facts_view.facts(facts),
        labs=list(facts_view.labs(facts)),
        history=[event for event in enquiry.events if event.what not in VIEWS],
        views=[event for event in enquiry.events if event.what in VIEWS],
    )


def _message(number: int, message: Message) -> ShownMessage:
    translation = message.translation
    return ShownMessage(
        number=number,
        message=message,
        original=_text(message.reading, message.body or "", message.language, "original"),
        translation=_text(message.reading, translation.text or "", translation.target, "translation")
        if translation
        else None,
    )


def _text(reading: Mapping[str, Any] | None, text: str, language: str, source: str) -> Text:
    return Text(text, language, tags.of(text, language), highlight.cut(text, highlight.spans(reading, text, source)))


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
