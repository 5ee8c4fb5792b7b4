"""Signing in with a second factor and the administrators' pages, in a real browser."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pyotp
import pytest

from service import language_packages
from service.clock import now
from service.console import staff
from service.language_packages import Known, Package
from service.settings import Settings
from service.storage.session import Database
from tests.builders import PASSWORD, create_enquiry, create_staff
from tests.e2e.barriers import violations
from tests.e2e.conftest import sign_in

if TYPE_CHECKING:
    from playwright.sync_api import Page

PAGES = ("staff", "languages", "api-keys", "audit", "dead-letters", "account", "account/second-factor")
NEW_PASSWORD = "quiet rivers carry long names"


@pytest.fixture
def admin(window: Page, database: Database) -> Page:
    """Ada, an administrator, in front of the queue."""
    sign_in(window, database, create_staff(database, "ada@clinic.example", role="admin", languages=["en", "ar"]))
    return window


def _give_password(page: Page, email: str, password: str) -> None:
    page.get_by_label("E-mail address").fill(email)
    page.get_by_label("Password").fill(password)
    page.keyboard.press("Enter")


def test_a_newcomer_sets_the_second_factor_up_with_the_keyboard_alone(window: Page, database: Database) -> None:
    staff.add(database, "dora@clinic.example", "coordinator", ["sw"], PASSWORD)
    window.goto("/console/dead-letters")
    _give_password(window, "dora@clinic.example", PASSWORD)
    window.wait_for_url("**/sign-in/enrol**")
    assert violations(window) == []
    picture = window.locator("img.qr")
    assert picture.evaluate("image => image.complete && image.naturalWidth > 100")
    key = "".join(window.locator(".key").inner_text().split())
    window.keyboard.type(pyotp.TOTP(key).now())  # the field has the focus
    window.keyboard.press("Enter")
    window.get_by_role("heading", name="Your recovery codes").wait_for()
    assert violations(window) == []
    assert window.locator(".recovery li").count() == 10
    window.get_by_role("link", name="I have kept them. Go on").click()
    window.wait_for_url("**/console/dead-letters")


def test_a_wrong_code_is_said_and_the_field_keeps_the_focus(window: Page, database: Database) -> None:
    alice = create_staff(database)
    window.goto("/console/")
    _give_password(window, alice.email, alice.password)
    window.wait_for_url("**/sign-in/code**")
    assert violations(window) == []
    window.keyboard.type("000000")
    with window.expect_response("**/sign-in/code"):
        window.keyboard.press("Enter")
    window.get_by_role("alert").wait_for()
    assert window.evaluate("document.activeElement.id") == "code"
    window.keyboard.type(alice.code())
    window.keyboard.press("Enter")
    window.get_by_role("button", name="Sign out").wait_for()


def test_an_administrator_invites_a_colleague_who_sets_a_password(admin: Page) -> None:
    admin.goto("/console/staff")
    admin.get_by_text("Invite somebody…").click()
    admin.get_by_label("E-mail address").fill("dora@clinic.example")
    admin.get_by_label("Swahili").check()
    admin.get_by_label("Oncology", exact=True).check()
    admin.get_by_role("button", name="Make the invitation").click()
    link = admin.locator(".once").inner_text()
    admin.get_by_role("link", name="Back to the staff").click()
    assert "Swahili" in admin.locator("tr", has_text="dora@clinic.example").inner_text()
    admin.get_by_role("button", name="Sign out").click()
    admin.goto(re.sub(r"^https?://[^/]+", "", link))
    admin.get_by_label("New password").fill(NEW_PASSWORD)
    admin.get_by_label("The same again").fill(NEW_PASSWORD)
    admin.keyboard.press("Enter")
    admin.get_by_text("Your password is set.").wait_for()
    _give_password(admin, "dora@clinic.example", NEW_PASSWORD)
    admin.wait_for_url("**/sign-in/enrol**")


def test_a_package_on_its_way_is_seen_to_come(admin: Page, database: Database, settings: Settings) -> None:
    swahili = Package("sw", "en", "1.0", 60_000_000)
    language_packages.keep(settings.data_dir, Known((), (swahili,), now()))
    admin.goto("/console/languages")
    admin.get_by_role("button", name="Install Swahili").click()
    bar = admin.get_by_role("progressbar")
    assert bar.get_attribute("value") == "0"
    with database.write() as session:
        language_packages.unfinished(session)[0].percent = 42
    admin.wait_for_selector('progress[value="42"]', timeout=15_000)
    with database.write() as session:
        language_packages.end(language_packages.unfinished(session)[0])
    language_packages.keep(settings.data_dir, Known((swahili,), (swahili,), now()))
    admin.get_by_role("button", name="Remove Swahili").wait_for(timeout=15_000)


def test_the_audit_log_is_filtered_by_a_click(admin: Page, database: Database) -> None:
    built = create_enquiry(database)
    admin.goto(f"/console/enquiries/{built.reference}")
    admin.goto("/console/audit")
    admin.get_by_role("link", name="Viewed").click()
    admin.get_by_role("link", name="Everything").wait_for()
    rows = admin.locator("tbody tr").all_inner_texts()
    assert [("Viewed" in row, built.reference in row) for row in rows] == [(True, True)]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_page_of_an_administrator_has_a_barrier_or_scrolls_sideways(
    admin: Page, database: Database, settings: Settings, scheme: str
) -> None:
    create_staff(database, "a.colleague.with.a.long.name@hospital.clinic.example", languages=["tr", "fa", "ur"])
    package = Package("sw", "en", "1.0", 60_000_000)
    language_packages.keep(settings.data_dir, Known((package,), (package,), now()))
    admin.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
    for path in PAGES:
        admin.goto(f"/console/{path}")
        assert violations(admin) == []
        admin.set_viewport_size({"width": 820, "height": 900})
        assert admin.evaluate("document.documentElement.scrollWidth") <= 820, path
        admin.set_viewport_size({"width": 1280, "height": 860})
