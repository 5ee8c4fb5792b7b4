"""What the statistical model finds where no term does, each with the words that weighed most."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import Final

from service.understanding.learned.model import Model, Weights
from service.understanding.ngrams import Places
from service.understanding.page import Page
from service.understanding.reading import ConditionFinding, Evidence

_MOST_WORDS: Final = 4


def guessed(page: Page, model: Model, code: str, sure: float, places: Places) -> ConditionFinding:
    """A condition that the model alone points at."""
    return ConditionFinding(code, round(sure, 2), "present", telling_words(page, model, model.conditions, code, places))


def telling_words(page: Page, model: Model, weights: Weights, code: str, places: Places) -> tuple[Evidence, ...]:
    """The few words that speak most for a class, in the order of the text."""
    column = weights.classes.index(code)
    by_word: dict[int, list[int]] = defaultdict(list)
    for piece, word in places.items():
        by_word[word].append(piece)
    weighed = {word: model.weight_of(weights, found, column) for word, found in by_word.items()}
    best = sorted((word for word in weighed if weighed[word] > 0), key=lambda word: -weighed[word])[:_MOST_WORDS]
    return tuple(page.quote(span) for span in _spans(sorted(best)))


def _spans(words: list[int]) -> Iterator[tuple[int, int]]:
    """Words that stand side by side, as one span."""
    start: int | None = None
    for index, word in enumerate(words):
        start = word if start is None else start
        if index + 1 == len(words) or words[index + 1] != word + 1:
            yield start, word + 1
            start = None
