"""Finds the conditions that a text names or points at; what was denied, is over or in the family is kept apart."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final

from service.understanding import lab_signs
from service.understanding.facts.medicines import words_of_medicines
from service.understanding.knowledge import condition_codes
from service.understanding.learned.attribution import OWN, attributed
from service.understanding.learned.guesses import guessed
from service.understanding.learned.model import Floats, Model
from service.understanding.learned.weighing import Told, chance, chances, chosen, question
from service.understanding.mentions import Mention, mentions_of
from service.understanding.ngrams import Places
from service.understanding.page import Page
from service.understanding.reading import PRESENT, ConditionFinding, Evidence, Standing
from service.understanding.terms.matches import Match
from service.understanding.terms.search import Pattern

_NAMED: Final = 0.9
_EACH_MORE: Final = 0.02
_HINTS: Final = 0.55
_EACH_HINT: Final = 0.1
_SUREST: Final = 0.98
_SUREST_OF_HINTS: Final = 0.85
_DOUBT: Final = 0.85
_TRANSLATED: Final = 0.95
_HINTS_NEEDED: Final = 2
_SURE_IN_DANGER: Final = 0.75
_TAKEN_BACK: Final[tuple[Standing, ...]] = ("negated", "past", "family", "aside", "suspected", "present")

Found = tuple[tuple[ConditionFinding, ...], tuple[ConditionFinding, ...]]


@dataclass(frozen=True, slots=True)
class Heard:
    """What the terms tell of a text: the places of each condition and how it stands by them, what they tell of those
    that are the patient's, which are not, and the words of what is not, which the model must not count.
    """

    mentions: Mapping[str, Sequence[Mention]]
    standings: Mapping[str, Standing]
    told: Mapping[str, Told]
    taken_back: frozenset[str]
    masked: frozenset[int]


@dataclass(slots=True)
class _Clues:
    """What speaks for one condition in one standing: distinct words that name it, and distinct hints."""

    named: dict[str, None] = field(default_factory=dict)
    hints: dict[str, None] = field(default_factory=dict)
    weak_terms: set[Pattern] = field(default_factory=set)
    evidence: dict[Evidence, None] = field(default_factory=dict)

    def add(self, match: Match, quotes: Iterable[Evidence]) -> None:
        quotes = list(quotes)
        words = dict.fromkeys(quote.text.casefold() for quote in quotes)
        if match.pattern.entry.term.weak:
            self.hints.update(words)
            self.weak_terms.add(match.pattern)
        else:
            self.named.update(words)
        self.evidence.update(dict.fromkeys(quotes))

    def confidence(self) -> float | None:
        """From 0 to 1, or None if it is too little to report."""
        if self.named:
            return min(_SUREST, _NAMED + _EACH_MORE * (len(self.named) - 1 + len(self.hints)))
        hints = min(len(self.hints), len(self.weak_terms))
        if hints >= _HINTS_NEEDED:
            return min(_SUREST_OF_HINTS, _HINTS + _EACH_HINT * (hints - _HINTS_NEEDED))
        return None


def find_conditions(text: str, languages: Sequence[str]) -> Found:
    """What the patient has or may have, surest first, and what is only mentioned; by the terms alone."""
    return conditions_of(Page(text, languages))


def conditions_of(
    page: Page,
    labs: Mapping[str, Mapping[str, Any]] | None = None,
    model: Model | None = None,
    *,
    danger: bool = False,
) -> Found:
    """The conditions of a prepared text; laboratory values, if any were read, point at some.

    The terms find, name and deny; a model, where there is one, ranks what they found, fills gaps, and may be too
    unsure of it to report it. Beside signs of `danger` it must be surer to fill a gap: they are not the signs of the
    long illnesses that it has learned ("pressure" on the chest is not glaucoma).
    """
    heard = hear(page, labs or {}, model)
    findings = {code: finding for code in heard.mentions if (finding := _finding(page, code, heard)) is not None}
    findings |= {finding.code: finding for finding in _from_labs(labs or {}, findings)}
    if model is None:
        return _sorted(findings.values())
    places = page.pieces(heard.masked)
    scores = model.conditions.by_class(_scores(page, heard, model, places))
    asked = question(heard.told, heard.taken_back, scores, len(page.words))
    present = [
        _weighed(page, code, sure, heard, findings.get(code)) or guessed(page, model, code, sure, places)
        for code, sure in chosen(chances(asked, model.blend), heard.told, model.thresholds, asked.plain)
        if not danger or code in findings or sure >= _SURE_IN_DANGER
    ]
    reported = {finding.code for finding in present}
    return tuple(present), _sorted(_mentioned(findings.values(), heard, reported))[1]


def _scores(page: Page, heard: Heard, model: Model, places: Places) -> Floats:
    """How much a text speaks for each condition; `places` are its pieces.

    What is named but less likely the patient's than not counts only as much as it is likely: the name of an illness
    speaks for it, whoever has it.
    """
    scores = model.condition_scores(places)
    named = (mention for mentions in heard.mentions.values() for mention in mentions if mention.is_named)
    unsure = [mention for mention in named if mention.standing in PRESENT and mention.own < 0]
    if not unsure:
        return scores
    words = frozenset(word for mention in unsure for word in range(mention.start, mention.end))
    likeliest = chance(max(mention.own for mention in unsure))
    without = model.condition_scores(page.pieces(heard.masked | words))
    return likeliest * scores + (1 - likeliest) * without


def _mentioned(
    findings: Iterable[ConditionFinding], heard: Heard, reported: Collection[str]
) -> Iterator[ConditionFinding]:
    """What the text takes back; and what it names, but not so that it is reported, as named in passing."""
    for finding in findings:
        if finding.standing not in PRESENT:
            yield finding
        elif finding.code not in reported and heard.told.get(finding.code, Told()).named:
            yield replace(finding, standing="aside")


def hear(page: Page, labs: Mapping[str, Mapping[str, Any]], model: Model | None = None) -> Heard:
    """What the terms tell of a text, for weighing; a model says which of it is hardly the patient's."""
    found = _without_other_purposes(page, mentions_of(page, labs))
    if model is not None:
        found = attributed(page, found, model.attribution, model.thresholds[OWN])
    mentions: dict[str, list[Mention]] = defaultdict(list)
    for mention in found:
        mentions[mention.code].append(mention)
    standings = {code: settled(places) for code, places in mentions.items()}
    pointed = dict(lab_signs.pointed_at(labs))
    told = {code: _told(page, mentions.get(code, []), code in pointed) for code in (*mentions, *pointed)}
    taken_back = frozenset(  # hints that are taken back leave the condition in question: "PSA normal" denies no adenoma
        code
        for code, standing in standings.items()
        if standing not in PRESENT and any(mention.is_named for mention in mentions[code])
    )
    no_signs = [(one.start, one.end) for one in found if one.standing not in PRESENT]
    no_signs += [lab["words"] for lab in lab_signs.healthy(labs)]
    masked = frozenset(word for span in no_signs for word in range(*span))
    theirs = {code: one for code, one in told.items() if code not in taken_back}
    return Heard(dict(mentions), standings, theirs, taken_back, masked)


def _without_other_purposes(page: Page, mentions: Sequence[Mention]) -> list[Mention]:
    """What only a medicine tells is denied where its sentence denies it: "metformin for PCOS, not for diabetes"."""
    starts = page.words.sentence_start
    denied = {(one.code, starts[one.start]) for one in mentions if one.standing == "negated" and one.is_named}
    doubtful = [one for one in mentions if one.standing in PRESENT and (one.code, starts[one.start]) in denied]
    if not doubtful:
        return list(mentions)
    medicines = words_of_medicines(page)
    taken = [one for one in doubtful if medicines.issuperset(range(one.start, one.end))]
    return [one._replace(standing="negated") if one in taken else one for one in mentions]


def _told(page: Page, mentions: Sequence[Mention], laboratory: bool) -> Told:
    own = [mention for mention in mentions if mention.standing in PRESENT]
    named = [mention for mention in own if mention.is_named]
    weak = [match for mention in own for match in mention.matches if match.pattern.entry.term.weak]
    words = {tuple(page.words.words[match.start : match.end]) for match in weak}
    hints = min(len(words), len({match.pattern for match in weak}))
    denied = sum(mention.standing == "negated" and not mention.is_named for mention in mentions)
    first = min((mention.start for mention in named), default=None)
    likeliest = max((mention.own for mention in named), default=0.0)
    return Told(len(named), max(0, hints - denied), first, laboratory, likeliest)


def _weighed(
    page: Page, code: str, sure: float, heard: Heard, finding: ConditionFinding | None
) -> ConditionFinding | None:
    """A finding of the terms with the confidence of the whole; None if no term speaks for the condition."""
    if finding is not None and finding.standing in PRESENT:
        return ConditionFinding(code, round(sure, 2), finding.standing, finding.evidence)
    matches = [match for mention in heard.mentions.get(code, ()) for match in mention.matches]
    quotes = tuple(dict.fromkeys(quote for match in matches for quote in page.evidence(match)))
    return ConditionFinding(code, round(sure, 2), "present", quotes) if quotes and code in heard.told else None


def settled(mentions: Sequence[Mention]) -> Standing:
    """How a condition stands that is spoken of in several places.

    A name counts more than hints, and one whose words stand together more than one with a gap. What is named as the
    patient's is theirs, unless it is denied by a better name, or later on in the same words: "they said
    piles, and it was not piles".
    """
    decisive = [mention for mention in mentions if mention.is_named] or mentions
    denied = [mention for mention in decisive if mention.standing == "negated"]
    own = [mention for mention in decisive if mention.standing in PRESENT and not _is_answered(mention, denied)]
    if own and _firmness(own) >= _firmness(denied):
        return "present" if any(mention.standing == "present" for mention in own) else "suspected"
    return min((mention.standing for mention in decisive), key=_TAKEN_BACK.index)


def _firmness(mentions: Iterable[Mention]) -> int:
    return max((mention.firmness for mention in mentions), default=0)


def _is_answered(mention: Mention, denied: Iterable[Mention]) -> bool:
    return any(mention.start < other.start and not mention.said.isdisjoint(other.said) for other in denied)


def _finding(page: Page, code: str, heard: Heard) -> ConditionFinding | None:
    """What the places together say of a condition; None if they are too few."""
    mentions, standing = heard.mentions[code], heard.standings[code]
    clues = _Clues()
    for mention in mentions:
        if mention.standing == standing or (standing in PRESENT and mention.standing in PRESENT):
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
    more_present, more_mentioned = _sorted(added)
    return (*original[0], *more_present), (*original[1], *more_mentioned)


def _from_labs(
    labs: Mapping[str, Mapping[str, Any]], findings: Mapping[str, ConditionFinding]
) -> Iterator[ConditionFinding]:
    for code, quotes in lab_signs.pointed_at(labs):
        if code not in findings:
            yield ConditionFinding(code, _HINTS, "present", quotes)


def _sorted(findings: Iterable[ConditionFinding]) -> Found:
    ranked = sorted(findings, key=_rank)
    present = tuple(finding for finding in ranked if finding.standing in PRESENT)
    return present, tuple(finding for finding in ranked if finding.standing not in PRESENT)


def _rank(finding: ConditionFinding) -> tuple[bool, float, int]:
    """Surest first, then in the order of the text; what often accompanies another illness comes after it."""
    first = min((quote.start for quote in finding.evidence), default=0)
    return condition_codes()[finding.code].companion, -finding.confidence, first
