"""Learns where people pause, from example messages that have commas and stops (a logistic regression)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import chain
from typing import Final

import numpy as np

from service.understanding import examples
from service.understanding.compiled import known_concepts
from service.understanding.pauses import LONG, Table, may_pause
from service.understanding.text.pauses import TRAITS, Spaces
from service.understanding.text.words import Words, split
from workers import trait_weights

_CALM: Final = 3e-6
"""How little each space may change the weights (SGDClassifier's alpha)."""
_ROUNDS: Final = 6

_SIGNS: Final = r".,;:!?…—–()\"«»“”،؛؟۔।॥。，！？；：、|።፣፤"
_PAUSES: Final = re.compile(rf"(?<!\d)[{_SIGNS}]+|[{_SIGNS}]+(?!\d)")
"""The signs of pause, but for those between the digits of a number."""

Text = tuple[Words, str]
"""A text and its language."""


def dictated(text: str) -> str:
    """A text without its signs of pause, as a machine writes down what somebody says."""
    return " ".join(_PAUSES.sub(" ", text).split())


def texts_of_examples() -> Iterator[Text]:
    """All example messages of the knowledge files."""
    read = (examples.read(language)[0] for language in examples.languages())
    return ((split(one.text), one.language) for one in chain.from_iterable(read))


def learn(texts: Iterable[Text]) -> Table:
    """The weight of each trait of a space, from where these texts pause and where they do not.

    A long text without any pause teaches nothing: its writer pauses nowhere.
    """
    from sklearn.linear_model import SGDClassifier

    traits: list[tuple[int, ...]] = []
    pauses: list[bool] = []
    for words, language in texts:
        starts = words.behind_pauses
        if len(starts) == 1 and len(words) > LONG:
            continue
        spaces = Spaces(words, known_concepts().of(words, language))
        for place in range(1, len(words)):
            if place in starts or may_pause(words, place):
                traits.append(tuple(spaces.traits(place)))
                pauses.append(place in starts)
    rows = trait_weights.matrix(traits, TRAITS)
    machine = SGDClassifier(
        loss="log_loss",
        alpha=_CALM,
        max_iter=_ROUNDS,
        tol=None,
        average=True,
        fit_intercept=False,
        random_state=0,
    )
    return np.asarray(machine.fit(rows, np.asarray(pauses)).coef_[0], dtype=np.float32)
