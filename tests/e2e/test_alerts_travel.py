"""An emergency by text message, and the whole program: within a minute a telephone and a mailbox have heard of it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.coordinator import Coordinator
from tests.e2e.conftest import PASSWORD
from tests.e2e.test_enquiry_travels import reference_in
from tests.mail_servers import MailServer, mail_server
from tests.program import Program, free_port, until
from tests.twilio_client import sms
from tests.twilio_server import TwilioServer, twilio_server

LEAD, ON_CALL = "lena@clinic.example", "+447700900901"


@pytest.fixture
def provider() -> Iterator[TwilioServer]:
    with twilio_server() as server:
        yield server


@pytest.fixture
def mail() -> Iterator[MailServer]:
    with mail_server() as server:
        yield server


@pytest.fixture
def clinic(tmp_path: Path, provider: TwilioServer, mail: MailServer) -> Iterator[Program]:
    """The program with ways out, and a lead who has put a telephone on call."""
    ways_out = {
        "DRAGOMAN_TWILIO_API_URL": provider.url,
        "DRAGOMAN_TWILIO_SMS_FROM": "+447700900000",
        "DRAGOMAN_SMTP_URL": mail.url,
        "DRAGOMAN_MAIL_FROM": "clinic@clinic.example",
    }
    running = Program(tmp_path / "data", free_port(), tmp_path / "program.log", ways_out)
    running.start()
    added = running.command("staff", "add", LEAD, "--role", "lead", stdin=PASSWORD)
    assert added.returncode == 0, added.stderr
    lena = Coordinator(running.url)
    lena.sign_in(LEAD, PASSWORD)
    lena.post("/console/on-call", {"address": ON_CALL, "when": "at-once"}, on="/console/on-call")
    yield running
    assert running.stop() == 0, running.log.read_text()[-3000:]


def test_an_emergency_is_told_within_a_minute(clinic: Program, provider: TwilioServer, mail: MailServer) -> None:
    reference = reference_in(clinic.twilio.message(sms("My father cannot breathe", "+447700900405")).text)
    expected = f"Emergency enquiry {reference} is waiting: {clinic.url}/console/enquiries/{reference}"
    for _ in until(60):
        texts = [message["Body"] for message in provider.taken if message["To"] == ON_CALL]
        mails = [message.get_content().strip() for message in mail.taken if message["To"] == LEAD]
        if texts and mails:
            break
    assert (texts, mails) == ([expected], [expected])
    assert "breathe" not in clinic.log.read_text()
