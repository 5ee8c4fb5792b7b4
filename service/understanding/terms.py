"""Reads the terms of the knowledge files (see knowledge/README.md) into patterns of words, gaps and choices."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from service.understanding.normalise import JOINT, level
from service.understanding.words import cut, is_han

Fit = Literal["whole", "begins", "ends", "holds"]

_SIGN: Final = re.compile(r"\{n\}|\.\.+(?=\s|$)|\)\*?|\*?\(|[|?]|\+(?=\s|$)|(?:(?!\{n\})[^\s()|?])+")
_GLUED: Final = re.compile(r"[^\W\d_]\*?\(|\)\??\*?[^\W\d_]")
_OPEN_DECIMAL: Final = re.compile(r"\d+[.,]")
_UMLAUTS: Final = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "Ä": "Ae", "Ö": "Oe", "Ü": "Ue"})


class TermError(ValueError):
    """A term that cannot be read; the message says why, in words for its author."""


@dataclass(frozen=True, slots=True)
class Word:
    """One word; `fit` says whether it must be whole or may go on before or after."""

    text: str
    fit: Fit = "whole"


@dataclass(frozen=True, slots=True)
class Number:
    """A number, in digits or in words."""


@dataclass(frozen=True, slots=True)
class Gap:
    """A few other words."""


@dataclass(frozen=True, slots=True)
class Choice:
    """One of several sequences; when `optional`, or none of them."""

    options: tuple[tuple[Element, ...], ...]
    optional: bool = False


_OPTION_ENDS: Final = ("|", ")", ")*")

Element = Word | Number | Gap | Choice
Part = tuple[Element, ...]


@dataclass(frozen=True, slots=True)
class Term:
    """A term as read: `parts` may stand in any order in one sentence."""

    text: str
    parts: tuple[Part, ...]
    idiom: bool = False
    weak: bool = False


def parse(text: str, *, umlauts: bool = False) -> Term:
    """Reads one term; with `umlauts`, ä may also be written ae, and so on. Raises TermError."""
    body = text.strip()
    idiom, weak = body.startswith("!"), body.startswith("?")
    _check_brackets(body)
    signs = [match.group() for match in _SIGN.finditer(body[1:] if idiom or weak else body)]
    reader = _Reader(signs, umlauts)
    parts = tuple(reader.parts())
    for part in parts:
        _check_part(part)
    return Term(body, parts, idiom=idiom, weak=weak)


class _Reader:
    """Walks over the signs of one term."""

    def __init__(self, signs: list[str], umlauts: bool) -> None:
        self._signs = signs
        self._umlauts = umlauts
        self._next = 0

    def parts(self) -> Iterator[Part]:
        while True:
            yield self._sequence(("+",))
            if self._next >= len(self._signs):
                return
            self._next += 1

    def _sequence(self, ends: Sequence[str]) -> Part:
        elements: list[Element] = []
        while self._next < len(self._signs) and self._signs[self._next] not in ends:
            elements += self._element()
        return tuple(elements)

    def _element(self) -> tuple[Element, ...]:
        sign = self._signs[self._next]
        self._next += 1
        if sign in (")", ")*", "|", "?", "+"):
            raise TermError(f"“{sign}” stands where a word was expected")
        if sign.startswith("..") and not sign.strip("."):
            if sign != "..":
                raise TermError("a gap is written with two dots")
            return (Gap(),)
        if sign.endswith("("):
            return (self._choice(open_before=sign.startswith("*")),)
        return self._optional((Number(),) if sign == "{n}" else tuple(self._words(sign)))

    def _choice(self, *, open_before: bool) -> Choice:
        options = [self._sequence(_OPTION_ENDS)]
        while self._peek() == "|":
            self._next += 1
            options.append(self._sequence(_OPTION_ENDS))
        if self._peek() is None:
            raise TermError("a bracket is not closed")
        open_after = self._peek() == ")*"
        self._next += 1
        filled = tuple(_open(option, open_before, open_after) for option in options if option)
        if not filled:
            raise TermError("a bracket is empty")
        return Choice(filled, optional=self._takes_question_mark() or len(filled) < len(options))

    def _peek(self) -> str | None:
        return self._signs[self._next] if self._next < len(self._signs) else None

    def _optional(self, elements: tuple[Element, ...]) -> tuple[Element, ...]:
        return (Choice((elements,), optional=True),) if self._takes_question_mark() else elements

    def _takes_question_mark(self) -> bool:
        taken = self._peek() == "?"
        self._next += taken
        return taken

    def _words(self, written: str) -> Iterator[Element]:
        bare = written.strip("*")
        if "*" in bare:
            raise TermError(f"“{written}”: * may stand only before or after a word")
        spellings = [bare, bare.translate(_UMLAUTS)] if self._umlauts else [bare]
        stars = written.startswith("*"), written.endswith("*")
        readings = dict.fromkeys(reading for spelling in spellings for reading in _readings(spelling, *stars))
        if not readings:
            raise TermError(f"“{written}” holds no letter and no digit")
        if len(readings) == 1:
            yield from next(iter(readings))
        else:
            yield Choice(tuple(readings))


def _readings(written: str, open_before: bool, open_after: bool) -> Iterator[tuple[Word, ...]]:
    """A chunk without spaces as words: cut at its joints, and, if it has any, written together too."""
    if open_after and _OPEN_DECIMAL.fullmatch(written):
        yield (Word(level(written).text.replace(",", "."), "begins"),)
        return
    words = cut(level(written))
    if not len(words):
        return
    yield _starred(words.words, open_before, open_after)
    if len(words) > 1 and all(gap == JOINT for gap in words.gaps[1:-1]):
        yield _starred(["".join(words.words)], open_before, open_after)


def _starred(words: list[str], open_before: bool, open_after: bool) -> tuple[Word, ...]:
    last = len(words) - 1
    return tuple(Word(word, _fit(open_before and i == 0, open_after and i == last)) for i, word in enumerate(words))


def _open(option: Part, open_before: bool, open_after: bool) -> Part:
    """An option of a bracket that carries a star: its first or last word takes it over."""
    first, last = option[0], option[-1]
    if open_after and isinstance(last, Word):
        option = (*option[:-1], Word(last.text, _fit(last.fit in ("ends", "holds"), True)))
    if open_before and isinstance(first, Word):
        option = (Word(first.text, _fit(True, option[0] is not first or first.fit in ("begins", "holds"))), *option[1:])
    return option


def _fit(open_before: bool, open_after: bool) -> Fit:
    if open_before:
        return "holds" if open_after else "ends"
    return "begins" if open_after else "whole"


def _check_brackets(body: str) -> None:
    """Brackets hold whole words, except in Chinese, where nothing parts words."""
    for glued in _GLUED.finditer(body):
        if not any(is_han(char) for char in glued.group()):
            raise TermError(f"“{glued.group()}”: a bracket holds whole words, so a space stands before and after it")


def _check_part(part: Part) -> None:
    if not part:
        raise TermError("nothing to look for")
    _check_gaps(part)
    _check_options(part)
    if all(_may_be_missing(element) for element in part):
        raise TermError("every word may be missing")
    if not any(map(_is_firm, part)):
        raise TermError("there is no word that always stands at the beginning of a choice")


def _check_gaps(elements: tuple[Element, ...]) -> None:
    if isinstance(elements[0], Gap) or isinstance(elements[-1], Gap):
        raise TermError("a gap needs words on both sides")
    for element in elements:
        if isinstance(element, Choice):
            for option in element.options:
                _check_gaps(option)


def _check_options(elements: Part) -> None:
    for element in elements:
        if isinstance(element, Choice):
            for option in element.options:
                if all(map(_may_be_missing, option)) and not element.optional:
                    raise TermError("all words of one choice may be missing; to leave it out, put ? after the bracket")
                _check_options(option)


def _may_be_missing(element: Element) -> bool:
    if isinstance(element, Choice):
        return element.optional or any(all(map(_may_be_missing, option)) for option in element.options)
    return isinstance(element, Gap)


def _is_firm(element: Element) -> bool:
    """Whether matching may begin at this element: it is always there, and begins with a word or a number."""
    if isinstance(element, Choice):
        return not element.optional and all(_begins_firmly(option) for option in element.options)
    return not isinstance(element, Gap)


def _begins_firmly(option: Part) -> bool:
    for element in option:
        if not (isinstance(element, Choice) and element.optional):
            return _is_firm(element)
        if not all(map(_begins_firmly, element.options)):
            return False
    return False
