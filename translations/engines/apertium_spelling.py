"""Puts accents back that were left out in typing, by asking the pair's own dictionary which word is meant.

Only words that the dictionary does not know are touched, and only where another spelling is known to it that differs
in accents alone.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from translations.engines.apertium_pipeline import Command, Pipeline

# What each plain letter may stand for, the likeliest first.
_LETTERS: Final = {
    "es": {"a": "á", "e": "é", "i": "í", "o": "ó", "u": "úü", "n": "ñ"},
    "fr": {"a": "àâ", "e": "éèêë", "i": "îï", "o": "ô", "u": "ûù", "c": "ç"},
    "pt": {"a": "ãáâà", "e": "éê", "i": "í", "o": "õóô", "u": "ú", "c": "ç"},
    "it": {"a": "à", "e": "éè", "i": "ì", "o": "ò", "u": "ù"},
    "ro": {"a": "ăâ", "i": "î", "s": "șş", "t": "țţ"},
}
_MOST_CHANGES: Final = {"es": 2, "fr": 3, "pt": 2, "it": 1, "ro": 3}
_MOST_VARIANTS: Final = 300  # of a word
_REMEMBERED: Final = 50_000
_SHORTEST: Final = 3
_LONGEST: Final = 30
_WORD: Final = re.compile(r"[^\W\d_]+")
# A final accent typed as an apostrophe: e', perche', piu'.
_IS: Final = re.compile(r"(?<!\w)e['’`´](?=\s)")
_APOSTROPHE: Final = re.compile(r"(?<=[aeiouàèéìòù])['’`´](?=[\s.,;:!?]|$)", re.IGNORECASE)


class Spelling:
    """The accents of one language. Raises nothing: when the dictionary does not answer, words stay as they are."""

    def __init__(self, analyser: Command, language: str, patience: float) -> None:
        self._analyser = analyser
        self._language = language
        self._patience = patience
        self._known: dict[str, str] = {}  # plain word to the word that is meant
        self._pipeline: Pipeline | None = None

    def restore(self, sentences: Sequence[str]) -> list[str]:
        """The sentences with their accents."""
        if self._language not in _LETTERS:
            return list(sentences)
        prepared = [_typed_with_apostrophes(text) if self._language == "it" else text for text in sentences]
        words = [{word.lower() for word in _WORD.findall(text)} for text in prepared]
        new = set().union(*words) - self._known.keys()
        self._learn(sorted(word for word in new if _SHORTEST <= len(word) <= _LONGEST))
        misspelt = {word for word in set().union(*words) if self._known.get(word, word) != word}
        return [
            text if of_text.isdisjoint(misspelt) else _WORD.sub(self._spelt, text)
            for text, of_text in zip(prepared, words, strict=True)
        ]

    def close(self) -> None:
        """Ends the dictionary's process; the next restoring starts it again."""
        if self._pipeline is not None:
            self._pipeline.close()
            self._pipeline = None

    def _spelt(self, match: re.Match[str]) -> str:
        word = match.group()
        meant = self._known.get(word.lower(), word)
        # Within a sentence a capital begins a name, which is written as its bearer writes it.
        is_name = word[0].isupper() and not word.isupper() and match.start() > 0
        if meant == word.lower() or is_name:
            return word
        return meant.upper() if word.isupper() else _cased(word, meant)

    def _learn(self, words: Sequence[str]) -> None:
        if len(self._known) > _REMEMBERED:
            self._known.clear()
        unknown = [word for word, is_known in self._asked(words).items() if not is_known]
        variants = {word: list(self._variants(word)) for word in unknown}
        spellings = self._asked(sorted({variant for of_word in variants.values() for variant in of_word}))
        for word in words:
            self._known[word] = next((one for one in variants.get(word, ()) if spellings.get(one)), word)

    def _asked(self, words: Sequence[str]) -> dict[str, bool]:
        """Whether the dictionary knows each word; without those that it did not answer to."""
        if not words:
            return {}
        try:
            self._pipeline = self._pipeline or Pipeline([self._analyser])
        except OSError:  # the same will stop the translation, which says so
            return {}
        answers = list(self._pipeline.run([word.encode() for word in words], self._patience))
        if len(answers) < len(words):
            self.close()
        # An answer is ^word/analysis$, or ^word/*word$ for an unknown one.
        read = zip(words, answers, strict=False)
        return {word: b"/*" not in answer for word, answer in read if answer.startswith(b"^")}

    def _variants(self, word: str) -> Iterator[str]:
        """Spellings with accents, those with the fewest first."""
        if "œ" in word:
            yield word.replace("œ", "oe")
        letters = _LETTERS[self._language]
        places = [index for index, letter in enumerate(word) if letter in letters]
        if self._language == "it":
            places = places[-1:] if places and places[-1] == len(word) - 1 else []
        changes = range(1, _MOST_CHANGES[self._language] + 1)
        chosen = itertools.chain.from_iterable(itertools.combinations(places, count) for count in changes)
        spelt = itertools.chain.from_iterable(_replaced(word, places_, letters) for places_ in chosen)
        yield from itertools.islice(spelt, _MOST_VARIANTS)


def _typed_with_apostrophes(text: str) -> str:
    return _APOSTROPHE.sub("", _IS.sub("è", text))


def _replaced(word: str, places: Iterable[int], letters: dict[str, str]) -> Iterator[str]:
    places = tuple(places)
    for accents in itertools.product(*(letters[word[place]] for place in places)):
        spelt = list(word)
        for place, accent in zip(places, accents, strict=True):
            spelt[place] = accent
        yield "".join(spelt)


def _cased(model: str, word: str) -> str:
    return word[:1].upper() + word[1:] if model[:1].isupper() else word
