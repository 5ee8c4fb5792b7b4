"""Settings › Staff: invitations, roles, links for a new password, and what no administrator can do."""

from __future__ import annotations

import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from html import unescape

import pytest
from flask import Flask
from sqlalchemy import select
from werkzeug.test import TestResponse

from service import clock
from service.console import staff_changes, staff_links
from service.console.staff_changes import Profile
from service.enquiries import claim
from service.enquiries.desk_model import Calendar, StaffLink
from service.enquiries.model import AuditEvent, Enquiry, Staff
from service.errors import Conflict
from service.storage.session import Database
from tests.builders import Colleague, create_enquiry, create_staff
from tests.integration.console.conftest import Visitor

NEW_PASSWORD = "quiet rivers carry long names"
PROFILE = {"role": "coordinator", "name": "", "active": "on"}


@pytest.fixture
def admin(staff: Callable[..., Visitor]) -> Visitor:
    return staff("ada", "admin")


def _id(database: Database, name: str) -> str:
    with database.read() as session:
        return session.scalars(select(Staff.id).where(Staff.email == f"{name}@clinic.example")).one()


def _member(database: Database, name: str) -> Staff:
    with database.read() as session:
        return session.scalars(select(Staff).where(Staff.email == f"{name}@clinic.example")).one()


def _done(database: Database, who: str = "ada") -> list[tuple[str, str | None]]:
    with database.read() as session:
        events = select(AuditEvent).where(AuditEvent.who == f"{who}@clinic.example").order_by(AuditEvent.id)
        return [(event.what, event.detail) for event in session.scalars(events)]


def _link(answer: TestResponse) -> str:
    found = re.search(r'<code class="once">http://localhost([^<]+)</code>', answer.text)
    assert found, answer.text
    return unescape(found[1])


def _set_password(visitor: Visitor, link: str, password: str = NEW_PASSWORD) -> TestResponse:
    return visitor.post(link, {"password": password, "again": password})


def _change(admin: Visitor, database: Database, who: str, *, leaves: bool = False, **fields: str) -> TestResponse:
    form = {key: value for key, value in {**PROFILE, **fields}.items() if not (leaves and key == "active")}
    return admin.post(f"/console/staff/{_id(database, who)}", form)


# Inviting


def test_an_invited_coordinator_sets_a_password_and_a_second_factor(
    app: Flask, admin: Visitor, database: Database
) -> None:
    invited = admin.post(
        "/console/staff", {**PROFILE, "email": "Dora@Clinic.Example", "name": "Dora", "languages": "ar"}
    )
    newcomer = Visitor(app)
    assert "dora@clinic.example" in newcomer.get(_link(invited)).text
    assert _set_password(newcomer, _link(invited)).location == "/console/sign-in"
    assert "Your password is set" in newcomer.get("/console/sign-in").text
    signing_in = newcomer.give_password(Colleague("dora@clinic.example", NEW_PASSWORD))
    assert signing_in.location == "/console/sign-in/enrol?next=/console/"
    member = _member(database, "dora")
    assert (member.name, member.role, member.languages) == ("Dora", "coordinator", ["ar"])
    assert ("staff added: coordinator", "dora@clinic.example") in _done(database)


@pytest.mark.parametrize(
    ("field", "fields"),
    [
        ("email", {"email": "no address"}),
        ("email", {"email": "ADA@clinic.example"}),
        ("role", {"role": "king"}),
        ("name", {"name": "x" * 81}),
        ("languages", {"languages": "klingon"}),
        ("specialties", {"specialties": "Alchemy"}),
        ("calendar", {"calendar": "none"}),
    ],
)
def test_an_invitation_that_cannot_be_says_why_beside_the_field(
    admin: Visitor, database: Database, field: str, fields: dict[str, str]
) -> None:
    answer = admin.post("/console/staff", {**PROFILE, "email": "dora@clinic.example", **fields})
    assert answer.status_code == 422
    if field not in ("calendar",):  # without calendars there is no such field
        assert 'class="field-error"' in answer.text
    with database.read() as session:
        assert session.scalars(select(Staff.email)).all() == ["ada@clinic.example"]


# Links


def test_a_link_works_once(app: Flask, admin: Visitor, bob: Visitor, database: Database) -> None:
    link = _link(admin.post(f"/console/staff/{_id(database, 'bob')}/link"))
    visitor = Visitor(app)
    assert visitor.get(link).status_code == visitor.get(link).status_code == 200  # looking uses nothing up
    assert _set_password(visitor, link).status_code == 303
    assert visitor.get(link).status_code == 404
    assert _set_password(visitor, link, "another password altogether").status_code == 404
    assert bob.get("/console/").status_code == 303  # his sessions have ended
    assert Visitor(app).sign_in(Colleague("bob@clinic.example", NEW_PASSWORD)).location == "/console/"


def test_a_link_runs_out_after_half_an_hour(
    app: Flask, admin: Visitor, bob: Visitor, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    link = _link(admin.post(f"/console/staff/{_id(database, 'bob')}/link"))

    def later() -> datetime:
        return clock.now() + timedelta(minutes=30, seconds=1)

    monkeypatch.setattr(staff_links, "now", later)
    assert Visitor(app).get(link).status_code == 404
    assert _set_password(Visitor(app), link).status_code == 404


def test_a_new_link_ends_the_one_before(app: Flask, admin: Visitor, bob: Visitor, database: Database) -> None:
    first, second = (_link(admin.post(f"/console/staff/{_id(database, 'bob')}/link")) for _ in range(2))
    assert Visitor(app).get(first).status_code == 404
    assert Visitor(app).get(second).status_code == 200


def test_a_link_leaves_the_second_factor_alone_unless_the_administrator_says_so(
    app: Flask, admin: Visitor, bob: Visitor, database: Database
) -> None:
    path = f"/console/staff/{_id(database, 'bob')}/link"
    _set_password(Visitor(app), _link(admin.post(path)))
    assert _member(database, "bob").totp_confirmed_at is not None
    _set_password(Visitor(app), _link(admin.post(path, {"second_factor": "on"})))
    member = _member(database, "bob")
    assert (member.totp_confirmed_at, member.sealed_totp_secret, member.totp_last_step) == (None, None, 0)


def test_a_link_for_the_password_cannot_be_made_into_one_for_both(
    app: Flask, admin: Visitor, bob: Visitor, database: Database
) -> None:
    link = _link(admin.post(f"/console/staff/{_id(database, 'bob')}/link"))
    assert Visitor(app).get(link.replace("/link/", "/link/both-")).status_code == 404


@pytest.mark.parametrize("token", ["x", "both-", "%00", "a" * 3000])
def test_a_link_that_never_was_opens_nothing(outsider: Visitor, token: str) -> None:
    assert outsider.get(f"/console/link/{token}").status_code == 404


@pytest.mark.parametrize(("password", "again"), [("short", "short"), (NEW_PASSWORD, "something else entirely")])
def test_a_password_that_cannot_be_leaves_the_link_as_it_is(
    app: Flask, admin: Visitor, bob: Visitor, database: Database, password: str, again: str
) -> None:
    link = _link(admin.post(f"/console/staff/{_id(database, 'bob')}/link"))
    answer = Visitor(app).post(link, {"password": password, "again": again})
    assert answer.status_code == 422
    assert 'class="field-error"' in answer.text
    assert _set_password(Visitor(app), link).status_code == 303


def test_only_the_digest_of_a_link_is_kept(admin: Visitor, bob: Visitor, database: Database) -> None:
    token = _link(admin.post(f"/console/staff/{_id(database, 'bob')}/link")).rpartition("/")[2]
    with database.read() as session:
        link = session.scalars(select(StaffLink)).one()
    assert token not in (link.digest, link.id)
    assert len(link.digest) == 64


def test_nobody_makes_a_link_for_themselves_or_for_somebody_who_has_left(
    admin: Visitor, bob: Visitor, database: Database
) -> None:
    assert admin.post(f"/console/staff/{_id(database, 'ada')}/link").status_code == 403
    _change(admin, database, "bob", leaves=True)
    assert admin.post(f"/console/staff/{_id(database, 'bob')}/link").status_code == 409


# Changing


def test_an_administrator_changes_role_languages_specialties_and_calendar(
    admin: Visitor, bob: Visitor, database: Database
) -> None:
    with database.write() as session:
        calendar = Calendar(name="Istanbul", zone="Europe/Istanbul")
        session.add(calendar)
    answer = _change(
        admin, database, "bob", role="lead", name="Bob", languages="tr", specialties="Cardiology", calendar=calendar.id
    )
    assert answer.location == "/console/staff"
    member = _member(database, "bob")
    assert (member.role, member.name, member.languages) == ("lead", "Bob", ["tr"])
    assert (member.specialties, member.calendar_id) == (["Cardiology"], calendar.id)
    assert ("role changed: coordinator → lead", "bob@clinic.example") in _done(database)
    assert bob.get("/console/").status_code == 303  # a new role begins with a new session


def test_who_leaves_is_out_at_once_and_what_they_held_waits_for_anybody(
    admin: Visitor, bob: Visitor, database: Database
) -> None:
    held, waiting = create_enquiry(database), create_enquiry(database, contact=("phone", "+447700900124"))
    with database.write() as session:
        member = session.get_one(Staff, _id(database, "bob"))
        claim.claim(session, held.reference, member)
        session.get_one(Enquiry, waiting.enquiry_id).routed_to = member.id
    assert _change(admin, database, "bob", leaves=True).status_code == 303
    assert bob.get("/console/").status_code == 303
    with database.read() as session:
        one, other = session.get_one(Enquiry, held.enquiry_id), session.get_one(Enquiry, waiting.enquiry_id)
        assert (one.status, one.assigned_to, other.routed_to) == ("queued", None, None)
    assert ("staff sent away", "bob@clinic.example") in _done(database)


def test_nobody_changes_their_own_role_or_sends_themselves_away(admin: Visitor, database: Database) -> None:
    create_staff(database, "abe@clinic.example", role="admin")
    assert _change(admin, database, "ada", role="lead").status_code == 403
    assert _change(admin, database, "ada", role="admin", leaves=True).status_code == 403
    assert _change(admin, database, "ada", role="admin", name="Ada").status_code == 303
    assert (_member(database, "ada").role, _member(database, "ada").active) == ("admin", True)


def test_of_two_administrators_who_send_each_other_away_one_stays(any_database: Database) -> None:
    for name in ("ada", "abe"):
        create_staff(any_database, f"{name}@clinic.example", role="admin")
    ada, abe = (_id(any_database, name) for name in ("ada", "abe"))

    def send_away(who: str, by: str) -> bool:
        try:
            with any_database.write() as session:
                staff_changes.change(session, who, Profile("admin", active=False), by=by)
        except Conflict:
            return False
        return True

    with ThreadPoolExecutor(2) as pool:
        done = list(pool.map(send_away, (ada, abe), (abe, ada)))
    assert sorted(done) == [False, True]
    with any_database.read() as session:
        assert len(session.scalars(select(Staff).where(Staff.active)).all()) == 1


def test_an_administrator_signs_somebody_out_everywhere(admin: Visitor, bob: Visitor, database: Database) -> None:
    assert admin.post(f"/console/staff/{_id(database, 'bob')}/end-sessions").status_code == 303
    assert bob.get("/console/").status_code == 303
    assert ("sessions ended", "bob@clinic.example") in _done(database)


def test_the_list_says_what_everybody_has_in_hand(admin: Visitor, bob: Visitor, database: Database) -> None:
    built = create_enquiry(database)
    bob.post(f"/console/enquiries/{built.reference}/claim")
    row = next(part for part in admin.get("/console/staff").text.split("<tr") if "bob@clinic.example" in part)
    assert re.findall(r'class="number">(\d+)<', row) == ["1", "0"]


# Who may


@pytest.mark.parametrize("role", ["coordinator", "lead", "auditor"])
def test_nobody_but_an_administrator_changes_the_staff(
    staff: Callable[..., Visitor], bob: Visitor, database: Database, role: str
) -> None:
    visitor, path = staff("carol", role), f"/console/staff/{_id(database, 'bob')}"
    before = _done(database, "carol"), _member(database, "bob").session_epoch
    for address in ("/console/staff", path, f"{path}/link", f"{path}/end-sessions"):
        assert visitor.post(address, {**PROFILE, "email": "x@clinic.example", "role": "admin"}).status_code == 403
    assert (_done(database, "carol"), _member(database, "bob").session_epoch) == before
    expected = 403 if role == "coordinator" else 200
    assert visitor.get("/console/staff").status_code == visitor.get(path).status_code == expected


def test_a_member_who_does_not_exist_is_not_found(admin: Visitor) -> None:
    for path in ("/console/staff/none", "/console/staff/none/link", "/console/staff/none/end-sessions"):
        assert admin.post(path, PROFILE).status_code == 404
    assert admin.get("/console/staff/none").status_code == 404
