"""How long the server needs for the queue and for one enquiry, with a hundred thousand enquiries in the database."""

from __future__ import annotations

import random
import statistics
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Final

from flask import Flask
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from service.app import create_app
from service.clock import now
from service.enquiries import queue, references, states
from service.enquiries.model import URGENCY_RANK, ContactPoint, Enquiry, Message, Patient, Staff, Translation
from service.enquiries.queue import Filters
from service.enquiries.views import VIEWS
from service.settings import Settings
from service.storage import migrate
from service.storage.encryption import Keyring
from service.storage.session import Database
from service.storage.tables import new_id
from service.storage.vault import vault_of
from service.understanding import knowledge
from tests.builders import create_staff
from tests.conftest import make_settings
from tests.integration.console.conftest import Visitor

ENQUIRIES: Final = 100_000
MESSAGES_OF_A_LONG_ENQUIRY: Final = 20
ROUNDS: Final = 20
_AT_ONCE: Final = 1_000
_LANGUAGES: Final = ("ar", "de", "en", "es", "fa", "fr", "hi", "pt", "ru", "sw", "tr", "ur", "zh")
# Some four thousand wait, which is a very bad day of a large clinic; the others are over.
_STATES: Final = {"queued": 3, "claimed": 1, "replied": 2, "snoozed": 1, "booked": 20, "closed": 70, "spam": 3}
_WORDS: Final = "My father is 68, from Kuwait; he has had pain in both knees for 5 years. How much is the operation?"


def main() -> None:
    with _filled() as (app, database):
        visitor = Visitor(app)
        visitor.sign_in(create_staff(database, languages=["ar", "ur"]))
        with database.write() as session:
            session.scalars(select(Staff)).one().specialties = ["Cardiology"]
        report(visitor, database, "four in a hundred wait")
        with database.write() as session:
            session.execute(text("UPDATE enquiries SET status = 'queued', assigned_to = NULL"))
        report(visitor, database, "all of them wait")


def report(visitor: Visitor, database: Database, which: str) -> None:
    """Print the times of the pages, the middle one, the slowest of twenty, and what the processor had to do."""
    deep, long = _deep_key(database), _long_enquiry(database)
    pages = {
        "queue": "/console/",
        "queue, its hundredth page": f"/console/?after={deep}",
        "queue, one language": "/console/?language=sw",
        **{f"queue, view {view}": f"/console/?view={view}" for view in VIEWS if view != "all"},
        "what an open queue asks for": "/console/live?rows=1",
        f"enquiry of {MESSAGES_OF_A_LONG_ENQUIRY} messages": f"/console/enquiries/{long}",
        "what an open enquiry asks for": f"/console/enquiries/{long}/live",
    }
    print(f"console, {ENQUIRIES:,} enquiries, {which}:")
    for name, path in pages.items():
        before = time.process_time()
        seconds = sorted(_seconds(visitor, path) for _ in range(ROUNDS))
        used = (time.process_time() - before) / ROUNDS
        middle, high = statistics.median(seconds), seconds[-1]
        print(f"  {name}: median {middle * 1000:.0f} ms, slowest {high * 1000:.0f} ms, processor {used * 1000:.0f} ms")


def _seconds(visitor: Visitor, path: str) -> float:
    begun = time.perf_counter()
    answer = visitor.get(path)
    assert answer.status_code == 200, answer
    return time.perf_counter() - begun


@contextmanager
def _filled() -> Iterator[tuple[Flask, Database]]:
    with tempfile.TemporaryDirectory(prefix="dragoman-bench-") as folder:
        settings = make_settings(Path(folder))
        database = _made(settings)
        app = create_app(settings)
        yield app, database
        app.extensions["dragoman"].database.close()
        database.close()


def _made(settings: Settings) -> Database:
    database = Database(settings.database_url, Keyring(settings.encryption_keys))
    migrate.upgrade(database)
    chance = random.Random(100_000)
    for first in range(0, ENQUIRIES, _AT_ONCE):
        with database.write() as session:
            for number in range(first, first + _AT_ONCE):
                _add_enquiry(session, chance, number)
    with database.write() as session:
        enquiry = session.scalars(select(Enquiry).where(Enquiry.status == "queued").limit(1)).one()
        for _ in range(MESSAGES_OF_A_LONG_ENQUIRY - 1):
            _add_message(session, enquiry)
            states.record(session, enquiry, "patient-wrote", who=enquiry.channel)
    return database


def _add_enquiry(session: Session, chance: random.Random, number: int) -> None:
    status = chance.choices(list(_STATES), list(_STATES.values()))[0]
    urgency = chance.choices(list(URGENCY_RANK), [1, 9, 90])[0]
    received = now() - timedelta(minutes=chance.randrange(60 * 24 * 365))
    patient = Patient(id=new_id(), language=chance.choice(_LANGUAGES), country="KW")
    vault_of(session).create(session, patient.id)
    patient.name = "Fatima Example"
    point = ContactPoint(patient_id=patient.id, kind="phone", blind_index=f"{number:064x}", proven=True)
    point.value = f"+447700900{number % 1000:03d}"
    enquiry = Enquiry(
        id=new_id(),
        reference=_reference(number),
        patient_id=patient.id,
        channel=chance.choice(("sms", "whatsapp", "web", "email")),
        status=status,
        urgency=urgency,
        urgency_rank=URGENCY_RANK[urgency],
        language=patient.language,
        condition=chance.choice(sorted(knowledge.condition_codes())),
        needs=["translation"] if chance.random() < 0.01 else [],
        received_at=received,
        due_at=received + timedelta(days=chance.randrange(1, 700)),
        closed_at=received if status in states.ENDED else None,
    )
    enquiry.gist = "knee osteoarthritis · For their father, 68, Kuwait · asks for the cost"
    session.add_all([patient, point, enquiry])
    _add_message(session, enquiry)
    states.record(session, enquiry, "received", who=enquiry.channel)


def _reference(number: int) -> str:
    body = f"{10_000_000 + number}"
    return references.written(body + references.check_digit(body))


def _add_message(session: Session, enquiry: Enquiry) -> None:
    message = Message(
        id=new_id(),
        enquiry_id=enquiry.id,
        patient_id=enquiry.patient_id,
        channel=enquiry.channel,
        unique_key=new_id(),
        received_at=enquiry.received_at,
        language=enquiry.language,
        reading_state="done",
    )
    message.body = _WORDS
    translation = Translation(
        message_id=message.id, patient_id=enquiry.patient_id, source=enquiry.language, target="en", engine="argos"
    )
    translation.text = _WORDS
    session.add_all([message, translation])


def _deep_key(database: Database) -> str:
    """The key of the last page that there is, or of the hundredth."""
    after = ""
    with database.read() as session:
        for _ in range(99):
            after = queue.page(session, Filters(), after=after).after or after
    return after


def _long_enquiry(database: Database) -> str:
    most = select(Enquiry.reference).join(Message).group_by(Enquiry.id).order_by(text("count(*) DESC")).limit(1)
    with database.read() as session:
        return session.scalars(most).one()


if __name__ == "__main__":
    main()
