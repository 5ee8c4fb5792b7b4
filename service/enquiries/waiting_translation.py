"""Messages that no engine could translate when they came, and their turn when an engine arrives."""

from __future__ import annotations

from collections.abc import Collection
from typing import Final

from sqlalchemy import Select, exists, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from service.enquiries import states
from service.enquiries.model import Enquiry, Message, Translation
from service.storage import tasks
from service.storage.session import Database
from translations.languages import ENGLISH, UNDETERMINED

_AT_ONCE: Final = 200


def languages(session: Session) -> set[str]:
    """The languages in which messages of open enquiries wait."""
    return set(session.scalars(_waiting(Message.language).distinct()))


def read_again(database: Database, chosen: Collection[str]) -> int:
    """Have what waits in these languages translated and read again, as routine work; how many messages there are."""
    done, after = 0, ""
    while True:
        with database.write() as session:
            page = _waiting(Message.id).where(Message.language.in_(chosen), Message.id > after)
            ids = session.scalars(page.order_by(Message.id).limit(_AT_ONCE)).all()
            for message_id in ids:
                tasks.again(session, "understand", "understand", message_id, priority=tasks.ROUTINE)
        if not ids:
            return done
        done, after = done + len(ids), ids[-1]


def _waiting(column: InstrumentedAttribute[str]) -> Select[str]:
    """Written messages from patients, read and without any translation, of enquiries that are open."""
    return (
        select(column)
        .join(Enquiry, Message.enquiry_id == Enquiry.id)
        .where(
            Enquiry.status.in_(states.OPEN),
            Message.direction == "in",
            Message.reading_state != "pending",
            Message.sealed_body.is_not(None),
            Message.language.not_in((ENGLISH, UNDETERMINED)),
            ~exists().where(Translation.message_id == Message.id),
        )
    )
