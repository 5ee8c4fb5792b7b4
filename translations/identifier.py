"""The statistical model that tells languages apart, unpacked by set-up so that all processes share one copy in memory.

py3langid keeps its model compressed: every process that opens it spends half a second and 70 MB of its own. Unpacked,
its two large tables are mapped from a file, of which a text touches little.
"""

from __future__ import annotations

import json
from array import array
from importlib.metadata import version
from mmap import ACCESS_READ, MADV_RANDOM, mmap
from pathlib import Path
from typing import Any, Final, Protocol

import numpy as np

UNPACKED: Final = Path(__file__).parent / "unpacked"
_HEAD: Final = "head.json"
_MOVES: Final = "moves.bin"
_WEIGHTS: Final = "weights.bin"


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
    moves = memoryview(_mapped(folder / _MOVES)).cast(head["type"])
    weights = np.frombuffer(_mapped(folder / _WEIGHTS), dtype=head["weights"]).reshape(-1, len(head["classes"]))
    mapped: Identifier = langid.LanguageIdentifier(
        weights,
        np.asarray(head["bias"], dtype=np.float32),
        head["classes"],
        moves,
        head["features"],
        norm_probs=True,
        tk_row=array("L", head["rows"]),
    )
    return mapped


def unpack(folder: Path = UNPACKED) -> None:
    """Writes the library's model into files that can be mapped; the head, which makes them count, comes last."""
    from py3langid import langid, modelio

    weights, bias, classes, moves, rows, features = modelio.load_model(Path(langid.__file__).parent / langid.MODEL_FILE)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / _HEAD).unlink(missing_ok=True)
    (folder / _WEIGHTS).write_bytes(np.ascontiguousarray(weights).tobytes())
    (folder / _MOVES).write_bytes(moves.tobytes())
    head = {
        "version": version("py3langid"),
        "type": moves.typecode,
        "weights": weights.dtype.str,
        "classes": list(classes),
        "bias": [float(one) for one in bias],
        "rows": list(rows),
        "features": list(features),
    }
    (folder / _HEAD).write_text(json.dumps(head), encoding="utf-8")


def _mapped(path: Path) -> mmap:
    """A file in memory, of which only what is read comes in: its neighbours are of no use to a table."""
    with path.open("rb") as file:
        content = mmap(file.fileno(), 0, access=ACCESS_READ)
    content.madvise(MADV_RANDOM)
    return content


def _head(folder: Path) -> dict[str, Any] | None:
    path = folder / _HEAD
    if not path.is_file():
        return None
    head: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return head if head["version"] == version("py3langid") else None
