"""What the buttons at the top of an enquiry need to know: whose it is, and what this person may do with it."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.console import labels
from service.console.sessions import signed_in
from service.enquiries import assign, claim, presence, states
from service.enquiries.model import Enquiry, Staff
from service.roles import LEADS


@dataclass(frozen=True, slots=True)
class ActionsView:
    """`holder` is a colleague who has claimed it; `watching` says who else has it open."""

    mine: bool
    claimable: bool
    holder: Staff | None
    routed: Staff | None
    watching: str
    colleagues: list[Staff]
    may_assign: bool
    may_snooze: bool
    may_reopen: bool
    is_open: bool


def build(session: Session, enquiry: Enquiry) -> ActionsView:
    me = signed_in()
    is_held, mine = claim.is_held(enquiry), enquiry.status == "claimed" and enquiry.assigned_to == me.id
    may_assign = assign.may_assign(enquiry, me.id, me.role)
    return ActionsView(
        mine=mine,
        claimable=not is_held and (enquiry.status, "claim") in states.MOVES,
        holder=enquiry.assignee if is_held and not mine else None,
        routed=enquiry.routed,
        watching=labels.watching(presence.watchers(session, [enquiry.id], besides=me.id).get(enquiry.id, [])),
        colleagues=colleagues(session) if may_assign else [],
        may_assign=may_assign,
        may_snooze=enquiry.urgency != "emergency" or enquiry.status not in states.IN_QUEUE,
        may_reopen=(enquiry.status, "reopen") in states.MOVES and (enquiry.status != "withdrawn" or me.role in LEADS),
        is_open=enquiry.status in states.OPEN,
    )


def colleagues(session: Session) -> list[Staff]:
    """Those to whom an enquiry can be given."""
    query = select(Staff).where(Staff.active.is_(True), Staff.role != "auditor")
    return list(session.scalars(query.order_by(Staff.email)))
