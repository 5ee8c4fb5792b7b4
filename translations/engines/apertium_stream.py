"""Writes a sentence for Apertium's stream and reads the answer: what must not be touched stays here.

In the stream `[` … `]` is formatting, which every stage passes on; `^ $ / < > { } @ # * ~` steer the stages. Both are
kept out of it, and so are names and codes: each such stretch travels as `[number]` and is put back on return. In an
answer `*`, `#` and `@` mark words that a stage did not know.
https://wiki.apertium.org/wiki/Apertium_stream_format
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from translations import survivors
from translations.engines.base import Raw

# Addresses, any spacing but a single blank, what steers the stages, and whatever is neither a word nor common
# punctuation: emoji, bullets, direction marks, control characters, halves of surrogate pairs.
_KEPT: Final = re.compile(
    r"https?://\S+|(?<![\w.+-])[\w.+-]{1,64}@[\w-]+(?:\.[\w-]+)+"
    r"|\s{2,}|[^\S ]"
    r"|[\\\[\]{}<>^$@#*~/|]+"
    r"|[^\w\s!-~¡-¬®-ÿ‐-…€°]+"
)
_ANSWER: Final = re.compile(
    r"\[(?P<kept>\d+)\]|\\?[*#@](?P<unknown>\w[\w'’-]*)?|\\?(?P<plain>[^\[\\*#@]+|.)", re.DOTALL
)
_END: Final = re.compile(r".*?\[;\d+\]|.+", re.DOTALL)
_ENDS_SENTENCE: Final = re.compile(r"[.!?:;…]\W*$")


@dataclass(frozen=True, slots=True)
class Block:
    """One sentence on its way: the bytes without their closing NUL, and what is put back into the answer.

    The end mark carries the block's number, so that an answer cannot be taken for another's. Where the sentence has no
    stop one is added before the mark, since the tagger judges whole sentences; reading takes it off.
    """

    data: bytes
    end: str
    kept: tuple[str, ...]
    stopped: bool
    capital: bool


def write(sentence: str, number: int) -> Block:
    """The block of one sentence; `number` tells it from its neighbours."""
    body, kept = _without_kept(sentence)
    stopped = _ENDS_SENTENCE.search(sentence) is None
    end = f"[;{number}]"
    return Block(f"{body}{'.' if stopped else ''}{end}".encode(), end, tuple(kept), stopped, sentence[:1].isupper())


def _without_kept(sentence: str) -> tuple[str, list[str]]:
    """The sentence with a number in place of each stretch that is kept, and the stretches."""
    spans = [*survivors.names(sentence), *survivors.code_spans(sentence), *(m.span() for m in _KEPT.finditer(sentence))]
    body, kept, done = "", list[str](), 0
    for start, end in sorted(spans):
        if start >= done:
            body += f"{sentence[done:start]}[{len(kept)}]"
            kept.append(sentence[start:end])
            done = end
    return body + sentence[done:], kept


def join(blocks: Sequence[Block]) -> bytes:
    """Several sentences on one way: a flush of every stage for each of them costs more than many a sentence."""
    return b"\n".join(block.data for block in blocks)


def read_several(answer: bytes, blocks: Sequence[Block]) -> list[Raw] | None:
    """The translated sentences; None if the answer is not exactly theirs."""
    bodies = _END.findall(answer.decode("utf-8", errors="replace"))
    if len(bodies) != len(blocks):
        return None
    read_ones = [_read(body.removeprefix("\n"), block) for body, block in zip(bodies, blocks, strict=True)]
    raws = [raw for raw in read_ones if raw is not None]
    return raws if len(raws) == len(blocks) else None


def _read(body: str, block: Block) -> Raw | None:
    """One translated sentence; None if the answer does not belong to the block or lost something of it."""
    if not body.endswith(block.end):
        return None
    body = body.removesuffix(block.end)
    body = body.rstrip().removesuffix(".") if block.stopped else body
    found = list(_ANSWER.finditer(body))
    if sorted(int(match["kept"]) for match in found if match["kept"]) != list(range(len(block.kept))):
        return None
    unknown = tuple(word for match in found if (word := match["unknown"]))
    text = "".join(_plain(match, block.kept) for match in found).strip(" ")
    return Raw(text[:1].upper() + text[1:] if block.capital else text, unknown=unknown)


def _plain(match: re.Match[str], kept: Sequence[str]) -> str:
    if match["kept"]:
        return kept[int(match["kept"])]
    # Rules that leave a word out leave its blank behind; the writer's own spacing is among what was kept.
    return re.sub(" {2,}", " ", match["unknown"] or match["plain"] or "")
