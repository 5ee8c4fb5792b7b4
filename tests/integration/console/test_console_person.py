"""The person on the enquiry's page: who they are, the hour where they are, what they agreed to, and somebody else."""

from __future__ import annotations

from sqlalchemy import select

from service.enquiries.model import Consent, Enquiry, Patient
from service.storage.session import Database
from tests.builders import Built, create_enquiry
from tests.integration.console.conftest import Visitor


def post(visitor: Visitor, built: Built, what: str, **fields: str) -> tuple[int, str]:
    answer = visitor.post(f"/console/enquiries/{built.reference}/{what}", fields)
    return answer.status_code, answer.text


def test_the_person_is_corrected_and_the_name_runs_in_its_own_direction(alice: Visitor, database: Database) -> None:
    built = create_enquiry(database)
    assert post(alice, built, "person", name="فاطمة المثال", country="AE", language="ar")[0] == 303
    page = alice.get(f"/console/enquiries/{built.reference}").text
    assert '<bdi lang="ar" dir="rtl">فاطمة المثال</bdi>' in page
    assert "United Arab Emirates" in page
    assert "Time there" in page


def test_what_no_person_can_be_is_said_beside_its_field(alice: Visitor, database: Database) -> None:
    built = create_enquiry(database)
    status, page = post(alice, built, "person", name="x" * 201)
    assert (status, 'id="person-name-error"' in page) == (422, True)
    status, page = post(alice, built, "other-person", country="Atlantis")
    assert (status, 'id="other-country-error"' in page) == (422, True)


def test_an_enquiry_is_given_to_a_new_person(alice: Visitor, database: Database) -> None:
    built = create_enquiry(database)
    assert post(alice, built, "other-person", name="Daughter Example", language="es", reason="told me so")[0] == 303
    page = alice.get(f"/console/enquiries/{built.reference}").text
    assert "Daughter Example" in page
    assert "Maria Example" not in page
    assert "told me so" in page
    with database.read() as session:
        assert len(session.scalars(select(Patient)).all()) == 2


def test_somebody_elses_enquiry_keeps_its_person(alice: Visitor, bob: Visitor, database: Database) -> None:
    built = create_enquiry(database)
    bob.post(f"/console/enquiries/{built.reference}/claim")
    assert post(alice, built, "person", name="Other")[0] == 409
    assert post(alice, built, "other-person", name="Other")[0] == 409
    with database.read() as session:
        assert session.get_one(Enquiry, built.enquiry_id).patient.name == "Maria Example"


def test_what_was_agreed_to_is_listed_with_its_wording(alice: Visitor, database: Database) -> None:
    built = create_enquiry(database)
    page = alice.get(f"/console/enquiries/{built.reference}").text
    assert "None is on record" in page
    with database.write() as session:
        consent = Consent(
            patient_id=built.patient_id,
            enquiry_id=built.enquiry_id,
            purpose="enquiry",
            wording="consent-3",
            language="es",
            channel="web",
        )
        session.add(consent)
    page = alice.get(f"/console/enquiries/{built.reference}").text
    assert "Agreed to being answered" in page
    assert "consent-3, Spanish" in page
