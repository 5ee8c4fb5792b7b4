"""The saved views of the queue: which enquiries each shows to whom, said so that an index answers it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from sqlalchemy import ColumnElement, TextClause, and_, false, or_, text

from service.clock import now
from service.enquiries.model import URGENCY_RANK, Enquiry
from service.understanding import knowledge

#: How long spam can still be found among the views.
SPAM_SHOWN: Final = timedelta(days=30)
#: What waits for a coordinator, written out as in the indexes: with bound values, or as a Boolean column, which is
#: compared with 1 there, SQLite would not use them.
IN_QUEUE: Final = text("enquiries.status IN ('queued', 'claimed')")
_NEEDS_SOMETHING: Final = text("json_array_length(enquiries.needs) > 0")
# The language must be told before anybody can translate.
_NEEDS_TRANSLATION: Final = text(
    "(CAST(enquiries.needs AS TEXT) LIKE '%translation%' OR CAST(enquiries.needs AS TEXT) LIKE '%language%')"
)
_IS_SPAM: Final = text("enquiries.status = 'spam'")


@dataclass(frozen=True, slots=True)
class Viewer:
    """For whom the queue is shown: some views differ from person to person."""

    staff_id: str = ""
    languages: tuple[str, ...] = ()
    specialties: tuple[str, ...] = ()


Condition = ColumnElement[bool] | TextClause


def _all(viewer: Viewer) -> Condition:
    return IN_QUEUE


def _mine(viewer: Viewer) -> Condition:
    """What I hold, and what waits for me."""
    me = viewer.staff_id
    return or_(
        and_(Enquiry.assigned_to == me, Enquiry.status == "claimed"),
        and_(Enquiry.routed_to == me, Enquiry.status == "queued"),
    )


def _my_languages(viewer: Viewer) -> Condition:
    return and_(IN_QUEUE, Enquiry.language.in_(viewer.languages)) if viewer.languages else false()


def _my_specialty(viewer: Viewer) -> Condition:
    codes = conditions_of(viewer.specialties)
    return and_(IN_QUEUE, Enquiry.condition.in_(codes)) if codes else false()


def _unassigned(viewer: Viewer) -> Condition:
    return and_(Enquiry.status == "queued", Enquiry.routed_to.is_(None))


def _urgent(viewer: Viewer) -> Condition:
    return and_(IN_QUEUE, Enquiry.urgency_rank <= URGENCY_RANK["urgent"])


def _overdue(viewer: Viewer) -> Condition:
    """The ranks are named so that the index jumps to what is due in each."""
    return and_(IN_QUEUE, Enquiry.urgency_rank.in_(URGENCY_RANK.values()), Enquiry.due_at < now())


def _needs_translation(viewer: Viewer) -> Condition:
    return and_(IN_QUEUE, _NEEDS_SOMETHING, _NEEDS_TRANSLATION)


def _waiting_for_patient(viewer: Viewer) -> Condition:
    return Enquiry.status == "replied"


def _snoozed(viewer: Viewer) -> Condition:
    return Enquiry.status == "snoozed"


def _spam(viewer: Viewer) -> Condition:
    return and_(_IS_SPAM, Enquiry.closed_at > now() - SPAM_SHOWN)


#: In the order in which they are shown.
VIEWS: Final[Mapping[str, Callable[[Viewer], Condition]]] = {
    "all": _all,
    "mine": _mine,
    "my-languages": _my_languages,
    "my-specialty": _my_specialty,
    "unassigned": _unassigned,
    "urgent": _urgent,
    "overdue": _overdue,
    "needs-translation": _needs_translation,
    "waiting-for-patient": _waiting_for_patient,
    "snoozed": _snoozed,
    "spam": _spam,
}


def conditions_of(specialties: Collection[str]) -> list[str]:
    """The codes of the conditions that these specialties treat; "Cardiology / cardiac surgery" is both of them."""
    wanted = {part for specialty in specialties for part in _parts(specialty)}
    return sorted(code for code, known in knowledge.condition_codes().items() if wanted & _parts(known.specialty))


def _parts(specialty: str) -> set[str]:
    return {part.strip().casefold() for part in specialty.split("/")} - {""}
