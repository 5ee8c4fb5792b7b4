"""One text prepared for reading in several languages: words once, and per language its findings and their scopes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import Final, Literal

from service.understanding.knowledge import ENGLISH, matcher
from service.understanding.matching import Match, Scan, Span
from service.understanding.negation import Scopes, Standing
from service.understanding.numerals import mark_numbers
from service.understanding.reading import Evidence, Source
from service.understanding.words import Words, split
from translations.languages import find as find_language

Loan = Literal["same script", "other script"]

_LOANED_FACTS: Final = ("lab.", "wish.", "intent.", "countries")
_LOANED_LETTERS: Final = 4


class Leaf:
    """The text as one language sees it. A `loan` leaf is English in a text of another language."""

    def __init__(self, language: str, words: Words, loan: Loan | None = None) -> None:
        self.language = language
        self.loan = loan
        self.scan = Scan(matcher(language), words)
        if loan is None:
            mark_numbers(self.scan)

    @cached_property
    def red_flags(self) -> list[Match]:
        return self._find("red-flags")

    @cached_property
    def conditions(self) -> list[Match]:
        return self._find("conditions")

    @cached_property
    def facts(self) -> dict[str, list[Match]]:
        """The cues that tell facts, intents and wishes, by section."""
        found: dict[str, list[Match]] = {}
        for match in self._find("facts"):
            if self.loan is None or match.section.startswith(_LOANED_FACTS):
                found.setdefault(match.section, []).append(match)
        return found

    @cached_property
    def flag_scopes(self) -> Scopes:
        return Scopes(self.scan, self.red_flags)

    @cached_property
    def condition_scopes(self) -> Scopes:
        return Scopes(self.scan, self.conditions)

    def _find(self, kind: str) -> list[Match]:
        found = self.scan.find(kind)
        if self.loan is None:
            return found
        return [match for match in found if self._is_loaned(match)]

    def _is_loaned(self, match: Match) -> bool:
        """Among words of the same script, short or scattered ones are hardly English: "ich will die Kosten wissen"."""
        if self.loan == "other script":
            return True
        return not match.pattern.gapped and all(
            self._looks_english(index) for span in match.spans for index in range(*span)
        )

    def _looks_english(self, index: int) -> bool:
        words = self.scan.words
        start, end = words.source_span(index, index + 1)
        return len(words.words[index]) >= _LOANED_LETTERS or words.levelled.source[start:end].isupper()


class Page:
    """A text, and the languages it may be in, likeliest first; English is always among them, for its loanwords."""

    def __init__(self, text: str, languages: Sequence[str], source: Source = "original") -> None:
        self.text = text
        self.source: Source = source
        self.words = split(text)
        self.leaves = [Leaf(language, self.words) for language in dict.fromkeys(languages)]
        if ENGLISH not in languages:
            self.leaves.append(Leaf(ENGLISH, self.words, _loan(languages)))

    def standing_of_flag(self, leaf: Leaf, match: Match) -> Standing:
        return self._scoped(leaf).flag_scopes.standing(match)

    def standing_of_condition(self, leaf: Leaf, match: Match) -> Standing:
        return self._scoped(leaf).condition_scopes.standing(match)

    def _scoped(self, leaf: Leaf) -> Leaf:
        """A loanword is denied in the language around it."""
        return self.leaves[0] if leaf.loan else leaf

    def evidence(self, match: Match) -> Iterator[Evidence]:
        """The words of a match, as the patient wrote them."""
        for span in match.spans:
            yield self.quote(span)

    def quote(self, span: Span) -> Evidence:
        start, end = self.words.source_span(*span)
        return Evidence(self.text[start:end], start, end, self.source)


def _loan(languages: Sequence[str]) -> Loan | None:
    """How English may occur in a text of these languages; None if nothing is known of its language."""
    if not languages:
        return None
    first = find_language(languages[0])
    latin = languages[0].endswith("-Latn") or (first is not None and first.script == "Latn")
    return "same script" if latin else "other script"
