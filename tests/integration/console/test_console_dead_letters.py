"""What the workers gave up on is seen in the console and tried again from there."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from service.enquiries.desk_model import Alert
from service.storage import tasks
from service.storage.session import Database
from service.storage.tasks import Task
from tests.builders import Built, File, create_enquiry
from tests.integration.console.conftest import Visitor


@pytest.fixture
def built(database: Database) -> Built:
    return create_enquiry(database, files=[File("a.pdf", "application/pdf", b"%PDF-1.7")])


def _give_up(database: Database, stage: str, subject: str) -> str:
    with database.write() as session:
        task = tasks.add(session, "understand", stage, subject)
        task.state, task.attempts, task.last_error = "dead", 6, "EngineError: <no answer>"
        session.flush()
        return task.id


def test_nothing_to_do_is_said(alice: Visitor) -> None:
    assert "The workers have done everything" in alice.get("/console/dead-letters").text
    assert "gave up" not in alice.get("/console/").text


def test_a_dead_letter_names_its_work_its_error_and_its_enquiry(
    alice: Visitor, database: Database, built: Built
) -> None:
    _give_up(database, "understand", built.message_id)
    _give_up(database, "fetch-media", built.attachment_ids[0])
    with database.write() as session:
        told = Alert(enquiry_id=built.enquiry_id, kind="emergency", occasion="once", way="email", told="somebody")
        session.add(told)
        session.flush()
    _give_up(database, "alert", told.id)
    page = alice.get("/console/dead-letters").text
    for words in ("Reading a message", "Fetching an attachment", "Alerting somebody", "EngineError: &lt;no answer&gt;"):
        assert words in page
    assert page.count(f'href="/console/enquiries/{built.reference}"') == 3
    assert "The workers gave up on something" in alice.get("/console/").text


def test_a_dead_letter_tried_again_waits_for_a_worker(alice: Visitor, database: Database, built: Built) -> None:
    letter = _give_up(database, "understand", built.message_id)
    assert alice.post(f"/console/dead-letters/{letter}/retry").location == "/console/dead-letters"
    with database.read() as session:
        task = session.scalars(select(Task)).one()
        assert (task.state, task.attempts, task.last_error) == ("waiting", 0, None)


@pytest.mark.parametrize(("task_id", "status"), [("unknown", 409), ("%00", 404), ("x" * 2000, 409)])
def test_what_is_no_dead_letter_cannot_be_tried_again(alice: Visitor, task_id: str, status: int) -> None:
    assert alice.post(f"/console/dead-letters/{task_id}/retry").status_code == status


def test_two_who_try_again_do_it_once(alice: Visitor, bob: Visitor, database: Database, built: Built) -> None:
    letter = _give_up(database, "understand", built.message_id)
    answers = [one.post(f"/console/dead-letters/{letter}/retry").status_code for one in (alice, bob)]
    assert answers == [303, 409]
