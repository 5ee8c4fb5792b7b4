"""The approved texts: who answers for which words, and what that changes for patients."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from sqlalchemy import select

from service.enquiries.desk_model import TextReview
from service.enquiries.model import AuditEvent
from service.storage.session import Database
from tests.integration.console.conftest import Visitor
from tests.twilio_client import Twilio, sms

PAGE = "/console/approved-texts"
ADVICE = {"event": "emergency-advice", "language": "es", "channel": "text", "version": "1"}
SPEAKER = {**ADVICE, "reviewer": "Dr Luz Example"}
EMERGENCY = "No puedo respirar, me duele mucho el pecho"


@pytest.fixture
def lead(staff: Callable[..., Visitor]) -> Visitor:
    return staff("leah", "lead")


def reviews(database: Database) -> list[tuple[str, str, int, bool, str]]:
    with database.read() as session:
        rows = session.scalars(select(TextReview).order_by(TextReview.id))
        return [(row.event, row.language, row.version, row.approved, row.reviewer) for row in rows]


def test_the_overview_counts_what_nobody_has_reviewed(lead: Visitor) -> None:
    before = lead.get(PAGE).text
    lead.post(f"{PAGE}/review", SPEAKER)
    assert re.search(r">Spanish</a></td>\s*<td>0 of \d+</td>", before)
    assert re.search(r">Spanish</a></td>\s*<td>1 of \d+</td>", lead.get(PAGE).text)


def test_the_words_of_one_language_are_shown_with_their_state(lead: Visitor) -> None:
    shown = lead.get(PAGE, query_string={"language": "ar"}).text
    assert 'lang="ar" dir="rtl">قد تكون الحالة' in shown
    assert "machine-drafted" in shown
    assert "Lo que nos cuenta" not in shown


def test_a_lead_writes_down_who_has_reviewed_a_text_and_takes_it_back(lead: Visitor, database: Database) -> None:
    done = lead.post(f"{PAGE}/review?language=es", SPEAKER)
    assert done.location == f"{PAGE}?language=es#emergency-advice-es-text"
    assert "reviewed by Dr Luz Example" in lead.get(f"{PAGE}?language=es&event=emergency-advice").text
    lead.post(f"{PAGE}/take-back", ADVICE)
    assert "review taken back by leah@clinic.example" in lead.get(f"{PAGE}?language=es&event=emergency-advice").text
    assert [row[3] for row in reviews(database)] == [True, False]
    with database.read() as session:
        events = session.scalars(select(AuditEvent).where(AuditEvent.what.like("approved text%")))
        assert [event.detail for event in events] == ["emergency-advice, es, version 1"] * 2


def test_only_what_nobody_has_reviewed_is_shown_if_so_asked(lead: Visitor) -> None:
    lead.post(f"{PAGE}/review", SPEAKER)
    assert "Si es posible, que alguien acompañe" in lead.get(f"{PAGE}?language=es").text
    assert "Si es posible, que alguien acompañe" not in lead.get(f"{PAGE}?language=es&open=yes").text


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({"reviewer": " "}, 422),
        ({"reviewer": "x" * 121}, 422),
        ({"version": "7"}, 409),
        ({"version": "x"}, 409),
        ({"event": "nothing"}, 404),
        ({"channel": "sms"}, 404),
    ],
)
def test_a_review_of_what_is_not_there_or_by_nobody_is_refused(
    lead: Visitor, database: Database, change: dict[str, str], status: int
) -> None:
    assert lead.post(f"{PAGE}/review", {**SPEAKER, **change}).status_code == status
    assert reviews(database) == []


@pytest.mark.parametrize("query", ["language=xx", "event=nothing"])
def test_a_choice_that_does_not_exist_is_named(lead: Visitor, query: str) -> None:
    assert lead.get(f"{PAGE}?{query}").status_code == 422


@pytest.mark.parametrize("step", ["review", "take-back"])
def test_a_coordinator_reads_the_texts_and_answers_for_none(alice: Visitor, database: Database, step: str) -> None:
    assert "Mark as reviewed" not in alice.get(f"{PAGE}?language=es").text
    assert alice.post(f"{PAGE}/{step}", SPEAKER).status_code == 403
    assert reviews(database) == []


def test_reviewed_advice_goes_out_without_the_english_until_the_review_is_taken_back(
    lead: Visitor, twilio: Twilio
) -> None:
    assert "do not wait" in answer(twilio, "+447700900701").lower()
    lead.post(f"{PAGE}/review", SPEAKER)
    alone = answer(twilio, "+447700900702").lower()
    assert "no espere" in alone
    assert "do not wait" not in alone
    lead.post(f"{PAGE}/take-back", ADVICE)
    assert "do not wait" in answer(twilio, "+447700900703").lower()


def test_a_review_of_an_older_version_counts_no_more(lead: Visitor, database: Database, twilio: Twilio) -> None:
    lead.post(f"{PAGE}/review", SPEAKER)
    with database.write() as session:
        session.scalars(select(TextReview)).one().version = 99
    assert "do not wait" in answer(twilio, "+447700900704").lower()


def answer(twilio: Twilio, sender: str) -> str:
    return twilio.message(sms(EMERGENCY, sender)).text
