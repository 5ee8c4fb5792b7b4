"""Tells the language of a message: script first, then telling letters and small words, then statistics.

Light enough for the web process, and never raises: a text that says too little is "und", not a guess.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from operator import itemgetter
from pathlib import Path
from typing import Final, NamedTuple

from translations import identifier, scripts
from translations.languages import LANGUAGES, UNDETERMINED, find

_WORDS_FILE: Final = Path(__file__).with_name("frequent_words.txt")
_READ_AT_MOST: Final = 4000  # characters: more changes nothing and costs time
_SURE_ENOUGH: Final = 0.4
_CLEARLY_FIRST: Final = 0.3  # enough when no other language comes near
_PLAUSIBLE: Final = 0.06
_LETTERS_FOR_STATISTICS: Final = 20
_MOST_CANDIDATES: Final = 5
_BY_PRIOR: Final = 0.3  # confidence of what only the prior says
# The words settle it without statistics: so many telling ones, in every so many words, and so many more than of others.
_SETTLED: Final = 2.0
_SETTLED_SHARE: Final = 0.15
_SETTLED_LEAD: Final = 4.0
_WORDS_OF_ROMANISED: Final = 2  # so many telling words make a romanised language worth a try
_MOST_REMEMBERED: Final = 16384
_UNSURE: Final = 0.5  # a few words in Latin letters that tell no language more surely may be romanised
_FEW_WORDS: Final = 8
_WORDS_OF_A_LANGUAGE: Final = 2  # so many different telling words leave no doubt about a language

# Addresses; each holds one of these, which most texts do not.
_ADDRESS_SIGNS: Final = ("://", "www.", "@")
_NOISE: Final = re.compile(r"https?://\S+|www\.\S+|(?<!\S)\S+@\S+\.\S+")
_WORD: Final = re.compile(r"[^\W_]+(?:['’ʻʼ`-][^\W_]+)*")
# Arabic in Latin letters writes some consonants as digits: 3andi, mar7aba. Not 5mg, 2nd, b12.
_DIGIT_AS_LETTER: Final = re.compile(
    r"(?:[a-z]+[235679][a-z]+|[235679](?!rd|nd|th|mg|ml|cm|mm|kg|g\b|am|pm)[a-z]{3,})\w*"
)

# Latin, Greek, Cyrillic and Arabic: what becomes of one of their letters does not hang on its neighbours.
_ALPHABETS: Final = re.compile("[\0-\u052f\u0600-\u06ff\u1e00-\u1fff’]+")
_APOSTROPHES: Final = dict.fromkeys(map(ord, "’ʻʼ`"), "'")
_PUNCTUATION: Final = '.,;:!?¿¡()"«»“”…،؟؛।。，'

_ONE_LANGUAGE: Final = {"Hani": "zh", "Ethi": "am", "Beng": "bn", "Deva": "hi"}  # one language of ours per script
_SEVERAL: Final = {
    "Latn": tuple(code for code, language in LANGUAGES.items() if language.script == "Latn"),
    "Arab": ("ar", "fa", "ur"),
    "Cyrl": ("ru", "uk", "uz"),
}
# Letters that only some languages of a script use. What is typed on a neighbour's keyboard is left to the words.
_TELLING: Final = {
    **dict.fromkeys("ٹڈڑںےہھۓ", ("ur",)),
    **dict.fromkeys("پچژگ\u06cc\u06a9", ("fa", "ur")),
    **dict.fromkeys("ةىيكأإ", ("ar",)),
    **dict.fromkeys("іїєґ", ("uk",)),
    **dict.fromkeys("ыэъё", ("ru",)),
    **dict.fromkeys("ўқғҳ", ("uz",)),
    **dict.fromkeys("ãõ", ("pt",)),
    **dict.fromkeys("ñ¿¡", ("es",)),
    **dict.fromkeys("ßä", ("de",)),
    **dict.fromkeys("ğış", ("tr",)),
    **dict.fromkeys("țșăţ", ("ro",)),
    **dict.fromkeys("œêèû", ("fr",)),
    **dict.fromkeys("đơưạảấầẩẫậắằẳẵặẹẻẽếềểễệỉịọỏốồổỗộớờởỡợụủứừửữựỳỵỷỹ", ("vi",)),
}
# Cyrillic letters of Kazakh, Mongolian, Serbian, Macedonian: none of ours.
_FOREIGN: Final = frozenset("әңүұөһђјљњћџѓќѕ")
# Labels of the statistical model that are varieties of one of our languages.
_VARIETIES: Final = {"arz": "ar", "ary": "ar", "uzs": "uz", "ms": "id"}
# Bengali and Persian in Latin letters are identified, but there are no knowledge files to read them with.
_ROMANISED: Final = ("ar-Latn", "hi-Latn", "ru-Latn")
_READABLE: Final = frozenset([*LANGUAGES, *_ROMANISED])


@dataclass(frozen=True, slots=True)
class Identified:
    """A language of ours, or "und"; `romanised` when it is typed in Latin letters but has another script."""

    language: str
    confidence: float
    romanised: bool = False

    @property
    def knowledge(self) -> str:
        """The code of the knowledge files for such a text: "ar", "ar-Latn"."""
        return f"{self.language}-Latn" if self.romanised else self.language


def identify(text: str, *, prior: str | None = None) -> Identified:
    """The language of a text.

    `prior` is what is known of the sender (an earlier message, the page): it settles what is short or ambiguous and
    counts for nothing against clear evidence.
    """
    expected = _own_code(prior)
    (best, score), second = _first_two(_scores(text, expected))
    if score < _SURE_ENOUGH and not (score >= _CLEARLY_FIRST and second < score / 3):
        return Identified(expected, _BY_PRIOR) if expected else Identified(UNDETERMINED, round(score, 3))
    code, _, latin = best.partition("-")
    if best == "hi-Latn" and expected == "ur":  # typed in Latin letters the two are one language
        code = "ur"
    return Identified(code, round(min(score, 1.0), 3), romanised=bool(latin))


def candidates(text: str, *, prior: str | None = None) -> tuple[str, ...]:
    """Languages worth reading a text in, best first, as codes of the knowledge files; at most five, or eight.

    Generous, since a red flag in a language that was not tried is not seen: every language with some plausibility in
    the whole text or in one of its lines, every language typed in Latin letters of which two words occur that the
    likeliest language does not use, all of these if small words do not tell the likeliest, and the prior.
    """
    expected = _own_code(prior)
    found: dict[str, float] = {expected: _PLAUSIBLE} if expected else {}
    for part in dict.fromkeys([text, *text[:_READ_AT_MOST].splitlines()[:20]]):
        for code, score in _scores(part, expected).items():
            found[code] = max(found.get(code, 0.0), score)
    plausible = [code for code in found if code in _READABLE and found[code] >= _PLAUSIBLE]
    plausible.sort(key=found.__getitem__, reverse=True)
    words = _words(_without_addresses(text))
    wanted = [*_romanised(dict(words.telling), plausible[:1]), *([expected] if expected in plausible else [])]
    room = _MOST_CANDIDATES - len(set(wanted) - set(plausible[:_MOST_CANDIDATES]))
    chosen = tuple(dict.fromkeys((*plausible[:room], *wanted, *plausible)))[:_MOST_CANDIDATES]
    if chosen and _may_be_romanised(text, words, chosen[0], max(found.values(), default=0.0)):
        return tuple(dict.fromkeys((*chosen, *_ROMANISED)))
    return chosen


def fits(sentence: str, language: str) -> bool:
    """Whether small words tell the language, in its own or in Latin letters, as clearly as any other; cheap."""
    told: dict[str, int] = {}
    for word in sentence.split():
        for code in telling(word):
            of_code = code.removesuffix("-Latn")
            told[of_code] = told.get(of_code, 0) + 1
    return language in told and told[language] == max(told.values())


@lru_cache(maxsize=8192)
def telling(word: str) -> tuple[str, ...]:
    """The codes of the languages that a small word tells; none for most words."""
    return _frequent_words().get(_level(word.strip(_PUNCTUATION)), ())


class _Words(NamedTuple):
    """The words of a text as they are typed, and those of them that tell languages: levelled, with their codes."""

    typed: Sequence[str]
    telling: Sequence[tuple[str, tuple[str, ...]]]


@lru_cache(maxsize=16)  # identified and then searched for candidates, a text is cut once
def _words(text: str) -> _Words:
    typed = _WORD.findall(text)
    return _Words(typed, [*filter(None, map(_REMEMBERED.__getitem__, typed))])


def _without_addresses(text: str) -> str:
    """As much of a text as is read."""
    text = text[:_READ_AT_MOST]
    return _NOISE.sub(" ", text) if any(sign in text for sign in _ADDRESS_SIGNS) else text


class _Remembered(dict[str, tuple[str, tuple[str, ...]] | None]):
    """What words tell; of a text's many words each is asked for, and a dictionary is asked sooner than a cache."""

    def __missing__(self, word: str) -> tuple[str, tuple[str, ...]] | None:
        if len(self) >= _MOST_REMEMBERED:
            self.clear()
        self[word] = told = _told_by(word)
        return told


_REMEMBERED: Final = _Remembered()


def _told_by(word: str) -> tuple[str, tuple[str, ...]] | None:
    """A word that tells languages, levelled, with their codes; what holds a digit for a letter tells Arabic twice."""
    levelled = _level(word)
    codes = _frequent_words().get(levelled, ())
    if not codes and not levelled.isalpha() and _DIGIT_AS_LETTER.fullmatch(levelled):
        codes = ("ar-Latn",) * _WORDS_OF_ROMANISED
    return (levelled, codes) if codes else None


def _romanised(told: Mapping[str, tuple[str, ...]], likeliest: Sequence[str]) -> Iterator[str]:
    """The readable languages typed in Latin letters of which several of these are small words.

    One letter tells nothing, and neither do words of the likeliest language: "se" and "me" are Spanish, too.
    """
    counts: Counter[str] = Counter()
    for word, codes in told.items():
        if len(word) > 1 and not any(code in codes for code in likeliest):
            counts.update(code for code in codes if code.endswith("-Latn") and code in _READABLE)
    return (code for code, count in counts.most_common() if count >= _WORDS_OF_ROMANISED)


def _may_be_romanised(text: str, words: _Words, likeliest: str, surest: float) -> bool:
    """Whether a text in Latin letters is of few words and no sure language, or only statistics tell its language.

    They know of no romanised languages, and are sure that "krov izo rta poshla" is Uzbek.
    """
    if scripts.count(text).keys() != {"Latn"}:
        return False
    if surest < _UNSURE and len(set(map(_level, words.typed))) <= _FEW_WORDS:
        return True
    known = _frequent_words()
    return sum(likeliest in known.get(word, ()) for word in dict(words.telling)) < _WORDS_OF_A_LANGUAGE


def _own_code(code: str | None) -> str | None:
    language = find(code)
    return language.code if language else None


@lru_cache(maxsize=16)  # identified and then searched for candidates, a text is looked at once
def _scores(text: str, expected: str | None) -> dict[str, float]:
    """Every language with any evidence, 0 to 1, script by script."""
    text = _without_addresses(text)
    letters = scripts.count(text)
    if "Hani" in letters:
        letters["Hani"] *= 3  # one says as much as three letters of an alphabet
    total = letters.total()
    scores: dict[str, float] = {}
    for script, count in letters.items():
        weight = min(1.0, 2 * count / total)
        if script in _ONE_LANGUAGE and not ({"Kana", "Hang"} & letters.keys()):
            scores[_ONE_LANGUAGE[script]] = 0.97 * weight
        elif script in _SEVERAL:
            part = text if len(letters) == 1 else scripts.only(script, text)
            for code, score in _within(script, part, count).items():  # Uzbek is written in two scripts
                scores[code] = max(scores.get(code, 0.0), score * weight)
    if expected in scores:
        scores[expected] += 0.25 * (1 - max(scores.values()))
    return scores


def _within(script: str, text: str, letters: int) -> dict[str, float]:
    """Scores of the languages of one script: what the words say, and as much statistics as the words leave open."""
    words = _words(text)
    count = len(words.typed)
    folded = "" if text.isascii() else text.casefold()
    hits = _hits(words.telling, folded, script)
    strongest = max(hits.values(), default=0.0)
    trust = 0.75 * min(1.0, strongest / min(2.0, max(count, 1)))
    statistics = _settled(hits, count) or _statistics(text, script)
    if letters >= _LETTERS_FOR_STATISTICS and _is_foreign(folded, statistics, strongest / max(count, 1)):
        return {}
    enough = min(1.0, letters / _LETTERS_FOR_STATISTICS)
    # Short texts in Arabic or Cyrillic letters are tried in every language that writes them.
    least = _PLAUSIBLE if script != "Latn" and enough < 1 else 0.0
    left_open = (1 - trust) * enough
    scores = {code: max(least, left_open * statistics.get(code, 0.0)) for code in _SEVERAL[script]}
    whole = sum(hits.values())
    for code, hit in hits.items():
        scores[code] = scores.get(code, 0.0) + trust * hit / whole
    return scores


def _settled(hits: Mapping[str, float], words: int) -> dict[str, float]:
    """All to the one language that the words tell beyond doubt; empty if there is a doubt."""
    (best, most), second = _first_two(hits)
    is_clear = most >= max(_SETTLED, _SETTLED_SHARE * words, _SETTLED_LEAD * second)
    return {best: 1.0, _ELSEWHERE: 0.0} if is_clear else {}


def _first_two(scores: Mapping[str, float]) -> tuple[tuple[str, float], float]:
    """The language with the highest score, with it, and the score of the next one."""
    first, (_, second), *_ = [*sorted(scores.items(), key=itemgetter(1), reverse=True), ("", 0.0), ("", 0.0)]
    return first, second


def _hits(telling: Sequence[tuple[str, tuple[str, ...]]], folded: str, script: str) -> dict[str, float]:
    """Telling words and letters per language; each counts the less the more languages share it."""
    hits: defaultdict[str, float] = defaultdict(float)
    for _, told in telling:
        codes = _written_in(script, told)
        for code in codes:
            hits[code] += 1 / len(codes)
    for letter in dict.fromkeys(folded):  # in their order, for sums and ties hang on it
        codes = _written_in(script, _TELLING[letter]) if letter in _TELLING else ()
        for code in codes:
            hits[code] += 0.5 / len(codes)
    return hits


@lru_cache(maxsize=1024)
def _written_in(script: str, codes: tuple[str, ...]) -> Sequence[str]:
    """Those of some languages that are written in a script, each once."""
    is_latin = script == "Latn"
    return tuple(
        code for code in dict.fromkeys(codes) if code in _SEVERAL[script] or (is_latin and code.endswith("-Latn"))
    )


def _is_foreign(folded: str, statistics: Mapping[str, float], known_words: float) -> bool:
    """Whether the text is rather in a language that is not ours: few of our words, and the model sure of another."""
    return not _FOREIGN.isdisjoint(folded) or (known_words < 0.12 and statistics[_ELSEWHERE] > 0.8)


_ELSEWHERE: Final = "elsewhere"


@cache
def _model() -> identifier.Identifier:
    return identifier.load()


def _statistics(text: str, script: str) -> dict[str, float]:
    """Shares of the languages of this script, and under `_ELSEWHERE` how much the model gives to all others."""
    shares = _model().shares(text)
    mine: dict[str, float] = {}
    for code, place in _places(script):
        mine[code] = mine.get(code, 0.0) + shares[place]
    whole = sum(mine.values())
    return {code: share / (whole or 1.0) for code, share in mine.items()} | {_ELSEWHERE: 1.0 - whole}


@cache
def _places(script: str) -> Sequence[tuple[str, int]]:
    """The languages of a script and where among the shares of the model each has one; some have several."""
    codes = [_VARIETIES.get(label, label) for label in _model().labels]
    return [(code, place) for place, code in enumerate(codes) if code in _SEVERAL[script]]


@cache
def _frequent_words() -> dict[str, tuple[str, ...]]:
    """Levelled word to the languages it tells."""
    telling: dict[str, tuple[str, ...]] = {}
    for code, word in _read_words():
        if code not in telling.get(word, ()):
            telling[word] = (*telling.get(word, ()), code)
    return telling


def _read_words() -> Iterator[tuple[str, str]]:
    for line in _WORDS_FILE.read_text(encoding="utf-8").splitlines():
        code, colon, words = line.partition(":")
        if colon and not line.startswith("#"):
            yield from ((code, _level(word)) for word in words.split())


def _level(word: str) -> str:
    """Lower case without accents or vowel signs, with one apostrophe."""
    if word.isascii():
        return word.lower().replace("`", "'")
    if _ALPHABETS.fullmatch(word):
        return word.translate(_LEVELLED)
    return _level_any(word)


def _level_any(word: str) -> str:
    decomposed = unicodedata.normalize("NFKD", word.casefold().replace("ı", "i").replace("đ", "d"))
    bare = "".join(letter for letter in decomposed if not unicodedata.combining(letter))
    return unicodedata.normalize("NFC", bare).translate(_APOSTROPHES)


class _Levelled(dict[int, str]):
    """What each letter of an alphabet becomes, by its code point, worked out on its first meeting."""

    def __missing__(self, point: int) -> str:
        self[point] = levelled = _level_any(chr(point))
        return levelled


_LEVELLED: Final = _Levelled()
