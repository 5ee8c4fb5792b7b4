"""Whose message it is, where several patients write from one phone: settled on the enquiry's page."""

from __future__ import annotations

from service.console.blueprint import console
from service.console.changes import change
from service.console.pages import Answer
from service.enquiries import shared


@console.post("/enquiries/<reference>/sender")
def sender_known(reference: str) -> Answer:
    return change(reference, shared.settle)
