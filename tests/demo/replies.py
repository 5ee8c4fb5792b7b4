"""The way back: a coordinator answers in the console, and the provider reports what became of it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Final
from urllib.parse import urlsplit

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from tests.coordinator import Coordinator
from tests.mail_servers import mail_server
from tests.program import Program, ProgramError, until
from tests.twilio_client import CLINIC
from tests.twilio_server import twilio_server

COORDINATOR: Final = "coordinator@clinic.example"
MAILBOX: Final = "clinic@clinic.example"
TEXTS: Final = ("sms", "whatsapp")
#: Language, channels and words: to English writers without translation, and to a Spanish one, whose language Debian's
#: Apertium serves both ways.
ANSWERS: Final = (
    ("en", TEXTS, "Thank you for your message. A doctor will look at your reports this week."),
    ("es", TEXTS, "Thank you for your message. Please send us the results of the blood test."),
    ("en", ("email",), "Thank you for your mail. Please send us the reports of the liver, with their dates."),
)
#: How far each channel tells of a message: a mail server only that it has taken it.
ARRIVED: Final = ("delivered", "failed", "undelivered")
DELIVERY_SECONDS: Final = 60


@contextmanager
def provider(program: Program) -> Iterator[None]:
    """The providers' parts, played on loopback: Twilio's takes messages and reports them as delivered, signed, and a
    mail server takes mails."""
    with twilio_server() as server, mail_server() as mails:
        program.more = {
            "DRAGOMAN_SMTP_URL": mails.url,
            "DRAGOMAN_MAIL_FROM": MAILBOX,
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
    table = Table("Answer to", "Ch.", "Written", "The patient reads", "Delivery", title="Answers")
    fine = True
    for language, channels, text in ANSWERS:
        enquiry = _waiting(program, language, channels)
        if enquiry is None or not _can_answer(program, language):
            continue
        reference = enquiry["reference"]
        coordinator.answer(reference, text)
        channel = enquiry["channel"]
        sent = _delivered(program, reference, ("sent", *ARRIVED) if channel == "email" else ARRIVED)
        table.add_row(f"{reference} ({language})", channel, text, escape(sent["text"]), sent["status"])
        fine = fine and sent["status"] in ("sent", "delivered")
    if table.row_count:
        out.print(table)
    return fine


def _waiting(program: Program, language: str, channels: Sequence[str]) -> dict[str, Any] | None:
    """A routine enquiry of this language by one of these channels that nobody has claimed."""
    wanted = {"language": language, "status": "queued", "urgency": "routine"}
    lines = (line for line in program.lines("queue", "--json") if line["channel"] in channels)
    return next((line for line in lines if wanted.items() <= {name: line[name] for name in wanted}.items()), None)


def _can_answer(program: Program, language: str) -> bool:
    if language == "en":
        return True
    return program.command("translate", "--from", "en", "--to", language, stdin="1\n").returncode == 0


def _delivered(program: Program, reference: str, ends: Sequence[str]) -> dict[str, Any]:
    """The answer, once its channel has told what became of it."""
    status = "nothing was sent"
    for _ in until(DELIVERY_SECONDS, pause=1.0):
        (enquiry,) = program.lines("enquiry", reference, "--json")
        sent = [message for message in enquiry["messages"] if message["direction"] == "out"]
        status = sent[-1]["status"] if sent else status
        if sent and status in ends:
            return dict(sent[-1])
    raise ProgramError(f"the answer to {reference} was not delivered: {status}")
