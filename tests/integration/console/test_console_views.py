"""The saved views of the queue: what each shows and counts, together with the filters, and who is looking at what."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import event, select, update
from sqlalchemy.orm import Session

from service.clock import now
from service.enquiries import claim, presence, queue, states, views
from service.enquiries.desk_model import Presence
from service.enquiries.model import Enquiry, Staff
from service.enquiries.queue import Filters
from service.enquiries.views import VIEWS, Viewer
from service.storage.session import Database
from tests.builders import Built, create_enquiry, create_staff
from tests.integration.console.conftest import Visitor

_REFERENCE = re.compile(r'data-reference="([\d-]+)"')


def _staff_id(database: Database, name: str) -> str:
    with database.read() as session:
        return session.scalars(select(Staff.id).where(Staff.email == f"{name}@clinic.example")).one()


def _set(database: Database, built: Built, **values: object) -> Built:
    with database.write() as session:
        session.execute(update(Enquiry).where(Enquiry.id == built.enquiry_id).values(**values))
    return built


@pytest.fixture
def of_each(any_database: Database) -> dict[str, Built]:
    """An enquiry for each view; nothing else is in it."""
    create_staff(any_database)
    create_staff(any_database, "bob@clinic.example")
    alice, bob = _staff_id(any_database, "alice"), _staff_id(any_database, "bob")
    later, moment = now() + timedelta(hours=4), now()

    def one(**more: object) -> Built:
        text = "Cuánto" if more.get("language") == "es" else "How much?"
        return create_enquiry(any_database, text, due_at=more.pop("due_at", later), **more)  # type: ignore[arg-type]

    def bobs(built: Built) -> Built:
        return _set(any_database, built, routed_to=bob)

    made = {
        "mine": _set(any_database, one(), assigned_to=alice, status="claimed", claimed_until=later),
        "my-languages": bobs(one(language="de", condition="obesity")),
        "my-specialty": bobs(one(condition="coronary-heart-disease")),
        "unassigned": one(),
        "urgent": bobs(one(urgency="urgent")),
        "overdue": bobs(one(due_at=moment - timedelta(minutes=1))),
        "waiting-for-patient": _set(any_database, one(), status="replied", assigned_to=alice),
        "snoozed": _set(any_database, one(), status="snoozed", routed_to=alice),
        "spam": _set(any_database, one(), status="spam", closed_at=moment),
        "needs-translation": bobs(one(language="es")),
    }
    with any_database.write() as session:
        session.execute(update(Enquiry).where(Enquiry.language == "de").values(needs=[]))
    return made


@pytest.fixture
def viewer(any_database: Database, of_each: dict[str, Built]) -> Viewer:
    return Viewer(_staff_id(any_database, "alice"), ("de", "fr"), ("Cardiology",))


@pytest.mark.parametrize("view", [view for view in VIEWS if view != "all"])
def test_each_view_shows_its_own(any_database: Database, of_each: dict[str, Built], viewer: Viewer, view: str) -> None:
    with any_database.read() as session:
        shown = [one.reference for one in queue.page(session, Filters(view=view), viewer=viewer).enquiries]
    assert shown == [of_each[view].reference]


def test_the_whole_queue_is_what_waits_or_is_claimed(
    any_database: Database, of_each: dict[str, Built], viewer: Viewer
) -> None:
    ended = {"waiting-for-patient", "snoozed", "spam"}
    with any_database.read() as session:
        shown = {one.reference for one in queue.page(session, Filters(), viewer=viewer).enquiries}
    assert shown == {built.reference for view, built in of_each.items() if view not in ended}


@pytest.mark.usefixtures("of_each")
def test_the_counts_are_those_of_the_views(any_database: Database, viewer: Viewer) -> None:
    with any_database.read() as session:
        counted = queue.counts(session, viewer)
        for view, count in counted.items():
            assert count == len(queue.page(session, Filters(view=view), viewer=viewer).enquiries), view


@pytest.mark.usefixtures("of_each")
def test_pages_of_one_row_each_hold_together_what_one_page_holds(any_database: Database, viewer: Viewer) -> None:
    after, seen = "", list[str]()
    with any_database.read() as session:
        whole = [one.id for one in queue.page(session, Filters(), viewer=viewer).enquiries]
        while len(seen) <= len(whole):
            page = queue.page(session, Filters(), viewer=viewer, after=after, size=1)
            seen += [one.id for one in page.enquiries]
            after = page.after
            if not after:
                break
    assert seen == whole


def test_what_waits_for_me_is_mine_before_i_claim_it(
    any_database: Database, of_each: dict[str, Built], viewer: Viewer
) -> None:
    built = _set(any_database, of_each["unassigned"], routed_to=viewer.staff_id)
    with any_database.read() as session:
        mine = {one.reference for one in queue.page(session, Filters(view="mine"), viewer=viewer).enquiries}
    assert mine == {of_each["mine"].reference, built.reference}


def test_spam_is_shown_for_thirty_days(any_database: Database, of_each: dict[str, Built], viewer: Viewer) -> None:
    _set(any_database, of_each["spam"], closed_at=now() - views.SPAM_SHOWN)
    with any_database.read() as session:
        assert queue.page(session, Filters(view="spam"), viewer=viewer).enquiries == []


@pytest.mark.usefixtures("of_each")
def test_somebody_without_languages_and_specialties_sees_none_in_those_views(any_database: Database) -> None:
    with any_database.read() as session:
        counted = queue.counts(session, Viewer("nobody"))
    assert (counted["my-languages"], counted["my-specialty"]) == (0, 0)


def test_a_condition_of_two_specialties_belongs_to_both() -> None:
    for specialty in ("Cardiology", "cardiac surgery", "Cardiology / cardiac surgery"):
        assert "coronary-heart-disease" in views.conditions_of([specialty])
    assert views.conditions_of(["Philately"]) == views.conditions_of([]) == []


def test_counting_ends_at_a_hundred(any_database: Database) -> None:
    create_enquiry(any_database)
    with any_database.write() as session:
        first = session.scalars(select(Enquiry)).one()
        session.add_all(
            Enquiry(reference=f"copy-{number}", patient_id=first.patient_id, channel="sms", due_at=first.due_at)
            for number in range(queue.MOST_COUNTED)
        )
    with any_database.read() as session:
        assert queue.counts(session, Viewer())["all"] == queue.MOST_COUNTED


class Plans:
    """How SQLite goes about the questions that are asked of it."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def of(self, ask: Callable[[Session], object]) -> str:
        asked: list[tuple[str, Any]] = []
        listen: Any = lambda _connection, _cursor, statement, values, *_: asked.append((statement, values))  # noqa: E731
        event.listen(self._database.engine, "before_cursor_execute", listen)
        with self._database.read() as session:
            ask(session)
        event.remove(self._database.engine, "before_cursor_execute", listen)
        with self._database.engine.connect() as connection:
            explained = [connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {sql}", values) for sql, values in asked]
            return "\n".join(row[3] for rows in explained for row in rows)


@pytest.mark.parametrize("view", ["all", "urgent", "overdue", "needs-translation"])
@pytest.mark.parametrize("name", ["", "language", "condition", "channel"])
def test_the_pages_of_what_waits_are_read_along_an_index_and_never_sorted(
    database: Database, view: str, name: str
) -> None:
    create_enquiry(database)
    filters = Filters(view=view, **({name: "ar"} if name else {}))
    plan = Plans(database).of(lambda session: queue.page(session, filters))
    assert "USING INDEX ix_enquiries_queue" in plan
    assert "TEMP B-TREE" not in plan


def test_a_later_page_is_entered_at_its_key(database: Database) -> None:
    for _ in range(2):
        create_enquiry(database)
    with database.read() as session:
        after = queue.page(session, Filters(), size=1).after
    plan = Plans(database).of(lambda session: queue.page(session, Filters(), after=after))
    assert "SEARCH enquiries USING INDEX ix_enquiries_queue ((urgency_rank,due_at,id)>(?,?,?))" in plan


def test_no_count_reads_the_whole_table(database: Database) -> None:
    viewer = Viewer("0" * 32, ("ar",), ("Cardiology",))
    plan = Plans(database).of(lambda session: queue.counts(session, viewer))
    for index in ("assigned", "routed", "queue_language", "queue_condition", "queue_needs", "spam"):
        assert f"INDEX ix_enquiries_{index}" in plan
    assert not [line for line in plan.splitlines() if line == "SCAN enquiries"]


def test_the_page_shows_the_view_with_its_count(alice: Visitor, bob: Visitor, database: Database) -> None:
    built, other = create_enquiry(database), create_enquiry(database)
    alice.post(f"/console/enquiries/{built.reference}/claim")
    page = alice.get("/console/?view=mine").text
    assert _REFERENCE.findall(page) == [built.reference]
    assert re.search(r'aria-current="page">Mine <span class="tally" data-tally="mine">1<', page)
    assert _REFERENCE.findall(bob.get("/console/?view=mine").text) == []
    assert other.reference not in page


def test_a_view_and_the_filters_go_together(alice: Visitor, database: Database) -> None:
    wanted = create_enquiry(database, urgency="urgent", channel="email")
    create_enquiry(database, urgency="urgent")
    create_enquiry(database, channel="email")
    page = alice.get("/console/?view=urgent&channel=email").text
    assert _REFERENCE.findall(page) == [wanted.reference]
    assert '<input type="hidden" name="view" value="urgent">' in page
    assert 'href="/console/?view=urgent">Clear<' in page


def test_the_live_page_keeps_to_the_view_and_tells_the_counts(alice: Visitor, database: Database) -> None:
    create_enquiry(database)
    news = alice.get("/console/live?rows=1&view=urgent").get_json()
    assert _REFERENCE.findall(news["rows"]) == []
    assert (news["counts"]["all"], news["counts"]["urgent"]) == ("1", "")


@pytest.mark.parametrize("path", ["/console/", "/console/live"])
def test_a_view_that_does_not_exist_is_refused(alice: Visitor, path: str) -> None:
    answer = alice.get(path, query_string={"view": "everybody's"})
    assert answer.status_code == 422
    assert "view" in answer.text


@pytest.mark.parametrize("view", VIEWS)
def test_an_empty_view_says_what_that_means(alice: Visitor, view: str) -> None:
    assert re.search(r'<tr class="empty"><td colspan="7">\s*\S', alice.get(f"/console/?view={view}").text)


def test_rows_say_whom_they_wait_for_and_until_when_they_are_put_aside(
    alice: Visitor, bob: Visitor, database: Database
) -> None:
    built = create_enquiry(database)
    bob.post(f"/console/enquiries/{built.reference}/snooze", {"until": "patient"})
    row = alice.get("/console/?view=snoozed").text
    assert "until the patient writes" in row
    assert re.search(r"for\s+bob<wbr>@clinic\.example", row)


def test_a_row_says_that_leads_were_told_as_long_as_nobody_has_claimed_it(alice: Visitor, database: Database) -> None:
    built = _set(database, create_enquiry(database, urgency="emergency"), escalated_at=now())
    before = alice.get("/console/live?rows=1")
    assert "Escalated" in before.get_json()["rows"]
    alice.post(f"/console/enquiries/{built.reference}/claim")
    assert "Escalated" not in alice.get("/console/live?rows=1").get_json()["rows"]


def test_the_queue_shows_who_is_looking_at_what(alice: Visitor, bob: Visitor, database: Database) -> None:
    built = create_enquiry(database)
    before = alice.get("/console/live?rows=1")
    bob.get(f"/console/enquiries/{built.reference}")
    news = alice.get("/console/live?rows=1", headers={"If-None-Match": before.headers["ETag"]})
    assert "bob is looking at this" in news.get_json()["rows"]
    assert "looking" not in bob.get("/console/live?rows=1").get_json()["rows"]


def test_several_who_look_are_named_together(staff: Callable[..., Visitor], alice: Visitor, database: Database) -> None:
    built = create_enquiry(database)
    for name in ("bob", "carol"):
        staff(name).get(f"/console/enquiries/{built.reference}")
    assert "bob, carol are looking at this" in alice.get(f"/console/enquiries/{built.reference}").text


def test_looking_is_written_down_every_twenty_seconds_at_most(alice: Visitor, bob: Visitor, database: Database) -> None:
    built = create_enquiry(database)
    live = f"/console/enquiries/{built.reference}/live"

    def seen(age: timedelta) -> bool:
        """Whether asking for news renews a row of this age."""
        with database.write() as session:
            row = session.get_one(Presence, (_staff_id(database, "alice"), built.enquiry_id))
            row.seen_at = before = now() - age
        alice.get(live)
        with database.read() as session:
            return session.scalars(select(Presence.seen_at)).one() > before

    alice.get(live)
    assert bob.get(live).get_json()["watching"] == "alice is looking at this"
    with database.write() as session:
        session.delete(session.get_one(Presence, (_staff_id(database, "bob"), built.enquiry_id)))
    assert not seen(presence.RENEWED_EVERY - timedelta(seconds=5))
    assert seen(presence.RENEWED_EVERY + timedelta(seconds=1))


def test_a_page_that_nobody_sees_is_nobody_looking(alice: Visitor, bob: Visitor, database: Database) -> None:
    built = create_enquiry(database)
    live = f"/console/enquiries/{built.reference}/live"
    bob.get(f"{live}?hidden=1")
    assert alice.get(live).get_json()["watching"] == ""


def test_the_holder_hears_how_long_the_claim_lasts(alice: Visitor, bob: Visitor, database: Database) -> None:
    built = create_enquiry(database)
    alice.post(f"/console/enquiries/{built.reference}/claim")
    with database.write() as session:
        ends = session.scalars(select(Enquiry)).one().claimed_until = now() + timedelta(minutes=3)
        assert ends < now() + states.CLAIM_LEASE
        assert claim.is_held(session.scalars(select(Enquiry)).one())
    live = f"/console/enquiries/{built.reference}/live"
    assert alice.get(live).get_json()["lease"] == ends.strftime("%Y-%m-%dT%H:%M:%SZ")
    assert bob.get(live).get_json()["lease"] is None
