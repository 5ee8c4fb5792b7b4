"""The queue as a table for a terminal."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from rich.console import Console
from rich.markup import escape
from rich.table import Table

_STYLES: Final = {"emergency": "bold red", "urgent": "yellow"}
_WIDTH_WITHOUT_TERMINAL: Final = 160


def print_table(lines: Iterable[dict[str, Any]]) -> None:
    """Print queue lines, as `export.queue_line` makes them."""
    table = Table("Reference", "Urgency", "Ch.", "Lang.", "Condition", "Intent", "Needs", "Gist")
    count = 0
    for line in lines:
        count += 1
        cells = (
            line["reference"],
            line["urgency"],
            line["channel"],
            line["language"],
            line["condition"],
            line["intent"],
            " ".join(line["needs"]),
            escape(line["gist"] or ""),
        )
        table.add_row(*cells, style=_STYLES.get(line["urgency"]))
    console = Console()
    if not console.is_terminal:
        console = Console(width=_WIDTH_WITHOUT_TERMINAL)
    console.print(table)
    console.print(f"{count} enquiries wait for a coordinator")
