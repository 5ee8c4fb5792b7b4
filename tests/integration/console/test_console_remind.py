"""Having a patient reminded, on the page of the enquiry."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from service.enquiries import remind
from service.storage.session import Database
from service.storage.tasks import Task
from tests.builders import create_enquiry
from tests.integration.console.conftest import Visitor
from tests.integration.test_reminders import answered


def test_a_coordinator_switches_it_on_and_off_on_the_page(alice: Visitor, database: Database) -> None:
    built = answered(database)
    page = f"/console/enquiries/{built.reference}"
    assert "Remind the patient after" in alice.get(page).text
    assert alice.post(f"{page}/remind", {"days": "7"}).status_code == 303
    assert "The patient will be reminded" in alice.get(page).text
    assert alice.post(f"{page}/remind/off").status_code == 303
    assert "Remind the patient after" in alice.get(page).text
    with database.read() as session:
        assert session.scalars(select(Task).where(Task.stage == remind.STAGE)).all() == []


@pytest.mark.parametrize("days", ["", "0", "-3", "999999999999", "٣", "three"])
def test_a_senseless_number_of_days_is_refused(alice: Visitor, database: Database, days: str) -> None:
    built = answered(database)
    answer = alice.post(f"/console/enquiries/{built.reference}/remind", {"days": days})
    assert answer.status_code == 422
    assert "choose one of 2, 3, 7, 14" in answer.text


def test_a_patient_who_waits_for_us_cannot_be_reminded(alice: Visitor, database: Database) -> None:
    built = create_enquiry(database)
    assert alice.post(f"/console/enquiries/{built.reference}/remind", {"days": "3"}).status_code == 409
    assert "Remind the patient after" not in alice.get(f"/console/enquiries/{built.reference}").text
