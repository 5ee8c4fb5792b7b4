"""Webhooks in doubt: what was signed for another address than ours, to be taken in or thrown away by a person."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

from flask import redirect, url_for
from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from service.channels import twilio_messaging, twilio_voice
from service.clock import now
from service.console import pages
from service.console.blueprint import console
from service.console.pages import Page
from service.console.sessions import signed_in
from service.enquiries.door_model import Quarantined
from service.enquiries.inbound import InboundMessage
from service.enquiries.model import AuditEvent
from service.errors import BadInput, Conflict, Forbidden
from service.parts import parts
from translations.languages import SITE_LANGUAGES

SHOWN = 200
#: Who may decide that a request is a patient's after all.
DECIDERS = ("lead", "admin")


@console.get("/quarantine")
def quarantine() -> Page:
    with parts().database.read() as session:
        waiting = select(Quarantined).where(Quarantined.state == "waiting").order_by(Quarantined.id.desc()).limit(SHOWN)
        return pages.render(
            session,
            "console/quarantine.html",
            rows=session.scalars(waiting).all(),
            may_decide=signed_in().role in DECIDERS,
            can_accept=lambda row: _inbound(row) is not None,
        )


@console.post("/quarantine/<row_id>/accept")
def accept_quarantined(row_id: str) -> Response:
    """Take it in as if it had come the right way; the same message again is no second one."""
    with parts().database.read() as session:
        inbound = _inbound(_waiting(session, row_id))
    if inbound is None:
        raise Conflict(_("There is no message in this request. It can only be discarded."))
    parts().receiver.receive(inbound)
    return _decide(row_id, "accepted")


@console.post("/quarantine/<row_id>/discard")
def discard_quarantined(row_id: str) -> Response:
    return _decide(row_id, "discarded")


def _decide(row_id: str, state: str) -> Response:
    with parts().database.write() as session:
        row = _waiting(session, row_id)
        row.state, row.decided_at, row.decided_by = state, now(), signed_in().email
        row.form = None  # what was taken in is the patient's now, and goes with the patient's key
        session.add(AuditEvent(who=signed_in().email, what=f"quarantined request {state}"))
    return redirect(url_for("console.quarantine"), code=303)


def _waiting(session: Session, row_id: str) -> Quarantined:
    if signed_in().role not in DECIDERS:
        raise Forbidden(_("Only a lead or an administrator may decide about this."))
    row = session.get(Quarantined, row_id)
    if row is None or row.state != "waiting":
        raise Conflict(_("Somebody has decided about this already."))
    return row


def _inbound(row: Quarantined) -> InboundMessage | None:
    """The message in the request, if there is one."""
    address = urlsplit(row.path)
    try:
        if address.path == "/twilio/messaging":
            return twilio_messaging.parse(row.form or {})
        if address.path == "/twilio/voice/recording":
            language = parse_qs(address.query).get("lang", ["en"])[0]
            return twilio_voice.recording(row.form or {}, language if language in SITE_LANGUAGES else "en")
    except BadInput:
        return None
    return None
