"""The page of one enquiry, as all that can be done with it shows it again."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import Final

from flask import Response, jsonify, redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload, selectinload
from werkzeug.wrappers import Response as AnyResponse

from service.clock import now
from service.console import enquiry_view, reply_view
from service.console.blueprint import console
from service.console.queue_page import waiting_emergencies
from service.console.reply_view import ReplyView
from service.console.sessions import signed_in
from service.enquiries import references, states
from service.enquiries.model import Enquiry, Message, Patient, Staff
from service.errors import BadInput, Conflict, NotFound, ServiceError
from service.parts import parts

Answer = AnyResponse | str | tuple[str, int]

OTHER_ENQUIRIES: Final = 20


@console.get("/enquiries/<reference>")
def enquiry(reference: str) -> Answer:
    return show(reference)


@console.get("/enquiries/<reference>/live")
def live_enquiry(reference: str) -> Response:
    """Whether the enquiry is still as the page shows it; 304 if so. Looking at a page already open is no new view."""
    with parts().database.read() as session:
        emergencies = waiting_emergencies(session)
        found = version(find(session, reference))
    etag = f"{found}-{emergencies}"
    if etag in request.if_none_match:
        return Response(status=304, headers={"ETag": f'"{etag}"'})
    answer = jsonify(emergencies=emergencies, version=found)
    answer.set_etag(etag)
    return answer


def act(reference: str, step: Callable[[Session, Staff], Enquiry]) -> Answer:
    """Do one step in one transaction; if it cannot be done, show the enquiry as it is and say why."""
    try:
        with parts().database.write() as session:
            step(session, session.get_one(Staff, signed_in().id))
    except (Conflict, BadInput) as problem:
        return show(reference, problem)
    return redirect(url_for("console.enquiry", reference=reference_of(reference)), code=303)


def show(reference: str, problem: ServiceError | None = None) -> Answer:
    """The page. Who has looked is written down first: a view that cannot be recorded does not take place."""
    with parts().database.write() as session:
        states.record(session, find(session, reference), "viewed", who=signed_in().email)
    with parts().database.read() as session:
        found = find(session, reference)
        mine = found.status == "claimed" and found.assigned_to == signed_in().id
        page = render_template(
            "console/enquiry.html",
            view=enquiry_view.build(session, found),
            enquiry=found,
            version=version(found),
            mine=mine,
            reply=_reply_panel(session, found),
            claimable=can_claim(found),
            others=_enquiries_of(session, found.patient_id, besides=found),
            maybe_same=_enquiries_of(session, found.maybe_patient_id, besides=found),
            emergencies=waiting_emergencies(session),
            problem=problem,
            form=request.form,
        )
    return (page, problem.status) if problem else page


def _reply_panel(session: Session, enquiry: Enquiry) -> ReplyView | None:
    """The panel, for somebody who may answer."""
    if not signed_in().may_act:
        return None
    return reply_view.build(session, enquiry, signed_in().id, parts().settings)


def can_claim(enquiry: Enquiry) -> bool:
    """Whether anybody could claim it now."""
    return (enquiry.status, "claim") in states.MOVES and (
        enquiry.status != "claimed" or states.lease_ended(enquiry, now())
    )


def reference_of(text: str) -> str:
    """The reference in the address of a page, or `NotFound`."""
    reference = references.parse(text)
    if reference is None:
        raise NotFound(_("There is no enquiry with this reference."))
    return reference


def find(session: Session, reference: str) -> Enquiry:
    """The enquiry with all that its page shows."""
    found = session.scalar(
        select(Enquiry)
        .where(Enquiry.reference == reference_of(reference))
        .options(
            joinedload(Enquiry.assignee),
            joinedload(Enquiry.patient).selectinload(Patient.contact_points),
            selectinload(Enquiry.events),
            selectinload(Enquiry.messages).selectinload(Message.translations),
            selectinload(Enquiry.messages).selectinload(Message.attachments),
        )
    )
    if found is None:
        raise NotFound(_("There is no enquiry with this reference."))
    return found


def version(enquiry: Enquiry) -> str:
    """Differs when something has happened that the open page does not show; a view alone is nothing."""
    events = [event.id for event in enquiry.events if event.what not in enquiry_view.VIEWS]
    messages = [
        (message.id, message.reading_state, message.status, len(message.translations)) for message in enquiry.messages
    ]
    files = [(file.id, file.state) for message in enquiry.messages for file in message.attachments]
    state = (enquiry.status, enquiry.assigned_to, enquiry.claimed_until, enquiry.urgency)
    return hashlib.sha256(repr((events, messages, files, state)).encode()).hexdigest()[:16]


def _enquiries_of(session: Session, patient_id: str | None, *, besides: Enquiry) -> list[Enquiry]:
    if patient_id is None:
        return []
    query = select(Enquiry).where(Enquiry.patient_id == patient_id, Enquiry.id != besides.id)
    return list(session.scalars(query.order_by(Enquiry.received_at.desc()).limit(OTHER_ENQUIRIES)))
