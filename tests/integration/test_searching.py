"""Enquiries are found by what patients wrote although all of it is sealed, and not when they were erased."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest
from sqlalchemy import func, select

from service.enquiries import erase, move, search, search_words
from service.enquiries.correct_person import correct_person, person_of
from service.enquiries.desk_model import SearchWord
from service.enquiries.inbound import Contact, InboundMessage
from service.enquiries.model import Enquiry, Message, Patient, Staff
from service.enquiries.receive import Receiver
from service.enquiries.search import Found, Wanted
from service.errors import BadInput
from service.settings import Settings
from service.storage.doorbell import Doorbell
from service.storage.session import Database
from service.understanding.reader import Reader
from tests.builders import Built, Translated, create_enquiry, create_staff
from tests.conftest import NOBODY_LISTENS
from translations.engines.fake import FakeEngine
from translations.translator import Translator
from workers import work
from workers.runtime import Runtime


def find(database: Database, text: str = "", **more: Any) -> list[str]:
    return [enquiry.reference for enquiry in found(database, text, **more).enquiries]


def found(database: Database, text: str = "", after: str = "", **more: Any) -> Found:
    with database.read() as session:
        result = search.find(session, Wanted(text, **more), after=after)
        session.expunge_all()
        return result


@pytest.fixture
def spanish(any_database: Database) -> Built:
    built = create_enquiry(
        any_database,
        "Tengo artritis reumatoide",
        language="es",
        name="Ana Ejemplo",
        contact=("phone", "+447700900556"),
        condition="rheumatoid-arthritis",
        translation=Translated("I have rheumatoid arthritis"),
    )
    list(search_words.reindex(any_database))
    return built


@pytest.mark.parametrize(
    "text",
    [
        "artritis", "REUMATOIDE", "rheumatoid", "arthritis tengo", "ejemplo", "Ana", "+44 7700 900556",
        "00447700900556", "07700 900 556", "(+44) 7700-900.556",
    ],
)  # fmt: skip
def test_an_enquiry_is_found_by_what_one_remembers_of_it(any_database: Database, spanish: Built, text: str) -> None:
    create_enquiry(any_database, "I have a cataract", name="Bo Example", contact=("email", "bo@example.org"))
    assert find(any_database, text) == [spanish.reference]


def test_an_enquiry_is_found_by_its_reference_however_spelt(any_database: Database, spanish: Built) -> None:
    assert find(any_database, spanish.reference.replace("-", " ")) == [spanish.reference]
    assert found(any_database, spanish.reference).kind == "reference"


def test_an_enquiry_is_found_by_e_mail(any_database: Database) -> None:
    built = create_enquiry(any_database, contact=("email", "bo@example.org"))
    assert find(any_database, " Bo@Example.ORG") == [built.reference]


def test_all_words_must_be_there(any_database: Database, spanish: Built) -> None:
    assert find(any_database, "artritis cataract") == []
    assert find(any_database, "artr") == []


def test_condition_and_days_narrow_the_search(any_database: Database, spanish: Built) -> None:
    old = create_enquiry(
        any_database, condition="rheumatoid-arthritis", received_at=datetime(2025, 3, 2, 23, tzinfo=UTC)
    )
    assert set(find(any_database, condition="rheumatoid-arthritis")) == {spanish.reference, old.reference}
    assert find(any_database, since=date(2025, 3, 2), until=date(2025, 3, 2)) == [old.reference]
    assert find(any_database, until=date(2025, 3, 1)) == []
    assert old.reference in find(any_database, since=date.min, until=date.max)
    assert find(any_database, "artritis", until=date(2025, 3, 2)) == []


def test_a_text_without_a_word_is_refused(any_database: Database) -> None:
    with pytest.raises(BadInput, match="at least 2 characters"):
        find(any_database, "?")


def test_pages_follow_each_other_without_a_gap(any_database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(search, "PAGE_SIZE", 2)
    moment = datetime(2025, 3, 2, tzinfo=UTC)
    built = [create_enquiry(any_database, "knee", received_at=moment).reference for _ in range(5)]
    list(search_words.reindex(any_database))
    seen: list[str] = []
    after = ""
    while True:
        page = found(any_database, "knee", after)
        seen += [enquiry.reference for enquiry in page.enquiries]
        after = page.after
        if not after:
            break
    assert seen == built[::-1]


@pytest.mark.parametrize("key", ["x", "AAAA", "MTJ8YQ", "ÿ"])
def test_a_page_key_that_is_none_is_refused(any_database: Database, key: str) -> None:
    with pytest.raises(BadInput, match="page key"):
        found(any_database, after=key)


def test_words_that_nearly_everybody_writes_are_found_too(
    any_database: Database, spanish: Built, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(search, "RARE", 0)
    assert find(any_database, "artritis reumatoide") == [spanish.reference]


def test_erasing_a_patient_takes_their_words_out(any_database: Database, spanish: Built) -> None:
    other = create_enquiry(any_database, "artritis")
    list(search_words.reindex(any_database))
    with any_database.write() as session:
        erase.erase(session, spanish.patient_id, who="test")
    assert find(any_database, "artritis") == [other.reference]
    with any_database.read() as session:
        assert session.scalar(select(func.count()).where(SearchWord.enquiry_id == spanish.enquiry_id)) == 0
    list(search_words.reindex(any_database))
    assert find(any_database, "artritis") == [other.reference]


def test_the_words_are_kept_as_keyed_hashes_alone(any_database: Database, spanish: Built) -> None:
    with any_database.read() as session:
        kept = session.scalars(select(SearchWord.word)).all()
    assert kept
    assert all(len(word) == 24 and int(word, 16) >= 0 for word in kept)


def test_a_message_is_found_once_a_worker_has_read_it_in_both_languages(
    any_database: Database, settings: Settings
) -> None:
    words = {("es", "en"): {"rodilla": "knee"}}
    runtime = Runtime(settings, any_database, Doorbell(NOBODY_LISTENS), "w1")
    runtime.__dict__["translator"] = Translator([FakeEngine(words)])
    for number, text in enumerate(("mi rodilla", "mi hombro")):
        inbound = InboundMessage(
            "sms", f"k{number}", text, contacts=(Contact("phone", "+447700900571"),), proven=True,
            language_hint="es", language_chosen=True,
        )  # fmt: skip
        Receiver(any_database, Reader(), lambda queue: None).receive(inbound)
        work.drain(runtime, "understand")
    for text in ("rodilla", "knee", "rodilla hombro"):
        assert len(find(any_database, text)) == 1, text


def test_old_enquiries_are_indexed_again_without_the_approved_texts(any_database: Database, spanish: Built) -> None:
    with any_database.write() as session:
        message = session.get_one(Message, spanish.message_id)
        message.approved_text = "acknowledgement"
    assert list(search_words.reindex(any_database)) == [1]
    assert find(any_database, "artritis") == []
    assert find(any_database, "ejemplo") == [spanish.reference]


def test_nothing_is_left_unindexed_when_there_are_more_than_one_batch(
    any_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(search_words, "BATCH", 2)
    built = {create_enquiry(any_database, "knee").reference for _ in range(3)}
    assert list(search_words.reindex(any_database)) == [2, 3]
    assert set(find(any_database, "knee")) == built
    with any_database.read() as session:
        assert session.scalar(select(func.count()).select_from(Enquiry)) == 3
        assert session.scalar(select(func.count()).select_from(Patient)) == 3


def test_a_corrected_name_is_found_and_the_wrong_one_no_more(any_database: Database, spanish: Built) -> None:
    create_staff(any_database)
    with any_database.write() as session:
        alice = session.scalars(select(Staff)).one()
        correct_person(session, spanish.reference, alice, person_of("Anna Muster", "ES", "es"))
    assert find(any_database, "muster") == [spanish.reference]
    assert find(any_database, "ejemplo") == []
    assert find(any_database, "artritis") == [spanish.reference]


def test_an_enquiry_that_was_given_to_another_person_is_found_by_that_name(
    any_database: Database, spanish: Built
) -> None:
    create_staff(any_database)
    with any_database.write() as session:
        alice = session.scalars(select(Staff)).one()
        move.move_to_new_person(session, spanish.reference, alice, person_of("Luis Muster", "ES", "es"))
    assert find(any_database, "luis artritis") == [spanish.reference]
    assert find(any_database, "ana") == []
