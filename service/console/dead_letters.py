"""What the workers gave up on: another try, or forgotten for a reason."""

from __future__ import annotations

from typing import Final

from flask import redirect, request, url_for
from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from service.console import pages
from service.console.blueprint import console
from service.console.pages import Answer, Page
from service.console.permissions import only
from service.console.sessions import signed_in
from service.enquiries.desk_model import Alert
from service.enquiries.inbound import clean_text
from service.enquiries.model import Attachment, AuditEvent, Enquiry, Message
from service.errors import BadInput, Conflict
from service.parts import parts
from service.roles import LEADS
from service.storage import tasks
from service.storage.tasks import Task

MAX_REASON: Final = 200


@console.get("/dead-letters")
def dead_letters() -> Page:
    return _page()


@console.post("/dead-letters/<task_id>/retry")
def retry_dead_letter(task_id: str) -> Response:
    with parts().database.write() as session:
        letter = next((task for task in tasks.dead_letters(session) if task.id == task_id), None)
        if letter is None or not tasks.retry(session, letter.id):
            raise Conflict(_("This is no dead letter any more: somebody has tried it again already."))
        queue = letter.queue
        session.add(AuditEvent(who=signed_in().email, what=f"retried: {letter.stage}"))
    parts().doorbell.ring(queue)
    return redirect(url_for("console.dead_letters"), code=303)


@console.post("/dead-letters/<task_id>/forget")
@only(*LEADS)
def forget_dead_letter(task_id: str) -> Answer:
    """Give it up for good; why stands in the audit log."""
    reason = clean_text(request.form.get("reason", "")).strip()[:MAX_REASON]
    if not reason:
        return _page(BadInput(_("Say why this need not be done."), field=f"reason-{task_id}"))
    with parts().database.write() as session:
        letter = session.get(Task, task_id)
        if letter is None or not tasks.forget(session, letter.id):
            raise Conflict(_("This is no dead letter any more: somebody has dealt with it already."))
        session.add(AuditEvent(who=signed_in().email, what=f"forgotten: {letter.stage}", detail=reason))
    return redirect(url_for("console.dead_letters"), code=303)


def _page(problem: BadInput | None = None) -> Page:
    with parts().database.read() as session:
        letters = tasks.dead_letters(session)
        return pages.render(
            session,
            "console/dead_letters.html",
            problem,
            letters=letters,
            references=_references(session, letters),
            may_forget=signed_in().role in LEADS,
        )


def _references(session: Session, letters: list[Task]) -> dict[str, str]:
    """The enquiry that each task is about, by the task's subject: a message, an attachment or an alert."""
    subjects = [letter.subject for letter in letters]
    by_message = select(Message.id, Enquiry.reference).join(Enquiry, Message.enquiry_id == Enquiry.id)
    by_file = select(Attachment.id, Enquiry.reference).join(Message, Attachment.message_id == Message.id)
    by_file = by_file.join(Enquiry, Message.enquiry_id == Enquiry.id)
    by_alert = select(Alert.id, Enquiry.reference).join(Enquiry, Alert.enquiry_id == Enquiry.id)
    rows = [
        *session.execute(by_message.where(Message.id.in_(subjects))),
        *session.execute(by_file.where(Attachment.id.in_(subjects))),
        *session.execute(by_alert.where(Alert.id.in_(subjects))),
    ]
    return {subject: reference for subject, reference in rows}
