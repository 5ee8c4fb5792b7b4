"""The page of an enquiry: both texts, the evidence, and what one can do."""

from __future__ import annotations

import html
import re
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, update
from werkzeug.test import TestResponse

from service.clock import now
from service.enquiries.model import AuditEvent, Enquiry, Message
from service.storage.session import Database
from tests.builders import Built, File, Translated, add_translation, create_enquiry, create_staff, evidence
from tests.integration.console.conftest import Visitor

ARABIC = "والدي لا يستطيع الكلام منذ الصباح"
SPANISH = "Mi madre tiene lupus.\nNo tiene diabetes."


def _page(visitor: Visitor, built: Built) -> str:
    answer = visitor.get(f"/console/enquiries/{built.reference}")
    assert answer.status_code == 200
    return answer.text


def _opened(visitor: Visitor, address: str) -> TestResponse:
    """The file, by way of the page that gives a fresh link to it."""
    link = re.search(r'class="button" href="([^"]+)"', visitor.get(address).text)
    assert link
    return visitor.get(html.unescape(link[1]))


def _events(database: Database, built: Built) -> list[tuple[str, str]]:
    with database.read() as session:
        rows = session.execute(
            select(AuditEvent.who, AuditEvent.what)
            .where(AuditEvent.enquiry_id == built.enquiry_id)
            .order_by(AuditEvent.id)
        )
        return [(row.who, row.what) for row in rows]


def _reading(**parts: Any) -> dict[str, Any]:
    empty: dict[str, Any] = {"red_flags": [], "conditions": [], "mentions": []}
    return empty | parts


@pytest.mark.parametrize(
    ("language", "text", "romanised", "lang", "direction"),
    [
        ("ar", ARABIC, False, "ar", "rtl"),
        ("fa", "پدرم نفس نمی‌کشد", False, "fa", "rtl"),
        ("ur", "میری والدہ کو درد ہے", False, "ur", "rtl"),
        ("zh", "我爸爸肝硬化三年了", False, "zh", "ltr"),
        ("es", SPANISH, False, "es", "ltr"),
        ("ar", "ana 3andi waja3 f sadri", True, "ar-Latn", "ltr"),
        ("hi", "mere papa ko kidney ki problem hai", True, "hi-Latn", "ltr"),
        ("uz", "Онамнинг юраги оғрияпти", False, "uz-Cyrl", "ltr"),
        ("ar", "123", False, "ar", "rtl"),
        ("ar", "عملية MRI CT PET scan report attached", False, "ar-Latn", "ltr"),
        ("und", "ok", False, "und", "auto"),
    ],
)
def test_the_original_has_the_language_and_direction_of_what_is_written(
    alice: Visitor, database: Database, language: str, text: str, romanised: bool, lang: str, direction: str
) -> None:
    built = create_enquiry(database, text, language=language, romanised=romanised)
    assert f'<div class="text" lang="{lang}" dir="{direction}">{text}</div>' in _page(alice, built)


def test_original_and_translation_stand_side_by_side(alice: Visitor, database: Database) -> None:
    translation = Translated(
        "My mother has lupus.", "apertium", "apertium-eng-spa 0.8.1", ["number-changed", "pivoted"]
    )
    page = _page(alice, create_enquiry(database, SPANISH, language="es", translation=translation))
    assert f'lang="es" dir="ltr">{SPANISH}</div>' in page
    assert '<div class="text" lang="en" dir="ltr">My mother has lupus.</div>' in page
    assert "By Apertium · apertium-eng-spa 0.8.1" in page
    assert "A number differs from the original" in page
    assert "Translated by way of a third language" in page


def test_the_texts_stand_one_above_the_other_for_who_likes_it_so_from_then_on(
    alice: Visitor, bob: Visitor, database: Database
) -> None:
    built = create_enquiry(database, SPANISH, language="es")
    assert '<div class="enquiry side-by-side"' in _page(alice, built)
    assert alice.get(f"/console/enquiries/{built.reference}?texts=stacked").status_code == 200
    assert '<div class="enquiry stacked"' in _page(alice, built)
    assert '<div class="enquiry side-by-side"' in _page(bob, built)
    assert alice.get(f"/console/enquiries/{built.reference}?texts=upside-down").status_code == 200
    assert '<div class="enquiry stacked"' in _page(alice, built)


@pytest.mark.parametrize(
    ("language", "text", "offered"),
    [
        ("ar", "عملية ALT في الركبة", ["fa", "ur"]),
        ("ru", "У меня болит колено", ["uk"]),
        ("en", "ana 3andi waja3 f sadri", ["ar"]),
        ("hi", "मेरे घुटने में दर्द है", []),
    ],
)
def test_the_languages_offered_at_a_click_are_written_as_the_message_is(
    alice: Visitor, database: Database, language: str, text: str, offered: list[str]
) -> None:
    page = _page(alice, create_enquiry(database, text, language=language))
    found = re.findall(r'<button name="value" value="(\w+)" class="chip"', page)
    assert set(offered) <= set(found)
    assert not found or offered


def test_evidence_is_marked_where_it_stands_and_named_beside_it(alice: Visitor, database: Database) -> None:
    flag = {"code": "stroke", "level": "emergency", "evidence": [evidence(ARABIC, "لا يستطيع الكلام")]}
    built = create_enquiry(
        database,
        ARABIC,
        language="ar",
        urgency="emergency",
        red_flags=["stroke"],
        reading=_reading(red_flags=[flag]),
    )
    page = _page(alice, built)
    place = f"m1-original-{ARABIC.index('لا')}"
    assert f'<mark class="emergency" title="Stroke signs" id="{place}">لا يستطيع الكلام</mark>' in page
    assert f'href="#{place}"><q lang="ar" dir="rtl">لا يستطيع الكلام</q>' in page


def test_what_is_denied_is_shown_as_denied(alice: Visitor, database: Database) -> None:
    lupus = {"code": "lupus", "standing": "present", "evidence": [evidence(SPANISH, "lupus")]}
    diabetes = {"code": "diabetes", "standing": "negated", "evidence": [evidence(SPANISH, "diabetes")]}
    reading = _reading(conditions=[lupus], mentions=[diabetes])
    page = _page(alice, create_enquiry(database, SPANISH, language="es", condition="lupus", reading=reading))
    assert '<mark class="condition"' in page
    assert re.search(r'<mark class="mention" title="[^"]*\(denied\)"[^>]*>diabetes</mark>', page)


def test_evidence_of_an_older_translation_marks_nothing_in_a_newer_one(alice: Visitor, database: Database) -> None:
    old, new = "He cannot speak", "My father is well"
    flag = {"code": "stroke", "level": "emergency", "evidence": [evidence(old, "cannot speak", "translation")]}
    reading = _reading(red_flags=[flag])
    built = create_enquiry(
        database, ARABIC, language="ar", translation=Translated(old), reading=reading, red_flags=["stroke"]
    )
    told = _page(alice, built)
    assert '<mark class="emergency" title="Stroke signs" id="m1-translation-3">cannot speak</mark>' in told
    assert '<q lang="en" dir="ltr">cannot speak</q>' in told
    with database.write() as session:
        add_translation(session.get_one(Message, built.message_id), Translated(new))
    page = _page(alice, built)
    assert f">{new}</div>" in page
    assert "version 2" in page
    assert "<mark" not in page
    assert "Stroke signs" in page


def test_marked_text_cannot_become_markup(alice: Visitor, database: Database) -> None:
    text = "<img src=x onerror=alert(1)> lupus <b>"
    finding = {"code": "lupus", "standing": "present", "evidence": [evidence(text, "onerror=alert(1)> lupus <b")]}
    built = create_enquiry(
        database, text, name="<i>", gist="<u>", facts={"<s>": "<s>"}, reading=_reading(conditions=[finding])
    )
    page = _page(alice, built)
    for markup in ("<img src=x", "<b>", "<i>", "<u>", "<s>"):
        assert markup not in page
    assert "&lt;img src=x " in page


def test_facts_and_laboratory_values_are_told_in_words(alice: Visitor, database: Database) -> None:
    facts = {
        "who": "mother", "age": 62, "country": "CO", "duration": {"value": 10, "unit": "years"},
        "budget": {"amount": 20000, "currency": "USD"}, "spans": {"age": [1, 2]},
        "labs": {"alt": {"value": 188.5, "unit": "UI/L"}, "creatinine": {"value": 1.1, "unit": None}},
    }  # fmt: skip
    page = _page(alice, create_enquiry(database, facts=facts))
    for words in ("The sender&#39;s mother", "Colombia", "10 years", "20,000 USD", "188.5", "UI/L", "Creatinine"):
        assert words in page
    assert "spans" not in page.lower().replace("<span", "").replace("</span", "")


def test_an_age_in_days_is_told_in_days(alice: Visitor, database: Database) -> None:
    page = _page(alice, create_enquiry(database, facts={"age": 0, "age_detail": {"value": 5, "unit": "days"}}))
    assert "<bdi>5 days</bdi>" in page


def test_an_enquiry_that_nobody_could_read_says_what_it_needs(alice: Visitor, database: Database) -> None:
    untranslated = _page(alice, create_enquiry(database, "አሳዛኝ", language="am"))
    assert "No engine serves this language yet" in untranslated
    assert "Needs a translation" in untranslated
    voice = _page(alice, create_enquiry(database, "", language="ru", channel="voice", needs_listening=True))
    assert "Needs listening to" in voice


def test_every_view_is_written_down(alice: Visitor, bob: Visitor, database: Database) -> None:
    built = create_enquiry(database)
    for visitor in (alice, bob, alice):
        _page(visitor, built)
    viewers = [who for who, what in _events(database, built) if what == "viewed"]
    assert viewers == ["alice@clinic.example", "bob@clinic.example", "alice@clinic.example"]
    assert "Who has looked</summary>" not in _page(alice, built)
    assert "Who has looked (5)" in _page(alice, built)


def test_an_enquiry_that_may_be_of_the_same_person_is_linked(alice: Visitor, database: Database) -> None:
    first = create_enquiry(database)
    second = create_enquiry(database, channel="web", maybe_patient_id=first.patient_id)
    page = _page(alice, second)
    assert "Possibly the same person" in page
    assert f'href="/console/enquiries/{first.reference}"' in page
    assert "not proven" in page


def test_an_unknown_reference_is_not_found(alice: Visitor) -> None:
    for reference in ("123-456-789", "x", "%00", "1" * 3000, "..%2f..", "٣٠٠", "😀"):
        for rest in ("", "/live", "/attachments/x"):
            assert alice.get(f"/console/enquiries/{reference}{rest}").status_code == 404, reference + rest


@pytest.mark.parametrize("step", ["claim", "release", "close"])
def test_nothing_can_be_done_to_an_unknown_enquiry(alice: Visitor, step: str) -> None:
    assert alice.post(f"/console/enquiries/123-456-789/{step}", {"reason": "answered"}).status_code == 404


def test_claiming_releasing_and_closing(alice: Visitor, database: Database) -> None:
    built = create_enquiry(database)
    here = f"/console/enquiries/{built.reference}"
    assert f"{here}/release" not in _page(alice, built)
    for step, fields in (
        ("claim", {}),
        ("release", {}),
        ("claim", {}),
        ("close", {"reason": "other", "note": "moved"}),
    ):
        answer = alice.post(f"{here}/{step}", fields)
        assert (answer.status_code, answer.location) == (303, here), step
    done = [what for _, what in _events(database, built) if what != "viewed"]
    assert done == ["received", "claim", "release", "claim", "close"]
    page = _page(alice, built)
    assert "other: moved" in page
    assert f"{here}/claim" not in page


def test_who_comes_second_is_told_who_was_first(alice: Visitor, bob: Visitor, database: Database) -> None:
    built = create_enquiry(database)
    alice.post(f"/console/enquiries/{built.reference}/claim")
    refused = bob.post(f"/console/enquiries/{built.reference}/claim")
    assert refused.status_code == 409
    assert "alice@clinic.example has claimed this enquiry" in refused.text
    for step in ("release", "close"):
        assert bob.post(f"/console/enquiries/{built.reference}/{step}", {"reason": "answered"}).status_code == 409


def test_of_many_who_claim_at_once_one_wins(app: Flask, database: Database) -> None:
    built = create_enquiry(database)
    visitors = [Visitor(app) for _ in range(8)]
    for number, visitor in enumerate(visitors):
        visitor.sign_in(create_staff(database, f"coordinator{number}@clinic.example"))
    with ThreadPoolExecutor(8) as pool:
        answers = pool.map(lambda one: one.post(f"/console/enquiries/{built.reference}/claim").status_code, visitors)
    assert sorted(answers) == [303] + [409] * 7


def test_a_claim_that_ran_out_is_open_to_others(alice: Visitor, bob: Visitor, database: Database) -> None:
    built = create_enquiry(database)
    alice.post(f"/console/enquiries/{built.reference}/claim")
    with database.write() as session:
        session.execute(update(Enquiry).values(claimed_until=now() - timedelta(seconds=1)))
    assert f"{built.reference}/claim" in _page(bob, built)
    assert bob.post(f"/console/enquiries/{built.reference}/claim").status_code == 303


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({}, "Choose why"),
        ({"reason": "because"}, "Choose why"),
        ({"reason": "other"}, "Say in the note"),
        ({"reason": "other", "note": " \0 "}, "Say in the note"),
        ({"reason": "other", "note": "x" * 1001}, "at most 1000 characters"),
    ],
)
def test_closing_needs_a_reason(alice: Visitor, database: Database, fields: dict[str, str], words: str) -> None:
    built = create_enquiry(database)
    alice.post(f"/console/enquiries/{built.reference}/claim")
    refused = alice.post(f"/console/enquiries/{built.reference}/close", fields)
    assert refused.status_code == 422
    assert words in refused.text
    assert f"{built.reference}/release" in refused.text


def test_the_open_page_hears_that_something_happened_but_not_of_views(
    alice: Visitor, bob: Visitor, database: Database
) -> None:
    built = create_enquiry(database)
    live = f"/console/enquiries/{built.reference}/live"
    version = re.search(r'data-version="(\w+)"', _page(alice, built))
    first = alice.get(live)
    assert version is not None
    assert first.get_json()["version"] == version[1]
    assert alice.get(live, headers={"If-None-Match": first.headers["ETag"]}).status_code == 304
    _page(bob, built)
    seen = alice.get(live, headers={"If-None-Match": first.headers["ETag"]}).get_json()
    assert (seen["version"], seen["watching"]) == (version[1], "bob is looking at this")
    bob.post(f"/console/enquiries/{built.reference}/claim")
    assert alice.get(live, headers={"If-None-Match": first.headers["ETag"]}).get_json()["version"] != version[1]


def test_asking_for_news_is_no_view(alice: Visitor, database: Database) -> None:
    built = create_enquiry(database)
    alice.get(f"/console/enquiries/{built.reference}/live")
    assert _events(database, built) == [("sms", "received")]


PNG = b"\x89PNG\r\n\x1a\n rest"


@pytest.mark.parametrize(
    ("name", "claimed", "content", "media_type", "disposition"),
    [
        ("scan.png", "image/png", PNG, "image/png", "inline"),
        ("report.pdf", "application/pdf", b"%PDF-1.7 rest", "application/pdf", "inline"),
        ("voice.wav", "audio/wav", b"RIFF\0\0\0\0WAVEfmt ", "audio/wav", "inline"),
        ("page.png", "image/png", b"<html><script>alert(1)</script>", "application/octet-stream", "attachment"),
        ("drawing.svg", "image/svg+xml", b"<svg onload='alert(1)'/>", "application/octet-stream", "attachment"),
        ("empty", "image/png", b"", "application/octet-stream", "attachment"),
    ],
)
def test_a_file_is_shown_only_if_its_content_is_harmless(
    alice: Visitor, database: Database, name: str, claimed: str, content: bytes, media_type: str, disposition: str
) -> None:
    built = create_enquiry(database, files=[File(name, claimed, content)])
    answer = _opened(alice, f"/console/enquiries/{built.reference}/attachments/{built.attachment_ids[0]}")
    assert answer.data == content
    assert answer.mimetype == media_type
    assert answer.headers["Content-Disposition"].startswith(disposition)
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Security-Policy"].startswith("default-src 'none'")
    assert "no-store" in answer.headers["Cache-Control"]


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("../../etc/passwd", "etcpasswd"),
        ("a\r\nSet-Cookie: x=1.pdf", "aSet-Cookie x=1.pdf"),
        ("rep\u202efdp.exe", "repfdp.exe"),
    ],
)
def test_a_file_name_cannot_leave_its_folder_or_its_header(
    alice: Visitor, database: Database, name: str, kept: str
) -> None:
    built = create_enquiry(database, files=[File(name, "application/pdf", b"text")])
    answer = _opened(alice, f"/console/enquiries/{built.reference}/attachments/{built.attachment_ids[0]}")
    assert answer.status_code == 200
    assert kept in answer.headers["Content-Disposition"].replace('"', "")
    assert "Set-Cookie" not in answer.headers


def test_a_file_is_found_only_in_its_own_enquiry(alice: Visitor, database: Database) -> None:
    one = create_enquiry(database, files=[File("a.pdf", "application/pdf", b"%PDF-1.7")])
    other = create_enquiry(database)
    assert alice.get(f"/console/enquiries/{other.reference}/attachments/{one.attachment_ids[0]}").status_code == 404


def test_a_mail_is_shown_as_it_was_laid_out_without_what_acts_or_fetches(alice: Visitor, database: Database) -> None:
    mail = b"Content-Type: text/html; charset=utf-8\r\n\r\n"
    mail += '<h1 onclick="x()">ألم في الركبة</h1><img src="https://t.example/1.gif"><script>x()</script>'.encode()
    built = create_enquiry(database, files=[File("message.eml", "message/rfc822", mail)])
    address = f"/console/enquiries/{built.reference}/attachments/{built.attachment_ids[0]}/mail"
    assert f'href="{address}"' in alice.get(f"/console/enquiries/{built.reference}").text
    answer = _opened(alice, address)
    assert "<h1>ألم في الركبة</h1>" in answer.text
    assert not any(word in answer.text for word in ("t.example", "x()", "<img", "<script"))
    assert answer.headers["Content-Security-Policy"].startswith("default-src 'none'")
    assert _events(database, built)[-1] == ("alice@clinic.example", "attachment viewed")


def test_a_mail_without_html_is_shown_as_its_text(alice: Visitor, database: Database) -> None:
    built = create_enquiry(database, files=[File("message.eml", "message/rfc822", b"Subject: x\r\n\r\n<b>2 < 3</b>")])
    answer = _opened(alice, f"/console/enquiries/{built.reference}/attachments/{built.attachment_ids[0]}/mail")
    assert "<pre>&lt;b&gt;2 &lt; 3&lt;/b&gt;</pre>" in answer.text


def test_a_file_that_is_no_mail_is_not_laid_out_as_one(alice: Visitor, database: Database) -> None:
    built = create_enquiry(database, files=[File("a.pdf", "application/pdf", b"<b>x</b>")])
    answer = alice.get(f"/console/enquiries/{built.reference}/attachments/{built.attachment_ids[0]}/mail")
    assert answer.status_code == 404


def test_opening_a_file_is_written_down(alice: Visitor, database: Database) -> None:
    built = create_enquiry(database, files=[File("a.pdf", "application/pdf", b"%PDF-1.7")])
    _opened(alice, f"/console/enquiries/{built.reference}/attachments/{built.attachment_ids[0]}")
    assert _events(database, built)[-1] == ("alice@clinic.example", "attachment viewed")
