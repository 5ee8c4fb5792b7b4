"""Where a text speaks of conditions, each place with its standing: the patient's, denied, over, or somebody else's."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from service.understanding import lab_signs
from service.understanding.knowledge import ConditionCode, condition_codes
from service.understanding.matches import Match
from service.understanding.negation import Standing as Clause
from service.understanding.page import Leaf, Page
from service.understanding.persons import words_of_others
from service.understanding.reading import Standing

_FIRM: Final[tuple[Standing, ...]] = ("negated", "family", "past", "suspected", "present")
"""Of two readings of one place the one that takes more back counts."""


@dataclass(frozen=True, slots=True)
class Mention:
    """One place that speaks of a condition: words `start` to `end`, and all terms found there."""

    code: str
    start: int
    end: int
    standing: Standing
    matches: tuple[Match, ...]

    @property
    def is_named(self) -> bool:
        return any(not match.pattern.entry.term.weak for match in self.matches)


def mentions_of(page: Page, labs: Mapping[str, Mapping[str, Any]]) -> list[Mention]:
    """Every place that speaks of a condition, in the order of the text."""
    found = [(leaf, match) for leaf in page.likely_leaves for match in leaf.conditions]
    found = list(_most_telling(found))
    healthy = list(lab_signs.healthy(labs))
    placed: dict[str, list[tuple[Standing, Match]]] = defaultdict(list)
    for leaf, match in found:
        standing = _standing(condition_codes()[match.section], page.standing_of_condition(leaf, match))
        is_healthy = _lies_within(page.words.source_span(match.start, match.end), healthy)
        placed[match.section].append(("negated" if is_healthy else standing, match))
    mentions = [mention for code, places in placed.items() for mention in _places(code, places)]
    return _without_others(page, sorted(mentions, key=lambda mention: mention.start))


def _without_others(page: Page, mentions: list[Mention]) -> list[Mention]:
    """What somebody beside the patient has is theirs, as long as something is left that the patient has."""
    others = words_of_others(page, [mention.start for mention in mentions]) if len(mentions) > 1 else set()
    own = [one for one in mentions if one.standing == "present" and others.isdisjoint(range(one.start, one.end))]
    if not any(mention.is_named for mention in own):
        return mentions
    return [
        replace(mention, standing="family") if mention.standing == "present" and mention not in own else mention
        for mention in mentions
    ]


def _most_telling(found: Sequence[tuple[Leaf, Match]]) -> Iterator[tuple[Leaf, Match]]:
    """Without what is only a part of another condition's name: the ulcer of "ulcer on the heel".

    What often accompanies another illness stays: diabetic foot is diabetes, too.
    """
    named = [match for _, match in found if not match.pattern.entry.term.weak]
    for leaf, match in found:
        within = any(
            other.section != match.section
            and other.start <= match.start
            and match.end <= other.end
            and other.end - other.start > match.end - match.start
            for other in named
        )
        if not within or condition_codes()[match.section].companion:
            yield leaf, match


def _lies_within(span: tuple[int, int], places: Iterable[tuple[int, int]]) -> bool:
    return any(start <= span[0] and span[1] <= end for start, end in places)


def _standing(code: ConditionCode, clause: Clause) -> Standing:
    if clause.negated or clause.cleared:
        return "negated"
    if clause.family:
        return "family"
    if clause.past and code.ends:
        return "past"
    return "suspected" if clause.uncertain else "present"


def _places(code: str, found: Iterable[tuple[Standing, Match]]) -> Iterator[Mention]:
    """Overlapping terms of one condition are one place, and stand as the term does that takes most back."""
    group: list[tuple[Standing, Match]] = []
    end = -1
    for standing, match in sorted(found, key=lambda one: (one[1].start, one[1].end)):
        if group and match.start >= end:
            yield _mention(code, group)
            group = []
        group.append((standing, match))
        end = max(end, match.end) if len(group) > 1 else match.end
    if group:
        yield _mention(code, group)


def _mention(code: str, group: Sequence[tuple[Standing, Match]]) -> Mention:
    standing = min((standing for standing, _ in group), key=_FIRM.index)
    matches = tuple(match for _, match in group)
    return Mention(code, min(match.start for match in matches), max(match.end for match in matches), standing, matches)
