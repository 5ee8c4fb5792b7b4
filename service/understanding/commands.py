"""The commands of understanding: `dragoman understand`, `dragoman knowledge check`, and a bench for term writers.

Also `python -m service.understanding.commands check [LANG …]` and `… read LANG`.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Protocol, TextIO

from service.understanding import checking, knowledge
from service.understanding.page import Page
from service.understanding.reader import Reader
from service.understanding.reading import ConditionFinding, Reading
from translations.languages import LANGUAGES

_LONGEST_TEXT: Final = 100_000
_HALVES: Final = re.compile("[\ud800-\udfff]")


class Identified(Protocol):
    """What the identification of a language tells."""

    @property
    def language(self) -> str: ...

    @property
    def confidence(self) -> float: ...


class Identify(Protocol):
    """Tells the language of a text; `prior` is what the writer's contact or page suggests."""

    def __call__(self, text: str, *, prior: str | None = None) -> Identified: ...


class Candidates(Protocol):
    """The languages worth trying for a text, as knowledge-file codes."""

    def __call__(self, text: str, *, prior: str | None = None) -> Sequence[str]: ...


@dataclass(frozen=True, slots=True)
class Languages:
    """How to tell languages apart; handed in, so that understanding needs no model itself."""

    identify: Identify
    candidates: Candidates


@dataclass(frozen=True, slots=True)
class Translated:
    """A translation as the command shows it."""

    text: str
    engine: str
    flags: tuple[str, ...] = ()


Translate = Callable[[str, str], Translated | None]
"""Text and language to English, or None if no engine serves the language."""


class BadLine(ValueError):
    """A line that is no message; says why, and its id if it has one."""

    def __init__(self, reason: str, identity: object = None) -> None:
        super().__init__(reason)
        self.identity = identity


def understand(
    lines: Iterable[str], out: TextIO, *, languages: Languages, translate: Translate | None = None, reader: Reader
) -> int:
    """Reads a JSON line each, writes one each, in order; an unreadable one becomes an error line. The exit code."""
    code = 0
    for line in lines:
        if not line.strip():
            continue
        try:
            answer = _answer(_message(line), languages, translate, reader)
        except BadLine as error:
            answer, code = {"id": error.identity, "error": str(error)}, 1
        out.write(f"{_line(answer)}\n")
    out.flush()
    return code


def _line(answer: Mapping[str, Any]) -> str:
    """One line of JSON; half a surrogate pair, which no encoding can write, stays an escape."""
    line = json.dumps(answer, ensure_ascii=False)
    return line if line.isascii() or not _HALVES.search(line) else json.dumps(answer)


def _no_number(constant: str) -> None:
    raise ValueError(f"{constant} is no JSON")


def check_knowledge(languages: Sequence[str], out: TextIO) -> int:
    """Prints every problem of the knowledge files; exit code 1 if there is any."""
    unknown = [language for language in languages if language not in knowledge.languages()]
    if unknown:
        out.write(f"There are no knowledge files for {', '.join(unknown)}.\n")
        return 2
    problems = checking.check(languages)
    for problem in problems:
        out.write(f"{problem}\n")
    out.write(f"{len(problems)} problems in {len(languages or knowledge.languages())} languages.\n")
    return 1 if problems else 0


def show(lines: Iterable[str], out: TextIO, *, languages: Sequence[str]) -> None:
    """What each line is understood to say, and by which terms: for whoever writes them."""
    reader = Reader()
    for line in filter(None, map(str.strip, lines)):
        reading = reader.read(line, language=languages[0], candidates=languages[1:])
        out.write(f"{line}\n    {reading.gist}\n")
        out.writelines(f"    {shown}\n" for shown in _shown(line, reading, languages))


def _message(line: str) -> dict[str, Any]:
    try:
        message = json.loads(line, parse_constant=_no_number)
    except (ValueError, RecursionError):
        raise BadLine("this line is not JSON") from None
    if not isinstance(message, dict):
        raise BadLine("this line is not a JSON object")
    identity = message.get("id")
    if not isinstance(message.get("text"), str):
        raise BadLine("text is missing, or not a text", identity)
    if len(message["text"]) > _LONGEST_TEXT:
        raise BadLine(f"text is longer than {_LONGEST_TEXT} characters", identity)
    for key in ("country", "contact_language"):
        if not isinstance(message.get(key), str | None):
            raise BadLine(f"{key} is not a text", identity)
    return message


def _answer(
    message: Mapping[str, Any], languages: Languages, translate: Translate | None, reader: Reader
) -> dict[str, Any]:
    text, prior = message["text"], message.get("contact_language")
    identified = languages.identify(text, prior=prior)
    translated = _translated(text, identified.language, translate)
    reading = reader.read(
        text,
        language=identified.language,
        candidates=languages.candidates(text, prior=prior),
        translation=translated.text if translated else None,
        country=(message.get("country") or "").upper() or None,
    )
    return {
        "id": message.get("id"),
        "language": identified.language,
        "language_confidence": round(identified.confidence, 2),
        "gist": reading.gist,
        "translation": _shown_translation(translated),
        **as_json(reading),
    }


def _translated(text: str, language: str, translate: Translate | None) -> Translated | None:
    if translate is None or language not in LANGUAGES or not text.strip():
        return None
    return translate(text, language)


def _shown_translation(translated: Translated | None) -> dict[str, Any] | None:
    if translated is None:
        return None
    return {"text": translated.text, "engine": translated.engine, "flags": list(translated.flags)}


def as_json(reading: Reading) -> dict[str, Any]:
    """A reading as the command and the API show it."""
    return {
        "condition": reading.condition,
        "conditions": [_finding(finding) for finding in reading.conditions],
        "mentions": [_finding(finding) for finding in reading.mentions],
        "urgency": reading.urgency,
        "red_flags": [flag.code for flag in reading.red_flags],
        "red_flag_evidence": {flag.code: [quote.text for quote in flag.evidence] for flag in reading.red_flags},
        "intent": reading.intent,
        "intents": list(reading.intents),
        "facts": dict(reading.facts),
        "model": reading.model,
    }


def _finding(finding: ConditionFinding) -> dict[str, Any]:
    quotes = list(dict.fromkeys(quote.text for quote in finding.evidence))
    return {
        "code": finding.code,
        "confidence": finding.confidence,
        "standing": finding.standing,
        "evidence": quotes,
    }


def _shown(line: str, reading: Reading, languages: Sequence[str]) -> Iterator[str]:
    answer = as_json(reading)
    yield f"{reading.urgency}: {answer['red_flag_evidence']}"
    for finding in (*reading.conditions, *reading.mentions):
        yield f"{finding.code} {finding.standing} {finding.confidence}: {[quote.text for quote in finding.evidence]}"
    yield f"intents {', '.join(reading.intents)}; facts {json.dumps(answer['facts'], ensure_ascii=False)}"
    page = Page(line, languages)
    for leaf in page.leaves:
        for match in (*leaf.red_flags, *leaf.conditions):
            standing = page.standing_of_flag(leaf, match)
            yield f"  {leaf.language} [{match.section}] {knowledge.written(match, leaf.language)} {standing}"
        for section, matches in leaf.facts.items():
            terms = " / ".join(knowledge.written(match, leaf.language) for match in matches)
            yield f"  {leaf.language} [{section}] {terms}"
        for match in leaf.scan.find("scope"):
            yield f"  {leaf.language} [{match.section}] {knowledge.written(match, leaf.language)}"


def _main(arguments: Sequence[str]) -> int:
    match arguments:
        case ["check", *languages]:
            return check_knowledge(languages, sys.stdout)
        case ["read", _, *_]:
            show(sys.stdin, sys.stdout, languages=arguments[1:])
            return 0
        case _:
            sys.stderr.write("usage: check [LANG …] | read LANG [LANG …]\n")
            return 2


if __name__ == "__main__":
    sys.exit(_main(sys.argv[1:]))
