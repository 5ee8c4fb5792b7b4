"""Reads the files of knowledge/ and names, with file and line, whatever in them cannot be understood."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final, cast

from service.understanding.terms.elements import Term, TermError
from service.understanding.terms.parsing import parse

FOLDER: Final = Path(__file__).parent / "knowledge"
_TABLES: Final = FOLDER
"""What holds for all languages stays here, wherever the files of the languages are read from."""
KINDS: Final = ("red-flags", "conditions", "cues")
LAB_TESTS: Final = (
    *("alt", "ast", "alp", "ggt", "ldh", "bilirubin", "albumin", "total_protein", "inr"),
    *("pt", "ptt", "creatinine", "hba1c", "psa", "afp", "haemoglobin", "platelets"),
)
MEASURES: Final = ("glucose", "bmi", "ejection_fraction", "tsh", "gfr")
"""What is measured beside the laboratory tests that are facts: a healthy value speaks against an illness."""
RELATIONS: Final = (
    *("self", "mother", "father", "husband", "wife", "son", "daughter", "baby", "child", "brother", "sister"),
    *("grandmother", "grandfather", "aunt", "uncle", "friend", "relative", "patient"),
)
_INTENTS: Final = (
    *("treatment", "cost", "appointment", "second-opinion", "follow-up", "travel", "billing", "callback"),
    *("question", "opt-out", "spam"),
)
WISHES: Final = (
    *("stem-cells", "transplant", "surgery", "medicine", "rehabilitation", "second-opinion", "visa", "price"),
)
SCOPE_SECTIONS: Final = frozenset(
    (
        *("negation.before", "negation.after", "negation.not", "answer.no", "asked"),
        *("negation.beside", "negation.list", "negation.of-one", "cleared.before", "cleared.after", "cleared.beside"),
        *("past", "ongoing", "now", "sudden", "supposed"),
        *("long-standing", "uncertain", "clause", "family-history", "duration.years", "duration.months"),
    )
)
"""The cues that say how a finding stands."""
CUE_SECTIONS: Final = SCOPE_SECTIONS.union(
    (
        *("sex.male", "sex.female", "numbers", "countries"),
        *("age.years", "age.months", "age.weeks", "age.days", "age.words"),
        *(f"duration.{unit}" for unit in ("years", "months", "weeks", "days", "words", "other")),
        *("self.male", "self.female"),
        *("taken.before", "taken.after", "not-taken.before", "not-taken.after"),
        *(f"who.{relation}" for relation in (*RELATIONS, "other")),
        *(f"intent.{intent}" for intent in _INTENTS),
        *(f"wish.{wish}" for wish in WISHES),
        *(f"lab.{test}" for test in LAB_TESTS),
        *(f"measured.{measure}" for measure in MEASURES),
    )
)
_VALUED: Final = frozenset(("age.words", "duration.words", "numbers", "countries", "asked"))
_LENGTH: Final = re.compile(r"\d+(\.5)? (days|weeks|months|years)")
_COUNTED: Final = ("age.years", "age.months", "age.weeks", "age.days")
_COMMENT: Final = re.compile(r"(^|\s)#.*$")
_LIST: Final = re.compile(r"@(?P<name>[a-z][a-z-]*)\s*=\s*(?P<words>\(.+\))")
_LIST_USE: Final = re.compile(r"@([a-z][a-z-]*)")
_HEADER: Final = re.compile(r"#\s*(?P<key>language|state)\s*:\s*(?P<value>.+)")


@cache
def table(name: str) -> dict[str, dict[str, Any]]:
    """A file of tables that hold for all languages, such as `conditions.toml`."""
    return cast(dict[str, dict[str, Any]], tomllib.loads((_TABLES / name).read_text(encoding="utf-8")))


@dataclass(frozen=True, slots=True)
class Problem:
    """Something wrong in a knowledge file, for the person who wrote it."""

    path: Path
    line: int
    message: str

    def __str__(self) -> str:
        return f"{self.path.relative_to(FOLDER.parent)}:{self.line}: {self.message}"


@dataclass(frozen=True, slots=True)
class Line:
    """A term where it stands."""

    number: int
    section: str
    term: Term
    value: str | None


@dataclass(frozen=True, slots=True)
class KnowledgeFile:
    """One file, read: its good lines, and the problems of the others."""

    path: Path
    kind: str
    language: str
    state: str | None
    lines: tuple[Line, ...]
    problems: tuple[Problem, ...]


def languages() -> tuple[str, ...]:
    """The languages of which there is any knowledge."""
    return tuple(sorted({path.stem for kind in KINDS for path in (FOLDER / kind).glob("*.txt")}))


def path_of(kind: str, language: str) -> Path:
    return FOLDER / kind / f"{language}.txt"


def read(kind: str, language: str, sections: frozenset[str]) -> KnowledgeFile:
    """Reads one file; a language that has none gives an empty one."""
    path = path_of(kind, language)
    if not path.is_file():
        return KnowledgeFile(path, kind, language, None, (), ())
    reader = _FileReader(path, language, sections)
    lines = tuple(reader.lines(path.read_text(encoding="utf-8")))
    return KnowledgeFile(path, kind, language, reader.state, lines, tuple(reader.problems))


class _FileReader:
    """Walks over the lines of one file."""

    def __init__(self, path: Path, language: str, sections: frozenset[str]) -> None:
        self.state: str | None = None
        self.problems: list[Problem] = []
        self._path = path
        self._language = language
        self._known = sections
        self._section: str | None = None
        self._lists: dict[str, str] = {}

    def lines(self, text: str) -> Iterator[Line]:
        for number, raw in enumerate(text.splitlines(), start=1):
            if (header := _HEADER.match(raw)) and header["key"] == "state":
                self.state = header["value"].strip()
            body = (_COMMENT.sub("", raw) if "#" in raw else raw).strip()
            if body.startswith("["):
                self._enter(number, body)
            elif body.startswith("@") and "=" in body:
                self._keep_list(number, body)
            elif body and (line := self._line(number, body)):
                yield line

    def _enter(self, number: int, body: str) -> None:
        self._section = body[1:-1].strip()
        if not body.endswith("]") or self._section not in self._known:
            self._complain(number, f"there is no section {body}")
            self._section = None

    def _keep_list(self, number: int, body: str) -> None:
        """A bracket with a name, for terms that would repeat it: "@pain = (ache|pain|hurts)"."""
        known = _LIST.fullmatch(body)
        if known is None or known["name"] in self._lists:
            self._complain(number, f"{body}: a list is written “@name = (one|other)”, and once only")
            return
        try:
            self._lists[known["name"]] = _unfold(known["words"], self._lists)
        except TermError as error:
            self._complain(number, f"{body}: {error}")

    def _line(self, number: int, body: str) -> Line | None:
        if self._section is None:
            self._complain(number, "a term before any known section")
            return None
        written, _, value = body.rpartition("=") if self._section in _VALUED else (body, "", "")
        try:
            idiom = body.startswith("!")
            if not idiom:
                _check_value(self._section, value.strip())
            term = parse(_unfold(body if idiom else written.strip(), self._lists), self._language)
            _check_signs(self._path, self._section, term)
        except TermError as error:
            self._complain(number, f"{body}: {error}")
            return None
        return Line(number, self._section, term, value.strip() or None)

    def _complain(self, number: int, message: str) -> None:
        self.problems.append(Problem(self._path, number, message))


def _unfold(text: str, lists: Mapping[str, str]) -> str:
    """A term with the brackets that its lists stand for."""
    if "@" not in text:
        return text
    for name in _LIST_USE.findall(text):
        if name not in lists:
            raise TermError(f"there is no list @{name} above")
    return _LIST_USE.sub(lambda use: lists[use[1]], text)


def _check_value(section: str, value: str) -> None:
    if section == "countries" and not re.fullmatch(r"[A-Z]{2}", value):
        raise TermError("a country ends in “= KW”, its two-letter code")
    if section in ("numbers", "age.words") and not re.fullmatch(r"\d+(\.\d+)?", value):
        raise TermError("this needs a number behind an equals sign")
    if section == "asked" and value not in table("red-flags.toml"):
        raise TermError("this ends in the red flag that a “no” means, as “= breathing”")
    if section == "duration.words" and not _LENGTH.fullmatch(value):
        raise TermError("this ends in a length of time, as “= 2 years” or “= 0.5 years”")


def _check_signs(path: Path, section: str, term: Term) -> None:
    if term.weak and path.parent.name != "conditions":
        raise TermError("weak evidence (?) is for conditions only")
    if section in _COUNTED and not term.idiom and "{n}" not in term.text:
        raise TermError("this needs the number, {n}")
