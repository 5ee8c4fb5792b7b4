"""Finding somebody in a real browser, and saying that two are one."""

from __future__ import annotations

from typing import Literal

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select

from service.enquiries import canned, search_words
from service.enquiries.model import Staff
from service.storage.session import Database
from tests.builders import create_enquiry
from tests.e2e.barriers import violations

WIDTHS = (1280, 820, 390)


def test_somebody_is_found_by_key_from_any_page_and_merged(desk: Page, database: Database) -> None:
    ana = create_enquiry(database, "Me duele la rodilla", language="es", name="Ana Ejemplo")
    again = create_enquiry(database, "knee", name="Ana E.", contact=("email", "ana@example.org"))
    list(search_words.reindex(database))
    desk.keyboard.press("/")
    desk.keyboard.type("rodilla")
    desk.keyboard.press("Enter")
    desk.get_by_role("link", name="Ana Ejemplo").wait_for()
    desk.wait_for_load_state()  # its keys included
    desk.keyboard.press("j")
    expect(desk.get_by_role("link", name=ana.reference)).to_be_focused()
    desk.get_by_role("link", name="Ana Ejemplo").click()
    expect(desk.get_by_role("heading", name="Ana Ejemplo")).to_be_visible()
    desk.get_by_label("Reference of an enquiry of the same person").fill(again.reference)
    desk.get_by_role("button", name="Merge", exact=True).click()
    expect(desk.get_by_role("link", name=again.reference)).to_be_visible()
    expect(desk.get_by_role("link", name=ana.reference)).to_be_visible()
    desk.get_by_role("button", name="Part Ana E.").click()
    expect(desk.get_by_role("link", name=again.reference)).to_have_count(0)


def test_no_page_about_people_or_texts_is_wider_than_its_screen(desk: Page, database: Database) -> None:
    built = create_enquiry(database, name="N" * 200, gist="G" * 200)
    paths = (
        "/console/people?condition=unclassified",
        f"/console/people/{built.patient_id}",
        "/console/canned-answers",
        "/console/approved-texts?language=ur",
    )
    for path in paths:
        desk.goto(path)
        for width in WIDTHS:
            desk.set_viewport_size({"width": width, "height": 800})
            assert desk.evaluate("document.documentElement.scrollWidth") <= width, f"{path} at {width}"


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_pages_about_people_and_texts_have_no_barriers(
    desk: Page, database: Database, scheme: Literal["light", "dark"]
) -> None:
    built = create_enquiry(database, name="Ana Ejemplo", contact=("phone", "+447700900601"))
    create_enquiry(database, name="Luis Ejemplo", contact=("phone", "+447700900601"))
    with database.write() as session:
        staff = session.scalars(select(Staff)).one()
        staff.role = "lead"
        answer = canned.create(session, staff, "hours", "Dear {name}, we open at nine.").id
        canned.change(session, staff, answer, "ar", "{name}، نفتح في التاسعة.")
    desk.emulate_media(color_scheme=scheme)
    for path in (
        "people",
        "people?condition=unclassified",
        f"people/{built.patient_id}",
        "canned-answers",
        f"canned-answers/{answer}",
        "approved-texts",
        "approved-texts?language=ar&event=emergency-advice",
    ):
        desk.goto(f"/console/{path}")
        assert violations(desk) == []
