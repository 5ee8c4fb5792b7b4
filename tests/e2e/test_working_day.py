"""A coordinator's working day in a real browser, from an emergency that arrives to an appointment."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta

import pytest
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import select, update

from service.channels.outbound import OutboundMessage, Sent
from service.clock import now
from service.enquiries.model import Enquiry, Message, Staff
from service.settings import Settings
from service.storage.doorbell import Doorbell
from service.storage.queues import Queue
from service.storage.session import Database
from service.storage.tasks import Task
from tests import twilio_client
from tests.builders import create_enquiry, create_staff
from tests.conftest import NOBODY_LISTENS
from tests.e2e.conftest import sign_in
from tests.twilio_client import Twilio
from translations.engines.fake import FakeEngine
from translations.translator import Translator
from workers import work
from workers.runtime import Runtime

EMERGENCY = "Meu pai não consegue respirar desde hoje de manhã"
#: The engine gets a number wrong: a person must notice, not the patient.
WORDS = {
    ("pt", "en"): {"meu": "my", "pai": "father", "não": "cannot", "respirar": "breathe", "obrigada": "thanks"},
    ("es", "en"): {"meu": "mine"},
    ("en", "pt"): {"come": "venha", "on": "em", "may": "maio", "3": "5"},
}
LIVE_MS = 25_000  # the page asks every ten seconds


@dataclass
class Phone:
    """Stands in for the provider: whatever goes out arrives."""

    sent: list[OutboundMessage] = field(default_factory=list)

    def send(self, message: OutboundMessage) -> Sent:
        self.sent.append(message)
        return Sent(provider_id=twilio_client.new_sid(), status="delivered")

    def find(self, message: OutboundMessage, since: object) -> Sent | None:
        return None


@dataclass
class Workers:
    """All workers in one: do what is due, and what would be due in a minute."""

    database: Database
    runtime: Runtime
    phone: Phone

    def work(self, *queues: Queue) -> None:
        with self.database.write() as session:
            session.execute(update(Task).where(Task.state == "waiting").values(due_at=now() - timedelta(seconds=1)))
        for queue in queues or ("understand", "send"):
            work.drain(self.runtime, queue)


@pytest.fixture
def workers(database: Database, settings: Settings) -> Workers:
    runtime, phone = Runtime(settings, database, Doorbell(NOBODY_LISTENS), "w1"), Phone()
    runtime.__dict__["translator"] = Translator([FakeEngine(WORDS)])
    runtime.__dict__["senders"] = {"sms": phone, "email": phone}
    return Workers(database, runtime, phone)


def _press(page: Page, key: str) -> None:
    """The keys work once the page has loaded."""
    page.wait_for_load_state("load")
    page.keyboard.press(key)


def _status(database: Database) -> str:
    with database.read() as session:
        return session.scalars(select(Enquiry.status)).one()


def _arrives_live(desk: Page, twilio: Twilio, workers: Workers) -> None:
    assert twilio.message(twilio_client.sms(EMERGENCY)).status == 200
    workers.work()
    expect(desk.locator(".row.emergency")).to_have_count(1, timeout=LIVE_MS)
    expect(desk).to_have_title(re.compile(r"^\(1\) "))
    expect(desk.locator("#announcement")).to_contain_text("An emergency is waiting.")


def _claim_and_open(desk: Page) -> None:
    _press(desk, "j")
    _press(desk, "c")
    expect(desk.locator(".hand")).to_contain_text("Your claim ends")


def _correct_language(desk: Page, workers: Workers) -> None:
    """It was read as another language first; one click, and it is translated and read again."""
    expect(desk.locator(".message .original h4")).to_contain_text("Spanish")
    desk.locator(".languages select").first.select_option(label="Portuguese")
    desk.get_by_role("button", name="Set").first.click()
    workers.work()
    desk.reload()
    expect(desk.locator(".message .original h4").first).to_contain_text("Portuguese")
    expect(desk.locator(".message .translation .text").first).to_contain_text("breathe")


def _reply_held_and_overridden(desk: Page, workers: Workers) -> None:
    _press(desk, "r")
    desk.keyboard.type("come on 3 may")
    desk.get_by_role("button", name="Preview").click()
    workers.work("understand")
    expect(desk.locator(".warnings .holding").first).to_contain_text("number differs", timeout=LIVE_MS)
    desk.get_by_label("If it is right all the same, say why").fill("The 5th was agreed on the phone")
    desk.get_by_role("button", name="Send to the patient").click()
    expect(desk.locator(".undo")).to_contain_text("Take it back")
    workers.work("send")


def _patient_answers(desk: Page, twilio: Twilio, workers: Workers) -> None:
    assert twilio.message(twilio_client.sms("Obrigada")).status == 200
    workers.work()
    expect(desk.locator("#changed")).to_be_visible(timeout=LIVE_MS)
    desk.get_by_role("link", name="Show it").click()
    expect(desk.locator("article.message")).to_have_count(3)


def _book(desk: Page) -> None:
    _press(desk, "c")
    expect(desk.locator(".hand")).to_contain_text("Your claim ends")
    _press(desk, "b")
    desk.get_by_label("Day", exact=True).fill((now() + timedelta(days=9)).strftime("%Y-%m-%d"))
    desk.get_by_label("Hour").fill("10:30")
    desk.get_by_role("button", name="Book", exact=True).click()
    expect(desk.locator(".heading .state")).to_contain_text("Booked")


def test_an_emergency_arrives_live_and_ends_with_an_appointment(
    desk: Page, database: Database, twilio: Twilio, workers: Workers
) -> None:
    _arrives_live(desk, twilio, workers)
    with database.write() as session:  # as if it had been taken for the neighbouring language
        message = session.scalars(select(Message).where(Message.direction == "in")).one()
        message.language = message.enquiry.language = "es"
    _claim_and_open(desk)
    _correct_language(desk, workers)
    _reply_held_and_overridden(desk, workers)
    assert _status(database) == "replied"
    assert "em 5 maio" in workers.phone.sent[-1].text
    _patient_answers(desk, twilio, workers)
    assert _status(database) == "queued"
    _book(desk)
    assert _status(database) == "booked"
    with database.read() as session:
        events = [event.what for event in session.scalars(select(Enquiry)).one().events]
    for what in ("claim", "language corrected", "reply overridden", "reply", "patient-wrote", "book", "viewed"):
        assert what in events


def test_an_enquiry_is_closed_with_a_reason_by_the_keyboard_alone(desk: Page, database: Database) -> None:
    built = create_enquiry(database, "How much is a new knee?")
    desk.reload()
    _press(desk, "j")
    _press(desk, "c")
    expect(desk.locator(".hand")).to_contain_text("Your claim ends")
    _press(desk, "e")
    desk.get_by_label("Reason", exact=True).select_option("answered")
    _press(desk, "Tab")
    _press(desk, "Tab")
    _press(desk, "Enter")
    expect(desk.locator(".heading .state")).to_contain_text("Closed")
    with database.read() as session:
        assert session.get_one(Enquiry, built.enquiry_id).status == "closed"


@pytest.fixture
def second(chrome: Browser, address: str, database: Database) -> Callable[[str], Page]:
    """Another coordinator in a browser of their own."""

    def opened(email: str) -> Page:
        page = chrome.new_context(base_url=address).new_page()
        sign_in(page, database, create_staff(database, email))
        return page

    return opened


def test_of_two_who_claim_at_once_one_wins_and_the_other_is_told_who(
    desk: Page, second: Callable[[str], Page], database: Database
) -> None:
    built = create_enquiry(database)
    bob = second("bob@clinic.example")
    for page in (desk, bob):
        page.goto(f"/console/enquiries/{built.reference}")
    desk.get_by_role("button", name="Claim").click()
    bob.get_by_role("button", name="Claim").click()
    expect(desk.locator(".hand")).to_contain_text("Your claim ends")
    expect(bob.locator(".problem")).to_contain_text("alice@clinic.example has claimed this enquiry")
    with database.read() as session:
        enquiry = session.get_one(Enquiry, built.enquiry_id)
        assert session.get_one(Staff, enquiry.assigned_to).email == "alice@clinic.example"
    for page in (desk, bob):
        page.wait_for_load_state("networkidle")
    bob.context.close()
