"""One text prepared for reading in several languages: words once, and per language its findings and their scopes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cached_property

from service.understanding.knowledge import ENGLISH, matcher
from service.understanding.matching import Match, Scan, Span
from service.understanding.negation import Scopes, Standing
from service.understanding.numerals import mark_numbers
from service.understanding.reading import Evidence, Source
from service.understanding.words import Words, split


class Leaf:
    """The text as one language sees it."""

    def __init__(self, language: str, words: Words) -> None:
        self.language = language
        self.scan = Scan(matcher(language), words)
        mark_numbers(self.scan)

    @cached_property
    def red_flags(self) -> list[Match]:
        return self.scan.find("red-flags")

    @cached_property
    def conditions(self) -> list[Match]:
        return self.scan.find("conditions")

    @cached_property
    def facts(self) -> dict[str, list[Match]]:
        """The cues that tell facts, intents and wishes, by section."""
        found: dict[str, list[Match]] = {}
        for match in self.scan.find("facts"):
            found.setdefault(match.section, []).append(match)
        return found

    @cached_property
    def flag_scopes(self) -> Scopes:
        return Scopes(self.scan, self.red_flags)

    @cached_property
    def condition_scopes(self) -> Scopes:
        return Scopes(self.scan, self.conditions)


class Page:
    """A text, and the languages it may be in, likeliest first; English is always among them, for its loanwords."""

    def __init__(self, text: str, languages: Sequence[str], source: Source = "original") -> None:
        self.text = text
        self.source: Source = source
        self.words = split(text)
        self.leaves = [Leaf(language, self.words) for language in dict.fromkeys((*languages, ENGLISH))]

    def standing_of_flag(self, leaf: Leaf, match: Match) -> Standing:
        return _together(leaf.flag_scopes.standing(match), self.leaves[0].flag_scopes.standing(match), leaf, self)

    def standing_of_condition(self, leaf: Leaf, match: Match) -> Standing:
        first = self.leaves[0].condition_scopes
        return _together(leaf.condition_scopes.standing(match), first.standing(match), leaf, self)

    def evidence(self, match: Match) -> Iterator[Evidence]:
        """The words of a match, as the patient wrote them."""
        for span in match.spans:
            yield self.quote(span)

    def quote(self, span: Span) -> Evidence:
        start, end = self.words.source_span(*span)
        return Evidence(self.text[start:end], start, end, self.source)


def _together(own: Standing, first: Standing, leaf: Leaf, page: Page) -> Standing:
    """A loanword is denied in the language around it: the cues of the likeliest language count as well."""
    if leaf is page.leaves[0]:
        return own
    return Standing(
        own.negated or first.negated,
        own.past or first.past,
        own.long_standing or first.long_standing,
        own.family or first.family,
        own.uncertain or first.uncertain,
    )
