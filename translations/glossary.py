"""Puts the words of our trade right: accents before an engine sees a text, terms after it has translated it.

The terms are handed in (or read from a folder of `<source>-<target>.tsv` files that a translator can correct): what the
source says, what the target must say, and the wrong forms by which engines are known to render it.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Final, Protocol

from translations.engines.base import Pair

_WORD: Final = re.compile(r"\w+")
_MOST_WORDS: Final = 8  # in a term


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
    """A glossary of terms per language pair; matches whole words, whatever their case, accents and hyphens."""

    def __init__(self, terms: Mapping[Pair, Sequence[Term]]) -> None:
        self._known = {pair: _Known(of_pair) for pair, of_pair in terms.items()}
        self._spellings: dict[str, dict[str, str]] = {}
        for (source, _), of_pair in terms.items():
            self._spellings.setdefault(source, {}).update(_spellings(of_pair))
        self._misspelt = {source: _Index(spellings) for source, spellings in self._spellings.items()}

    def restore(self, text: str, source: str) -> str:
        spellings = self._spellings.get(source)
        if not spellings:
            return text
        text = unicodedata.normalize("NFC", text)
        parts, done = [], 0
        for start, end, key in self._misspelt[source].found(text):
            parts += [text[done:start], _cased_like(text[start:end], spellings[key])]
            done = end
        return "".join([*parts, text[done:]])

    def mend(self, source_text: str, text: str, source: str, target: str) -> str:
        known = self._known.get((source, target))
        return known.mend(source_text, text) if known else text

    def is_right(self, word: str, source: str, target: str) -> bool:
        known = self._known.get((source, target))
        return known is not None and word.casefold() in known.right


class _Known:
    """The terms of one pair, by their levelled words."""

    def __init__(self, terms: Sequence[Term]) -> None:
        self._terms = _merged(terms)
        self._index = _Index(self._terms)
        self._parts = _parts(self._terms)
        self.right = frozenset(word for term in terms for word in term.target.casefold().split())

    def mend(self, source_text: str, text: str) -> str:
        found = Counter(key for _, _, key in self._index.found(unicodedata.normalize("NFC", source_text)))
        inside = Counter(part for whole in found.elements() for part in self._parts[whole])
        for key, count in [*found.items(), *inside.items()]:
            text = _replace_wrong(text, self._terms[key], count)
        return text


class _Index:
    """Finds terms in a text by the word that they begin with."""

    def __init__(self, keys: Iterable[str]) -> None:
        self._by_first: dict[str, set[tuple[str, ...]]] = {}
        for key in keys:
            first, *rest = key.split()
            self._by_first.setdefault(first, set()).add(tuple(rest))
        self._lengths = {
            first: sorted({len(rest) for rest in rests}, reverse=True) for first, rests in self._by_first.items()
        }

    def found(self, text: str) -> Iterator[tuple[int, int, str]]:
        """Start, end and key of each term in the text, the longest at each place, none overlapping."""
        words = [(match.start(), match.end(), _level(match.group())) for match in _WORD.finditer(text)]
        until = 0
        for index, (start, _, first) in enumerate(words):
            if index < until or first not in self._by_first:
                continue
            rest = self._longest(first, words[index + 1 : index + _MOST_WORDS])
            if rest is not None:
                until = index + 1 + len(rest)
                yield start, words[until - 1][1], " ".join((first, *rest))

    def _longest(self, first: str, following: Sequence[tuple[int, int, str]]) -> tuple[str, ...] | None:
        for length in self._lengths[first]:
            rest = tuple(word for _, _, word in following[:length])
            if rest in self._by_first[first]:
                return rest
        return None


def load(folder: Path) -> TermGlossary:
    """Reads every `<source>-<target>.tsv` of a folder. Raises ValueError naming file and line of a mistake."""
    files = sorted(folder.glob("*.tsv"))
    return TermGlossary({_pair(file): parse(file.read_text(encoding="utf-8"), file.name) for file in files})


def parse(content: str, name: str) -> list[Term]:
    """Terms from lines of source, target and wrong forms parted by "|", tab separated; "#" begins a comment."""
    lines = enumerate(content.splitlines(), start=1)
    return [_term(line, f"{name}:{number}") for number, line in lines if line.strip() and not line.startswith("#")]


def _pair(file: Path) -> Pair:
    source, _, target = file.stem.partition("-")
    return source, target


def _term(line: str, where: str) -> Term:
    columns = [column.strip() for column in line.split("\t")]
    if not columns[0] or len(columns) > 3:
        raise ValueError(f"{where}: expected source, target and wrong forms, separated by tabs")
    source, target, wrong = [*columns, "", ""][:3]
    if len(_WORD.findall(source)) > _MOST_WORDS:
        raise ValueError(f"{where}: a term has at most {_MOST_WORDS} words")
    return Term(source, target, tuple(form.strip() for form in wrong.split("|") if form.strip()))


def _merged(terms: Iterable[Term]) -> dict[str, Term]:
    """One term per levelled source, with every wrong form of it."""
    merged: dict[str, Term] = {}
    for term in (term for term in terms if term.target):
        key = _key(term.source)
        before = merged[key].wrong if key in merged else ()
        wrong = dict.fromkeys((*before, term.source, _level(term.source), *term.wrong))
        merged[key] = Term(term.source, term.target, tuple(form for form in wrong if form != term.target))
    return merged


def _parts(keys: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """The terms inside each term, which help where the whole was rendered in a form that is not known."""
    known = sorted(keys, key=len, reverse=True)
    return {whole: tuple(part for part in known if part != whole and f" {part} " in f" {whole} ") for whole in known}


def _spellings(terms: Iterable[Term]) -> dict[str, str]:
    """Levelled term to its good spelling, where the two differ."""
    return {_key(term.source): term.source for term in terms if _level(term.source) != term.source.casefold()}


def _replace_wrong(text: str, term: Term, most: int) -> str:
    """At most as often as the source says the term: its wrong form may be right for another word."""
    pattern = _any_of(term.wrong)
    return pattern.sub(lambda found: _cased_like(found.group(), term.target), text, count=most) if pattern else text


@lru_cache(maxsize=4096)
def _any_of(forms: tuple[str, ...]) -> re.Pattern[str] | None:
    """Matches any of the forms as whole words, the longest first, with any spacing between their words."""
    if not forms:
        return None
    longest_first = sorted(forms, key=len, reverse=True)
    alternatives = "|".join(r"\s+".join(map(re.escape, form.split())) for form in longest_first)
    return re.compile(rf"(?<!\w)(?:{alternatives})(?!\w)", re.IGNORECASE)


def _cased_like(model: str, word: str) -> str:
    if len(model) > 1 and model.isupper():
        return word.upper()
    return word[:1].upper() + word[1:] if model[:1].isupper() else word


def _key(term: str) -> str:
    return " ".join(_WORD.findall(_level(term)))


@lru_cache(maxsize=16384)
def _level(text: str) -> str:
    decomposed = unicodedata.normalize("NFD", text.casefold())
    return unicodedata.normalize("NFC", "".join(letter for letter in decomposed if not unicodedata.combining(letter)))
