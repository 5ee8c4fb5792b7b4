"""Puts the words of our trade right: accents before an engine sees a text, terms after it has translated it.

A term is what the source says, what the target must say, and the wrong forms by which engines are known to render it.
What an engine that goes by rules makes of a term by itself is learnt when it is first used.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Final, Protocol

from translations import survivors
from translations.engines.base import Pair

_WORD: Final = re.compile(r"\w+")
_MOST_WORDS: Final = 8  # in a term
_LONGEST_ACRONYM: Final = 4  # letters; what is longer and in capitals was shouted


@dataclass(frozen=True, slots=True)
class Term:
    """`source` as it is well spelt; an empty `target` only restores accents; `wrong` are renderings to replace.

    The source term left untranslated is always wrong and need not be listed. `accepted` are other right renderings.
    """

    source: str
    target: str = ""
    wrong: tuple[str, ...] = ()
    accepted: tuple[str, ...] = ()


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

    def lost(self, source_text: str, text: str, source: str, target: str) -> bool:
        """Whether the source names a medicine and the translation does not."""
        ...

    def phrases(self, source: str, target: str) -> Sequence[str]:
        """The terms of a pair, for hearing what an engine makes of them."""
        ...

    def learn(self, renderings: Mapping[str, str], source: str, target: str) -> None:
        """What an engine makes of terms by themselves: where it is not right, it is wrong in a text, too."""
        ...


class NoGlossary:
    """Changes nothing."""

    def restore(self, text: str, source: str) -> str:
        return text

    def mend(self, source_text: str, text: str, source: str, target: str) -> str:
        return text

    def is_right(self, word: str, source: str, target: str) -> bool:
        return False

    def lost(self, source_text: str, text: str, source: str, target: str) -> bool:
        return False

    def phrases(self, source: str, target: str) -> Sequence[str]:
        return ()

    def learn(self, renderings: Mapping[str, str], source: str, target: str) -> None:
        pass


class TermGlossary:
    """A glossary of terms per language pair; matches whole words, whatever their case, accents and hyphens."""

    def __init__(
        self,
        terms: Mapping[Pair, Sequence[Term]],
        medicines: Table | None = None,
        articles: Mapping[str, Sequence[str]] | None = None,
    ) -> None:
        self._medicines = medicines or Table(())
        self._articles = articles or {}
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

    def lost(self, source_text: str, text: str, source: str, target: str) -> bool:
        return self._medicines.lost(source_text, text, source, target)

    def phrases(self, source: str, target: str) -> Sequence[str]:
        known = self._known.get((source, target))
        return [phrase for term in known.terms for phrase in self._framed(term, source)] if known else ()

    def learn(self, renderings: Mapping[str, str], source: str, target: str) -> None:
        known = self._known.get((source, target))
        if known:
            self._known[source, target] = _Known(
                [self._warned(term, renderings, source, target) for term in known.terms]
            )

    def _framed(self, term: Term, language: str) -> list[str]:
        """The term by itself and with each article: an engine may take it for another kind of word."""
        return [term.source, *(f"{article} {term.source}" for article in self._articles.get(language, ()))]

    def _warned(self, term: Term, renderings: Mapping[str, str], source: str, target: str) -> Term:
        """The term with what an engine makes of it as wrong forms, unless that is right."""
        right = {form.casefold() for form in (term.target, *term.accepted)}
        heard = (renderings.get(phrase, "").strip(" .") for phrase in self._framed(term, source))
        bare = dict.fromkeys(self._without_article(rendering, target) for rendering in heard if rendering)
        return replace(term, wrong=(*term.wrong, *(form for form in bare if form and form.casefold() not in right)))

    def _without_article(self, rendering: str, language: str) -> str:
        first, _, rest = rendering.partition(" ")
        return rest if first.casefold() in self._articles.get(language, ()) else rendering


class _Known:
    """The terms of one pair, by their levelled words."""

    def __init__(self, terms: Sequence[Term]) -> None:
        self._terms = _merged(terms)
        self.terms = tuple(self._terms.values())
        self._index = _Index(self._terms)
        self._parts = _parts(self._terms)
        self.right = frozenset(
            word for term in terms for right in (term.target, *term.accepted) for word in right.casefold().split()
        )

    def mend(self, source_text: str, text: str) -> str:
        found = Counter(key for _, _, key in self._index.found(_without_names(source_text)))
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
        words = _words(text)
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


class Table:
    """Concepts with their forms in several languages; each is a term in every direction."""

    def __init__(self, rows: Sequence[Mapping[str, tuple[str, ...]]]) -> None:
        self._rows = rows
        self._indexes: dict[str, tuple[_Index, dict[str, Mapping[str, tuple[str, ...]]]]] = {}

    def terms(self) -> dict[Pair, list[Term]]:
        """By pair, between English and each other language."""
        found: dict[Pair, list[Term]] = {}
        for row in self._rows:
            for source, target in [(code, "en") for code in row] + [("en", code) for code in row]:
                if source != target and row[source] and row[target]:
                    first, *others = row[target]
                    of_pair = (Term(form, first, accepted=tuple(others)) for form in row[source])
                    found.setdefault((source, target), []).extend(of_pair)
        return found

    def lost(self, source_text: str, text: str, source: str, target: str) -> bool:
        """Whether a concept that the source names is not named in the translation, in any of its forms."""
        index, rows = self._index(source)
        said = {rows[key]["en"]: rows[key] for _, _, key in index.found(unicodedata.normalize("NFC", source_text))}
        if not said:
            return False
        there = f" {_key(text)} "
        return not all(
            any(f" {_key(form)} " in there for form in (*row.get(target, ()), *row["en"])) for row in said.values()
        )

    def _index(self, language: str) -> tuple[_Index, dict[str, Mapping[str, tuple[str, ...]]]]:
        if language not in self._indexes:
            # A medicine may be called by its international name in any language.
            rows = {_key(form): row for row in self._rows for form in (*row["en"], *row.get(language, ()))}
            self._indexes[language] = (_Index(rows), rows)
        return self._indexes[language]


def load(folder: Path) -> TermGlossary:
    """Reads `terms.tsv` and `medicines.tsv`, with a column for each language, and `<source>-<target>.tsv` with what
    engines are known to get wrong. Raises ValueError naming file and line of a mistake.
    """
    medicines = _table(folder / "medicines.tsv")
    files = sorted(folder.glob("*-*.tsv"))
    terms = {_pair(file): parse(file.read_text(encoding="utf-8"), file.name) for file in files}
    for table in (_table(folder / "terms.tsv"), medicines):
        for pair, of_pair in table.terms().items():
            terms.setdefault(pair, []).extend(of_pair)
    return TermGlossary(terms, medicines, _articles(folder / "articles.txt"))


def parse_table(content: str, name: str) -> Table:
    """Concepts from lines of tab-separated cells, forms parted by "|"; the first line names the languages."""
    lines = [(number, line) for number, line in enumerate(content.splitlines(), start=1)]
    lines = [(number, line) for number, line in lines if line.strip() and not line.startswith("#")]
    languages = lines[0][1].split("\t") if lines else []
    if languages[:1] != ["en"]:
        raise ValueError(f"{name}: the first line must name the languages, English first")
    return Table([_concept(line.split("\t"), languages, f"{name}:{number}") for number, line in lines[1:]])


def _concept(cells: Sequence[str], languages: Sequence[str], where: str) -> dict[str, tuple[str, ...]]:
    if len(cells) != len(languages):
        raise ValueError(f"{where}: expected {len(languages)} cells, found {len(cells)}")
    forms = [tuple(form.strip() for form in cell.split("|") if form.strip()) for cell in cells]
    if not forms[0] or any(len(_WORD.findall(form)) > _MOST_WORDS for cell in forms for form in cell):
        raise ValueError(f"{where}: a term has one to {_MOST_WORDS} words, and English must not be empty")
    return dict(zip(languages, forms, strict=True))


def _table(file: Path) -> Table:
    return parse_table(file.read_text(encoding="utf-8"), file.name) if file.is_file() else Table(())


def _articles(file: Path) -> dict[str, list[str]]:
    lines = file.read_text(encoding="utf-8").splitlines() if file.is_file() else []
    parted = (line.partition(":") for line in lines if line and not line.startswith("#"))
    return {code: words.split() for code, _, words in parted}


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
        right = {term.target, *term.accepted}
        wrong = dict.fromkeys((*before, term.source, _level(term.source), *term.wrong))
        merged[key] = replace(term, wrong=tuple(form for form in wrong if form not in right))
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


def _without_names(text: str) -> str:
    """The text without the names that it marks: who is called Dolores has no pains."""
    text = unicodedata.normalize("NFC", text)
    ends = [0, *(place for span in survivors.names(text) for place in span), len(text)]
    return " ".join(text[start:end] for start, end in zip(ends[::2], ends[1::2], strict=True))


def _cased_like(model: str, word: str) -> str:
    if len(model) > _LONGEST_ACRONYM and model.isupper():
        return word.upper()
    return word[:1].upper() + word[1:] if model[:1].isupper() else word


def _key(term: str) -> str:
    return " ".join(_WORD.findall(_level(term)))


@lru_cache(maxsize=64)  # a text is searched for misspelt terms, for terms and for medicines
def _words(text: str) -> list[tuple[int, int, str]]:
    """Start, end and levelled form of each word."""
    return [(match.start(), match.end(), _level(match.group())) for match in _WORD.finditer(text)]


@lru_cache(maxsize=16384)
def _level(text: str) -> str:
    decomposed = unicodedata.normalize("NFD", text.casefold().replace("œ", "oe"))
    return unicodedata.normalize("NFC", "".join(letter for letter in decomposed if not unicodedata.combining(letter)))
