"""Taking consent back: enquiries end, nothing more goes out, and a person sees to the erasing."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.clock import now
from service.enquiries import consent, persons, states
from service.enquiries.inbound import Contact
from service.enquiries.model import Enquiry, Message
from service.storage import tasks
from service.storage.session import Database


def by_words(database: Database, points: Sequence[Contact], message_id: str, language: str) -> bool:
    """Take back the consent of the one patient with these proven contact points; False if that may be several.

    Then nobody knows whose it is: the enquiry says what is wanted, and a person asks.
    """
    with database.write() as session:
        message = session.get_one(Message, message_id)
        is_one = len({one.merged_into or one.id for one in persons.known(session, points, proven=True)}) == 1
        if is_one:
            take_back(session, message.enquiry, channel=message.channel, language=language, message=message)
        elif message.enquiry.add_need(consent.NEED):
            states.record(session, message.enquiry, "erasure wanted, unclear whose", who=message.channel)
        return is_one


def take_back(
    session: Session, enquiry: Enquiry, *, channel: str, language: str, message: Message | None = None
) -> None:
    """Take the patient's consent back: open enquiries end, what waits to go out stays, a person sees to the rest.

    Doing it again changes nothing. The caller has found that the patient asks for it.
    """
    who = f"patient ({channel})"
    rows = [row.id for row in enquiry.patient.everybody]
    for entry in session.scalars(consent.holding(*rows)):
        entry.withdrawn_at, entry.withdrawn_by = now(), who
    if not consent.wants_erasure(session, enquiry.patient_id):
        wish = consent.row(enquiry, consent.ERASURE, "words" if message else "page", language, channel)
        wish.message_id = message.id if message else None
        session.add(wish)
    mine = select(Enquiry).where(Enquiry.patient_id.in_(rows)).with_for_update()
    for one in session.scalars(mine):
        if one.status in states.OPEN:
            states.move(session, one, "withdraw", who=who, detail="consent taken back")
        elif one is enquiry and consent.NEED not in one.needs:
            states.record(session, one, "consent taken back", who=who)
        _keep_back(session, one)
    enquiry.add_need(consent.NEED)


def _keep_back(session: Session, enquiry: Enquiry) -> None:
    """What nobody has begun to send is not sent; what is under way is refused by the sender."""
    for message in enquiry.messages:
        if message.direction != "out" or message.approved_text in consent.STILL_GO:
            continue
        if message.status == "held" or (message.status == "queued" and tasks.cancel(session, "send", message.id)):
            message.status, message.status_at = "canceled", now()
