"""Wishes for erasure: seen by all, decided by a lead, erased only with the reference typed once more."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from sqlalchemy import select

from service.enquiries import consent, withdraw
from service.enquiries.model import AuditEvent, Enquiry, Patient
from service.storage.session import Database
from tests.builders import Built, create_enquiry
from tests.integration.console.conftest import Visitor

Staff = Callable[..., Visitor]


@pytest.fixture
def wish(database: Database) -> Built:
    built = create_enquiry(database)
    with database.write() as session:
        withdraw.take_back(session, session.get_one(Enquiry, built.enquiry_id), channel="web", language="en")
    return built


def address(visitor: Visitor, step: str) -> str:
    found = re.search(rf'action="(/console/erasures/[0-9a-f]+/{step})"', visitor.get("/console/erasures").text)
    assert found
    return found[1]


def test_a_wish_stands_in_the_list_and_on_the_enquiry(alice: Visitor, wish: Built) -> None:
    assert wish.reference in alice.get("/console/erasures").text
    assert "Wants their data erased" in alice.get(f"/console/enquiries/{wish.reference}").text


def test_a_lead_erases_with_the_reference_typed(staff: Staff, database: Database, wish: Built) -> None:
    lead = staff("lena", "lead")
    path = address(lead, "erase")
    for wrong in ("", "482-719-358", "yes"):
        assert lead.post(path, {"reference": wrong}).status_code == 422
    with database.read() as session:
        assert session.get_one(Patient, wish.patient_id).erased_at is None
    assert lead.post(path, {"reference": wish.reference}).status_code == 303
    with database.read() as session:
        assert session.get_one(Patient, wish.patient_id).erased_at is not None
    assert wish.reference not in lead.get("/console/erasures").text
    assert lead.post(path, {"reference": wish.reference}).status_code == 409


def test_a_lead_keeps_it_for_a_reason(staff: Staff, database: Database, wish: Built) -> None:
    lead = staff("lena", "lead")
    path = address(lead, "keep")
    assert lead.post(path, {"reason": " "}).status_code == 422
    assert lead.post(path, {"reason": "The law demands ten years."}).status_code == 303
    with database.read() as session:
        enquiry = session.get_one(Enquiry, wish.enquiry_id)
        assert consent.NEED not in enquiry.needs
        assert not consent.wants_erasure(session, wish.patient_id)
        event = session.scalars(select(AuditEvent).where(AuditEvent.what == "erasure declined")).one()
        assert event.detail == "The law demands ten years."


@pytest.mark.parametrize(("name", "role"), [("bob", "coordinator"), ("otto", "auditor")])
def test_others_look_and_do_not_decide(staff: Staff, database: Database, wish: Built, name: str, role: str) -> None:
    visitor = staff(name, role)
    assert "Erase…" not in visitor.get("/console/erasures").text
    path = address(staff("lena", "lead"), "erase")
    assert visitor.post(path, {"reference": wish.reference}).status_code == 403
    with database.read() as session:
        assert session.get_one(Patient, wish.patient_id).erased_at is None
