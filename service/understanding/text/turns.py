"""Lays bare what is said in a chat that was copied with its times and names: "[14:05] Dr Hicham: …"."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise
from typing import Final, NamedTuple

TURN: Final = "¶"
"""Stands where somebody else begins to speak."""
_TIME: Final = re.compile(r"(?<!\d)[0-2]?\d ?(?:[:.፡٫]|h ?)[0-5]\d(?:[:.][0-5]\d)?(?: ?[AaPp]\.? ?[Mm]\b\.?)?")
_DIGITS: Final = str.maketrans("٠١٢٣٤٥٦٧٨٩۰۱۲۳۴۵۶۷۸۹०१२३४५६७८९০১২৩৪৫৬৭৮৯", "0123456789" * 4)
_LATEST: Final = 40
"""Behind so many letters of a line no time is that of its label."""
_BEHIND: Final = re.compile(r"[\])]?\s*[-–—,،]?\s*([^\n:：፦?؟]{0,30}?)\s*[:：፦]\s")
_ALONE: Final = re.compile(r"[\])]*\s*$")
_NAME: Final = re.compile(r"[^\W\d_][^\d\n:：?؟!]{0,30}")
_FEWEST: Final = 2
"""A question and its answer; one label may stand in any text."""
_MOST_SPEAKERS: Final = 5
_ASKING: Final = "?؟？፧"


class _Label(NamedTuple):
    """From where to where a label stands, and whom it names."""

    start: int
    end: int
    name: str


def spoken(text: str) -> str:
    """The text with spaces in place of its labels, each beginning with a sign for the turn; as long as it was.

    Times and names are labels where some people take turns and one of them asks another: a log of one's fever is none.
    """
    labels = _labels(text) if "\n" in text else []
    names = {label.name for label in labels}
    takes_turns = len(names) < len(labels) or len(labels) == _FEWEST
    if not takes_turns or not 1 < len(names) <= _MOST_SPEAKERS or not _is_asked(text, labels):
        return text
    letters = list(text)
    for label in labels:
        letters[label.start : label.end] = TURN.ljust(label.end - label.start)
    return "".join(letters)


def _is_asked(text: str, labels: Sequence[_Label]) -> bool:
    """Whether one of the speakers asks and somebody else goes on."""
    return any(
        first.name != second.name and any(sign in text[first.end : second.start] for sign in _ASKING)
        for first, second in pairwise(labels)
    )


def _labels(text: str) -> list[_Label]:
    labels = []
    start = 0
    for line in text.split("\n"):
        if (label := _label(line, start)) is not None:
            labels.append(label)
        start += len(line) + 1
    return labels


def _label(line: str, start: int) -> _Label | None:
    """The label with which a line begins, if it does."""
    *_, time = (None, *_TIME.finditer(line.translate(_DIGITS), 0, _LATEST + len("00:00:00")))
    if time is None or time.start() > _LATEST:
        return None
    before, behind = line[: time.start()], line[time.end() :]
    end = _BEHIND.match(behind + " ") or _ALONE.match(behind)
    if end is None:
        return None
    named = _NAME.search(end[1] if end.re is _BEHIND and end[1] else before)
    return _Label(start, start + min(len(line), time.end() + end.end()), named[0].strip(" ,،-–—[(") if named else "")
