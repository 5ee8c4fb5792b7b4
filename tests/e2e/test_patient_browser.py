"""The patients' site in a real browser: accessible, by keyboard alone, on a small or enlarged screen, drafts kept."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from service.enquiries.model import Attachment, Enquiry
from service.storage.session import Database
from tests.e2e.barriers import violations
from tests.program import until

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

LANGUAGES = ("en", "ar", "zh", "hi")
PAGES = ("", "enquiry", "appointment", "conditions/", "conditions/liver-disease", "questions", "status", "privacy")
MESSAGE = "My mother, 62, has had rheumatoid arthritis for 10 years."


@pytest.fixture
def visitor(chrome: Browser, address: str) -> Iterator[Page]:
    """A visitor on a phone; a complaint of the browser or a request to anywhere else fails the test."""
    context = chrome.new_context(base_url=address, viewport={"width": 390, "height": 800})
    page = context.new_page()
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", lambda told: complaints.append(told.text) if "Content Security" in told.text else None)
    page.on("request", lambda sent: None if sent.url.startswith((address, "data:")) else complaints.append(sent.url))
    yield page
    page.wait_for_load_state("networkidle")  # a file that is half sent would be left open
    context.close()
    assert complaints == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_page_has_a_barrier_that_a_checker_can_see(visitor: Page, language: str) -> None:
    found = []
    for path in PAGES:
        visitor.goto(f"/{language}/{path}")
        found += violations(visitor)
    assert found == []


@pytest.mark.parametrize("language", ["en", "ar"])
def test_mistakes_thanks_and_darkness_have_no_barrier_either(visitor: Page, language: str) -> None:
    visitor.goto(f"/{language}/appointment")
    visitor.locator("main button[type=submit]").click()
    visitor.locator("#errors").wait_for()
    found = violations(visitor)
    visitor.emulate_media(color_scheme="dark")
    found += violations(visitor)
    visitor.goto(f"/{language}/enquiry")
    fill(visitor)
    visitor.locator("main button[type=submit]").click()
    visitor.locator(".reference").wait_for()
    assert found + violations(visitor) == []


def when(page: Page, expression: str) -> None:
    """Wait until this is so in the page; the site's policy forbids the library's own way of waiting."""
    for _ in until(5, pause=0.05):
        if page.evaluate(expression):
            return
    raise AssertionError(expression)


def fill(page: Page) -> None:
    page.locator("#message").fill(MESSAGE)
    page.locator("#email").fill("visitor@patients.example")
    page.locator("#consent").check()


@pytest.mark.parametrize("language", LANGUAGES)
def test_nothing_is_cut_off_at_320_pixels_or_at_twice_the_size(chrome: Browser, address: str, language: str) -> None:
    for width, scale in ((320, 1), (640, 2)):
        context = chrome.new_context(
            base_url=address, viewport={"width": width, "height": 600}, device_scale_factor=scale
        )
        page = context.new_page()
        for path in PAGES:
            page.goto(f"/{language}/{path}")
            assert page.evaluate("document.documentElement.scrollWidth") <= width, f"{path} at {width}"
        context.close()


def test_the_form_is_filled_in_and_sent_with_the_keyboard_alone(visitor: Page, database: Database) -> None:
    visitor.goto("/en/")
    visitor.keyboard.press("Tab")
    assert visitor.evaluate("document.activeElement.getAttribute('href')") == "#content"
    visitor.keyboard.press("Enter")
    press_until(visitor, "a.button")
    visitor.keyboard.press("Enter")
    visitor.wait_for_url("**/en/enquiry")
    press_until(visitor, "#message")
    visitor.keyboard.type(MESSAGE)
    press_until(visitor, "#country")
    visitor.keyboard.type("Kuw")
    press_until(visitor, "#email")
    visitor.keyboard.type("visitor@patients.example")
    press_until(visitor, "#consent")
    visitor.keyboard.press("Space")
    press_until(visitor, "main button[type=submit]")
    visitor.keyboard.press("Enter")
    visitor.locator(".reference").wait_for()
    with database.read() as session:
        assert session.scalars(select(Enquiry)).one().patient.country == "KW"


def press_until(page: Page, selector: str) -> None:
    """Tab to an element, with the focus to be seen at each step."""
    for _ in range(40):
        page.keyboard.press("Tab")
        if page.evaluate("selector => document.activeElement.matches(selector)", selector):
            style = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
            assert style != "none", selector
            return
    raise AssertionError(f"{selector} cannot be reached with the keyboard")


def test_after_a_mistake_the_focus_is_on_the_summary_which_leads_to_the_field(visitor: Page) -> None:
    visitor.goto("/en/enquiry")
    visitor.locator("#message").fill(MESSAGE)
    visitor.locator("#consent").check()
    visitor.locator("main button[type=submit]").click()
    when(visitor, "document.activeElement.id === 'errors'")
    visitor.keyboard.press("Tab")
    visitor.keyboard.press("Enter")
    when(visitor, "document.activeElement.id === 'email'")
    assert visitor.locator("#message").input_value() == MESSAGE


def test_a_draft_outlives_the_page_and_can_be_cleared(visitor: Page) -> None:
    visitor.goto("/en/enquiry")
    assert visitor.locator("[data-draft-notice]").is_hidden()
    visitor.locator("#message").fill(MESSAGE)
    when(visitor, "localStorage.length === 1")
    visitor.reload()
    visitor.get_by_text("We have put back what you wrote").wait_for()
    assert visitor.locator("#message").input_value() == MESSAGE
    visitor.goto("/en/appointment")
    assert visitor.locator("#message").input_value() == ""
    visitor.goto("/en/conditions/lupus")
    visitor.get_by_role("button", name="Clear the draft").click()
    assert visitor.locator("#message").input_value() == ""
    assert visitor.evaluate("localStorage.length") == 0


def test_a_draft_is_gone_once_it_is_sent_and_never_holds_a_file_or_the_consent(visitor: Page) -> None:
    visitor.goto("/en/enquiry")
    fill(visitor)
    when(visitor, "localStorage.length === 1")
    kept = visitor.evaluate("Object.keys(JSON.parse(localStorage.getItem('draft-enquiry')).values)")
    assert {"message", "email"} <= set(kept)
    assert not {"attachments", "consent", "csrf_token", "token", "website"} & set(kept)
    visitor.locator("main button[type=submit]").click()
    visitor.locator(".reference").wait_for()
    when(visitor, "localStorage.length === 0")  # the script runs once the page is parsed, the reference shows before


def test_an_old_draft_is_not_put_back(visitor: Page) -> None:
    visitor.goto("/en/enquiry")
    visitor.evaluate(
        "localStorage.setItem('draft-enquiry',"
        " JSON.stringify({at: Date.now() - 8 * 24 * 3600 * 1000, values: {message: 'old'}}))"
    )
    visitor.reload()
    assert visitor.locator("#message").input_value() == ""


def test_files_are_sent_with_their_progress_and_the_page_of_thanks_follows(
    visitor: Page, database: Database, tmp_path: Path
) -> None:
    report = tmp_path / "report.pdf"
    report.write_bytes(b"%PDF-1.4\n" + bytes(3_000_000) + b"\n%%EOF")
    visitor.goto("/en/enquiry")
    fill(visitor)
    visitor.locator("#attachments").set_input_files(report)
    visitor.evaluate("() => { window.form = document.querySelector('form[data-draft]'); }")
    visitor.evaluate(
        "() => { window.seen = []; const bar = document.querySelector('progress');"
        " new MutationObserver(() => window.seen.push(bar.value)).observe(bar, {attributes: true}); }"
    )
    visitor.locator("main button[type=submit]").click()
    visitor.locator(".reference").wait_for()
    assert visitor.evaluate("window.seen.at(-1)") == 100
    # Somebody was still typing when the answer came.
    visitor.evaluate("window.form.dispatchEvent(new Event('input'))")
    visitor.wait_for_timeout(400)  # longer than a draft waits to be kept
    assert visitor.evaluate("localStorage.length") == 0
    assert visitor.title() == "We have your message"
    with database.read() as session:
        assert session.scalars(select(Attachment)).one().name == "report.pdf"


def test_a_lost_connection_is_told_and_sending_again_sends_once(
    visitor: Page, database: Database, tmp_path: Path
) -> None:
    report = tmp_path / "report.pdf"
    report.write_bytes(b"%PDF-1.4\n%%EOF")
    visitor.goto("/en/enquiry")
    fill(visitor)
    visitor.locator("#attachments").set_input_files(report)
    visitor.route("**/en/enquiry", lambda route: route.abort())
    visitor.locator("main button[type=submit]").click()
    visitor.get_by_text("The connection was lost").wait_for()
    assert visitor.locator("#message").input_value() == MESSAGE
    visitor.unroute("**/en/enquiry")
    visitor.locator("main button[type=submit]").click()
    visitor.locator(".reference").wait_for()
    with database.read() as session:
        assert len(session.scalars(select(Enquiry)).all()) == 1
