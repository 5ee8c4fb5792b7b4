"""The web form: what a patient sees and sends, and what is told about each mistake."""

from __future__ import annotations

import io
import re
from collections.abc import Mapping
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from service.enquiries.model import Attachment, AttachmentContent, Consent, Enquiry, Message, Patient
from service.storage.session import Database
from tests.twilio_client import Twilio, sms

PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + bytes(100)
ANSWERS = {
    "name": "Sample Person",
    "email": "sample@patients.example",
    "phone": "",
    "country": "KW",
    "condition": "",
    "message": "My father is 68 and has had Parkinson's disease for five years. What does treatment cost?",
    "consent": "y",
}


@pytest.fixture
def browser(app: Flask) -> FlaskClient:
    return app.test_client()


def hidden(page: str, name: str) -> str:
    found = re.search(rf'name="{name}"[^>]*value="([^"]*)"', page)
    assert found, f"the page has no field {name}"
    return found[1]


def open_form(browser: FlaskClient, language: str = "en") -> dict[str, str]:
    page = browser.get(f"/{language}/enquiry").get_data(as_text=True)
    return {"token": hidden(page, "token"), "csrf_token": hidden(page, "csrf_token")}


def send(browser: FlaskClient, language: str = "en", keys: Mapping[str, str] | None = None, **changes: Any) -> Any:
    fields = {**ANSWERS, **(keys or open_form(browser, language)), **changes}
    answer = browser.post(f"/{language}/enquiry", data=fields, content_type="multipart/form-data")
    answer.request.environ["wsgi.input"].close()  # the client leaves its own temporary file open
    return answer


def count(database: Database, table: type) -> int:
    with database.read() as session:
        return session.scalar(select(func.count()).select_from(table)) or 0


def test_the_form_makes_an_enquiry_and_shows_its_reference(browser: FlaskClient, database: Database) -> None:
    answer = send(browser)
    with database.read() as session:
        enquiry = session.scalars(select(Enquiry)).one()
        consent = session.scalars(select(Consent)).one()
        assert enquiry.reference in answer.get_data(as_text=True)
        assert (enquiry.condition, enquiry.channel, enquiry.patient.name) == ("parkinsons", "web", "Sample Person")
        assert (consent.purpose, consent.wording, consent.language) == ("enquiry", "web-1", "en")


def test_sending_twice_gives_the_same_page_and_one_enquiry(browser: FlaskClient, database: Database) -> None:
    keys = open_form(browser)
    first, second = send(browser, keys=keys), send(browser, keys=keys)
    assert (first.status_code, second.status_code) == (200, 200)
    references = [re.search(r"\d{3}-\d{3}-\d{3}", page.get_data(as_text=True)) for page in (first, second)]
    assert references[0] and references[1] and references[0][0] == references[1][0]
    assert count(database, Message) == 1


def test_a_form_changed_and_sent_again_is_a_second_message(browser: FlaskClient, database: Database) -> None:
    keys = open_form(browser)
    send(browser, keys=keys)
    send(browser, keys=keys, message="I forgot to say that he cannot breathe")
    with database.read() as session:
        bodies = [message.body or "" for message in session.scalars(select(Message).order_by(Message.id))]
    assert [body[:11] for body in bodies] == ["My father i", "I forgot to"]


def test_an_emergency_is_shown_its_advice_first(browser: FlaskClient) -> None:
    page = send(browser, message="My father cannot breathe and his lips are blue").get_data(as_text=True)
    assert page.index('class="alarm"') < page.index("<h1>")


def test_what_a_form_says_of_its_sender_proves_nothing(
    browser: FlaskClient, twilio: Twilio, database: Database
) -> None:
    twilio.message(sms("Hello, I have lupus", "+447700900160"))
    send(browser, phone="+44 7700 900160", email="")
    with database.read() as session:
        first, second = session.scalars(select(Enquiry).order_by(Enquiry.id)).all()
        assert first.patient_id != second.patient_id
        assert second.maybe_patient_id == first.patient_id


def test_attachments_are_kept_with_the_type_they_really_have(browser: FlaskClient, database: Database) -> None:
    send(browser, attachments=[(io.BytesIO(PNG), "../../scan.exe"), (io.BytesIO(b"%PDF-1.4\n%%EOF"), "befund.pdf")])
    with database.read() as session:
        files = session.scalars(select(Attachment).order_by(Attachment.id)).all()
        assert [(file.name, file.media_type, file.state) for file in files] == [
            ("scan.exe", "image/png", "stored"),
            ("befund.pdf", "application/pdf", "stored"),
        ]
        contents = {content.content for content in session.scalars(select(AttachmentContent))}
        assert PNG in contents


@pytest.mark.parametrize(
    ("changes", "status", "words"),
    [
        ({"message": "  "}, 422, "Please write your question."),
        ({"message": "x" * 20_001}, 413, "at most 20,000 characters"),
        ({"email": "not an address"}, 422, "not a complete e-mail address"),
        ({"email": "", "phone": ""}, 422, "e-mail address or a phone number"),
        ({"phone": "12"}, 422, "cannot read this phone number"),
        ({"country": "XX"}, 422, "choose a country from the list"),
        ({"condition": "'; drop table"}, 422, "choose from the list"),
        ({"name": "n" * 201}, 422, "at most 200 characters"),
        ({"consent": ""}, 422, "Please agree"),
        ({"website": "http://buy.example"}, 422, ""),
    ],
)
def test_each_mistake_is_told_and_nothing_is_stored(
    browser: FlaskClient, database: Database, changes: dict[str, Any], status: int, words: str
) -> None:
    answer = send(browser, **changes)
    assert answer.status_code == status
    assert words in answer.get_data(as_text=True).replace("&#39;", "'")
    assert count(database, Patient) == 0


def test_what_was_written_is_still_there_after_a_mistake(browser: FlaskClient) -> None:
    page = send(browser, email="wrong", message="My knee hurts <b>badly</b>").get_data(as_text=True)
    assert "My knee hurts &lt;b&gt;badly&lt;/b&gt;" in page
    assert 'aria-invalid="true"' in page


@pytest.mark.parametrize(
    ("files", "status"),
    [
        ([(io.BytesIO(b"MZ\x90\x00" + bytes(64)), "photo.jpg")], 415),
        ([(io.BytesIO(b"<html><script>alert(1)</script>"), "report.txt")], 415),
        ([(io.BytesIO(b""), "empty.pdf")], 415),
        ([(io.BytesIO(PNG), f"{number}.png") for number in range(6)], 413),
        ([(io.BytesIO(PNG + bytes(10 * 1024 * 1024)), "huge.png")], 413),
    ],
)
def test_files_of_the_wrong_kind_or_size_are_refused(
    browser: FlaskClient, database: Database, files: list[Any], status: int
) -> None:
    assert send(browser, attachments=files).status_code == status
    assert count(database, Message) == 0


def test_twenty_thousand_characters_null_bytes_and_emoji_are_taken(browser: FlaskClient, database: Database) -> None:
    for text in ("ü" * 20_000, "null\x00byte", "🙏"):
        assert send(browser, message=text).status_code == 200
    assert count(database, Message) == 3


def test_the_form_cannot_be_sent_from_another_site(app: Flask, browser: FlaskClient, database: Database) -> None:
    keys = open_form(browser)
    assert send(browser, keys={"token": keys["token"]}).status_code == 400
    assert send(app.test_client(), keys=keys).status_code == 400
    assert count(database, Message) == 0


def test_a_made_up_or_stale_token_is_replaced_and_the_text_kept(browser: FlaskClient, database: Database) -> None:
    keys = {**open_form(browser), "token": "made-up"}
    answer = send(browser, keys=keys)
    page = answer.get_data(as_text=True)
    assert answer.status_code == 400
    assert ANSWERS["message"].split()[0] in page
    assert send(browser, keys={**keys, "token": hidden(page, "token")}).status_code == 200
    assert count(database, Message) == 1


def test_one_address_cannot_flood_the_form(browser: FlaskClient) -> None:
    keys = open_form(browser)
    statuses = {browser.post("/en/enquiry", data=keys).status_code for _ in range(62)}
    assert statuses == {422, 429}


def test_the_first_page_follows_the_browsers_language(browser: FlaskClient) -> None:
    for accepted, language in (("ar-EG,ar;q=0.9", "ar"), ("zh-CN", "zh"), ("ja,fr;q=0.5", "fr"), ("", "en")):
        answer = browser.get("/", headers={"Accept-Language": accepted})
        assert answer.headers["Location"] == f"/{language}/"


@pytest.mark.parametrize("path", ["/xx/", "/it/", "/en/nothing", "/EN/enquiry", "/en/enquiry/../../etc", "/%00"])
def test_pages_that_do_not_exist_say_so(browser: FlaskClient, path: str) -> None:
    assert browser.get(path).status_code == 404


def test_the_status_page_shows_the_state_to_who_knows_reference_and_contact(
    browser: FlaskClient, database: Database
) -> None:
    send(browser)
    with database.read() as session:
        reference = session.scalars(select(Enquiry)).one().reference
    keys = {"csrf_token": hidden(browser.get("/en/status").get_data(as_text=True), "csrf_token")}
    right = browser.post("/en/status", data={**keys, "reference": reference, "contact": "Sample@Patients.example"})
    wrong = browser.post("/en/status", data={**keys, "reference": reference, "contact": "other@patients.example"})
    assert (right.status_code, wrong.status_code) == (200, 404)
    assert "Parkinson" not in right.get_data(as_text=True)


@pytest.mark.parametrize(
    ("phone", "country", "phone_country", "number"),
    [
        ("07700 900123", "KW", "GB", "+447700900123"),
        ("07700 900123", "GB", "", "+447700900123"),
        ("+44 7700 900123", "", "KW", "+447700900123"),
        ("٠٧٧٠٠ ٩٠٠١٢٣", "", "GB", "+447700900123"),
    ],
)
def test_a_phone_number_is_read_with_its_own_country(
    browser: FlaskClient, database: Database, phone: str, country: str, phone_country: str, number: str
) -> None:
    send(browser, email="", phone=phone, country=country, phone_country=phone_country)
    with database.read() as session:
        patient = session.scalars(select(Patient)).one()
        assert [point.value for point in patient.contact_points] == [number]
        assert patient.country == (country or "GB")


def test_a_number_that_its_country_does_not_have_is_told_beside_the_field(browser: FlaskClient) -> None:
    answer = send(browser, email="", phone="123", country="KW", phone_country="GB")
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert "phone number of the country that you chose" in page
    assert '<a href="#phone">' in page
    assert send(browser, phone_country="XX").status_code == 422


@pytest.mark.parametrize(("language", "name"), [("ar", "الكويت"), ("zh", "科威特"), ("hi", "कुवैत")])
def test_countries_and_their_codes_are_named_in_the_language_of_the_page(
    browser: FlaskClient, language: str, name: str
) -> None:
    page = browser.get(f"/{language}/enquiry").get_data(as_text=True)
    assert f'<option value="KW">{name} \u2066+965\u2069</option>' in page


def test_the_thank_you_page_says_what_happens_next(browser: FlaskClient) -> None:
    page = send(browser, "de").get_data(as_text=True)
    assert "Wie es weitergeht" in page
    assert 'data-sent="enquiry"' in page
