"""The page of one enquiry, as all that can be done with it shows it again."""

from __future__ import annotations

import hashlib
from typing import Final

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload, selectinload
from sqlalchemy.sql.base import ExecutableOption

from service.console import actions_view, enquiry_view, file_links, layout, pages, reply_view
from service.console.blueprint import console
from service.console.pages import Answer
from service.console.reply_view import ReplyView
from service.console.sessions import signed_in
from service.enquiries import claim, people, presence, references, remind, states
from service.enquiries.model import Enquiry, Message, Patient
from service.errors import NotFound, ServiceError
from service.parts import parts

OTHER_ENQUIRIES: Final = 20


@console.get("/enquiries/<reference>")
def enquiry(reference: str) -> Answer:
    return show(reference)


def show(reference: str, problem: ServiceError | None = None) -> Answer:
    """The page. Who has looked is written down first: a view that cannot be recorded does not take place."""
    with parts().database.write() as session:
        seen = _known(session, reference)
        states.record(session, seen, "viewed", who=signed_in().email)
        presence.look(session, seen.id, signed_in().id)
    with parts().database.read() as session:
        found = find(session, reference)
        actions = actions_view.build(session, found)
        return pages.render(
            session,
            "console/enquiry.html",
            problem,
            file_links=file_links,
            texts=layout.chosen(),
            view=enquiry_view.build(session, found),
            enquiry=found,
            version=version(found),
            mine=actions.mine,
            reply=_reply_panel(session, found),
            actions=actions,
            others=_enquiries_of(session, found.patient_id, besides=found),
            maybe_same=_enquiries_of(session, found.maybe_patient_id, besides=found),
            may_remind=remind.is_their_turn(found),
            reminder=remind.due_at(session, found),
            reminder_days=remind.DAYS,
        )


def _reply_panel(session: Session, enquiry: Enquiry) -> ReplyView | None:
    """The panel, for somebody who may answer."""
    if not signed_in().may_act:
        return None
    return reply_view.build(session, enquiry, signed_in().id, parts().settings)


def reference_of(text: str) -> str:
    """The reference in the address of a page, or `NotFound`."""
    reference = references.parse(text)
    if reference is None:
        raise NotFound(_("There is no enquiry with this reference."))
    return reference


def find(session: Session, reference: str) -> Enquiry:
    """The enquiry with all that its page shows."""
    return _known(
        session,
        reference,
        joinedload(Enquiry.assignee),
        joinedload(Enquiry.patient).selectinload(Patient.contact_points),
        selectinload(Enquiry.events),
        selectinload(Enquiry.messages).selectinload(Message.translations),
        selectinload(Enquiry.messages).selectinload(Message.attachments),
    )


def _known(session: Session, reference: str, *more: ExecutableOption) -> Enquiry:
    found = session.scalar(select(Enquiry).where(Enquiry.reference == reference_of(reference)).options(*more))
    if found is None:
        raise NotFound(_("There is no enquiry with this reference."))
    return found


def version(enquiry: Enquiry) -> str:
    """Differs when something has happened that the open page does not show; a view alone is nothing."""
    events = [event.id for event in enquiry.events if event.what not in enquiry_view.VIEWS]
    messages = [
        (message.id, message.reading_state, message.status, len(message.translations)) for message in enquiry.messages
    ]
    files = [(file.id, file.state, file.scanned_at) for message in enquiry.messages for file in message.attachments]
    state = (enquiry.status, enquiry.assigned_to, claim.is_held(enquiry), enquiry.urgency)
    return hashlib.sha256(repr((events, messages, files, state)).encode()).hexdigest()[:16]


def _enquiries_of(session: Session, patient_id: str | None, *, besides: Enquiry) -> list[Enquiry]:
    patient = session.get(Patient, patient_id) if patient_id else None
    if patient is None:
        return []
    query = select(Enquiry).where(Enquiry.patient_id.in_(people.ids(patient)), Enquiry.id != besides.id)
    return list(session.scalars(query.order_by(Enquiry.received_at.desc()).limit(OTHER_ENQUIRIES)))
