"""The queue in a real browser: worked through with the keyboard alone, live, and by several people at once."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Literal

import pytest
from playwright.sync_api import Browser, Page
from sqlalchemy import select

from service.clock import now
from service.enquiries import claim
from service.enquiries.model import Enquiry, Staff
from service.storage.session import Database
from tests.builders import Built, create_enquiry, create_staff
from tests.e2e.barriers import violations
from tests.e2e.conftest import sign_in

POLL = 10_500
COUNT_TONES = """
  window.tones = 0;
  const start = OscillatorNode.prototype.start;
  OscillatorNode.prototype.start = function (...when) { window.tones += 1; return start.apply(this, when); };
"""


@pytest.fixture
def colleague(chrome: Browser, address: str, database: Database) -> Iterator[Callable[..., Page]]:
    """Opens a browser of their own for somebody else; `script` says whether it runs scripts."""
    contexts = []

    def opened(name: str = "bob", role: str = "coordinator", *, script: bool = True) -> Page:
        context = chrome.new_context(base_url=address, java_script_enabled=script)
        contexts.append(context)
        page = context.new_page()
        sign_in(page, database, create_staff(database, f"{name}@clinic.example", role=role))
        return page

    yield opened
    for context in contexts:
        context.close()


def _row(page: Page, built: Built) -> str:
    return page.locator(f'#rows [data-reference="{built.reference}"]').inner_text()


def _status(database: Database, built: Built) -> str:
    with database.read() as session:
        return session.get_one(Enquiry, built.enquiry_id).status


def _keys(page: Page, keys: str) -> None:
    for key in keys.split():
        page.keyboard.press(key)


def test_rows_are_selected_and_closed_together_with_the_keyboard(desk: Page, database: Database) -> None:
    rows = [create_enquiry(database) for _ in range(3)]
    desk.reload()
    assert desk.get_by_role("button", name="Claim c").is_hidden()
    _keys(desk, "j x j x e")
    assert desk.locator("#picked").inner_text() == "2 selected"
    assert desk.evaluate("document.activeElement.id") == "close-reason"
    desk.keyboard.type("The same")
    _keys(desk, "Tab Tab Enter")
    desk.get_by_text("2 done.").wait_for()
    assert [_status(database, one) for one in rows] == ["closed", "closed", "queued"]


def test_a_key_on_a_row_does_to_it_what_is_done_to_many(desk: Page, database: Database) -> None:
    first, second = create_enquiry(database), create_enquiry(database)
    desk.reload()
    _keys(desk, "j s Tab Tab")
    desk.keyboard.press("Escape")
    assert desk.evaluate("document.activeElement.closest('details').dataset.key") == "s"
    _keys(desk, "s")
    desk.get_by_role("button", name="Snooze", exact=True).press("Enter")
    desk.get_by_text("1 done.").wait_for()
    assert (_status(database, first), _status(database, second)) == ("snoozed", "queued")


def test_what_is_done_to_many_is_handed_in_by_ctrl_enter(desk: Page, database: Database) -> None:
    built = [create_enquiry(database), create_enquiry(database)]
    desk.reload()
    _keys(desk, "j x j x e")
    desk.keyboard.type("Answered")
    desk.keyboard.press("Control+Enter")
    desk.get_by_text("2 done.").wait_for()
    assert [_status(database, one) for one in built] == ["closed", "closed"]


def test_the_selection_outlasts_the_renewal_of_the_rows(desk: Page, database: Database) -> None:
    built, other = create_enquiry(database), create_enquiry(database)
    desk.clock.install()
    desk.reload()
    _keys(desk, "j x")
    create_enquiry(database, urgency="urgent")
    desk.clock.run_for(POLL)
    desk.locator(".row.urgent").wait_for()
    assert desk.get_by_label(f"Select {built.reference}").is_checked()
    assert not desk.get_by_label(f"Select {other.reference}").is_checked()
    assert desk.locator("[data-tally=all]").inner_text() == "3"


def test_an_emergency_is_announced_with_the_way_to_it(desk: Page, database: Database) -> None:
    desk.clock.install()
    desk.goto("/console/dead-letters")
    built = create_enquiry(database, urgency="emergency")
    desk.clock.run_for(POLL)
    desk.get_by_role("link", name="Open it").click()
    desk.wait_for_url(f"**/enquiries/{built.reference}")


def test_the_sound_is_off_until_switched_on_and_then_remembered(desk: Page, database: Database) -> None:
    desk.add_init_script(COUNT_TONES)
    desk.clock.install()

    def tones_of_an_emergency() -> int:
        before = int(desk.evaluate("tones"))
        built = create_enquiry(database, urgency="emergency")
        desk.clock.run_for(POLL)
        desk.locator(f'[data-reference="{built.reference}"]').wait_for()
        desk.wait_for_timeout(100)
        return int(desk.evaluate("tones")) - before

    desk.reload()
    assert tones_of_an_emergency() == 0
    button = desk.get_by_role("button", name="Sound for emergencies")
    button.click()
    assert button.get_attribute("aria-pressed") == "true"
    desk.reload()
    assert button.get_attribute("aria-pressed") == "true"
    desk.keyboard.press("j")
    assert tones_of_an_emergency() > 0


def test_one_goes_from_the_row_to_the_reply_and_back_to_the_view(desk: Page, database: Database) -> None:
    built = create_enquiry(database, urgency="urgent")
    desk.goto("/console/?view=urgent")
    _keys(desk, "j c")
    desk.wait_for_url(f"**/enquiries/{built.reference}")
    _keys(desk, "r")
    assert desk.evaluate("document.activeElement.closest('#reply') !== null")
    desk.keyboard.press("Escape")
    desk.locator("h1").click()
    _keys(desk, "q")
    desk.wait_for_url("**/console/?view=urgent")
    _keys(desk, "j r")
    desk.wait_for_url(f"**/enquiries/{built.reference}#write")
    assert desk.evaluate("document.activeElement.tagName") == "TEXTAREA"


def test_the_slash_goes_to_the_search_and_not_into_a_text(desk: Page, database: Database) -> None:
    create_enquiry(database)
    desk.reload()
    _keys(desk, "/")
    assert desk.evaluate("document.activeElement.matches('.top [name=q], .filters select')")


def test_each_sees_the_other_look_and_one_takes_over(
    desk: Page, colleague: Callable[..., Page], database: Database
) -> None:
    built = create_enquiry(database)
    desk.clock.install()
    desk.goto(f"/console/enquiries/{built.reference}")
    _keys(desk, "c")
    desk.get_by_text("Your claim ends").wait_for()
    bob = colleague()
    bob.goto("/console/")
    bob.get_by_text("alice is looking at this").wait_for()
    bob.goto(f"/console/enquiries/{built.reference}")
    desk.clock.run_for(POLL)
    desk.get_by_text("bob is looking at this").wait_for()
    _keys(bob, "t")
    bob.keyboard.type("She went home")
    bob.keyboard.press("Enter")
    bob.get_by_text("Your claim ends").wait_for()
    desk.clock.run_for(POLL)
    desk.get_by_text("Something has changed.").wait_for()


def test_work_renews_the_lease_that_the_page_shows(desk: Page, database: Database) -> None:
    built = create_enquiry(database)
    with database.write() as session:
        alice = session.scalars(select(Staff)).one()
        claim.claim(session, built.reference, alice).claimed_until = now() + timedelta(minutes=1)
    desk.clock.install()
    desk.goto(f"/console/enquiries/{built.reference}")
    before = desk.locator("#lease").inner_text()
    with database.write() as session:
        claim.claim(session, built.reference, session.scalars(select(Staff)).one())
    desk.clock.run_for(POLL)
    desk.wait_for_function("before => document.getElementById('lease').innerText !== before", arg=before)
    assert desk.get_by_text("Something has changed.").is_hidden()


def test_a_snooze_is_chosen_by_the_reader_s_own_clock(desk: Page, database: Database) -> None:
    built = create_enquiry(database)
    desk.goto(f"/console/enquiries/{built.reference}")
    _keys(desk, "s")
    desk.get_by_label("Day and time").fill("2001-01-01T10:00")
    assert desk.locator("#snooze-until").input_value() == "at"
    zone = desk.evaluate("Intl.DateTimeFormat().resolvedOptions().timeZone")
    assert desk.locator(".hand [name=zone]").input_value() == zone
    desk.locator("#snooze-until").select_option("patient")
    desk.get_by_role("button", name="Snooze", exact=True).click()
    desk.get_by_text("Snoozed until the patient writes").wait_for()
    assert _status(database, built) == "snoozed"


def test_everything_is_done_without_script_as_well(colleague: Callable[..., Page], database: Database) -> None:
    rows = [create_enquiry(database) for _ in range(2)]
    lead = colleague("lena", "lead", script=False)
    lead.goto("/console/?view=unassigned")
    for one in rows:
        lead.get_by_label(f"Select {one.reference}").check()
    lead.get_by_text("Assign…").click()
    lead.get_by_label("To", exact=True).select_option(label="lena@clinic.example (you)")
    lead.get_by_role("button", name="Assign", exact=True).click()
    lead.get_by_text("2 done.").wait_for()
    lead.goto("/console/?view=mine")
    assert all("for you" in _row(lead, one) for one in rows)


def test_the_list_of_keys_fits_on_the_screen(desk: Page) -> None:
    desk.set_viewport_size({"width": 1280, "height": 720})
    desk.reload()
    _keys(desk, "?")
    assert desk.get_by_role("dialog").evaluate("node => node.scrollHeight <= node.clientHeight")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_part_of_the_queue_keeps_anybody_out(
    desk: Page, database: Database, scheme: Literal["light", "dark"]
) -> None:
    claimed = create_enquiry(database, urgency="emergency")
    create_enquiry(database, "Cuánto", language="es", urgency="urgent")
    desk.emulate_media(color_scheme=scheme)
    desk.reload()
    _keys(desk, "j x s")
    found = violations(desk)
    desk.goto(f"/console/enquiries/{claimed.reference}")
    _keys(desk, "c")
    desk.get_by_text("Your claim ends").wait_for()
    for key in ("e", "a", "?"):
        desk.keyboard.press(key)
        found += violations(desk)
        desk.keyboard.press("Escape")
    assert found == []
