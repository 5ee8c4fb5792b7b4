"""Odd values in the forms of the enquiry page, on both databases: taken or refused by name, never a fault."""

from __future__ import annotations

import re
from typing import Final

import pytest

from service.clock import now
from tests.builders import Translated, create_enquiry, create_staff
from tests.integration.console.conftest import Visitor
from tests.integration.test_doors_under_attack import FORM_TYPE, ODD, House, house, no_server_error, with_field

__all__ = ["house"]

BOOKING: Final = {
    "book-day": f"{now().year + 1}-07-15",
    "book-hour": "09:30",
    "book-zone": "UTC",
    "book-kind": "video",
    "book-note": "",
}
PERSON: Final = {"name": "Nadia Example", "country": "KW", "language": "ar"}
FORMS: Final = {
    "correct": {"what": "condition", "value": "lupus", "reason": "", "message_id": ""},
    "notes": {"note-text": "Speak slowly"},
    "facts": {"key": "age", "value": "62", "reason": "", "add": "yes"},
    "person": PERSON,
    "other-person": {**PERSON, "reason": ""},
    "appointments": BOOKING,
    "messages/<message>/translation": {"text": "Pain", "reason": ""},
    "messages/<message>/words": {"words": "Pain", "language": "ar"},
}
TAKEN_OR_REFUSED: Final = {303, 404, 409, 413, 422}


def signed_in(house: House) -> Visitor:
    visitor = Visitor(house.app)
    visitor.sign_in(create_staff(house.database))
    return visitor


@pytest.mark.parametrize("place", FORMS)
def test_an_odd_value_in_a_form_of_the_enquiry_page(house: House, place: str) -> None:
    built = create_enquiry(house.database, "ألم", language="ar", translation=Translated("Hurt"), needs_listening=True)
    visitor = signed_in(house)
    visitor.post(f"/console/enquiries/{built.reference}/claim")
    path = f"/console/enquiries/{built.reference}/{place.replace('<message>', built.message_id)}"
    form = {"csrf_token": visitor.token(), **FORMS[place]}
    for field in FORMS[place]:
        answers = {}
        for name, value in ODD.items():
            answers[name] = visitor.client.post(path, data=with_field(form, field, value), content_type=FORM_TYPE)
        no_server_error(answers)
        assert {answer.status_code for answer in answers.values()} <= TAKEN_OR_REFUSED, field
    assert visitor.get(f"/console/enquiries/{built.reference}").status_code == 200


@pytest.mark.parametrize("field", ["token", "phone", "name", "language", "words", "reference"])
def test_an_odd_value_in_the_form_for_a_call(house: House, field: str) -> None:
    visitor = signed_in(house)
    token = re.search(r'name="token" value="([^"]+)"', visitor.get("/console/calls/new").text)
    assert token
    told = {
        "token": token[1],
        "phone": "+447700900123",
        "name": "Nadia",
        "language": "ar",
        "words": "Pain",
        "reference": "",
    }
    form = {"csrf_token": visitor.token(), **told}
    answers = {
        name: visitor.client.post("/console/calls/new", data=with_field(form, field, value), content_type=FORM_TYPE)
        for name, value in ODD.items()
    }
    no_server_error(answers)
    assert {answer.status_code for answer in answers.values()} <= TAKEN_OR_REFUSED


def test_odd_addresses_of_appointments_files_and_messages_are_not_found(house: House) -> None:
    built = create_enquiry(house.database)
    visitor = signed_in(house)
    start = f"/console/enquiries/{built.reference}"
    for value in ("%00", "%FF", "x" * 3000, "..%2F..", "%27%20OR%201=1"):
        assert visitor.get(f"{start}/appointments/{value}.ics").status_code == 404
        assert visitor.get(f"{start}/attachments/{value}?key={value}").status_code == 404
        assert visitor.post(f"{start}/appointments/{value}/cancel").status_code == 404
        assert visitor.post(f"{start}/messages/{value}/translation", {"text": "x"}).status_code == 404
        assert visitor.get(f"/console/calls/new?reference={value}").status_code == 404
