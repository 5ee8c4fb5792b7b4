"""On call and on duty: who is told of emergencies, set by leads, tried by a test, and switched by oneself."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import select

from service.enquiries import alert, on_call
from service.enquiries.desk_model import OnCall
from service.enquiries.model import AuditEvent, Enquiry, Staff
from service.settings import Settings
from service.storage.doorbell import Doorbell
from service.storage.session import Database
from tests.builders import create_enquiry
from tests.conftest import NOBODY_LISTENS
from tests.integration.console.conftest import Visitor
from tests.twilio_server import twilio_server
from workers import work
from workers.runtime import Runtime

PAGE = "/console/on-call"


@pytest.fixture
def lena(staff: Callable[..., Visitor]) -> Visitor:
    return staff("lena", "lead")


def entries(database: Database) -> list[tuple[str, str | None, bool]]:
    with database.read() as session:
        return [(one.kind, one.address, one.escalation) for one in on_call.every(session)]


def path_of(database: Database, step: str) -> str:
    with database.read() as session:
        return f"{PAGE}/{session.scalars(select(OnCall.id)).one()}/{step}"


def test_a_lead_puts_numbers_and_addresses_on_the_list_and_takes_them_off(lena: Visitor, database: Database) -> None:
    assert "Nobody is on call" in lena.get(PAGE).text
    lena.post(PAGE, {"address": " +44 7700 900901 ", "when": "at-once"})
    lena.post(PAGE, {"address": "Boss@Clinic.example", "when": "escalation"})
    assert entries(database) == [("phone", "+447700900901", False), ("email", "boss@clinic.example", True)]
    page = lena.get(PAGE).text
    assert "+447700900901" in page
    assert "after 5 minutes without a claim" in page
    for _ in range(2):
        with database.read() as session:
            entry_id = session.scalars(select(OnCall.id).limit(1)).one()
        lena.post(f"{PAGE}/{entry_id}/remove")
    assert entries(database) == []


@pytest.mark.parametrize(
    "address",
    [
        "",
        "07700 900901",
        "+",
        "+44",
        "boss@",
        "+447700900901" * 20,
        "\0",
        "🚑",
        "boss@clinic.example\nBcc: x@y.example",
    ],
)
def test_what_is_no_number_and_no_address_is_refused_beside_the_field(
    lena: Visitor, database: Database, address: str
) -> None:
    answer = lena.post(PAGE, {"address": address})
    assert answer.status_code == 422
    assert 'aria-invalid="true"' in answer.text
    assert "country code" in answer.text
    assert entries(database) == []


def test_the_same_number_is_not_listed_twice(lena: Visitor) -> None:
    lena.post(PAGE, {"address": "+447700900901"})
    assert lena.post(PAGE, {"address": "+44 7700 900901"}).status_code == 422
    assert lena.post(PAGE, {"address": "+44 7700 900901", "when": "escalation"}).status_code == 303


def test_the_list_does_not_grow_without_end(lena: Visitor, database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(on_call, "MOST", 1)
    lena.post(PAGE, {"address": "+447700900901"})
    answer = lena.post(PAGE, {"address": "+447700900902"})
    assert answer.status_code == 409
    assert "remove one of them" in answer.text


def test_the_page_says_plainly_what_keeps_an_emergency_from_being_heard(app: Flask, lena: Visitor) -> None:
    page = lena.get(PAGE).text
    assert "No telephone number is on call" in page
    assert "Text messages cannot be sent" in page
    assert "E-mail cannot be sent" in page
    parts = app.extensions["dragoman"]
    able = dataclasses.replace(
        parts.settings, twilio_sms_from="+447700900000", smtp_url="smtp://mail.example", mail_from="a@clinic.example"
    )
    app.extensions["dragoman"] = dataclasses.replace(parts, settings=able)
    lena.post(PAGE, {"address": "+447700900901"})
    assert 'class="notice"' not in lena.get(PAGE).text


def test_a_test_alert_goes_out_and_the_page_says_what_came_of_it(
    lena: Visitor, database: Database, settings: Settings
) -> None:
    lena.post(PAGE, {"address": "+447700900901"})
    assert "not tested lately" in lena.get(PAGE).text
    lena.post(path_of(database, "test"))
    assert "test on its way" in lena.get(PAGE).text
    assert lena.post(path_of(database, "test")).status_code == 409
    with twilio_server() as provider:
        ready = dataclasses.replace(settings, twilio_api_url=provider.url, twilio_sms_from="+447700900000")
        runtime = Runtime(ready, database, Doorbell(NOBODY_LISTENS), "w1")
        work.drain(runtime, "send")
        (taken,) = provider.taken
        assert taken["To"] == "+447700900901"
        assert taken["Body"].startswith("Test of the emergency alerts, nothing has happened")
        assert "test sent" in lena.get(PAGE).text
        provider.fates = [(400, 21614)]
        lena.post(path_of(database, "test"))
        work.drain(runtime, "send")
    assert "test failed: 21614" in lena.get(PAGE).text
    lena.post(path_of(database, "test"))
    work.drain(
        Runtime(
            settings,
            database,
            Doorbell(NOBODY_LISTENS),
            "w1",
        ),
        "send",
    )
    assert "test failed: no-sender" in lena.get(PAGE).text


def test_a_test_of_a_number_removed_meanwhile_sends_nothing(
    lena: Visitor, database: Database, settings: Settings
) -> None:
    lena.post(PAGE, {"address": "+447700900901"})
    lena.post(path_of(database, "test"))
    lena.post(path_of(database, "remove"))
    assert work.drain(Runtime(settings, database, Doorbell(NOBODY_LISTENS), "w1"), "send") == 1


@pytest.mark.parametrize("step", ["remove", "test"])
def test_what_is_not_on_the_list_is_not_found(lena: Visitor, step: str) -> None:
    for entry_id in ("0" * 32, "x", "0" * 31 + "%00"):
        assert lena.post(f"{PAGE}/{entry_id}/{step}").status_code == 404


def test_what_was_told_lately_is_listed_with_its_enquiry(lena: Visitor, database: Database) -> None:
    lena.post(PAGE, {"address": "+447700900901"})
    built = create_enquiry(database, urgency="emergency", name="Nadia Secret")
    with database.write() as session:
        alert.emergency(session, session.get_one(Enquiry, built.enquiry_id), built.message_id)
    page = lena.get(PAGE).text
    assert f"/console/enquiries/{built.reference}" in page
    assert page.count("Waiting to go") == 2
    assert "Nadia" not in page


def test_coordinators_look_and_change_nothing(alice: Visitor, lena: Visitor, database: Database) -> None:
    lena.post(PAGE, {"address": "+447700900901"})
    page = alice.get(PAGE).text
    assert "+447700900901" in page
    assert "Send a test alert" not in page
    assert alice.post(PAGE, {"address": "+447700900902"}).status_code == 403
    for step in ("remove", "test"):
        assert alice.post(path_of(database, step)).status_code == 403
    assert len(entries(database)) == 1


def test_numbers_on_call_are_sealed_and_the_audit_log_does_not_repeat_them(lena: Visitor, database: Database) -> None:
    lena.post(PAGE, {"address": "+447700900901"})
    with database.engine.connect() as connection:
        raw = repr(connection.exec_driver_sql("SELECT * FROM on_call").all())
        log = repr(connection.exec_driver_sql("SELECT who, what FROM audit_events").all())
    assert "900901" not in raw + log
    assert "on-call phone added" in log


# On duty and off duty


def is_on_duty(database: Database, name: str) -> bool:
    with database.read() as session:
        return session.scalars(select(Staff.on_duty).where(Staff.email.startswith(name))).one()


def test_the_switch_in_the_header_is_for_oneself_and_leads_back(
    alice: Visitor, bob: Visitor, database: Database
) -> None:
    answer = alice.post("/console/duty", {"on_duty": "no", "back": "/console/on-call"})
    assert answer.location == "/console/on-call"
    assert (is_on_duty(database, "alice"), is_on_duty(database, "bob")) == (False, True)
    page = alice.get(PAGE).text
    assert "Off duty" in page
    assert re.findall(r"<li>(\w+)@", page) == ["bob"]
    alice.post("/console/duty", {"on_duty": "yes"})
    assert is_on_duty(database, "alice")
    with database.read() as session:
        whats = session.scalars(select(AuditEvent.what).where(AuditEvent.who == "alice@clinic.example")).all()
    assert [what for what in whats if "duty" in what] == ["off duty", "on duty"]


@pytest.mark.parametrize(
    "back",
    [
        "",
        "https://evil.example/",
        "//evil.example",
        "/\\evil.example",
        "/console/\\..//evil.example",
        "/de/",
        "x" * 5000,
    ],
)
def test_the_switch_leads_nowhere_else(alice: Visitor, back: str) -> None:
    assert alice.post("/console/duty", {"on_duty": "yes", "back": back}).location == "/console/"


def test_a_wish_that_cannot_be_understood_changes_nothing(alice: Visitor, database: Database) -> None:
    assert alice.post("/console/duty", {"on_duty": "maybe"}).status_code == 422
    assert is_on_duty(database, "alice")
