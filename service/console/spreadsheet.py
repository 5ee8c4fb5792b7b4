"""CSV that a spreadsheet opens as it was meant: nothing in a cell is a formula, and letters of any script survive."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from flask import Response, stream_with_context

_BYTE_ORDER_MARK: Final = "\ufeff"  # without it, Excel takes UTF-8 for something else
_BEGINS_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")


def download(name: str, rows: Iterable[Sequence[object]]) -> Response:
    """The rows as a file, written while they are read."""
    answer = Response(stream_with_context(_lines(rows)), mimetype="text/csv; charset=utf-8")
    answer.headers.set("Content-Disposition", "attachment", filename=name)
    return answer


def cell(value: object) -> str:
    """A value as text; one that a spreadsheet would calculate gets an apostrophe before it."""
    text = "" if value is None else str(value)
    return f"'{text}" if text.startswith(_BEGINS_FORMULA) else text


def _lines(rows: Iterable[Sequence[object]]) -> Iterator[str]:
    yield _BYTE_ORDER_MARK
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    for row in rows:
        writer.writerow([cell(value) for value in row])
        yield buffer.getvalue()
        buffer.seek(0)
        buffer.truncate()
