"""One step for many rows of the queue: each row has its own outcome, and what could not be done is named."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from flask import flash, redirect, request, url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from service.clock import now
from service.console import actions_page, moments, queue_page, queue_view
from service.console.blueprint import console
from service.console.enquiry_page import reference_of
from service.console.pages import Answer
from service.console.sessions import signed_in
from service.enquiries import assign, claim, end, snooze
from service.enquiries.model import Staff
from service.errors import BadInput, ServiceError
from service.parts import parts

MOST_ROWS: Final = 100
#: As many are named in the answer; it travels in a cookie.
MOST_NAMED: Final = 20

Step = Callable[[Session, str, Staff], object]


@console.post("/bulk")
def bulk() -> Answer:
    """Do one `action` to each `reference`; a fault in the form itself is shown beside it, and nothing is done."""
    references, action = request.form.getlist("reference"), request.form.get("action", "")
    try:
        step = _step(action, request.form)
        _check_count(references)
    except BadInput as problem:
        problem.field = f"{action}-{problem.field}"
        return queue_page.show(problem, references[:MOST_ROWS])
    outcomes = {reference: _do(reference, step) for reference in references}
    flash(summary(outcomes))
    return redirect(url_for("console.queue", **queue_view.asked_for(request.args).query), code=303)


def summary(outcomes: Mapping[str, str]) -> str:
    """What to tell: `outcomes` says of each reference why it could not be done, nothing if it was."""
    failed: dict[str, list[str]] = {}
    for reference, reason in outcomes.items():
        if reason:
            failed.setdefault(reason, []).append(reference)
    count = sum(map(len, failed.values()))
    done = _("%(count)s done", count=len(outcomes) - count)
    if not count:
        return f"{done}."
    named = "; ".join(f"{_some(references)}: {reason}" for reason, references in failed.items())
    return str(f"{done}, " + _("%(count)s could not: %(which)s.", count=count, which=named))


def _some(references: list[str]) -> str:
    shown = ", ".join(references[:MOST_NAMED])
    rest = len(references) - MOST_NAMED
    return _("%(shown)s and %(rest)s more", shown=shown, rest=rest) if rest > 0 else shown


def _do(reference: str, step: Step) -> str:
    """One row in a transaction of its own; why it could not be done, if so."""
    try:
        with parts().database.write() as session:
            step(session, reference_of(reference), session.get_one(Staff, signed_in().id))
    except ServiceError as problem:
        return str(problem).rstrip(".")
    return ""


def _check_count(references: list[str]) -> None:
    if not references:
        raise BadInput(_("Select at least one enquiry first."), field="rows")
    if len(references) > MOST_ROWS:
        raise BadInput(_("At most %(count)s enquiries at once, please.", count=MOST_ROWS), field="rows")


def _step(action: str, form: Mapping[str, str]) -> Step:
    """The step with what the form says of it; `BadInput` if that cannot be."""
    match action:
        case "assign":
            return _assign(form)
        case "snooze":
            until = moments.until(form, now())
            return lambda session, it, staff: snooze.snooze(session, it, staff, until)
        case "close":
            return _close(actions_page.close_reason(form))
        case _ if action in _PLAIN:
            return _PLAIN[action]
    raise BadInput(_("Choose what to do."), field="action")


def _assign(form: Mapping[str, str]) -> Step:
    with parts().database.read() as session:
        actions_page.assignee(session, form)

    def step(session: Session, it: str, staff: Staff) -> None:
        assign.assign(session, it, staff, actions_page.assignee(session, form), form.get("why", ""))

    return step


def _close(reason: str) -> Step:
    """Only who has claimed an enquiry closes it, here as on its page: whoever closes many claims each of them."""

    def step(session: Session, it: str, staff: Staff) -> None:
        claim.claim(session, it, staff)
        claim.close(session, it, staff, reason)

    return step


_PLAIN: Final[Mapping[str, Step]] = {
    "claim": claim.claim,
    "release": claim.release,
    "spam": end.spam,
    "not-spam": end.not_spam,
    "wake": snooze.wake_now,
}
