"""The reply panel: what the patient will read is seen before it goes, and only who has the enquiry sends."""

from __future__ import annotations

import dataclasses
import re

import pytest
from sqlalchemy import select, update

from service.app import create_app
from service.clock import now
from service.enquiries import drafts
from service.enquiries.model import ContactPoint, Draft, Message, Patient
from service.settings import Settings
from service.storage.doorbell import Doorbell
from service.storage.session import Database
from tests.builders import Built, create_enquiry, create_staff
from tests.conftest import NOBODY_LISTENS
from tests.integration.console.conftest import Visitor
from translations.engines.fake import FakeEngine
from translations.translator import Translator
from workers import work
from workers.runtime import Runtime

WORDS = {("en", "es"): {"on": "el", "friday": "viernes", "3": "5"}, ("es", "en"): {"el": "on", "viernes": "friday"}}


@pytest.fixture
def worker(database: Database, settings: Settings) -> Runtime:
    runtime = Runtime(settings, database, Doorbell(NOBODY_LISTENS), "w1")
    runtime.__dict__["translator"] = Translator([FakeEngine(WORDS)])
    return runtime


@pytest.fixture
def spanish(database: Database) -> Built:
    return create_enquiry(database, "¿Cuándo?", language="es", contact=("phone", "+447700900556"))


def way(database: Database) -> str:
    with database.read() as session:
        return f"sms:{session.scalars(select(ContactPoint)).one().id}"


def claim(visitor: Visitor, built: Built) -> str:
    base = f"/console/enquiries/{built.reference}"
    assert visitor.post(f"{base}/claim").status_code == 303
    return base


def preview(visitor: Visitor, base: str, worker: Runtime, text: str) -> str:
    """Ask for a preview, let the worker make it, and return the page."""
    fields = {"text": text, "way": way(worker.database), "written_language": "en"}
    assert visitor.post(f"{base}/reply/preview", fields).status_code == 303
    work.drain(worker, "understand")
    return visitor.get(base).text


def preview_id(page: str) -> str:
    found = re.search(r'name="preview_id" value="([^"]+)"', page)
    assert found
    return found[1]


def test_a_reply_is_previewed_in_both_languages_and_sent(alice: Visitor, spanish: Built, worker: Runtime) -> None:
    base = claim(alice, spanish)
    page = preview(alice, base, worker, "on friday")
    assert '<div class="text" lang="es" dir="ltr">el viernes</div>' in page
    assert '<div class="text" lang="en">on friday</div>' in page
    assert "1 text message" in page
    sent = alice.post(f"{base}/reply/send", {"preview_id": preview_id(page)})
    assert sent.status_code == 303
    page = alice.get(base).text
    assert "Waiting to go" in page
    assert "Take it back" in page


def test_a_warning_about_numbers_holds_the_reply_until_a_reason_is_given(
    alice: Visitor, spanish: Built, worker: Runtime
) -> None:
    base = claim(alice, spanish)
    page = preview(alice, base, worker, "on friday 3")
    assert "A number differs from the original" in page
    refused = alice.post(f"{base}/reply/send", {"preview_id": preview_id(page)})
    assert refused.status_code == 409
    assert "number-changed" in refused.text
    with worker.database.read() as session:
        assert session.scalar(select(Message).where(Message.direction == "out")) is None
    sent = alice.post(f"{base}/reply/send", {"preview_id": preview_id(page), "reason": "agreed by phone"})
    assert sent.status_code == 303


def test_the_script_gets_the_panel_when_the_preview_is_there(alice: Visitor, spanish: Built, worker: Runtime) -> None:
    base = claim(alice, spanish)
    alice.post(f"{base}/reply/preview", {"text": "on friday", "way": way(worker.database)})
    assert alice.get(f"{base}/reply/live").json["state"] == "pending"  # type: ignore[index]
    work.drain(worker, "understand")
    news = alice.get(f"{base}/reply/live").json
    assert news is not None
    assert news["state"] == "ready"
    assert "el viernes" in news["html"]


def test_an_answer_is_taken_back(alice: Visitor, spanish: Built, worker: Runtime) -> None:
    base = claim(alice, spanish)
    alice.post(f"{base}/reply/send", {"preview_id": preview_id(preview(alice, base, worker, "on friday"))})
    with worker.database.read() as session:
        message = session.scalars(select(Message).where(Message.direction == "out")).one()
    assert alice.post(f"{base}/reply/undo", {"message_id": message.id}).status_code == 303
    assert ">on friday</textarea>" in alice.get(base).text


def test_a_draft_is_kept_without_a_preview(alice: Visitor, spanish: Built, worker: Runtime) -> None:
    base = claim(alice, spanish)
    alice.post(f"{base}/reply/preview", {"text": "on fri", "way": way(worker.database), "keep": "yes"})
    with worker.database.read() as session:
        assert session.scalars(select(Draft)).one().state == "writing"
    assert ">on fri</textarea>" in alice.get(base).text


def test_what_was_typed_is_not_lost_when_it_cannot_go(alice: Visitor, spanish: Built, worker: Runtime) -> None:
    base = claim(alice, spanish)
    key = way(worker.database)
    with worker.database.write() as session:
        session.execute(update(ContactPoint).values(opted_out=True))
    refused = alice.post(f"{base}/reply/preview", {"text": "on friday", "way": key})
    assert refused.status_code == 409
    assert "asked not to be written to" in refused.text
    assert ">on friday</textarea>" in refused.text


@pytest.mark.parametrize("step", ["preview", "send", "undo", "draft", "canned"])
def test_nobody_answers_without_a_session_a_token_or_the_right_role(
    staff: object, outsider: Visitor, spanish: Built, worker: Runtime, step: str
) -> None:
    path = f"/console/enquiries/{spanish.reference}/reply/{step}"
    fields = {"text": "on friday", "way": way(worker.database), "preview_id": "x", "message_id": "x"}
    assert outsider.post(path, fields).status_code == 303  # to the sign-in page
    auditor: Visitor = staff("carol", "auditor")  # type: ignore[operator]
    assert auditor.post(path, fields).status_code == 403
    bob: Visitor = staff("bob")  # type: ignore[operator]
    assert bob.post(path, fields, token=False).status_code == 400
    with worker.database.read() as session:
        assert session.scalar(select(Draft)) is None
        assert session.scalar(select(Message).where(Message.direction == "out")) is None


def test_a_draft_is_its_writers_alone(alice: Visitor, bob: Visitor, spanish: Built, worker: Runtime) -> None:
    base = claim(alice, spanish)
    page = preview(alice, base, worker, "on friday")
    assert bob.post(f"{base}/reply/send", {"preview_id": preview_id(page)}).status_code == 409
    assert "on friday" not in bob.get(f"{base}/reply/live").text


def test_what_is_being_typed_is_kept_and_says_who_else_is_writing(
    alice: Visitor, bob: Visitor, spanish: Built, worker: Runtime
) -> None:
    base = claim(alice, spanish)
    fields = {"text": "on fri", "way": way(worker.database)}
    assert alice.post(f"{base}/reply/draft", fields).json == {"writers": []}
    assert ">on fri</textarea>" in alice.get(base).text
    assert bob.post(f"{base}/reply/draft", fields).json == {"writers": ["alice@clinic.example"]}
    assert "bob@clinic.example is writing, too." in alice.get(base).text


def test_a_colleague_without_the_claim_sees_who_is_writing_and_none_of_it(
    alice: Visitor, bob: Visitor, spanish: Built, worker: Runtime
) -> None:
    base = claim(alice, spanish)
    alice.post(f"{base}/reply/draft", {"text": "on fri", "way": way(worker.database)})
    shown = bob.get(base).text
    assert "alice@clinic.example is writing, too." in shown
    assert "on fri" not in shown


def test_who_stopped_writing_long_ago_is_not_writing(
    alice: Visitor, bob: Visitor, spanish: Built, worker: Runtime
) -> None:
    base = claim(alice, spanish)
    alice.post(f"{base}/reply/draft", {"text": "on fri", "way": way(worker.database)})
    with worker.database.write() as session:
        session.execute(update(Draft).values(updated_at=now() - drafts.WRITING))
    assert "alice@clinic.example is writing" not in bob.get(base).text


def test_typing_the_same_again_keeps_the_preview_and_other_words_end_it(
    alice: Visitor, spanish: Built, worker: Runtime
) -> None:
    base = claim(alice, spanish)
    seen = preview_id(preview(alice, base, worker, "on friday"))
    fields = {"text": "on friday", "way": way(worker.database), "own_words": "el viernes"}
    alice.post(f"{base}/reply/draft", fields)
    assert preview_id(alice.get(base).text) == seen
    alice.post(f"{base}/reply/draft", {**fields, "text": "on friday 3"})
    assert alice.post(f"{base}/reply/send", {"preview_id": seen}).status_code == 409


def test_a_draft_that_cannot_be_kept_says_why(alice: Visitor, spanish: Built, worker: Runtime) -> None:
    base = claim(alice, spanish)
    refused = alice.post(f"{base}/reply/draft", {"text": "x" * 5001, "way": way(worker.database)})
    assert refused.status_code == 422
    assert "5000" in refused.json["problem"]  # type: ignore[index]


def test_new_english_words_are_translated_anew(alice: Visitor, spanish: Built, worker: Runtime) -> None:
    base = claim(alice, spanish)
    preview(alice, base, worker, "on friday")
    fields = {"text": "friday", "way": way(worker.database), "own_words": "el viernes"}
    alice.post(f"{base}/reply/preview", fields)
    work.drain(worker, "understand")
    assert '<div class="text" lang="es" dir="ltr">viernes</div>' in alice.get(base).text


def test_the_seconds_to_take_an_answer_back_are_on_the_page(alice: Visitor, spanish: Built, worker: Runtime) -> None:
    base = claim(alice, spanish)
    alice.post(f"{base}/reply/send", {"preview_id": preview_id(preview(alice, base, worker, "on friday"))})
    seconds = re.search(r'data-seconds="(\d+)"', alice.get(base).text)
    assert seconds
    assert 1 <= int(seconds[1]) <= 10


@pytest.mark.parametrize(
    ("sender", "said"), [("+447700900001", "within the country"), ("+15005550006", "abroad"), ("", "1 text message ·")]
)
def test_the_preview_says_whether_an_sms_crosses_a_border(
    settings: Settings, database: Database, spanish: Built, worker: Runtime, sender: str, said: str
) -> None:
    app = create_app(dataclasses.replace(settings, twilio_sms_from=sender))
    visitor = Visitor(app)
    visitor.sign_in(create_staff(database))
    assert said in preview(visitor, claim(visitor, spanish), worker, "on friday")
    app.extensions["dragoman"].database.close()


def test_both_texts_of_an_answer_stay_on_the_page(alice: Visitor, spanish: Built, worker: Runtime) -> None:
    base = claim(alice, spanish)
    alice.post(f"{base}/reply/send", {"preview_id": preview_id(preview(alice, base, worker, "on friday"))})
    shown = alice.get(base).text
    article = shown[shown.index("To the patient") :]
    assert "The patient reads" in article
    assert "By Fake" in article
    assert "el viernes" in article
    assert "on friday" in article


def test_the_way_by_which_the_patient_wrote_suggests_itself(alice: Visitor, spanish: Built, worker: Runtime) -> None:
    again = create_enquiry(worker.database, "Otra vez", language="es", contact=("email", "a@example.org"))
    with worker.database.write() as session:
        session.get_one(Patient, again.patient_id).merged_into = spanish.patient_id
    shown = alice.get(claim(alice, spanish)).text
    assert re.search(r'value="sms:\w+" selected', shown)
    assert re.search(r'value="email:\w+"  ?>', shown)
