"""Cuts a text into pieces, so that the words which led to a finding can be marked where they stand."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Final, Literal

from service.console import labels

Kind = Literal["", "emergency", "urgent", "condition", "mention"]

#: Of two findings on the same words the stronger one is shown.
_STRENGTH: Final[tuple[Kind, ...]] = ("emergency", "urgent", "condition", "mention", "")


@dataclass(frozen=True, slots=True)
class Span:
    """Characters `start` to `end` of a text are evidence of something."""

    start: int
    end: int
    kind: Kind
    label: str


@dataclass(frozen=True, slots=True)
class Segment:
    """A piece of a text; `kind` is empty for what is no evidence, `start` its place in the text."""

    text: str
    start: int
    kind: Kind = ""
    label: str = ""


def spans(reading: Mapping[str, Any] | None, text: str, source: str) -> list[Span]:
    """All evidence of a stored reading in one text: the original, or the translation it was read with.

    Evidence that does not stand in the text, because the text is a later version, is left out.
    """
    return [
        Span(piece["start"], piece["end"], kind, label)
        for kind, label, evidence in _findings(reading or {})
        for piece in evidence
        if piece["source"] == source and stands_in(text, piece)
    ]


def stands_in(text: str, evidence: Mapping[str, Any]) -> bool:
    """Whether the words of a piece of evidence are still where they were found."""
    start, end = evidence["start"], evidence["end"]
    return bool(start < end and text[start:end] == evidence["text"])


def _findings(reading: Mapping[str, Any]) -> Iterable[tuple[Kind, str, Sequence[Mapping[str, Any]]]]:
    for flag in reading.get("red_flags", ()):
        yield flag["level"], labels.red_flag(flag["code"]), flag["evidence"]
    for finding in reading.get("conditions", ()):
        yield "condition", labels.condition(finding["code"]), finding["evidence"]
    for finding in reading.get("mentions", ()):
        standing = labels.of(labels.STANDINGS, finding["standing"])
        yield "mention", f"{labels.condition(finding['code'])} ({standing})", finding["evidence"]


def cut(text: str, marks: Sequence[Span]) -> list[Segment]:
    """The text in order and whole; where spans overlap, the piece they share has the labels of all."""
    edges = sorted({0, len(text), *(mark.start for mark in marks), *(mark.end for mark in marks)})
    return [_segment(text, start, end, marks) for start, end in pairwise(edges)]


def _segment(text: str, start: int, end: int, marks: Sequence[Span]) -> Segment:
    over = [mark for mark in marks if mark.start <= start and end <= mark.end]
    kind: Kind = min((mark.kind for mark in over), key=_STRENGTH.index, default="")
    label = ", ".join(dict.fromkeys(mark.label for mark in over))
    return Segment(text[start:end], start, kind, label)
