"""The pages of the console that no other test asks for barriers, and the enquiry before it is claimed."""

from __future__ import annotations

from typing import Literal

import pytest
from playwright.sync_api import Page

from service.storage.session import Database
from tests.builders import create_enquiry, create_staff
from tests.e2e.barriers import violations
from tests.e2e.conftest import sign_in

PAGES = ("reports", "calls/new", "quarantine", "erasures")


@pytest.fixture
def admin(window: Page, database: Database) -> Page:
    """Ada, an administrator, in front of the queue."""
    sign_in(window, database, create_staff(database, "ada@clinic.example", role="admin"))
    return window


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_pages_beside_the_queue_have_no_barriers_and_fit_a_tablet(
    admin: Page, database: Database, scheme: Literal["light", "dark"]
) -> None:
    voice = create_enquiry(database, "", channel="whatsapp", needs_listening=True)
    admin.emulate_media(color_scheme=scheme)
    for path in (*PAGES, f"enquiries/{voice.reference}"):
        admin.goto(f"/console/{path}")
        assert violations(admin) == []
        admin.set_viewport_size({"width": 820, "height": 900})
        assert admin.evaluate("document.documentElement.scrollWidth") <= 820, path
        admin.set_viewport_size({"width": 1280, "height": 860})


def test_what_waits_to_be_written_down_or_named_says_what_to_do(admin: Page, database: Database) -> None:
    voice = create_enquiry(database, "", channel="whatsapp", needs_listening=True)
    unknown = create_enquiry(database, "Xhqw bzzt", language="und")
    admin.goto(f"/console/enquiries/{voice.reference}")
    assert "Nothing to translate before it is written down." in admin.locator(".translation").inner_text()
    admin.goto(f"/console/enquiries/{unknown.reference}")
    assert "as soon as you say what language it is" in admin.locator(".translation").inner_text()
