"""The canned answers: everybody may read them, leads and administrators write and review them."""

from __future__ import annotations

from collections.abc import Callable

from flask import redirect, request, url_for
from sqlalchemy.orm import Session

from service.console import pages
from service.console.blueprint import console
from service.console.pages import Answer
from service.console.permissions import only
from service.console.sessions import signed_in
from service.enquiries import canned, canned_review
from service.enquiries.canned_variables import VARIABLES
from service.enquiries.model import Staff
from service.errors import BadInput, Conflict, ServiceError
from service.parts import parts
from service.roles import LEADS


@console.get("/canned-answers")
def canned_answers() -> Answer:
    return _list()


@console.post("/canned-answers")
@only(*LEADS)
def create_canned_answer() -> Answer:
    try:
        with parts().database.write() as session:
            form = request.form
            made = canned.create(session, _me(session), form.get("name", ""), form.get("text", "")).id
    except (BadInput, Conflict) as problem:
        return _list(problem)
    return redirect(url_for("console.canned_answer", answer_id=made), code=303)


@console.get("/canned-answers/<answer_id>")
def canned_answer(answer_id: str) -> Answer:
    return _show(answer_id)


@console.post("/canned-answers/<answer_id>/rename")
@only(*LEADS)
def rename_canned_answer(answer_id: str) -> Answer:
    return _step(answer_id, lambda session, me: canned.rename(session, me, answer_id, request.form.get("name", "")))


@console.post("/canned-answers/<answer_id>/archive")
@only(*LEADS)
def archive_canned_answer(answer_id: str) -> Answer:
    """Offer it no more; with `restore`, offer it again."""
    archived = not request.form.get("restore")
    return _step(answer_id, lambda session, me: canned.archive(session, me, answer_id, archived=archived))


@console.post("/canned-answers/<answer_id>/text")
@only(*LEADS)
def change_canned_text(answer_id: str) -> Answer:
    language, text = request.form.get("language", ""), request.form.get("text", "")
    return _step(answer_id, lambda session, me: canned.change(session, me, answer_id, language, text))


@console.post("/canned-answers/<answer_id>/review")
@only(*LEADS)
def review_canned_text(answer_id: str) -> Answer:
    form = request.form

    def step(session: Session, me: Staff) -> None:
        told = form.get("version", "")
        version = int(told) if told.isascii() and told.isdigit() and len(told) < 9 else 0
        language, reviewer = form.get("language", ""), form.get("reviewer", "")
        canned_review.review(session, me, answer_id, language, version=version, reviewer=reviewer)

    return _step(answer_id, step)


@console.post("/canned-answers/<answer_id>/take-back")
@only(*LEADS)
def take_back_canned_review(answer_id: str) -> Answer:
    language = request.form.get("language", "")
    return _step(answer_id, lambda session, me: canned_review.take_back(session, me, answer_id, language))


def _step(answer_id: str, step: Callable[[Session, Staff], None]) -> Answer:
    """One step in one transaction; what cannot be done is said beside what was typed."""
    try:
        with parts().database.write() as session:
            step(session, _me(session))
    except (BadInput, Conflict) as problem:
        return _show(answer_id, problem)
    language = request.form.get("language")
    anchor = f"text-{language}" if language else None
    return redirect(url_for("console.canned_answer", answer_id=answer_id, _anchor=anchor), code=303)


def _me(session: Session) -> Staff:
    return session.get_one(Staff, signed_in().id)


def _list(problem: ServiceError | None = None) -> Answer:
    with parts().database.read() as session:
        return pages.render(
            session,
            "console/canned.html",
            problem,
            answers=canned.every(session),
            archived=canned.every(session, archived=True),
            variables=VARIABLES,
            may_write=signed_in().role in LEADS,
        )


def _show(answer_id: str, problem: ServiceError | None = None) -> Answer:
    with parts().database.read() as session:
        answer = canned.one(session, answer_id)
        return pages.render(
            session,
            "console/canned_answer.html",
            problem,
            answer=answer,
            missing=canned.missing(answer),
            differs=lambda text: canned.differs(text, answer.texts),
            variables=VARIABLES,
            may_write=signed_in().role in LEADS,
        )
