"""Reads the terms of the knowledge files (see knowledge/README.md) into patterns of words, gaps and choices."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Final, Literal

from service.understanding.normalise import JOINT, level
from service.understanding.spelling import is_exact, spell
from service.understanding.words import cut, is_han

Fit = Literal["whole", "begins", "ends", "holds"]

_SIGN: Final = re.compile(r"\{n\}|\.\.+(?=\s|$)|\)\*?|\*?\(|[|?]|\+(?=\s|$)|(?:(?!\{n\})[^\s()|?])+")
_GLUED: Final = re.compile(r"[^\W\d_]\*?\(|\)\??\*?[^\W\d_]")
_OPEN_DECIMAL: Final = re.compile(r"\d+[.,]")
_ONE_WORD: Final = re.compile(r"[^\W\d_\u2e80-\uffff\U00010000-\U0010ffff]+")
"""Letters of an alphabet: by far the most."""
_UMLAUTS_OF: Final = "de"
_UMLAUTS: Final = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "Ä": "Ae", "Ö": "Oe", "Ü": "Ue"})


class TermError(ValueError):
    """A term that cannot be read; the message says why, in words for its author."""


@dataclass(frozen=True, slots=True)
class Word:
    """One word, levelled; `fit` says whether it must be whole or may go on before or after.

    `spelt` has its accents, in languages where they make other words.
    """

    text: str
    fit: Fit = "whole"
    spelt: str = ""


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


def parse(text: str, language: str = "") -> Term:
    """Reads one term, in the writing of its language; raises TermError."""
    body = text.strip()
    idiom, weak = body.startswith("!"), body.startswith("?")
    _check_brackets(body)
    signs = [match.group() for match in _SIGN.finditer(body[1:] if idiom or weak else body)]
    reader = _Reader(signs, language)
    parts = tuple(reader.parts())
    for part in parts:
        _check_part(part)
    return Term(body, parts, idiom=idiom, weak=weak)


class _Reader:
    """Walks over the signs of one term."""

    def __init__(self, signs: list[str], language: str) -> None:
        self._signs = signs
        self._language = language
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
        if sign[0].isalnum():
            return self._optional(_words(sign, self._language))
        if sign in (")", ")*", "|", "?", "+"):
            raise TermError(f"“{sign}” stands where a word was expected")
        if sign.startswith("..") and not sign.strip("."):
            if sign != "..":
                raise TermError("a gap is written with two dots")
            return (Gap(),)
        if sign.endswith("("):
            return (self._choice(open_before=sign.startswith("*")),)
        return self._optional((Number(),) if sign == "{n}" else _words(sign, self._language))

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


@lru_cache(maxsize=20_000)  # most words of a language stand in many of its terms
def _words(written: str, language: str) -> tuple[Element, ...]:
    """A chunk without spaces as words, or as a choice between the ways to write it."""
    bare = written.strip("*")
    if "*" in bare:
        raise TermError(f"“{written}”: * may stand only before or after a word")
    stars = written.startswith("*"), written.endswith("*")
    if stars[1] and _OPEN_DECIMAL.fullmatch(bare):
        return (Word(level(bare).text.replace(",", "."), "begins"),)
    spellings = (bare, bare.translate(_UMLAUTS)) if language == _UMLAUTS_OF else (bare,)
    cuts = (words for spelling in spellings for words in _cuts(spelling))
    readings = tuple(dict.fromkeys(tuple(_starred(words, *stars, language)) for words in cuts))
    if not readings:
        raise TermError(f"“{written}” holds no letter and no digit")
    return readings[0] if len(readings) == 1 else (Choice(readings),)


def _cuts(written: str) -> Iterator[list[tuple[str, str]]]:
    """A chunk as words, levelled and as written: cut at its joints, and, if it has any, together, too."""
    levelled = level(written)
    if _ONE_WORD.fullmatch(levelled.text):
        yield [(levelled.text, written)]
        return
    words = cut(levelled)
    if not len(words):
        return
    spans = [words.source_span(index, index + 1) for index in range(len(words))]
    yield [(word, written[start:end]) for word, (start, end) in zip(words.words, spans, strict=True)]
    if len(words) > 1 and all(gap == JOINT for gap in words.gaps[1:-1]):
        yield [("".join(words.words), "".join(written[start:end] for start, end in spans))]


def _starred(words: list[tuple[str, str]], open_before: bool, open_after: bool, language: str) -> Iterator[Word]:
    last = len(words) - 1
    for index, (word, written) in enumerate(words):
        fit = _fit(open_before and index == 0, open_after and index == last)
        yield Word(word, fit, spell(written, language) if is_exact(language) else "")


def _open(option: Part, open_before: bool, open_after: bool) -> Part:
    """An option of a bracket that carries a star: its first or last word takes it over."""
    first, last = option[0], option[-1]
    if open_after and isinstance(last, Word):
        option = (*option[:-1], replace(last, fit=_fit(last.fit in ("ends", "holds"), True)))
    if open_before and isinstance(first, Word):
        fit = _fit(True, option[0] is not first or first.fit in ("begins", "holds"))
        option = (replace(first, fit=fit), *option[1:])
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
