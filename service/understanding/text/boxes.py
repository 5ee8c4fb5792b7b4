"""Leaves out of a filled form what its writer did not tick: "☐ chest pain ☑ knee pain", "Fever: [ ] yes [x] no"."""

from __future__ import annotations

import re
from typing import Final

_TICKED: Final = r"[☑☒✓✔✅■◼⬛]|\[ ?[xXхХvV✓✔*] ?\]|\( ?[xXхХ✓✔] ?\)"
"""A Russian х (kh) looks like the other one and is typed for it."""
_EMPTY: Final = r"[☐□◻⬜]|\[ ?\]|\( ?\)"
_BOX: Final = re.compile(rf"(?P<ticked>{_TICKED})|(?P<empty>{_EMPTY})")
_ASKS: Final = (":", "?", "：", "？", "؟")
"""With what the words before a box end that ask for an answer."""


def ticked(text: str) -> str:
    """The text without its boxes, and without what belongs to those that are empty; as long as it was.

    A box belongs to what follows it, up to the next one or to the end of the line; where a line ends with a box and
    does not begin with one, to what stands before. Where nothing at all is ticked nothing is left out: the ticks may
    have been lost.
    """
    boxes = [*_BOX.finditer(text)]
    if not any(box["ticked"] for box in boxes) or not any(box["empty"] for box in boxes):
        return text
    lines: dict[int, list[re.Match[str]]] = {}
    for box in boxes:
        lines.setdefault(text.rfind("\n", 0, box.start()) + 1, []).append(box)
    letters = list(text)
    for start, among in lines.items():
        end = text.find("\n", start) if "\n" in text[start:] else len(text)
        letters[start:end] = _line(text[start:end], [(box.start() - start, box) for box in among])
    return "".join(letters)


def _line(line: str, boxes: list[tuple[int, re.Match[str]]]) -> str:
    """One line of it; a sign parts what is ticked from what stands before, as the box did."""
    label = line[: boxes[0][0]]
    places = [(place, place + len(box[0])) for place, box in boxes]
    if label.strip() and not line[places[-1][1] :].strip():
        starts, ends = [0, *(end for _, end in places[:-1])], [end for _, end in places]
    else:
        starts, ends = [start for start, _ in places], [*(start for start, _ in places[1:]), len(line)]
    left = line[: starts[0]]
    for (place, box), start, end in zip(boxes, starts, ends, strict=True):
        if box["empty"]:
            left += " " * (end - start)
        else:
            before = (left + line[start:place]).rstrip()
            sign = " " if not before or before.endswith(_ASKS) else ":" if before == label.rstrip() else ","
            left += line[start:place] + sign.ljust(len(box[0])) + line[place + len(box[0]) : end]
    return left + line[ends[-1] :]
