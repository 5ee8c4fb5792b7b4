"""Finding people in the console, and the page of one: contacts, enquiries, relatives, who is the same."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from sqlalchemy import select, text

from service.enquiries import search_words
from service.enquiries.desk_model import Relation
from service.enquiries.model import AuditEvent, Patient
from service.storage.session import Database
from tests.builders import Built, create_enquiry
from tests.integration.console.conftest import Visitor

PHONE = "+447700900601"


@pytest.fixture
def ana(database: Database) -> Built:
    built = create_enquiry(database, "Me duele la rodilla", language="es", name="Ana Ejemplo", contact=("phone", PHONE))
    list(search_words.reindex(database))
    return built


@pytest.fixture
def bo(database: Database) -> Built:
    return create_enquiry(database, name="Bo Example", contact=("email", "bo@example.org"))


def page_of(built: Built) -> str:
    return f"/console/people/{built.patient_id}"


def test_every_page_has_the_search_box(alice: Visitor) -> None:
    assert re.search(r'action="/console/people" role="search".*?name="q"', alice.get("/console/").text, re.DOTALL)


def test_a_search_shows_gist_and_enough_of_the_contact(alice: Visitor, ana: Built, bo: Built) -> None:
    found = alice.get("/console/people", query_string={"q": "rodilla"}).text
    assert ana.reference in found
    assert bo.reference not in found
    assert "Ana Ejemplo" in found
    assert "••• 601" in found
    assert PHONE not in found


def test_that_somebody_searched_is_recorded_and_not_for_what(alice: Visitor, ana: Built, database: Database) -> None:
    alice.get("/console/people", query_string={"q": "rodilla"})
    with database.read() as session:
        event = session.scalars(select(AuditEvent).where(AuditEvent.what == "searched")).one()
        assert (event.who, event.detail) == ("alice@clinic.example", "by words: 1")
    with database.engine.connect() as connection:
        for row in connection.execute(text("SELECT * FROM audit_events")):
            assert "rodilla" not in repr(tuple(row))


def test_an_empty_search_looks_for_nothing_and_says_what_can_be_found(alice: Visitor, database: Database) -> None:
    assert "in any spelling" in alice.get("/console/people").text
    with database.read() as session:
        assert session.scalar(select(AuditEvent).where(AuditEvent.what == "searched")) is None


def test_nothing_found_says_what_to_try(alice: Visitor) -> None:
    assert "try fewer words" in alice.get("/console/people", query_string={"q": "kreuzband"}).text


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ({"q": "?"}, "q"),
        ({"q": "x" * 201}, "q"),
        ({"condition": "boredom"}, "condition"),
        ({"since": "31.3.2026"}, "since"),
        ({"until": "2026-02-30"}, "until"),
        ({"q": "knee", "after": "x"}, "after"),
        ({"q": "knee", "after": "ü" * 300}, "after"),
    ],
)
def test_what_cannot_be_searched_is_said_beside_its_field(alice: Visitor, query: dict[str, str], field: str) -> None:
    refused = alice.get("/console/people", query_string=query)
    assert refused.status_code == 422
    assert f'id="{field}-error"' in refused.text


def test_odd_characters_are_looked_for_like_any_others(alice: Visitor) -> None:
    for odd in ("a\x00b", "%_%", "' OR 1=1 --", "\ud83d\ude00 knee"):
        answer = alice.get("/console/people", query_string={"q": odd.encode("utf-8", "surrogatepass")})
        assert answer.status_code in (200, 422)


def test_older_results_are_on_further_pages(alice: Visitor, database: Database) -> None:
    for _ in range(26):
        create_enquiry(database, "knee", condition="lupus")
    first = alice.get("/console/people", query_string={"condition": "lupus"}).text
    further = re.search(r'href="(/console/people\?[^"]*after=[^"]*)"', first)
    assert further
    assert alice.get(further[1].replace("&amp;", "&")).text.count('class="reference"') == 1


def test_the_page_of_a_person_shows_all_of_them_and_is_recorded(alice: Visitor, ana: Built, database: Database) -> None:
    shown = alice.get(page_of(ana)).text
    assert PHONE in shown
    assert ana.reference in shown
    assert "<title>Person · Dragoman</title>" in shown
    with database.read() as session:
        event = session.scalars(select(AuditEvent).where(AuditEvent.what == "person viewed")).one()
        assert (event.who, event.patient_id) == ("alice@clinic.example", ana.patient_id)


def test_who_shares_a_number_is_named(alice: Visitor, ana: Built, database: Database) -> None:
    create_enquiry(database, name="Luis Ejemplo", contact=("phone", PHONE))
    shown = alice.get(page_of(ana)).text
    assert re.search(r"shared with <a[^>]*><bdi[^>]*>Luis Ejemplo", shown)
    assert "Possibly the same" in shown


def test_two_are_merged_by_reference_shown_together_and_parted_again(alice: Visitor, ana: Built, bo: Built) -> None:
    assert alice.post(f"{page_of(ana)}/merge", {"reference": bo.reference}).status_code == 303
    shown = alice.get(page_of(ana)).text
    assert bo.reference in shown
    assert "bo@example.org" in shown
    assert alice.get(page_of(bo)).location == page_of(ana)
    alice.post(f"{page_of(ana)}/part", {"row_id": bo.patient_id})
    assert bo.reference not in alice.get(page_of(ana)).text


def test_the_enquiry_of_a_merged_person_shows_the_other_enquiries(alice: Visitor, ana: Built, bo: Built) -> None:
    alice.post(f"{page_of(ana)}/merge", {"other_id": bo.patient_id})
    shown = alice.get(f"/console/enquiries/{bo.reference}").text
    assert ana.reference in shown
    assert PHONE in shown


def test_a_relative_is_added_and_removed(alice: Visitor, ana: Built, bo: Built, database: Database) -> None:
    alice.post(f"{page_of(ana)}/relations", {"reference": bo.reference, "kind": "father"})
    assert re.search(r"Father: <a[^>]*><bdi[^>]*>Bo Example", alice.get(page_of(ana)).text)
    assert re.search(r"Child: <a[^>]*><bdi[^>]*>Ana Ejemplo", alice.get(page_of(bo)).text)
    with database.read() as session:
        relation_id = session.scalars(select(Relation.id)).one()
    alice.post(f"{page_of(bo)}/relations/remove", {"relation_id": relation_id})
    assert "Father:" not in alice.get(page_of(ana)).text


@pytest.mark.parametrize(
    ("step", "fields", "status"),
    [
        ("merge", {"reference": "123"}, 422),
        ("merge", {"other_id": "x"}, 404),
        ("merge", {}, 422),
        ("part", {"row_id": "0" * 32}, 404),
        ("relations", {"reference": "x", "kind": "mother"}, 422),
        ("relations", {"reference": "x", "kind": "boss"}, 422),
        ("relations/remove", {"relation_id": "\x00"}, 404),
    ],
)
def test_what_cannot_be_done_with_a_person_says_why(
    alice: Visitor, ana: Built, step: str, fields: dict[str, str], status: int
) -> None:
    assert alice.post(f"{page_of(ana)}/{step}", fields).status_code == status


@pytest.mark.parametrize("step", ["merge", "part", "relations", "relations/remove"])
def test_nobody_else_changes_who_is_who(
    staff: Callable[..., Visitor], outsider: Visitor, ana: Built, bo: Built, database: Database, step: str
) -> None:
    fields = {"reference": bo.reference, "other_id": bo.patient_id, "kind": "mother", "row_id": bo.patient_id}
    path = f"{page_of(ana)}/{step}"
    assert outsider.post(path, fields).location.startswith("/console/sign-in")
    assert staff("audrey", "auditor").post(path, fields).status_code == 403
    assert staff("bob").post(path, fields, token=False).status_code == 400
    with database.read() as session:
        assert session.scalars(select(Patient.merged_into)).all() == [None, None]
        assert session.scalars(select(Relation)).all() == []


@pytest.mark.parametrize("patient_id", ["x", "0" * 32, "%00", "é" * 32])
def test_a_person_who_is_not_there_is_not_found(alice: Visitor, patient_id: str) -> None:
    assert alice.get(f"/console/people/{patient_id}").status_code == 404
