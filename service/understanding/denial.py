"""Whether a text denies anything at all: what translation checks on both sides."""

from __future__ import annotations

from service.understanding import knowledge
from service.understanding.matching import Scan
from service.understanding.words import split


def denies(text: str, language: str) -> bool | None:
    """True if the text holds a word of denial in this language; None where the language's words are not known."""
    if language not in knowledge.languages():
        return None
    found = Scan(knowledge.matcher(language), split(text)).find("scope")
    apart = {span for match in found if match.section == "negation.not" for span in match.spans}
    cues = (match for match in found if match.section in ("negation.before", "negation.after"))
    return any(not _within(match.start, match.end, apart) for match in cues)


def _within(start: int, end: int, spans: set[tuple[int, int]]) -> bool:
    return any(first <= start and end <= last for first, last in spans)
