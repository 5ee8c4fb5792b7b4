"""The table of states: whatever is tried, in whatever order, an enquiry is in one known state and nobody holds it who
should not."""

from __future__ import annotations

from datetime import timedelta
from typing import cast, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from service.clock import now
from service.enquiries import states
from service.enquiries.model import AuditEvent, Enquiry, Status
from service.enquiries.states import Move
from service.errors import Conflict

STATUSES: tuple[Status, ...] = get_args(Status)
STEPS: tuple[Move, ...] = get_args(Move)


class History:
    """The part of a session that a move needs: somewhere to write down what happened."""

    def __init__(self) -> None:
        self.events: list[AuditEvent] = []

    def add(self, event: AuditEvent) -> None:
        self.events.append(event)


def enquiry_in(status: Status) -> Enquiry:
    held = status == "claimed"
    return Enquiry(
        id="e",
        patient_id="p",
        status=status,
        assigned_to="alice" if held else None,
        claimed_until=now() + states.CLAIM_LEASE if held else None,
        closed_at=now() if status in states.ENDED else None,
    )


def take(enquiry: Enquiry, step: Move, history: History | None = None) -> bool:
    """Make the step as the use cases do; False if the state does not allow it."""
    try:
        states.move(cast("Session", history or History()), enquiry, step, who="test")
    except Conflict:
        return False
    if step in ("claim", "take-over", "take-back"):
        enquiry.assigned_to, enquiry.claimed_until = "alice", now() + states.CLAIM_LEASE
    return True


def test_every_state_is_either_open_or_ended_and_what_is_in_the_queue_is_open() -> None:
    assert set(states.OPEN) | set(states.ENDED) == set(STATUSES)
    assert not set(states.OPEN) & set(states.ENDED)
    assert set(states.IN_QUEUE) <= set(states.OPEN)


def test_no_move_leaves_the_known_states_and_every_known_move_is_used() -> None:
    assert {status for status, _ in states.MOVES} | set(states.MOVES.values()) == set(STATUSES)
    assert {step for _, step in states.MOVES} == set(STEPS)


@pytest.mark.parametrize("status", states.OPEN)
@pytest.mark.parametrize("step", ["book", "close", "withdraw", "spam"])
def test_everything_open_can_be_ended(status: Status, step: Move) -> None:
    enquiry = enquiry_in(status)
    assert take(enquiry, step)
    assert enquiry.status in states.ENDED


@pytest.mark.parametrize("status", STATUSES)
def test_from_every_state_there_is_a_way_back_into_the_queue(status: Status) -> None:
    reached, more = {status}, True
    while more:
        following = {target for (source, _), target in states.MOVES.items() if source in reached}
        more = not following <= reached
        reached |= following
    assert "queued" in reached


@pytest.mark.parametrize("status", ["queued", "claimed", "replied", "snoozed", "closed", "booked"])
def test_a_patient_who_writes_is_never_refused_and_never_overlooked(status: Status) -> None:
    enquiry = enquiry_in(status)
    assert take(enquiry, "patient-wrote")
    assert enquiry.status in states.IN_QUEUE


@pytest.mark.parametrize("status", states.ENDED)
def test_what_has_ended_cannot_be_claimed_or_answered(status: Status) -> None:
    enquiry = enquiry_in(status)
    assert not any(take(enquiry, step) for step in STEPS if step not in ("reopen", "patient-wrote"))
    assert enquiry.status == status


@given(st.sampled_from(STATUSES), st.lists(st.sampled_from(STEPS), max_size=30))
def test_after_any_steps_a_claim_and_an_end_are_only_where_they_belong(status: Status, steps: list[Move]) -> None:
    enquiry = enquiry_in(status)
    for step in steps:
        take(enquiry, step)
        assert enquiry.status in STATUSES
        assert (enquiry.claimed_until is not None) == (enquiry.status == "claimed")
        assert (enquiry.closed_at is not None) == (enquiry.status in states.ENDED)
        assert enquiry.assigned_to is None or enquiry.status in ("claimed", "replied")


@given(st.sampled_from(STATUSES), st.sampled_from(STEPS))
def test_a_step_that_is_refused_changes_nothing_and_one_that_is_made_is_recorded(status: Status, step: Move) -> None:
    enquiry, history = enquiry_in(status), History()
    before = (enquiry.status, enquiry.assigned_to, enquiry.claimed_until, enquiry.closed_at)
    made = take(enquiry, step, history)
    assert made == ((status, step) in states.MOVES)
    if made:
        assert [(event.what, event.who, event.enquiry_id) for event in history.events] == [(step, "test", "e")]
    else:
        assert history.events == []
        assert (enquiry.status, enquiry.assigned_to, enquiry.claimed_until, enquiry.closed_at) == before


def test_who_answered_stays_known_until_the_patient_writes_again() -> None:
    enquiry = enquiry_in("claimed")
    take(enquiry, "reply")
    assert (enquiry.status, enquiry.assigned_to) == ("replied", "alice")
    take(enquiry, "patient-wrote")
    assert (enquiry.status, enquiry.assigned_to) == ("queued", None)


def test_a_lease_ends_when_its_time_is_over_and_only_a_claim_has_one() -> None:
    enquiry, moment = enquiry_in("claimed"), now()
    enquiry.claimed_until = moment
    assert not states.lease_ended(enquiry, moment)
    assert states.lease_ended(enquiry, moment + timedelta(seconds=1))
    enquiry.claimed_until = None
    assert states.lease_ended(enquiry, moment)
    assert not states.lease_ended(enquiry_in("queued"), moment + timedelta(days=1))
