"""Who is told of an emergency besides the console, whether that works, and what was told lately."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from flask import redirect, request, url_for
from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from service.clock import now
from service.console import pages
from service.console.blueprint import console
from service.console.pages import Answer
from service.console.permissions import only
from service.console.sessions import signed_in
from service.enquiries import alert, duty
from service.enquiries import on_call as on_call_list
from service.enquiries.desk_model import Alert, OnCall
from service.enquiries.model import Enquiry, Staff
from service.errors import BadInput, Conflict, ServiceError
from service.parts import parts
from service.roles import LEADS
from service.settings import Settings
from service.storage.tasks import Task


@console.get("/on-call")
def on_call() -> Answer:
    return _show()


@console.post("/on-call")
@only(*LEADS)
def add_on_call() -> Answer:
    escalation = request.form.get("when") == "escalation"
    return _step(
        lambda session, me: on_call_list.add(session, me, request.form.get("address", ""), escalation=escalation)
    )


@console.post("/on-call/<entry_id>/remove")
@only(*LEADS)
def remove_on_call(entry_id: str) -> Answer:
    return _step(lambda session, me: on_call_list.remove(session, me, entry_id))


@console.post("/on-call/<entry_id>/test")
@only(*LEADS)
def test_on_call(entry_id: str) -> Answer:
    answer = _step(lambda session, me: on_call_list.test(session, me, entry_id))
    parts().doorbell.ring("send")
    return answer


def _step(step: Callable[[Session, Staff], object]) -> Answer:
    try:
        with parts().database.write() as session:
            step(session, session.get_one(Staff, signed_in().id))
    except (BadInput, Conflict) as problem:
        return _show(problem)
    return redirect(url_for("console.on_call"), code=303)


def _show(problem: ServiceError | None = None) -> Answer:
    with parts().database.read() as session:
        entries, alerts = on_call_list.every(session), alert.newest(session)
        tests = on_call_list.tests_of(session, entries)
        return pages.render(
            session,
            "console/on_call.html",
            problem,
            entries=entries,
            tests={entry.id: test_words(tests.get(entry.id)) for entry in entries},
            warnings=warnings(entries, parts().settings),
            on_duty=duty.on_duty(session, now()),
            alerts=alerts,
            references=_references(session, alerts),
            told=_told(session, entries, alerts),
            may_write=signed_in().role in LEADS,
        )


def warnings(entries: Sequence[OnCall], settings: Settings) -> list[str]:
    """What keeps emergencies from being heard of outside the console."""
    found = []
    if not any(entry.kind == "phone" and not entry.escalation for entry in entries):
        found.append(_("No telephone number is on call: at night an emergency is told by e-mail alone. Add a number."))
    if not (settings.has_twilio and (settings.twilio_sms_from or settings.twilio_messaging_service_sid)):
        found.append(_("Text messages cannot be sent: no number to send them from is set up."))
    if not (settings.smtp_url and settings.mail_from):
        found.append(_("E-mail cannot be sent: no mail server is set up. Members on duty hear of nothing."))
    return [str(warning) for warning in found]


def test_words(task: Task | None) -> str:
    """What came of the last test."""
    if task is None:
        return str(_("not tested lately"))
    if task.state in ("waiting", "leased"):
        return str(_("test on its way"))
    if task.last_error:
        return str(_("test failed: %(code)s", code=task.last_error))
    return str(_("test sent: did it arrive?"))


def _references(session: Session, alerts: Sequence[Alert]) -> Mapping[str, str]:
    ids = {one.enquiry_id for one in alerts}
    rows = session.execute(select(Enquiry.id, Enquiry.reference).where(Enquiry.id.in_(ids)))
    return {enquiry_id: reference for enquiry_id, reference in rows}


def _told(session: Session, entries: Sequence[OnCall], alerts: Sequence[Alert]) -> Mapping[str, str]:
    """Whom each alert was for, by the id that it holds."""
    ids = {one.told for one in alerts}
    rows = session.execute(select(Staff.id, Staff.email).where(Staff.id.in_(ids)))
    return {**{staff_id: email for staff_id, email in rows}, **{entry.id: entry.address or "" for entry in entries}}
