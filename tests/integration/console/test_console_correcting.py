"""Correcting on the enquiry's page: at once, with who and why, and never over somebody else's head."""

from __future__ import annotations

import re

from sqlalchemy import select

from service.enquiries.erase import erase
from service.enquiries.model import AuditEvent, Enquiry, Message
from service.storage.session import Database
from service.storage.tasks import Task
from tests.builders import Built, Translated, create_enquiry
from tests.integration.console.conftest import Visitor

PERSIAN = "پدرم نفس نمی‌کشد و درد دارد"


def page_of(visitor: Visitor, built: Built) -> str:
    return visitor.get(f"/console/enquiries/{built.reference}").text


def correct(visitor: Visitor, built: Built, what: str, value: str, **more: str) -> tuple[int, str]:
    answer = visitor.post(f"/console/enquiries/{built.reference}/correct", {"what": what, "value": value, **more})
    return answer.status_code, answer.text


def details(database: Database, what: str) -> list[tuple[str, str | None]]:
    with database.read() as session:
        return [(row.who, row.detail) for row in session.scalars(select(AuditEvent).where(AuditEvent.what == what))]


def test_another_language_is_one_button_away(alice: Visitor, database: Database) -> None:
    built = create_enquiry(database, PERSIAN, language="ar")
    page = page_of(alice, built)
    assert re.search(r'<button name="value" value="fa"[^>]*>Persian</button>', page)
    assert correct(alice, built, "language", "fa", message_id=built.message_id)[0] == 303
    with database.read() as session:
        message = session.get_one(Message, built.message_id)
        assert (message.language, message.reading_state, message.enquiry.language) == ("fa", "pending", "fa")
        assert session.scalars(select(Task.stage)).all() == ["understand"]
    assert details(database, "language corrected") == [("alice@clinic.example", "ar → fa")]


def test_the_language_of_one_message_is_corrected_where_the_enquiry_has_another(
    alice: Visitor, database: Database
) -> None:
    built = create_enquiry(database, "Tengo dolor de rodilla", language="pt")
    with database.write() as session:
        session.get_one(Enquiry, built.enquiry_id).language = "es"
    assert correct(alice, built, "language", "es", message_id=built.message_id)[0] == 303
    with database.read() as session:
        assert session.get_one(Message, built.message_id).language == "es"


def test_condition_wish_and_urgency_are_corrected_beside_what_was_found(alice: Visitor, database: Database) -> None:
    built = create_enquiry(database)
    for what, value in (("condition", "lupus"), ("intent", "cost"), ("urgency", "urgent")):
        assert correct(alice, built, what, value, reason="as they wrote")[0] == 303
    with database.read() as session:
        found = session.get_one(Enquiry, built.enquiry_id)
        assert (found.condition, found.intent, found.urgency) == ("lupus", "cost", "urgent")
    assert details(database, "condition corrected") == [("alice@clinic.example", "unclassified → lupus: as they wrote")]
    assert "set by a coordinator" in page_of(alice, built)


def test_what_is_missing_is_said_beside_its_field(alice: Visitor, database: Database) -> None:
    built = create_enquiry(database, urgency="emergency")
    status, page = correct(alice, built, "urgency", "routine")
    assert status == 422
    assert '<p class="field-error" id="urgency-reason-error">an emergency is lowered only with a reason</p>' in page
    assert re.search(r'id="mend-urgency-reason"[^>]*aria-describedby="urgency-reason-error"', page)
    assert correct(alice, built, "condition", "sadness")[0] == 422
    assert correct(alice, built, "shoe-size", "43")[0] == 422
    assert details(database, "urgency corrected") == []


def test_nobody_corrects_what_somebody_else_has_claimed(alice: Visitor, bob: Visitor, database: Database) -> None:
    built = create_enquiry(database)
    assert bob.post(f"/console/enquiries/{built.reference}/claim").status_code == 303
    status, page = correct(alice, built, "condition", "lupus")
    assert status == 409
    assert "bob@clinic.example has claimed this enquiry" in page
    assert correct(bob, built, "condition", "lupus")[0] == 303


def test_a_message_of_another_enquiry_is_not_corrected_from_here(alice: Visitor, database: Database) -> None:
    built, other = create_enquiry(database), create_enquiry(database, contact=("phone", "+447700900124"))
    assert correct(alice, built, "language", "es", message_id=other.message_id)[0] == 404


def test_a_note_is_for_colleagues_and_stands_in_the_order_of_time(
    alice: Visitor, bob: Visitor, database: Database
) -> None:
    built = create_enquiry(database)
    assert bob.post(f"/console/enquiries/{built.reference}/claim").status_code == 303
    answer = alice.post(f"/console/enquiries/{built.reference}/notes", {"note-text": " Called twice. <b> "})
    assert answer.status_code == 303
    page = page_of(bob, built)
    assert "Called twice. &lt;b&gt;" in page
    assert page.index("knee replacement.</div>") < page.index("Called twice.")
    assert details(database, "note") == [("alice@clinic.example", None)]


def test_an_empty_note_or_one_that_never_ends_is_not_kept(alice: Visitor, database: Database) -> None:
    built = create_enquiry(database)
    for text in (" \n ", "x" * 5001):
        answer = alice.post(f"/console/enquiries/{built.reference}/notes", {"note-text": text})
        assert answer.status_code == 422
        assert 'id="note-text-error"' in answer.text
    assert details(database, "note") == []


def test_a_translation_is_mended_beside_the_original(alice: Visitor, database: Database) -> None:
    translation = Translated("He is not breathe.", "argos", "translate-fa_en 1.5")
    built = create_enquiry(database, PERSIAN, language="fa", translation=translation)
    path = f"/console/enquiries/{built.reference}/messages/{built.message_id}/translation"
    empty = alice.post(path, {"text": " "})
    assert (empty.status_code, f'id="{built.message_id}-text-error"' in empty.text) == (422, True)
    assert alice.post(path, {"text": "He cannot breathe and is in pain.", "reason": "verb"}).status_code == 303
    page = page_of(alice, built)
    assert 'dir="ltr">He cannot breathe and is in pain.</div>' in page
    assert "By alice@clinic.example · version 2" in page
    assert "1 earlier version" in page
    assert "He is not breathe." in page
    assert details(database, "translation corrected") == [("alice@clinic.example", "verb")]


def test_nobody_mends_the_translation_of_what_somebody_else_has_claimed(
    alice: Visitor, bob: Visitor, database: Database
) -> None:
    built = create_enquiry(database, PERSIAN, language="fa")
    bob.post(f"/console/enquiries/{built.reference}/claim")
    path = f"/console/enquiries/{built.reference}/messages/{built.message_id}/translation"
    assert alice.post(path, {"text": "He cannot breathe."}).status_code == 409


def fact(visitor: Visitor, built: Built, key: str, value: str = "", **more: str) -> tuple[int, str]:
    answer = visitor.post(f"/console/enquiries/{built.reference}/facts", {"key": key, "value": value, **more})
    return answer.status_code, answer.text


def test_a_fact_is_set_added_and_taken_out_in_its_row(alice: Visitor, database: Database) -> None:
    built = create_enquiry(database, facts={"age": 62, "city": "Upper Example"})
    assert fact(alice, built, "age", "64")[0] == 303
    assert fact(alice, built, "labs.alt", "88 U/L", add="yes")[0] == 303
    assert fact(alice, built, "city", remove="yes")[0] == 303
    page = page_of(alice, built)
    assert re.search(r"<bdi>64</bdi> <span[^>]*title=\"set by a coordinator\"", page)
    assert "Upper Example" not in page.split("History")[0]
    assert re.search(r'"number">88</span> <bdi>U/L</bdi>.*?<strong class="mark above">', page, re.DOTALL)


def test_a_fact_that_does_not_fit_is_told_where_it_was_typed(alice: Visitor, database: Database) -> None:
    built = create_enquiry(database, facts={"age": 62})
    status, page = fact(alice, built, "age", "old")
    assert status == 422
    assert '<p class="field-error" id="fact-age-value-error">a number from 0 to 120</p>' in page
    status, page = fact(alice, built, "weight_kg", "heavy", add="yes")
    assert (status, 'id="fact-value-error">a number' in page) == (422, True)
    assert fact(alice, built, "spans", "1")[0] == 422
    assert details(database, "fact corrected") == []


def test_nobody_sets_facts_of_what_somebody_else_has_claimed(alice: Visitor, bob: Visitor, database: Database) -> None:
    built = create_enquiry(database)
    bob.post(f"/console/enquiries/{built.reference}/claim")
    assert fact(alice, built, "age", "64", add="yes")[0] == 409


def test_a_reason_that_never_ends_is_refused_and_nothing_changes(alice: Visitor, database: Database) -> None:
    built = create_enquiry(database, PERSIAN, language="fa")
    endless = "x" * 1001
    status, page = correct(alice, built, "condition", "lupus", reason=endless)
    assert (status, 'id="condition-reason-error"' in page) == (422, True)
    path = f"/console/enquiries/{built.reference}"
    answer = alice.post(f"{path}/messages/{built.message_id}/translation", {"text": "Pain", "reason": endless})
    assert (answer.status_code, f'id="{built.message_id}-reason-error"' in answer.text) == (422, True)
    assert alice.post(f"{path}/other-person", {"name": "Other", "reason": endless}).status_code == 422
    with database.read() as session:
        found = session.get_one(Enquiry, built.enquiry_id)
        assert (found.condition, found.patient_id) == ("unclassified", built.patient_id)


def test_the_page_of_an_erased_patient_still_opens(alice: Visitor, database: Database) -> None:
    built = create_enquiry(database, PERSIAN, language="fa", facts={"age": 62}, translation=Translated("Pain"))
    fact(alice, built, "age", "64")
    alice.post(f"/console/enquiries/{built.reference}/notes", {"note-text": "Speak slowly"})
    with database.write() as session:
        erase(session, built.patient_id, who="lead@clinic.example")
    page = page_of(alice, built)
    assert "Speak slowly" not in page
    status, page = correct(alice, built, "condition", "lupus", reason="late")
    assert status == 409
    assert "this patient has been erased" in page
    late = alice.post(f"/console/enquiries/{built.reference}/notes", {"note-text": "late"})
    assert late.status_code == 409
