"""The reply panel of an enquiry: write, look at what the patient would read, send, and take back."""

from __future__ import annotations

from collections.abc import Callable

from flask import Response, jsonify, redirect, render_template, request, url_for
from sqlalchemy.orm import Session

from service.console import enquiry_page, reply_view
from service.console.blueprint import console
from service.console.enquiry_page import Answer, reference_of
from service.console.sessions import signed_in
from service.enquiries import reply
from service.enquiries.model import Staff
from service.enquiries.reply import Written
from service.errors import ServiceError
from service.parts import parts


@console.post("/enquiries/<reference>/reply/preview")
def preview_reply(reference: str) -> Answer:
    """Save, and have the preview made. With `keep` the draft is saved and nothing else."""
    make = reply.save if request.form.get("keep") else reply.preview

    def step(session: Session, staff: Staff) -> None:
        make(session, reference_of(reference), staff, _written())

    return _step(reference, step, ring=True)


@console.post("/enquiries/<reference>/reply/send")
def send_reply(reference: str) -> Answer:
    def step(session: Session, staff: Staff) -> None:
        form = request.form
        reply.approve(
            session,
            reference_of(reference),
            staff,
            preview_id=form.get("preview_id", ""),
            reason=form.get("reason", ""),
            templates=parts().settings.twilio_content_sids,
        )

    return _step(reference, step)


@console.post("/enquiries/<reference>/reply/undo")
def undo_reply(reference: str) -> Answer:
    def step(session: Session, staff: Staff) -> None:
        reply.undo(session, reference_of(reference), staff, request.form.get("message_id", ""))

    return _step(reference, step)


@console.get("/enquiries/<reference>/reply/live")
def live_reply(reference: str) -> Response:
    """The panel's inside and the state of the preview, for the script that waits for it."""
    with parts().database.read() as session:
        enquiry = enquiry_page.find(session, reference)
        view = reply_view.build(session, enquiry, signed_in().id, parts().settings.twilio_content_sids)
        state = view.draft.state if view.draft else "none"
        html = render_template("console/_reply.html", enquiry=enquiry, reply=view, problem=None, form={})
    return jsonify(state=state, html=html)


def _step(reference: str, step: Callable[[Session, Staff], None], *, ring: bool = False) -> Answer:
    """One step in one transaction; what cannot be done is said beside what was typed."""
    try:
        with parts().database.write() as session:
            step(session, session.get_one(Staff, signed_in().id))
    except ServiceError as problem:
        return enquiry_page.show(reference, problem)
    if ring:
        parts().doorbell.ring("understand")
    return redirect(url_for("console.enquiry", reference=reference_of(reference), _anchor="reply"), code=303)


def _written() -> Written:
    form = request.form
    own_words = form.get("own_words", "").strip()
    return Written(
        text=form.get("text", ""),
        way=form.get("way", ""),
        written_language=form.get("written_language", reply.ENGLISH),
        own_words=own_words or None,
    )
