"""The rules that a term must keep so that it can be matched; each error says what is wrong, for its author."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

from service.understanding.terms.elements import Choice, Element, Gap, Part, TermError
from service.understanding.text.words import is_han

_GLUED: Final = re.compile(r"[^\W\d_]\*?\(|\)\??\*?[^\W\d_]")


_SOUND: Final[set[Choice]] = set()
"""Brackets found sound before: many terms share them."""


def check_brackets(body: str) -> None:
    """Brackets hold whole words, except in Chinese, where nothing parts words."""
    for glued in _GLUED.findall(body) if "(" in body else ():
        if not any(map(is_han, glued)):
            raise TermError(f"“{glued}”: a bracket holds whole words, so a space stands before and after it")


def check_part(part: Part) -> None:
    if not part:
        raise TermError("nothing to look for")
    _check_gaps(part)
    _check_options(part)
    if all(_may_be_missing(element) for element in part):
        raise TermError("every word may be missing")
    if not any(map(_is_firm, part)):
        raise TermError("there is no word that always stands at the beginning of a choice")
    _SOUND.update(element for element in part if isinstance(element, Choice))


def _check_gaps(elements: tuple[Element, ...]) -> None:
    if isinstance(elements[0], Gap) or isinstance(elements[-1], Gap):
        raise TermError("a gap needs words on both sides")
    for element in elements:
        if isinstance(element, Choice) and element not in _SOUND:
            for option in element.options:
                _check_gaps(option)


def _check_options(elements: Part) -> None:
    for element in elements:
        if isinstance(element, Choice) and element not in _SOUND:
            for option in element.options:
                if all(map(_may_be_missing, option)) and not element.optional:
                    raise TermError("all words of one choice may be missing; to leave it out, put ? after the bracket")
                _check_options(option)


def forget_elements() -> None:
    """Forgets what was found out of the elements of terms."""
    _may_be_missing.cache_clear()
    _is_firm.cache_clear()


@lru_cache(maxsize=10_000)
def _may_be_missing(element: Element) -> bool:
    if isinstance(element, Choice):
        return element.optional or any(all(map(_may_be_missing, option)) for option in element.options)
    return isinstance(element, Gap)


@lru_cache(maxsize=10_000)
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
