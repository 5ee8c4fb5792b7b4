"""The queue page: who waits, the most pressing first, by view and filter."""

from __future__ import annotations

from collections.abc import Collection

from flask import render_template, request
from sqlalchemy.orm import Session

from service.console import actions_view, queue_view
from service.console.blueprint import console
from service.console.sessions import signed_in
from service.enquiries import queue as waiting
from service.errors import BadInput
from service.parts import parts
from service.storage import tasks


@console.get("/")
def queue() -> str:
    return show()


def show(problem: BadInput | None = None, selected: Collection[str] = ()) -> str:
    """The page, with what was wrong with the last request and the rows that were selected in it."""
    asked = queue_view.asked_for(request.args)
    with parts().database.read() as session:
        return render_template(
            "console/queue.html",
            queue=queue_view.build(session, asked),
            choices=queue_view.choices(),
            colleagues=actions_view.colleagues(session) if signed_in().may_act else [],
            emergencies=waiting_emergencies(session),
            dead_letters=len(tasks.dead_letters(session, limit=1)),
            problem=problem,
            selected=selected,
            form=request.form,
        )


def waiting_emergencies(session: Session) -> int:
    """How many emergencies nobody has claimed, counted no further than `queue.MOST_COUNTED`."""
    return len(waiting.emergencies(session))
