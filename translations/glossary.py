"""Puts the words of our trade right: accents before an engine sees a text, terms after it has translated it.

The terms are handed in (or read from a folder of `<source>-<target>.tsv` files that a translator can correct): what the
source says, what the target must say, and the wrong forms by which engines are known to render it.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from translations.engines.base import Pair


@dataclass(frozen=True, slots=True)
class Term:
    """`source` as it is well spelt; an empty `target` only restores accents; `wrong` are renderings to replace.

    The source term left untranslated is always wrong and need not be listed.
    """

    source: str
    target: str = ""
    wrong: tuple[str, ...] = ()


class Glossary(Protocol):
    """What a translator asks of a glossary."""

    def restore(self, text: str, source: str) -> str:
        """The text with its terms' accents put back."""
        ...

    def mend(self, source_text: str, text: str, source: str, target: str) -> str:
        """The translation with the known wrong renderings of the source's terms replaced."""
        ...

    def is_right(self, word: str, source: str, target: str) -> bool:
        """Whether the word belongs to a term of the target, so that it may stand in both languages."""
        ...


class NoGlossary:
    """Changes nothing."""

    def restore(self, text: str, source: str) -> str:
        return text

    def mend(self, source_text: str, text: str, source: str, target: str) -> str:
        return text

    def is_right(self, word: str, source: str, target: str) -> bool:
        return False


class TermGlossary:
    """A glossary of terms per language pair; matches whole words, whatever their case and accents."""

    def __init__(self, terms: Mapping[Pair, Sequence[Term]]) -> None:
        self._terms = {pair: _by_levelled_source(of_pair) for pair, of_pair in terms.items()}
        self._parts = {pair: _parts(by_source) for pair, by_source in self._terms.items()}
        self._sources = {pair: _any_of(by_source) for pair, by_source in self._terms.items()}
        self._right = {
            pair: frozenset(word for term in of_pair for word in term.target.casefold().split())
            for pair, of_pair in terms.items()
        }
        self._spellings = _spellings(terms)
        self._misspelt = {language: _any_of(spellings) for language, spellings in self._spellings.items()}

    def restore(self, text: str, source: str) -> str:
        pattern = self._misspelt.get(source)
        if pattern is None:
            return text
        spellings = self._spellings[source]
        return pattern.sub(lambda found: _cased_like(found.group(), spellings[_spaced(found.group())]), text)

    def mend(self, source_text: str, text: str, source: str, target: str) -> str:
        pattern = self._sources.get((source, target))
        if pattern is None:
            return text
        known, parts = self._terms[source, target], self._parts[source, target]
        found = dict.fromkeys(_spaced(match.group()) for match in pattern.finditer(_level(source_text)))
        for term in dict.fromkeys((*found, *(part for whole in found for part in parts[whole]))):
            text = _replace_wrong(text, known[term])
        return text

    def is_right(self, word: str, source: str, target: str) -> bool:
        return word.casefold() in self._right.get((source, target), frozenset())


def load(folder: Path) -> TermGlossary:
    """Reads every `<source>-<target>.tsv` of a folder. Raises ValueError naming file and line of a mistake."""
    return TermGlossary(
        {_pair(path): parse(path.read_text(encoding="utf-8"), path.name) for path in folder.glob("*.tsv")}
    )


def parse(content: str, name: str) -> list[Term]:
    """Terms from lines of source, target and wrong forms parted by "|", tab separated; "#" begins a comment."""
    lines = enumerate(content.splitlines(), start=1)
    return [_term(line, f"{name}:{number}") for number, line in lines if line.strip() and not line.startswith("#")]


def _pair(path: Path) -> Pair:
    source, _, target = path.stem.partition("-")
    return source, target


def _term(line: str, where: str) -> Term:
    columns = [column.strip() for column in line.split("\t")]
    if not columns[0] or len(columns) > 3:
        raise ValueError(f"{where}: expected source, target and wrong forms, separated by tabs")
    source, target, wrong = [*columns, "", ""][:3]
    return Term(source, target, tuple(form.strip() for form in wrong.split("|") if form.strip()))


def _by_levelled_source(terms: Iterable[Term]) -> dict[str, Term]:
    merged: dict[str, Term] = {}
    for term in (term for term in terms if term.target):
        key = _level(term.source)
        wrong = (*merged[key].wrong, *term.wrong) if key in merged else (term.source, key, *term.wrong)
        merged[key] = Term(term.source, term.target, tuple(form for form in wrong if form != term.target))
    return merged


def _parts(terms: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """The terms inside each term, which help where the whole was rendered in a form that is not known."""
    known = sorted(terms, key=len, reverse=True)
    return {whole: tuple(part for part in known if part != whole and f" {part} " in f" {whole} ") for whole in known}


def _spellings(terms: Mapping[Pair, Sequence[Term]]) -> dict[str, dict[str, str]]:
    """Per source language: the spelling without accents to the good one, where the two differ."""
    spellings: dict[str, dict[str, str]] = {}
    for (source, _), of_pair in terms.items():
        for term in of_pair:
            bare = _level(term.source)
            if bare != term.source.casefold():
                spellings.setdefault(source, {})[bare] = term.source
    return spellings


def _any_of(terms: Iterable[str]) -> re.Pattern[str] | None:
    """Matches any of the terms as whole words, the longest first, with any spacing between their words."""
    longest_first = sorted(terms, key=len, reverse=True)
    if not longest_first:
        return None
    alternatives = "|".join(r"\s+".join(map(re.escape, term.split())) for term in longest_first)
    return re.compile(rf"(?<!\w)(?:{alternatives})(?!\w)", re.IGNORECASE)


def _replace_wrong(text: str, term: Term) -> str:
    pattern = _any_of(term.wrong)
    return pattern.sub(lambda found: _cased_like(found.group(), term.target), text) if pattern else text


def _cased_like(model: str, word: str) -> str:
    if len(model) > 1 and model.isupper():
        return word.upper()
    return word[:1].upper() + word[1:] if model[:1].isupper() else word


def _spaced(text: str) -> str:
    return " ".join(text.casefold().split())


def _level(text: str) -> str:
    decomposed = unicodedata.normalize("NFD", text.casefold())
    return unicodedata.normalize("NFC", "".join(letter for letter in decomposed if not unicodedata.combining(letter)))
