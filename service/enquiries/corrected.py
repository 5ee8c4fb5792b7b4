"""What coordinators corrected goes before what was read, however often a message is read again."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Final, Literal

from service.enquiries.model import Enquiry, LabelledExample, Message
from service.understanding.knowledge import condition_codes
from service.understanding.reading import UNCLASSIFIED, Reading

Kind = Literal["condition", "urgency", "intent", "language"]
MAX_GIST: Final = 200
_LAB: Final = "labs."


def latest(enquiry: Enquiry, kind: Kind) -> LabelledExample | None:
    """The correction that holds."""
    return next((one for one in reversed(enquiry.corrections) if one.kind == kind), None)


def is_news(enquiry: Enquiry, message: Message, reading: Reading) -> bool:
    """Whether a reading may raise the urgency: after a coordinator has set it, only a new message or a new flag may."""
    by_hand = latest(enquiry, "urgency")
    if by_hand is None or message.received_at > by_hand.at:
        return True
    return not {flag.code for flag in reading.red_flags} <= set(message.red_flags or ())


def hold(enquiry: Enquiry) -> None:
    """Put the corrected condition and intent back over what a new reading says of the old messages."""
    if (condition := latest(enquiry, "condition")) is not None:
        enquiry.condition = condition.new
        enquiry.conditions = conditions(condition.new)
        enquiry.gist = headline(condition.new, enquiry.gist or "")
    if (intent := latest(enquiry, "intent")) is not None:
        enquiry.intent = intent.new
    enquiry.facts = facts(enquiry, enquiry.facts or {})


def facts(enquiry: Enquiry, told: Mapping[str, Any]) -> dict[str, Any]:
    """What was told, with what coordinators set over it and without what they took out."""
    held = dict(told)
    for key, value in set_facts(enquiry).items():
        if key.startswith(_LAB):
            labs = {**(held.get("labs") or {}), key.removeprefix(_LAB): value}
            held["labs"] = {test: result for test, result in labs.items() if result is not None}
        elif value is None:
            held.pop(key, None)
        else:
            held[key] = value
        if key == "age":
            held.pop("age_detail", None)
    return held


def set_facts(enquiry: Enquiry) -> dict[str, Any]:
    """The facts that coordinators set, the last word on each; None for what is not so."""
    said = [one for one in enquiry.corrections if one.kind == "fact"]
    return {one.new: json.loads(one.text) for one in said if one.text is not None}


def fact_of(told: Mapping[str, Any], key: str) -> Any:
    """One fact, or a laboratory value by its key "labs.alt"; None if it is not there."""
    if key.startswith(_LAB):
        return (told.get("labs") or {}).get(key.removeprefix(_LAB))
    return told.get(key)


def conditions(code: str) -> list[dict[str, object]]:
    """The conditions of an enquiry whose condition a person has set."""
    if code == UNCLASSIFIED:
        return []
    return [{"code": code, "confidence": 1.0, "standing": "present", "evidence": []}]


def headline(code: str, gist: str) -> str:
    """The one line, led by the condition that a person has set."""
    label = condition_codes()[code].label if code in condition_codes() else "no condition"
    lead = f"{label} (set by a coordinator)"
    rest = gist.rsplit(" (set by a coordinator) · ", maxsplit=1)[-1]
    line = f"{lead} · {rest}"
    return line if len(line) <= MAX_GIST else line[: MAX_GIST - 1].rstrip() + "…"
