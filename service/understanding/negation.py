"""Says how a finding stands in its clause: denied, over, long-standing, in the family, uncertain, or going on."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Collection, Iterable, Iterator, Sequence
from functools import cache
from itertools import chain
from operator import attrgetter
from typing import Final, NamedTuple

from service.understanding import concepts
from service.understanding.clauses import Clauses
from service.understanding.compiled import known_concepts
from service.understanding.knowledge import JoiningWords, joining_words
from service.understanding.knowledge_files import RELATIONS
from service.understanding.once import once
from service.understanding.terms.matches import Match, Span, own_words
from service.understanding.terms.matching import Scan
from service.understanding.text.normalise import JOINT
from service.understanding.text.turns import TURN
from service.understanding.text.words import Words

_DENIES_AHEAD: Final = 8
_DENIES_BACK: Final = 5
_CLEARS_BACK: Final = 5
_LONGEST_CUE: Final = 8
_BARE_NAME: Final = 2
_TIME_REACH: Final = 20
_HAN_FACTOR: Final = 2
"""A Chinese word has about two characters."""
_ADDRESSED: Final = 3
"""With so many more words an answer may be given to somebody: "no, doctor", "never in my life"."""
_SAID_WITH_NO: Final = (
    *("doctor", "nurse", "mother", "father", "husband", "wife", "son", "daughter", "child", "brother", "sister"),
    *("grandmother", "grandfather", "aunt-uncle", "friend", "i-me", "you", "we-us", "life", "no", "nothing", "nobody"),
    *("never", "all", "thanks", "god", "sorry", "sure", "still", "anymore", "now", "today", "yes"),
)
_SIGNED_WORDS: Final = 2
_SHORT: Final = 2
_LABEL: Final = 8
"""The label of a field in a form has no more words."""
_LISTED_WORDS: Final = 4
"""A denied list may name this many things that we do not know before an "or"."""
_LONG_MONTHS: Final = 2
_LONGEST_YEARS: Final = 30
"""More years than that are an age, even where no word says so."""
_PARTING: Final = re.compile(r",| [/|·•'] ")
_DENYING: Final = frozenset(
    (
        *("negation.before", "negation.after", "negation.beside", "negation.list"),
        *("answer.no", "cleared.before", "cleared.after", "cleared.beside"),
    )
)
_PEOPLE: Final = frozenset(f"who.{relation}" for relation in RELATIONS if relation not in ("self", "patient"))


class Standing(NamedTuple):
    """What the clause of a finding says about it."""

    negated: bool = False
    past: bool = False
    long_standing: bool = False
    family: bool = False
    uncertain: bool = False
    cleared: bool = False


_PLAIN: Final = Standing()
_DENIED: Final = Standing(negated=True)
_SIGN_OF_NO: Final = re.compile(r"[?:]? ?(?:\( ?' ?\)|×)|: ?' ?(?:[,;/|\n]|$)")
"""A sign right behind a finding that says no, levelled: "fever (-)", "fever: -", "发烧？×"."""


class _Cue(NamedTuple):
    """From which word to which a cue stands."""

    start: int
    end: int


class Scopes:
    """The cues of one text in one language, and what they reach.

    `findings` are everything found in the text, English loanwords among them: their own negation words deny nothing
    else, and a list of them may lie between a cue and what it speaks of.
    """

    _past: Sequence[_Cue] = ()
    _long: Sequence[_Cue] = ()
    _family: Sequence[_Cue] = ()
    _uncertain: Sequence[_Cue] = ()
    _before: Sequence[_Cue] = ()
    _after: Sequence[_Cue] = ()
    _cleared: tuple[Sequence[_Cue], Sequence[_Cue]] = ((), ())
    _clearing: tuple[Sequence[_Cue], Sequence[_Cue]] = ((), ())
    _beside: Collection[int] = ()
    _denied: Collection[int] = ()
    _closed: Sequence[Span] = ()
    _answered: Collection[int] = ()

    def __init__(self, clauses: Clauses, findings: Sequence[Match]) -> None:
        self.clauses = clauses
        self._findings = findings
        self._words = clauses.scan.words
        self._numbers = clauses.numbers
        if clauses.has_cues:
            self._sort_cues()

    def _sort_cues(self) -> None:
        """Which cues say what; those whose words belong to something else say nothing."""
        cues = self.clauses.cues
        spent = _spent_words(self._findings, self.clauses.words_of_cues) | self._no_joiners
        self._past = _cues(cues("past"), spent, whole=True)
        self._long = _cues(_long_standing(self.clauses), spent, whole=True)
        self._family = _cues(cues("family-history"), set())
        self._uncertain = _cues(cues("uncertain"), spent)
        if self.clauses.has_any(_DENYING):
            self._sort_denials(spent)
            self._answered = self._answers(cues("answer.no"))

    @once
    def _joining(self) -> JoiningWords:
        return joining_words(self.clauses.scan.matcher.language)

    @once
    def _no_joiners(self) -> set[int]:
        return _words_of(self.clauses.cues("negation.not")) | self.clauses.scan.put_right

    @once
    def _turns(self) -> set[int]:
        return _words_of(self.clauses.cues("clause"))

    @once
    def _found(self) -> set[int]:
        """The words of all findings; of one that joins words of two clauses, no more than these."""
        whole: list[Match] = []
        bridges: list[Match] = []
        for match in self._findings:
            (bridges if self.clauses.crosses(match) else whole).append(match)
        return _words_of(whole) | _spent_words(bridges, _words_of(bridges))

    @once
    def _listable(self) -> set[int]:
        return self._found - self._turns

    @once
    def _named(self) -> set[int]:
        return _words_of(match for match in self._findings if not match.pattern.entry.term.weak)

    def _sort_denials(self, spent: set[int]) -> None:
        """What denies, what clears, and what merely takes back the other: "not normal" does neither."""
        cues = self.clauses.cues
        before, after = _cues(cues("negation.before"), spent), _cues(cues("negation.after"), spent)
        asking = {cue.start for cue in cues("answer.no") if "?" in self._words.gaps[cue.end]}  # "…, no?"
        after = [cue for cue in after if cue.start not in asking]
        both_ways = {index for cue in before for index in range(cue.start, cue.end)}
        behind = [cue for cue in after if cue.start not in both_ways]
        denied = _words_of((*cues("negation.before"), *cues("negation.after")))
        taken = spent & denied | self._no_joiners
        ahead = [cue for cue in _cues(cues("cleared.before"), taken) if not self._is_closed(cue)]
        cleared = ahead, _cues(cues("cleared.after"), taken)
        clears_ahead = {index for cue in cleared[0] for index in range(cue.start, cue.end)}
        pairs = _adjacent([*before, *after], cleared[1]) | _adjacent(cleared[1], behind)
        self._before = [cue for cue in before if cue not in pairs and not self._is_closed(cue)]
        self._after = [cue for cue in after if cue not in pairs and (cue in behind or not self._has_finding_after(cue))]
        self._cleared = (
            cleared[0],
            [
                cue
                for cue in cleared[1]
                if cue not in pairs and (cue.start not in clears_ahead or not self._has_finding_after(cue))
            ],
        )

        # What ends, or begins, with a finding of its own speaks of that: "not piles" clears no fissure beside it.
        self._beside = self._words_behind(_cues(cues("cleared.beside"), taken))
        self._denied = self._words_behind(_cues(cues("negation.beside"), spent))
        closing = (cue for cue in cues("negation.list") if self._is_apart(self._end_of_cues(cue.end)))
        self._closed = [self._list_before(cue.start) for cue in closing]
        self._clearing = (
            [cue for cue in self._cleared[0] if cue.end - 1 not in self._found],
            [cue for cue in self._cleared[1] if cue.start not in self._found],
        )

    def _words_behind(self, cues: Iterable[_Cue]) -> set[int]:
        return {cue.end for cue in cues if not self._words.gaps[cue.end].strip()}

    def _answers(self, cues: Iterable[Match]) -> frozenset[int]:
        """The words to which the text answers no: "diabetes: no", "asthma? Never.", "piles and hernia: none"."""
        answered: set[int] = set()
        denials = chain.from_iterable(map(self.clauses.cues, _DENYING))
        longest = {cue.start: cue.end for cue in sorted(denials, key=attrgetter("end"))}
        for cue in cues:
            before, place, end = self._words.gaps[cue.start], cue.start - 1, longest[cue.start]
            if place > 0 and place not in self._found and self._words.is_small(place):  # the 病 of 糖尿病
                place -= 1
            if "?" in before and self._ends_soon(end, _ADDRESSED if TURN in before else 0):
                answered.update(self._question_before(cue.start))
            elif ":" in before and self._is_apart(end):
                answered.update(self._label_before(cue.start))
            elif (place in self._found or place in self._asked) and "," not in before and self._is_apart(end):
                answered.add(place)
        return frozenset(answered)

    def _question_before(self, place: int) -> Iterator[int]:
        """The words of the clause that ends here: the question that is answered.

        In a chat it is a list if the clauses before it in its sentence find something, too ("fever, chest pain?"), even
        before a word or two that find nothing ("chest pain, fever?"), unless somebody speaks of themselves: "my chest
        hurts, dangerous?". Elsewhere a writer may tell of danger before they ask: "he cannot breathe, asthma?".
        """
        asked = place - 1
        first = self._words.sentence_start[asked]
        is_chat = TURN in self._words.gaps[place] and self._oneself.isdisjoint(range(first, place))
        while asked >= first:
            words = range(max(bisect_left(self._numbers, self._numbers[asked]), first), asked + 1)
            is_found, is_last = not self._found.isdisjoint(words), asked == place - 1
            if is_found or is_last:
                yield from words
            is_short = is_last and len(words) <= _SHORT * self._factor(words[0])
            if not is_chat or not (is_found or is_short):
                break
            asked = words[0] - 1

    def _label_before(self, place: int) -> Iterator[int]:
        """The words of a form's label that stands right before a colon: "Foot cold or suddenly blue: no".

        It is a few words without anybody who speaks of themselves; else, no more than what is found or listed there.
        """
        first, most = place - 1, _LABEL * self._factor(place - 1)
        while place - first <= most and not self._begins(first):
            first -= 1
        if place - first <= most and self._oneself.isdisjoint(range(first, place)):
            yield from range(first, place)
        elif place - 1 in self._found:
            yield place - 1
            while not self._begins(place - 1) and self._is_listed(place - 2):
                place -= 1
                yield place - 1

    def is_answered_no(self, match: Match) -> bool:
        """Whether a question that ends with a cue is answered no: "Is she breathing? No", "Breathing: no".

        Not so "is she breathing badly?", nor "cannot breathe: no": there, no is good news.
        """
        words, end = self._words, match.end
        if end < len(words) and words.words[end] in self._joining.asking:
            end += 1
        is_last = end == words.sentence_end[match.start] or self._begins(end)
        return is_last and match.end - 1 in self._answered and match.start not in self._denied_at_once

    @once
    def _denied_at_once(self) -> set[int]:
        """The words right behind a denial, or within one: the "puede" of "no puede"."""
        denied: set[int] = set()
        for cue in chain.from_iterable(map(self.clauses.cues, ("negation.before", "negation.not", "negation.beside"))):
            denied.update(range(cue.start + 1, cue.end))
            if not self._words.gaps[cue.end].strip():
                denied.add(cue.end)
        return denied

    @once
    def _asked(self) -> set[int]:
        """The words of questions on the answer to which much depends."""
        return _words_of(self.clauses.cues("asked"))

    @once
    def _oneself(self) -> set[int]:
        """The words by which writers speak of themselves."""
        return _words_of(match for match in self.clauses.scan.find("facts") if match.section == "who.self")

    def _ends_soon(self, place: int, most: int) -> bool:
        """Whether an answer ends here, or behind a few words that say no more: "no, doctor", "never in my life"."""
        for end in range(place, min(place + most, len(self._words)) + 1):
            if self._is_apart(end):
                return True
            if end not in self._empty:
                return False
        return False

    @once
    def _empty(self) -> set[int]:
        """The words behind "no" that only address somebody, or say it once more; few texts ask for them."""
        ideas = known_concepts().of(self._words, self.clauses.scan.matcher.language)
        return {place for idea, place in ideas if idea in _said_with_no()} - self._found

    def _is_apart(self, place: int) -> bool:
        """Whether an answer ends here: no word goes on from it, and no question mark asks for one."""
        gap = self._words.gaps[place]
        if "?" in gap:
            return False
        is_pause = gap.strip(" ") != "" or (gap != "" and self._words.is_small(place - 1))
        return place == len(self._words) or (gap != JOINT and is_pause)

    def _begins(self, place: int) -> bool:
        """Whether a clause begins with this word; between Chinese characters a space is enough of a pause."""
        return (
            place == 0
            or self._numbers[place - 1] != self._numbers[place]
            or (self._words.gaps[place] != "" and self._words.is_small(place))
        )

    def _is_listed(self, place: int) -> bool:
        return place in self._found or self._joins(place)

    def _is_closed(self, cue: _Cue) -> bool:
        """ "Diabetes no, hernia yes": a comma behind a denial shows that it speaks of what stood before.

        So does what parts the fields of a form ("pain: no / fever: yes"), and a colon, if something stands right before
        it: "a tumour excluded: the lens is clouded". A cue that holds what it speaks of is never closed: "they looked
        for piles, it is a fissure".
        """
        if cue.end == len(self._words) or not self._found.isdisjoint(range(cue.start, cue.end)):
            return False
        gap = self._words.gaps[cue.end]
        return _PARTING.search(gap) is not None or (
            ":" in gap and cue.start - 1 in self._found and not self._begins(cue.start)
        )

    def _has_finding_after(self, cue: _Cue) -> bool:
        """Words that deny both ways ("pain: no", "no pain") deny what follows them, if anything does."""
        clause = self._numbers[cue.start]
        rest = range(cue.end, min(cue.end + _DENIES_AHEAD, len(self._numbers)))
        return any(index in self._found and self._numbers[index] == clause for index in rest)

    def standing(self, match: Match, *, current: bool, acute: bool, sudden: bool) -> Standing:
        """How a finding stands by the cues of this language, if its clause tells that it goes on, or how it began."""
        return Standing(
            negated=self.is_negated(match),
            past=not current and self.is_past(match, told_before=sudden),
            long_standing=not (acute or sudden) and self.is_long_standing(match),
            family=not current and self.is_in_family(match),
            uncertain=self.is_uncertain(match),
            cleared=self.is_cleared(match),
        )

    def is_past(self, match: Match, *, told_before: bool = False) -> bool:
        """Whether a cue says that it is over; with `told_before`, one that stands before it."""
        return self._is_near(self._past, match, only_before=told_before)

    def is_long_standing(self, match: Match) -> bool:
        return self._is_near(self._long, match)

    def is_in_family(self, match: Match) -> bool:
        heading = self._family_headings.get(self._words.sentence_start[match.start], match.end)
        return heading <= match.start or self._is_near(self._family, match)

    @once
    def _family_headings(self) -> dict[int, int]:
        """Where, by the beginning of a sentence, its first such heading ends: "Family history: father had MI"."""
        words = self._words
        headings = (cue for cue in reversed(self._family) if ":" in words.gaps[cue.end])
        return {words.sentence_start[cue.start]: cue.end for cue in headings}

    def is_uncertain(self, match: Match) -> bool:
        return self._is_near(self._uncertain, match)

    def is_negated(self, match: Match) -> bool:
        if self._answered and any(end - 1 in self._answered for _, end in match.spans):
            return True
        if self._denied and any(self._holds_denied(match, span) for span in match.spans):
            return True
        if any(first <= start < end for first, end in self._closed for start, _ in match.spans):
            return True
        return self._is_taken_back(match, (self._before, self._after), _DENIES_BACK)

    def _end_of_cues(self, place: int) -> int:
        """Where words of cues end that go on from here without a pause: the "yok" of "hiçbiri yok"."""
        while place in self.clauses.words_of_cues and not self._is_apart(place):
            place += 1
        return place

    def _list_before(self, place: int) -> Span:
        """ "Chest pain, fainting, fever: none of these": what the sentence tells before, or since its last "but"."""
        first = self._words.sentence_start[place]
        return max((turn + 1 for turn in self._turns if first <= turn < place), default=first), place

    @property
    def words_in_denied_lists(self) -> set[int]:
        return {word for span in self._closed for word in range(*span)}

    def _holds_denied(self, match: Match, span: Span) -> bool:
        """Whether a denial stands right before one of the words of a finding: "в грудях не болить", "大便也不黑"."""
        return any(
            span[0] <= place < span[1] and (place == span[0] or match.has_own_word((place, place + 1)))
            for place in self._denied
        )

    def is_cleared(self, match: Match) -> bool:
        """Looked for and not found, or only thought of: "thyroid normal", "they said piles, it was not".

        A cue may hold the finding, too: "EEG normal" as a cue clears an EEG.
        """
        if self._beside and any(start in self._beside for start, _ in match.spans):
            return True
        return any(self._cleared) and (
            self._is_taken_back(match, self._clearing, _CLEARS_BACK)
            or any(
                cue.start < end and start < cue.end and (cue.start < start or end < cue.end)
                for start, end in match.spans
                for cues in self._cleared
                for cue in self._within(cues, start - _LONGEST_CUE, end)
            )
        )

    def _is_taken_back(self, match: Match, both: tuple[Sequence[_Cue], Sequence[_Cue]], reach_back: int) -> bool:
        """Whether one part of a finding is denied from ahead, from behind, or between its own words."""
        return any(both) and any(
            self._is_denied_ahead(span, both[0])
            or self._is_denied_behind(match, span, both[1], reach_back)
            or self._is_denied_within(match, span, both)
            for span in match.spans
        )

    def _is_denied_ahead(self, span: Span, cues: Sequence[_Cue]) -> bool:
        near = self._within(cues, span[0] - _DENIES_AHEAD * self._factor(span[0]), span[0])
        ahead = (cue for cue in near if cue.end <= span[0] and self._reaches((cue.end, span[0]), listed=True))
        return any(not self._names_somebody(cue, span) for cue in ahead)

    def _names_somebody(self, cue: _Cue, span: Span) -> bool:
        """ "Can you not answer my father is choking": who is named behind a denial begins a sentence of their own."""
        return any(cue.end <= start < span[0] for start in self._people)

    @once
    def _people(self) -> list[int]:
        """Where the text names somebody: the patient, most likely, by their relation to the writer."""
        return [match.start for match in self.clauses.scan.find("facts") if match.section in _PEOPLE]

    def _is_denied_behind(self, match: Match, span: Span, cues: Sequence[_Cue], reach: int) -> bool:
        near = self._within(cues, span[1], span[1] + reach * self._factor(span[0]))
        return any(
            self._reaches((span[1], cue.start), listed=False) and self._is_one_list(match, span, cue.start)
            for cue in near
        )

    def _is_one_list(self, match: Match, span: Span, cue: int) -> bool:
        """ "Ulcers in the colon, piles not": a denial behind a comma denies what stands before it only in a list.

        That is, where "or" or "and" joins it, or of two bare names: in "a hernia, tests negative" it is the tests.
        """
        if not self._crosses_clause(span[1], cue) or any(map(self._joins, range(span[1], cue))):
            return True
        between = range(span[1], cue)
        if (
            not match.pattern.entry.term.weak
            and self._named.isdisjoint(between)
            and not self._found.isdisjoint(between)
        ):
            return False
        most = _BARE_NAME * self._factor(span[0])
        return span[1] - span[0] <= most and cue - span[1] <= most

    def _is_denied_within(self, match: Match, span: Span, both: tuple[Sequence[_Cue], Sequence[_Cue]]) -> bool:
        """ "chest has no pain": a denial between the words of a term, unless the term itself holds it."""
        inside = (cue for cues in both for cue in self._within(cues, *span))
        return any(cue.end <= span[1] and not match.has_own_word((cue.start, cue.end)) for cue in inside)

    def _is_near(self, cues: Sequence[_Cue], match: Match, *, only_before: bool = False) -> bool:
        return bool(cues) and any(self._is_near_span(cues, span, only_before) for span in match.spans)

    def _is_near_span(self, cues: Sequence[_Cue], span: Span, only_before: bool) -> bool:
        reach = _TIME_REACH * self._factor(span[0])
        for cue in self._within(cues, span[0] - reach, span[0] if only_before else span[1] + reach):
            between = (cue.end, span[0]) if cue.start < span[0] else (span[1], cue.start)
            if between[0] > between[1] or self._reaches(between, listed=False):
                return True
        return False

    def _within(self, cues: Sequence[_Cue], first: int, end: int) -> Sequence[_Cue]:
        """The cues that begin in a stretch of words."""
        return cues[bisect_left(cues, (first,)) : bisect_left(cues, (end,))]

    def _reaches(self, between: Span, *, listed: bool) -> bool:
        """Whether a cue at one end of a stretch of words speaks of the finding at the other end.

        It does within one clause; past an "and" or a comma only over other findings ("no chest pain, cough"), or,
        for a denial, along a list that an "or" goes on with.
        """
        first, end = between
        crossed = self._crosses_clause(first, end)
        words = range(first, end)
        if not crossed and not any(self._is_and(index) for index in words):
            return True
        if self._words.sentence_start[max(first - 1, 0)] != self._words.sentence_start[min(end, len(self._words) - 1)]:
            return False
        if listed and crossed and self._has_ended(first, end):
            return False
        unknown = sum(index not in self._listable and not self._joins(index) for index in words)
        most = _LISTED_WORDS * self._factor(max(first - 1, 0))
        return unknown == 0 or (listed and unknown <= most and self._goes_on_with_or(first, end))

    def _crosses_clause(self, first: int, end: int) -> bool:
        return self._numbers[max(first - 1, 0)] != self._numbers[min(end, len(self._numbers) - 1)]

    def _goes_on_with_or(self, first: int, end: int) -> bool:
        """ "No fever, cough or chest pain": an "or" before the finding or soon after it, and no "and" or "but"."""
        if any(self._is_and(index) or index in self._turns for index in range(first, end)):
            return False
        return any(map(self._is_or, range(first, end))) or self._is_joined_behind(end)

    def _has_ended(self, first: int, end: int) -> bool:
        """ "No fever or cough, chest pain": what comes behind the last of a list is none of it."""
        last = self._numbers[min(end, len(self._numbers) - 1)]
        joined = [index for index in range(first, end) if self._joins(index)]
        return bool(joined) and self._numbers[joined[-1]] != last and not self._is_joined_behind(end)

    def _is_joined_behind(self, end: int) -> bool:
        limit = min(end + _LISTED_WORDS, self._words.sentence_end[min(end, len(self._words) - 1)])
        return any(map(self._is_or, range(end, limit)))

    def _joins(self, index: int) -> bool:
        return self._is_and(index) or self._is_or(index)

    def _is_or(self, index: int) -> bool:
        return self._is_joining(index, self._joining.either) and index not in self._no_joiners

    def _is_and(self, index: int) -> bool:
        return self._is_joining(index, self._joining.both)

    def _is_joining(self, index: int, joining: frozenset[str]) -> bool:
        if self._words.words[index] not in joining:
            return False
        if not self._joining.others:
            return True
        return self._words.spelling(index).casefold() not in self._joining.others

    def _factor(self, index: int) -> int:
        return _HAN_FACTOR if self._words.is_small(index) else 1


def standing(match: Match, scopes: Sequence[Scopes]) -> Standing:
    """How a finding stands by the cues of these languages, each looked for within its reach, in the finding's clause.

    Whatever any of them says counts. What goes on is neither over nor somebody else's, and what has just begun is not
    long-standing either; nor is what came suddenly, which is over only if that was said first: "in 2019 he suddenly …".
    """
    if scopes and any(_is_signed_off(scopes[0].clauses.scan.words, span) for span in match.spans):
        return _DENIED
    speaking = [scope for scope in scopes if scope.clauses.has_cues]
    if not speaking:
        return _PLAIN
    current = any(scope.clauses.is_current(match) for scope in speaking)
    acute = any(scope.clauses.is_acute(match) for scope in speaking)
    sudden = any(scope.clauses.is_sudden(match) for scope in speaking)
    said = [scope.standing(match, current=current, acute=acute, sudden=sudden) for scope in speaking]
    return said[0] if len(said) == 1 else Standing(*map(any, zip(*said, strict=True)))


def _is_signed_off(words: Words, span: Span) -> bool:
    """Whether a sign right behind a finding, or behind the rest of its phrase, says no."""
    for place in range(span[0] + 1, min(span[1] + _SIGNED_WORDS, len(words)) + 1):
        if _SIGN_OF_NO.match(words.gaps[place]):
            return True
        if place >= span[1] and words.gaps[place].strip():
            return False
    return False


@cache
def _said_with_no() -> frozenset[int]:
    """The ideas of what is said beside "no" and changes nothing."""
    return frozenset(map(concepts.codes().index, _SAID_WITH_NO))


def _adjacent(first: Iterable[_Cue], second: Iterable[_Cue]) -> set[_Cue]:
    """The cues of both that stand right beside each other, one of `first` before one of `second`."""
    starts = {cue.start: cue for cue in second}
    return {one for cue in first if cue.end in starts for one in (cue, starts[cue.end])}


def _cues(matches: Sequence[Match], spent: set[int], *, whole: bool = False) -> list[_Cue]:
    """The cues whose words do not already belong to something else, in order.

    With `whole`, a cue is spent only if all its words are: "lost … six years ago" beside "lost consciousness".
    """
    if not spent:
        return [_Cue(match.start, match.end) for match in matches]
    free = (lambda words: not spent.issuperset(words)) if whole else spent.isdisjoint
    return [_Cue(match.start, match.end) for match in matches if free(match.words())]


def _words_of(matches: Iterable[Match]) -> set[int]:
    return {index for match in matches for index in own_words(match)}


def _spent_words(findings: Iterable[Match], among: set[int]) -> set[int]:
    """Those of some words that findings are made of, without what merely stands in their gaps."""
    return {
        index
        for match in findings
        for span in match.spans
        for index in among.intersection(range(*span))
        if not match.pattern.gapped or match.has_own_word((index, index + 1))
    }


def _long_standing(clauses: Clauses) -> Sequence[Match]:
    """What says so; also durations of a year or more, or of more than a month or so. "62 years" is an age."""
    said, scan = clauses.cues("long-standing"), clauses.scan
    counted = [("years", match) for match in clauses.cues("duration.years")]
    counted += [("months", match) for match in clauses.cues("duration.months")]
    if not counted:
        return said
    ages = _words_of(match for match in scan.find("facts") if match.section.startswith("age."))
    durations = [match for unit, match in counted if _is_long(scan, unit, match, ages)]
    return sorted((*said, *durations), key=lambda match: match.start)


def _is_long(scan: Scan, unit: str, match: Match, ages: set[int]) -> bool:
    place = scan.number_place(match)
    if place is None:  # "for months"
        return True
    value = scan.numbers[place][1]
    return place not in ages and (value <= _LONGEST_YEARS if unit == "years" else value >= _LONG_MONTHS)
