"""The clinic's calendars: hours, holidays and who works by them, set by leads and seen by all."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select

from service.clock import now
from service.enquiries import calendars, deadlines, holiday_lists
from service.enquiries.desk_model import Calendar, Holiday
from service.enquiries.model import Staff
from service.storage.session import Database
from tests.integration.console.conftest import Visitor
from tests.unit.test_holiday_lists import ics

PAGE = "/console/calendars"
OFFICE = {"mon": "09:00-12:30, 13:30-18:00", "tue": "9-17", "wed": "9-17", "is_default": "yes"}
FIELDS = {"name": "Istanbul clinic", "zone": "Europe/Istanbul", **OFFICE}
NEXT_YEAR = now().year + 1


@pytest.fixture
def lena(staff: Callable[..., Visitor]) -> Visitor:
    return staff("lena", "lead")


def create(lena: Visitor, **changes: str) -> str:
    """The address of a new calendar's page."""
    answer = lena.post(PAGE, {**FIELDS, **changes})
    assert answer.status_code == 303
    return str(answer.location)


def stored(database: Database) -> dict[str, Calendar]:
    with database.read() as session:
        return {calendar.name: calendar for calendar in calendars.every(session)}


def holidays(database: Database) -> list[tuple[str, str]]:
    with database.read() as session:
        return [(one.day.isoformat(), one.name) for one in session.scalars(select(Holiday).order_by(Holiday.day))]


def test_without_a_calendar_the_page_says_what_that_means(alice: Visitor, lena: Visitor) -> None:
    assert "None yet" in alice.get(PAGE).text
    assert "A lead or an administrator can add" in alice.get(PAGE).text
    assert "Add the hours of your clinic" in lena.get(PAGE).text


def test_a_lead_writes_down_the_hours_and_deadlines_follow_them(lena: Visitor, database: Database) -> None:
    page = lena.get(create(lena)).text
    assert 'value="09:00-12:30, 13:30-18:00"' in page
    assert "Tuesday–Wednesday" in lena.get(PAGE).text
    with database.read() as session:
        hours = deadlines.clinic_hours(session)
        assert hours is not None
        assert (hours.zone.key, hours.week[0]) == ("Europe/Istanbul", ((540, 750), (810, 1080)))


def test_of_several_calendars_one_is_the_clinics(lena: Visitor, database: Database) -> None:
    create(lena)
    second = create(lena, name="Night shift")
    assert {name: one.is_default for name, one in stored(database).items()} == {
        "Istanbul clinic": False,
        "Night shift": True,
    }
    lena.post(second, {**FIELDS, "name": "Night shift", "is_default": ""})
    assert not any(one.is_default for one in stored(database).values())


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", ""),
        ("name", "\0"),
        ("name", "x" * 81),
        ("zone", ""),
        ("zone", "Mars/Olympus"),
        ("zone", "../../etc/passwd"),
        ("tue", "all day"),
        ("sun", "17:00-09:00"),
    ],
)
def test_what_makes_no_sense_is_said_beside_its_field_and_nothing_is_lost(
    lena: Visitor, database: Database, field: str, value: str
) -> None:
    answer = lena.post(PAGE, {**FIELDS, field: value})
    assert answer.status_code == 422
    assert f'aria-describedby="{field}-error"' in answer.text
    assert "09:00-12:30, 13:30-18:00" in answer.text
    assert stored(database) == {}
    path = create(lena)
    changed = lena.post(path, {**FIELDS, "thu": "9-17", field: value})
    assert changed.status_code == 422
    assert 'value="9-17"' in changed.text
    assert "thu" not in stored(database)["Istanbul clinic"].hours


def test_two_calendars_do_not_share_a_name(lena: Visitor) -> None:
    path = create(lena)
    assert "another calendar has this name" in lena.post(PAGE, {**FIELDS, "name": "istanbul CLINIC"}).text
    assert lena.post(path, FIELDS).status_code == 303


def test_there_is_an_end_to_calendars_and_holidays(lena: Visitor, monkeypatch: pytest.MonkeyPatch) -> None:
    path = create(lena)
    monkeypatch.setattr(calendars, "MOST", 1)
    monkeypatch.setattr(calendars, "MOST_HOLIDAYS", 1)
    assert lena.post(PAGE, {**FIELDS, "name": "Another"}).status_code == 409
    days = f"{NEXT_YEAR}-01-01\n{NEXT_YEAR}-01-02"
    assert lena.post(f"{path}/holidays", {"days": days}).status_code == 422


def test_holidays_are_pasted_renamed_and_removed(lena: Visitor, database: Database) -> None:
    path = create(lena)
    lena.post(f"{path}/holidays", {"days": f"{NEXT_YEAR}-12-25 Christmas\n{NEXT_YEAR}-01-01 New Year\n"})
    lena.post(f"{path}/holidays", {"days": f"{NEXT_YEAR}-12-25 Christmas Day\n{NEXT_YEAR}-12-25 Christmas Day"})
    assert holidays(database) == [(f"{NEXT_YEAR}-01-01", "New Year"), (f"{NEXT_YEAR}-12-25", "Christmas Day")]
    assert "Christmas Day" in lena.get(path).text
    with database.read() as session:
        first = session.scalars(select(Holiday.id).order_by(Holiday.day)).first()
    assert lena.post(f"{path}/holidays/{first}/remove").status_code == 303
    assert lena.post(f"{path}/holidays/{first}/remove").status_code == 409
    assert holidays(database) == [(f"{NEXT_YEAR}-12-25", "Christmas Day")]


def test_a_line_that_is_no_day_keeps_all_of_them_out_and_what_was_typed_stands(
    lena: Visitor, database: Database
) -> None:
    path = create(lena)
    answer = lena.post(f"{path}/holidays", {"days": f"{NEXT_YEAR}-12-25 Christmas\nBoxing Day"})
    assert answer.status_code == 422
    assert "line 2 does not begin with a date" in answer.text
    assert "Boxing Day</textarea>" in answer.text
    assert 'value="Istanbul clinic"' in answer.text
    assert holidays(database) == []


def upload(lena: Visitor, path: str, content: bytes) -> Any:
    data = {"csrf_token": lena.token(), "days": "", "file": (io.BytesIO(content), "holidays.ics")}
    return lena.client.post(f"{path}/holidays", data=data, environ_overrides={"REMOTE_ADDR": "192.0.2.1"})


def test_holidays_come_from_a_calendar_file(lena: Visitor, database: Database) -> None:
    path = create(lena)
    event = f"DTSTART;VALUE=DATE:{NEXT_YEAR}0101\r\nSUMMARY:<b>New Year</b>"
    assert upload(lena, path, ics(event)).status_code == 303
    assert holidays(database) == [(f"{NEXT_YEAR}-01-01", "<b>New Year</b>")]
    assert "<b>New Year" not in lena.get(path).text


@pytest.mark.parametrize("content", [b"\0\xff", b"x" * 1002, ics("SUMMARY:nothing")])
def test_a_file_that_cannot_be_used_is_refused_beside_its_field(
    lena: Visitor, content: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(holiday_lists, "MAX_BYTES", 1000)
    answer = upload(lena, create(lena), content)
    assert answer.status_code == 422
    assert 'aria-describedby="file-error"' in answer.text


def test_nothing_pasted_and_no_file_is_said(lena: Visitor) -> None:
    answer = lena.post(f"{create(lena)}/holidays", {"days": " \n"})
    assert answer.status_code == 422
    assert "Paste a list of days" in answer.text


def test_a_calendar_is_given_to_those_who_work_by_it_and_deleting_it_sets_them_free(
    lena: Visitor, alice: Visitor, database: Database
) -> None:
    path = create(lena)
    lena.post(f"{path}/holidays", {"days": f"{NEXT_YEAR}-12-25"})

    def by_calendar() -> list[str]:
        with database.read() as session:
            return list(session.scalars(select(Staff.email).where(Staff.calendar_id.is_not(None))))

    with database.read() as session:
        alice_id = session.scalars(select(Staff.id).where(Staff.email.startswith("alice"))).one()
    lena.post(f"{path}/members", {"staff": alice_id})
    assert by_calendar() == ["alice@clinic.example"]
    assert "<li>alice@clinic.example</li>" in alice.get(path).text
    lena.post(f"{path}/members", {"staff": "\0nobody"})
    assert by_calendar() == []
    lena.post(f"{path}/members", {"staff": alice_id})
    assert lena.post(f"{path}/delete").location == PAGE
    assert (by_calendar(), stored(database), holidays(database)) == ([], {}, [])


def test_coordinators_look_and_change_nothing(alice: Visitor, lena: Visitor, database: Database) -> None:
    path = create(lena)
    page = alice.get(path).text
    assert "09:00-12:30, 13:30-18:00" in page
    assert f'action="{PAGE}' not in page
    for step, fields in (("", FIELDS), ("/delete", {}), ("/holidays", {"days": "x"}), ("/members", {})):
        assert alice.post(f"{path}{step}", fields).status_code == 403
    assert alice.post(PAGE, {**FIELDS, "name": "Mine"}).status_code == 403
    assert list(stored(database)) == ["Istanbul clinic"]


@pytest.mark.parametrize("step", ["", "/delete", "/holidays", "/members", f"/holidays/{'0' * 32}/remove"])
def test_a_calendar_that_does_not_exist_is_not_found(lena: Visitor, step: str) -> None:
    fields = {**FIELDS, "days": f"{NEXT_YEAR}-01-01"}
    for calendar_id in ("0" * 32, "x"):
        assert lena.post(f"{PAGE}/{calendar_id}{step}", fields).status_code == 404
    assert lena.get(f"{PAGE}/{'0' * 32}").status_code == 404
