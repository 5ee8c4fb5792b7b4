"""The way back: a coordinator answers in the console, and the provider reports what became of it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final
from urllib.parse import urlsplit

from rich.console import Console
from rich.table import Table

from tests.coordinator import Coordinator
from tests.program import Program, ProgramError, until
from tests.twilio_client import CLINIC
from tests.twilio_server import twilio_server

COORDINATOR: Final = "coordinator@clinic.example"
#: To an English writer without translation, and to a Spanish one, whose language Debian's Apertium serves both ways.
ANSWERS: Final = {
    "en": "Thank you for your message. A doctor will look at your reports this week.",
    "es": "Thank you for your message. Please send us the results of the blood test.",
}
DELIVERY_SECONDS: Final = 60


@contextmanager
def provider(program: Program) -> Iterator[None]:
    """Twilio's part, played on loopback: it takes messages and reports them as delivered, signed."""
    with twilio_server() as server:
        program.more = {
            "DRAGOMAN_TWILIO_API_URL": server.url,
            "DRAGOMAN_TWILIO_SMS_FROM": CLINIC,
            "DRAGOMAN_TWILIO_WHATSAPP_FROM": CLINIC,
        }

        def report(form: dict[str, str], sid: str) -> None:
            address = urlsplit(form["StatusCallback"])
            for status in ("sent", "delivered"):
                program.twilio.post(f"{address.path}?{address.query}", {"MessageSid": sid, "MessageStatus": status})

        server.reports = report
        yield


def show(program: Program, out: Console, coordinator: Coordinator) -> bool:
    """Answer one enquiry in each language that can be answered here; whether each answer was delivered."""
    table = Table("Answer to", "Written", "The patient reads", "Delivery")
    fine = True
    for language, text in ANSWERS.items():
        enquiry = _waiting(program, language)
        if enquiry is None or not _can_answer(program, language):
            continue
        reference = enquiry["reference"]
        read = coordinator.answer(reference, text)
        status = _delivered(program, reference)
        table.add_row(f"{reference} ({language})", text, read, status)
        fine = fine and status == "delivered"
    if table.row_count:
        out.print(table)
    return fine


def _waiting(program: Program, language: str) -> dict[str, Any] | None:
    """A text message or WhatsApp message of this language that nobody has claimed."""
    return next(
        (
            line
            for line in program.lines("queue", "--json")
            if line["language"] == language and line["channel"] in ("sms", "whatsapp") and line["status"] == "queued"
        ),
        None,
    )


def _can_answer(program: Program, language: str) -> bool:
    if language == "en":
        return True
    return program.command("translate", "--from", "en", "--to", language, stdin="1\n").returncode == 0


def _delivered(program: Program, reference: str) -> str:
    status = "nothing was sent"
    for _ in until(DELIVERY_SECONDS, pause=1.0):
        (enquiry,) = program.lines("enquiry", reference, "--json")
        sent = [message for message in enquiry["messages"] if message["direction"] == "out"]
        status = sent[-1]["status"] if sent else status
        if status in ("delivered", "failed"):
            return str(status)
    raise ProgramError(f"the answer to {reference} was not delivered: {status}")
