"""The statistical model that tells languages apart, unpacked by set-up so that all processes share one copy in memory.

py3langid keeps its model compressed: every process that opens it spends half a second and 70 MB of its own. Unpacked,
its large tables are mapped from files, of which a text touches little.
"""

from __future__ import annotations

import json
import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from translations import mapped_files
from translations.automaton import Automaton

UNPACKED: Final = Path(__file__).parent / "unpacked"
_HEAD: Final = "head.json"
_MOVES: Final = "moves.bin"
_STATES: Final = "states.bin"
_WEIGHTS: Final = "weights.bin"
_LAYOUT: Final = 2
"""Which files there are and what is in them; raised when that changes."""
_BYTES: Final = 256
"""From each state of the library's automaton a move for each byte leads on."""
_NONE: Final = -1
"""The feature of a state that stands for none."""


class Identifier:
    """Tells how likely each language is to be that of a text; `labels` names them, some more than once."""

    def __init__(self, labels: Sequence[str], tables: _Tables) -> None:
        self.labels = tuple(labels)
        self._automaton = Automaton(tables.moves, tables.rows, tables.features, tables.weights, tables.bias)

    def shares(self, text: str) -> Sequence[float]:
        """The share of each label; they add up to 1."""
        lower = text.lower() if text.isupper() else text
        return self._automaton.shares(unicodedata.normalize("NFC", lower).encode(errors="surrogatepass"))


@dataclass(frozen=True, slots=True)
class _Tables:
    """Of each row its moves, by byte; of each state its row and its feature; of each feature its weights; the bias.

    The weights are in half precision, of which nothing but the automaton makes numbers.
    """

    moves: NDArray[np.uint32]
    rows: NDArray[np.uint32]
    features: NDArray[np.int32]
    weights: NDArray[np.uint16]
    bias: NDArray[np.float32]


def load(folder: Path = UNPACKED) -> Identifier:
    """The model, mapped from set-up's files, or read from the library's where there are none of its version."""
    head = _head(folder)
    if head is None:
        return Identifier(*_packed())
    states = _mapped(folder / _STATES).reshape(2, -1)
    weights = _mapped(folder / _WEIGHTS).view(np.uint16).reshape(-1, len(head["labels"]))
    bias = np.asarray(head["bias"], dtype=np.float32)
    tables = _Tables(_mapped(folder / _MOVES).reshape(-1, _BYTES), states[0], states[1].view(np.int32), weights, bias)
    return Identifier(head["labels"], tables)


def unpack(folder: Path = UNPACKED, typical: Iterable[str] = ()) -> None:
    """Writes the library's model into files that can be mapped; the head, which makes them count, comes last.

    What `typical` texts need of the tables is put at their beginning: it lies together, and the rest stays on the disk.
    """
    labels, tables = _packed()
    rows_met, features_met = _met(tables, typical)
    by_row, by_feature = _first_those(rows_met, len(tables.moves)), _first_those(features_met, len(tables.weights))
    folder.mkdir(parents=True, exist_ok=True)
    (folder / _HEAD).unlink(missing_ok=True)
    mapped_files.write(folder / _WEIGHTS, tables.weights[by_feature].tobytes())
    mapped_files.write(folder / _MOVES, tables.moves[by_row].tobytes())
    states = np.stack([np.argsort(by_row)[tables.rows], np.append(np.argsort(by_feature), _NONE)[tables.features]])
    mapped_files.write(folder / _STATES, states.astype(np.int32).tobytes())
    head = {"version": _version(), "labels": labels, "bias": [float(one) for one in tables.bias]}
    (folder / _HEAD).write_text(json.dumps(head), encoding="utf-8")


def _mapped(path: Path) -> NDArray[np.uint32]:
    return np.frombuffer(mapped_files.read(path), np.uint32)


def _packed() -> tuple[list[str], _Tables]:
    """The labels and tables of the library's model."""
    from py3langid import langid, modelio  # not at the start: few processes read it

    weights, bias, labels, moves, rows, features = modelio.load_model(Path(langid.__file__).parent / langid.MODEL_FILE)
    return labels, _Tables(
        np.asarray(moves, dtype=np.uint32).reshape(-1, _BYTES),
        np.asarray(rows, dtype=np.uint32),
        np.asarray(features, dtype=np.int32),
        np.ascontiguousarray(weights, dtype=np.float16).view(np.uint16),
        np.asarray(bias, dtype=np.float32),
    )


def _met(tables: _Tables, texts: Iterable[str]) -> tuple[Counter[int], Counter[int]]:
    """How often the automaton meets each row and each feature on its way through texts."""
    rows: Counter[int] = Counter()
    features: Counter[int] = Counter()
    for text in texts:
        state = 0
        for byte in text.encode("utf-8", errors="replace"):
            row = int(tables.rows[state])
            rows[row] += 1
            state = int(tables.moves[row, byte])
            features[int(tables.features[state])] += 1
    del features[_NONE]
    return rows, features


def _first_those(met: Counter[int], count: int) -> NDArray[np.int64]:
    """The numbers up to a count, those that were met first, the most frequent ahead."""
    first = [number for number, _ in met.most_common()]
    rest = np.setdiff1d(np.arange(count), first)
    return np.concatenate([np.asarray(first, dtype=np.int64), rest])


def _head(folder: Path) -> dict[str, Any] | None:
    path = folder / _HEAD
    if not path.is_file():
        return None
    head: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return head if head["version"] == _version() else None


def _version() -> str:
    return f"{version('py3langid')}, layout {_LAYOUT}"
