"""What the statistical model finds where no term does, each with the words that weighed most."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from service.understanding.learned.model import Model
from service.understanding.ngrams import Places
from service.understanding.page import Page
from service.understanding.reading import ConditionFinding, Evidence

_MOST_WORDS: Final = 4


def guessed(page: Page, model: Model, code: str, sure: float, places: Places) -> ConditionFinding:
    """A condition that the model alone points at."""
    telling = telling_words(page, model.condition_by_word(code, places))
    return ConditionFinding(code, round(sure, 2), "present", telling)


def telling_words(page: Page, weights: Mapping[int, float]) -> tuple[Evidence, ...]:
    """The few words that weigh most, in the order of the text."""
    best = sorted((word for word in weights if weights[word] > 0), key=lambda word: -weights[word])[:_MOST_WORDS]
    return tuple(page.quote(span) for span in _spans(sorted(best)))


def _spans(words: list[int]) -> Iterator[tuple[int, int]]:
    """Words that stand side by side, as one span."""
    start: int | None = None
    for index, word in enumerate(words):
        start = word if start is None else start
        if index + 1 == len(words) or words[index + 1] != word + 1:
            yield start, word + 1
            start = None
