"""The reply panel of an enquiry: write, look at what the patient would read, send, and take back."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from flask import Response, jsonify, redirect, render_template, request, url_for
from sqlalchemy.orm import Session

from service.console import enquiry_page, reply_view
from service.console.blueprint import console
from service.console.enquiry_page import reference_of
from service.console.pages import Answer
from service.console.sessions import signed_in
from service.enquiries import canned_use, drafts, reply
from service.enquiries.drafts import Written
from service.enquiries.inbound import clean_text
from service.enquiries.model import Staff
from service.errors import ServiceError
from service.parts import parts
from translations.languages import ENGLISH

#: The box of the answer: a page that opens at it has the focus there.
WRITING: Final = "reply-text"
#: The heading of a preview that is there: "Send" is the next stop.
PREVIEW: Final = "preview"


@console.post("/enquiries/<reference>/reply/preview")
def preview_reply(reference: str) -> Answer:
    """Save, and have the preview made. With `keep` the draft is saved and nothing else."""
    kept = bool(request.form.get("keep"))
    make = drafts.save if kept else reply.preview

    def step(session: Session, staff: Staff) -> str:
        draft = make(session, reference_of(reference), staff, _written())
        return PREVIEW if draft.state == "ready" and not kept else WRITING

    return _step(reference, step, ring=True)


@console.post("/enquiries/<reference>/reply/draft")
def keep_draft(reference: str) -> tuple[Response, int]:
    """Keep what is being typed, for the script that hands it in; who else is writing comes back."""
    try:
        with parts().database.write() as session:
            drafts.keep(session, reference_of(reference), session.get_one(Staff, signed_in().id), _written())
        with parts().database.read() as session:
            enquiry = enquiry_page.find(session, reference)
            writers = drafts.others_writing(session, enquiry, signed_in().id)
    except ServiceError as problem:
        return jsonify(problem=str(problem)), problem.status
    return jsonify(writers=writers), 200


@console.post("/enquiries/<reference>/reply/canned")
def insert_canned(reference: str) -> Answer:
    """Put a canned answer into the reply, where the cursor stands or at the end."""

    def step(session: Session, staff: Staff) -> str:
        enquiry = enquiry_page.find(session, reference)
        known = reply_view.values(enquiry, staff, parts().settings.clinic_name)
        answer_id, written = request.form.get("canned", ""), _written()
        canned_use.insert(session, enquiry.reference, staff, written, answer_id, known, at=_cursor(written.text))
        return WRITING

    return _step(reference, step)


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
        view = reply_view.build(session, enquiry, signed_in().id, parts().settings)
        state = view.draft.state if view.draft else "none"
        html = render_template("console/_reply.html", enquiry=enquiry, reply=view, problem=None, form={})
    return jsonify(state=state, html=html)


def _step(reference: str, step: Callable[[Session, Staff], str | None], *, ring: bool = False) -> Answer:
    """One step in one transaction; what cannot be done is said beside what was typed.

    The step returns the place at which the page opens; None is the panel.
    """
    try:
        with parts().database.write() as session:
            anchor = step(session, session.get_one(Staff, signed_in().id))
    except ServiceError as problem:
        return enquiry_page.show(reference, problem)
    if ring:
        parts().doorbell.ring("understand")
    return redirect(url_for("console.enquiry", reference=reference_of(reference), _anchor=anchor or "reply"), code=303)


def _written() -> Written:
    form = request.form
    own_words = form.get("own_words", "").strip()
    return Written(
        text=clean_text(form.get("text", "")),
        way=form.get("way", ""),
        written_language=form.get("written_language", ENGLISH),
        own_words=own_words or None,
    )


def _cursor(text: str) -> int:
    """Where the script says that the cursor stands in the text, or its end."""
    told = request.form.get("at", "")
    return min(int(told), len(text)) if told.isascii() and told.isdigit() and len(told) < 6 else len(text)
