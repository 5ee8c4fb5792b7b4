"""The queue page: its order, its filters, its pages, and how it learns what is new."""

from __future__ import annotations

import base64
import re
from datetime import timedelta
from urllib.parse import quote

import pytest

from service.clock import now
from service.storage.session import Database
from tests.builders import create_enquiry
from tests.integration.console.conftest import Visitor

_REFERENCE = re.compile(r'data-reference="([\d-]+)"')
_NEXT = re.compile(r'href="([^"]+)" rel="next"')


def _key(plain: str) -> str:
    return base64.urlsafe_b64encode(plain.encode()).decode().rstrip("=")


def _shown(page: str) -> list[str]:
    return _REFERENCE.findall(page)


def test_the_most_pressing_stands_first_then_what_is_due_first(alice: Visitor, database: Database) -> None:
    moment = now()
    later = create_enquiry(database, due_at=moment + timedelta(hours=5))
    sooner = create_enquiry(database, due_at=moment + timedelta(hours=1))
    overdue = create_enquiry(database, due_at=moment - timedelta(days=2))
    urgent = create_enquiry(database, urgency="urgent", due_at=moment + timedelta(hours=2))
    emergency = create_enquiry(database, urgency="emergency", due_at=moment + timedelta(minutes=5))
    expected = [built.reference for built in (emergency, urgent, overdue, sooner, later)]
    assert _shown(alice.get("/console/").text) == expected


def test_every_enquiry_is_on_exactly_one_page(alice: Visitor, database: Database) -> None:
    made = {create_enquiry(database, due_at=now() + timedelta(hours=n // 7)).reference for n in range(123)}
    seen: list[str] = []
    path: str | None = "/console/?channel=sms"
    pages = 0
    while path:
        page = alice.get(path).text
        seen += _shown(page)
        pages += 1
        found = _NEXT.search(page)
        path = found[1].replace("&amp;", "&") if found else None
    assert pages == 3
    assert len(seen) == len(made)
    assert set(seen) == made


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("language", "ar"),
        ("condition", "lupus"),
        ("channel", "voice"),
        ("urgency", "urgent"),
    ],
)
def test_a_filter_shows_what_it_names_and_nothing_else(
    alice: Visitor, database: Database, name: str, value: str
) -> None:
    wanted = create_enquiry(database, language="ar", condition="lupus", channel="voice", urgency="urgent")
    create_enquiry(database)
    page = alice.get("/console/", query_string={name: value}).text
    assert _shown(page) == [wanted.reference]
    assert f'<option value="{value}" selected>' in page


def test_closed_enquiries_are_found_by_their_state_alone(alice: Visitor, database: Database) -> None:
    built = create_enquiry(database)
    alice.post(f"/console/enquiries/{built.reference}/claim")
    alice.post(f"/console/enquiries/{built.reference}/close", {"reason": "answered"})
    assert _shown(alice.get("/console/").text) == []
    assert _shown(alice.get("/console/?status=closed").text) == [built.reference]


@pytest.mark.parametrize(
    "query",
    [
        {"language": "xx"},
        {"language": "ar\0"},
        {"condition": "x" * 10_000},
        {"status": "' OR 1=1 --"},
        {"urgency": "EMERGENCY"},
        {"after": "not a key"},
        {"after": "\0"},
        {"after": "é"},
        {"after": "AAAA"},
        {"after": "x" * 10_000},
        {"after": _key("0|2026-01-01T00:00:00|x")},
        {"after": _key("99999999999999999999|2026-01-01T00:00:00+00:00|x")},
        {"after": _key("0|0001-01-01T00:00:00+14:00|x")},
        {"after": _key("0|2026-01-01T00:00:00+00:00|\0")},
    ],
)
def test_bad_filters_and_page_keys_are_refused_by_name(alice: Visitor, query: dict[str, str]) -> None:
    for path in ("/console/", "/console/live"):
        answer = alice.get(path, query_string=query | {"rows": "1"})
        assert answer.status_code == 422
        assert next(iter(query)) in answer.text


def test_what_patients_wrote_cannot_become_markup(alice: Visitor, database: Database) -> None:
    attack = '"><script>alert(1)</script>'
    create_enquiry(database, attack, name=attack, gist=attack)
    page = alice.get("/console/").text
    assert "<script>alert" not in page
    assert page.count("&lt;script&gt;alert(1)") == 2


def test_names_carry_their_language_and_direction(alice: Visitor, database: Database) -> None:
    create_enquiry(database, language="ar", name="فاطمة")
    create_enquiry(database, language="ar", name="Fatima")
    page = alice.get("/console/").text
    assert '<bdi lang="ar" dir="rtl">فاطمة</bdi>' in page
    assert '<bdi lang="ar-Latn" dir="ltr">Fatima</bdi>' in page


def test_the_queue_says_what_an_enquiry_needs(alice: Visitor, database: Database) -> None:
    create_enquiry(database, "አሳዛኝ", language="am")
    assert "Needs a translation" in alice.get("/console/").text


def test_an_empty_queue_says_so(alice: Visitor) -> None:
    assert "Nobody is waiting" in alice.get("/console/").text
    assert "No enquiry fits" in alice.get("/console/?language=ar").text


def test_the_page_hears_nothing_while_nothing_changes(alice: Visitor, database: Database) -> None:
    create_enquiry(database)
    first = alice.get("/console/live?rows=1")
    again = alice.get("/console/live?rows=1", headers={"If-None-Match": first.headers["ETag"]})
    assert (first.status_code, again.status_code, again.data) == (200, 304, b"")


def test_the_page_hears_of_an_emergency_and_of_a_claim(alice: Visitor, bob: Visitor, database: Database) -> None:
    before = alice.get("/console/live?rows=1")
    emergency = create_enquiry(database, urgency="emergency")
    came = alice.get("/console/live?rows=1", headers={"If-None-Match": before.headers["ETag"]})
    assert came.get_json()["emergencies"] == 1
    assert _shown(came.get_json()["rows"]) == [emergency.reference]
    bob.post(f"/console/enquiries/{emergency.reference}/claim")
    claimed = alice.get("/console/live?rows=1", headers={"If-None-Match": came.headers["ETag"]})
    assert claimed.get_json()["emergencies"] == 0
    assert "bob<wbr>@clinic.example" in claimed.get_json()["rows"]


def test_the_live_page_keeps_to_the_filters(alice: Visitor, database: Database) -> None:
    create_enquiry(database, language="ru")
    assert _shown(alice.get("/console/live?rows=1&language=ar").get_json()["rows"]) == []


def test_other_pages_hear_of_emergencies_only(alice: Visitor, database: Database) -> None:
    built = create_enquiry(database, urgency="emergency")
    assert alice.get("/console/live").get_json() == {"emergencies": 1, "waiting": [built.reference], "rows": None}


def test_a_row_can_be_claimed_without_opening_it(alice: Visitor, database: Database) -> None:
    built = create_enquiry(database)
    path = f"/console/enquiries/{built.reference}/claim"
    assert f'action="{path}"' in alice.get("/console/").text
    assert alice.post(path).location == f"/console/enquiries/{built.reference}"
    assert "<strong>Yours</strong>" in alice.get("/console/").text


@pytest.mark.parametrize("path", ["/console/nothing", "/console/enquiries", f"/console/{quote('ü' * 3000)}"])
def test_addresses_that_do_not_exist_are_not_found(alice: Visitor, path: str) -> None:
    assert alice.get(path).status_code == 404
