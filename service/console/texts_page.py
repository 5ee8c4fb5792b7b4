"""The approved texts: their words in every language, who answers for each, and taking that responsibility."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import redirect, request, url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from service.console import labels, pages, texts_view
from service.console.blueprint import console
from service.console.pages import Answer
from service.console.permissions import only
from service.console.sessions import signed_in
from service.enquiries import text_reviews
from service.enquiries.model import Staff
from service.errors import BadInput, Conflict, ServiceError
from service.parts import parts
from service.roles import LEADS

Key = tuple[str, str, str]


@console.get("/approved-texts")
def texts() -> Answer:
    return _show()


@console.post("/approved-texts/review")
@only(*LEADS)
def review_text() -> Answer:
    version, reviewer = request.form.get("version", ""), request.form.get("reviewer", "")
    return _step(lambda session, me, key: text_reviews.approve(session, me, key, version=version, reviewer=reviewer))


@console.post("/approved-texts/take-back")
@only(*LEADS)
def take_back_text_review() -> Answer:
    version = request.form.get("version", "")
    return _step(lambda session, me, key: text_reviews.take_back(session, me, key, version=version))


def _step(step: Callable[[Session, Staff, Key], None]) -> Answer:
    """One step in one transaction; then the same choice of texts again."""
    form = request.form
    key = (form.get("event", ""), form.get("language", ""), form.get("channel", ""))
    try:
        with parts().database.write() as session:
            step(session, session.get_one(Staff, signed_in().id), key)
    except (BadInput, Conflict) as problem:
        return _show(problem)
    return redirect(url_for("console.texts", **_chosen(), _anchor="-".join(key)), code=303)


def _chosen() -> dict[str, Any]:
    """Which texts are looked at, as it stands in the address."""
    return {name: value for name in ("language", "event", "open") if (value := request.args.get(name, ""))}


def _show(problem: ServiceError | None = None) -> Answer:
    chosen = _chosen()
    with parts().database.read() as session:
        every = texts_view.shown(text_reviews.verdicts(session))
        languages = sorted({item.text.language for item in every}, key=labels.language)
        events = sorted({item.text.event for item in every})
        _check(chosen, languages, events)
        return pages.render(
            session,
            "console/texts.html",
            problem,
            texts=[item for item in every if _is_wanted(item, chosen)] if chosen else [],
            counts=sorted(texts_view.counts(every), key=lambda count: labels.language(count.language)),
            languages=languages,
            events=events,
            chosen=chosen,
            may_review=signed_in().role in LEADS,
        )


def _check(chosen: dict[str, str], languages: list[str], events: list[str]) -> None:
    for name, known in (("language", languages), ("event", events)):
        if chosen.get(name, known[0]) not in known:
            raise BadInput(_("%(name)s: there is no such choice", name=name), field=name)


def _is_wanted(item: texts_view.ShownText, chosen: dict[str, str]) -> bool:
    return (
        chosen.get("language", item.text.language) == item.text.language
        and chosen.get("event", item.text.event) == item.text.event
        and not ("open" in chosen and item.reviewed)
    )
