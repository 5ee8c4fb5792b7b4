"""Reads the city where a patient lives, among all that a text names: clinics, journeys and relatives have theirs."""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from functools import cache
from itertools import islice
from operator import itemgetter
from typing import Final, NamedTuple

from service.understanding.facts import gazetteer
from service.understanding.facts.gazetteer import MOST_WORDS_OF_A_NAME, Cities
from service.understanding.facts.gazetteer import City as Known
from service.understanding.knowledge import ENGLISH
from service.understanding.languages import is_romanised
from service.understanding.page import Page
from service.understanding.persons import VAGUE, behind_patient, may_be
from service.understanding.terms.lexicon import without_prefixes
from service.understanding.terms.matches import Span
from service.understanding.text.normalise import JOINT
from service.understanding.text.words import Words, is_han, levelled_phrases, split

_MOST_WORDS: Final = 2000
_MOST_CITIES: Final = 12
"""The patient's city is among the first so many."""
_SURE_LETTERS: Final = 3
_LONGEST_PHRASE: Final = 4
_LONGEST_ABBREVIATION: Final = 4
_REACH: Final = 40
_NEAR: Final = 3
_NEAR_HAN: Final = 5
_RIGHT_BEHIND: Final = 2
"""A relative who is in a city is named no more than this many words before it."""
_STEM: Final = 3
_LONG_NAME: Final = 7
"""A name of six letters or more, with the space behind it, is told alone at the end of a phrase, too."""
_POSTCODE: Final = (5, 6)
_SURE_STEM: Final = 6
"""A name in small letters with an ending has more letters than five, and the space behind them."""
_MOST_INFLECTED: Final = 3
"""Names of so many words are known with an ending at the last one."""
_STEMS: Final = {"tr": (4, 4), "uz": (4, 4), "bn": (4, 3), "fa": (5, 4)}
"""So many letters a name must have to be known with an ending of one letter, and with a longer one."""
_UNCASED: Final = "\u0590"
"""Scripts from here on have no capitals."""
_ARTICLE: Final = "ال"
_NO_PREPOSITIONS: Final = ("ك", "ف", "و", "وك", "فك", "مي", "እ", "እንደ", "ስለ")
"""What else is written in one word with a name, but does not say that somebody lives there."""
_PREFIXING: Final = ("ar", "am")
_RUSSIAN_IN_LATIN: Final = "ru-Latn"
_INFLECTED: Final = frozenset((*_PREFIXING, *_STEMS, _RUSSIAN_IN_LATIN))
_TO: Final = ("ل", "ول", "فل", "لل", "ولل", "ለ")
_WITH_STATES: Final = ("US", "CA")
_STATE_LETTERS: Final = 2
_WHO: Final = "who."


class Place(NamedTuple):
    """A city: its English name, its country (ISO 3166-1 alpha-2), from which word to which it stands.

    `is_home` says that the text tells that somebody is or lives there, or comes from there.
    """

    name: str
    country: str
    span: Span
    is_home: bool


_NOT, _BARE, _ALONE, _AT, _COMES, _LIVES = range(6)
"""How surely somebody lives in a city, by the words around its name: "in", "we are from", "lives in"."""


class _Name(NamedTuple):
    """A name of a city, from which word to which it stands, and what the letters at its ends say: "in", "to"."""

    key: str
    start: int
    end: int
    glued: str = ""


class _Phrases:
    """The words of one language around names, levelled; see `places.toml`."""

    def __init__(self, listed: Mapping[str, Sequence[str]]) -> None:
        self.before = _by_phrase(listed, ("of", "in", "from", "to"))
        self.behind = _by_phrase(listed, ("in_behind", "from_behind", "to_behind"))
        self.live, self.live_behind = levelled_phrases(listed["live"]), levelled_phrases(listed["live_behind"])
        self.city, self.not_before = levelled_phrases(listed["city"]), levelled_phrases(listed["not"])
        self.not_behind, self.only_mentioned = (
            levelled_phrases(listed["not_behind"]),
            levelled_phrases(listed["only_mentioned"]),
        )
        self.label = levelled_phrases(listed.get("label", ()))
        self.never = levelled_phrases(listed.get("never", ()))
        endings = {split(ending).levelled.text for ending in listed.get("glued", ())}
        self.glued = tuple(sorted(endings, key=len, reverse=True))


def find_city(page: Page, who: str | None = None) -> Place | None:
    """The city where the patient lives: where a text says "live in" before others, else the first.

    `who` is the patient's relation to the writer: where a relative lives goes before where the writer does.
    """
    names = list(_names(page))
    if not names:
        return None
    countries = _countries(page)
    ranked = [(*found, name) for name in names if (found := _ranked(page, name, countries, who)) is not None]
    if not ranked:
        return None
    if len(ranked) > 1 and who is not None:
        ranked = [one for one in ranked if _is_relatives(page, one[2], one[0], who)] or ranked
    rank, city, name = max(ranked, key=itemgetter(0))
    return Place(city.name, city.country, (name.start, name.end), rank >= _AT)


def _is_relatives(page: Page, name: _Name, rank: int, who: str) -> bool:
    """Whether the clause of a name says that a relative of the writer is there: "I live in Leeds, my mother in Patna".

    "My mother was seen in Patna" hardly does: the relative is named right before the name, or the text says "lives".
    """
    if rank < _AT:
        return False
    behind = behind_patient(page, page.leaves[0], name.start, who)
    return behind is not None and (rank >= _COMES or name.start - behind <= _RIGHT_BEHIND)


def _ranked(page: Page, name: _Name, countries: Mapping[int, str], who: str | None) -> tuple[int, Known] | None:
    """How surely the patient lives in a city of this name, and in which; None if they do not."""
    phrases = _phrases(page.leaves[0].language)
    if name.key.rstrip() in phrases.never or not _is_one_name(page, name):
        return None
    is_home = _is_labelled(page.words, name, phrases) or _has_postcode(page.words, name)
    rank = _LIVES if is_home else _rank(page.words, name, phrases)
    cities = gazetteer.known(page.leaves[0].language).named(name.key)
    city = next((city for city in cities if city.country in countries.values()), cities[0])
    is_called_city = _without_city(page.words, name.start, page.words.sentence_start[name.start], phrases) < name.start
    if rank == _BARE and (is_called_city or city.country == countries.get(name.end)):
        rank = _AT
    if rank == _BARE and _is_told_alone(page, name, city):
        rank = _ALONE
    if rank == _NOT or (rank == _BARE and _needs_a_preposition(page, name)):
        return None
    if _is_of_another(page, name, phrases, who):
        return None
    inside = {countries[place] for place in range(name.start, name.end) if place in countries}
    if inside and city.country not in inside:  # سلطنة عمان is no Amman
        return None
    if rank == _BARE and not city.is_big and city.country not in countries.values():
        return None
    return rank, city


def _rank(words: Words, name: _Name, phrases: _Phrases) -> int:
    first, last = words.sentence_start[name.start], words.sentence_end[name.start]
    near = _NEAR_HAN if words.is_small(name.start) else _NEAR
    start = _without_city(words, name.start, first, phrases)
    origin = _last(words, first, start, phrases.before)
    before = "to" if name.glued == "to" else name.glued or phrases.before.get(origin, "")
    behind = phrases.behind.get(_first(words, name.end, last, phrases.behind), "")
    if "to" in (before, behind) or _first(words, name.end, last, phrases.not_behind):
        return _NOT
    window = range(max(first, start - near), start)
    if any(_first(words, place, start, phrases.live) for place in window):
        return _COMES if before == "from" else _LIVES
    if before != "from" and any(_first(words, place, start, phrases.not_before) for place in window):
        return _NOT
    if any(_first(words, place, last, phrases.live_behind) for place in range(name.end, min(last, name.end + near))):
        return _LIVES
    if before == "from" and _tells_of_people(origin, phrases):
        return _COMES
    return _AT if before in ("in", "from") or behind else _BARE


def _tells_of_people(origin: str, phrases: _Phrases) -> bool:
    """Whether a phrase for "from" tells who is from there ("we are from"), and is no mere "from" or "out of"."""
    return any(word not in phrases.before for word in origin.split()[:-1])


def _is_labelled(words: Words, name: _Name, phrases: _Phrases) -> bool:
    """Whether a form asks for the place before a name: "City: …", "Country / city: Nepal (…)"."""
    line = words.sentence_start[name.start]
    colon = next((at for at in range(name.start, max(line, name.start - _NEAR), -1) if ":" in words.gaps[at]), None)
    return colon is not None and bool(_last(words, line, colon, phrases.label))


def _has_postcode(words: Words, name: _Name) -> bool:
    """Whether a postcode stands before a name: "33100 Udine"; one of four figures may be a year."""
    code = words.words[name.start - 1] if name.start else ""
    return code.isdigit() and len(code) in _POSTCODE and words.gaps[name.start] == " "


def _is_told_alone(page: Page, name: _Name, city: Known) -> bool:
    """Whether a name is a line, a phrase between commas, or the end of the text by itself, in a country near at hand.

    That is one where many live who write in this language. An everyday word tells no city so.
    """
    words = page.words
    if name.key in _homonyms() or city.country not in _at_home(page.leaves[0].language):
        return False
    end = name.end + (city.country in _WITH_STATES and _is_state(page, name.end))
    opens, closes = (_is_parted(words, place) for place in (name.start, end))
    return closes and (opens or end == len(words) or len(name.key) >= _LONG_NAME)


def _is_parted(words: Words, place: int) -> bool:
    """Whether more than a space stands before a word, or there is nothing on one side, or a number on either."""
    if place in (0, len(words)) or words.gaps[place].strip(" "):
        return True
    if words.gaps[place] and words.is_small(place - 1):  # in Chinese, a space is a pause
        return True
    return words.words[place].isdigit() or words.words[place - 1].isdigit()


def _is_state(page: Page, place: int) -> bool:
    """Whether a word is the abbreviation of a state, as it stands behind a city: "Tampa FL"."""
    if place == len(page.words):
        return False
    first, end = page.words.source_span(place, place + 1)
    return end - first == _STATE_LETTERS and page.text[first:end].isupper()


@cache
def _at_home(language: str) -> frozenset[str]:
    return frozenset(gazetteer.data()["at-home"].get(language, ()))


def _without_city(words: Words, start: int, first: int, phrases: _Phrases) -> int:
    """Where "the city of" begins, if that stands before a name."""
    phrase = _last(words, first, start, phrases.city)
    return start - len(phrase.split())


def _is_one_name(page: Page, name: _Name) -> bool:
    """Whether a name is no everyday word in small letters or with an ending.

    Who types another script in Latin letters leaves the capitals out.
    """
    first, last = page.words.source_span(name.start, name.end)
    written = page.text[first:last]
    if name.glued and written[0].islower() and len(name.key) <= _SURE_STEM:  # "telinde" is no Tel
        return False
    if written.isupper() and len(written) <= _LONGEST_ABBREVIATION and not page.text.isupper():
        return gazetteer.known(page.leaves[0].language).is_said(name.key)
    if name.key not in _homonyms():
        return True
    return not name.glued and (not written[0].islower() or is_romanised(page.leaves[0].language))


def _needs_a_preposition(page: Page, name: _Name) -> bool:
    """Whether a name may be another word, or is written so that nothing tells it from one."""
    if name.key in _homonyms() or _is_small(page, name.start):
        return True
    return name.key[0] >= _UNCASED and not is_han(name.key[0]) and len(name.key) <= _SURE_LETTERS


def _is_of_another(page: Page, name: _Name, phrases: _Phrases, who: str | None) -> bool:
    """Whether the sentence tells of somebody who only recommended the clinic, or is to be called; not of the patient,
    who is `who` to the writer.
    """
    words = page.words
    first = max(words.sentence_start[name.start], name.start - _REACH)
    last = min(words.sentence_end[name.start], name.end + _REACH)
    if not any(_first(words, place, last, phrases.only_mentioned) for place in range(first, last)):
        return False
    named = [
        (match.start, section.removeprefix(_WHO))
        for section, matches in page.leaves[0].facts.items()
        if section.startswith(_WHO)
        for match in matches
        if first <= match.start < name.start
    ]
    return bool(named) and max(named)[1] not in ((*VAGUE, *may_be(who)) if who else VAGUE)


def _countries(page: Page) -> dict[int, str]:
    """The words that name countries."""
    return {
        word: match.pattern.entry.value
        for leaf in page.likely_leaves
        for match in leaf.facts.get("countries", ())
        for word in match.words()
        if match.pattern.entry.value
    }


def _names(page: Page) -> Iterator[_Name]:
    """The cities that a text names, the longest name at each place."""
    language, words = page.leaves[0].language, page.words.words[:_MOST_WORDS]
    end = found = 0
    for start in _likely_places(page, language, words):
        if start < end:
            continue
        name = _name(language, words[start : _end_of_name(page.words, start)], start)
        if name is not None:
            yield name
            end, found = name.end, found + 1
            if found == _MOST_CITIES:
                return


def _likely_places(page: Page, language: str, words: Sequence[str]) -> Iterator[int]:
    """The words that may begin a name: with a capital, if the script has capitals and the writer uses them."""
    letters = _first_letters(page.words)
    small = {index for index, letter in enumerate(letters) if letter.islower()}
    if small and (is_romanised(language) or _has_no_capitals(page.words, letters[: len(words)])):
        small.clear()
    begins = gazetteer.known(language).begins
    is_inflected = language in _INFLECTED
    for index, word in enumerate(words):
        if index not in small and (begins(word) or (is_inflected and any(map(begins, _bare(language, word))))):
            yield index


def _first_letters(words: Words) -> list[str]:
    """Each word's, as it was written."""
    source, offsets = words.levelled.source, words.levelled.offsets
    places = words.starts if offsets is None else map(offsets.__getitem__, words.starts)
    return [source[place] for place in places]


def _is_small(page: Page, index: int) -> bool:
    place, _ = page.words.source_span(index, index + 1)
    return page.text[place].islower() or (page.text[place].isupper() and page.text.isupper())


def _has_no_capitals(words: Words, letters: Sequence[str]) -> bool:
    """Whether a text is in small letters, but for abbreviations and the beginnings of sentences."""
    for index, letter in enumerate(letters):
        if letter.isupper() and words.sentence_start[index] != index:
            start, end = words.source_span(index, index + 1)
            if not words.levelled.source[start:end].isupper():
                return False
    return True


def _end_of_name(words: Words, start: int) -> int:
    """Where a name ends at the latest that begins at a word: nothing but a space or a joint parts its words."""
    end = start + 1
    while end < min(start + MOST_WORDS_OF_A_NAME, len(words)) and not words.gaps[end].strip(" " + JOINT):
        end += 1
    return end


def _name(language: str, words: Sequence[str], start: int) -> _Name | None:
    """The longest name that words begin with, if need be without what is written in one word with it.

    `start` is where they stand in the text.
    """
    cities, word = gazetteer.known(language), words[0]
    following = words[1:]
    for bare, glued in _readings(language, word):
        if key := cities.longest([bare, *following]):
            return _Name(key, start, start + key.count(" "), glued or _glued(language, cities, key))
    for length in range(min(_MOST_INFLECTED, len(following) + 1)):
        head = [word, *following[:length]]
        for stem in _stems(language, head[-1]):
            key = " ".join([*head[:-1], stem]) + " "
            if cities.named(key):
                return _Name(key, start, start + length + 1, "in" if language in _STEMS else "")
    return None


def _glued(language: str, cities: Cities, key: str) -> str:
    """What the ending says of a name that is known with it, and without it, too: "toshkentdanman"."""
    if language not in _STEMS or not cities.is_said(key):
        return ""
    *head, last = key.split()
    city = cities.named(key)[0]
    stems = (" ".join([*head, stem]) + " " for stem in _stems(language, last))
    return "in" if any(other.name == city.name for stem in stems for other in cities.named(stem)) else ""


def _bare(language: str, word: str) -> Iterator[str]:
    """What is left of a word without its prefix or its ending."""
    yield from (bare for bare, _ in islice(_readings(language, word), 1, None))
    yield from _stems(language, word)


def _readings(language: str, word: str) -> Iterator[tuple[str, str]]:
    """A word as it is, and without its prefix, with what that says: "in", "to"."""
    yield word, ""
    if language not in _PREFIXING:
        return
    for bare in without_prefixes(word, language):
        prefix = word.removesuffix(bare) if word.endswith(bare) else ""
        if prefix and not prefix.endswith((_ARTICLE, "لل")) and prefix not in _NO_PREPOSITIONS:
            yield bare, "to" if prefix in _TO else "in"
        elif word.startswith("لل") and bare.startswith(_ARTICLE):
            yield bare, "to"


def _stems(language: str, word: str) -> Iterator[str]:
    """What is left of a word without an ending that means "in", "from" or "is in"."""
    if language in _STEMS:
        for ending in _phrases(language).glued:
            if len(word) - len(ending) >= _STEMS[language][len(ending) > 1] and word.endswith(ending):
                yield word.removesuffix(ending)
    elif language == _RUSSIAN_IN_LATIN and len(word) > _STEM and word[-1] in "aeiuy":
        yield word[:-1]
        yield word[:-1] + "a"


def _last(words: Words, first: int, end: int, phrases: Container[str]) -> str:
    """The longest of the phrases that ends before a word."""
    for start in range(max(first, end - _LONGEST_PHRASE), end):
        if (phrase := " ".join(words.words[start:end])) in phrases:
            return phrase
    return ""


def _first(words: Words, start: int, end: int, phrases: Container[str]) -> str:
    """The longest of the phrases that begins with a word."""
    for last in range(min(end, start + _LONGEST_PHRASE), start, -1):
        if (phrase := " ".join(words.words[start:last])) in phrases:
            return phrase
    return ""


def _by_phrase(listed: Mapping[str, Sequence[str]], kinds: Iterable[str]) -> dict[str, str]:
    """What each phrase says, without "_behind"."""
    return {phrase: kind.removesuffix("_behind") for kind in kinds for phrase in levelled_phrases(listed.get(kind, ()))}


@cache
def _phrases(language: str) -> _Phrases:
    listed = gazetteer.data()["words"]
    return _Phrases(listed.get(language) or listed[ENGLISH])


@cache
def _homonyms() -> frozenset[str]:
    """Cities that are everyday words, first names or surnames."""
    return frozenset(f"{phrase} " for phrase in levelled_phrases(gazetteer.data()["names"]["homonyms"]))
