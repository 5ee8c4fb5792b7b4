"""Dead letters that are forgotten, for a reason that stays."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import select

from service.enquiries.model import AuditEvent
from service.storage import tasks
from service.storage.session import Database
from service.storage.tasks import Task
from tests.integration.console.conftest import Visitor


@pytest.fixture
def letter(database: Database) -> str:
    with database.write() as session:
        task = tasks.add(session, "housekeeping", "fetch-media", "gone")
        session.flush()
        task.state = "dead"
        return task.id


def _tasks(database: Database) -> list[str]:
    with database.read() as session:
        return list(session.scalars(select(Task.state)))


def test_a_lead_forgets_a_dead_letter_for_a_reason(
    staff: Callable[..., Visitor], database: Database, letter: str
) -> None:
    lead = staff("lea", "lead")
    path = f"/console/dead-letters/{letter}/forget"
    assert lead.post(path, {"reason": "The file was sent again"}).location == "/console/dead-letters"
    assert _tasks(database) == []
    with database.read() as session:
        event = session.scalars(select(AuditEvent).where(AuditEvent.what == "forgotten: fetch-media")).one()
        assert (event.who, event.detail) == ("lea@clinic.example", "The file was sent again")
    assert lead.post(path, {"reason": "Again"}).status_code == 409


def test_without_a_reason_nothing_is_forgotten(staff: Callable[..., Visitor], database: Database, letter: str) -> None:
    answer = staff("lea", "lead").post(f"/console/dead-letters/{letter}/forget", {"reason": " "})
    assert answer.status_code == 422
    assert f'id="reason-{letter}-error"' in answer.text
    assert _tasks(database) == ["dead"]


def test_work_that_is_not_given_up_cannot_be_forgotten(
    staff: Callable[..., Visitor], database: Database, letter: str
) -> None:
    lead = staff("lea", "lead")
    with database.write() as session:
        session.get_one(Task, letter).state = "waiting"
    assert lead.post(f"/console/dead-letters/{letter}/forget", {"reason": "Not needed"}).status_code == 409
    assert _tasks(database) == ["waiting"]


def test_a_coordinator_tries_again_but_forgets_nothing(alice: Visitor, database: Database, letter: str) -> None:
    assert "Forget" not in alice.get("/console/dead-letters").text
    assert alice.post(f"/console/dead-letters/{letter}/forget", {"reason": "Not needed"}).status_code == 403
    assert alice.post(f"/console/dead-letters/{letter}/retry").status_code == 303
    assert _tasks(database) == ["waiting"]


@pytest.mark.parametrize("path", ["/console/staff/%00", "/console/enquiries/%00", "/console/enquiries/a%00b/claim"])
def test_an_address_with_a_nul_names_nothing(alice: Visitor, path: str) -> None:
    assert alice.get(path).status_code in (404, 405)
    assert alice.post(path).status_code in (404, 405)
