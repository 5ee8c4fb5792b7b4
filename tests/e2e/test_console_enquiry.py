"""The enquiry page in a real browser: corrected, noted, mended and booked, by keyboard, with and without script."""

from __future__ import annotations

from datetime import timedelta

from playwright.sync_api import Browser, Page
from sqlalchemy import select

from service.clock import now
from service.enquiries.desk_model import Appointment, Note, RememberedSentence
from service.enquiries.model import Enquiry, Message
from service.storage.session import Database
from tests.builders import Built, File, Translated, create_enquiry, create_staff
from tests.e2e.barriers import violations
from tests.e2e.conftest import sign_in

ARABIC = "ألم في الركبة. لا أستطيع المشي."
PDF = File("report.pdf", "application/pdf", b"%PDF-1.7 rest")


def arabic(database: Database) -> Built:
    return create_enquiry(
        database,
        ARABIC,
        language="ar",
        name="نادية المثال",
        translation=Translated("Pain in the knee. I can walk."),
        facts={"age": 62, "labs": {"alt": {"value": 188, "unit": "U/L"}}},
        files=[PDF],
    )


def open_page(page: Page, built: Built) -> None:
    page.goto(f"/console/enquiries/{built.reference}")


def key(page: Page, name: str) -> None:
    """Press a single key once the page's script is there."""
    page.wait_for_load_state()
    page.keyboard.press(name)


def test_a_wrong_language_is_corrected_with_two_keys(desk: Page, database: Database) -> None:
    built = arabic(database)
    open_page(desk, built)
    key(desk, "l")
    assert desk.evaluate("document.activeElement.textContent") == "Persian"
    desk.keyboard.press("Enter")
    desk.get_by_text("Language corrected").wait_for()
    with database.read() as session:
        assert session.get_one(Message, built.message_id).language == "fa"


def test_a_form_is_put_away_by_escape_and_what_was_typed_is_still_there(desk: Page, database: Database) -> None:
    open_page(desk, arabic(database))
    key(desk, "n")
    desk.keyboard.type("ask the son")
    desk.keyboard.press("Escape")
    assert desk.locator("#note-text").is_hidden()
    assert desk.evaluate("document.activeElement.tagName") == "SUMMARY"
    desk.keyboard.press("n")
    assert desk.locator("#note-text").input_value() == "ask the son"


def test_an_open_form_is_handed_in_by_ctrl_enter_from_any_of_its_fields(desk: Page, database: Database) -> None:
    built = arabic(database)
    open_page(desk, built)
    key(desk, "n")
    desk.keyboard.type("ask the son")
    desk.keyboard.press("Control+Enter")
    desk.locator("article.note").get_by_text("ask the son").wait_for()
    key(desk, "c")
    desk.get_by_role("button", name="Release").wait_for()
    key(desk, "s")
    desk.keyboard.type("For a week")
    desk.keyboard.press("Control+Enter")
    desk.locator(".heading .state").get_by_text("Snoozed").wait_for()


def test_a_form_that_is_not_complete_is_not_handed_in_by_ctrl_enter(desk: Page, database: Database) -> None:
    open_page(desk, arabic(database))
    key(desk, "n")
    desk.keyboard.press("Control+Enter")
    assert desk.evaluate("document.activeElement.validity.valueMissing")
    with database.read() as session:
        assert session.scalars(select(Note)).all() == []


def test_a_fact_is_added_by_key(desk: Page, database: Database) -> None:
    built = arabic(database)
    open_page(desk, built)
    key(desk, "f")
    desk.keyboard.type("Allergies")
    desk.keyboard.press("Tab")
    desk.keyboard.type("penicillin")
    desk.keyboard.press("Control+Enter")
    desk.locator(".facts").get_by_text("penicillin").first.wait_for()
    with database.read() as session:
        assert (session.get_one(Enquiry, built.enquiry_id).facts or {})["allergies"] == ["penicillin"]


def test_a_voice_message_is_written_down_by_key(desk: Page, database: Database) -> None:
    built = create_enquiry(database, "", needs_listening=True)
    open_page(desk, built)
    key(desk, "w")
    desk.keyboard.type("When do you open?")
    desk.keyboard.press("Control+Enter")
    desk.locator(".message .text").get_by_text("When do you open?").wait_for()
    with database.read() as session:
        assert "When do you open?" in [message.body for message in session.scalars(select(Message))]


def test_one_goes_to_the_person_and_back_to_the_enquiry_by_key(desk: Page, database: Database) -> None:
    built = arabic(database)
    open_page(desk, built)
    key(desk, "p")
    desk.wait_for_url(f"**/people/{built.patient_id}")
    key(desk, "j")
    assert desk.evaluate("document.activeElement.textContent") == built.reference
    desk.keyboard.press("Enter")
    desk.wait_for_url(f"**/enquiries/{built.reference}")


def test_an_enquiry_is_worked_through_with_the_keyboard(desk: Page, database: Database) -> None:
    built = arabic(database)
    open_page(desk, built)
    key(desk, "c")
    desk.get_by_role("button", name="Release").wait_for()
    key(desk, "n")
    desk.keyboard.type("Speaks French, too")
    desk.keyboard.press("Tab")
    desk.keyboard.press("Enter")
    desk.get_by_text("Speaks French, too").wait_for()
    key(desk, "m")
    desk.get_by_label("Condition", exact=True).select_option("knee-osteoarthritis")
    desk.get_by_role("button", name="Correct", exact=True).first.click()
    desk.get_by_text("Condition corrected").wait_for()
    key(desk, "b")
    day = (now() + timedelta(days=30)).date().isoformat()
    booking = desk.locator("#booking")
    booking.get_by_label("Day").fill(day)
    booking.get_by_label("Hour").fill("09:30")
    booking.get_by_label("Time zone").fill("Asia/Dubai")
    booking.get_by_role("button", name="Book").click()
    desk.get_by_role("article", name="Appointment").get_by_text("Asia/Dubai").wait_for()
    with database.read() as session:
        found = session.get_one(Enquiry, built.enquiry_id)
        assert (found.status, found.condition) == ("booked", "knee-osteoarthritis")
        assert session.scalars(select(Note)).one().text == "Speaks French, too"
        assert session.scalars(select(Appointment)).one().zone == "Asia/Dubai"


def test_a_translation_is_mended_beside_the_original(desk: Page, database: Database) -> None:
    built = arabic(database)
    open_page(desk, built)
    desk.get_by_text("Mend the translation…").click()
    desk.get_by_label("In English").fill("Pain in the knee. I cannot walk.")
    desk.get_by_role("button", name="Keep this version").click()
    desk.get_by_text("1 earlier version").wait_for()
    with database.read() as session:
        assert session.scalars(select(RememberedSentence)).one().translation == "I cannot walk."


def test_the_texts_are_stacked_and_stay_so(desk: Page, database: Database) -> None:
    built = arabic(database)
    open_page(desk, built)
    desk.get_by_role("link", name="Original above translation").click()
    desk.get_by_role("link", name="side by side").wait_for()
    open_page(desk, built)
    original, translation = (
        desk.locator(f".{side} .text").first.bounding_box() for side in ("original", "translation")
    )
    assert original
    assert translation
    assert original["y"] + original["height"] <= translation["y"]


def test_the_page_works_without_script_and_says_what_is_wrong_beside_its_field(
    chrome: Browser, address: str, database: Database
) -> None:
    built = arabic(database)
    context = chrome.new_context(base_url=address, java_script_enabled=False)
    page = context.new_page()
    sign_in(page, database, create_staff(database))
    open_page(page, built)
    page.get_by_role("button", name="Urdu").click()
    page.get_by_text("Write a note for colleagues…").click()
    page.get_by_label("Note", exact=False).first.fill("Without script")
    page.get_by_role("button", name="Keep the note").click()
    assert page.get_by_text("Without script").is_visible()
    page.locator("summary", has_text="Correct: Age").click()
    page.get_by_label("Age", exact=True).fill("old")
    page.keyboard.press("Enter")
    wrong = page.get_by_label("Age", exact=True)
    wrong.wait_for()
    assert wrong.get_attribute("aria-invalid") == "true"
    described = wrong.get_attribute("aria-describedby")
    assert page.locator(f"#{described}").inner_text() == "a number from 0 to 120"
    context.close()
    with database.read() as session:
        assert session.get_one(Message, built.message_id).language == "ur"


def test_a_call_is_logged_from_the_queue(desk: Page, database: Database) -> None:
    desk.get_by_role("link", name="Log a call").click()
    desk.get_by_label("They called from").fill("+44 7700 900123")
    desk.get_by_label("The caller speaks").select_option("ar")
    desk.get_by_label("What they said").fill("Her father cannot speak since this morning.")
    desk.get_by_role("button", name="Put it into the queue").click()
    desk.get_by_role("heading", name="Red flags").wait_for()
    assert desk.get_by_text("written down by alice@clinic.example").is_visible()


def test_nothing_on_these_pages_keeps_anybody_out(desk: Page, database: Database) -> None:
    built = arabic(database)
    open_page(desk, built)
    key(desk, "c")
    desk.get_by_role("button", name="Release").wait_for()
    found = violations(desk)
    desk.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true; })")
    found += violations(desk)
    for address in (
        "/console/calls/new",
        f"/console/enquiries/{built.reference}/attachments/{built.attachment_ids[0]}",
    ):
        desk.goto(address)
        found += violations(desk)
    assert found == []
    open_page(desk, built)
    for width in (1280, 820, 390):
        desk.set_viewport_size({"width": width, "height": 800})
        assert desk.evaluate("document.documentElement.scrollWidth") <= width, width
