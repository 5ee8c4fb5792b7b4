"""Receiving without loss and without doubles: one transaction, on both databases, from many processes at once."""

from __future__ import annotations

import base64
import dataclasses
import multiprocessing
from collections.abc import Callable, Sequence
from datetime import timedelta
from types import SimpleNamespace

import pytest
from sqlalchemy import func, select

from service.clock import now
from service.enquiries import receive
from service.enquiries.acknowledge import Receipt
from service.enquiries.inbound import Contact, InboundFile, InboundMessage
from service.enquiries.model import Attachment, Enquiry, Message, Patient
from service.enquiries.receive import Receiver
from service.enquiries.understand import take_in
from service.storage import tasks
from service.storage.encryption import Keyring, new_key
from service.storage.session import Database
from service.storage.tasks import Task
from service.understanding.reader import Reader

ALICE = Contact("phone", "+447700900201")


def inbound(key: str = "SM1", text: str = "Hello, I have lupus", **changes: object) -> InboundMessage:
    message = InboundMessage("sms", key, text, contacts=(ALICE,), proven=True)
    return dataclasses.replace(message, **changes)  # type: ignore[arg-type]


def receiver(database: Database, ring: Callable[[str], None] = lambda queue: None) -> Receiver:
    return Receiver(database, Reader(), ring)


def rows(database: Database, table: type) -> int:
    with database.read() as session:
        return session.scalar(select(func.count()).select_from(table)) or 0


def test_a_message_is_there_with_its_task_when_the_receipt_is(any_database: Database) -> None:
    receipt = receiver(any_database).receive(inbound())
    with any_database.read() as session:
        message = session.get_one(Message, receipt.message_id)
        task = session.scalars(select(Task)).one()
        assert (message.body, message.enquiry.reference) == ("Hello, I have lupus", receipt.reference)
        assert (task.subject, task.state) == (message.id, "waiting")


def test_a_repeated_message_gets_an_equal_receipt(any_database: Database) -> None:
    takes = receiver(any_database)
    first, second = takes.receive(inbound()), takes.receive(inbound())
    assert dataclasses.replace(first, repeated=True) == second
    assert (rows(any_database, Message), rows(any_database, Task)) == (1, 1)


def test_the_doorbell_rings_after_the_commit_and_only_for_new_messages(any_database: Database) -> None:
    heard: list[int] = []
    takes = receiver(any_database, lambda queue: heard.append(rows(any_database, Message)))
    takes.receive(inbound())
    takes.receive(inbound())
    assert heard == [1]


def test_a_failure_in_the_middle_leaves_nothing(any_database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*args: object, **kwargs: object) -> None:
        raise OSError("the disk is full")

    monkeypatch.setattr(tasks, "add", broken)
    with pytest.raises(OSError, match="the disk is full"):
        receiver(any_database).receive(inbound())
    assert [rows(any_database, table) for table in (Patient, Enquiry, Message, Task)] == [0, 0, 0, 0]


def _receive_in_a_process(arguments: tuple[str, str, str]) -> Receipt:
    url, key, sid = arguments
    database = Database(url, Keyring([base64.b64decode(key)]))
    try:
        return receiver(database).receive(inbound(sid, "Hola, tengo lupus"))
    finally:
        database.close()


def all_at_once(database: Database, sids: Sequence[str]) -> list[Receipt]:
    """Each message received in one of four processes, as fast as they can."""
    url = database.url.render_as_string(hide_password=False)
    key = base64.b64encode(database.keyring._newest).decode()
    with multiprocessing.get_context("spawn").Pool(4) as pool:
        return pool.map(_receive_in_a_process, [(url, key, sid) for sid in sids], chunksize=1)


def test_the_same_message_in_many_processes_at_once_is_one_row(any_database: Database) -> None:
    receipts = all_at_once(any_database, ["SM-same"] * 12)
    assert len({receipt.reference for receipt in receipts}) == 1
    assert sum(not receipt.repeated for receipt in receipts) == 1
    assert (rows(any_database, Message), rows(any_database, Enquiry)) == (1, 1)


def test_many_messages_of_a_new_sender_at_once_are_one_person(any_database: Database) -> None:
    all_at_once(any_database, [f"SM{number}" for number in range(12)])
    assert [rows(any_database, table) for table in (Patient, Enquiry, Message)] == [1, 1, 12]


def test_two_messages_of_one_person_make_one_enquiry(any_database: Database) -> None:
    takes = receiver(any_database)
    takes.receive(inbound("SM1"))
    takes.receive(inbound("SM2", "and I am 30"))
    assert (rows(any_database, Patient), rows(any_database, Enquiry), rows(any_database, Message)) == (1, 1, 2)


def test_who_writes_after_the_end_opens_the_enquiry_again(any_database: Database) -> None:
    takes = receiver(any_database)
    receipt = takes.receive(inbound("SM1"))
    with any_database.write() as session:
        from service.enquiries import states

        states.move(session, session.get_one(Enquiry, receipt.enquiry_id), "close", who="test")
    again = takes.receive(inbound("SM2", "One more question"))
    with any_database.read() as session:
        assert session.get_one(Enquiry, again.enquiry_id).status == "queued"
    assert again.reference == receipt.reference


def test_what_was_declared_spam_does_not_swallow_the_next_message(any_database: Database) -> None:
    takes = receiver(any_database)
    receipt = takes.receive(inbound("SM1"))
    with any_database.write() as session:
        from service.enquiries import states

        states.move(session, session.get_one(Enquiry, receipt.enquiry_id), "spam", who="test")
    again = takes.receive(inbound("SM2", "My father cannot breathe"))
    assert again.reference != receipt.reference
    with any_database.read() as session:
        assert session.get_one(Enquiry, again.enquiry_id).status == "queued"


def test_a_later_message_may_raise_the_urgency_and_never_lowers_it(any_database: Database) -> None:
    takes = receiver(any_database)
    takes.receive(inbound("SM1"))
    takes.receive(inbound("SM2", "I cannot breathe"))
    takes.receive(inbound("SM3", "thank you"))
    with any_database.read() as session:
        enquiry = session.scalars(select(Enquiry)).one()
        assert (enquiry.urgency, enquiry.urgency_rank, enquiry.status) == ("emergency", 0, "queued")
        assert enquiry.gist is not None
        assert "breathe" in enquiry.gist


def test_the_history_says_which_advice_the_patient_was_given(any_database: Database) -> None:
    takes = receiver(any_database)
    takes.receive(inbound("SM1"))
    takes.receive(inbound("SM2", "I cannot breathe"))
    takes.receive(inbound("SM2", "I cannot breathe"))
    with any_database.read() as session:
        events = session.scalars(select(Enquiry)).one().events
        (given,) = [event for event in events if event.what == "emergency advice given"]
        assert given.who == "sms"
        assert "emergency number" in (given.detail or "")


def test_files_are_sealed_with_the_message(any_database: Database) -> None:
    files = (InboundFile("x.png", "image/png", b"\x89PNG"), InboundFile("y", "audio/ogg", source_url="https://p/1"))
    receiver(any_database).receive(inbound(files=files))
    with any_database.read() as session:
        found = {file.name: (file.state, file.size) for file in session.scalars(select(Attachment))}
    assert found == {"x.png": ("stored", 4), "y": ("pending", 0)}


def test_an_unreadable_enquiry_says_what_it_needs(any_database: Database) -> None:
    takes = receiver(any_database)
    takes.receive(inbound("SM1", "12345", contacts=(), proven=False))
    takes.receive(inbound("SM2", "আমার লুপাস আছে", contacts=(), proven=False))
    takes.receive(inbound("SM3", "", contacts=(), proven=False, needs_listening=True))
    with any_database.read() as session:
        needs = [enquiry.needs for enquiry in session.scalars(select(Enquiry).order_by(Enquiry.id))]
    assert needs == [["language"], ["translation"], ["listening"]]


def test_the_unique_key_is_what_keeps_a_replay_out(any_database: Database) -> None:
    """Two transactions that both looked before either wrote: the database itself must refuse the second."""
    read = receiver(any_database)._read(inbound(), None)
    with any_database.write() as session:
        receive._store_new(session, inbound(), read)
    from sqlalchemy.exc import IntegrityError

    with pytest.raises(IntegrityError), any_database.write() as session:
        receive._store_new(session, inbound(), read)
    assert rows(any_database, Message) == 1


def test_a_reader_with_an_older_key_still_opens_what_it_sealed(any_database: Database) -> None:
    receiver(any_database).receive(inbound())
    keys = [new_key(), any_database.keyring._newest]
    rotated = Database(any_database.url.render_as_string(hide_password=False), Keyring(keys))
    with rotated.read() as session:
        assert session.scalars(select(Message)).one().body == "Hello, I have lupus"
    rotated.close()


def test_a_number_typed_into_a_form_does_not_catch_its_owners_messages(any_database: Database) -> None:
    takes = receiver(any_database)
    attacker = Contact("email", "somebody@patients.example")
    takes.receive(inbound("form", channel="web", proven=False, contacts=(ALICE, attacker)))
    takes.receive(inbound("SM1", "I cannot sleep, my knee hurts"))
    with any_database.read() as session:
        form, sms = session.scalars(select(Enquiry).order_by(Enquiry.id)).all()
        assert form.patient_id != sms.patient_id
        assert sms.maybe_patient_id == form.patient_id


def test_a_condition_chosen_in_the_form_stays_until_a_message_says_another(any_database: Database) -> None:
    takes = receiver(any_database)
    receipt = takes.receive(inbound("a", "When can I come?", condition_hint="lupus"))
    _read_again(any_database, receipt)
    assert _enquiry(any_database).condition == "lupus"
    takes.receive(inbound("b", "I also have osteoporosis"))
    assert _enquiry(any_database).condition == "osteoporosis"


def test_reading_an_older_message_late_does_not_undo_a_newer_one(any_database: Database) -> None:
    takes = receiver(any_database)
    first = takes.receive(inbound("a", "I have lupus and I am 30 years old"))
    takes.receive(inbound("b", "Sorry, it is osteoporosis, and I am 31 years old"))
    _read_again(any_database, first)
    enquiry = _enquiry(any_database)
    assert (enquiry.condition, enquiry.facts["age"]) == ("osteoporosis", 31)


def test_what_ended_begins_anew_when_the_patient_writes_again(any_database: Database) -> None:
    takes = receiver(any_database)
    receipt = takes.receive(inbound("a", "I cannot breathe"))
    with any_database.write() as session:
        from service.enquiries import states

        enquiry = session.get_one(Enquiry, receipt.enquiry_id)
        states.move(session, enquiry, "close", who="test")
        enquiry.due_at = now() - timedelta(days=2)
    takes.receive(inbound("b", "Thank you, all is well"))
    found = _enquiry(any_database)
    assert (found.urgency, found.status, found.red_flags) == ("routine", "queued", [])
    assert found.due_at > now()


def test_the_sender_told_only_the_second_time_is_kept(any_database: Database) -> None:
    takes = receiver(any_database)
    nameless = inbound("CA1:recording", "", channel="voice", contacts=(), proven=False, needs_listening=True)
    takes.receive(nameless)
    takes.receive(dataclasses.replace(nameless, contacts=(ALICE,), proven=True))
    with any_database.read() as session:
        points = session.scalars(select(Enquiry)).one().patient.contact_points
        assert [(point.value, point.proven) for point in points] == [(ALICE.value, True)]


def _read_again(database: Database, receipt: Receipt) -> None:
    """As a worker does, later."""
    with database.write() as session:
        message = session.get_one(Message, receipt.message_id)
        reading = Reader().read(message.body or "", language=message.language, candidates=("en",))
        take_in(message.enquiry, message, reading)


def _enquiry(database: Database) -> SimpleNamespace:
    with database.read() as session:
        found = session.scalars(select(Enquiry)).one()
        names = ("condition", "facts", "urgency", "status", "red_flags", "due_at")
        return SimpleNamespace(**{name: getattr(found, name) for name in names})
