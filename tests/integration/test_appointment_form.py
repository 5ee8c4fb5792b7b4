"""The form for a wish for an appointment: what it stores beside the patient's words, and what it refuses."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from service.clock import now
from service.enquiries.model import Enquiry, Message
from service.enquiries.understand import take_in
from service.storage.session import Database
from service.understanding.reader import Reader
from tests.integration.test_web_form import ANSWERS, hidden

SOON = (now() + timedelta(days=10)).date().isoformat()
LATER = (now() + timedelta(days=12)).date().isoformat()
WISH = {**ANSWERS, "how": "video", "day": LATER, "other_day": SOON, "time_of_day": "morning"}


@pytest.fixture
def browser(app: Flask) -> FlaskClient:
    return app.test_client()


def ask(browser: FlaskClient, language: str = "en", **changes: Any) -> Any:
    page = browser.get(f"/{language}/appointment").get_data(as_text=True)
    keys = {name: hidden(page, name) for name in ("token", "csrf_token")}
    answer = browser.post(f"/{language}/appointment", data={**WISH, **keys, **changes})
    answer.request.environ["wsgi.input"].close()
    return answer


def facts_of(enquiry: Enquiry) -> dict[str, Any]:
    return enquiry.facts or {}


def test_a_wish_for_an_appointment_is_an_enquiry_with_what_was_chosen(browser: FlaskClient, database: Database) -> None:
    assert ask(browser).status_code == 200
    with database.read() as session:
        enquiry = session.scalars(select(Enquiry)).one()
        assert (enquiry.intent, enquiry.condition, enquiry.status) == ("appointment", "parkinsons", "queued")
        assert facts_of(enquiry)["appointment"] == {"how": "video", "days": [SOON, LATER], "time_of_day": "morning"}
        assert facts_of(enquiry)["age"] == 68
        assert enquiry.messages[0].body == ANSWERS["message"]


def test_a_later_reading_keeps_what_was_chosen(browser: FlaskClient, database: Database) -> None:
    ask(browser)
    with database.write() as session:
        message = session.scalars(select(Message)).one()
        reading = Reader().read(message.body or "", language="en")
        assert reading.intent == "cost"
        take_in(message.enquiry, message, reading)
        assert message.enquiry.intent == "appointment"
        assert facts_of(message.enquiry)["appointment"]["how"] == "video"


def test_what_was_chosen_outlives_a_fault_in_reading(
    app: Flask, browser: FlaskClient, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*args: object, **kwargs: object) -> None:
        raise RuntimeError("a fault")

    monkeypatch.setattr(app.extensions["dragoman"].receiver._reader, "read", broken)
    ask(browser)
    with database.write() as session:
        message = session.scalars(select(Message)).one()
        assert message.enquiry.intent == "appointment"
        take_in(message.enquiry, message, Reader().read(message.body or "", language="en"))
        assert facts_of(message.enquiry)["appointment"]["days"] == [SOON, LATER]


def test_an_emergency_in_a_wish_for_an_appointment_is_shown_its_advice(browser: FlaskClient) -> None:
    page = ask(browser, message="My father cannot breathe and his lips are blue").get_data(as_text=True)
    assert page.index('class="alarm"') < page.index("<h1>")


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"how": ""}, "choose how you would like to meet us"),
        ({"how": "teleport"}, "choose how you would like to meet us"),
        ({"day": "tomorrow"}, "choose a day from today"),
        ({"day": "2001-01-01"}, "choose a day from today"),
        ({"other_day": "9999-12-31"}, "choose a day from today"),
        ({"other_day": "2026-02-31"}, "choose a day from today"),
        ({"time_of_day": "midnight"}, "choose from the list"),
        ({"message": ""}, "write your question"),
    ],
)
def test_each_mistake_is_told_beside_its_field_and_in_the_summary(
    browser: FlaskClient, database: Database, changes: dict[str, str], words: str
) -> None:
    answer = ask(browser, **changes)
    page = answer.get_data(as_text=True)
    (name,) = changes
    assert answer.status_code == 422
    assert page.count(words) == 2
    assert f'<a href="#{name}">' in page
    assert f'id="{name}-error"' in page
    with database.read() as session:
        assert session.scalars(select(Enquiry)).all() == []


def test_no_day_at_all_is_a_wish_for_any_day(browser: FlaskClient, database: Database) -> None:
    ask(browser, day="", other_day="", time_of_day="")
    with database.read() as session:
        wish = facts_of(session.scalars(select(Enquiry)).one())["appointment"]
        assert wish == {"how": "video", "days": [], "time_of_day": "any"}


@pytest.mark.parametrize("language", ["ar", "zh"])
def test_mistakes_are_told_in_the_language_of_the_page(browser: FlaskClient, language: str) -> None:
    page = ask(browser, language, how="").get_data(as_text=True)
    assert {"ar": "يرجى اختيار طريقة اللقاء بنا.", "zh": "请选择与我们见面的方式。"}[language] in page
