"""Who should take an enquiry: somebody on duty who reads it, knows its illness and has little else to do."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from service.clock import now
from service.enquiries import duty, states, views
from service.enquiries.model import Enquiry, Staff
from service.roles import Role
from translations import languages

#: What stands in `routed_by` where no person has decided.
ROUTING: Final = "routing"
TAKERS: Final[tuple[Role, ...]] = ("coordinator", "lead")
#: Reading the patient's own language is worth so many open enquiries more than others have, a specialty so many.
READS, KNOWS = 10, 5
#: The sweep leaves an enquiry so long to those who read its message first, and routes so many at a time.
LEAVE_FOR: Final = timedelta(minutes=1)
AT_ONCE: Final = 100
_LOOK_AT: Final = 500
_ANYBODYS: Final = frozenset({"en", languages.UNDETERMINED})


@dataclass(frozen=True, slots=True)
class Wanted:
    """What an enquiry asks of whoever takes it; `readers_only` if there is no English to go by."""

    language: str
    condition: str
    readers_only: bool


@dataclass(frozen=True, slots=True)
class Candidate:
    """Somebody on duty; `knows` are codes of conditions, `load` the open enquiries that are theirs."""

    id: str
    email: str
    languages: frozenset[str]
    knows: frozenset[str]
    load: int

    def reads(self, wanted: Wanted) -> bool:
        return wanted.language in self.languages

    def fits(self, wanted: Wanted) -> bool:
        return self.reads(wanted) or not wanted.readers_only


def choose(wanted: Wanted, candidates: Iterable[Candidate]) -> Candidate | None:
    """The best of those who can take it; of equals, the first by address. None if nobody can."""
    able = [candidate for candidate in candidates if candidate.fits(wanted)]
    return min(able, key=lambda one: (_burden(one, wanted), one.load, one.email), default=None)


def _burden(candidate: Candidate, wanted: Wanted) -> int:
    return candidate.load - READS * candidate.reads(wanted) - KNOWS * (wanted.condition in candidate.knows)


def explain(chosen: Candidate, wanted: Wanted) -> str:
    """ "to bob@clinic.example: reads Swahili, 2 open", for the history."""
    reasons = [f"reads {languages.english_name(wanted.language)}"] if chosen.reads(wanted) else []
    reasons += ["their specialty"] if wanted.condition in chosen.knows else []
    return f"to {chosen.email}: {', '.join([*reasons, f'{chosen.load} open'])}"


def wanted_by(enquiry: Enquiry) -> Wanted:
    """What an enquiry asks for; without a translation it needs somebody who reads, or hears, its language."""
    readers_only = not enquiry.translated and enquiry.language not in _ANYBODYS
    return Wanted(enquiry.language, enquiry.condition, readers_only)


def route(session: Session, enquiry: Enquiry) -> None:
    """Route an enquiry whose message was just read. What a person has decided stands, and so does an earlier choice
    that still fits. The caller holds the enquiry's row."""
    if enquiry.status == "queued" and enquiry.routed_by in (None, ROUTING):
        _assign(session, enquiry, team(session, now()))


def sweep(session: Session) -> int:
    """Route what nobody has been asked to take, and what lies with somebody who has gone; how many there were.

    While nobody who fits is on duty, an enquiry stays where it is.
    """
    candidates = team(session, now())
    found = session.scalars(
        select(Enquiry)
        .where(Enquiry.id.in_(_waiting(session, candidates)), Enquiry.status == "queued")
        .order_by(Enquiry.urgency_rank, Enquiry.due_at)
        .limit(AT_ONCE)
        .with_for_update(skip_locked=True)
    ).all()
    for enquiry in found:
        candidates = _assign(session, enquiry, candidates)
    return len(found)


def is_needed(session: Session) -> bool:
    """Whether the sweep would find anything; asked in a session that holds nobody up."""
    return bool(_waiting(session, team(session, now())))


def team(session: Session, moment: datetime) -> list[Candidate]:
    """Those on duty who take enquiries, with what they have open."""
    staff = duty.on_duty(session, moment, TAKERS)
    loads = _loads(session, [one.id for one in staff])
    return [
        Candidate(
            one.id,
            one.email,
            frozenset(one.languages or ()),
            frozenset(views.conditions_of(one.specialties or ())),
            loads[one.id],
        )
        for one in staff
    ]


def _assign(session: Session, enquiry: Enquiry, candidates: Sequence[Candidate]) -> list[Candidate]:
    """Route one; the candidates with their loads as they are then."""
    wanted = wanted_by(enquiry)
    if any(one.id == enquiry.routed_to and one.fits(wanted) for one in candidates):
        return list(candidates)
    chosen = choose(wanted, candidates)
    if chosen is None:
        return list(candidates)
    enquiry.routed_to, enquiry.routed_by = chosen.id, ROUTING
    states.record(session, enquiry, "routed", who=ROUTING, detail=explain(chosen, wanted))
    return [replace(one, load=one.load + 1) if one.id == chosen.id else one for one in candidates]


def _waiting(session: Session, candidates: Sequence[Candidate]) -> list[str]:
    """The ids of some enquiries that could be routed now: each of them can, so that none keeps others from it."""
    if not candidates:
        return []
    spoken = frozenset().union(*(one.languages for one in candidates))
    readable = or_(Enquiry.translated, Enquiry.language.in_(_ANYBODYS | spoken))
    nobodys = and_(Enquiry.routed_to.is_(None), Enquiry.received_at < now() - LEAVE_FOR)
    gone = select(Staff.id).where(Staff.id.not_in([one.id for one in candidates]))
    left = and_(Enquiry.routed_to.in_(session.scalars(gone).all()), Enquiry.routed_by == ROUTING)
    # Not in queue order: then the index of who has what is used, and a long queue costs nothing.
    return [one for place in (nobodys, left) for one in session.scalars(_queued(and_(place, readable)))]


def _queued(condition: ColumnElement[bool]) -> Select[str]:
    return select(Enquiry.id).where(condition, Enquiry.status == "queued").limit(_LOOK_AT)


def _loads(session: Session, staff_ids: Sequence[str]) -> Counter[str | None]:
    """What each has claimed, and what waits for them."""
    loads: Counter[str | None] = Counter()
    for holder, status in ((Enquiry.assigned_to, "claimed"), (Enquiry.routed_to, "queued")):
        for staff_id, count in session.execute(_counted(holder, status, staff_ids)):
            loads[staff_id] += count
    return loads


def _counted(
    holder: InstrumentedAttribute[str | None], status: str, staff_ids: Sequence[str]
) -> Select[str | None, int]:
    return select(holder, func.count()).where(holder.in_(staff_ids), Enquiry.status == status).group_by(holder)
