"""Nobody without a session, without a token or without the right role gets anything or changes anything."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from functools import reduce

import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.orm import Session

from service.api import keys
from service.clock import now
from service.console.blueprint import PUBLIC
from service.console.permissions import ALWAYS_ALLOWED
from service.enquiries import canned, consent
from service.enquiries.desk_model import Appointment, Calendar, Holiday, OnCall
from service.enquiries.door_model import Quarantined
from service.enquiries.model import Enquiry, Staff
from service.storage import tasks
from service.storage.session import Database
from service.storage.tables import new_id
from tests.builders import Built, File, create_enquiry
from tests.integration.console.conftest import Visitor

OPEN_TO_ALL = PUBLIC
NOT_FOR_AUDITORS = {"console.new_call"}
TABLES = (
    "enquiries", "messages", "tasks", "staff", "audit_events", "patients", "translations", "quarantined",
    "api_keys", "package_jobs", "staff_links", "recovery_codes",
    "notes", "appointments", "labelled_examples", "attachments", "contact_points", "remembered_sentences", "consents",
    "canned_answers", "canned_texts", "drafts", "text_reviews", "search_words", "relations",
    "calendars", "holidays", "on_call", "alerts", "presences",
)  # fmt: skip


def _routes(app: Flask, method: str) -> Iterator[tuple[str, str]]:
    for rule in app.url_map.iter_rules():
        if rule.endpoint.startswith("console.") and rule.endpoint not in OPEN_TO_ALL and method in (rule.methods or ()):
            yield rule.endpoint, rule.rule


def _paths(app: Flask, method: str, things: dict[str, str]) -> dict[str, str]:
    """Every address of the console that takes this method, with things in it that exist."""
    return {endpoint: _filled(rule, things) for endpoint, rule in _routes(app, method)}


def _filled(rule: str, things: dict[str, str]) -> str:
    path = reduce(lambda done, name: done.replace(name, things[name]), things, rule)
    assert "<" not in path, f"say what to put into {rule}"
    return path


def _everything(database: Database) -> dict[str, list[tuple[object, ...]]]:
    with database.engine.connect() as connection:
        return {name: [tuple(row) for row in connection.execute(text(f"SELECT * FROM {name}"))] for name in TABLES}


@pytest.fixture
def built(database: Database) -> Built:
    return create_enquiry(
        database, name="Nadia Secret", files=[File("a.eml", "message/rfc822", b"Subject: a\r\n\r\na")]
    )


@pytest.fixture
def things(database: Database, built: Built) -> dict[str, str]:
    """What stands in the addresses of the console: one of each."""
    with database.write() as session:
        task = tasks.add(session, "understand", "understand", built.message_id)
        task.state = "dead"
        doubtful = Quarantined(
            path="/twilio/messaging", reason="signed for another address", provider_id="SM1", form={}
        )
        session.add(doubtful)
        author = Staff(id=new_id(), email="author@clinic.example", role="lead", password_hash="none")
        session.add(author)
        session.flush()
        booked = Appointment(
            enquiry_id=built.enquiry_id,
            patient_id=built.patient_id,
            starts_at=now() + timedelta(days=3),
            zone="Asia/Dubai",
            kind="visit",
            booked_by=author.id,
        )
        wish = consent.row(session.get_one(Enquiry, built.enquiry_id), consent.ERASURE, "deleted-1", "en", "sms")
        session.add_all([booked, wish])
        session.flush()
        return {
            "<reference>": built.reference,
            "<attachment_id>": built.attachment_ids[0],
            "<task_id>": task.id,
            "<patient_id>": built.patient_id,
            "<row_id>": doubtful.id,
            "<table>": "languages",
            "<answer_id>": canned.create(session, author, "hours", "We are open.").id,
            "<appointment_id>": booked.id,
            "<message_id>": built.message_id,
            "<wish_id>": wish.id,
            **_of_the_clinic(session),
            "<prefix>": keys.add(session, "Partner", keys.SCOPES, who="test")[:10],
            "<staff_id>": _somebody(session).id,
        }


def _of_the_clinic(session: Session) -> dict[str, str]:
    """A calendar with a holiday, and a number on call."""
    calendar = Calendar(name="Clinic", zone="UTC", holidays=[Holiday(day=now().date(), name="Today")])
    entry = OnCall(kind="phone")
    entry.address = "+447700900901"
    session.add_all([calendar, entry])
    session.flush()
    return {"<calendar_id>": calendar.id, "<holiday_id>": calendar.holidays[0].id, "<entry_id>": entry.id}


def _somebody(session: Session) -> Staff:
    """A member of staff who takes no part."""
    staff = Staff(email="zoe@clinic.example", role="coordinator", password_hash="!")
    session.add(staff)
    session.flush()
    return staff


def test_every_page_sends_an_outsider_to_the_sign_in_page(
    app: Flask, outsider: Visitor, things: dict[str, str], database: Database
) -> None:
    before, paths = _everything(database), _paths(app, "GET", things)
    assert len(paths) >= 6
    for path in paths.values():
        answer = outsider.get(path)
        assert answer.status_code in (303, 401), path
        assert (answer.location or "/console/sign-in").startswith("/console/sign-in"), path
        assert "Nadia" not in answer.text
    assert _everything(database) == before


def test_no_form_of_an_outsider_changes_anything(
    app: Flask, outsider: Visitor, things: dict[str, str], database: Database
) -> None:
    before, paths = _everything(database), _paths(app, "POST", things)
    assert len(paths) >= 5
    for path in paths.values():
        assert outsider.post(path, {"reason": "answered"}).location == "/console/sign-in", path
        assert outsider.post(path, {"reason": "answered"}, token=False).status_code == 400, path
    assert _everything(database) == before


def test_no_form_without_the_token_of_a_page_changes_anything(
    app: Flask, alice: Visitor, things: dict[str, str], database: Database
) -> None:
    before = _everything(database)
    for path in _paths(app, "POST", things).values():
        assert alice.post(path, {"reason": "answered"}, token=False).status_code == 400, path
    assert _everything(database) == before


def test_the_token_of_somebody_else_does_not_help(
    alice: Visitor, bob: Visitor, built: Built, database: Database
) -> None:
    before = _everything(database)
    answer = alice.client.post(f"/console/enquiries/{built.reference}/claim", data={"csrf_token": bob.token()})
    assert answer.status_code == 400
    assert _everything(database) == before


def test_an_auditor_sees_everything_and_changes_nothing(
    app: Flask, staff: Callable[..., Visitor], built: Built, things: dict[str, str], database: Database
) -> None:
    auditor = staff("audrey", "auditor")
    for endpoint, path in _paths(app, "GET", things).items():
        is_open = endpoint not in NOT_FOR_AUDITORS
        assert auditor.get(path).status_code == (200 if is_open else 403), path
    assert "Nadia Secret" in auditor.get(f"/console/enquiries/{built.reference}").text
    before, paths = _everything(database), _paths(app, "POST", things)
    for endpoint, path in paths.items():
        if endpoint not in ALWAYS_ALLOWED:
            assert auditor.post(path, {"reason": "answered"}).status_code == 403, path
    assert _everything(database) == before


def test_an_auditor_is_offered_no_buttons(staff: Callable[..., Visitor], built: Built) -> None:
    auditor = staff("audrey", "auditor")
    for path in ("/console/", f"/console/enquiries/{built.reference}", "/console/dead-letters"):
        assert auditor.get(path).text.count('method="post"') == 1, path  # signing out


def test_somebody_who_only_sends_heads_and_options_gets_nothing_either(outsider: Visitor, built: Built) -> None:
    path = f"/console/enquiries/{built.reference}/claim"
    assert outsider.client.options(path).status_code == 303
    assert outsider.client.head("/console/").status_code == 303
