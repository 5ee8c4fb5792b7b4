"""What routing, escalation and the clinic's calendar cost with a hundred thousand enquiries that all wait."""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Final

from sqlalchemy import insert, select, text, update
from sqlalchemy.orm import Session

from service.clock import now
from service.enquiries import alert, deadlines, duty, escalate, route
from service.enquiries.desk_model import Calendar, Holiday
from service.enquiries.model import Enquiry, Patient, Staff
from service.storage import migrate
from service.storage.encryption import Keyring, new_key
from service.storage.session import Database
from service.storage.tables import new_id
from service.storage.vault import vault_of

ENQUIRIES: Final = 100_000
STAFF: Final = 50
ROUNDS: Final = 9
_LANGUAGES: Final = ("ar", "de", "en", "es", "fa", "fr", "hi", "pt", "ru", "sw")


def main() -> None:
    with _filled() as database:
        print(f"routing, {ENQUIRIES:,} enquiries wait, {STAFF} members on duty:")
        _report(database, "is there anything to route (there is)", route.is_needed)
        _report(database, f"route {route.AT_ONCE}", route.sweep, writes=True)
        with database.write() as session:
            staff = session.scalars(select(Staff.id)).all()
            session.execute(update(Enquiry).values(routed_to=staff[0], routed_by=route.ROUTING))
        _report(database, "is there anything to route (there is not)", route.is_needed)
        _report(database, "the team with its load", lambda session: route.team(session, now()))
        _report(database, "does anybody wait too long (nobody)", escalate.is_needed)
        with database.write() as session:
            session.execute(update(Enquiry).values(due_at=now() - timedelta(hours=1), escalated_at=now()))
        _report(database, "does anybody wait too long (all do, all are told)", escalate.is_needed)
        _report(database, "who is on duty", lambda session: duty.on_duty(session, now()))
        _report(database, "a deadline by the calendar", lambda one: deadlines.answer_due(one, "routine", now()))
        _report(database, "an emergency told to all", _emergency, writes=True)


def _emergency(session: Session) -> None:
    enquiry = session.scalars(select(Enquiry).limit(1)).one()
    enquiry.status, enquiry.routed_by = "queued", None
    session.execute(text("DELETE FROM alerts"))
    alert.emergency(session, enquiry, new_id())


def _report(database: Database, name: str, work: Callable[[Session], object], *, writes: bool = False) -> None:
    seconds = []
    for _ in range(ROUNDS):
        with database.write() if writes else database.read() as session:
            begun = time.perf_counter()
            work(session)
            session.flush()
            seconds.append(time.perf_counter() - begun)
    print(f"  {name}: median {sorted(seconds)[ROUNDS // 2] * 1000:.1f} ms, slowest {max(seconds) * 1000:.1f} ms")


@contextmanager
def _filled() -> Iterator[Database]:
    with tempfile.TemporaryDirectory(prefix="dragoman-bench-") as folder:
        database = Database(f"sqlite:///{Path(folder)}/bench.db", Keyring([new_key()]))
        migrate.upgrade(database)
        with database.write() as session:
            _add_clinic(session)
            _add_enquiries(session)
        yield database
        database.close()


def _add_clinic(session: Session) -> None:
    week = {day: [["00:00", "24:00"]] for day in ("mon", "tue", "wed", "thu", "fri", "sat", "sun")}
    calendar = Calendar(name="Clinic", zone="Europe/London", hours=week, is_default=True)
    calendar.holidays = [Holiday(day=now().date() + timedelta(days=number), name="Day") for number in range(10, 110)]
    session.add(calendar)
    for number in range(STAFF):
        languages = [_LANGUAGES[number % len(_LANGUAGES)]]
        email = f"member{number}@clinic.example"
        session.add(Staff(email=email, role="coordinator", languages=languages, password_hash="!"))


def _add_enquiries(session: Session) -> None:
    patient = Patient(id=new_id())
    vault_of(session).create(session, patient.id)
    session.add(patient)
    session.flush()
    received = now() - timedelta(hours=2)
    session.execute(
        insert(Enquiry),
        [
            {
                "id": new_id(),
                "reference": f"{number:09d}",
                "patient_id": patient.id,
                "channel": "sms",
                "language": _LANGUAGES[number % len(_LANGUAGES)],
                "received_at": received,
                "due_at": received + timedelta(hours=24, seconds=number),
                "sealed_gist": os.urandom(200),
            }
            for number in range(ENQUIRIES)
        ],
    )


if __name__ == "__main__":
    main()
