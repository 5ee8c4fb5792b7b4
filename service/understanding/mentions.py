"""Where a text speaks of conditions, each place with its standing: the patient's, denied, over, or somebody else's."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final, NamedTuple

from service.understanding import lab_signs
from service.understanding.knowledge import ConditionCode, condition_codes
from service.understanding.negation import Standing as Clause
from service.understanding.page import Leaf, Page
from service.understanding.persons import words_of_others
from service.understanding.reading import Standing
from service.understanding.terms.matches import Match

_NEAR_GROUPS: Final = 6
"""Matches are met in the order of the text: only the last few places can share words with a new one."""
_FIRM: Final[tuple[Standing, ...]] = ("negated", "family", "past", "aside", "suspected", "present")
"""Of two readings of one place the one that takes more back counts."""


class Mention(NamedTuple):
    """One place that speaks of a condition: words `start` to `end`, all terms found there, and the words `said`.

    `firmness` is 2 if a term names the condition in words that stand together, 1 if in words with a gap, 0 for mere
    hints; `own` are the log-odds that it is the patient's, as far as its surroundings tell.
    """

    code: str
    start: int
    end: int
    standing: Standing
    matches: tuple[Match, ...]
    said: frozenset[str]
    firmness: int
    own: float = 0.0

    @property
    def is_named(self) -> bool:
        return self.firmness > 0


def mentions_of(page: Page, labs: Mapping[str, Mapping[str, Any]]) -> list[Mention]:
    """Every place that speaks of a condition, in the order of the text."""
    found = [(leaf, match) for leaf in page.likely_leaves for match in leaf.conditions]
    if not found:
        return []
    found = _within_clauses(list(_most_telling(found)))
    healthy = list(lab_signs.healthy(labs))
    placed: dict[str, list[tuple[Standing, Match]]] = defaultdict(list)
    for leaf, match in found:
        standing = _standing(condition_codes()[match.section], page.standing_of_condition(leaf, match))
        is_healthy = any(_tells_value(page, match, lab) for lab in healthy)
        placed[match.section].append(("negated" if is_healthy else standing, match))
    words = page.words.words
    mentions = [mention for code, places in placed.items() for mention in _places(code, places, words)]
    return _without_others(page, sorted(mentions, key=lambda mention: mention.start))


def _within_clauses(found: list[tuple[Leaf, Match]]) -> list[tuple[Leaf, Match]]:
    """Without terms that take a word of the next clause to what stands in one: "a stone, but the kidney is not …"."""
    crossing = [leaf.clauses.crosses(match) for leaf, match in found]
    if not any(crossing):
        return found
    whole: dict[str, set[int]] = defaultdict(set)
    for (_, match), crosses in zip(found, crossing, strict=True):
        if not crosses:
            whole[match.section].update(match.words())
    return [
        (leaf, match)
        for (leaf, match), crosses in zip(found, crossing, strict=True)
        if not crosses or whole[match.section].isdisjoint(match.words())
    ]


def _without_others(page: Page, mentions: list[Mention]) -> list[Mention]:
    """What somebody beside the patient has is theirs, as long as something is left that the patient has."""
    if len(mentions) < 2:
        return mentions
    others = words_of_others(page, [mention.start for mention in mentions])
    if not others:
        return mentions
    own = [one for one in mentions if one.standing == "present" and others.isdisjoint(range(one.start, one.end))]
    if not any(mention.is_named for mention in own):
        return mentions
    return [
        mention._replace(standing="family") if mention.standing == "present" and mention not in own else mention
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


def _tells_value(page: Page, match: Match, lab: Mapping[str, Any]) -> bool:
    """Whether a term reads a value or no more than the name of its test: a healthy one makes no illness of it."""
    value = int(lab["words"][1]) - 1
    start, end = page.words.source_span(match.start, match.end)
    first, last = lab["span"]
    return match.start <= value < match.end or bool(first <= start and end <= last)


def _standing(code: ConditionCode, clause: Clause) -> Standing:
    if clause.negated or clause.cleared:
        return "negated"
    if clause.family:
        return "family"
    if clause.past and code.ends:
        return "past"
    return "suspected" if clause.uncertain else "present"


def _firmness(match: Match) -> int:
    if match.pattern.entry.term.weak:
        return 0
    return 2 if match.is_together else 1


def _places(code: str, found: Iterable[tuple[Standing, Match]], words: Sequence[str]) -> Iterator[Mention]:
    """Terms of one condition that share words are one place.

    It stands as the term does that takes most back, but hints take nothing back from a name, and a name with a gap
    nothing from one without.
    """
    groups: list[tuple[set[int], list[tuple[Standing, Match]]]] = []
    for standing, match in sorted(found, key=lambda one: (one[1].start, one[1].end)):
        covered = {word for span in match.spans for word in range(*span)}
        same = next((group for group in groups[-_NEAR_GROUPS:] if not covered.isdisjoint(group[0])), None)
        if same is None:
            groups.append((covered, [(standing, match)]))
        else:
            same[0].update(covered)
            same[1].append((standing, match))
    return (_mention(code, group, frozenset(words[index] for index in covered)) for covered, group in groups)


def _mention(code: str, group: Sequence[tuple[Standing, Match]], said: frozenset[str]) -> Mention:
    matches = tuple(match for _, match in group)
    firmness = list(map(_firmness, matches))
    firmest = max(firmness)
    standing = min((one for (one, _), firm in zip(group, firmness, strict=True) if firm == firmest), key=_FIRM.index)
    start, end = min(match.start for match in matches), max(match.end for match in matches)
    return Mention(code, start, end, standing, matches, said, firmest)
