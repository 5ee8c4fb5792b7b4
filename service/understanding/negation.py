"""Says how a finding stands in its clause: denied, over, long-standing, in the family, uncertain, or going on."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable, Collection, Iterable, Sequence
from typing import Final, NamedTuple

from service.understanding.answers import DENYING, Answers, is_signed_off
from service.understanding.clauses import Clauses
from service.understanding.joints import Joints
from service.understanding.knowledge_files import RELATIONS
from service.understanding.once import once
from service.understanding.terms.matches import Match, Span, own_words, own_words_of, spent_words
from service.understanding.terms.matching import Scan

_DENIES_AHEAD: Final = 8
_DENIES_BACK: Final = 5
_CLEARS_BACK: Final = 5
_LONGEST_CUE: Final = 8
_BARE_NAME: Final = 2
_TIME_REACH: Final = 20
_LONG_MONTHS: Final = 2
_LONGEST_YEARS: Final = 30
"""More years than that are an age, even where no word says so."""
_PARTING: Final = re.compile(r",| [/|·•'] ")
_OTHERWISE: Final = ("past", *sorted(DENYING))
_SAID_WITH_IT: Final = 2
"""A clause that says no more than that something is back has no more words beside those that say so."""
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


class _Cue(NamedTuple):
    """From which word to which a cue stands."""

    start: int
    end: int


_Exception = Callable[[_Cue, Span], bool]
"""Whether a cue says nothing of what stands there, however near."""


class Scopes:
    """The cues of one text in one language, and what they reach.

    `findings` are everything found in the text, English loanwords among them: their own negation words deny nothing
    else, and a list of them may lie between a cue and what it speaks of (`joints.py`).
    """

    _past: Sequence[_Cue] = ()
    _long: Sequence[_Cue] = ()
    _family: Sequence[_Cue] = ()
    _uncertain: Sequence[_Cue] = ()
    _before: Sequence[_Cue] = ()
    _after: Sequence[_Cue] = ()
    _cleared: tuple[Sequence[_Cue], Sequence[_Cue]] = ((), ())
    _clearing: tuple[Sequence[_Cue], Sequence[_Cue]] = ((), ())
    _of_one: Collection[int] = ()
    _beside: Collection[int] = ()
    _denied: Collection[int] = ()
    _closed: Sequence[Span] = ()

    def __init__(self, clauses: Clauses, findings: Sequence[Match]) -> None:
        self.clauses = clauses
        self._joints = Joints(clauses, findings)
        self.answers = Answers(self._joints)
        self._findings = findings
        self._words = clauses.scan.words
        self._numbers = clauses.numbers
        if clauses.has_cues:
            self._sort_cues()

    def _sort_cues(self) -> None:
        """Which cues say what; those whose words belong to something else say nothing."""
        cues = self.clauses.cues
        said = spent_words(self._findings, self.clauses.words_of_cues)
        spent = said | self._joints.no_joiners
        self._past = _cues(cues("past"), spent, whole=True)
        self._long = _cues(_long_standing(self.clauses), spent, whole=True)
        self._family = _cues(cues("family-history"), set())
        self._uncertain = _cues(cues("uncertain"), spent)
        if self.clauses.has_any(DENYING):
            self._sort_denials(said, spent)

    def _sort_denials(self, said: set[int], spent: set[int]) -> None:
        """What denies, what clears, and what merely takes back the other: "not normal" does neither."""
        cues = self.clauses.cues
        before, after = _cues(cues("negation.before"), spent), _cues(cues("negation.after"), spent)
        asking = {cue.start for cue in cues("answer.no") if "?" in self._words.gaps[cue.end]}  # "…, no?"
        after = [cue for cue in after if cue.start not in asking]
        self._of_one = own_words_of(cues("negation.of-one"))
        both_ways = {index for cue in before for index in range(cue.start, cue.end)}
        behind = [cue for cue in after if cue.start not in both_ways]
        denied = own_words_of((*cues("negation.before"), *cues("negation.after")))
        taken = spent & denied | self._joints.no_joiners
        clearing = said & denied | self.clauses.scan.put_right
        before_it, behind_it = (self._longer(cues(section)) for section in ("cleared.before", "cleared.after"))
        cleared = [cue for cue in _cues(before_it, clearing) if not self._is_closed(cue)], _cues(behind_it, clearing)
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
        closing = (cue for cue in cues("negation.list") if self._joints.is_apart(self._end_of_cues(cue.end)))
        self._closed = [self._list_before(cue.start) for cue in closing]
        self._clearing = (
            [cue for cue in self._cleared[0] if cue.end - 1 not in self._joints.found],
            [cue for cue in self._cleared[1] if cue.start not in self._joints.found],
        )

    def _longer(self, cues: Sequence[Match]) -> list[Match]:
        """Those that are longer than any phrase in them that denies nothing: "no longer have" than "no longer"."""
        within = self._phrases
        return [cue for cue in cues if all(within.get(word, 0) < len(cue.words()) for word in cue.words())]

    @once
    def _phrases(self) -> dict[int, int]:
        """How long the longest phrase is that has a word of its own there and denies nothing."""
        longest = dict[int, int]()
        for phrase in self.clauses.cues("negation.not"):
            for word in own_words(phrase):
                longest[word] = max(longest.get(word, 0), len(phrase.words()))
        return longest

    def _words_behind(self, cues: Iterable[_Cue]) -> set[int]:
        return {cue.end for cue in cues if not self._words.gaps[cue.end].strip()}

    def _is_closed(self, cue: _Cue) -> bool:
        """ "Diabetes no, hernia yes": a comma behind a denial shows that it speaks of what stood before.

        So does what parts the fields of a form ("pain: no / fever: yes"), and a colon, if something stands right before
        it: "a tumour excluded: the lens is clouded". A cue that holds what it speaks of is never closed: "they looked
        for piles, it is a fissure".
        """
        if cue.end == len(self._words) or not self._joints.found.isdisjoint(range(cue.start, cue.end)):
            return False
        gap = self._words.gaps[cue.end]
        return _PARTING.search(gap) is not None or (
            ":" in gap and cue.start - 1 in self._joints.found and not self._joints.begins(cue.start)
        )

    def _has_finding_after(self, cue: _Cue) -> bool:
        """Words that deny both ways ("pain: no", "no pain") deny what follows them, if anything does."""
        clause = self._numbers[cue.start]
        rest = range(cue.end, min(cue.end + _DENIES_AHEAD, len(self._numbers)))
        return any(index in self._joints.found and self._numbers[index] == clause for index in rest)

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

    def is_back(self, match: Match) -> bool:
        """Whether the next clause of its sentence says only that it goes on: "treated in 2019, but it came back"."""
        return bool(self._clauses_of_return) and any(
            self._numbers[end - 1] + 1 in self._clauses_of_return
            and self._words.sentence_end[end - 1] > self.clauses.words(self._numbers[end - 1]).stop
            for _, end in match.spans
        )

    @once
    def _clauses_of_return(self) -> set[int]:
        """The clauses of a few words that find nothing, deny nothing, and say that something goes on."""
        cues = self.clauses.cues
        says_otherwise = {self._numbers[cue.start] for section in _OTHERWISE for cue in cues(section)}
        said = own_words_of((*cues("ongoing"), *cues("now"), *cues("clause")))
        found = set[int]()
        for clause in {self._numbers[cue.start] for cue in cues("ongoing")} - says_otherwise:
            words = self.clauses.words(clause)
            others = sum(word not in said for word in words)
            if others <= _SAID_WITH_IT * self._joints.factor(words[0]) and self._joints.found.isdisjoint(words):
                found.add(clause)
        return found

    def is_long_standing(self, match: Match) -> bool:
        return self._is_near(self._long, match)

    def is_in_family(self, match: Match) -> bool:
        heading = self._family_headings.get(self._words.sentence_start[match.start], match.end)
        return heading <= match.start or self._is_near(self._family, match, but=self._leaves_alone)

    def _leaves_alone(self, cue: _Cue, span: Span) -> bool:
        """Whether a cue of the family says nothing of what stands in an earlier clause.

        So "I want a facelift, my mother had breast cancer", where it names a finding of its own, and "I have diabetes,
        my mother had it, too", where the writer has said whose the first is.
        """
        if cue.start < span[1] or not self._joints.crosses_clause(span[1], cue.start):
            return False
        return cue.start in self._family_ahead or self._numbers[span[0]] in self._clauses_of_oneself

    @once
    def _family_ahead(self) -> set[int]:
        """Where the cues of the family begin that name a finding of their own."""
        return {cue.start for cue in self._family if self._has_finding_after(_Cue(cue.start, cue.start))}

    @once
    def _clauses_of_oneself(self) -> set[int]:
        return {self._numbers[match.start] for match in self.clauses.oneself}

    @once
    def _family_headings(self) -> dict[int, int]:
        """Where, by the beginning of a sentence, its first such heading ends: "Family history: father had MI"."""
        words = self._words
        headings = (cue for cue in reversed(self._family) if ":" in words.gaps[cue.end])
        return {words.sentence_start[cue.start]: cue.end for cue in headings}

    def is_uncertain(self, match: Match) -> bool:
        return self._is_near(self._uncertain, match)

    def is_negated(self, match: Match) -> bool:
        answered = self.answers.answered
        if answered and any(end - 1 in answered for _, end in match.spans):
            return True
        if self._denied and any(self._holds_denied(match, span) for span in match.spans):
            return True
        if any(first <= start < end for first, end in self._closed for start, _ in match.spans):
            return True
        return self._is_taken_back(match, (self._before, self._after), _DENIES_BACK)

    def _end_of_cues(self, place: int) -> int:
        """Where words of cues end that go on from here without a pause: the "yok" of "hiçbiri yok"."""
        while place in self.clauses.words_of_cues and not self._joints.is_apart(place):
            place += 1
        return place

    def _list_before(self, place: int) -> Span:
        """ "Chest pain, fainting, fever: none of these": what the sentence tells before, or since its last "but"."""
        first = self._words.sentence_start[place]
        return max((turn + 1 for turn in self._joints.turns if first <= turn < place), default=first), place

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
        near = self._within(cues, span[0] - _DENIES_AHEAD * self._joints.factor(span[0]), span[0])
        ahead = (cue for cue in near if cue.end <= span[0] and self._joints.reaches((cue.end, span[0]), listed=True))
        return any(not self._names_somebody(cue, span) for cue in ahead)

    def _names_somebody(self, cue: _Cue, span: Span) -> bool:
        """ "Can you not answer my father is choking": who is named behind a denial begins a sentence of their own."""
        return any(cue.end <= start < span[0] for start in self._people)

    @once
    def _people(self) -> list[int]:
        """Where the text names somebody: the patient, most likely, by their relation to the writer."""
        return [match.start for match in self.clauses.scan.find("facts") if match.section in _PEOPLE]

    def _is_denied_behind(self, match: Match, span: Span, cues: Sequence[_Cue], reach: int) -> bool:
        near = self._within(cues, span[1], span[1] + reach * self._joints.factor(span[0]))
        return any(
            self._joints.reaches((span[1], cue.start), listed=False) and self._is_one_list(match, span, cue.start)
            for cue in near
        )

    def _is_one_list(self, match: Match, span: Span, cue: int) -> bool:
        """ "Ulcers in the colon, piles not": a denial behind a comma denies what stands before it only in a list.

        That is, where "or" or "and" joins it, or of two bare names: in "a hernia, tests negative" it is the tests.
        """
        if not self._joints.crosses_clause(span[1], cue):
            return True
        if cue in self._of_one and not self._is_bare_name(span):
            return False
        if any(map(self._joints.joins, range(span[1], cue))):
            return True
        between = range(span[1], cue)
        if (
            not match.pattern.entry.term.weak
            and self._joints.named.isdisjoint(between)
            and not self._joints.found.isdisjoint(between)
        ):
            return False
        most = _BARE_NAME * self._joints.factor(span[0])
        return span[1] - span[0] <= most and cue - span[1] <= most

    def _is_bare_name(self, span: Span) -> bool:
        """Whether the clause of a finding has no words but those of findings, as in a list."""
        return all(map(self._joints.is_listed, self.clauses.words(self._numbers[span[0]])))

    def _is_denied_within(self, match: Match, span: Span, both: tuple[Sequence[_Cue], Sequence[_Cue]]) -> bool:
        """ "chest has no pain": a denial between the words of a term, unless the term itself holds it."""
        inside = (cue for cues in both for cue in self._within(cues, *span))
        return any(cue.end <= span[1] and not match.has_own_word((cue.start, cue.end)) for cue in inside)

    def _is_near(
        self, cues: Sequence[_Cue], match: Match, *, only_before: bool = False, but: _Exception | None = None
    ) -> bool:
        return bool(cues) and any(self._is_near_span(cues, span, only_before, but) for span in match.spans)

    def _is_near_span(self, cues: Sequence[_Cue], span: Span, only_before: bool, but: _Exception | None) -> bool:
        reach = _TIME_REACH * self._joints.factor(span[0])
        for cue in self._within(cues, span[0] - reach, span[0] if only_before else span[1] + reach):
            if but is not None and but(cue, span):
                continue
            between = (cue.end, span[0]) if cue.start < span[0] else (span[1], cue.start)
            if between[0] > between[1] or self._joints.reaches(between, listed=False):
                return True
        return False

    def _within(self, cues: Sequence[_Cue], first: int, end: int) -> Sequence[_Cue]:
        """The cues that begin in a stretch of words."""
        return cues[bisect_left(cues, (first,)) : bisect_left(cues, (end,))]


def standing(match: Match, scopes: Sequence[Scopes], *, returns: bool = False) -> Standing:
    """How a finding stands by the cues of these languages, each looked for within its reach, in the finding's clause.

    What `returns`, as an illness does, is not over either where the next clause says that it is back. Whatever any of
    the languages says counts. What goes on is neither over nor somebody else's, and what has just begun is not
    long-standing either; nor is what came suddenly, which is over only if that was said first: "in 2019 he suddenly …".
    """
    if scopes and any(is_signed_off(scopes[0].clauses.scan.words, span) for span in match.spans):
        return _DENIED
    speaking = [scope for scope in scopes if scope.clauses.has_cues]
    if not speaking:
        return _PLAIN
    current = any(scope.clauses.is_current(match) or (returns and scope.is_back(match)) for scope in speaking)
    acute = any(scope.clauses.is_acute(match) for scope in speaking)
    sudden = any(scope.clauses.is_sudden(match) for scope in speaking)
    said = [scope.standing(match, current=current, acute=acute, sudden=sudden) for scope in speaking]
    return said[0] if len(said) == 1 else Standing(*map(any, zip(*said, strict=True)))


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


def _long_standing(clauses: Clauses) -> Sequence[Match]:
    """What says so; also durations of a year or more, or of more than a month or so. "62 years" is an age."""
    said, scan = clauses.cues("long-standing"), clauses.scan
    counted = [("years", match) for match in clauses.cues("duration.years")]
    counted += [("months", match) for match in clauses.cues("duration.months")]
    if not counted:
        return said
    ages = own_words_of(match for match in scan.find("facts") if match.section.startswith("age."))
    durations = [match for unit, match in counted if _is_long(scan, unit, match, ages)]
    return sorted((*said, *durations), key=lambda match: match.start)


def _is_long(scan: Scan, unit: str, match: Match, ages: set[int]) -> bool:
    place = scan.number_place(match)
    if place is None:  # "for months"
        return True
    value = scan.numbers[place][1]
    return place not in ages and (value <= _LONGEST_YEARS if unit == "years" else value >= _LONG_MONTHS)
