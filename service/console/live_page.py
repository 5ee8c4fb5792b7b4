"""What open pages ask every ten seconds: has anything changed, is there an emergency, and who else is looking?"""

from __future__ import annotations

import hashlib
from typing import Any

from flask import Response, jsonify, render_template, request

from service.clock import iso
from service.console import enquiry_page, labels, queue_view
from service.console.blueprint import console
from service.console.sessions import signed_in
from service.enquiries import presence
from service.enquiries import queue as waiting
from service.parts import parts


@console.get("/live")
def live_queue() -> Response:
    """What the queue page shows now; 304 if that is what the browser has. Without `rows`, only the emergencies."""
    asked = queue_view.asked_for(request.args)
    with parts().database.read() as session:
        news: dict[str, Any] = _emergencies(waiting.emergencies(session))
        if "rows" not in request.args:
            return _unless_known(news | {"rows": None}, repr(news))
        shown = queue_view.build(session, asked)
        version = repr((signed_in().id, news, shown.fingerprint()))
        if _is_known(_etag(version)):
            return _unless_known(news, version)
        rows = render_template("console/_rows.html", queue=shown)
        return _unless_known(news | {"rows": rows, "counts": shown.counts}, version)


@console.get("/enquiries/<reference>/live")
def live_enquiry(reference: str) -> Response:
    """Whether the enquiry is still as the page shows it; 304 if so. Looking at a page already open is no new view,
    but colleagues are told that somebody is there, unless the browser says that its page is `hidden`.
    """
    me = signed_in().id
    with parts().database.read() as session:
        news: dict[str, Any] = _emergencies(waiting.emergencies(session))
        found = enquiry_page.find(session, reference)
        watchers = presence.watchers(session, [found.id], besides=me).get(found.id, [])
        is_mine = found.assigned_to == me
        news |= {
            "version": enquiry_page.version(found),
            "watching": labels.watching(watchers),
            "lease": iso(found.claimed_until) if is_mine else None,
        }
        enquiry_id, is_known = found.id, presence.is_known(session, found.id, me)
    if not is_known and "hidden" not in request.args:
        with parts().database.write() as session:
            presence.look(session, enquiry_id, me)
    return _unless_known(news, repr(news))


def _emergencies(references: list[str]) -> dict[str, Any]:
    """How many emergencies nobody has claimed, and which."""
    return {"emergencies": len(references), "waiting": references}


def _unless_known(news: dict[str, Any], version: str) -> Response:
    """The news, or 304 if the browser has them."""
    etag = _etag(version)
    if _is_known(etag):
        return Response(status=304, headers={"ETag": f'"{etag}"'})
    answer = jsonify(news)
    answer.set_etag(etag)
    return answer


def _is_known(etag: str) -> bool:
    return etag in request.if_none_match


def _etag(version: str) -> str:
    return hashlib.sha256(version.encode()).hexdigest()[:32]
