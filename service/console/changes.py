"""Changing an enquiry from its page: one step in one transaction, and the page again with what came of it."""

from __future__ import annotations

from collections.abc import Callable

from flask import redirect, url_for
from sqlalchemy.orm import Session

from service.console.enquiry_page import reference_of, show
from service.console.pages import Answer
from service.console.sessions import signed_in
from service.enquiries.model import Staff
from service.errors import BadInput, Conflict
from service.parts import parts

Step = Callable[[Session, str, Staff], object]


def change(reference: str, step: Step, *, ring: bool = False, form: str = "", anchor: str | None = None) -> Answer:
    """Do one step and show the enquiry; if it cannot be done, say why beside the field that is at fault.

    `form` goes before the name of that field, for forms of which the page has several; `anchor` is where to look
    afterwards. With `ring` the workers are told that there is something to read.
    """
    try:
        with parts().database.write() as session:
            step(session, reference_of(reference), session.get_one(Staff, signed_in().id))
    except (Conflict, BadInput) as problem:
        if isinstance(problem, BadInput) and form:
            problem.field = f"{form}-{problem.field}"
        return show(reference, problem)
    if ring:
        parts().doorbell.ring("understand")
    return redirect(url_for("console.enquiry", reference=reference_of(reference), _anchor=anchor), code=303)
