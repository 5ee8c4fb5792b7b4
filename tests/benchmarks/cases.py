"""The test messages written by people who never saw the knowledge files, and how each half of them is read.

Terms are mended against the open half alone. The sealed half is for measuring: its texts stay unread.
"""

from __future__ import annotations

import argparse
import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, Final, Protocol, TypeVar

from service.understanding.reader import Reader
from service.understanding.reading import Reading
from translations import identify

FOLDER: Final = Path(__file__).resolve().parents[1] / "cases"
SETS: Final = {
    "first": "",
    "second": "second",
    "third": "third",
    "fourth": "fourth",
    "fifth": "fifth",
    "whose": "whose",
    "breadth": "breadth",
    "turns": "turns",
    "sixth": "sixth",
    "plain": "plain",
    "voices": "voices",
    "inbox": "inbox",
    "seventh": "seventh",
    "texting": "texting",
    "papers": "papers",
    "eighth": "eighth",
}
"""The folder of each set: `whose` asks of every message whose illness it tells of; `breadth` has every condition two or
three times in four languages, and no sealed half: nothing was learned from it. `third` has every condition once in
fourteen languages and is sealed as a whole; `fourth` has red flags alone, 25 and 25 in each of those languages, and is
sealed, too; so is `fifth`, with as many and with every second condition. `turns` has messages that begin in the past,
with denials or with somebody else, and turn: twelve emergencies and twelve near misses in each language; its notes say
of which turn. `sixth` names illnesses that are not the patient's in nearly every message, and dangers that are none in
two of three; `plain` has the messages that most people send: the name of an illness, and what they want. `voices` has
what people dictate, without commas and stops, or type in haste: emergencies, and calm messages that look like them.
`inbox` has whole enquiries as they arrive (chat, SMS, calls written down, mails, forms): all of each is labelled.
`eighth` has what is only supposed, feared or quoted beside emergencies, and enquiries with facts as people tell them.
"""
_WHOLE: Final = "whole"
"""The folder of messages of which everything is labelled, in place of one for each kind of question."""

Case = dict[str, Any]


class OfCase(Protocol):
    """What came of one case."""

    @property
    def case(self) -> Case: ...


Of = TypeVar("Of", bound=OfCase)


def cases(kind: str, half: str, languages: Sequence[str] = (), *, of_set: str = "first") -> Iterator[Case]:
    """The messages of one half ("open" or "sealed") of a set, of these files or of all."""
    folder = FOLDER / SETS[of_set]
    whole = (folder / _WHOLE).is_dir()
    for path in sorted((folder / (_WHOLE if whole else kind)).glob("*.jsonl")):
        if languages and path.stem not in languages:
            continue
        for line in path.read_text("utf-8").splitlines():
            case = json.loads(line)
            if case["sealed"] == (half == "sealed") and (not whole or _is_labelled(case, kind)):
                yield {**case, **(_as_asked(case, kind) if whole else {}), "file": path.stem}


def _is_labelled(case: Case, kind: str) -> bool:
    """Whether a message is labelled for this question; what emergencies want, some writers left open."""
    return kind not in ("intents", "facts") or "intent" in case


def _as_asked(case: Case, kind: str) -> Case:
    """A message of which everything is labelled, as a set of this kind labels it."""
    match kind:
        case "red_flags":
            return {"kind": "near miss" if case["level"] == "routine" else "emergency"}
        case "intents":
            return {"also": case["wants"]}
        case "facts":
            return {"facts": case["facts"] | {"intent": case["intent"]}}
    return {}


def read(reader: Reader, text: str) -> Reading:
    """As the door reads a message: the original alone."""
    found = identify.identify(text)
    return reader.read(text, language=found.language, candidates=identify.candidates(text))


def by_file(results: Sequence[Of]) -> Iterator[tuple[str, list[Of]]]:
    """The results of each file in alphabetical order, and all of them at the end."""
    grouped: dict[str, list[Of]] = defaultdict(list)
    for result in results:
        grouped[result.case["file"]].append(result)
    yield from sorted(grouped.items())
    yield "**all**", list(results)


def share(right: Iterable[bool]) -> str:
    """Markdown: two cells, "9/10" and "0.900"."""
    marks = list(right)
    return f"{sum(marks)}/{len(marks)} | {sum(marks) / len(marks):.3f}" if marks else "0/0 | –"


def text_of(case: Case) -> str:
    """The text behind a failure; that of a sealed case stays unread."""
    return "" if case["sealed"] else f": {case['text']}"


def report(options: argparse.Namespace, tables: Iterable[str], failures: Iterable[str]) -> None:
    """Prints the tables and, of the open half or where they are asked for, the failures."""
    print("\n".join(tables))
    if options.half == "open" or options.failures:
        print("\n".join(("", *failures)))


def arguments(description: str | None) -> argparse.Namespace:
    """What all measurements take: `half`, `of_set`, `failures`, `languages`."""
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("--half", choices=("open", "sealed"), default="open")
    parser.add_argument("--set", dest="of_set", choices=tuple(SETS), default="first", help="which set of messages")
    parser.add_argument("--failures", action="store_true", help="name the failures of the sealed half as well")
    parser.add_argument("languages", nargs="*", help="files to read, such as ar or hi-Latn; all if none is named")
    return parser.parse_args()
