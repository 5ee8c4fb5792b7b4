"""The page of a person: contacts, enquiries, appointments, consent, relatives; and saying who is the same one."""

from __future__ import annotations

from collections.abc import Callable

from flask import redirect, request, url_for
from sqlalchemy.orm import Session

from service.console import pages, people_view
from service.console.blueprint import console
from service.console.pages import Answer
from service.console.sessions import signed_in
from service.enquiries import merge, people, relate
from service.enquiries.desk_model import RELATIONS
from service.enquiries.model import Patient, Staff
from service.errors import BadInput, Conflict, ServiceError
from service.parts import parts


@console.get("/people/<patient_id>")
def person(patient_id: str) -> Answer:
    """The person; somebody who was merged into another is shown there."""
    with parts().database.read() as session:
        kept = people.one(session, patient_id).everybody[0].id
    return _show(patient_id) if kept == patient_id else redirect(url_for("console.person", patient_id=kept), code=303)


@console.post("/people/<patient_id>/merge")
def merge_person(patient_id: str) -> Answer:
    """Take somebody else as the same person: by their id where the page offers them, or an enquiry's reference."""

    def step(session: Session, me: Staff) -> Patient:
        told = request.form.get("other_id", "")
        other = people.one(session, told) if told else people.behind(session, request.form.get("reference", ""))
        return merge.merge(session, me, other.id, patient_id)

    return _step(patient_id, step)


@console.post("/people/<patient_id>/part")
def part_person(patient_id: str) -> Answer:
    return _step(patient_id, lambda session, me: merge.part(session, me, request.form.get("row_id", "")))


@console.post("/people/<patient_id>/relations")
def add_relation(patient_id: str) -> Answer:
    form = request.form

    def step(session: Session, me: Staff) -> None:
        relate.add(session, me, patient_id, form.get("reference", ""), form.get("kind", ""))

    return _step(patient_id, step)


@console.post("/people/<patient_id>/relations/remove")
def remove_relation(patient_id: str) -> Answer:
    relation_id = request.form.get("relation_id", "")
    return _step(patient_id, lambda session, me: relate.remove(session, me, patient_id, relation_id))


def _step(patient_id: str, step: Callable[[Session, Staff], Patient | None]) -> Answer:
    """One step in one transaction; what cannot be done is said beside what was typed."""
    try:
        with parts().database.write() as session:
            people.one(session, patient_id)
            step(session, session.get_one(Staff, signed_in().id))
    except (BadInput, Conflict) as problem:
        return _show(patient_id, problem)
    return redirect(url_for("console.person", patient_id=patient_id), code=303)


def _show(patient_id: str, problem: ServiceError | None = None) -> Answer:
    """Who has looked is written down first."""
    with parts().database.write() as session:
        people.record(session, people.one(session, patient_id), "person viewed", who=signed_in().email)
    with parts().database.read() as session:
        return pages.render(
            session,
            "console/person.html",
            problem,
            view=people_view.build(session, people.one(session, patient_id)),
            relations=RELATIONS,
        )
