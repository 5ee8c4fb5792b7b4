"""The queue page: who waits, the most pressing first, by view and filter."""

from __future__ import annotations

from collections.abc import Collection

from flask import request

from service.console import actions_view, pages, queue_view
from service.console.blueprint import console
from service.console.pages import Page
from service.console.sessions import signed_in
from service.errors import BadInput
from service.parts import parts
from service.storage import tasks


@console.get("/")
def queue() -> Page:
    return show()


def show(problem: BadInput | None = None, selected: Collection[str] = ()) -> Page:
    """The page, with what was wrong with the last request and the rows that were selected in it."""
    asked = queue_view.asked_for(request.args)
    with parts().database.read() as session:
        return pages.render(
            session,
            "console/queue.html",
            problem,
            queue=queue_view.build(session, asked),
            choices=queue_view.choices(),
            colleagues=actions_view.colleagues(session) if signed_in().may_act else [],
            dead_letters=len(tasks.dead_letters(session, limit=1)),
            selected=selected,
        )
