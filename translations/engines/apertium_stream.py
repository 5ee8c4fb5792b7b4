"""Writes a sentence for Apertium's stream and reads the answer: what must not be touched travels in brackets.

In the stream `[` … `]` is formatting, which every stage passes on; `^ $ / < > { } @ # * ~` steer the stages, and
`*`, `#`, `@` in an answer mark words that a stage did not know.
https://wiki.apertium.org/wiki/Apertium_stream_format
"""

from __future__ import annotations

import re
from typing import Final

from translations.engines.base import Raw

# Kept as they are: addresses, every run of spacing but a single blank, what steers the stages, and signs without words
# (emoji, bullets, direction marks, control characters).
_KEPT: Final = re.compile(
    r"https?://\S+|[\w.+-]+@[\w-]+(?:\.[\w-]+)+"
    r"|\s{2,}|[^\S ]"
    r"|[\\\[\]{}<>^$@#*~/|]+"
    r"|[^\w\s!-~¡-ÿ‐-…€°，。！？；：]+"
)
_SPECIAL: Final = re.compile(r"([\\\[\]{}<>^$@/~*#])")
_ANSWER: Final = re.compile(
    r"\[(?P<kept>(?:\\.|[^\]\\])*)\]"
    r"|\\(?P<escaped>.)"
    r"|[*#@](?P<unknown>\w[\w'’-]*)?"
    r"|(?P<plain>[^\[\\*#@]+|.)",
    re.DOTALL,
)
_ENDS_SENTENCE: Final = re.compile(r"[.!?:;…]\W*$")


def write(sentence: str, number: int) -> bytes:
    """The block for one sentence, without its closing NUL; `number` comes back at the end of the answer.

    A full stop is added where there is none, since the tagger judges whole sentences; `read` takes it off.
    """
    body = _KEPT.sub(lambda kept: f"[{_escaped(kept.group())}]", sentence.replace("\0", "\ufffd"))
    stop = "" if _ENDS_SENTENCE.search(sentence) else "."
    return f"{body}{stop}[;{number}{stop}]".encode("utf-8", errors="replace")


def read(answer: bytes, number: int) -> Raw | None:
    """The translated sentence of a block's answer; None if it is not the answer to block `number`."""
    text = answer.decode("utf-8", errors="replace")
    body, marked, end = text.rpartition(f"[;{number}")
    if not marked or end not in {"]", ".]"}:
        return None
    if end == ".]":
        body = body.rstrip().removesuffix(".")
    found = list(_ANSWER.finditer(body))
    unknown = tuple(word for match in found if (word := match["unknown"]))
    return Raw("".join(_plain(match) for match in found), unknown=unknown)


def _plain(match: re.Match[str]) -> str:
    kept = match["kept"]
    if kept is not None:
        return re.sub(r"\\(.)", r"\1", kept, flags=re.DOTALL)
    return match["escaped"] or match["unknown"] or match["plain"] or ""


def _escaped(text: str) -> str:
    return _SPECIAL.sub(r"\\\1", text)
