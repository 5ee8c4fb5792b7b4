"""Tells the writer's own lines from mails that they answer: what a clinic's automatic reply warns of is not danger.

What mail programs put there stands in `knowledge/quote-lines.toml`, for every language.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Sequence
from functools import cache
from itertools import islice
from pathlib import Path
from typing import Final

_FILE: Final = Path(__file__).parent.parent / "knowledge" / "quote-lines.toml"
_QUOTED: Final = re.compile(r"\s*>")
_RULER: Final = re.compile(r"\s*[-_=*–—]{5,}\s*$")
_LONGEST: Final = 400
"""No mail program writes a longer line."""
_FEWEST_WORDS: Final = 3
"""Who writes less has nothing to say of their own: "see below"."""
_HEAD_LINES: Final = 3
"""Within so many lines the head of a mail says more than who sent it."""
_LETTERS: Final = re.compile(r"[^\W\d_]+")
_HEAD: Final = ("from", "head", "subject")
"""The lines of a mail's head, by the words that they begin with."""
_RULED: Final = re.compile(r"[-_]{2}")
_TIME_OR_ADDRESS: Final = re.compile(r"@|\d[:.]\d\d")


def own(text: str) -> str:
    """The text with spaces in place of what it quotes; as long as it was, and all of it if little else is left."""
    if "\n" not in text:
        return text
    lines = text.split("\n")
    mine = own_lines(lines)
    if all(mine):
        return text
    kept = [line if is_mine else " " * len(line) for line, is_mine in zip(lines, mine, strict=True)]
    return "\n".join(kept) if sum(len(_LETTERS.findall(line)) for line in kept) >= _FEWEST_WORDS else text


def own_lines(lines: Sequence[str]) -> list[bool]:
    """Which lines are the writer's own; a mail that they pass on is.

    A mail that is answered ends with the text, or where its lines are no longer marked as quoted, or at a ruler.
    """
    mine: list[bool] = []
    is_quoted = is_marked = False
    passed_on: int | None = None
    for number, line in enumerate(lines):
        if not line.strip():
            mine.append(not is_quoted)
            continue
        if passed_on is None and _QUOTED.match(line):
            mine.append(False)
            is_marked = is_quoted
            continue
        if is_quoted and is_marked and not lines[number - 1].strip():
            is_quoted = is_marked = False
        if is_quoted and _RULER.match(line):
            is_quoted = False
            mine.append(False)
        elif _begins(lines, number, "forward"):
            is_quoted, passed_on = False, number
            mine.append(True)
        elif _begins_quote(lines, number, mine) and not _is_head_of(passed_on, lines, number):
            is_quoted, passed_on = True, None
            mine.append(False)
        else:
            mine.append(not is_quoted and not _begins(lines, number, "signature"))
    return mine


def _begins_quote(lines: Sequence[str], number: int, before: Sequence[bool]) -> bool:
    """Whether the mail that is answered begins here: below the writer's words, by its head."""
    if _says_who_wrote(lines, number):
        return True
    first = number + (_RULER.match(lines[number]) is not None)
    return _is_head(lines, first) and any(mine and line.strip() for mine, line in zip(before, lines, strict=False))


def _is_head_of(passed_on: int | None, lines: Sequence[str], number: int) -> bool:
    """Whether a line belongs to the head of a mail that is passed on."""
    return passed_on is not None and all(line.strip() for line in lines[passed_on + 2 : number])


def _is_head(lines: Sequence[str], number: int) -> bool:
    """ "From: …" with an address or a "Subject: …" soon behind it; "From: Lagos, To: Istanbul" is a journey."""
    marks = _marks()
    if number == len(lines) or not marks["from"].match(lines[number]):
        return False
    head = [lines[number]]
    for line in lines[number + 1 : number + 1 + _HEAD_LINES]:
        if not (marks["head"].match(line) or marks["subject"].match(line)):
            break
        head.append(line)
    return "@" in "".join(head) or any(map(marks["subject"].match, head))


def _begins(lines: Sequence[str], number: int, section: str) -> bool:
    """Whether a line is one that mail programs put there."""
    here = lines[number].strip()
    return len(here) <= _LONGEST and _marks()[section].match(here) is not None


def _says_who_wrote(lines: Sequence[str], number: int) -> bool:
    """ "On … at 10:12, Care Team wrote:", often broken in two; without a time or an address, marked lines must follow.

    So "On Monday my doctor wrote:" begins no quote: what he wrote is to be read.
    """
    here = lines[number].strip()
    if not here or len(here) > _LONGEST:
        return False
    both = f"{here} {lines[number + 1].strip()}" if number + 1 < len(lines) else here
    whole = next((line for line in (here, both) if _marks()["quote"].match(line)), None)
    if whole is None:
        return False
    if _RULED.match(whole) or _TIME_OR_ADDRESS.search(whole):
        return True
    behind = range(number + 1 + (whole != here), len(lines))
    return any(_QUOTED.match(lines[place]) for place in islice((at for at in behind if lines[at].strip()), 1))


@cache
def _marks() -> dict[str, re.Pattern[str]]:
    """One pattern for each kind of line."""
    listed = tomllib.loads(_FILE.read_text(encoding="utf-8"))
    words = {name: rf"\s*\*?(?:{'|'.join(map(re.escape, listed.pop(name)))})\*?\s?[:：]" for name in _HEAD}
    wholes = {name: "|".join(f"(?:{line})" for line in lines) for name, lines in listed.items()}
    return {name: re.compile(pattern, re.IGNORECASE) for name, pattern in (words | wholes).items()}
