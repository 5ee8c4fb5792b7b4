"""Canned answers in the settings and in the reply box."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from sqlalchemy import select

from service.enquiries.desk_model import CannedAnswer, CannedText
from service.enquiries.model import ContactPoint, Draft
from service.storage.session import Database
from tests.builders import Built, create_enquiry
from tests.integration.console.conftest import Visitor

LIST = "/console/canned-answers"
Staff = Callable[..., Visitor]


@pytest.fixture
def lead(staff: Staff) -> Visitor:
    return staff("leah", "lead")


@pytest.fixture
def page(lead: Visitor) -> str:
    """The address of an answer with a reviewed Spanish text."""
    made = lead.post(LIST, {"name": "Opening hours", "text": "Dear {name}, we open at nine."})
    address = str(made.location)
    lead.post(f"{address}/text", {"language": "es", "text": "{name}: abrimos a las nueve."})
    lead.post(f"{address}/review", {"language": "es", "version": "1", "reviewer": "Dr Luz Example"})
    return address


@pytest.fixture
def spanish(database: Database) -> Built:
    return create_enquiry(database, "¿Cuándo?", language="es", name="Ana", contact=("phone", "+447700900556"))


def test_a_lead_writes_an_answer_in_two_languages_and_has_one_reviewed(lead: Visitor, page: str) -> None:
    shown = lead.get(page).text
    assert "opening-hours" in shown
    assert "reviewed by Dr Luz Example" in shown
    listed = lead.get(LIST).text
    assert re.search(r"<td>ES</td>\s*<td>EN</td>", listed)


def test_what_is_wrong_stands_beside_its_field_with_what_was_typed(lead: Visitor, page: str) -> None:
    refused = lead.post(f"{page}/text", {"language": "es", "text": "Abrimos {a las nueve."})
    assert refused.status_code == 422
    assert 'aria-describedby="textes-error"' in refused.text
    assert "a brace stands alone" in refused.text
    assert "Abrimos {a las nueve.</textarea>" in refused.text
    assert lead.post(LIST, {"name": "", "text": "Hello"}).status_code == 422


def test_an_answer_is_renamed_archived_and_restored(lead: Visitor, page: str, database: Database) -> None:
    lead.post(f"{page}/rename", {"name": "hours"})
    lead.post(f"{page}/archive")
    assert "Archived" in lead.get(LIST).text
    lead.post(f"{page}/archive", {"restore": "yes"})
    with database.read() as session:
        answer = session.scalars(select(CannedAnswer)).one()
        assert (answer.name, answer.archived_at) == ("hours", None)


def test_a_review_is_taken_back_on_the_page(lead: Visitor, page: str) -> None:
    lead.post(f"{page}/take-back", {"language": "es"})
    assert "reviewed by" not in lead.get(page).text


@pytest.mark.parametrize("step", ["text", "review", "take-back", "rename", "archive"])
def test_a_coordinator_reads_the_answers_and_changes_nothing(
    alice: Visitor, page: str, database: Database, step: str
) -> None:
    assert "abrimos" in alice.get(page).text
    assert "Save" not in alice.get(page).text
    fields = {"language": "es", "text": "Hola {name}", "version": "1", "reviewer": "me", "name": "mine"}
    assert alice.post(f"{page}/{step}", fields).status_code == 403
    assert alice.post(LIST, fields).status_code == 403
    with database.read() as session:
        assert session.scalars(select(CannedAnswer.name)).all() == ["opening-hours"]
        assert session.scalar(select(CannedText.state).where(CannedText.language == "es")) == "reviewed"


def test_an_answer_that_does_not_exist_is_not_found(lead: Visitor) -> None:
    for answer_id in ("0" * 32, "x", "%00" * 32):
        assert lead.get(f"{LIST}/{answer_id}").status_code == 404


def insert(visitor: Visitor, built: Built, database: Database, text: str = "", **more: str) -> str:
    base = f"/console/enquiries/{built.reference}"
    visitor.post(f"{base}/claim")
    with database.read() as session:
        way = f"sms:{session.scalars(select(ContactPoint)).one().id}"
        answer = session.scalars(select(CannedAnswer)).one().id
    done = visitor.post(f"{base}/reply/canned", {"canned": answer, "way": way, "text": text, **more})
    assert done.status_code == 303
    return visitor.get(base).text


def test_an_answer_is_put_in_without_a_script_and_shown_in_both_languages(
    page: str, alice: Visitor, spanish: Built, database: Database
) -> None:
    shown = insert(alice, spanish, database)
    assert '<div class="text" lang="es" dir="ltr">Ana: abrimos a las nueve.</div>' in shown
    assert '<div class="text" lang="en">Dear Ana, we open at nine.</div>' in shown
    assert "reviewed by a speaker" in shown
    assert "Send to the patient" in shown


def test_an_answer_goes_where_the_cursor_stands(page: str, alice: Visitor, spanish: Built, database: Database) -> None:
    insert(alice, spanish, database, "One\r\nTwo", at="4")
    with database.read() as session:
        assert session.scalars(select(Draft)).one().written == "One\nDear Ana, we open at nine.Two"


def test_an_open_variable_is_pointed_at(lead: Visitor, alice: Visitor, spanish: Built, database: Database) -> None:
    lead.post(LIST, {"name": "signed", "text": "Yours, {coordinator}"})
    shown = insert(alice, spanish, database)
    assert "Put something in place of {coordinator}" in shown
    base = f"/console/enquiries/{spanish.reference}"
    way = re.search(r'<option value="(sms:\w+)"', shown)
    assert way
    refused = alice.post(f"{base}/reply/preview", {"text": "Yours, {coordinator}", "way": way[1]})
    assert refused.status_code == 422
    assert 'id="reply-text-error"' in refused.text


def test_a_reference_keeps_its_order_between_letters_that_run_from_right_to_left(
    lead: Visitor, alice: Visitor, database: Database
) -> None:
    arabic = create_enquiry(database, "متى؟", language="ar", contact=("phone", "+447700900556"))
    made = lead.post(LIST, {"name": "reference", "text": "Your reference is {reference}."})
    lead.post(f"{made.location}/text", {"language": "ar", "text": "رقمكم المرجعي {reference}."})
    lead.post(f"{made.location}/review", {"language": "ar", "version": "1", "reviewer": "Dr Speaker"})
    shown = insert(alice, arabic, database)
    assert f"المرجعي \u200e{arabic.reference}\u200e." in shown
    assert f"Your reference is {arabic.reference}." in shown
