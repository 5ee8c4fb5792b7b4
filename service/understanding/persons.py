"""Who is spoken of in a text: the patient, and the people beside them whose illnesses are not the patient's."""

from __future__ import annotations

from collections.abc import Iterator, Sequence, Set
from functools import cache
from typing import Final

from service.understanding import concepts
from service.understanding.knowledge import condition_codes
from service.understanding.knowledge_files import RELATIONS
from service.understanding.page import Leaf, Page
from service.understanding.spoken import speech
from service.understanding.terms.matches import Match, Span, words_of

NAMELESS_CHILDREN: Final = ("baby", "child")
CHILDREN: Final = ("son", "daughter", *NAMELESS_CHILDREN)
SELF: Final = "self"
VAGUE: Final = ("patient", SELF)
"""Tells less than a named relation, and gives way to one: "the patient is my mother"."""
_NAMELESS: Final = ("patient", "self", "child", "baby")
"""These may be anybody who is named elsewhere."""

_SECTIONS: Final = tuple((f"who.{relation}", relation) for relation in RELATIONS)
_NAMES: Final = frozenset(section for section, _ in _SECTIONS)
PEOPLE: Final = tuple(section for section, relation in _SECTIONS if relation != "self")
"""The sections of cues that name somebody beside the writer."""
_THIRD_PERSON: Final = ("he-him", "she-her")
_PARTNERS: Final = ("husband", "wife")
_YEARS: Final = ("age.years",)
_GRAMMAR: Final = ("self.male", "self.female")
_ONESELF: Final = ("who.self", *_GRAMMAR)
_AGES: Final = frozenset((*_YEARS, *_GRAMMAR))
_KIN: Final = tuple(section for section, relation in _SECTIONS if relation not in VAGUE)
_AGE_BEHIND: Final = 4
"""The age of somebody who is named begins within so many words."""
_BESIDE: Final = 2
"""A writer's age stands within so many words behind "I", if it stands alone."""

Named = tuple[int, int, str]
"""The words from which to which a relation is named, and the relation."""


def patient_of(page: Page, leaf: Leaf, anchors: Sequence[int]) -> tuple[str, Span] | None:
    """Who the patient is, and where that is said; `anchors` are the words where illnesses begin."""
    return _patient(page, leaf, anchors, _sentences_of_oneself(page, leaf, anchors))


def _patient(page: Page, leaf: Leaf, anchors: Sequence[int], oneself: Set[int]) -> tuple[str, Span] | None:
    named = [
        one
        for one in _named(page, leaf)
        if not (
            _comes_after_oneself(page, leaf, one, anchors)
            or _comes_behind_the_illness(page, leaf, one, anchors, oneself)
            or _is_the_other_one(page, leaf, one, anchors)
        )
    ]
    if not named:
        return None
    best = min(named, key=lambda one: _distance(page, one[0], one[2], anchors))
    return best[2], (best[0], best[1])


def words_of_others(page: Page, anchors: Sequence[int]) -> set[int]:
    """The words of clauses that speak of somebody else than the patient: "his brother has thalassaemia"."""
    leaf = page.leaves[0]
    # Who is named behind the illness may yet have it: to set an illness aside loses more than a wrong relation does.
    patient = _patient(page, leaf, anchors, frozenset())
    if patient is None:
        return set()
    clauses: dict[int, set[str]] = {}
    for start, _, relation in _named(page, leaf):
        clauses.setdefault(leaf.clauses.numbers[start], set()).add(relation)
    others = {
        clause
        for clause, relations in clauses.items()
        if patient[0] not in relations and relations.isdisjoint(_NAMELESS)
    }
    return {index for index, clause in enumerate(leaf.clauses.numbers) if clause in others} if others else set()


def words_of_people(leaf: Leaf, *, besides: str | None) -> set[int]:
    """The words that name people other than a patient of this relation to the writer."""
    if _NAMES.isdisjoint(leaf.facts):
        return set()
    return words_of(
        match
        for section, relation in _SECTIONS
        if relation not in (besides, *VAGUE)
        for match in leaf.facts.get(section, ())
    )


def is_of_patient(page: Page, leaf: Leaf, place: int, who: str | None) -> bool:
    """Whether what stands at a word may be the patient's: the last person named before it in its sentence is they.

    `who` is the patient's relation to the writer, None if it was not said.
    """
    first = page.words.sentence_start[place]
    named = [one for one in _named(page, leaf) if first <= one[0] <= place]
    if not named:
        return True
    start, _, owner = max(named)
    if owner == "self" and who not in (None, *VAGUE):  # "I am 34, he is 71"
        oneself = words_of(match for section in _ONESELF for match in leaf.facts.get(section, ()))
        return any(start < at <= place and at not in oneself for at in third_persons(page))
    return owner in VAGUE or (who is not None and owner in may_be(who))


def behind_patient(page: Page, leaf: Leaf, place: int, who: str) -> int | None:
    """The word behind the last person who is named before a word in its sentence, if that is a relative of the
    writer's, `who`, and the patient.
    """
    first = page.words.sentence_start[place]
    named = [one for one in _named(page, leaf) if first <= one[0] < place]
    if not named or who in VAGUE:
        return None
    _, end, owner = max(named)
    return end if owner in may_be(who) else None


def may_be(who: str) -> Set[str]:
    """The relations by which a patient of one of them may be named: a child may be the son or the daughter."""
    if who not in CHILDREN:
        return {who}
    return frozenset(CHILDREN) if who in NAMELESS_CHILDREN else {who, *NAMELESS_CHILDREN}


def third_persons(page: Page) -> Iterator[int]:
    """The words for "he" and "she"."""
    numbers = _third_person()
    return (at for idea, at in page.ideas if idea in numbers)


@cache
def _third_person() -> frozenset[int]:
    return frozenset(map(concepts.codes().index, _THIRD_PERSON))


def _comes_after_oneself(page: Page, leaf: Leaf, named: Named, anchors: Sequence[int]) -> bool:
    """Whether a relative with an illness is named only after the writer told of their own: "I have MS. My father …"."""
    starts = page.words.sentence_start
    sentence = starts[anchors[0]] if anchors else 0
    if not anchors or named[2] in VAGUE or starts[named[0]] <= sentence:
        return False
    tells_of_oneself = any(starts[match.start] == sentence for match in leaf.facts.get("who.self", ()))
    return tells_of_oneself and any(starts[anchor] == starts[named[0]] for anchor in anchors)


def _comes_behind_the_illness(page: Page, leaf: Leaf, named: Named, anchors: Sequence[int], oneself: Set[int]) -> bool:
    """Whether a relative is named only in a later sentence than the illness, by a writer who tells of themselves.

    So in "Prostate of 90 grams. My father had cancer. I am 67"; but "A bypass? I am 34, my father 66" tells two ages
    beside each other. `oneself` are the sentences in which the writer does, by where they begin.
    """
    starts = page.words.sentence_start
    if not oneself or named[2] in VAGUE or starts[named[0]] <= starts[anchors[0]]:
        return False
    has_age = any(place in leaf.scan.numbers for place in range(named[1], named[1] + _AGE_BEHIND))
    return not (has_age and oneself == {starts[named[0]]})


def _sentences_of_oneself(page: Page, leaf: Leaf, anchors: Sequence[int]) -> Set[int]:
    """The sentences in which writers tell of themselves, if they have named nobody before they told of an illness."""
    starts = page.words.sentence_start
    kin = [match.start for section in _KIN for match in leaf.facts.get(section, ())]
    if not anchors or not kin or any(starts[place] <= starts[anchors[0]] for place in kin):
        return frozenset()
    return {starts[place] for place in _tells_of_oneself(leaf)}


def _tells_of_oneself(leaf: Leaf) -> Iterator[int]:
    """Where writers tell their own age, or show by their grammar that they speak of themselves."""
    yield from _own_numbers(leaf)
    yield from (match.start for section in _GRAMMAR for match in leaf.facts.get(section, ()))
    ages = [match for section in _YEARS for match in leaf.facts.get(section, ())]
    holding = {place for age in ages for place in range(age.start - 1, age.end)}
    yield from (
        match.start for match in leaf.facts.get("who.self", ()) if not holding.isdisjoint((match.start, match.end - 1))
    )


def _is_the_other_one(page: Page, leaf: Leaf, named: Named, anchors: Sequence[int]) -> bool:
    """Whether, of a couple that wishes for a child, somebody is named behind the writer: "I am 36, my husband 44"."""
    if named[2] not in _PARTNERS or not any(_wished_children(page)):
        return False
    clauses = leaf.clauses.numbers
    is_theirs = any(anchor > named[0] and clauses[anchor] == clauses[named[0]] for anchor in anchors)
    if is_theirs:  # "my husband has few sperm"
        return False
    ages = (match.start for section in _AGES for match in leaf.facts.get(section, ()))
    return any(place < named[0] for place in (*ages, *_own_numbers(leaf)))


def _own_numbers(leaf: Leaf) -> Iterator[int]:
    """Numbers that stand alone behind "I" or "me"."""
    behind = {match.end + more for match in leaf.facts.get("who.self", ()) for more in range(_BESIDE)}
    return (place for place in leaf.scan.numbers if place in behind)


def _named(page: Page, leaf: Leaf) -> list[Named]:
    if _NAMES.isdisjoint(leaf.facts):
        return []
    others = words_of(_others(page))
    not_yet = others | words_of(_wished_children(page))
    named = [
        (match.start, match.end, relation)
        for section, relation in _SECTIONS
        for match in leaf.facts.get(section, ())
        if (not_yet if relation in CHILDREN else others).isdisjoint(match.words())
    ]
    return _put_right(page, leaf, _named_closest(named)) if len(named) > 1 else named


def _named_closest(named: list[Named]) -> list[Named]:
    """Without a nameless child in whose words a son or a daughter is named."""
    told = {
        word
        for start, end, relation in named
        if relation in CHILDREN and relation not in NAMELESS_CHILDREN
        for word in range(start, end)
    }
    return [one for one in named if one[2] not in NAMELESS_CHILDREN or told.isdisjoint(range(one[0], one[1]))]


def _put_right(page: Page, leaf: Leaf, named: list[Named]) -> list[Named]:
    """Without the people whom the writer takes back at once: "for my father, no, my father-in-law"."""
    corrections, starts = speech(leaf.language), {start for start, _, _ in named}
    return [one for one in named if corrections.correction(page.words.words, one[1], starts) is None]


def _others(page: Page) -> Iterator[Match]:
    """People who are named but are not the patient: the donor, the writer, those who died of it."""
    for leaf in page.likely_leaves:
        yield from leaf.facts.get("who.other", ())
        yield from leaf.clauses.cues("family-history")


def _wished_children(page: Page) -> Iterator[Match]:
    """Words that tell of an illness by the child that the patients wish for: "we cannot have a baby"."""
    for leaf in page.likely_leaves:
        yield from (match for match in leaf.conditions if condition_codes()[match.section].wished_child)


def _distance(page: Page, place: int, relation: str, anchors: Sequence[int]) -> tuple[bool, int, int]:
    """A named relation before a vague one; then the nearest one before the illness in its sentence, then the first.

    Of vague ones, too, the one in that sentence: "Dear patients' office, I have a hernia".
    """
    anchor = anchors[0] if anchors else None
    vague = VAGUE.index(relation) + 1 if relation in VAGUE else 0
    if anchor is None or page.words.sentence_start[place] != page.words.sentence_start[anchor]:
        return vague > 0, vague + len(VAGUE) if vague else 0, place + 1000
    return vague > 0, vague, anchor - place if place <= anchor else place
