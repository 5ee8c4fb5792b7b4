"""Whether the program is alive, whether it can take enquiries, and its figures for Prometheus."""

from __future__ import annotations

from flask import Blueprint, Response
from prometheus_client import CONTENT_TYPE_LATEST, Gauge, generate_latest
from sqlalchemy import func, select

from service.enquiries.model import Enquiry
from service.parts import parts
from service.storage.session import DatabaseDown
from service.storage.tasks import Task

blueprint = Blueprint("health", __name__)

waiting = Gauge("dragoman_emergencies_waiting", "Emergencies that nobody has claimed")
due = Gauge("dragoman_tasks", "Tasks by state", ["state"])


@blueprint.get("/healthz")
def alive() -> Response:
    return _plain("alive\n")


@blueprint.get("/readyz")
def ready() -> Response:
    """Redis is not asked: without it everything is received all the same."""
    try:
        parts().database.ping()
    except DatabaseDown as error:
        return _plain(f"{error}\n", status=503)
    return _plain("ready\n")


@blueprint.get("/metrics")
def metrics() -> Response:
    with parts().database.read() as session:
        unclaimed = select(func.count()).where(Enquiry.status == "queued", Enquiry.urgency_rank == 0)
        waiting.set(session.scalar(unclaimed) or 0)
        for state in ("waiting", "leased", "dead"):
            due.labels(state).set(session.scalar(select(func.count()).where(Task.state == state)) or 0)
    return Response(generate_latest(), content_type=CONTENT_TYPE_LATEST)


def _plain(text: str, status: int = 200) -> Response:
    return Response(text, status=status, content_type="text/plain; charset=utf-8")
