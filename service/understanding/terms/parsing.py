"""Reads the terms of the knowledge files (see knowledge/README.md) into patterns of words, gaps and choices."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import cache
from itertools import chain
from typing import Final

from service.understanding.terms.chunks import words_of
from service.understanding.terms.elements import Choice, Element, Gap, Number, Part, Term, TermError, Word, fit_of
from service.understanding.terms.rules import check_brackets, check_part, forget_elements

_SIGNS: Final = r"\{n\}|\{year\}|\.\.+(?=\s|$)|\)\*?|\*?\(|[|?]|\+(?=\s|$)|(?:[^\s()|?{]|\{(?!n\}|year\}))+"
_PIECE: Final = re.compile(_SIGNS)
_SIGN: Final = re.compile(r"\*?\([^()]*\)\*?|" + _SIGNS)
"""A bracket that holds no other is one sign."""
_BRACKETS: Final[dict[tuple[str, str, bool], Choice]] = {}
_OPTION_ENDS: Final = ("|", ")", ")*")
_YEARS: Final = range(1940, 2026)
_SOLAR_YEARS: Final = {"fa": range(1319, 1405)}
"""Years that are over when this is written, and those of the calendar that Iran and Afghanistan use."""


def parse(text: str, language: str = "") -> Term:
    """Reads one term, in the writing of its language; raises TermError."""
    body = text.strip()
    idiom, weak = body.startswith("!"), body.startswith("?")
    check_brackets(body)
    signs = _SIGN.findall(body[1:] if idiom or weak else body)
    reader = _Reader(signs, language)
    parts = tuple(reader.parts())
    for part in parts:
        check_part(part)
    return Term(body, parts, idiom=idiom, weak=weak)


def forget() -> None:
    """Forgets the words and brackets that terms share: they are worth their memory only while many terms are read."""
    _BRACKETS.clear()
    _any_year.cache_clear()
    words_of.cache_clear()
    forget_elements()


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
            return self._optional(words_of(sign, self._language))
        if sign in (")", ")*", "|", "?", "+"):
            raise TermError(f"“{sign}” stands where a word was expected")
        if sign.startswith("..") and not sign.strip("."):
            if sign != "..":
                raise TermError("a gap is written with two dots")
            return (Gap(),)
        if sign.endswith("("):
            return (self._choice(open_before=sign.startswith("*")),)
        if sign.startswith(("(", "*(")):
            return (self._bracket(sign),)
        if sign == "{year}":
            return self._optional((_any_year(self._language),))
        return self._optional((Number(),) if sign == "{n}" else words_of(sign, self._language))

    def _bracket(self, sign: str) -> Choice:
        """A bracket without another inside; the same one in many terms is read once, and is one object."""
        optional = self._takes_question_mark()
        known = (sign, self._language, optional)
        if known not in _BRACKETS:
            inner = _Reader([*_PIECE.findall(sign), *(["?"] if optional else [])], self._language)
            inner._next = 1
            _BRACKETS[known] = inner._choice(open_before=sign.startswith("*"))
        return _BRACKETS[known]

    def _choice(self, *, open_before: bool) -> Choice:
        options = [self._sequence(_OPTION_ENDS)]
        while self._peek() == "|":
            self._next += 1
            options.append(self._sequence(_OPTION_ENDS))
        if self._peek() is None:
            raise TermError("a bracket is not closed")
        open_after = self._peek() == ")*"
        self._next += 1
        options = [flat for option in options for flat in _flattened(option)]
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


@cache
def _any_year(language: str) -> Choice:
    """Any year that is over."""
    years = chain(_YEARS, _SOLAR_YEARS.get(language, ()))
    return Choice(tuple((Word(str(year)),) for year in years))


def _flattened(option: Part) -> tuple[Part, ...]:
    """The options of an option that is nothing but a choice itself, as any year is."""
    only = option[0] if len(option) == 1 else None
    return only.options if isinstance(only, Choice) and not only.optional else (option,)


def _open(option: Part, open_before: bool, open_after: bool) -> Part:
    """An option of a bracket that carries a star: its first or last word takes it over."""
    first, last = option[0], option[-1]
    if open_after and isinstance(last, Word):
        option = (*option[:-1], replace(last, fit=fit_of(open_before=last.fit in ("ends", "holds"), open_after=True)))
    if open_before and isinstance(first, Word):
        fit = fit_of(open_before=True, open_after=option[0] is not first or first.fit in ("begins", "holds"))
        option = (replace(first, fit=fit), *option[1:])
    return option
