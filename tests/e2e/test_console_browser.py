"""The console in a real browser: what a coordinator sees, and does with the keyboard alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from service.storage.session import Database
from tests.builders import Built, Translated, create_enquiry, evidence

if TYPE_CHECKING:
    from playwright.sync_api import Page

ARABIC = "والدي عمره 68 سنة من الكويت، لا يستطيع الكلام منذ الصباح وفمه مائل"
WIDTHS = (1280, 820, 390)


@pytest.fixture
def page(desk: Page) -> Page:
    """A signed-in coordinator in front of the queue."""
    return desk


def _emergency(database: Database) -> Built:
    flag = {"code": "stroke", "level": "emergency", "evidence": [evidence(ARABIC, "لا يستطيع الكلام")]}
    return create_enquiry(
        database,
        ARABIC,
        language="ar",
        channel="whatsapp",
        name="فاطمة المثال",
        urgency="emergency",
        red_flags=["stroke"],
        gist="EMERGENCY words: stroke signs · For their father, 68, Kuwait",
        translation=Translated("My father is 68 years old, from Kuwait; he cannot speak and his mouth is crooked."),
        reading={"red_flags": [flag], "conditions": [], "mentions": []},
    )


def test_an_emergency_comes_to_the_top_without_reloading(page: Page, database: Database) -> None:
    create_enquiry(database)
    page.reload()
    row = page.locator("[data-control=open]").first
    row.focus()
    assert page.title() == "Queue · Dragoman"
    emergency = _emergency(database)
    page.wait_for_selector(f'#rows tr:first-child[data-reference="{emergency.reference}"]', timeout=15_000)
    assert page.title() == "(1) Queue · Dragoman"
    assert page.get_by_role("alert").inner_text() == "An emergency is waiting. Open it"
    # The coordinator's place in the list is kept.
    assert "knee replacement" in page.evaluate("document.activeElement.textContent")


def test_an_enquiry_is_opened_claimed_released_and_closed_with_the_keyboard(page: Page, database: Database) -> None:
    routine, emergency = create_enquiry(database), _emergency(database)
    page.reload()
    for key in ("j", "j", "k"):
        page.keyboard.press(key)
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/enquiries/{emergency.reference}")
    page.wait_for_load_state()
    page.keyboard.press("c")
    page.get_by_role("button", name="Release").wait_for()
    page.wait_for_load_state()
    page.keyboard.press("u")
    page.get_by_role("button", name="Claim").wait_for()
    page.wait_for_load_state()
    page.keyboard.press("c")
    page.get_by_text("Close…").click()
    page.get_by_label("Reason").select_option("answered")
    page.get_by_role("button", name="Close the enquiry").click()
    page.get_by_text("Closed", exact=True).first.wait_for()
    page.goto("/console/")
    assert page.locator("#rows tr").count() == 1
    assert routine.reference in page.locator("#rows").inner_text()


def test_single_keys_can_be_turned_off_and_never_fire_while_typing(page: Page, database: Database) -> None:
    built = create_enquiry(database)
    page.goto(f"/console/enquiries/{built.reference}")
    page.keyboard.press("?")
    page.get_by_label("Single keys work").uncheck()
    page.get_by_role("dialog").get_by_role("button", name="Close").click()
    page.keyboard.press("c")
    page.reload()
    page.keyboard.press("c")
    assert page.get_by_role("button", name="Claim").is_visible()


def test_both_texts_stand_side_by_side_each_in_its_direction(page: Page, database: Database) -> None:
    page.goto(f"/console/enquiries/{_emergency(database).reference}")
    original, translation = page.locator(".original .text"), page.locator(".translation .text")
    left, right = original.bounding_box(), translation.bounding_box()
    assert left is not None
    assert right is not None
    assert left["x"] + left["width"] <= right["x"]
    assert original.evaluate("node => getComputedStyle(node).direction") == "rtl"
    assert translation.evaluate("node => getComputedStyle(node).direction") == "ltr"
    page.get_by_role("link", name="لا يستطيع الكلام").click()
    assert page.locator("mark:target").inner_text() == "لا يستطيع الكلام"


def test_the_open_enquiry_says_when_something_has_happened(page: Page, database: Database) -> None:
    from sqlalchemy import update

    from service.enquiries.model import Enquiry

    built = create_enquiry(database)
    page.goto(f"/console/enquiries/{built.reference}")
    assert page.get_by_text("Something has changed.").is_hidden()
    with database.write() as session:
        session.execute(update(Enquiry).values(status="snoozed"))
    page.get_by_text("Something has changed.").wait_for(timeout=15_000)


def test_no_page_is_wider_than_its_screen(page: Page, database: Database) -> None:
    built = create_enquiry(database, "x" * 5000, name="N" * 300, gist="G" * 200, facts={"phone": "1" * 300})
    for path in ("/console/", f"/console/enquiries/{built.reference}", "/console/dead-letters"):
        page.goto(path)
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 800})
            assert page.evaluate("document.documentElement.scrollWidth") <= width, f"{path} at {width}"
