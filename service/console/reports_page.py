"""The reports: what came in, how fast it was answered, how right the machine was; on a page and as CSV."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cached_property
from typing import Final
from zoneinfo import ZoneInfo

from flask import Response, request
from flask_babel import format_timedelta
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from service.clock import now
from service.console import labels, pages, plots, spreadsheet
from service.console.blueprint import console
from service.console.pages import Page
from service.console.permissions import only
from service.console.queue_view import choices
from service.console.sessions import signed_in
from service.enquiries import deadlines, figures
from service.enquiries.figures import Backlog, Span, Volume
from service.enquiries.inbound import clean_text
from service.enquiries.model import AuditEvent
from service.errors import BadInput, NotFound
from service.parts import parts

USUAL_DAYS: Final = 30
MOST_DAYS: Final = 366
_UTC: Final = ZoneInfo("UTC")
_FILTERS: Final = ("language", "channel", "condition", "country")
Row = Sequence[object]


@dataclass(frozen=True, slots=True)
class Table:
    """Figures with their heading; `bars` where they are counts of one thing by another."""

    code: str
    title: str
    heads: Sequence[str]
    rows: Sequence[Row]
    bars: Sequence[plots.Bar] = field(default=())


class Report:
    """The figures of a span, each asked for once."""

    def __init__(self, session: Session, span: Span) -> None:
        self.session = session
        self.span = span

    @cached_property
    def volume(self) -> Volume:
        return figures.volume(self.session, self.span)

    @cached_property
    def backlog(self) -> Backlog:
        return figures.backlog(self.session, self.span)


@console.get("/reports")
@only("lead", "admin", "auditor")
def reports() -> Page:
    with parts().database.read() as session:
        report = Report(session, _span(session))
        return pages.render(
            session,
            "console/reports.html",
            span=report.span,
            volume=report.volume,
            backlog=report.backlog,
            columns=plots.columns([(day.isoformat(), count) for day, count in report.volume.by_day.items()]),
            tables=[make(report) for make in TABLES.values()],
            choices=choices(),
            countries=labels.countries(),
            query=_query(report.span),
            plot=plots,
        )


@console.get("/reports/<table>.csv")
@only("lead", "admin", "auditor")
def report_csv(table: str) -> Response:
    make = TABLES.get(table)
    if make is None:
        raise NotFound(_("There is no such report."))
    with parts().database.write() as session:
        made = make(Report(session, _span(session)))
        session.add(AuditEvent(who=signed_in().email, what="report exported", detail=table))
    return spreadsheet.download(f"dragoman-{table}.csv", [made.heads, *made.rows])


def _span(session: Session) -> Span:
    """What the address asks for: the last thirty days, unless it says otherwise. `BadInput` names what cannot be."""
    hours = deadlines.clinic_hours(session)
    zone = hours.zone if hours else _UTC
    last = _day("to") or now().astimezone(zone).date()
    first = _day("from") or last - timedelta(days=USUAL_DAYS - 1)
    if first > last:
        raise BadInput(_("The first day comes after the last one."), field="from")
    if (last - first).days >= MOST_DAYS:
        raise BadInput(_("A report covers %(count)s days at most.", count=MOST_DAYS), field="from")
    return Span(first, last, zone, **{name: clean_text(request.args.get(name, ""))[:40] for name in _FILTERS})


def _day(name: str) -> date | None:
    text = request.args.get(name, "")
    try:
        day = date.fromisoformat(text) if text else None
    except ValueError as error:
        raise BadInput(_("%(name)s: not a day such as 2026-03-31", name=name), field=name) from error
    if day is not None and not 2000 <= day.year < 2200:
        raise BadInput(_("%(name)s: not a day such as 2026-03-31", name=name), field=name)
    return day


def _query(span: Span) -> dict[str, str]:
    """The span as it stands in an address."""
    chosen = {name: value for name in _FILTERS if (value := getattr(span, name))}
    return {"from": span.first.isoformat(), "to": span.last.isoformat(), **chosen}


def _by_day(report: Report) -> Table:
    days = report.volume.by_day.items()
    return Table("days", _("By day"), (_("Day"), _("Enquiries")), [(day.isoformat(), count) for day, count in days])


def _answers(report: Report) -> Table:
    heads = (_("Urgency"), _("Received"), _("Answered"), _("In time"))
    shares = tuple(_("%(share)s %% within", share=share) for share in figures.PERCENTILES)
    rows = [
        (labels.of(labels.URGENCIES, one.urgency), one.received, one.answered, one.in_time, *map(_time, one.waits))
        for one in report.volume.answering
    ]
    return Table("answers", _("Time to the first answer"), (*heads, *shares), rows)


def _backlog(report: Report) -> Table:
    return _counts("backlog", _("Waiting now, by age"), _("Up to"), report.backlog.by_age, str)


def _languages(report: Report) -> Table:
    counts = report.volume.by_language
    return _counts("languages", _("By language"), _("Language"), counts, labels.language)


def _channels(report: Report) -> Table:
    counts = report.volume.by_channel
    return _counts(
        "channels", _("By channel"), _("Channel"), counts, lambda code: str(labels.of(labels.CHANNELS, code))
    )


def _conditions(report: Report) -> Table:
    counts = report.volume.by_condition
    return _counts("conditions", _("By condition"), _("Condition"), counts, labels.condition)


def _countries(report: Report) -> Table:
    counts = report.volume.by_country
    return _counts(
        "countries",
        _("By country"),
        _("Country"),
        counts,
        lambda code: labels.country(code) if code else _("Not known"),
    )


def _flags(report: Report) -> Table:
    translated, counts = figures.translation_flags(report.session, report.span)
    title = _("Reasons to doubt a translation (%(count)s messages translated)", count=translated)
    return _counts("flags", title, _("Reason"), counts, lambda code: str(labels.of(labels.TRANSLATION_FLAGS, code)))


def _accuracy(report: Report) -> Table:
    rows = [
        (labels.of(labels.READ, one.kind), one.seen, one.corrected, _share(one.share_right))
        for one in figures.accuracy(report.session, report.span)
    ]
    heads = (_("What"), _("Looked at"), _("Corrected"), _("Right"))
    return Table("accuracy", _("How often the machine was right"), heads, rows)


def _staff(report: Report) -> Table:
    rows = [
        (one.email, one.claimed, one.routed, one.answers, one.ended)
        for one in figures.staff_load(report.session, report.span)
    ]
    heads = (_("Who"), _("In hand now"), _("Routed to them"), _("Answers sent"), _("Ended"))
    return Table("staff", _("Staff"), heads, rows)


def _counts(code: str, title: str, head: str, counts: Mapping[str, int], label: Callable[[str], str]) -> Table:
    named = {label(key): count for key, count in counts.items()}
    return Table(code, title, (head, _("Enquiries")), list(named.items()), plots.bars(named))


def _time(seconds: float | None) -> str:
    return "–" if seconds is None else str(format_timedelta(timedelta(seconds=seconds), threshold=1.1))


def _share(share: float | None) -> str:
    return "–" if share is None else f"{share:.0%}"


#: By the name in their addresses, in the order of the page.
TABLES: Final[Mapping[str, Callable[[Report], Table]]] = {
    "answers": _answers,
    "backlog": _backlog,
    "languages": _languages,
    "channels": _channels,
    "conditions": _conditions,
    "countries": _countries,
    "accuracy": _accuracy,
    "flags": _flags,
    "staff": _staff,
    "days": _by_day,
}
