"""A request that Twilio signed for another address is neither trusted nor lost."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import func, select

from service.enquiries.door_model import Quarantined
from service.enquiries.model import Enquiry, Message
from service.storage.session import Database
from tests.integration.console.conftest import Visitor
from tests.twilio_client import TOKEN, Answer, call, signature, sms

WRONG = "https://proxy.clinic.example"


def post(app: Flask, path: str, form: dict[str, str], *, signed_for: str, token: str = TOKEN, **headers: str) -> Answer:
    sent = {"X-Twilio-Signature": signature(f"{signed_for}{path}", form, token), **headers}
    answer = app.test_client().post(path, data=form, headers=sent)
    return Answer(answer.status_code, answer.get_data(as_text=True))


def count(database: Database, model: type) -> int:
    with database.read() as session:
        return session.scalar(select(func.count()).select_from(model)) or 0


@pytest.mark.parametrize("header", ["Host", "X-Forwarded-Host"])
@pytest.mark.parametrize("host", ["proxy.clinic.example", "proxy.clinic.example:8443"])
def test_a_request_signed_for_the_proxys_address_is_kept_once(
    app: Flask, database: Database, header: str, host: str
) -> None:
    form = sms("Mi padre no puede respirar")
    for _ in range(2):
        answer = post(app, "/twilio/messaging", form, signed_for=WRONG, **{header: host})
        assert (answer.status, "<Message>" in answer.text) == (200, False)
    assert (count(database, Quarantined), count(database, Message)) == (1, 0)
    with database.read() as session:
        row = session.scalars(select(Quarantined)).one()
        assert (row.form or {})["Body"] == "Mi padre no puede respirar"
        assert b"respirar" not in (row.sealed_form or b"")


@pytest.mark.parametrize(
    ("signed_for", "token", "host"),
    [
        (WRONG, "another token", "proxy.clinic.example"),
        (WRONG, TOKEN, "elsewhere.example"),
        ("https://elsewhere.example", TOKEN, "proxy.clinic.example"),
    ],
)
def test_what_is_surely_forged_is_refused(
    app: Flask, database: Database, signed_for: str, token: str, host: str
) -> None:
    answer = post(app, "/twilio/messaging", sms("x"), signed_for=signed_for, token=token, Host=host)
    assert answer.status == 403
    assert count(database, Quarantined) == 0


def test_a_caller_is_asked_to_leave_a_message(app: Flask) -> None:
    answer = post(app, "/twilio/voice", call(), signed_for=WRONG, Host="proxy.clinic.example")
    assert "<Record" in answer.text


def kept(app: Flask, database: Database) -> str:
    post(app, "/twilio/messaging", sms("Tengo lupus"), signed_for=WRONG, Host="proxy.clinic.example")
    with database.read() as session:
        return session.scalars(select(Quarantined.id)).one()


def test_a_lead_takes_it_in_and_it_is_an_enquiry_like_any_other(
    app: Flask, database: Database, staff: Callable[..., Visitor]
) -> None:
    row_id = kept(app, database)
    lead = staff("lea", "lead")
    assert "Tengo lupus" in lead.get("/console/quarantine").text
    assert lead.post(f"/console/quarantine/{row_id}/accept").status_code == 303
    assert lead.post(f"/console/quarantine/{row_id}/accept").status_code == 409
    with database.read() as session:
        assert session.scalars(select(Enquiry)).one().condition == "lupus"
        row = session.scalars(select(Quarantined)).one()
        assert (row.state, row.sealed_form) == ("accepted", None)  # else it would outlive the patient's erasure


def test_a_lead_throws_it_away_with_its_words(app: Flask, database: Database, staff: Callable[..., Visitor]) -> None:
    row_id = kept(app, database)
    assert staff("lea", "lead").post(f"/console/quarantine/{row_id}/discard").status_code == 303
    with database.read() as session:
        row = session.scalars(select(Quarantined)).one()
        assert (row.state, row.sealed_form) == ("discarded", None)
    assert count(database, Enquiry) == 0


@pytest.mark.parametrize("step", ["accept", "discard"])
def test_nobody_else_decides(app: Flask, database: Database, staff: Callable[..., Visitor], step: str) -> None:
    path = f"/console/quarantine/{kept(app, database)}/{step}"
    assert Visitor(app).post(path).status_code == 303  # to the sign-in page
    assert staff("bob").post(path).status_code == 403
    assert staff("lea", "lead").post(path, token=False).status_code == 400
    assert count(database, Enquiry) == 0
