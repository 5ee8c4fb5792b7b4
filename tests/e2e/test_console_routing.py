"""Hours, on call and duty in a real browser: set up by a lead, felt by everybody."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from service.clock import now
from service.enquiries import alert, on_call
from service.enquiries.model import Enquiry, Staff
from service.storage.session import Database
from tests.builders import create_enquiry, create_staff
from tests.e2e.barriers import violations
from tests.e2e.conftest import sign_in

if TYPE_CHECKING:
    from playwright.sync_api import Page

WIDTHS = (1280, 820, 390)


@pytest.fixture
def lead(window: Page, database: Database) -> Page:
    sign_in(window, database, create_staff(database, "lena@clinic.example", role="lead"))
    return window


def test_a_lead_sets_up_hours_holidays_and_the_telephone_on_call(lead: Page) -> None:
    lead.get_by_role("link", name="Settings").click()
    lead.get_by_role("link", name="Calendars").click()
    lead.get_by_label("Name").fill("Istanbul clinic")
    lead.get_by_label("Time zone").select_option("Europe/Istanbul")
    lead.get_by_label("Monday").fill("9-17")
    lead.get_by_label("Tuesday").fill("12:00-17:00")
    lead.get_by_role("button", name="Create").click()
    lead.get_by_role("heading", name="Istanbul clinic").wait_for()
    lead.get_by_label("Days off").fill(f"{now().year + 1}-12-25 Christmas")
    lead.get_by_role("button", name="Add holidays").click()
    lead.get_by_role("cell", name="Christmas").wait_for()
    lead.get_by_role("link", name="On call").click()
    assert lead.get_by_text("No telephone number is on call").is_visible()
    lead.get_by_label("Telephone number").fill("+44 7700 900901")
    lead.get_by_role("button", name="Add", exact=True).click()
    lead.get_by_role("button", name="Send a test alert to +447700900901").click()
    lead.get_by_text("test on its way").wait_for()
    assert lead.get_by_text("No telephone number is on call").is_hidden()


def test_going_off_duty_is_one_click_and_leads_back_to_the_page(lead: Page, database: Database) -> None:
    lead.goto("/console/?urgency=urgent")
    lead.get_by_role("button", name="Go off duty").click()
    lead.get_by_text("Off duty").wait_for()
    assert lead.url.endswith("/console/?urgency=urgent")
    with database.read() as session:
        assert not session.scalars(select(Staff.on_duty)).one()


def test_what_is_due_soon_stands_out_and_becomes_overdue_while_one_watches(lead: Page, database: Database) -> None:
    create_enquiry(database, due_at=now() + timedelta(minutes=20))
    create_enquiry(database, due_at=now() + timedelta(hours=20))
    lead.reload()
    assert lead.locator(".due.soon").count() == 1
    lead.clock.install()
    lead.reload()
    lead.clock.fast_forward("21:00")
    assert lead.locator(".due.over").count() == 1
    assert "overdue by" in lead.locator(".due.over").inner_text()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_pages_fit_every_screen_and_have_no_barrier(lead: Page, database: Database, scheme: str) -> None:
    lead.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
    built = create_enquiry(database, urgency="emergency", due_at=now() - timedelta(minutes=1))
    with database.write() as session:
        lena = session.scalars(select(Staff)).one()
        on_call.add(session, lena, "+447700900901", escalation=False)
        for row in alert.emergency(session, session.get_one(Enquiry, built.enquiry_id), built.message_id)[:1]:
            row.state, row.error_code = "failed", "21614"
    lead.goto("/console/calendars")
    lead.get_by_label("Name").fill("N" * 80)
    lead.get_by_label("Time zone").select_option("America/Argentina/ComodRivadavia")
    lead.get_by_label("Monday").fill("00:00-01:00, 02:00-03:00, 04:00-05:00, 06:00-07:00, 08:00-09:00, 10:00-11:00")
    lead.get_by_role("button", name="Create").click()
    lead.get_by_role("heading", name="N" * 80).wait_for()
    lead.get_by_label("Days off").fill(f"{now().year + 1}-12-25 {'H' * 80}")
    lead.get_by_role("button", name="Add holidays").click()
    lead.get_by_role("cell", name="H" * 80).wait_for()
    for path in (lead.url, "/console/calendars", "/console/on-call", "/console/"):
        lead.goto(path)
        assert violations(lead) == []
        for width in WIDTHS:
            lead.set_viewport_size({"width": width, "height": 800})
            assert lead.evaluate("document.documentElement.scrollWidth") <= width, f"{path} at {width}"
