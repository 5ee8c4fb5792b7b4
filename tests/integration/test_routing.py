"""Routing in the database: after reading, when somebody goes home, and never against a person's word."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select, update

from service.clock import now
from service.enquiries import route
from service.enquiries.model import AuditEvent, Enquiry, Staff
from service.settings import Settings
from service.storage.doorbell import Doorbell
from service.storage.session import Database
from tests.builders import Built, Translated, create_enquiry, create_staff
from tests.conftest import NOBODY_LISTENS
from tests.integration.test_receiving import inbound, receiver
from workers import sweep, work
from workers.runtime import Runtime


def sweep_once(database: Database) -> None:
    sweep.sweep(database, Doorbell(NOBODY_LISTENS))


def routed_to(database: Database, built: Built) -> str | None:
    with database.read() as session:
        routed = session.get_one(Enquiry, built.enquiry_id).routed
        return routed.email.partition("@")[0] if routed else None


def set_duty(database: Database, name: str, *, on_duty: bool) -> None:
    with database.write() as session:
        session.execute(update(Staff).where(Staff.email.startswith(name)).values(on_duty=on_duty))


def reasons(database: Database, built: Built) -> list[str | None]:
    with database.read() as session:
        query = select(AuditEvent).where(AuditEvent.what == "routed", AuditEvent.enquiry_id == built.enquiry_id)
        return [event.detail for event in session.scalars(query.order_by(AuditEvent.id))]


@pytest.fixture
def team(any_database: Database) -> Database:
    """alice, who reads Arabic, and bob, who reads Swahili."""
    create_staff(any_database, "alice@clinic.example", languages=["ar"])
    create_staff(any_database, "bob@clinic.example", languages=["sw"])
    return any_database


def test_what_was_read_is_routed_at_once_with_the_reason(database: Database, settings: Settings) -> None:
    create_staff(database, "alice@clinic.example", languages=["ar"])
    create_staff(database, "bob@clinic.example", languages=["sw"])
    receiver(database).receive(inbound(text="Habari, nina kisukari na ninahitaji daktari", language_hint="sw"))
    work.drain(Runtime(settings, database, Doorbell(NOBODY_LISTENS), "w1"), "understand")
    with database.read() as session:
        enquiry = session.scalars(select(Enquiry)).one()
        assert (enquiry.routed and enquiry.routed.email, enquiry.routed_by) == ("bob@clinic.example", "routing")
        event = session.scalars(select(AuditEvent).where(AuditEvent.what == "routed")).one()
        assert event.detail == "to bob@clinic.example: reads Swahili, 0 open"


def test_the_sweep_routes_what_nobody_has_been_asked_to_take(team: Database) -> None:
    swahili = create_enquiry(team, language="sw")
    english = [create_enquiry(team) for _ in range(3)]
    sweep_once(team)
    assert routed_to(team, swahili) == "bob"
    assert [routed_to(team, built) for built in english] == ["alice", "alice", "bob"]


def test_what_has_just_come_is_left_to_those_who_read_it_first(team: Database) -> None:
    built = create_enquiry(team, received_at=now() - timedelta(seconds=20))
    sweep_once(team)
    assert routed_to(team, built) is None


def test_when_somebody_goes_off_duty_their_enquiries_go_to_who_is_there(team: Database) -> None:
    built = create_enquiry(team, "Habari", language="sw", translation=Translated("Hello"))
    sweep_once(team)
    set_duty(team, "bob", on_duty=False)
    sweep_once(team)
    assert routed_to(team, built) == "alice"
    assert reasons(team, built) == [
        "to bob@clinic.example: reads Swahili, 0 open",
        "to alice@clinic.example: 0 open",
    ]


def test_it_stays_where_it_is_while_nobody_who_could_read_it_is_on_duty(team: Database) -> None:
    built = create_enquiry(team, "Habari", language="sw")
    sweep_once(team)
    set_duty(team, "bob", on_duty=False)
    sweep_once(team)
    sweep_once(team)
    assert routed_to(team, built) == "bob"
    assert len(reasons(team, built)) == 1


def test_what_cannot_be_routed_now_keeps_nothing_else_from_it(team: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(route, "_LOOK_AT", 2)
    for _ in range(5):
        create_enquiry(team, "አሳዛኝ", language="am")
    readable = create_enquiry(team)
    sweep_once(team)
    assert routed_to(team, readable) == "alice"
    set_duty(team, "bob", on_duty=False)
    create_staff(team, "carol@clinic.example", languages=["am"])
    for _ in range(3):
        sweep_once(team)
    with team.read() as session:
        amharic = session.scalars(select(Enquiry.routed_to).where(Enquiry.language == "am"))
        assert len(set(amharic)) == 1
        assert None not in set(session.scalars(select(Enquiry.routed_to)))


def test_the_word_of_a_person_stands(team: Database) -> None:
    built = create_enquiry(team, "Habari", language="sw", translation=Translated("Hello"))
    with team.write() as session:
        enquiry = session.get_one(Enquiry, built.enquiry_id)
        alice = session.scalars(select(Staff).where(Staff.email.startswith("alice"))).one()
        enquiry.routed_to, enquiry.routed_by = alice.id, "lena@clinic.example"
    set_duty(team, "alice", on_duty=False)
    sweep_once(team)
    with team.write() as session:
        route.route(session, session.get_one(Enquiry, built.enquiry_id))
    assert routed_to(team, built) == "alice"


def test_an_earlier_choice_stands_while_it_fits_and_gives_way_when_it_does_not(team: Database) -> None:
    built = create_enquiry(team, "Habari")
    with team.write() as session:
        enquiry = session.get_one(Enquiry, built.enquiry_id)
        for _ in range(2):
            route.route(session, enquiry)
        enquiry.language = "sw"  # it was not English after all, and no engine translates it
        route.route(session, enquiry)
    assert routed_to(team, built) == "bob"
    assert len(reasons(team, built)) == 2


@pytest.mark.parametrize("status", ["claimed", "replied", "closed", "spam"])
def test_only_what_waits_is_routed(team: Database, status: str) -> None:
    built = create_enquiry(team)
    with team.write() as session:
        enquiry = session.get_one(Enquiry, built.enquiry_id)
        enquiry.status, enquiry.claimed_until = status, now() + timedelta(minutes=5)
        route.route(session, enquiry)
    sweep_once(team)
    assert routed_to(team, built) is None


@pytest.mark.parametrize("role", ["auditor", "admin"])
def test_enquiries_are_routed_to_those_who_work_the_queue(database: Database, role: str) -> None:
    create_staff(database, "audrey@clinic.example", role=role)
    built = create_enquiry(database)
    sweep_once(database)
    assert routed_to(database, built) is None


def test_what_somebody_has_claimed_counts_as_their_load(team: Database) -> None:
    claimed = [create_enquiry(team).enquiry_id for _ in range(2)]
    with team.write() as session:
        alice = session.scalars(select(Staff).where(Staff.email.startswith("alice"))).one()
        session.execute(update(Enquiry).where(Enquiry.id.in_(claimed)).values(status="claimed", assigned_to=alice.id))
        loads = {one.email.partition("@")[0]: one.load for one in route.team(session, now())}
    assert loads == {"alice": 2, "bob": 0}
