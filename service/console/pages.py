"""What the pages of the console share: the count in the header, and what could not be done beside what was typed."""

from __future__ import annotations

from typing import Any

from flask import render_template, request
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from service.enquiries import queue
from service.errors import ServiceError

Page = str | tuple[str, int]
Answer = Response | Page


def render(session: Session, template: str, problem: ServiceError | None = None, **values: Any) -> Page:
    """A page for whoever is signed in; with a problem, as the answer to the request that could not be done."""
    page = render_template(
        template, emergencies=waiting_emergencies(session), problem=problem, form=request.form, **values
    )
    return (page, problem.status) if problem else page


def waiting_emergencies(session: Session) -> int:
    """How many emergencies nobody has claimed, counted no further than `queue.MOST_COUNTED`."""
    return len(queue.emergencies(session))
