"""Logging a call that a coordinator took, and writing down a voice message."""

from __future__ import annotations

from flask import redirect, request, url_for
from flask_babel import gettext as _
from sqlalchemy import select

from service.console import pages
from service.console.blueprint import console
from service.console.enquiry_page import reference_of, show
from service.console.pages import Answer
from service.console.permissions import only
from service.console.sessions import signed_in
from service.enquiries import log_call, states
from service.enquiries.inbound import clean_text
from service.enquiries.log_call import Call
from service.enquiries.model import Enquiry, Staff
from service.errors import BadInput, Conflict, ServiceError
from service.parts import parts
from service.patient_site import one_time


@console.get("/calls/new")
@only("coordinator", "lead", "admin")
def new_call() -> Answer:
    return _form()


@console.post("/calls/new")
def log_new_call() -> Answer:
    """Store the call as a message; the same form sent twice is one message."""
    try:
        with parts().database.read() as session:
            inbound = log_call.of_call(session, signed_in().id, _key(), _call())
    except (BadInput, Conflict) as problem:
        return _form(problem)
    receipt = parts().receiver.receive(inbound)
    if not receipt.repeated:
        _note(receipt.reference, "call logged")
    return redirect(url_for("console.enquiry", reference=receipt.reference), code=303)


@console.post("/enquiries/<reference>/messages/<message_id>/words")
def write_down(reference: str, message_id: str) -> Answer:
    """What was said in a voice message."""
    known, words, language = reference_of(reference), request.form.get("words", ""), request.form.get("language", "")
    try:
        with parts().database.write() as session:
            staff = session.get_one(Staff, signed_in().id)
            inbound = log_call.of_voice_message(session, known, staff, message_id, words, language)
    except (BadInput, Conflict) as problem:
        if isinstance(problem, BadInput):
            problem.field = f"{message_id}-{problem.field}"
        return show(reference, problem)
    parts().receiver.receive(inbound)
    with parts().database.write() as session:
        log_call.heard(session, known, session.get_one(Staff, signed_in().id), message_id)
    return redirect(url_for("console.enquiry", reference=known), code=303)


def _form(problem: ServiceError | None = None) -> Answer:
    """The form, for a new caller or (`?reference=`) for somebody who has an enquiry."""
    asked = request.form.get("reference") or request.args.get("reference")
    with parts().database.read() as session:
        enquiry = None
        if asked:
            enquiry = session.scalar(select(Enquiry).where(Enquiry.reference == reference_of(asked)))
        return pages.render(
            session,
            "console/call.html",
            problem,
            enquiry=enquiry,
            token=request.form.get("token") or one_time.make(),
        )


def _call() -> Call:
    fields = {name: request.form.get(name, "") for name in ("words", "language", "phone", "name")}
    asked = request.form.get("reference", "")
    return Call(**fields, reference=reference_of(asked) if asked else None)


def _key() -> str:
    """What makes sending the form twice harmless; the form changed and sent again is another call."""
    key = one_time.key(request.form.get("token", ""))
    if key is None:
        raise BadInput(_("This form is too old. Open it again; what you wrote can be copied."), field="token")
    told = [request.form.get(name, "") for name in ("words", "language", "phone", "name", "reference")]
    return one_time.key_for(key, map(clean_text, told))


def _note(reference: str, what: str) -> None:
    with parts().database.write() as session:
        enquiry = session.scalars(select(Enquiry).where(Enquiry.reference == reference)).one()
        states.record(session, enquiry, what, who=signed_in().email)
