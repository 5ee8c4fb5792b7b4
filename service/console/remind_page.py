"""Having a patient reminded who does not answer, switched on and off on the enquiry's page."""

from __future__ import annotations

from flask import request

from service.console.blueprint import console
from service.console.changes import change
from service.console.pages import Answer
from service.enquiries import remind


@console.post("/enquiries/<reference>/remind")
def remind_patient(reference: str) -> Answer:
    given = request.form.get("days", "")
    days = int(given) if given.isascii() and given.isdecimal() and len(given) <= 3 else 0
    return change(reference, lambda session, known, staff: remind.switch_on(session, known, staff, days), form="remind")


@console.post("/enquiries/<reference>/remind/off")
def do_not_remind(reference: str) -> Answer:
    return change(reference, remind.switch_off)
