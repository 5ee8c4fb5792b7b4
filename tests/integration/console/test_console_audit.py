"""Settings › Audit log: found by who, what, enquiry and day, turned page by page, and exported."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from service.enquiries import audit, states
from service.enquiries.audit import Filters
from service.enquiries.model import AuditEvent, Enquiry
from service.storage.session import Database
from tests.builders import Built, create_enquiry
from tests.integration.console.conftest import Visitor


@pytest.fixture
def auditor(staff: Callable[..., Visitor]) -> Visitor:
    return staff("audrey", "auditor")


@pytest.fixture
def built(database: Database) -> Built:
    """An enquiry, closed for a reason that says something of its patient."""
    built = create_enquiry(database)
    with database.write() as session:
        enquiry = session.get_one(Enquiry, built.enquiry_id)
        states.record(session, enquiry, "close", who="bob@clinic.example", detail="her sister was treated here")
        session.add(AuditEvent(who="ada@clinic.example", what="staff changed", detail="=bob@clinic.example"))
    return built


def _rows(visitor: Visitor, query: str = "") -> list[dict[str, str]]:
    text = visitor.get(f"/console/audit.csv{query}").get_data(as_text=True)
    return list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"))))


def _shown(visitor: Visitor, query: str) -> str:
    return visitor.get(f"/console/audit{query}").text.partition("<tbody>")[2]


def test_the_log_shows_who_did_what_to_which_enquiry(auditor: Visitor, built: Built) -> None:
    shown = _shown(auditor, "")
    assert shown.index("staff changed") < shown.index("her sister was treated here") < shown.index("received")
    assert built.reference in shown


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("?who=bob@clinic.example", {"close"}),
        ("?what=staff+changed", {"staff changed"}),
        ("?who=bob@clinic.example&what=staff+changed", set()),
        ("?since=2000-01-01&until=2000-12-31", set()),
        ("?since=2000-01-01&who=ada@clinic.example", {"staff changed"}),
        ("?until=9999-12-31&who=ada@clinic.example", {"staff changed"}),
        ("?since=0001-01-01&who=ada@clinic.example", {"staff changed"}),
    ],
)
def test_lines_are_found_by_who_what_and_day(auditor: Visitor, built: Built, query: str, found: set[str]) -> None:
    assert {row["what"] for row in _rows(auditor, query)} == found
    assert all(what in _shown(auditor, query) for what in found)


def test_lines_are_found_by_enquiry(auditor: Visitor, built: Built, database: Database) -> None:
    create_enquiry(database, contact=("phone", "+447700900124"))
    rows = _rows(auditor, f"?reference={built.reference.replace('-', '')}")
    assert [row["what"] for row in rows] == ["close", "received"]


@pytest.mark.parametrize(
    ("query", "field"), [("?reference=123", "reference"), ("?since=yesterday", "since"), ("?until=2026-02-30", "until")]
)
def test_a_filter_that_cannot_be_is_named(auditor: Visitor, query: str, field: str) -> None:
    answer = auditor.get(f"/console/audit{query}")
    assert answer.status_code == 422
    assert f'id="{field}-error"' in answer.text
    assert auditor.get(f"/console/audit.csv{query}").status_code == 422


def test_where_nothing_is_found_the_page_says_what_to_do(auditor: Visitor) -> None:
    assert "Take a filter away" in auditor.get("/console/audit?who=nobody").text


def test_odd_filters_find_nothing(auditor: Visitor) -> None:
    for query in ("?who=%00", "?what=%F0%9F%99%82", "?before=zzz", "?before=%00", f"?who={'x' * 5000}"):
        assert auditor.get(f"/console/audit{query}").status_code == 200


def test_the_log_is_turned_page_by_page_without_a_gap(any_database: Database) -> None:
    with any_database.write() as session:
        session.add_all(AuditEvent(who="ada", what=f"step {number}") for number in range(7))
    with any_database.read() as session:
        first = audit.page(session, Filters(), limit=3)
        second = audit.page(session, Filters(), before=first[-1][0].id, limit=3)
        last = audit.page(session, Filters(), before=second[-1][0].id, limit=3)
    found = [line[0].what for page in (first, second, last) for line in page]
    assert found == [f"step {number}" for number in range(6, -1, -1)]


def test_the_page_leads_to_what_is_older_with_the_same_filters(
    auditor: Visitor, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    with database.write() as session:
        session.add_all(AuditEvent(who="ada@clinic.example", what="step") for _ in range(audit.SHOWN + 1))
    first = auditor.get("/console/audit?what=step").text
    older = first.partition('<p class="pages">')[2].partition('href="')[2].partition('"')[0].replace("&amp;", "&")
    assert "what=step" in older
    assert auditor.get(older).text.partition("<tbody>")[2].count(">step") == 1


def test_days_begin_and_end_at_midnight_in_utc(any_database: Database) -> None:
    day = date(2026, 3, 1)
    moments = (datetime(2026, 2, 28, 23, 59, tzinfo=UTC), datetime(2026, 3, 1, tzinfo=UTC))
    with any_database.write() as session:
        for number, moment in enumerate((*moments, datetime(2026, 3, 2, tzinfo=UTC))):
            key = f"{int(moment.timestamp() * 1000):012x}{number:020x}"
            session.add(AuditEvent(id=key, at=moment, who="ada", what=f"at {moment:%d}"))
    with any_database.read() as session:
        assert [line[0].what for line in audit.page(session, Filters(since=day, until=day))] == ["at 01"]


@given(st.dates(date(1970, 1, 1), date(2400, 1, 1)), st.dates(date(1970, 1, 1), date(2400, 1, 1)))
def test_days_sort_as_the_ids_do(one: date, other: date) -> None:
    assert (audit._first_id(one) < audit._first_id(other)) == (one < other)


# The export


def test_an_export_is_itself_written_down(auditor: Visitor, built: Built, database: Database) -> None:
    _rows(auditor, "?who=bob@clinic.example")
    with database.read() as session:
        event = session.scalars(select(AuditEvent).where(AuditEvent.what == "audit log exported")).one()
        assert (event.who, event.detail) == ("audrey@clinic.example", "who bob@clinic.example")


def test_what_is_said_of_a_patient_stays_in_the_console(auditor: Visitor, built: Built) -> None:
    rows = _rows(auditor)
    assert [(row["enquiry"], row["detail"]) for row in rows if row["what"] == "close"] == [(built.reference, "")]
    assert [row["detail"] for row in rows if row["what"] == "staff changed"] == ["'=bob@clinic.example"]


def test_a_long_log_is_exported_whole(auditor: Visitor, database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(audit, "_EXPORTED_AT_ONCE", 3)
    with database.write() as session:
        session.add_all(AuditEvent(who="ada@clinic.example", what="step") for _ in range(9))
    assert len(_rows(auditor, "?what=step")) == 9


@pytest.mark.parametrize(("role", "status"), [("coordinator", 403), ("lead", 200), ("admin", 200), ("auditor", 200)])
def test_the_log_is_for_leads_administrators_and_auditors(
    staff: Callable[..., Visitor], database: Database, role: str, status: int
) -> None:
    visitor = staff("carol", role)
    assert visitor.get("/console/audit").status_code == visitor.get("/console/audit.csv").status_code == status
    with database.read() as session:
        exports = session.scalars(select(AuditEvent.id).where(AuditEvent.what == "audit log exported")).all()
    assert len(exports) == (status == 200)
