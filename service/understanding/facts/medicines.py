"""Reads the medicines that a text says the patient takes, and what the patient is allergic to, in their own words."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from typing import Final

from service.understanding import compiled
from service.understanding.facts.allergies import (
    Phrase,
    allergy_matches,
    is_denied_at_once,
    item_without_and,
    phrases_of,
)
from service.understanding.facts.courses import Courses
from service.understanding.facts.heads import Heads
from service.understanding.knowledge_files import FOLDER
from service.understanding.page import Leaf, Page
from service.understanding.persons import NAMELESS_CHILDREN, PEOPLE, SELF, VAGUE, may_be
from service.understanding.reading import Evidence
from service.understanding.terms.lexicon import ANY_SCRIPT
from service.understanding.terms.matcher import Matcher
from service.understanding.terms.matches import Match, Span, words_of
from service.understanding.terms.matching import Scan
from service.understanding.terms.parsing import parse
from service.understanding.terms.patterns import Entry
from service.understanding.text.words import Words
from translations import mapped_files

_WHO: Final = "who."
_MEDICINES: Final = FOLDER / "medicines.txt"
_COMPILED: Final = "medicines"
_HEADS: Final = compiled.BUILT / "medicines.heads"
_BOTH: Final = " + "
"""Parts the names of a section whose trade names stand for several medicines."""


def find_medicines(page: Page, who: str | None = None) -> Iterator[tuple[str, Evidence]]:
    """International names, each once, with the words of the text; `who` is the patient's relation to the writer.

    Nothing that a text names as an allergy, be it to deny it, nor what is denied, taken by somebody else, or taken no
    more or not yet.
    """
    found = _named(page)
    if not found:
        return
    courses = Courses(page.leaves[0], found)
    denied_lists = [match.end for match in allergy_matches(page)]
    allergic, others = _words_of_allergies(page, found), _Others(page.leaves[0], who or SELF)
    unbearable = {name for match in found if not allergic.isdisjoint(match.words()) for name in _names(match)}
    seen = set(unbearable)
    for match in found:
        if others.have(match.start) or _is_denied(page, match, denied_lists) or courses.is_not_taken(match):
            continue
        for name in _names(match):
            if name not in seen:
                seen.add(name)
                yield name, page.quote((match.start, match.end))


def words_of_medicines(page: Page) -> set[int]:
    """The words that name medicines, whoever takes them."""
    return words_of(_named(page))


def find_allergies(page: Page, who: str | None = None) -> Iterator[Evidence]:
    """What the text says that the patient, `who` to the writer, cannot bear, each thing by itself."""
    matches = allergy_matches(page)
    if not matches:
        return
    others = _Others(page.leaves[0], who or SELF)
    spoken: set[Span] = set()
    for phrase in phrases_of(page, matches, _named(page)):
        if others.have(phrase.match.start) or _is_taken_back(page, phrase):
            continue
        for item in phrase.items:
            if item not in spoken:
                spoken.add(item)
                yield _quote(page, item)


def _is_taken_back(page: Page, phrase: Phrase) -> bool:
    """Whether an allergy is denied, or a form answers no to it: "allergy to latex (no)"."""
    scopes = page.leaves[0].flag_scopes
    if is_denied_at_once(page, phrase.match) or scopes.is_negated(phrase.match):
        return True
    if phrase.items and scopes.is_negated(phrase.whole):
        return True
    end = phrase.whole.end
    gaps = page.words.gaps
    cues = (cue for cue in page.leaves[0].scan.find("scope") if cue.section == "answer.no" and cue.start == end)
    return "," not in gaps[end] and any(gaps[cue.end].strip(" ") or cue.end == len(page.words) for cue in cues)


def _is_denied(page: Page, match: Match, allergies: Sequence[int]) -> bool:
    """Whether a medicine is denied. Behind a word for allergy, it is the allergy that was: "no allergies, takes X"."""
    first = page.words.sentence_start[match.start]
    if any(first <= end <= match.start for end in allergies):
        return False
    return page.leaves[0].condition_scopes.is_negated(match)


def _quote(page: Page, item: Span) -> Evidence:
    quote, skipped = page.quote(item), item_without_and(page, item)
    return Evidence(quote.text[skipped:], quote.start + skipped, quote.end, quote.source) if skipped else quote


def _words_of_allergies(page: Page, medicines: Sequence[Match]) -> frozenset[int]:
    matches = allergy_matches(page)
    phrases = phrases_of(page, matches, medicines) if matches else ()
    return frozenset(word for phrase in phrases for item in phrase.items for word in range(*item))


class _Others:
    """Which words of a text speak of somebody else than the patient, as far as the people named beside them tell."""

    def __init__(self, leaf: Leaf, who: str) -> None:
        self._clause_of = leaf.clauses.numbers
        own = {*may_be(who), *NAMELESS_CHILDREN, *(VAGUE if who in VAGUE else ())}
        named = {section.removeprefix(_WHO) for section in PEOPLE}
        self._own = {*self._clauses(leaf, own)}
        self._other = {*self._clauses(leaf, named - own - {*VAGUE})}
        if who not in (*VAGUE, *NAMELESS_CHILDREN):
            self._other.update(self._clauses(leaf, (SELF,)))

    def have(self, place: int) -> bool:
        """Whether what stands at a word is somebody else's: "my wife takes X, but …", "I take X myself"."""
        if not self._other:
            return False
        clause = self._clause_of[place]
        return clause in self._other and clause not in self._own

    def _clauses(self, leaf: Leaf, relations: Iterable[str]) -> Iterator[int]:
        """The clauses that name one of these people."""
        for relation in relations:
            for match in leaf.facts.get(f"{_WHO}{relation}", ()):
                yield self._clause_of[match.start]


def _named(page: Page) -> list[Match]:
    if not _heads().may_stand_in(page.words):
        return []
    found = Scan(_matcher(), page.words).find("medicines")
    return [match for match in found if not _is_glued(page.words, match.start)]


def _is_glued(words: Words, place: int) -> bool:
    """Whether a word is the rest of one that begins with a figure for a letter: 3adalat, muscle, is no Adalat."""
    return (
        place > 0 and words.gaps[place] == "" and len(words.words[place - 1]) == 1 and words.words[place - 1].isdigit()
    )


def _names(match: Match) -> list[str]:
    return match.section.split(_BOTH)


@cache
def _heads() -> Heads:
    """From set-up's file, if that was made of this list by this code."""
    digest = compiled.digest_of(_MEDICINES)
    content = _HEADS.read_bytes() if _HEADS.is_file() else b""
    return Heads.read(content[len(digest) :]) if content.startswith(digest) else Heads(_entries())


@cache
def _matcher() -> Matcher:
    return compiled.read(_COMPILED, compiled.digest_of(_MEDICINES)) or Matcher(ANY_SCRIPT, list(_entries()))


def keep() -> None:
    """Compiles the list into files: a part of set-up."""
    entries, digest = list(_entries()), compiled.digest_of(_MEDICINES)
    compiled.write(_COMPILED, Matcher(ANY_SCRIPT, entries), digest)
    mapped_files.write(_HEADS, digest + Heads(entries).written())
    _heads.cache_clear()
    _matcher.cache_clear()


def _entries() -> Iterator[Entry]:
    section = ""
    for line in _MEDICINES.read_text(encoding="utf-8").splitlines():
        if line.startswith("["):
            section = line.strip("[] ")
        elif line and not line.startswith("#"):
            yield Entry("medicines", section, parse(line))
