"""The buttons of an enquiry and of the selected rows: whose it is, for how long it is put aside, and how it ends."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence

import pytest
from sqlalchemy import select, update
from werkzeug.test import TestResponse

from service.clock import now
from service.console import bulk_page
from service.enquiries.model import AuditEvent, Enquiry, Staff
from service.storage.session import Database
from tests.builders import Built, create_enquiry
from tests.integration.console.conftest import Visitor

_SELECTED = re.compile(r'value="([\d-]+)" form="bulk" data-control="pick" checked')


def _do(visitor: Visitor, built: Built, step: str, **fields: str) -> TestResponse:
    return visitor.post(f"/console/enquiries/{built.reference}/{step}", fields)


def _page(visitor: Visitor, built: Built) -> str:
    return visitor.get(f"/console/enquiries/{built.reference}").text


def _bulk(visitor: Visitor, action: str, built: Sequence[Built], query: str = "", **fields: str) -> TestResponse:
    data: Mapping[str, object] = fields | {
        "action": action,
        "reference": [one.reference for one in built],
        "csrf_token": visitor.token(),
    }
    return visitor.client.post(f"/console/bulk{query}", data=data)


def _outcome(visitor: Visitor) -> str:
    found = re.search(r'<p class="notice done" role="status">(.*?)</p>', visitor.get("/console/").text)
    return found[1] if found else ""


def _state(database: Database, built: Built) -> tuple[str, str | None, str | None]:
    """Status, holder, and whom it waits for."""
    with database.read() as session:
        found = session.get_one(Enquiry, built.enquiry_id)
        names = [staff.email.partition("@")[0] if staff else None for staff in (found.assignee, found.routed)]
        return found.status, names[0], names[1]


def _id_of(database: Database, name: str) -> str:
    with database.read() as session:
        return session.scalars(select(Staff.id).where(Staff.email == f"{name}@clinic.example")).one()


def _last(database: Database, built: Built) -> tuple[str, str, str | None]:
    query = select(AuditEvent).where(AuditEvent.enquiry_id == built.enquiry_id, AuditEvent.what != "viewed")
    with database.read() as session:
        event = session.scalars(query.order_by(AuditEvent.id.desc())).first()
        assert event is not None
        return event.who, event.what, event.detail


@pytest.fixture
def built(database: Database) -> Built:
    return create_enquiry(database)


def test_a_colleague_takes_over_and_says_why(alice: Visitor, bob: Visitor, built: Built, database: Database) -> None:
    _do(alice, built, "claim")
    assert "alice<wbr>@clinic.example has claimed this" in _page(bob, built)
    assert _do(bob, built, "take-over", why="She went home").status_code == 303
    assert _state(database, built)[:2] == ("claimed", "bob")
    assert "from alice@clinic.example: She went home" in _page(alice, built)


def test_taking_over_without_a_reason_is_said_beside_the_field(
    alice: Visitor, bob: Visitor, built: Built, database: Database
) -> None:
    _do(alice, built, "claim")
    answer = _do(bob, built, "take-over", why=" ")
    assert answer.status_code == 422
    assert re.search(
        r'id="take-over-reason" .* aria-invalid="true" aria-describedby="take-over-reason-error"', answer.text
    )
    assert _state(database, built)[:2] == ("claimed", "alice")


def test_a_coordinator_assigns_to_themselves_and_to_nobody_else(
    alice: Visitor, bob: Visitor, built: Built, database: Database
) -> None:
    assert bob.get("/console/").status_code == 200
    assert "Assign to me" in _page(alice, built)
    assert _do(alice, built, "assign", to=_id_of(database, "bob")).status_code == 403
    assert _state(database, built) == ("queued", None, None)
    _do(alice, built, "assign", to=_id_of(database, "alice"))
    assert _state(database, built) == ("queued", None, "alice")
    assert "Waits for you" in _page(alice, built)


def test_a_lead_assigns_to_anybody_who_works(
    staff: Callable[..., Visitor], bob: Visitor, built: Built, database: Database
) -> None:
    lena, _audrey = staff("lena", "lead"), staff("audrey", "auditor")
    page = _page(lena, built)
    assert "bob@clinic.example</option>" in page
    assert "audrey@clinic.example</option>" not in page
    _do(lena, built, "assign", to=_id_of(database, "bob"))
    assert _state(database, built) == ("queued", None, "bob")
    assert "Waits for you" in _page(bob, built)


@pytest.mark.parametrize("to", ["nobody", "\0", "x" * 5000, "0" * 32])
def test_an_enquiry_is_not_given_to_somebody_unknown(
    staff: Callable[..., Visitor], built: Built, database: Database, to: str
) -> None:
    answer = _do(staff("lena", "lead"), built, "assign", to=to)
    assert answer.status_code == 422
    assert 'id="assign-to-error"' in answer.text
    assert _state(database, built) == ("queued", None, None)


def test_the_list_of_colleagues_says_who_reads_the_language(
    staff: Callable[..., Visitor], alice: Visitor, database: Database
) -> None:
    with database.write() as session:
        session.execute(update(Staff).values(languages=["ar"], name="Alice Example"))
    page = _page(staff("lena", "lead"), create_enquiry(database, "سلام", language="ar"))
    assert "Alice Example · reads Arabic</option>" in page


def test_something_is_put_aside_and_taken_up_again(alice: Visitor, built: Built, database: Database) -> None:
    _do(alice, built, "snooze", until="hour", zone="Europe/Berlin")
    assert _state(database, built) == ("snoozed", None, "alice")
    page = _page(alice, built)
    assert "Snoozed until" in page
    assert "End the snooze" in page
    _do(alice, built, "wake")
    assert _state(database, built) == ("queued", None, "alice")


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({}, "snooze-until"),
        ({"until": "at", "at": "soon"}, "snooze-at"),
        ({"until": "at", "at": "2001-01-01T10:00"}, "snooze-until"),
        ({"until": "hour", "zone": "Nowhere/At-All"}, "snooze-at"),
    ],
)
def test_a_time_that_cannot_be_is_said_beside_its_field(
    alice: Visitor, built: Built, database: Database, fields: dict[str, str], field: str
) -> None:
    answer = _do(alice, built, "snooze", **fields)
    assert answer.status_code == 422
    assert f'id="{field}-error"' in answer.text
    assert '<details class="menu" data-key="s" open>' in answer.text
    assert _state(database, built)[0] == "queued"


def test_an_emergency_offers_no_snooze_while_it_waits(alice: Visitor, database: Database) -> None:
    emergency = create_enquiry(database, urgency="emergency")
    assert "/snooze" not in _page(alice, emergency)
    assert _do(alice, emergency, "snooze", until="hour").status_code == 409
    assert _state(database, emergency)[0] == "queued"


def test_spam_and_back(alice: Visitor, built: Built, database: Database) -> None:
    _do(alice, built, "spam")
    assert _state(database, built)[0] == "spam"
    assert "Not spam" in _page(alice, built)
    _do(alice, built, "reopen")
    assert _last(database, built)[:2] == ("alice@clinic.example", "reopen")
    assert _state(database, built)[0] == "queued"


def test_a_coordinator_does_not_open_again_what_the_patient_withdrew(
    staff: Callable[..., Visitor], alice: Visitor, built: Built, database: Database
) -> None:
    with database.write() as session:
        session.execute(update(Enquiry).values(status="withdrawn", closed_at=now()))
    assert "/reopen" not in _page(alice, built)
    assert _do(alice, built, "reopen").status_code == 403
    assert "/reopen" in _page(staff("lena", "lead"), built)


def test_what_cannot_be_done_to_an_enquiry_as_it_is_now_says_so(alice: Visitor, built: Built) -> None:
    for step in ("wake", "reopen", "release"):
        answer = _do(alice, built, step)
        assert answer.status_code == 409
        assert 'class="problem" role="alert"' in answer.text


def test_each_selected_row_has_its_own_outcome(alice: Visitor, bob: Visitor, database: Database) -> None:
    rows = [create_enquiry(database) for _ in range(4)]
    _do(bob, rows[1], "claim")
    assert _bulk(alice, "claim", rows, "?view=unassigned").location == "/console/?view=unassigned"
    assert _outcome(alice) == f"3 done, 1 could not: {rows[1].reference}: bob@clinic.example has claimed this enquiry."
    assert _outcome(alice) == ""
    assert [_state(database, one)[1] for one in rows] == ["alice", "bob", "alice", "alice"]


@pytest.mark.parametrize(
    ("action", "fields", "expected"),
    [
        ("assign", {}, ("queued", None, None)),
        ("snooze", {"until": "patient"}, ("snoozed", None, "alice")),
        ("close", {"reason": "duplicate"}, ("closed", None, None)),
        ("spam", {}, ("spam", None, None)),
        ("release", {}, ("queued", None, None)),
    ],
)
def test_what_is_done_to_many_is_what_is_done_to_one(
    alice: Visitor,
    database: Database,
    action: str,
    fields: dict[str, str],
    expected: tuple[str, str | None, str | None],
) -> None:
    rows = [create_enquiry(database) for _ in range(2)]
    for one in rows:
        _do(alice, one, "claim")
    _bulk(alice, action, rows, **fields)
    assert _outcome(alice) == "2 done."
    assert [_state(database, one) for one in rows] == [expected, expected]
    assert _last(database, rows[0])[0] == "alice@clinic.example"


def test_snoozed_rows_wake_and_spam_comes_back(alice: Visitor, built: Built, database: Database) -> None:
    for into, out in (("snooze", "wake"), ("spam", "not-spam")):
        _do(alice, built, into, until="patient")
        _bulk(alice, out, [built])
        assert _state(database, built)[0] == "queued"


def test_whoever_closes_many_has_claimed_them(alice: Visitor, bob: Visitor, database: Database) -> None:
    free, bobs = create_enquiry(database), create_enquiry(database)
    _do(bob, bobs, "claim")
    _bulk(alice, "close", [free, bobs], reason="other", note="A test of ours")
    assert (_state(database, free)[0], _state(database, bobs)[0]) == ("closed", "claimed")
    assert _last(database, free) == ("alice@clinic.example", "close", "other: A test of ours")
    assert "1 done, 1 could not" in _outcome(alice)


@pytest.mark.parametrize(
    ("action", "fields", "field"),
    [
        ("close", {"reason": "because"}, "close-reason"),
        ("close", {"reason": "other"}, "close-note"),
        ("snooze", {"until": "never"}, "snooze-until"),
        ("assign", {"to": "nobody"}, "assign-to"),
    ],
)
def test_a_fault_in_the_form_is_said_beside_it_and_nothing_is_done(
    alice: Visitor, built: Built, database: Database, action: str, fields: dict[str, str], field: str
) -> None:
    answer = _bulk(alice, action, [built], **fields)
    assert answer.status_code == 422
    assert f'id="{field}-error"' in answer.text
    assert _SELECTED.findall(answer.text) == [built.reference]
    assert _state(database, built) == ("queued", None, None)


def test_at_most_a_hundred_rows_and_at_least_one(alice: Visitor, built: Built, database: Database) -> None:
    for rows in ([], [built] * (bulk_page.MOST_ROWS + 1)):
        answer = _bulk(alice, "claim", rows)
        assert answer.status_code == 422
        assert 'class="problem" role="alert"' in answer.text
    assert _state(database, built)[0] == "queued"


@pytest.mark.parametrize("action", ["", "erase", "\0", "x" * 9000])
def test_an_action_that_does_not_exist_is_refused(alice: Visitor, built: Built, action: str) -> None:
    assert _bulk(alice, action, [built]).status_code == 422


def test_rows_that_do_not_exist_are_named_among_what_could_not_be_done(alice: Visitor, built: Built) -> None:
    data = {"action": "claim", "reference": ["x", "111-111-111", built.reference], "csrf_token": alice.token()}
    assert alice.client.post("/console/bulk", data=data).status_code == 303
    assert _outcome(alice).startswith("1 done, 2 could not: ")


def test_a_long_list_of_failures_is_cut(alice: Visitor) -> None:
    outcomes = {f"row-{number}": "bob has it" for number in range(bulk_page.MOST_NAMED + 3)}
    assert "row-19 and 3 more: bob has it" in bulk_page.summary(outcomes)


def test_an_auditor_is_shown_no_boxes(staff: Callable[..., Visitor], built: Built, database: Database) -> None:
    auditor = staff("audrey", "auditor")
    assert 'data-control="pick"' not in auditor.get("/console/").text
    assert _bulk(auditor, "claim", [built]).status_code == 403
    assert _state(database, built)[0] == "queued"
