"""Claiming, taking over, assigning, snoozing, spam and opening again: who has an enquiry, and that one only has it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from service.clock import now
from service.enquiries import assign, claim, end, erase, note, presence, snooze, states
from service.enquiries.claim import AlreadyClaimed
from service.enquiries.desk_model import Presence
from service.enquiries.model import AuditEvent, Enquiry, Staff
from service.errors import BadInput, Conflict, Forbidden
from service.storage.doorbell import Doorbell
from service.storage.session import Database
from tests.builders import Built, create_enquiry, create_staff
from tests.conftest import NOBODY_LISTENS
from workers import sweep

PEOPLE = 50


@dataclass
class Team:
    """An enquiry, and people who want something of it, each step in a transaction of its own."""

    database: Database
    built: Built

    def does(self, who: str, step: Callable[[Session, str, Staff], object]) -> None:
        with self.database.write() as session:
            step(session, self.built.reference, self.staff(session, who))

    def staff(self, session: Session, name: str) -> Staff:
        return session.scalars(select(Staff).where(Staff.email == f"{name}@clinic.example")).one()

    def assigns(self, who: str, to: str | None, reason: str = "") -> None:
        def step(session: Session, reference: str, staff: Staff) -> None:
            assign.assign(session, reference, staff, self.staff(session, to) if to else None, reason)

        self.does(who, step)

    def snoozes(self, who: str, hours: float | None = None) -> None:
        until = None if hours is None else now() + timedelta(hours=hours)
        self.does(who, lambda session, reference, staff: snooze.snooze(session, reference, staff, until))

    @contextmanager
    def enquiry(self) -> Iterator[Enquiry]:
        with self.database.write() as session:
            yield session.scalars(select(Enquiry)).one()

    @property
    def status(self) -> str:
        with self.enquiry() as found:
            return found.status

    @property
    def holder(self) -> str | None:
        with self.enquiry() as found:
            return found.assignee.email.partition("@")[0] if found.assignee else None

    @property
    def waits_for(self) -> str | None:
        with self.enquiry() as found:
            return found.routed.email.partition("@")[0] if found.routed else None

    def history(self) -> list[tuple[str, str, str | None]]:
        with self.database.read() as session:
            events = session.scalars(select(AuditEvent).where(AuditEvent.enquiry_id.is_not(None)).order_by("id"))
            return [(event.who.partition("@")[0], event.what, event.detail) for event in events]

    def let_the_claim_run_out(self) -> None:
        with self.enquiry() as found:
            found.claimed_until = now() - timedelta(seconds=1)

    def sweep(self) -> None:
        sweep.sweep(self.database, Doorbell(NOBODY_LISTENS))


@pytest.fixture
def team(any_database: Database) -> Team:
    for name in ("alice", "bob"):
        create_staff(any_database, f"{name}@clinic.example")
    create_staff(any_database, "lena@clinic.example", role="lead")
    create_staff(any_database, "audrey@clinic.example", role="auditor")
    return Team(any_database, create_enquiry(any_database))


@pytest.fixture
def held(team: Team) -> Team:
    """Alice has it."""
    team.does("alice", claim.claim)
    return team


def test_of_fifty_who_claim_at_once_one_wins_and_the_rest_are_told_who(team: Team) -> None:
    emails = [f"person{number}@clinic.example" for number in range(PEOPLE)]
    with team.database.write() as session:
        session.add_all(Staff(email=email, role="coordinator", password_hash="none") for email in emails)

    def try_it(email: str) -> str:
        try:
            team.does(email.partition("@")[0], claim.claim)
        except AlreadyClaimed as told:
            return told.holder
        return "won"

    with ThreadPoolExecutor(PEOPLE) as pool:
        outcomes = Counter(pool.map(try_it, emails))
    with team.enquiry() as found:
        assert found.assignee is not None
        assert outcomes == {"won": 1, found.assignee.email: PEOPLE - 1}


def test_a_colleague_takes_over_with_a_reason(held: Team) -> None:
    held.does("bob", lambda session, it, me: claim.take_over(session, it, me, "Alice has gone home"))
    assert (held.status, held.holder) == ("claimed", "bob")
    assert held.history()[-1] == ("bob", "take-over", "from alice@clinic.example: Alice has gone home")


@pytest.mark.parametrize("reason", ["", "  \n", "x" * 1001])
def test_nobody_takes_over_without_a_proper_reason(held: Team, reason: str) -> None:
    with pytest.raises(BadInput) as refused:
        held.does("bob", lambda session, it, me: claim.take_over(session, it, me, reason))
    assert refused.value.field == "reason"
    assert held.holder == "alice"


def test_taking_over_what_nobody_holds_any_more_is_claiming(held: Team) -> None:
    held.let_the_claim_run_out()
    held.does("bob", lambda session, it, me: claim.take_over(session, it, me, ""))
    assert held.holder == "bob"
    assert held.history()[-1][1] == "claim"


def test_work_of_the_holder_renews_the_claim_and_that_of_others_does_not(held: Team) -> None:
    with held.enquiry() as found:
        found.claimed_until = now() + timedelta(minutes=1)
    held.does("bob", lambda session, it, me: note.add_note(session, it, me, "Her son called"))
    with held.enquiry() as found:
        assert found.claimed_until is not None
        assert found.claimed_until < now() + timedelta(minutes=2)
    held.does("alice", lambda session, it, me: note.add_note(session, it, me, "He calls again"))
    with held.enquiry() as found:
        assert found.claimed_until is not None
        assert found.claimed_until > now() + states.CLAIM_LEASE - timedelta(minutes=1)


def test_a_claim_that_has_run_out_is_not_brought_back_by_work(held: Team) -> None:
    held.let_the_claim_run_out()
    held.does("alice", lambda session, it, me: note.add_note(session, it, me, "His son called"))
    held.sweep()
    assert held.status == "queued"


def test_a_lead_gives_it_to_somebody(team: Team) -> None:
    team.assigns("lena", "bob")
    assert (team.status, team.waits_for) == ("queued", "bob")
    assert team.history()[-1] == ("lena", "assign", "bob@clinic.example")


def test_a_lead_takes_it_from_its_holder_with_a_reason_only(held: Team) -> None:
    with pytest.raises(BadInput):
        held.assigns("lena", "bob")
    assert (held.holder, held.waits_for) == ("alice", None)
    held.assigns("lena", "bob", "Bob reads Arabic")
    assert (held.status, held.holder, held.waits_for) == ("queued", None, "bob")
    assert held.history()[-2:] == [
        ("lena", "release", "Bob reads Arabic"),
        ("lena", "assign", "bob@clinic.example: Bob reads Arabic"),
    ]


def test_giving_it_to_its_holder_leaves_it_in_their_hands(held: Team) -> None:
    held.assigns("lena", "alice")
    assert (held.status, held.holder, held.waits_for) == ("claimed", "alice", "alice")


def test_the_holder_hands_it_on_without_a_word(held: Team) -> None:
    held.assigns("alice", "bob")
    assert (held.status, held.waits_for) == ("queued", "bob")


def test_a_coordinator_gives_to_nobody_but_themselves(team: Team) -> None:
    with pytest.raises(Forbidden):
        team.assigns("alice", "bob")
    waited_for = [team.waits_for]
    for whom in ("alice", None):
        team.assigns("alice", whom)
        waited_for.append(team.waits_for)
    assert waited_for == [None, "alice", None]


def test_nothing_is_given_to_those_who_only_look_or_have_left(team: Team) -> None:
    with team.database.write() as session:
        team.staff(session, "bob").active = False
    for name in ("audrey", "bob"):
        with pytest.raises(BadInput):
            team.assigns("lena", name)


def test_what_has_ended_is_given_to_nobody(held: Team) -> None:
    held.does("alice", lambda session, it, me: claim.close(session, it, me, "answered"))
    with pytest.raises(Conflict):
        held.assigns("lena", "bob")


def test_a_snooze_ends_at_its_time_and_it_waits_for_whom_it_was(held: Team) -> None:
    held.snoozes("alice", hours=1)
    assert (held.status, held.holder) == ("snoozed", None)
    held.sweep()
    assert held.status == "snoozed"
    with held.enquiry() as found:
        found.snoozed_until = now() - timedelta(seconds=1)
    held.sweep()
    assert (held.status, held.waits_for) == ("queued", "alice")
    with held.enquiry() as found:
        assert found.snoozed_until is None


def test_a_snooze_without_a_time_outlasts_every_sweep(held: Team) -> None:
    held.snoozes("alice")
    held.sweep()
    assert held.status == "snoozed"
    assert held.history()[-1] == ("alice", "snooze", "until the patient writes")


def test_a_patient_without_any_answer_has_been_waiting_through_the_snooze(held: Team) -> None:
    with held.enquiry() as found:
        due = found.due_at = now() - timedelta(hours=3)
    held.snoozes("alice", hours=1)
    held.does("bob", snooze.wake_now)
    with held.enquiry() as found:
        assert found.due_at == due


def test_a_patient_who_had_an_answer_waits_from_the_end_of_the_snooze(held: Team) -> None:
    with held.enquiry() as found:
        found.due_at = found.first_answered_at = now() - timedelta(hours=3)
    held.snoozes("alice", hours=1)
    held.does("bob", snooze.wake_now)
    with held.enquiry() as found:
        assert found.due_at > now()


@pytest.mark.parametrize("hours", [-1, 0, 24 * 91])
def test_a_snooze_is_for_a_time_that_comes_and_not_for_ever(held: Team, hours: float) -> None:
    with pytest.raises(BadInput) as refused:
        held.snoozes("alice", hours)
    assert refused.value.field == "until"
    assert held.status == "claimed"


def test_a_snooze_can_be_given_another_time(held: Team) -> None:
    held.snoozes("alice", hours=1)
    held.snoozes("bob", hours=5)
    with held.enquiry() as found:
        assert found.snoozed_until is not None
        assert found.snoozed_until > now() + timedelta(hours=4)


def test_an_emergency_that_waits_is_not_snoozed(team: Team) -> None:
    with team.enquiry() as found:
        found.urgency, found.urgency_rank = "emergency", 0
    with pytest.raises(Conflict, match="emergency"):
        team.snoozes("alice")
    assert team.status == "queued"


def test_what_a_person_has_assigned_stays_theirs_through_a_snooze(team: Team) -> None:
    team.assigns("lena", "bob")
    team.snoozes("alice")
    assert team.waits_for == "bob"


def test_a_colleague_s_claim_is_neither_snoozed_nor_called_spam(held: Team) -> None:
    for step in (lambda session, it, me: snooze.snooze(session, it, me, None), end.spam):
        with pytest.raises(AlreadyClaimed, match="alice"):
            held.does("bob", step)
    assert held.holder == "alice"


def test_spam_is_taken_back(team: Team) -> None:
    team.does("alice", end.spam)
    assert team.status == "spam"
    team.does("bob", end.not_spam)
    assert team.status == "queued"
    with pytest.raises(Conflict):
        team.does("bob", end.not_spam)


def test_what_is_opened_again_is_due_from_now_on(held: Team) -> None:
    with held.enquiry() as found:
        found.due_at = now() - timedelta(days=3)
    held.does("alice", lambda session, it, me: claim.close(session, it, me, "answered"))
    held.does("bob", end.reopen)
    with held.enquiry() as found:
        assert (found.status, found.closed_at) == ("queued", None)
        assert found.due_at > now()


def test_only_a_lead_opens_again_what_the_patient_has_withdrawn(team: Team) -> None:
    with team.database.write() as session:
        states.move(session, claim.for_update(session, team.built.reference), "withdraw", who="sms")
    with pytest.raises(Forbidden):
        team.does("alice", end.reopen)
    team.does("lena", end.reopen)
    assert team.status == "queued"


def test_nobody_opens_again_what_belonged_to_an_erased_patient(team: Team) -> None:
    with team.database.write() as session:
        erase.erase(session, team.built.patient_id, who="lena@clinic.example")
    with pytest.raises(Conflict, match="erased"):
        team.does("lena", end.reopen)
    assert team.status == "withdrawn"


def test_who_looks_is_seen_by_the_others_for_a_short_while(team: Team) -> None:
    def sees(name: str) -> list[str]:
        with team.database.read() as session:
            found = presence.watchers(session, [team.built.enquiry_id], besides=team.staff(session, name).id)
            return [staff.email for staff in found.get(team.built.enquiry_id, [])]

    def look(session: Session, reference: str, staff: Staff) -> None:
        presence.look(session, team.built.enquiry_id, staff.id)

    team.does("alice", look)
    team.does("alice", look)
    assert (sees("bob"), sees("alice")) == (["alice@clinic.example"], [])
    with team.database.write() as session:
        session.scalars(select(Presence)).one().seen_at = now() - presence.FORGOTTEN_AFTER
    assert sees("bob") == []


def test_the_sweep_removes_who_looked_long_ago(team: Team) -> None:
    with team.database.write() as session:
        for name, minutes in (("alice", 11), ("bob", 9)):
            seen_at = now() - timedelta(minutes=minutes)
            staff_id = team.staff(session, name).id
            session.add(Presence(staff_id=staff_id, enquiry_id=team.built.enquiry_id, seen_at=seen_at))
    team.sweep()
    with team.database.read() as session:
        assert session.scalars(select(Presence.staff_id)).all() == [team.staff(session, "bob").id]


def test_two_windows_of_one_person_do_not_trip_over_each_other(team: Team) -> None:
    def look(_: int) -> None:
        team.does("alice", lambda session, _, staff: presence.look(session, team.built.enquiry_id, staff.id))

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(look, range(8)))
    with team.database.read() as session:
        assert len(session.scalars(select(Presence)).all()) == 1
