"""Finds out whether a translation can be trusted: what was lost, changed, repeated or left as it was."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Mapping
from typing import Final, TypeVar

from translations import digits, identify, scripts, survivors
from translations.languages import find

NUMBER_CHANGED: Final = "number-changed"
CONTACT_CHANGED: Final = "contact-changed"  # an address, a telephone number or a reference
DOSE_CHANGED: Final = "dose-changed"
UNIT_CHANGED: Final = "unit-changed"
DATE_CHANGED: Final = "date-changed"
NAME_CHANGED: Final = "name-changed"
MEDICINE_CHANGED: Final = "medicine-changed"
NEGATION_LOST: Final = "negation-lost"
UNTRANSLATED_WORDS: Final = "untranslated-words"
TOO_SHORT: Final = "too-short"
TOO_LONG: Final = "too-long"
REPETITION: Final = "repetition"
LOW_SCORE: Final = "low-score"
PIVOTED: Final = "pivoted"
ROMANISED: Final = "romanised"
WRONG_LANGUAGE: Final = "wrong-language-suspected"
MIXED_LANGUAGE: Final = "mixed-language"
NO_BACK_TRANSLATION: Final = "no-back-translation"  # a reply that cannot be read in the writer's language again
NOT_TRANSLATED: Final = "not-translated"  # the engine failed on a sentence, which stands there as it was written

T = TypeVar("T")
# Whether a text in a language denies something; None where nothing is known of the language.
Denies = Callable[[str, str], bool | None]

_CONTACT: Final = re.compile(r"https?://[^\s<>]+[\w/]|(?<![\w.+-])[\w.+-]{1,64}@[\w-]+(?:\.[\w-]+)+")
_WORD: Final = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")
_LOWEST_SCORE: Final = -1.6  # mean log-probability per token
# Characters of a text for a hundred of the same in English, measured on parallel medical sentences.
_DENSITY: Final = {"zh": 32, "am": 68, "ar": 85, "fa": 92, "ur": 96, "hi": 98, "bn": 98}
_USUAL_DENSITY: Final = 110
_SMALL_WORDS: Final = 2  # one may be a name, or a word of both languages
_SHORT_TEXT: Final = 25  # below it lengths vary too much to say anything


def check(source_text: str, text: str, source: str, target: str, *, denies: Denies | None = None) -> tuple[str, ...]:
    """The flags that comparing a text with its translation gives, in a fixed order."""
    found = {
        NUMBER_CHANGED: dict(digits.numbers(source_text)) != dict(digits.numbers(text)),
        CONTACT_CHANGED: _contacts(source_text) != _contacts(text) or _codes_differ(source_text, text),
        DOSE_CHANGED: _lost(survivors.doses(source_text), survivors.doses(text)),
        UNIT_CHANGED: _lost(survivors.measures(source_text), survivors.measures(text)),
        DATE_CHANGED: _dates_differ(source_text, text, source, target),
        NAME_CHANGED: survivors.lost_names(source_text, text),
        NEGATION_LOST: denies is not None and negation_differs(source_text, text, source, target, denies),
        UNTRANSLATED_WORDS: _left_in_source(source_text, text, source, target),
        TOO_SHORT: _relative_length(source_text, text, source, target) < 0.4,
        TOO_LONG: _relative_length(source_text, text, source, target) > 2.5,
        REPETITION: repeats(text) and not repeats(source_text),
    }
    return tuple(flag for flag, is_so in found.items() if is_so)


def low_score(score: float | None) -> bool:
    """Whether a model's mean log-probability per token is so low that it was guessing."""
    return score is not None and score < _LOWEST_SCORE


def words(text: str) -> frozenset[str]:
    """The words that stand in a text, as they are written."""
    return frozenset(_WORD.findall(text))


def repeats(text: str) -> bool:
    """Whether a model lost its way and says the same again and again: a word 4 times running, a phrase 3 times."""
    said = _WORD.findall(text.casefold())
    return any(_runs(said, length, times) for length, times in ((1, 4), (2, 3), (3, 3), (4, 3), (5, 3), (6, 3)))


def _runs(said: list[str], length: int, times: int) -> bool:
    same = 0
    for index in range(length, len(said)):
        same = same + 1 if said[index] == said[index - length] else 0
        if same >= length * (times - 1):
            return True
    return False


def _contacts(text: str) -> Counter[str]:
    """Addresses, and telephone numbers by their digits."""
    addresses = [found.casefold() for found in _CONTACT.findall(text)]
    rest = _CONTACT.sub(" ", text)
    phones = ["".join(filter(str.isdecimal, rest[start:end])) for start, end in survivors.phones(rest)]
    return Counter([*addresses, *map(digits.to_ascii, phones)])


def _codes_differ(source_text: str, text: str) -> bool:
    """Whether a reference or a code of the source does not stand in the translation."""
    return _lost(survivors.codes(_CONTACT.sub(" ", source_text)), survivors.codes(_CONTACT.sub(" ", text)))


def _lost(before: Mapping[T, int], after: Mapping[T, int]) -> bool:
    """Whether something is said less often; mappings are compared as such since Counter's own way is slow."""
    return any(after.get(what, 0) < count for what, count in before.items())


def _dates_differ(source_text: str, text: str, source: str, target: str) -> bool:
    if not (survivors.knows_months(source) and survivors.knows_months(target)):
        return False
    return _lost(survivors.dates(source_text, source), survivors.dates(text, target))


def negation_differs(source_text: str, text: str, source: str, target: str, denies: Denies) -> bool:
    """Whether one of the two denies something and the other nothing; False where a language is not known."""
    before, after = denies(source_text, source), denies(text, target)
    return before is not None and after is not None and before != after


def _left_in_source(source_text: str, text: str, source: str, target: str) -> bool:
    """Whether words of the source stand in a translation untranslated: told by their script, or by small words."""
    source_language, target_language = find(source), find(target)
    if source == target or not source_language or not target_language:
        return False
    if source_language.script == target_language.script:
        return _small_words_left(source_text, text, source, target)
    script = {"Hans": "Hani"}.get(source_language.script, source_language.script)
    return script != "Latn" and scripts.count(text)[script] > 0 and scripts.count(source_text)[script] > 0


def _small_words_left(source_text: str, text: str, source: str, target: str) -> bool:
    """Whether at least two small words of the source's language, and not of the target's, came through."""
    both = set(source_text.split()) & set(text.split())
    left = [word for word in both if source in (told := identify.telling(word)) and target not in told]
    return len(left) >= _SMALL_WORDS


def _relative_length(source_text: str, text: str, source: str, target: str) -> float:
    if len(source_text) < _SHORT_TEXT and len(text) < 3 * _SHORT_TEXT:
        return 1.0
    expected = len(source_text) * _density(target) / _density(source)
    return len(text) / max(expected, 1.0)


def _density(language: str) -> int:
    return 100 if language == "en" else _DENSITY.get(language, _USUAL_DENSITY)
