"""Who should take an enquiry: the reader before others, the specialist, then whoever has the least to do."""

from __future__ import annotations

import dataclasses
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from service.enquiries import route
from service.enquiries.model import Enquiry
from service.enquiries.route import KNOWS, READS, Candidate, Wanted

SWAHILI = Wanted("sw", "lupus", readers_only=False)
UNREADABLE = Wanted("sw", "lupus", readers_only=True)

CANDIDATES = st.lists(
    st.builds(
        Candidate,
        id=st.uuids().map(str),
        email=st.uuids().map(lambda name: f"{name}@clinic.example"),
        languages=st.frozensets(st.sampled_from(["sw", "ar", "en"])),
        knows=st.frozensets(st.sampled_from(["lupus", "obesity"])),
        load=st.integers(0, 40),
    ),
    max_size=8,
)


def candidate(name: str, *languages: str, knows: str = "", load: int = 0) -> Candidate:
    return Candidate(name, f"{name}@clinic.example", frozenset(languages), frozenset(knows.split()), load)


def test_somebody_who_reads_the_language_goes_first() -> None:
    alice, bob = candidate("alice"), candidate("bob", "sw", load=READS - 1)
    assert route.choose(SWAHILI, [alice, bob]) == bob


def test_but_a_reader_is_not_buried_while_others_have_nothing_to_do() -> None:
    alice, bob = candidate("alice"), candidate("bob", "sw", load=READS + 1)
    assert route.choose(SWAHILI, [alice, bob]) == alice


def test_what_no_engine_can_translate_goes_to_a_reader_however_busy() -> None:
    alice, bob = candidate("alice", "ar"), candidate("bob", "sw", load=1000)
    assert route.choose(UNREADABLE, [alice, bob]) == bob
    assert route.choose(UNREADABLE, [alice]) is None


def test_of_two_readers_the_one_who_knows_the_illness_goes_first() -> None:
    alice, bob = candidate("alice", "sw"), candidate("bob", "sw", knows="lupus", load=KNOWS - 1)
    assert route.choose(SWAHILI, [alice, bob]) == bob


def test_of_equals_the_one_with_less_to_do_goes_first() -> None:
    alice, bob = candidate("alice", load=3), candidate("bob", load=2)
    assert route.choose(SWAHILI, [alice, bob]) == bob


@given(CANDIDATES)
def test_whoever_is_chosen_can_read_it_and_nobody_as_able_has_less_to_do(candidates: list[Candidate]) -> None:
    chosen = route.choose(UNREADABLE, candidates)
    readers = [one for one in candidates if "sw" in one.languages]
    assert (chosen is None) == (not readers)
    if chosen:
        alike = [one for one in readers if one.knows == chosen.knows]
        assert chosen in readers
        assert chosen.load == min(one.load for one in alike)


@given(CANDIDATES, st.randoms())
def test_the_choice_does_not_depend_on_the_order(candidates: list[Candidate], dice: Random) -> None:
    shuffled = list(candidates)
    dice.shuffle(shuffled)
    assert route.choose(SWAHILI, candidates) == route.choose(SWAHILI, shuffled)


def test_the_history_says_why() -> None:
    bob = candidate("bob", "sw", knows="lupus", load=2)
    assert route.explain(bob, SWAHILI) == "to bob@clinic.example: reads Swahili, their specialty, 2 open"
    assert route.explain(candidate("alice"), SWAHILI) == "to alice@clinic.example: 0 open"


def test_an_enquiry_without_english_wants_a_reader_and_one_of_unknown_language_anybody() -> None:
    enquiry = Enquiry(language="sw", condition="lupus", translated=False)
    assert route.wanted_by(enquiry) == UNREADABLE
    enquiry.translated = True
    assert route.wanted_by(enquiry) == SWAHILI
    for language in ("en", "und"):
        assert not route.wanted_by(Enquiry(language=language, condition="lupus", translated=False)).readers_only


def test_routing_evens_out_the_load() -> None:
    team = [candidate("alice"), candidate("bob"), candidate("carol")]
    for _ in range(9):
        chosen = route.choose(SWAHILI, team)
        team = [dataclasses.replace(one, load=one.load + 1) if one == chosen else one for one in team]
    assert [one.load for one in team] == [3, 3, 3]
