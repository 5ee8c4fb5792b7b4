"""The statistical model: weights of word pieces for conditions, danger and intents, and how to read them.

It is trained by `workers.training` and read as it is mapped into memory (`scoring.pyx`). A model is a folder:
`model.json` (classes, scales, the blend with what the terms find), and arrays: the weights of every piece for
conditions, red flags and intents, how telling a piece is, in which row it stands, and the weights that tell whose an
illness is, and whether a sign of danger is believed.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from io import BytesIO
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from service.understanding.learned import attribution, belief
from service.understanding.learned.scoring import Scorer
from service.understanding.learned.surroundings import Table
from service.understanding.ngrams import BUCKETS, Places
from translations import mapped_files

FORMAT: Final = 10
DANGER: Final = "danger"
"""Among the classes of red flags, the one that says only whether a text sounds like any danger at all."""
BUILT: Final = Path(__file__).parent.parent / "knowledge" / "model"
"""Where set-up puts the model that it makes of the knowledge."""
_HEAD: Final = "model.json"
_WEIGHTS: Final = "weights.npy"
"""Conditions, red flags and intents side by side: what a piece weighs for all is read at one go."""
_ATTRIBUTION: Final = "attribution.npy"
_BELIEF: Final = "belief.npy"
_TELLING: Final = "telling.npy"
_ROWS: Final = "rows.npy"
UNKNOWN: Final = 0
"""The row of every piece that was not learned: it weighs nothing."""

Floats = NDArray[np.float32]


class ModelError(ValueError):
    """A folder that holds no model that this program can read."""


@dataclass(frozen=True, slots=True)
class Weights:
    """Weights of the pieces that were learned, in steps of one byte: `steps[row, class] * scales[class]`."""

    classes: tuple[str, ...]
    steps: NDArray[np.int8]
    scales: Floats
    bias: Floats

    def by_class(self, scores: Floats) -> dict[str, float]:
        """The scores of these classes, each under its name."""
        return dict(zip(self.classes, scores.tolist(), strict=True))


@dataclass(frozen=True)
class Model:
    """A trained model.

    `rows[piece]` is the row of a piece in the tables, `telling[row]` how rare, and so how telling, it is;
    `attribution[trait]` is how much a trait of a place speaks for the patient (`attribution.py`), `belief[trait]` how
    much one speaks for danger now (`belief.py`).
    """

    version: str
    conditions: Weights
    flags: Weights
    intents: Weights
    telling: NDArray[np.float16]
    rows: NDArray[np.int32]
    attribution: Table
    belief: Table
    blend: Mapping[str, float]
    thresholds: Mapping[str, float]

    @cached_property
    def _conditions(self) -> Scorer:
        return Scorer(self.rows, self.telling, self.conditions)

    @cached_property
    def _flags(self) -> Scorer:
        return Scorer(self.rows, self.telling, self.flags)

    @cached_property
    def _intents(self) -> Scorer:
        return Scorer(self.rows, self.telling, self.intents)

    def condition_scores(self, places: Places) -> Floats:
        """How much the pieces speak for each condition: positive for, negative against."""
        return self._conditions.scores(places)

    def flag_scores(self, places: Places) -> Floats:
        return self._flags.scores(places)

    def intent_scores(self, places: Places) -> Floats:
        """How much the pieces speak for each intent; a model that has learned of none has none."""
        return self._intents.scores(places)

    def danger(self, places: Places) -> float:
        """How much the pieces sound like any danger at all."""
        return self._flags.score(places, self.flags.classes.index(DANGER))

    def condition_by_word(self, code: str, places: Places) -> dict[int, float]:
        """How much each word speaks for a condition."""
        return self._conditions.by_word(places, self.conditions.classes.index(code))

    def danger_by_word(self, places: Places) -> dict[int, float]:
        """How much each word sounds like any danger at all."""
        return self._flags.by_word(places, self.flags.classes.index(DANGER))


def load(folder: Path) -> Model:
    """The model of a folder, its arrays mapped into memory; raises ModelError."""
    try:
        head = json.loads((folder / _HEAD).read_text(encoding="utf-8"))
        if head["format"] != FORMAT or head["buckets"] != BUCKETS:
            raise ModelError(f"{folder} holds a model of another version of this program")
        telling, rows = _array(folder / _TELLING, np.float16), _array(folder / _ROWS, np.int32)
        own, now = _array(folder / _ATTRIBUTION, np.float32), _array(folder / _BELIEF, np.float32)
        if rows.shape != (BUCKETS,) or own.shape != (attribution.TRAITS,) or now.shape != (belief.TRAITS,):
            raise ModelError("an array is of another shape")
        weights = _array(folder / _WEIGHTS, np.int8)
        conditions = len(head["conditions"]["classes"])
        flags = conditions + len(head["red-flags"]["classes"])
        return Model(
            head["version"],
            _weights(head["conditions"], weights[:, :conditions], len(telling)),
            _weights(head["red-flags"], weights[:, conditions:flags], len(telling)),
            _weights(head["intents"], weights[:, flags:], len(telling)),
            telling,
            rows,
            own,
            now,
            head["blend"],
            head["thresholds"],
        )
    except (OSError, LookupError, TypeError, ValueError) as error:
        if isinstance(error, ModelError):
            raise
        raise ModelError(f"{folder} holds no readable model: {type(error).__name__}") from error


def save(model: Model, folder: Path) -> None:
    """Writes a model into a folder that is not there yet."""
    folder.mkdir(parents=True)
    weights = np.hstack([model.conditions.steps, model.flags.steps, model.intents.steps])
    arrays: dict[str, NDArray[Any]] = {
        _WEIGHTS: weights,
        _ATTRIBUTION: model.attribution,
        _BELIEF: model.belief,
        _TELLING: model.telling,
        _ROWS: model.rows,
    }
    for name, array in arrays.items():
        content = BytesIO()
        np.save(content, array)
        mapped_files.write(folder / name, content.getbuffer())
    head = {
        "format": FORMAT,
        "buckets": BUCKETS,
        "version": model.version,
        "conditions": _head(model.conditions),
        "red-flags": _head(model.flags),
        "intents": _head(model.intents),
        "blend": dict(model.blend),
        "thresholds": dict(model.thresholds),
    }
    (folder / _HEAD).write_text(json.dumps(head, indent=1), encoding="utf-8")


def _array(path: Path, kind: type[np.generic]) -> NDArray[Any]:
    array = mapped_files.read_array(path)
    if array.dtype != kind:
        raise ModelError(f"{path.name} holds other numbers")
    return array


def _weights(head: Mapping[str, Any], steps: NDArray[np.int8], rows: int) -> Weights:
    classes = tuple(head["classes"])
    if steps.shape != (rows, len(classes)):
        raise ModelError("classes and weights do not agree")
    scales, bias = np.asarray(head["scales"], dtype=np.float32), np.asarray(head["bias"], dtype=np.float32)
    if not scales.shape == bias.shape == (len(classes),):
        raise ModelError("classes, scales and biases do not agree")
    return Weights(classes, steps, scales, bias)


def _head(weights: Weights) -> dict[str, Any]:
    return {
        "classes": list(weights.classes),
        "scales": [float(scale) for scale in weights.scales],
        "bias": [float(bias) for bias in weights.bias],
    }
