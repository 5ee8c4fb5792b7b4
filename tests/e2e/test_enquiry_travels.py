"""One enquiry all the way: from a signed webhook or the form, through the workers, to a coordinator's browser."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.sync_api import Page, Response, expect

from tests.program import Program, until
from tests.twilio_client import sms, whatsapp


def reference_in(text: str) -> str:
    found = re.search(r"\d{3}-\d{3}-\d{3}", text)
    assert found, text
    return found[0]


def when_read(program: Program, reference: str) -> dict[str, Any]:
    for _ in until(60):
        enquiry = program.lines("enquiry", reference, "--json")[0]
        if all(message["reading"] == "done" for message in enquiry["messages"]):
            return enquiry
    raise AssertionError("the message was not read within a minute")


def test_a_turkish_text_message_is_translated_and_read_side_by_side(program: Program, signed_in: Page) -> None:
    text = "Babam 68 yaşında."
    reference = reference_in(program.twilio.message(sms(text, "+447700900401")).text)
    enquiry = when_read(program, reference)
    assert enquiry["messages"][0]["translation"]["engine"] == "argos"
    assert (enquiry["language"], enquiry["translated"], enquiry["facts"]["age"]) == ("tr", True, 68)
    signed_in.goto(f"/console/enquiries/{reference}")
    expect(signed_in.locator('[lang="tr"]', has_text=text).first).to_be_visible()
    expect(
        signed_in.locator('[lang="en"]', has_text=enquiry["messages"][0]["translation"]["text"]).first
    ).to_be_visible()


def test_an_arabic_emergency_stands_first_and_reads_from_right_to_left(program: Program, signed_in: Page) -> None:
    text = "أبي لا يستطيع التنفس وشفتاه زرقاوان"
    program.twilio.message(whatsapp("Bonjour, j'ai un lupus depuis 4 ans", "+447700900402"))
    reference = reference_in(program.twilio.message(whatsapp(text, "+447700900403")).text)
    when_read(program, reference)
    signed_in.goto("/console/")
    first = signed_in.locator("tbody tr").first
    expect(first).to_contain_text(re.compile("emergency", re.IGNORECASE))
    signed_in.goto(f"/console/enquiries/{reference}")
    original = signed_in.locator('[lang="ar"][dir="rtl"]', has_text="التنفس").first
    expect(original).to_be_visible()


def test_a_coordinator_claims_and_closes_and_it_leaves_the_queue(program: Program, signed_in: Page) -> None:
    reference = reference_in(program.twilio.message(sms("I have lupus and want an appointment", "+447700900404")).text)
    when_read(program, reference)
    signed_in.goto(f"/console/enquiries/{reference}")
    signed_in.get_by_role("button", name=re.compile("^Claim")).first.click()
    assert program.lines("enquiry", reference, "--json")[0]["assigned_to"] == "alice@clinic.example"
    signed_in.get_by_text("Close…").click()
    signed_in.get_by_label("Reason").select_option(index=1)
    signed_in.get_by_role("button", name="Close the enquiry").click()
    signed_in.get_by_text("Closed", exact=True).first.wait_for()
    enquiry = program.lines("enquiry", reference, "--json")[0]
    assert enquiry["status"] == "closed"
    assert {"claim", "viewed", "close"} <= {event["what"] for event in enquiry["history"]}
    assert reference not in {line["reference"] for line in program.lines("queue", "--json")}


@pytest.mark.parametrize("language", ["ar", "en", "zh", "hi"])
def test_a_patient_fills_in_the_form_on_a_phone_without_javascript(
    chrome: Any, program: Program, language: str
) -> None:
    context = chrome.new_context(
        base_url=program.url, viewport={"width": 360, "height": 640}, java_script_enabled=False
    )
    page = context.new_page()
    page.goto(f"/{language}/enquiry")
    assert page.locator("html").get_attribute("dir") == ("rtl" if language == "ar" else "ltr")
    page.locator("textarea").fill("My mother, 62, has had rheumatoid arthritis for 10 years.")
    page.locator("#email").fill("visitor@patients.example")
    page.locator("#consent").check()
    page.locator("main button[type=submit]").click()
    reference = reference_in(page.locator(".reference").inner_text())
    assert when_read(program, reference)["condition"] == "rheumatoid-arthritis"
    context.close()


@pytest.mark.parametrize("language", ["ar", "en", "zh"])
def test_no_page_is_wider_than_a_phone(chrome: Any, program: Program, language: str) -> None:
    context = chrome.new_context(base_url=program.url, viewport={"width": 360, "height": 640})
    page = context.new_page()
    for path in ("", "enquiry", "status"):
        page.goto(f"/{language}/{path}")
        assert page.evaluate("document.documentElement.scrollWidth") <= 360
    context.close()


def test_the_first_page_is_small(program: Program, page: Page) -> None:
    answers: list[Response] = []
    page.on("response", lambda answer: answers.append(answer))  # noqa: PLW0108  (the library wants a function)
    page.goto("/ar/", wait_until="networkidle")
    assert 0 < sum(len(answer.body()) for answer in answers) < 60_000
