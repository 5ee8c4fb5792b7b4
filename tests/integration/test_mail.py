"""E-mail both ways, with real mail servers: from the patient's words to the queue, and the answer back to them."""

from __future__ import annotations

import dataclasses
import io
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from email.message import EmailMessage
from typing import Any

import pytest
from sqlalchemy import func, select, update

from service import cli
from service.clock import now
from service.enquiries import claim, mailbox, reach, reply
from service.enquiries.drafts import Written
from service.enquiries.mail import MailRoom
from service.enquiries.mailbox import MailboxDown
from service.enquiries.model import Consent, ContactPoint, Enquiry, Message, Staff
from service.enquiries.receive import Receiver
from service.settings import Settings
from service.storage.doorbell import Doorbell
from service.storage.session import Database
from service.storage.tasks import Task
from service.understanding.reader import Reader
from tests.builders import create_staff
from tests.conftest import NOBODY_LISTENS
from tests.mail_servers import Mailbox, MailServer, imap_server, mail_server
from tests.needs import need
from tests.unit.test_email import bounce
from workers import sweep, work
from workers.runtime import Runtime

CLINIC = "clinic@clinic.example"
ANA = "ana@patients.example"


@pytest.fixture
def server() -> Iterator[MailServer]:
    with mail_server() as running:
        yield running


@dataclass
class Post:
    """The clinic's mail room, with the workers that send."""

    room: MailRoom
    runtime: Runtime
    server: MailServer

    @property
    def database(self) -> Database:
        return self.runtime.database

    def send(self) -> list[EmailMessage]:
        work.drain(self.runtime, "send")
        return self.server.taken

    def one(self, model: type) -> Any:
        with self.database.read() as session:
            return session.scalars(select(model)).one()


@pytest.fixture
def post(any_database: Database, settings: Settings, server: MailServer) -> Post:
    settings = dataclasses.replace(settings, smtp_url=server.url, mail_from=CLINIC, clinic_name='Clinic "X"')
    runtime = Runtime(settings, any_database, Doorbell(NOBODY_LISTENS), "w1")
    room = MailRoom(any_database, Receiver(any_database, Reader(), lambda queue: None), settings, lambda queue: None)
    return Post(room, runtime, server)


def mail(body: str = "Tengo lupus. ¿Cuánto cuesta?", sender: str = ANA, **headers: str) -> bytes:
    made = EmailMessage()
    made["From"], made["To"] = f"Ana Ejemplo <{sender}>", headers.pop("To", CLINIC)
    for name, value in headers.items():
        made[name.replace("_", "-")] = value
    made.set_content(body)
    return made.as_bytes()


def count(database: Database, model: type) -> int:
    with database.read() as session:
        return session.scalar(select(func.count()).select_from(model)) or 0


def test_a_mail_becomes_an_enquiry_and_is_acknowledged_once(post: Post) -> None:
    raw = mail(Message_ID="<1@patients.example>", Subject="Lupus")
    assert post.room.take(raw) == post.room.take(raw)
    (sent,) = post.send()
    with post.database.read() as session:
        enquiry = session.scalars(select(Enquiry)).one()
        assert (enquiry.channel, enquiry.language, enquiry.condition) == ("email", "es", "lupus")
        inbound = enquiry.messages[0]
        assert (inbound.subject, inbound.provider_id) == ("Lupus", "<1@patients.example>")
        assert [file.name for file in inbound.attachments] == ["message.eml"]
        assert not enquiry.patient.contact_points[0].proven
        assert enquiry.reference in str(sent["Subject"])
    assert (sent["In-Reply-To"], sent["Auto-Submitted"]) == ("<1@patients.example>", "auto-replied")
    assert sent["To"] == ANA
    assert "coordinador" in sent.get_content() or "mensaje" in sent.get_content()


def test_a_second_mail_of_the_same_day_is_not_answered_by_itself_but_an_emergency_is(post: Post) -> None:
    post.room.take(mail())
    post.room.take(mail("¿Y cuándo puedo ir?"))
    assert len(post.send()) == 1
    post.room.take(mail("Mi padre no puede respirar"))
    assert len(post.send()) == 2
    with post.database.write() as session:
        session.execute(update(ContactPoint).values(acknowledged_at=now() - timedelta(hours=25)))
    post.room.take(mail("Otra pregunta sobre el lupus"))
    assert len(post.send()) == 3


def answered(post: Post) -> EmailMessage:
    """A coordinator's answer, as it went out."""
    post.room.take(mail("I have lupus. What does it cost?", Message_ID="<1@patients.example>", Subject="Lupus"))
    create_staff(post.database)
    with post.database.write() as session:
        staff = session.scalars(select(Staff)).one()
        enquiry = session.scalars(select(Enquiry)).one()
        claim.claim(session, enquiry.reference, staff)
        (way,) = reach.ways(enquiry.patient, now())
        draft = reply.preview(session, enquiry.reference, staff, Written("It costs 4000 euros.", way.key))
        reply.approve(session, enquiry.reference, staff, preview_id=draft.preview_id or "")
        session.execute(update(Task).where(Task.stage == "send").values(due_at=now()))
    (sent,) = (one for one in post.send() if one["Auto-Submitted"] is None)
    return sent


def test_an_answer_is_threaded_and_comes_back_to_a_signed_address(post: Post) -> None:
    sent = answered(post)
    reference = post.one(Enquiry).reference
    assert sent["Subject"] == f"Re: Lupus [{reference}]"
    assert sent["In-Reply-To"] == "<1@patients.example>"
    assert "<1@patients.example>" in sent["References"]
    assert str(sent["Reply-To"]).startswith(f"clinic+{reference.replace('-', '')}.")
    assert sent["Auto-Submitted"] is None
    assert sent.get_content().strip() == "It costs 4000 euros."
    assert "Clinic X" in str(sent["From"])


def test_an_answer_to_the_signed_address_joins_the_enquiry_from_wherever_it_comes(post: Post) -> None:
    sent = answered(post)
    taken = post.room.take(mail("Yes, please", sender="ana@work.example", To=str(sent["Reply-To"])))
    with post.database.read() as session:
        enquiry = session.scalars(select(Enquiry)).one()
        assert taken.reference == enquiry.reference
        assert enquiry.status == "queued"
        assert "Yes, please" in [message.body for message in enquiry.messages]
        assert {point.value: point.proven for point in enquiry.patient.contact_points}["ana@work.example"]


def test_an_answer_by_its_thread_joins_only_from_an_address_that_we_know(post: Post) -> None:
    sent = answered(post)
    post.room.take(mail("Yes, please", In_Reply_To=str(sent["Message-ID"])))
    assert count(post.database, Enquiry) == 1
    post.room.take(mail("I am somebody else", sender="eve@evil.example", In_Reply_To=str(sent["Message-ID"])))
    assert count(post.database, Enquiry) == 2


def test_a_reference_in_the_subject_opens_no_door(post: Post) -> None:
    post.room.take(mail())
    reference = post.one(Enquiry).reference
    post.room.take(mail("more about my lupus", sender="eve@evil.example", Subject=f"Re: [{reference}]"))
    assert count(post.database, Enquiry) == 2


def test_what_a_program_sent_is_kept_apart_and_never_answered(post: Post) -> None:
    assert post.room.take(mail("Monthly newsletter", Auto_Submitted="auto-generated")).kind == "automatic"
    assert post.send() == []
    assert post.one(Enquiry).status == "spam"
    post.room.take(mail("Tengo lupus", sender="form@partner.example", Auto_Submitted="auto-generated"))
    with post.database.read() as session:
        assert session.scalars(select(Enquiry).where(Enquiry.condition == "lupus")).one().status == "queued"


def test_our_own_mail_never_goes_round_in_circles(post: Post) -> None:
    assert post.room.take(mail(sender=CLINIC)).kind == "own"
    assert count(post.database, Message) == 0


def test_a_bounce_marks_the_address_and_brings_the_enquiry_back(post: Post) -> None:
    answered(post)
    assert post.room.take(bounce()).kind == "bounce"
    with post.database.read() as session:
        point = session.scalars(select(ContactPoint)).one()
        assert (point.bad_since is not None, point.bad_reason) == (True, "5.1.1")
        enquiry = session.scalars(select(Enquiry)).one()
        assert (enquiry.status, enquiry.needs) == ("queued", ["delivery"])
        assert session.scalars(select(Message).where(Message.sent_by.is_not(None))).one().status == "undelivered"


def outgoing(post: Post) -> tuple[str, str | None]:
    with post.database.read() as session:
        message = session.scalars(select(Message).where(Message.direction == "out")).one()
        return message.status, message.error_code


@pytest.mark.parametrize(
    ("answer", "status", "code"),
    [("451 4.7.1 later", "queued", None), ("554 5.7.1 no", "failed", "5.7.1"), ("drop", "unknown", None)],
)
def test_a_mail_servers_no_is_understood(post: Post, answer: str, status: str, code: str | None) -> None:
    post.room.take(mail())
    post.server.answers = [answer]
    post.send()
    assert outgoing(post) == (status, code)


def test_a_mail_in_doubt_is_never_sent_again_by_itself(post: Post) -> None:
    post.room.take(mail())
    post.server.answers = ["drop"]
    post.send()
    with post.database.write() as session:
        session.execute(update(Task).where(Task.stage == "send").values(due_at=now()))
        session.execute(update(Message).where(Message.direction == "out").values(status_at=now() - timedelta(hours=2)))
    assert len(post.send()) == 1
    assert outgoing(post) == ("failed", "outcome-unknown")


def test_an_address_that_does_not_exist_is_remembered(post: Post) -> None:
    post.room.take(mail())
    post.server.refuses = {ANA: "550 5.1.1 no such user"}
    post.send()
    assert outgoing(post) == ("failed", "5.1.1")
    assert post.one(ContactPoint).bad_since is not None


def test_without_a_mail_server_the_mail_waits(post: Post) -> None:
    post.room.take(mail())
    post.runtime.__dict__["senders"] = {}
    sender = dataclasses.replace(post.runtime.settings, smtp_url="smtp://127.0.0.1:1")
    object.__setattr__(post.runtime, "settings", sender)
    post.runtime.__dict__.pop("senders")
    post.send()
    assert outgoing(post) == ("queued", None)


@pytest.fixture
def box() -> Iterator[Mailbox]:
    need("dovecot")
    with imap_server() as running:
        yield running


def test_new_mail_is_fetched_once_and_marked_as_seen_after_it_is_stored(post: Post, box: Mailbox) -> None:
    for number in range(3):
        box.put(mail(f"Tengo lupus {number}"), f"{number}.mail")
    assert mailbox.fetch(box.url, post.room.take) == 3
    assert mailbox.fetch(box.url, post.room.take) == 0
    assert (count(post.database, Enquiry), box.seen()) == (3, 3)


def test_a_mail_that_cannot_be_taken_stays_unseen_and_holds_up_nobody(post: Post, box: Mailbox) -> None:
    box.put(mail("Tengo lupus"), "1.mail")
    box.put(mail("Tengo artritis"), "2.mail")

    def take(raw: bytes) -> None:
        if b"lupus" in raw:
            raise RuntimeError("a fault of ours")
        post.room.take(raw)

    assert mailbox.fetch(box.url, take) == 1
    assert mailbox.fetch(box.url, post.room.take) == 1
    assert count(post.database, Enquiry) == 2


def test_the_sweeper_has_the_mailbox_looked_at_every_minute(post: Post, box: Mailbox) -> None:
    box.put(mail(), "1.mail")
    object.__setattr__(post.runtime, "settings", dataclasses.replace(post.runtime.settings, imap_url=box.url))
    sweep.sweep(post.database, post.runtime.doorbell, has_mailbox=True)
    work.drain(post.runtime, "housekeeping")
    assert count(post.database, Enquiry) == 1
    box.put(mail("Otra cosa"), "2.mail")
    sweep.sweep(post.database, post.runtime.doorbell, has_mailbox=True)
    work.drain(post.runtime, "housekeeping")
    assert count(post.database, Enquiry) == 1  # not a minute has passed
    with post.database.write() as session:
        session.execute(update(Task).where(Task.stage == "fetch-mail").values(due_at=now() - timedelta(minutes=2)))
    sweep.sweep(post.database, post.runtime.doorbell, has_mailbox=True)
    work.drain(post.runtime, "housekeeping")
    assert count(post.database, Enquiry) == 2


@pytest.mark.parametrize("url", ["imap://u:p@127.0.0.1:1", "imap://u:wrong@127.0.0.1:{port}"])
def test_a_mailbox_that_is_away_is_told_in_a_line(box: Mailbox, url: str) -> None:
    with pytest.raises(MailboxDown):
        mailbox.fetch(url.format(port=box.port), lambda raw: None)


class Bytes(io.TextIOWrapper):
    def __init__(self, raw: bytes) -> None:
        super().__init__(io.BytesIO(raw))


@pytest.fixture
def installed(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Settings:
    import base64

    monkeypatch.setenv("DRAGOMAN_DATA_DIR", str(settings.data_dir))
    monkeypatch.setenv("DRAGOMAN_SECRET_KEY", settings.secret_key)
    keys = ",".join(base64.urlsafe_b64encode(key).decode() for key in settings.encryption_keys)
    monkeypatch.setenv("DRAGOMAN_ENCRYPTION_KEYS", keys)
    monkeypatch.setenv("DRAGOMAN_REDIS_URL", NOBODY_LISTENS)
    return settings


def test_a_mail_by_the_pipe_prints_its_reference(
    installed: Settings, database: Database, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.stdin", Bytes(mail()))
    assert cli.main(["mail", "receive"]) == 0
    with database.read() as session:
        assert capsys.readouterr().out.strip() == session.scalars(select(Enquiry.reference)).one()


def test_while_the_database_is_away_the_mail_server_is_told_to_keep_the_mail(
    installed: Settings, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("DRAGOMAN_DATABASE_URL", "postgresql://u:hunter2@127.0.0.1:1/x")
    monkeypatch.setattr("sys.stdin", Bytes(mail()))
    assert cli.main(["mail", "receive"]) == 75
    assert "hunter2" not in capsys.readouterr().err


@pytest.mark.parametrize(("raw", "words"), [(b"", "no mail"), (b" \r\n", "no mail")])
def test_what_is_no_mail_is_said_to_be_none(
    installed: Settings, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], raw: bytes, words: str
) -> None:
    monkeypatch.setattr("sys.stdin", Bytes(raw))
    assert cli.main(["mail", "receive"]) == 1
    assert words in capsys.readouterr().err


def test_without_a_mailbox_in_the_settings_its_name_is_told(
    installed: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(["mail", "fetch"]) == 1
    assert "DRAGOMAN_IMAP_URL" in capsys.readouterr().err


def test_consent_is_taken_back_by_an_answer_that_proves_its_sender_and_confirmed(post: Post) -> None:
    sent = answered(post)
    raw = mail("Please delete my data. Thank you", To=str(sent["Reply-To"]), Message_ID="<2@patients.example>")
    for _ in range(2):
        post.room.take(raw)
    texts = [one.get_content() for one in post.send()]
    assert post.one(Enquiry).status == "withdrawn"
    assert len([text for text in texts if "withdraw your consent" in text]) == 1


def test_a_mail_from_anywhere_that_asks_for_deletion_is_left_to_a_person(post: Post) -> None:
    post.room.take(mail("delete my data", sender="eve@evil.example"))
    assert post.one(Enquiry).status == "queued"


def test_the_first_acknowledgement_says_what_is_kept(post: Post) -> None:
    post.room.take(mail())
    (sent,) = post.send()
    assert "/es/privacy" in sent.get_content()
    assert (post.one(Consent).purpose, post.one(Consent).channel) == ("enquiry-told", "email")
