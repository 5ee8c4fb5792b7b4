"""The site's texts about illnesses and treatments: files that a doctor can read, as pages."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

from service.errors import ServiceError
from service.settings import PROJECT

FOLDER: Final = PROJECT / "templates" / "patient" / "texts"
FALLBACK_LANGUAGE: Final = "en"
CONDITIONS: Final = (
    "lupus", "rheumatoid-arthritis", "osteoporosis", "liver-disease", "knee-osteoarthritis", "hip-osteoarthritis",
    "multiple-sclerosis", "parkinsons", "cerebral-palsy", "autism", "kidney-failure", "coronary-heart-disease",
    "infertility", "dental", "cataract",
)  # fmt: skip
SECTIONS: Final = ("what", "symptoms", "tests", "treatments", "stem-cells", "urgent")
QUESTIONS: Final = ("prp", "stay", "complications", "medicines", "pain", "results", "activity")
PRIVACY: Final = ("kept", "why", "who", "machine", "long", "rights", "withdraw")
_HEADER: Final = re.compile(r"\[([a-z-]+)\]")
_TERM: Final = re.compile(r"([^:：]{1,200})[:：]\s*(\S.*)")


class TextError(ServiceError):
    """A text of the site is not in order; the message says where and why."""

    permanent = True


@dataclass(frozen=True, slots=True)
class Item:
    """A line of a list; `term` is what it is about, or empty."""

    term: str
    text: str


@dataclass(frozen=True, slots=True)
class Block:
    """A paragraph, or a list if it has `items`."""

    text: str = ""
    items: tuple[Item, ...] = ()


@dataclass(frozen=True, slots=True)
class Source:
    title: str
    address: str


@dataclass(frozen=True, slots=True)
class Text:
    """A page: its head, and the blocks of each section."""

    language: str
    version: str
    state: str
    title: str
    summary: str
    sections: Mapping[str, tuple[Block, ...]]

    @property
    def reviewed(self) -> bool:
        return self.state.startswith("reviewed")


@cache
def condition(code: str, language: str) -> Text | None:
    """The page of a condition in this language, or else in English; None if there is no such page."""
    if code not in CONDITIONS:
        return None
    return _first(FOLDER / "conditions" / code, language, SECTIONS)


@cache
def questions(language: str) -> Text:
    """The questions and answers in this language, or else in English."""
    return _whole("questions", language, QUESTIONS)


@cache
def privacy(language: str) -> Text:
    """What is kept of a patient and why, in this language, or else in English."""
    return _whole("privacy", language, PRIVACY)


@cache
def sources(code: str) -> tuple[Source, ...]:
    """Where the statements about a condition, or the answers ("questions"), come from."""
    folder = FOLDER / "questions" if code == "questions" else FOLDER / "conditions" / code
    path = folder / "sources.txt"
    lines = path.read_text("utf-8").splitlines() if path.is_file() else []
    parted = [line.partition("|") for line in lines if line.strip()]
    return tuple(Source(title.strip(), address.strip()) for title, _, address in parted)


def parse(text: str, name: str, language: str, sections: Sequence[str]) -> Text:
    """Read one file; raises `TextError` for a head or sections that are not as they must be."""
    head, mark, body = text.partition("\n---\n")
    fields = {key.strip(): value.strip() for key, _, value in (line.partition(":") for line in head.splitlines())}
    missing = [key for key in ("version", "state", "title", "summary") if not fields.get(key)]
    if not mark or missing:
        raise TextError(f"{name}: the head needs {', '.join(missing) or 'a line of --- behind it'}")
    found = _sections(body, name)
    if tuple(found) != tuple(sections):
        raise TextError(f"{name}: the sections must be {', '.join(sections)}, in this order")
    blocks = {key: tuple(_blocks(lines)) for key, lines in found.items()}
    empty = [key for key, value in blocks.items() if not value]
    if empty:
        raise TextError(f"{name}: nothing stands in {', '.join(empty)}")
    return Text(language, fields["version"], fields["state"], fields["title"], fields["summary"], blocks)


def _whole(name: str, language: str, sections: Sequence[str]) -> Text:
    """A page that the site cannot do without."""
    found = _first(FOLDER / name, language, sections)
    if found is None:
        raise TextError(f"{name}: there is no text in any language")
    return found


def _first(folder: Path, language: str, sections: Sequence[str]) -> Text | None:
    for code in (language, FALLBACK_LANGUAGE):
        path = folder / f"{code}.txt"
        if path.is_file():
            return parse(path.read_text("utf-8"), str(path.relative_to(FOLDER)), code, sections)
    return None


def _sections(body: str, name: str) -> dict[str, list[str]]:
    """The lines of each section, in the order of the file."""
    found: dict[str, list[str]] = {}
    current: list[str] | None = None
    for line in body.splitlines():
        header = _HEADER.fullmatch(line.strip())
        if header:
            current = found.setdefault(header[1], [])
        elif current is not None:
            current.append(line.strip())
        elif line.strip():
            raise TextError(f"{name}: words before the first section")
    return found


def _blocks(lines: Iterable[str]) -> Iterator[Block]:
    items: list[Item] = []
    for line in lines:
        if line.startswith("- "):
            items.append(_item(line[2:].strip()))
            continue
        if items and line:
            yield Block(items=tuple(items))
            items = []
        if line:
            yield Block(text=line)
    if items:
        yield Block(items=tuple(items))


def _item(line: str) -> Item:
    """A point of a list; a no-break space before the colon, as French has it, belongs to the term."""
    match = _TERM.fullmatch(line)
    return Item(match[1].strip(" "), match[2].strip()) if match else Item("", line)
