"""Every channel there and back: from the outside to the queue, and a coordinator's answer to where the patient is."""

from __future__ import annotations

from collections.abc import Iterator
from email.message import EmailMessage
from urllib.parse import urlsplit
from xml.etree import ElementTree

import pytest

from tests.coordinator import Coordinator
from tests.demo.samples import Sample
from tests.e2e.conftest import PASSWORD
from tests.mail_servers import MailServer, mail_server
from tests.program import Program, free_port, until
from tests.twilio_client import CLINIC, call, new_sid
from tests.twilio_server import TwilioServer, twilio_server

LENA = "lena@clinic.example"
ANSWER = "Thank you. Please send us your newest reports."
WORDS = "How much is a new knee, and how long do I stay?"


@pytest.fixture(scope="module")
def provider() -> Iterator[TwilioServer]:
    with twilio_server() as server:
        yield server


@pytest.fixture(scope="module")
def mail() -> Iterator[MailServer]:
    with mail_server() as server:
        yield server


@pytest.fixture(scope="module")
def clinic(tmp_path_factory: pytest.TempPathFactory, provider: TwilioServer, mail: MailServer) -> Iterator[Program]:
    """The program with every way out; what Twilio takes it reports as delivered."""
    folder = tmp_path_factory.mktemp("clinic")
    ways_out = {
        "DRAGOMAN_TWILIO_API_URL": provider.url,
        "DRAGOMAN_TWILIO_SMS_FROM": CLINIC,
        "DRAGOMAN_TWILIO_WHATSAPP_FROM": CLINIC,
        "DRAGOMAN_SMTP_URL": mail.url,
        "DRAGOMAN_MAIL_FROM": "clinic@clinic.example",
    }
    running = Program(folder / "data", free_port(), folder / "program.log", ways_out)
    running.start()

    def report(form: dict[str, str], sid: str) -> None:
        address = urlsplit(form["StatusCallback"])
        running.twilio.post(f"{address.path}?{address.query}", {"MessageSid": sid, "MessageStatus": "delivered"})

    provider.reports = report
    yield running
    assert running.stop() == 0, running.log.read_text()[-3000:]


@pytest.fixture(scope="module")
def lena(clinic: Program) -> Coordinator:
    added = clinic.command("staff", "add", LENA, "--role", "lead", stdin=PASSWORD)
    assert added.returncode == 0, added.stderr
    coordinator = Coordinator(clinic.url)
    coordinator.sign_in(LENA, PASSWORD)
    return coordinator


def _waiting(clinic: Program, channel: str) -> str:
    """The reference of the one enquiry that came by this channel, once it can be read."""
    for _ in until(60):
        found = [line for line in clinic.lines("queue", "--json") if line["channel"] == channel]
        if found:
            return str(found[0]["reference"])
    raise AssertionError(f"nothing came by {channel}")


def _delivery(clinic: Program, reference: str, ends: tuple[str, ...]) -> str:
    status = ""
    for _ in until(60):
        (enquiry,) = clinic.lines("enquiry", reference, "--json")
        sent = [message for message in enquiry["messages"] if message["text"] == ANSWER]
        status = str(sent[-1]["status"]) if sent else "nothing was sent"
        if status in ends:
            break
    return status


@pytest.mark.parametrize(("channel", "to"), [("sms", ""), ("whatsapp", "whatsapp:")])
def test_an_answer_goes_back_to_the_telephone_and_its_delivery_is_known(
    clinic: Program, lena: Coordinator, provider: TwilioServer, channel: str, to: str
) -> None:
    sample = Sample(f"en-{1 if channel == 'sms' else 2}", channel, "en", WORDS, {})
    sample.send(clinic)
    reference = _waiting(clinic, channel)
    lena.answer(reference, ANSWER)
    assert _delivery(clinic, reference, ("delivered",)) == "delivered"
    (taken,) = [message for message in provider.taken if message["To"] == f"{to}{sample.number}"]
    assert taken["Body"] == ANSWER


def test_a_caller_is_answered_by_text_message(clinic: Program, lena: Coordinator, provider: TwilioServer) -> None:
    caller, sid = "+447700900390", new_sid("CA")
    address, said = "/twilio/voice", dict[str, str]()
    for answer in ("", "1", WORDS, "yes", "Grace Example", "tomorrow"):
        said = {"Digits": answer} if answer.isdecimal() else {"SpeechResult": answer, "Confidence": "0.9"}
        page = ElementTree.fromstring(clinic.twilio.post(address, call(caller, sid, **said if answer else {})).text)
        gather = page.find("Gather")
        address = str(gather.get("action")) if gather is not None else ""
    assert "reference" in " ".join(say.text or "" for say in page.iter("Say"))
    reference = _waiting(clinic, "voice")
    lena.answer(reference, ANSWER)
    assert _delivery(clinic, reference, ("delivered",)) == "delivered"
    assert [message["Body"] for message in provider.taken if message["To"] == caller] == [ANSWER]


@pytest.mark.parametrize("channel", ["web", "email"])
def test_an_answer_goes_back_by_mail_and_the_patients_reply_joins_the_enquiry(
    clinic: Program, lena: Coordinator, mail: MailServer, channel: str
) -> None:
    sample = Sample(f"en-{3 if channel == 'web' else 4}", channel, "en", WORDS, {})
    sample.send(clinic)
    reference = _waiting(clinic, channel)
    lena.answer(reference, ANSWER)
    assert _delivery(clinic, reference, ("sent",)) == "sent"
    patient = f"{sample.key}@patients.example"
    answer = [sent for sent in mail.taken if sent["To"] == patient and ANSWER in sent.get_content()][-1]
    assert reference in answer["Subject"]
    done = clinic.command("mail", "receive", stdin=_reply_to(answer, patient))
    assert (done.returncode, reference in done.stdout) == (0, True), done.stderr
    (enquiry,) = clinic.lines("enquiry", reference, "--json")
    assert enquiry["status"] == "queued"
    assert [one["text"] for one in enquiry["messages"] if one["direction"] == "in"] == [WORDS, "Here they are."]


def _reply_to(answer: EmailMessage, patient: str) -> str:
    reply = EmailMessage()
    reply["From"], reply["To"] = patient, answer["Reply-To"] or answer["From"]
    reply["Subject"] = f"Re: {answer['Subject']}"
    reply["Message-ID"] = f"<{new_sid('RE')}@patients.example>"
    reply["In-Reply-To"] = answer["Message-ID"]
    reply.set_content("Here they are.\n")
    return reply.as_string()
