"""Reads what somebody cannot bear: lists before or behind the words for allergy, to their end."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

from service.understanding import knowledge_files
from service.understanding.knowledge import joining_words
from service.understanding.page import Page
from service.understanding.terms.matcher import Matcher
from service.understanding.terms.matches import Match, Span
from service.understanding.terms.matching import Scan
from service.understanding.terms.parsing import parse
from service.understanding.terms.patterns import Entry
from service.understanding.text.normalise import JOINT, level

_KIND: Final = "allergies"
_SECTIONS: Final = ("before", "behind", "beside", "compound")
_MOST_WORDS: Final = 3
_MOST_WORDS_BEHIND: Final = 2
_MOST_SIGNS: Final = 8
_MOST_ITEMS: Final = 12
_MOST_SKIPPED: Final = 4
_OPENED_BEFORE: Final = 16
_COMMAS: Final = frozenset(",、/;")
_GLUED_AND: Final = {"ar": "و"}
"""Languages that write "and" in one word with what follows."""


@dataclass(frozen=True, slots=True)
class Phrase:
    """A word for allergy, and the words of what it names: spans in the order of the text."""

    match: Match
    items: tuple[Span, ...]

    @property
    def whole(self) -> Match:
        """The word with its list as one finding, for what is denied behind the list."""
        spans = [*self.match.spans, *self.items]
        return self.match.only((min(spans)[0], max(end for _, end in spans)))


@dataclass(frozen=True, slots=True)
class _Words:
    """The small words of one language."""

    skipped: frozenset[str]
    nothing: frozenset[str]
    opening: frozenset[str]
    joining: frozenset[str]
    glued: str


def allergy_matches(page: Page) -> list[Match]:
    """The words for allergy in a text, of those that overlap the longest."""
    found = Scan(_cues(page.leaves[0].language), page.words).find(_KIND)
    taken, kept = -1, []
    for match in found:
        if match.start >= taken:
            kept.append(match)
            taken = match.end
    return kept


def phrases_of(page: Page, matches: Iterable[Match], medicines: Sequence[Match]) -> Iterator[Phrase]:
    """What each of the words for allergy names; `medicines` are those that the text names anywhere."""
    language = page.leaves[0].language
    allergens = Scan(_allergens(language), page.words).find(_KIND)
    everything = _Lists(page, language, [*medicines, *allergens])
    likely = _Lists(page, language, [*(one for one in medicines if one.section not in _treatments()), *allergens])
    for match in matches:
        if match.section == "before":
            items = everything.behind(match.end, unknown=True)
        elif match.section == "behind":
            items = everything.ahead(match.start, unknown=everything.is_one(match))
        elif match.section == "compound":
            items = [(match.start, match.end)]
        else:
            items = likely.beside(match)
        yield Phrase(match, tuple(items))


def is_denied_at_once(page: Page, match: Match) -> bool:
    """Whether the word before a word for allergy denies just that, as in Chinese: 不过敏."""
    denying = _levelled("denying", page.leaves[0].language)
    return match.start > 0 and page.words.words[match.start - 1] in denying


def item_without_and(page: Page, item: Span) -> int:
    """How many characters an "and" takes up that is written in one word with an item, as in Arabic."""
    glued = _small_words(page.leaves[0].language).glued
    start, _ = page.words.source_span(*item)
    follows = item[0] > 0 and page.words.sentence_start[item[0]] < item[0]
    is_glued = bool(glued) and follows and page.text.startswith(f"{glued}ال", start)
    return len(glued) if is_glued else 0


class _Lists:
    """The lists of one text. `known` are medicines and allergens: only they prolong a list."""

    def __init__(self, page: Page, language: str, known: Iterable[Match]) -> None:
        self._words = page.words
        self._small = _small_words(language)
        self._ends: dict[int, int] = {}
        self._starts: dict[int, int] = {}
        for match in known:
            self._ends[match.start] = max(self._ends.get(match.start, 0), match.end)
            self._starts[match.end] = min(self._starts.get(match.end, match.start), match.start)

    def beside(self, match: Match) -> list[Span]:
        """A list of known things right behind a word for allergy, or else right before it."""
        behind = self.behind(match.end, unknown=False)
        is_answer = match.end < len(self._words) and ":" in self._words.gaps[match.end]
        if behind and is_answer:
            return behind
        return self.ahead(match.start, unknown=False) or behind

    def is_one(self, match: Match) -> bool:
        """Whether no pause parts the words of a match: "by mistake, allergy" holds two things."""
        return not any(map(self._is_parted, range(match.start + 1, match.end)))

    def behind(self, place: int, *, unknown: bool) -> list[Span]:
        """The list that begins at a place; its first item may be `unknown`."""
        items: list[Span] = []
        if place >= len(self._words) or not self._goes_on(place) or self._has_comma(place):
            return items
        by_and = True
        while len(items) < _MOST_ITEMS:
            place = self._past_skipped(place)
            item = self._known_from(place) or (self._unknown_from(place) if unknown and not items else None)
            if item is None or (items and not self._is_whole(item, by_and=by_and)):
                break
            items.append(item)
            following = self._next(item[1])
            if following is None:
                break
            place, by_and = following
        return items

    def ahead(self, place: int, *, unknown: bool) -> list[Span]:
        """The list that ends at a place; its last item may be `unknown`."""
        items: list[Span] = []
        while len(items) < _MOST_ITEMS:
            place = self._back_past_skipped(place)
            if place == 0 or (not items and self._is_parted(place)):
                break
            item = self._known_to(place) or (self._unknown_to(place) if unknown and not items else None)
            if item is None:
                break
            items.insert(0, item)
            before = self._previous(item[0], is_listed=len(items) > 1)
            if before is None:
                break
            place = before
        return items

    def _known_from(self, place: int) -> Span | None:
        if place not in self._ends:
            return None
        end = self._ends[place]
        while end in self._ends and not self._is_parted(end) and not self._is_glued(end):
            end = self._ends[end]
        return place, end

    def _known_to(self, end: int) -> Span | None:
        if end not in self._starts:
            return None
        start = self._starts[end]
        while start in self._starts and not self._is_parted(start):
            start = self._starts[start]
        return start, end

    def _unknown_from(self, place: int) -> Span | None:
        """A few words that stand where an item is expected, to the first known thing if one follows at once."""
        if place >= len(self._words) or not self._goes_on(place) or not self._may_name(place):
            return None
        after = place + 1
        if after in self._ends and not self._is_parted(after) and not self._is_glued(after):
            return place, self._ends[after]
        end = after
        most = _MOST_SIGNS if self._words.is_small(place) else _MOST_WORDS
        while end < len(self._words) and end - place < most and self._is_same_item(end):
            end += 1
        return place, end

    def _unknown_to(self, end: int) -> Span | None:
        opening = self._small.opening
        most = _MOST_SIGNS if self._words.is_small(end - 1) else _MOST_WORDS if opening else _MOST_WORDS_BEHIND
        start = end
        while start > 0 and end - start < most and (start == end or not self._is_parted(start)):
            if self._words.words[start - 1] in opening | self._small.joining:
                break
            start -= 1
        if opening and not (start > 0 and self._words.words[start - 1] in opening):
            return None
        while start < end and self._words.words[start] in self._small.skipped:
            start += 1
        return (start, end) if start < end and all(map(self._may_name, range(start, end))) else None

    def _may_name(self, place: int) -> bool:
        word = self._words.words[place]
        return not word[0].isdigit() and word not in self._small.nothing and word not in self._small.joining

    def _is_same_item(self, place: int) -> bool:
        word = self._words.words[place]
        return not (self._is_parted(place) or word[0].isdigit() or word in self._small.joining)

    def _is_whole(self, item: Span, *, by_and: bool) -> bool:
        """ "Allergic to iodine, insulin 20 units": behind a comma, words that go on tell of something else."""
        end = item[1]
        if end >= len(self._words) or not self._goes_on(end):
            return True
        word = self._words.words[end]
        if by_and:
            return not word[0].isdigit()
        return self._is_parted(end) or word in self._small.joining or self._is_glued(end)

    def _next(self, end: int) -> tuple[int, bool] | None:
        """Where the next item of a list begins, and whether an "and" leads to it."""
        if end >= len(self._words) or not self._goes_on(end):
            return None
        if self._words.words[end] in self._small.joining:
            return (end + 1, True) if end + 1 < len(self._words) and self._goes_on(end + 1) else None
        if self._is_glued(end) or "&" in self._words.gaps[end] or "+" in self._words.gaps[end]:
            return end, True
        return (end, False) if self._has_comma(end) else None

    def _previous(self, start: int, *, is_listed: bool) -> int | None:
        """Where the item before one ends. A comma alone goes on only with a list that is known to be one."""
        words = self._words.words
        if start == 0 or not self._goes_on(start):
            return None
        if words[start - 1] in self._small.joining and start > 1 and self._goes_on(start - 1):
            return start - 1
        if "、" in self._words.gaps[start] or "&" in self._words.gaps[start]:
            return start
        first = max(start - _OPENED_BEFORE, self._words.sentence_start[start])
        is_opened = not self._small.opening.isdisjoint(words[first:start])
        return start if self._has_comma(start) and (is_listed or is_opened) else None

    def _past_skipped(self, place: int) -> int:
        for _ in range(_MOST_SKIPPED):
            is_skipped = place < len(self._words) and self._words.words[place] in self._small.skipped
            if not is_skipped or place in self._ends or not self._goes_on(place):
                break
            place += 1
        return place

    def _back_past_skipped(self, place: int) -> int:
        for _ in range(_MOST_SKIPPED):
            if place in self._starts or place == 0 or self._is_parted(place):
                break
            if self._words.words[place - 1] not in self._small.skipped:
                break
            place -= 1
        return place

    def _goes_on(self, place: int) -> bool:
        """Whether a word stands in the sentence of the one before it."""
        return place > 0 and self._words.sentence_start[place] < place

    def _has_comma(self, place: int) -> bool:
        return not _COMMAS.isdisjoint(self._words.gaps[place])

    def _is_parted(self, place: int) -> bool:
        """Whether a pause stands before a word."""
        if place >= len(self._words) or not self._goes_on(place):
            return True
        return self._words.gaps[place] not in (" ", "", JOINT)

    def _is_glued(self, place: int) -> bool:
        """Whether a known word begins with an "and"."""
        glued = self._small.glued
        return bool(glued) and place in self._ends and self._words.words[place].startswith(glued)


@cache
def _cues(language: str) -> Matcher:
    table = _table()
    terms = [(section, term) for section in _SECTIONS for term in table[section].get(language, ())]
    return Matcher(language, [Entry(_KIND, section, parse(term, language)) for section, term in terms])


@cache
def _allergens(language: str) -> Matcher:
    terms = [term for row in _table()["allergens"].get(language, ()) for term in row.split("|")]
    return Matcher(language, [Entry(_KIND, "", parse(term, language)) for term in terms])


@cache
def _small_words(language: str) -> _Words:
    joining = joining_words(language)
    return _Words(
        _levelled("skipped", language),
        _levelled("nothing", language),
        _levelled("opening", language),
        joining.both | joining.either,
        _GLUED_AND.get(language, ""),
    )


@cache
def _levelled(section: str, language: str) -> frozenset[str]:
    return frozenset(level(word).text for word in _table()[section].get(language, ()))


@cache
def _treatments() -> frozenset[str]:
    return frozenset(_table()["treatments"])


@cache
def _table() -> dict[str, Any]:
    return knowledge_files.table("allergies.toml")
