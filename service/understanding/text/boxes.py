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
    kinds = {box.lastgroup for box in _BOX.finditer(text)}
    if kinds != {"ticked", "empty"}:
        return text
    return "\n".join(map(_line, text.split("\n")))


def _line(line: str) -> str:
    """One line of it; a sign parts what is ticked from what stands before, as the box did."""
    boxes = [*_BOX.finditer(line)]
    if not boxes:
        return line
    label = line[: boxes[0].start()]
    if label.strip() and not line[boxes[-1].end() :].strip():
        starts, ends = [0, *(box.end() for box in boxes[:-1])], [box.end() for box in boxes]
    else:
        starts, ends = [box.start() for box in boxes], [*(box.start() for box in boxes[1:]), len(line)]
    left = line[: starts[0]]
    for box, start, end in zip(boxes, starts, ends, strict=True):
        if box["empty"]:
            left += " " * (end - start)
        else:
            before = (left + line[start : box.start()]).rstrip()
            sign = " " if not before or before.endswith(_ASKS) else ":" if before == label.rstrip() else ","
            left += line[start : box.start()] + sign.ljust(len(box[0])) + line[box.end() : end]
    return left + line[ends[-1] :]
