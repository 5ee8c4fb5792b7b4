"""Writes the one English line that tells a coordinator what a message is about, from what was recognised alone."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from typing import Any, Final

from service.understanding import cldr
from service.understanding.knowledge import condition_codes, red_flag_codes
from service.understanding.reading import ConditionFinding, RedFlag
from translations.languages import UNDETERMINED, english_name

LONGEST: Final = 200
_SEPARATOR: Final = " · "
_MOST_FLAGS: Final = 4
_MOST_CONDITIONS: Final = 3
_LONGEST_ABBREVIATION: Final = 5
_MOST_LABS: Final = 4
_WISHES: Final = {
    "stem-cells": "stem cell treatment",
    "transplant": "a transplant",
    "surgery": "surgery",
    "medicine": "medicine",
    "rehabilitation": "rehabilitation",
    "second-opinion": "a second opinion",
    "visa": "a visa",
    "price": "cost",
}
_INTENTS: Final = {
    "cost": "cost",
    "appointment": "an appointment",
    "second-opinion": "a second opinion",
    "follow-up": "follow-up",
    "travel": "travel",
    "billing": "a bill",
    "callback": "a call back",
}
_WHOLE: Final = {"opt-out": "Asks not to be contacted again", "spam": "Looks like advertising"}
_STANDINGS: Final = {"negated": "no", "past": "past", "family": "in the family:", "aside": "also named:"}


def write(
    language: str,
    flags: Sequence[RedFlag],
    present: Sequence[ConditionFinding],
    mentions: Sequence[ConditionFinding],
    facts: Mapping[str, Any],
    intents: Sequence[str],
    wishes: Sequence[str],
) -> str:
    """At most 200 characters, never empty, nothing that was not recognised; what matters most comes first."""
    parts = [
        *_danger(flags),
        *_patient(facts),
        *_illness(present, facts),
        *_mentioned(mentions),
        *_labs(facts.get("labs", {})),
        *_request(intents, wishes),
    ]
    return _fit(parts) or _nothing(language)


def _danger(flags: Sequence[RedFlag]) -> Iterator[str]:
    if not flags:
        return
    codes = red_flag_codes()
    for level, title in (("emergency", "EMERGENCY words"), ("urgent", "URGENT words")):
        labels = [codes[flag.code].label for flag in flags if flag.level == level]
        if labels:
            more = f" and {len(labels) - _MOST_FLAGS} more" if len(labels) > _MOST_FLAGS else ""
            yield f"{title}: {', '.join(labels[:_MOST_FLAGS])}{more}"


def _patient(facts: Mapping[str, Any]) -> Iterator[str]:
    who, known = facts.get("who"), []
    if "sex" in facts and who in (None, "self", "child", "baby", "friend", "relative", "patient"):
        known.append(facts["sex"])
    if age := _age(facts):
        known.append(age)
    if country := facts.get("country"):
        known.append(_country_name(country))
    if who and who not in ("self", "patient"):
        article = "a" if who in ("friend", "relative") else "their"
        yield ", ".join((f"For {article} {who}", *known))
    elif known:
        yield ", ".join(("Patient", *known))


def _age(facts: Mapping[str, Any]) -> str:
    detail = facts.get("age_detail")
    if detail:
        return f"{detail['value']} {_counted(detail['value'], detail['unit'])} old"
    return str(facts.get("age", ""))


def _illness(present: Sequence[ConditionFinding], facts: Mapping[str, Any]) -> Iterator[str]:
    labels = [_label(finding) for finding in present[:_MOST_CONDITIONS]]
    duration = facts.get("duration")
    lasting = f"{duration['value']} {_counted(duration['value'], duration['unit'])}" if duration else ""
    if labels:
        yield " + ".join(labels) + (f", {lasting}" if lasting else "")
    elif lasting:
        yield f"for {lasting}"


def _mentioned(mentions: Sequence[ConditionFinding]) -> Iterator[str]:
    for finding in mentions[:2]:
        yield f"{_STANDINGS[finding.standing]} {condition_codes()[finding.code].label}"


def _name_of(test: str) -> str:
    """ "ALT", but "total protein"."""
    return test.upper() if len(test) <= _LONGEST_ABBREVIATION else test.replace("_", " ")


def _labs(labs: Mapping[str, Mapping[str, Any]]) -> Iterator[str]:
    shown = [f"{_name_of(test)} {lab['value']}" for test, lab in list(labs.items())[:_MOST_LABS]]
    if shown:
        yield ", ".join(shown)


def _request(intents: Sequence[str], wishes: Sequence[str]) -> Iterator[str]:
    if intents[0] in _WHOLE:
        yield _WHOLE[intents[0]]
        return
    things = [_WISHES[wish] for wish in wishes if wish != "price"]
    others = [_INTENTS[intent] for intent in intents if intent in _INTENTS and _INTENTS[intent] not in things]
    if things and "cost" in others:
        others.remove("cost")
        things[0] = f"cost of {things[0]}"
    if things or others:
        yield "asks: " + ", ".join((*things, *others))


def _label(finding: ConditionFinding) -> str:
    label = condition_codes()[finding.code].label
    return f"{label} (suspected)" if finding.standing == "suspected" else label


def _counted(value: float, unit: str) -> str:
    return unit.removesuffix("s") if value == 1 else unit


def _fit(parts: Sequence[str]) -> str:
    """As many whole parts as there is room for."""
    line = ""
    for part in parts:
        longer = f"{line}{_SEPARATOR}{part}" if line else part[:LONGEST]
        if len(longer) <= LONGEST:
            line = longer
    return line


def _nothing(language: str) -> str:
    if language == UNDETERMINED:
        return "Message in an unknown language, nothing recognised"
    return f"Message in {english_name(language)}, nothing recognised"


@cache
def _country_name(code: str) -> str:
    return cldr.names("en")["countries"].get(code, code)
