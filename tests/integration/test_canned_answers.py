"""Canned answers: reviewed for each language, filled from the enquiry, and never sent half filled."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from service.enquiries import canned, canned_review, canned_use, claim, drafts, reply
from service.enquiries.desk_model import CannedAnswer, CannedText
from service.enquiries.drafts import Written
from service.enquiries.model import AuditEvent, ContactPoint, Draft, Message, Staff
from service.errors import BadInput, Conflict, NotFound
from service.storage.session import Database
from service.storage.tasks import Task
from tests.builders import Built, create_enquiry, create_staff

ENGLISH, SPANISH = "Dear {name}, we answer {reference} soon.", "{name}: respondemos pronto a {reference}."


def known(language: str) -> dict[str, str]:
    return {"name": "Ana", "reference": "482-719-358", "coordinator": ""}


class Cupboard:
    """The canned answers, one lead who keeps them, and a Spanish enquiry that she has claimed."""

    def __init__(self, database: Database) -> None:
        create_staff(database, "lead@clinic.example", role="lead")
        self.database = database
        self.enquiry: Built = create_enquiry(database, "¿Cuándo?", language="es", contact=("phone", "+447700900556"))
        with database.write() as session:
            claim.claim(session, self.enquiry.reference, self.lead(session))
            self.way = f"sms:{session.scalars(select(ContactPoint.id)).one()}"

    def lead(self, session: object) -> Staff:
        return session.scalars(select(Staff)).one()  # type: ignore[attr-defined, no-any-return]

    def create(self, name: str = "soon", text: str = ENGLISH) -> str:
        with self.database.write() as session:
            return canned.create(session, self.lead(session), name, text).id

    def change(self, answer_id: str, language: str, text: str) -> None:
        with self.database.write() as session:
            canned.change(session, self.lead(session), answer_id, language, text)

    def review(self, answer_id: str, language: str, version: int = 1) -> None:
        with self.database.write() as session:
            canned_review.review(
                session, self.lead(session), answer_id, language, version=version, reviewer="Dr Speaker"
            )

    def insert(self, answer_id: str, text: str = "", *, at: int = 0, language: str = "en") -> None:
        with self.database.write() as session:
            written = Written(text, self.way, language)
            reference = self.enquiry.reference
            canned_use.insert(session, reference, self.lead(session), written, answer_id, known, at=at)

    def state(self, language: str) -> str | None:
        with self.database.read() as session:
            return session.scalar(select(CannedText.state).where(CannedText.language == language))

    def draft(self) -> tuple[str, str | None, str | None, str]:
        with self.database.read() as session:
            draft = session.scalars(select(Draft)).one()
            return draft.state, draft.written, draft.text, draft.engine


@pytest.fixture
def cupboard(any_database: Database) -> Cupboard:
    return Cupboard(any_database)


def reviewed_in_spanish(cupboard: Cupboard) -> str:
    answer_id = cupboard.create()
    cupboard.change(answer_id, "es", SPANISH)
    cupboard.review(answer_id, "es")
    return answer_id


def test_a_text_is_a_draft_until_a_speaker_answers_for_it_and_after_every_change(cupboard: Cupboard) -> None:
    answer_id = reviewed_in_spanish(cupboard)
    assert cupboard.state("es") == "reviewed"
    cupboard.change(answer_id, "es", "¡" + SPANISH)
    assert cupboard.state("es") == "draft"


def test_a_review_counts_for_the_version_that_was_read(cupboard: Cupboard) -> None:
    answer_id = reviewed_in_spanish(cupboard)
    cupboard.change(answer_id, "es", "¡" + SPANISH)
    with pytest.raises(Conflict, match="changed in the meantime"):
        cupboard.review(answer_id, "es", version=1)
    assert cupboard.state("es") == "draft"


def test_saving_the_same_text_again_keeps_its_review(cupboard: Cupboard) -> None:
    answer_id = reviewed_in_spanish(cupboard)
    cupboard.change(answer_id, "es", SPANISH + "\r\n")
    assert cupboard.state("es") == "reviewed"


def test_a_review_is_taken_back(cupboard: Cupboard) -> None:
    answer_id = reviewed_in_spanish(cupboard)
    with cupboard.database.write() as session:
        canned_review.take_back(session, cupboard.lead(session), answer_id, "es")
    assert cupboard.state("es") == "draft"


def test_every_language_names_the_same_variables(cupboard: Cupboard) -> None:
    answer_id = cupboard.create()
    with pytest.raises(BadInput, match=r"\{name\}"):
        cupboard.change(answer_id, "es", "Respondemos pronto a {reference}.")
    assert cupboard.state("es") is None


def test_new_variables_in_english_make_drafts_of_the_languages_that_lack_them(cupboard: Cupboard) -> None:
    answer_id = reviewed_in_spanish(cupboard)
    cupboard.change(answer_id, "en", ENGLISH + " {clinic}")
    assert cupboard.state("es") == "draft"
    with pytest.raises(BadInput, match=r"\{clinic\}"):
        cupboard.review(answer_id, "es")


def test_other_words_in_english_leave_the_other_languages_alone(cupboard: Cupboard) -> None:
    answer_id = reviewed_in_spanish(cupboard)
    cupboard.change(answer_id, "en", "Hello {name}: {reference}")
    assert cupboard.state("es") == "reviewed"


@pytest.mark.parametrize(
    ("name", "text", "field"),
    [("", "a", "name"), ("x" * 61, "a", "name"), ("a", " ", "text"), ("a", "x" * 5001, "text"), ("a", "{ab}", "text")],
)
def test_what_cannot_be_kept_is_refused_by_its_field(cupboard: Cupboard, name: str, text: str, field: str) -> None:
    with pytest.raises(BadInput) as refused:
        cupboard.create(name, text)
    assert refused.value.field == field


def test_a_name_is_one_word_and_taken_once(cupboard: Cupboard) -> None:
    cupboard.create(" /Opening  Hours ")
    with cupboard.database.read() as session:
        assert session.scalars(select(CannedAnswer.name)).one() == "opening-hours"
    with pytest.raises(BadInput, match="already"):
        cupboard.create("opening hours")


def test_every_change_is_written_down_with_its_author(cupboard: Cupboard) -> None:
    reviewed_in_spanish(cupboard)
    with cupboard.database.read() as session:
        events = session.scalars(select(AuditEvent).where(AuditEvent.what.like("canned%")).order_by(AuditEvent.id))
        assert [(event.who, event.what, event.detail) for event in events] == [
            ("lead@clinic.example", "canned answer created", "soon"),
            ("lead@clinic.example", "canned answer changed", "soon, es"),
            ("lead@clinic.example", "canned answer reviewed", "soon, es"),
        ]


def test_a_reviewed_text_goes_out_as_it_is_with_the_english_beside_it(cupboard: Cupboard) -> None:
    cupboard.insert(reviewed_in_spanish(cupboard))
    english, spanish = "Dear Ana, we answer 482-719-358 soon.", "Ana: respondemos pronto a 482-719-358."
    assert cupboard.draft() == ("ready", english, spanish, "canned")
    with cupboard.database.write() as session:
        assert session.scalar(select(Task).where(Task.stage == "preview")) is None
        draft = session.scalars(select(Draft)).one()
        lead = cupboard.lead(session)
        reply.approve(session, cupboard.enquiry.reference, lead, preview_id=draft.preview_id or "")
    with cupboard.database.read() as session:
        message = session.scalars(select(Message).where(Message.direction == "out")).one()
        assert message.body == spanish
        assert message.translation is not None
        assert (message.translation.text, message.translation.engine) == (english, "canned")
        assert (message.translation.package, message.translation.flags) == ("soon, version 1", [])


def test_a_reviewed_answer_that_was_taken_back_is_a_reviewed_answer_still(cupboard: Cupboard) -> None:
    cupboard.insert(reviewed_in_spanish(cupboard))
    with cupboard.database.write() as session:
        draft = session.scalars(select(Draft)).one()
        lead = cupboard.lead(session)
        (message,) = reply.approve(session, cupboard.enquiry.reference, lead, preview_id=draft.preview_id or "")
        reply.undo(session, cupboard.enquiry.reference, lead, message.id)
    assert cupboard.draft()[3] == "canned"


def test_without_a_review_the_english_is_translated_like_any_reply(cupboard: Cupboard) -> None:
    answer_id = cupboard.create()
    cupboard.change(answer_id, "es", SPANISH)
    cupboard.insert(answer_id)
    assert cupboard.draft() == ("writing", "Dear Ana, we answer 482-719-358 soon.", None, "")


def test_among_other_words_the_answer_is_translated_with_them(cupboard: Cupboard) -> None:
    cupboard.insert(reviewed_in_spanish(cupboard), "Hello. Bye.", at=7)
    assert cupboard.draft() == ("writing", "Hello. Dear Ana, we answer 482-719-358 soon.Bye.", None, "")


def test_who_writes_the_patients_language_gets_the_reviewed_text(cupboard: Cupboard) -> None:
    cupboard.insert(reviewed_in_spanish(cupboard), language="es")
    assert cupboard.draft()[1] == "Ana: respondemos pronto a 482-719-358."
    unreviewed = cupboard.create("other")
    with pytest.raises(BadInput, match="nobody has reviewed"):
        cupboard.insert(unreviewed, language="es")


def test_a_mended_text_is_the_coordinators_own(cupboard: Cupboard) -> None:
    cupboard.insert(reviewed_in_spanish(cupboard))
    _, english, _, _ = cupboard.draft()
    with cupboard.database.write() as session:
        mended = Written(english or "", cupboard.way, own_words="Ana: respondemos en 5 días.")
        reply.preview(session, cupboard.enquiry.reference, cupboard.lead(session), mended)
    assert cupboard.draft()[0::3] == ("pending", "coordinator")


def test_other_english_words_do_not_go_out_with_the_old_reviewed_text(cupboard: Cupboard) -> None:
    cupboard.insert(reviewed_in_spanish(cupboard))
    _, _, spanish, _ = cupboard.draft()
    with cupboard.database.write() as session:
        changed = Written("We do not offer that.", cupboard.way, own_words=spanish)
        drafts.save(session, cupboard.enquiry.reference, cupboard.lead(session), changed)
    assert cupboard.draft() == ("writing", "We do not offer that.", None, "")


def test_a_variable_that_is_not_known_holds_the_reply_until_it_is_filled(cupboard: Cupboard) -> None:
    cupboard.insert(cupboard.create("signed", "Yours, {coordinator}"))
    assert cupboard.draft()[1] == "Yours, {coordinator}"
    with pytest.raises(BadInput, match=r"\{coordinator\}"), cupboard.database.write() as session:
        written = Written("Yours, {coordinator}", cupboard.way)
        reply.preview(session, cupboard.enquiry.reference, cupboard.lead(session), written)
    with cupboard.database.write() as session:
        written = Written("Yours, Alice", cupboard.way)
        reply.preview(session, cupboard.enquiry.reference, cupboard.lead(session), written)
    assert cupboard.draft()[0] == "pending"


def test_an_archived_answer_is_offered_no_more(cupboard: Cupboard) -> None:
    answer_id = cupboard.create()
    with cupboard.database.write() as session:
        canned.archive(session, cupboard.lead(session), answer_id)
    with cupboard.database.read() as session:
        assert canned_use.offers(session, "es", known) == []
    with pytest.raises(NotFound):
        cupboard.insert(answer_id)


def test_a_name_that_somebody_takes_at_the_same_moment_is_a_conflict_and_nothing_is_kept(
    cupboard: Cupboard, monkeypatch: pytest.MonkeyPatch
) -> None:
    cupboard.create("soon")
    monkeypatch.setattr(canned, "_free_name", lambda session, name: name)  # looked before the other was there
    with pytest.raises(Conflict, match="just given this name"):
        cupboard.create("soon")
    with cupboard.database.read() as session:
        assert session.scalars(select(CannedAnswer.name)).all() == ["soon"]
