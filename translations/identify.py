"""Tells the language of a message: script first, then telling letters and small words, then statistics.

Light enough for the web process, and never raises: a text that says too little is "und", not a guess.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import Final

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
_UNSURE: Final = 0.5  # a few words in Latin letters that tell no language more surely may be romanised
_FEW_WORDS: Final = 8
_WORDS_OF_A_LANGUAGE: Final = 2  # so many different telling words leave no doubt about a language

_NOISE: Final = re.compile(r"https?://\S+|www\.\S+|(?<!\S)\S+@\S+\.\S+")
_WORD: Final = re.compile(r"[^\W_]+(?:['’ʻʼ`-][^\W_]+)*")
# Arabic in Latin letters writes some consonants as digits: 3andi, mar7aba. Not 5mg, 2nd, b12.
_DIGIT_AS_LETTER: Final = re.compile(
    r"(?:[a-z]+[235679][a-z]+|[235679](?!rd|nd|th|mg|ml|cm|mm|kg|g\b|am|pm)[a-z]{3,})\w*"
)

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
    (best, score), (_, second), *_ = [*Counter(_scores(text, expected)).most_common(2), ("", 0.0), ("", 0.0)]
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
    for part in [text, *text[:_READ_AT_MOST].splitlines()[:20]]:
        for code, score in _scores(part, expected).items():
            found[code] = max(found.get(code, 0.0), score)
    plausible = [code for code in found if code in _READABLE and found[code] >= _PLAUSIBLE]
    plausible.sort(key=found.__getitem__, reverse=True)
    words = _different_words(text)
    wanted = [*_romanised(words, plausible[:1]), *([expected] if expected in plausible else [])]
    room = _MOST_CANDIDATES - len(set(wanted) - set(plausible[:_MOST_CANDIDATES]))
    chosen = tuple(dict.fromkeys((*plausible[:room], *wanted, *plausible)))[:_MOST_CANDIDATES]
    if _may_be_romanised(text, words, chosen, max(found.values(), default=0.0)):
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


def _different_words(text: str) -> Collection[str]:
    """Each word of a text once, levelled and in its order, without addresses."""
    return dict.fromkeys(map(_level, _WORD.findall(_NOISE.sub(" ", text[:_READ_AT_MOST]))))


def _romanised(words: Collection[str], likeliest: list[str]) -> Iterator[str]:
    """The readable languages typed in Latin letters of which several of these are small words.

    One letter tells nothing, and neither do words of the likeliest language: "se" and "me" are Spanish, too.
    """
    known = _frequent_words()
    counts: Counter[str] = Counter()
    for word in words:
        codes = known.get(word, ()) or (("ar-Latn",) * _WORDS_OF_ROMANISED if _DIGIT_AS_LETTER.fullmatch(word) else ())
        if len(word) > 1 and not set(likeliest) & set(codes):
            counts.update(code for code in codes if code.endswith("-Latn") and code in _READABLE)
    return (code for code, count in counts.most_common() if count >= _WORDS_OF_ROMANISED)


def _may_be_romanised(text: str, words: Collection[str], chosen: tuple[str, ...], surest: float) -> bool:
    """Whether a text in Latin letters is of few words and no sure language, or only statistics tell its language.

    They know of no romanised languages, and are sure that "krov izo rta poshla" is Uzbek.
    """
    if not chosen or set(scripts.count(text)) != {"Latn"}:
        return False
    if surest < _UNSURE and len(words) <= _FEW_WORDS:
        return True
    known = _frequent_words()
    return sum(chosen[0] in known.get(word, ()) for word in words) < _WORDS_OF_A_LANGUAGE


def _own_code(code: str | None) -> str | None:
    language = find(code)
    return language.code if language else None


@lru_cache(maxsize=16)  # identified and then searched for candidates, a text is looked at once
def _scores(text: str, expected: str | None) -> dict[str, float]:
    """Every language with any evidence, 0 to 1, script by script."""
    text = _NOISE.sub(" ", text[:_READ_AT_MOST])
    letters = scripts.count(text)
    letters["Hani"] *= 3  # one says as much as three letters of an alphabet
    total = sum(letters.values())
    scores: dict[str, float] = {}
    for script, count in (+letters).items():
        weight = min(1.0, 2 * count / total)
        if script in _ONE_LANGUAGE and not ({"Kana", "Hang"} & letters.keys()):
            scores[_ONE_LANGUAGE[script]] = 0.97 * weight
        elif script in _SEVERAL:
            part = text if len(+letters) == 1 else _only(script, text)
            scores |= {code: score * weight for code, score in _within(script, part, count).items()}
    if expected in scores:
        scores[expected] += 0.25 * (1 - max(scores.values()))
    return scores


def _only(script: str, text: str) -> str:
    return "".join(letter if not letter.isalpha() or scripts.script_of(letter) == script else " " for letter in text)


def _within(script: str, text: str, letters: int) -> dict[str, float]:
    """Scores of the languages of one script: what the words say, and as much statistics as the words leave open."""
    words = [_level(word) for word in _WORD.findall(text)]
    hits = _hits(words, text, script)
    strongest = max(hits.values(), default=0.0)
    trust = 0.75 * min(1.0, strongest / min(2.0, max(len(words), 1)))
    statistics = _settled(hits, len(words)) or _statistics(text, script)
    if letters >= _LETTERS_FOR_STATISTICS and _is_foreign(text, statistics, strongest / max(len(words), 1)):
        return {}
    enough = min(1.0, letters / _LETTERS_FOR_STATISTICS)
    # Short texts in Arabic or Cyrillic letters are tried in every language that writes them.
    least = _PLAUSIBLE if script != "Latn" and enough < 1 else 0.0
    scores = {code: max(least, (1 - trust) * enough * statistics.get(code, 0.0)) for code in _SEVERAL[script]}
    for code, hit in hits.items():
        scores[code] = scores.get(code, 0.0) + trust * hit / sum(hits.values())
    return scores


def _settled(hits: dict[str, float], words: int) -> dict[str, float]:
    """All to the one language that the words tell beyond doubt; empty if there is a doubt."""
    (best, most), (_, second), *_ = [*Counter(hits).most_common(2), ("", 0.0), ("", 0.0)]
    is_clear = most >= max(_SETTLED, _SETTLED_SHARE * words, _SETTLED_LEAD * second)
    return {best: 1.0, _ELSEWHERE: 0.0} if is_clear else {}


def _hits(words: list[str], text: str, script: str) -> dict[str, float]:
    """Telling words and letters per language; each counts the less the more languages share it."""
    hits: defaultdict[str, float] = defaultdict(float)
    known = _frequent_words()
    for word in words:
        codes = [code for code in known.get(word, ()) if _written_in(code, script)]
        if not codes and script == "Latn" and _DIGIT_AS_LETTER.fullmatch(word):
            codes = ["ar-Latn"]
        for code in codes:
            hits[code] += 1 / len(codes)
    for letter in dict.fromkeys(text.casefold()):  # in their order, for sums and ties hang on it
        codes = [code for code in _TELLING.get(letter, ()) if _written_in(code, script)]
        for code in codes:
            hits[code] += 0.5 / len(codes)
    return hits


def _written_in(code: str, script: str) -> bool:
    return code in _SEVERAL[script] or (script == "Latn" and code.endswith("-Latn"))


def _is_foreign(text: str, statistics: dict[str, float], known_words: float) -> bool:
    """Whether the text is rather in a language that is not ours: few of our words, and the model sure of another."""
    if not _FOREIGN.isdisjoint(text.casefold()):
        return True
    return known_words < 0.12 and statistics[_ELSEWHERE] > 0.8


_ELSEWHERE: Final = "elsewhere"


@cache
def _model() -> identifier.Identifier:
    return identifier.load()


def _statistics(text: str, script: str) -> dict[str, float]:
    """Shares of the languages of this script, and under `_ELSEWHERE` how much the model gives to all others."""
    mine: defaultdict[str, float] = defaultdict(float)
    for label, share in _model().rank(text):
        code = _VARIETIES.get(label, label)
        if code in _SEVERAL[script]:
            mine[code] += share
    whole = sum(mine.values()) or 1.0
    return {code: share / whole for code, share in mine.items()} | {_ELSEWHERE: 1.0 - sum(mine.values())}


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


@lru_cache(maxsize=16384)
def _level(word: str) -> str:
    """Lower case without accents or vowel signs, with one apostrophe."""
    decomposed = unicodedata.normalize("NFKD", word.casefold().replace("ı", "i").replace("đ", "d"))
    bare = "".join(letter for letter in decomposed if not unicodedata.combining(letter))
    return re.sub("[’ʻʼ`]", "'", unicodedata.normalize("NFC", bare))
