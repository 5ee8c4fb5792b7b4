"""The statistical model that tells languages apart, unpacked by set-up so that all processes share one copy in memory.

py3langid keeps its model compressed: every process that opens it spends half a second and 70 MB of its own. Unpacked,
its two large tables are mapped from a file, of which a text touches little.
"""

from __future__ import annotations

import json
from array import array
from collections import Counter
from collections.abc import Iterable
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final, Protocol

import numpy as np
from numpy.typing import NDArray

from translations import mapped_files

UNPACKED: Final = Path(__file__).parent / "unpacked"
_HEAD: Final = "head.json"
_MOVES: Final = "moves.bin"
_WEIGHTS: Final = "weights.bin"
_BYTES: Final = 256
"""From each state of the library's automaton a move for each byte leads on."""


class Identifier(Protocol):
    """Ranks the languages of a text, the likeliest first, by their shares."""

    def rank(self, text: str) -> list[tuple[str, float]]: ...


def load(folder: Path = UNPACKED) -> Identifier:
    """The model, mapped from set-up's files, or read by the library itself where there are none of its version."""
    from py3langid import langid  # not at the start: it costs half a second and not every process identifies

    head = _head(folder)
    if head is None:
        identifier: Identifier = langid.LanguageIdentifier.from_model_file(langid.MODEL_FILE, norm_probs=True)
        return identifier
    moves = memoryview(mapped_files.read(folder / _MOVES)).cast(head["type"])
    weights = np.frombuffer(mapped_files.read(folder / _WEIGHTS), dtype=head["weights"])
    mapped: Identifier = langid.LanguageIdentifier(
        weights.reshape(-1, len(head["classes"])),
        np.asarray(head["bias"], dtype=np.float32),
        head["classes"],
        moves,
        head["features"],
        norm_probs=True,
        tk_row=array("L", head["rows"]),
    )
    return mapped


def unpack(folder: Path = UNPACKED, typical: Iterable[str] = ()) -> None:
    """Writes the library's model into files that can be mapped; the head, which makes them count, comes last.

    What `typical` texts need of the tables is put at their beginning: it lies together, and the rest stays on the disk.
    """
    from py3langid import langid, modelio

    weights, bias, classes, moves, rows, features = modelio.load_model(Path(langid.__file__).parent / langid.MODEL_FILE)
    known = langid.LanguageIdentifier(weights, bias, classes, moves, features, tk_row=rows)
    rows_met, features_met = _met(known, typical)
    table = np.frombuffer(moves, dtype=moves.typecode).reshape(-1, _BYTES)
    by_row, by_feature = _first_those(rows_met, len(table)), _first_those(features_met, len(weights))
    folder.mkdir(parents=True, exist_ok=True)
    (folder / _HEAD).unlink(missing_ok=True)
    mapped_files.write(folder / _WEIGHTS, weights[by_feature].tobytes())
    mapped_files.write(folder / _MOVES, table[by_row].tobytes())
    head = {
        "version": version("py3langid"),
        "type": moves.typecode,
        "weights": weights.dtype.str,
        "classes": list(classes),
        "bias": [float(one) for one in bias],
        "rows": np.argsort(by_row)[np.asarray(rows)].tolist(),
        "features": [int(place) for place in np.append(np.argsort(by_feature), -1)[np.asarray(features)]],
    }
    (folder / _HEAD).write_text(json.dumps(head), encoding="utf-8")


def _met(known: Any, texts: Iterable[str]) -> tuple[Counter[int], Counter[int]]:
    """How often the library meets each row and each feature on its way through texts."""
    rows: Counter[int] = Counter()
    features: Counter[int] = Counter()
    for text in texts:
        state, states = 0, []
        for byte in text.encode("utf-8", errors="replace"):
            rows[known.tk_row[state]] += 1
            state = known.tk_nextmove[(known.tk_row[state] << 8) + byte]
            states.append(state)
        features.update(known.tk_output[state] for state in states)
    del features[-1]  # which stands for none
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
    return head if head["version"] == version("py3langid") else None
