"""Which of the medicines that a text names the patient takes no more, or not yet: "stopped X, takes Y", "offered Z"."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from operator import attrgetter
from typing import Final

from service.understanding.joints import Joints
from service.understanding.page import Leaf
from service.understanding.terms.matches import Match, is_any_within

_AHEAD: Final = ("not-taken.before", "taken.before")
_BEHIND: Final = ("not-taken.after", "taken.after")
_BETWEEN: Final = 2
_REACH: Final = 20
"""A cue speaks of nothing that so many words part from it."""


class Courses:
    """What the cues of a leaf say of the medicines that are found in a text."""

    def __init__(self, leaf: Leaf, medicines: Sequence[Match]) -> None:
        self._medicines = [match.start for match in medicines]
        self._joints = Joints(leaf.clauses, medicines)
        self._ahead = _in_order(leaf, _AHEAD)
        self._behind = _in_order(leaf, _BEHIND)

    def is_not_taken(self, match: Match) -> bool:
        """Whether the nearest cue before it, or behind it, in its clause or list says that it is not.

        What the cue behind says counts for more ("is on X, stopped in May"), but not past another medicine, if there is
        one before: "takes X, Y was stopped".
        """
        ahead, behind = self._nearest_ahead(match), self._nearest_behind(match)
        if behind is not None and (ahead is None or not is_any_within(self._medicines, match.end, behind.start)):
            return behind.section == _BEHIND[0]
        return ahead is not None and ahead.section == _AHEAD[0]

    def _nearest_ahead(self, match: Match) -> Match | None:
        at = bisect_right(self._ahead, match.start, key=attrgetter("end"))
        nearest = self._ahead[at - 1] if at else None
        return nearest if nearest is not None and self._reaches(nearest.end, match.start, listed=True) else None

    def _nearest_behind(self, match: Match) -> Match | None:
        at = bisect_left(self._behind, match.end, key=attrgetter("start"))
        nearest = self._behind[at] if at < len(self._behind) else None
        if nearest is None or not (
            self._reaches(match.end, nearest.start, listed=False) or self._turns_to(nearest, match.end)
        ):
            return None
        goes_on = nearest.section == _BEHIND[1] and (
            self._joints.crosses_clause(match.end, nearest.start) or nearest.end in self._medicines
        )
        return None if goes_on else nearest  # "took X, now on Y": what is taken stands in its own clause

    def _turns_to(self, cue: Match, place: int) -> bool:
        """Whether a "but" stands right before a cue, and nothing between that and a medicine: "X, but I stopped it"."""
        turns, words = self._joints.turns, self._joints.words
        turn = cue.start
        while turn not in turns and turn > cue.start - _BETWEEN and turn - 1 in self._joints.clauses.words_of_cues:
            turn -= 1  # past the "ya" of "pero ya lo dejé"
        if turn not in turns or words.sentence_start[turn] != words.sentence_start[place - 1]:
            return False
        return not is_any_within(self._medicines, place, turn) and self._reaches(place, turn - 1, listed=False)

    def _reaches(self, first: int, end: int, *, listed: bool) -> bool:
        near = end - first <= _REACH * self._joints.factor(first - 1)
        return near and self._joints.reaches((first, end), listed=listed)


def _in_order(leaf: Leaf, sections: Sequence[str]) -> list[Match]:
    """The cues of two sections by their place: those of the first, and of the second what stands by itself.

    Within or right beside one of the first it belongs to that: the "take" of "used to take", the "taking" of "stopped
    taking".
    """
    not_taken, taken = (leaf.facts.get(section, ()) for section in sections)
    spent = {place for cue in not_taken for place in range(cue.start, cue.end)}
    gaps = leaf.scan.words.gaps
    alone = [
        cue
        for cue in taken
        if spent.isdisjoint(range(cue.start, cue.end))
        and not (cue.start - 1 in spent and not gaps[cue.start].strip())
        and not (cue.end in spent and not gaps[cue.end].strip())
    ]
    kept: list[Match] = []
    for cue in sorted((*not_taken, *alone), key=lambda cue: (cue.start, -cue.end)):
        if not kept or cue.end > kept[-1].end:
            kept.append(cue)
    return kept
