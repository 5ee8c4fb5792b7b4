"""Finds the conditions that a text names or points at; what was denied, is over or in the family is kept apart."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final

from service.understanding import lab_signs
from service.understanding.knowledge import condition_codes
from service.understanding.matches import Match
from service.understanding.mentions import Mention, mentions_of
from service.understanding.page import Page
from service.understanding.reading import ConditionFinding, Evidence, Standing

_NAMED: Final = 0.9
_EACH_MORE: Final = 0.02
_HINTS: Final = 0.55
_EACH_HINT: Final = 0.1
_SUREST: Final = 0.98
_SUREST_OF_HINTS: Final = 0.85
_DOUBT: Final = 0.85
_TRANSLATED: Final = 0.95
_HINTS_NEEDED: Final = 2
_PRESENT: Final = ("present", "suspected")
_TAKEN_BACK: Final[tuple[Standing, ...]] = ("negated", "past", "family", "suspected", "present")

Found = tuple[tuple[ConditionFinding, ...], tuple[ConditionFinding, ...]]


@dataclass(slots=True)
class _Clues:
    """What speaks for one condition in one standing: distinct words that name it, and distinct hints."""

    named: dict[str, None] = field(default_factory=dict)
    hints: dict[str, None] = field(default_factory=dict)
    evidence: dict[Evidence, None] = field(default_factory=dict)

    def add(self, match: Match, quotes: Iterable[Evidence]) -> None:
        quotes = list(quotes)
        kind = self.hints if match.pattern.entry.term.weak else self.named
        kind.update(dict.fromkeys(quote.text.casefold() for quote in quotes))
        self.evidence.update(dict.fromkeys(quotes))

    def confidence(self) -> float | None:
        """From 0 to 1, or None if it is too little to report."""
        if self.named:
            return min(_SUREST, _NAMED + _EACH_MORE * (len(self.named) - 1 + len(self.hints)))
        if len(self.hints) >= _HINTS_NEEDED:
            return min(_SUREST_OF_HINTS, _HINTS + _EACH_HINT * (len(self.hints) - _HINTS_NEEDED))
        return None


def find_conditions(text: str, languages: Sequence[str]) -> Found:
    """What the patient has or may have, surest first, and what is only mentioned."""
    return conditions_of(Page(text, languages))


def conditions_of(page: Page, labs: Mapping[str, Mapping[str, Any]] | None = None) -> Found:
    """The conditions of a prepared text; laboratory values, if any were read, point at some."""
    by_code: dict[str, list[Mention]] = defaultdict(list)
    for mention in mentions_of(page, labs or {}):
        by_code[mention.code].append(mention)
    findings = [
        finding for code, mentions in by_code.items() if (finding := _finding(page, code, mentions)) is not None
    ]
    return _sorted((*findings, *_from_labs(labs or {}, findings)))


def _settled(mentions: Sequence[Mention]) -> Standing:
    """How a condition stands that is spoken of in several places.

    A name counts more than hints. What is named as the patient's is theirs, unless it is denied as often and last:
    "they said piles, and it was not piles".
    """
    decisive = [mention for mention in mentions if mention.is_named] or mentions
    own = [mention for mention in decisive if mention.standing in _PRESENT]
    denied = [mention for mention in decisive if mention.standing == "negated"]
    if own and (len(denied) < len(own) or (len(denied) == len(own) and denied[-1].start < own[-1].start)):
        return "present" if any(mention.standing == "present" for mention in own) else "suspected"
    return min((mention.standing for mention in decisive), key=_TAKEN_BACK.index)


def _finding(page: Page, code: str, mentions: Sequence[Mention]) -> ConditionFinding | None:
    """What the places together say of a condition; None if they are too few."""
    standing = _settled(mentions)
    clues = _Clues()
    for mention in mentions:
        if mention.standing == standing or (standing in _PRESENT and mention.standing in _PRESENT):
            for match in mention.matches:
                clues.add(match, page.evidence(match))
    confidence = clues.confidence()
    if confidence is None:
        return None
    sure = confidence * _DOUBT if standing == "suspected" else confidence
    return ConditionFinding(code, round(sure, 2), standing, tuple(clues.evidence))


def merge(original: Found, translated: Found) -> Found:
    """Both readings together: what the patient's own words say of a condition goes before the translation."""
    said = {finding.code for group in original for finding in group}
    added = [
        replace(finding, confidence=round(finding.confidence * _TRANSLATED, 2))
        for group in translated
        for finding in group
        if finding.code not in said
    ]
    return _sorted((*original[0], *original[1], *added))


def _from_labs(
    labs: Mapping[str, Mapping[str, Any]], findings: Iterable[ConditionFinding]
) -> Iterator[ConditionFinding]:
    found = {finding.code for finding in findings}
    for code, quotes in lab_signs.pointed_at(labs):
        if code not in found:
            yield ConditionFinding(code, _HINTS, "present", quotes)


def _sorted(findings: Iterable[ConditionFinding]) -> Found:
    ranked = sorted(findings, key=_rank)
    present = tuple(finding for finding in ranked if finding.standing in _PRESENT)
    return present, tuple(finding for finding in ranked if finding.standing not in _PRESENT)


def _rank(finding: ConditionFinding) -> tuple[bool, float, int]:
    """Surest first, then in the order of the text; what often accompanies another illness comes after it."""
    first = min((quote.start for quote in finding.evidence), default=0)
    return condition_codes()[finding.code].companion, -finding.confidence, first
