"""Answering a patient in a real browser: kept as it is typed, canned answers by key, undone while seconds count."""

from __future__ import annotations

from typing import Literal

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select

from service.enquiries import canned, canned_review
from service.enquiries.model import Draft, Message, Staff
from service.settings import Settings
from service.storage.doorbell import Doorbell
from service.storage.session import Database
from tests.builders import Built, Translated, create_enquiry, create_staff
from tests.conftest import NOBODY_LISTENS
from tests.e2e.barriers import violations
from translations.engines.fake import FakeEngine
from translations.translator import Translator
from workers import work
from workers.runtime import Runtime

WORDS = {("en", "es"): {"we": "nosotros", "answer": "respondemos"}, ("es", "en"): {"nosotros": "we"}}


@pytest.fixture
def spanish(database: Database) -> Built:
    """An enquiry of Ana's, and a canned answer with a reviewed Spanish text beside one without."""
    create_staff(database, "lead@clinic.example", role="lead")
    with database.write() as session:
        lead = session.scalars(select(Staff).where(Staff.email == "lead@clinic.example")).one()
        hours = canned.create(session, lead, "opening hours", "Dear {name}, we open at nine.")
        canned.change(session, lead, hours.id, "es", "{name}: abrimos a las nueve.")
        canned_review.review(session, lead, hours.id, "es", version=1, reviewer="Dr Speaker")
        canned.create(session, lead, "prices", "Our price list is on our site.")
    return create_enquiry(
        database,
        "¿Cuándo abren?",
        language="es",
        name="Ana Ejemplo",
        contact=("phone", "+447700900556"),
        translation=Translated("When do you open?"),
    )


@pytest.fixture
def reply(desk: Page, spanish: Built) -> Page:
    """Alice in front of the enquiry that she has claimed."""
    desk.goto(f"/console/enquiries/{spanish.reference}")
    desk.get_by_role("button", name="Claim").first.click()
    desk.get_by_label("Your answer").wait_for()
    desk.wait_for_load_state()  # its scripts included
    return desk


def test_what_is_typed_is_kept_without_a_button(reply: Page, database: Database) -> None:
    reply.get_by_label("Your answer").press_sequentially("we answer soon")
    expect(reply.get_by_text("Kept as a draft.")).to_be_visible()
    with database.read() as session:
        assert session.scalars(select(Draft)).one().written == "we answer soon"
    reply.reload()
    expect(reply.get_by_label("Your answer")).to_have_value("we answer soon")


def test_a_reviewed_answer_is_found_and_put_in_by_key_and_sent_and_taken_back(reply: Page, database: Database) -> None:
    reply.get_by_label("Your answer").press("/")
    finder = reply.get_by_role("combobox", name="Canned answer arrows")
    expect(finder).to_be_focused()
    finder.press_sequentially("hours")
    expect(reply.get_by_role("listbox", name="Canned answers").get_by_role("option", selected=True)).to_contain_text(
        "opening-hours"
    )
    finder.press("Enter")
    expect(reply.locator(".preview [lang=es]")).to_have_text("Ana Ejemplo: abrimos a las nueve.")
    expect(reply.get_by_label("Your answer")).to_be_focused()
    reply.get_by_role("button", name="Send to the patient").click()
    countdown = reply.locator(".countdown")
    first = int(countdown.inner_text())
    expect(countdown).not_to_have_text(str(first))
    reply.get_by_role("button", name="Take it back").click()
    expect(reply.get_by_label("Your answer")).to_have_value("Dear Ana Ejemplo, we open at nine.")
    with database.read() as session:
        sent = session.scalars(select(Message).where(Message.direction == "out")).one()
        assert sent.status == "canceled"


def test_what_is_written_in_the_language_of_the_patient_is_sent_by_key(reply: Page, database: Database) -> None:
    reply.get_by_label("I write in").focus()
    reply.keyboard.type("Spanish")
    reply.get_by_label("Your answer").focus()
    reply.keyboard.type("Abrimos a las nueve.")
    reply.keyboard.press("Control+Enter")
    expect(reply.get_by_role("heading", name="Preview")).to_be_focused()
    reply.keyboard.press("Tab")
    reply.keyboard.press("Enter")
    expect(reply.locator(".undo")).to_contain_text("Take it back")
    with database.read() as session:
        sent = session.scalars(select(Message).where(Message.direction == "out")).one()
        assert sent.body == "Abrimos a las nueve."


def test_the_list_of_canned_answers_is_left_by_escape_and_a_slash_can_be_written(reply: Page) -> None:
    box = reply.get_by_label("Your answer")
    box.press_sequentially("from 3/5 ")
    expect(box).to_have_value("from 3/5 ")
    box.press("/")
    finder = reply.get_by_role("combobox", name="Canned answer arrows")
    finder.press("ArrowDown")
    expect(reply.get_by_role("listbox", name="Canned answers").get_by_role("option", selected=True)).to_contain_text(
        "prices"
    )
    finder.press_sequentially("zzz")
    expect(reply.get_by_text("No canned answer like that.")).to_be_visible()
    finder.press("Escape")
    expect(box).to_be_focused()
    box.press("/")
    finder.press("/")
    expect(box).to_have_value("from 3/5 /")


def test_an_old_preview_cannot_be_sent_once_other_words_stand_there(
    reply: Page, database: Database, settings: Settings
) -> None:
    runtime = Runtime(settings, database, Doorbell(NOBODY_LISTENS), "w1")
    runtime.__dict__["translator"] = Translator([FakeEngine(WORDS)])
    reply.get_by_label("Your answer").fill("we answer")
    reply.get_by_role("button", name="Preview").click()
    reply.get_by_text("The preview is being made").wait_for()
    work.drain(runtime, "understand")
    expect(reply.locator(".preview [lang=es]")).to_have_text("nosotros respondemos")
    expect(reply.get_by_role("heading", name="Preview")).to_be_focused()
    reply.get_by_label("Your answer").press_sequentially(" now")
    expect(reply.get_by_text("Changed since this preview.")).to_be_visible()
    expect(reply.get_by_role("button", name="Send to the patient")).to_be_disabled()
    expect(reply.get_by_label("What the patient will read, in Spanish")).to_be_hidden()


def test_what_is_written_while_a_preview_is_made_is_not_lost(
    reply: Page, database: Database, settings: Settings
) -> None:
    runtime = Runtime(settings, database, Doorbell(NOBODY_LISTENS), "w1")
    runtime.__dict__["translator"] = Translator([FakeEngine(WORDS)])
    box = reply.get_by_label("Your answer")
    box.fill("we answer")
    box.press("Control+Enter")
    reply.get_by_text("The preview is being made").wait_for()
    box.fill("we answer soon")
    with reply.expect_response("**/reply/live") as live:
        work.drain(runtime, "understand")
    live.value.finished()
    expect(box).to_have_value("we answer soon")


def test_whoever_has_not_claimed_it_is_led_to_the_claim(desk: Page, spanish: Built) -> None:
    desk.goto(f"/console/enquiries/{spanish.reference}")
    expect(desk.get_by_text("Claim the enquiry to answer it")).to_be_visible()
    desk.keyboard.press("r")
    expect(desk.get_by_role("button", name="Claim", exact=True)).to_be_focused()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_reply_has_no_barriers_at_any_of_its_steps(reply: Page, scheme: Literal["light", "dark"]) -> None:
    reply.emulate_media(color_scheme=scheme)
    reply.get_by_label("Your answer").press("/")
    assert violations(reply) == []
    reply.keyboard.press("Enter")
    reply.locator(".preview").wait_for()
    assert violations(reply) == []
    reply.get_by_role("button", name="Send to the patient").click()
    reply.locator(".undo").wait_for()
    assert violations(reply) == []
