"""One text prepared for reading in several languages: words once, and per language its findings and their scopes."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence, Set
from functools import partial
from typing import Final

from service.understanding.arabizi import ARABIC, ArabicWords, as_arabic
from service.understanding.clauses import Clauses
from service.understanding.compiled import known_concepts
from service.understanding.concepts import Stands, distancing
from service.understanding.knowledge import ENGLISH, distancing_cues, matcher
from service.understanding.languages import ROMANISED, Loan, is_romanised, is_written_in_latin, loan
from service.understanding.money import Money, find_amounts
from service.understanding.negation import Scopes, Standing, standing
from service.understanding.ngrams import Places, pieces
from service.understanding.numerals import mark_numbers
from service.understanding.once import once
from service.understanding.pauses import with_pauses
from service.understanding.reading import Evidence, Source
from service.understanding.shorthand import written_out
from service.understanding.terms.matches import Match, Span, is_any_within, without_idioms, words_of
from service.understanding.terms.matching import Scan
from service.understanding.text.boxes import ticked
from service.understanding.text.quotes import own
from service.understanding.text.turns import spoken
from service.understanding.text.words import split

_LOANED_FACTS: Final = ("lab.", "wish.", "intent.", "countries")
_LOANED_LETTERS: Final = 4
_AS_LIKELY: Final = 0.9
"""A language that knows so many of the words that the likeliest one knows may be the right one."""
_NEARLY_AS_LIKELY: Final = 0.75
_SUPPOSED: Final = "supposed"
_YEAR: Final = re.compile("(?:19|20)[0-9]{2}")
_MOST_LANGUAGES: Final = 6
"""A text is read in no more: of a few words in Latin letters that tell no language, in those that know most of them."""


class Leaf:
    """The text as one language sees it. A `loan` leaf is English in a text of another language.

    `lender` is the leaf whose loanwords this one denies and dates with its own words.
    """

    def __init__(
        self,
        language: str,
        scan: Scan,
        loan: Loan | None = None,
        lender: Leaf | None = None,
    ) -> None:
        self.language = language
        self.loan = loan
        self.scan = scan
        self._lender = lender
        self._leading: Scan | None = None
        if loan in (None, "mixed"):
            mark_numbers(self.scan)

    def follow(self, leading: Scan) -> None:
        """Makes another language the leading one, whose idioms count here, too."""
        self._leading = leading

    @property
    def is_always_likely(self) -> bool:
        """Whether the text holds words of this language whatever else it holds: loanwords, Arabic in Latin letters."""
        return self.language == ENGLISH or isinstance(self.scan.words, ArabicWords)

    @once
    def red_flags(self) -> list[Match]:
        return self._find("red-flags")

    @once
    def conditions(self) -> list[Match]:
        return self._find("conditions")

    @once
    def facts(self) -> dict[str, list[Match]]:
        """The cues that tell facts, intents and wishes, by section."""
        found: dict[str, list[Match]] = {}
        for match in self._find("facts"):
            if self.loan in (None, "mixed") or match.section.startswith(_LOANED_FACTS):
                found.setdefault(match.section, []).append(match)
        return found

    @once
    def clauses(self) -> Clauses:
        return Clauses(self.scan)

    @property
    def words_in_denied_lists(self) -> Set[int]:
        """The words of lists that a phrase behind them denies as a whole; few texts have one."""
        is_closed = any(match.section == "negation.list" for match in self.scan.find("scope"))
        return self.flag_scopes.words_in_denied_lists if is_closed else frozenset()

    @once
    def flag_scopes(self) -> Scopes:
        return Scopes(self.clauses, [*self.red_flags, *(self._lender.red_flags if self._lender else ())])

    @once
    def condition_scopes(self) -> Scopes:
        return Scopes(self.clauses, [*self.conditions, *(self._lender.conditions if self._lender else ())])

    def _find(self, kind: str) -> list[Match]:
        """What stands in the text, without what an idiom of the leading language takes back: it knows its own."""
        found = self.scan.find(kind)
        if found and self._leading is not None:
            found = without_idioms(found, self._leading.idioms(kind))
        return found if self.loan is None else [match for match in found if self._is_loaned(match)]

    def _is_loaned(self, match: Match) -> bool:
        """Among words of the same script, short or scattered ones are hardly English: "ich will die Kosten wissen".

        Where English is spoken, too, a short word is English beside a longer one.
        """
        if self.loan == "other script":
            return True
        if self.loan == "mixed":
            return all(any(map(self._looks_english, range(*span))) for span in match.spans)
        return not match.pattern.gapped and all(all(map(self._looks_english, range(*span))) for span in match.spans)

    def _looks_english(self, index: int) -> bool:
        words = self.scan.words
        start, end = words.source_span(index, index + 1)
        return len(words.words[index]) >= _LOANED_LETTERS or words.levelled.source[start:end].isupper()


class Page:
    """A text, and the languages it may be in, likeliest first; English is always among them, for its loanwords."""

    def __init__(self, text: str, languages: Sequence[str], source: Source = "original") -> None:
        self.text = text
        self.own_text = ticked(spoken(own(text)))
        """The text with spaces in place of what is not the writer's: quoted mails, what a form offers and they left."""
        self.source: Source = source
        leading = languages[0] if languages else ENGLISH
        self.words = with_pauses(written_out(split(self.own_text), leading), leading)
        self._pieces: dict[frozenset[int], Places] = {}
        self._scans: dict[str, Scan] = {}
        self.leaves = self._leaves(self._worth_reading(tuple(dict.fromkeys(languages))))
        for other in self.leaves[1:]:
            other.follow(self.leaves[0].scan)

    def _worth_reading(self, languages: tuple[str, ...]) -> tuple[str, ...]:
        if len(languages) <= _MOST_LANGUAGES:
            return languages
        known = {language: self._scan(language).known_words for language in languages}
        return tuple(sorted(languages, key=known.__getitem__, reverse=True)[:_MOST_LANGUAGES])

    def _scan(self, language: str) -> Scan:
        """The words of the text as one language knows them."""
        if language not in self._scans:
            self._scans[language] = Scan(matcher(language), self.words)
        return self._scans[language]

    def _leaves(self, languages: tuple[str, ...]) -> list[Leaf]:
        if languages[:1] in ((), (ENGLISH,)):
            return [Leaf(language, self._scan(language)) for language in languages or (ENGLISH,)]
        english = Leaf(ENGLISH, self._scan(ENGLISH), loan(languages))
        leading = Leaf(languages[0], self._scan(languages[0]), lender=english)
        return [leading, *self._other_leaves(languages), english]

    def _other_leaves(self, languages: tuple[str, ...]) -> Iterator[Leaf]:
        typed_in_latin = languages[0] == ARABIC + ROMANISED
        if typed_in_latin:
            yield Leaf(ARABIC, Scan(matcher(ARABIC), as_arabic(self.words)))
        for language in languages[1:]:
            if language != ENGLISH and not (typed_in_latin and language == ARABIC):
                yield Leaf(language, self._scan(language))

    @once
    def amounts(self) -> list[Money]:
        """The amounts of money; if there are any, also the large numbers without a currency."""
        leaves = [leaf for leaf in self.likely_leaves if leaf.loan in (None, "mixed")]
        return find_amounts(self.words, [leaf.scan.numbers for leaf in leaves], {leaf.language for leaf in leaves})

    def pieces(self, masked: frozenset[int] = frozenset()) -> Places:
        """What the statistical model weighs of the text, without the words that are masked."""
        if masked not in self._pieces:
            ideas = known_concepts().of(self.words, self._language_of_ideas, masked) if masked else self.ideas
            self._pieces[masked] = pieces(self.words, ideas, masked)
        return self._pieces[masked]

    @once
    def ideas(self) -> list[Stands]:
        """The ideas that its words stand for, whatever the language, in their order."""
        return known_concepts().of(self.words, self._language_of_ideas)

    def is_far(self, first: int, end: int) -> bool:
        """Whether one of these words speaks of a story, a plan, another year: of what keeps danger at a distance."""
        return is_any_within(self._far_places, first, end)

    def is_supposed(self, first: int, end: int) -> bool:
        """Whether one of these words begins a cue of what is imagined, feared, warned of or quoted."""
        return is_any_within(self._supposed_places, first, end)

    @once
    def _supposed_places(self) -> Sequence[int]:
        cues = (match for leaf in self.likely_leaves for match in leaf.scan.find("scope"))
        return sorted(match.start for match in cues if match.section == _SUPPOSED)

    @once
    def years(self) -> Sequence[int]:
        """The words that are years: 1987, 2019."""
        return [place for place, word in enumerate(self.words.words) if _YEAR.fullmatch(word)]

    @once
    def _far_places(self) -> Sequence[int]:
        """The words that do, in their order."""
        far, far_cues = distancing(), distancing_cues()
        cues = (match for leaf in self.likely_leaves for match in leaf.scan.find("scope"))
        told = words_of(match for match in cues if match.section in far_cues)
        places = {*(place for idea, place in self.ideas if idea in far), *self.years, *told}
        return sorted(places - self._words_of_ages) if places else ()

    @once
    def _words_of_ages(self) -> set[int]:
        """The years of an age are no other time."""
        found = (match for leaf in self.likely_leaves for match in leaf.scan.find("facts"))
        return words_of(match for match in found if match.section.startswith("age."))

    @once
    def _language_of_ideas(self) -> str:
        """The leading language; of a text that may be in many, the one that knows most of it."""
        languages = [leaf.language for leaf in self.leaves]
        if len(languages) < _MOST_LANGUAGES:
            return languages[0]
        return max(languages, key=partial(known_concepts().known, self.words))

    def standing_of_flag(self, leaf: Leaf, match: Match) -> Standing:
        return standing(match, [one.flag_scopes for one in self._around(leaf, match)])

    def is_acute(self, leaf: Leaf, match: Match) -> bool:
        """Whether the clause of a red flag says that it has just begun or goes on now."""
        return any(one.clauses.is_acute(match) for one in self._around(leaf, match))

    def is_sudden(self, leaf: Leaf, match: Match) -> bool:
        """Whether the clause of a red flag says that it came all at once, whenever that was."""
        return any(one.clauses.is_sudden(match) for one in self._around(leaf, match))

    def standing_of_condition(self, leaf: Leaf, match: Match) -> Standing:
        around = dict.fromkeys((*self._around(leaf, match), self.leaves[0]))
        return standing(match, [one.condition_scopes for one in around], returns=True)

    @once
    def likely_leaves(self) -> list[Leaf]:
        """The leading language's leaf, loanwords, and languages that are as likely as the leading one.

        Conditions are read in these alone. Red flags are looked for in every language that is worth a try, but in the
        others the leading language denies them, too.
        """
        return [leaf for leaf in self.leaves if leaf.is_always_likely or self._knows(leaf, _AS_LIKELY)]

    @once
    def flag_leaves(self) -> list[Leaf]:
        """All leaves, but for romanised languages that know few of the words: by chance, they know some of any text."""
        return [leaf for leaf in self.leaves if not is_romanised(leaf.language) or self._knows(leaf, _NEARLY_AS_LIKELY)]

    def _knows(self, leaf: Leaf, share: float) -> bool:
        return leaf is self.leaves[0] or leaf.scan.known_words >= share * self.leaves[0].scan.known_words

    def _around(self, leaf: Leaf, match: Match) -> list[Leaf]:
        """The leaves whose cues speak of a finding: a loanword is denied in the language around it, or in its own.

        Neighbouring languages find the same words: what the leading one finds, too, is subject to both.
        """
        leading = self.leaves[0]
        if leaf is leading:
            return [leaf] if is_written_in_latin(leaf.language) else [leaf, self.leaves[-1]]
        if leaf.language == ENGLISH:
            return [leading] if leaf.loan == "same script" else [leaf, leading]
        shared = leaf not in self.likely_leaves or any((match.section, word) in self._led for word in match.words())
        return [leaf, leading] if shared else [leaf]

    @once
    def _led(self) -> frozenset[tuple[str, int]]:
        """What the leading language finds, with each of its words."""
        found = (*self.leaves[0].red_flags, *self.leaves[0].conditions)
        return frozenset((match.section, word) for match in found for word in match.words())

    def evidence(self, match: Match) -> Iterator[Evidence]:
        """The words of a match, as the patient wrote them."""
        for span in match.spans:
            yield self.quote(span)

    def quote(self, span: Span) -> Evidence:
        start, end = self.words.source_span(*span)
        return Evidence(self.text[start:end], start, end, self.source)
