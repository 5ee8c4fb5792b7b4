"""The worker translates what waits: together, the pressing first, and each text with a record of how."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pytest
from sqlalchemy import select, update

from service.enquiries.inbound import Contact, InboundMessage
from service.enquiries.model import Message
from service.enquiries.receive import Receiver
from service.settings import Settings
from service.storage.doorbell import Doorbell
from service.storage.session import Database
from service.storage.tasks import Task
from service.understanding.reader import Reader
from tests.conftest import NOBODY_LISTENS
from translations.engines.base import Pair, Raw
from translations.engines.fake import FakeEngine
from translations.translator import Translator
from workers import understand, work
from workers.runtime import Runtime

TABLES: dict[Pair, dict[str, str]] = {("es", "en"): {"hola": "hello", "madre": "mother"}, ("pt", "en"): {}}
EMERGENCY = "mi padre no respira"


class Watched(FakeEngine):
    """Notes the order of the texts, and lets something happen at the first of them."""

    def __init__(self, tables: dict[Pair, dict[str, str]] = TABLES, version: str = "1") -> None:
        super().__init__(tables, version=version)
        self.order: list[str] = []
        self.at_first: Callable[[], object] | None = None

    def translate(self, sentences: Sequence[str], source: str, target: str) -> list[Raw]:
        self.order += sentences
        if self.at_first:
            happening, self.at_first = self.at_first, None
            happening()
        return super().translate(sentences, source, target)


@pytest.fixture
def engine() -> Watched:
    return Watched()


@pytest.fixture
def runtime(any_database: Database, settings: Settings, engine: Watched) -> Runtime:
    built = Runtime(settings, any_database, Doorbell(NOBODY_LISTENS), "w1")
    built.__dict__["translator"] = Translator([engine])
    return built


def receive(database: Database, text: str, language: str = "es") -> str:
    message = InboundMessage(
        "web",
        f"key of {text}",
        text,
        contacts=(Contact("email", "rosa@mail.example"),),
        language_hint=language,
        language_chosen=True,
    )
    return Receiver(database, Reader(), lambda queue: None).receive(message).message_id


def stored(database: Database, message_id: str) -> list[tuple[str, str, str]]:
    with database.read() as session:
        translations = session.get_one(Message, message_id).translations
        return [(one.source, one.package, one.text or "") for one in translations]


def test_the_pressing_is_translated_before_what_came_earlier(runtime: Runtime, engine: Watched) -> None:
    receive(runtime.database, "hola uno")
    receive(runtime.database, EMERGENCY)
    work.drain(runtime, "understand")
    assert engine.order == [EMERGENCY, "hola uno"]


def test_what_is_pressing_and_comes_meanwhile_does_not_wait_for_the_batch(
    runtime: Runtime, engine: Watched, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(understand, "PORTION", 10)
    for number in range(4):
        receive(runtime.database, f"hola madre {number}")
    engine.at_first = lambda: receive(runtime.database, EMERGENCY)
    work.drain(runtime, "understand")
    assert engine.order.index(EMERGENCY) == 1
    assert len(engine.order) == 5


def test_a_routine_batch_goes_to_the_engine_at_once(runtime: Runtime, engine: Watched) -> None:
    for number in range(4):
        receive(runtime.database, f"hola madre {number}")
    work.drain(runtime, "understand")
    assert [len(sentences) for _, _, sentences in engine.calls] == [4]


def test_two_versions_of_a_package_are_told_apart_in_the_record(runtime: Runtime) -> None:
    message_id = receive(runtime.database, "hola madre")
    work.drain(runtime, "understand")
    runtime.__dict__["translator"] = Translator([Watched(version="2")])
    again(runtime)
    assert [package for _, package, _ in stored(runtime.database, message_id)] == ["fake-es_en 1", "fake-es_en 2"]


def test_a_corrected_language_gives_a_new_version_even_of_the_same_words(runtime: Runtime) -> None:
    message_id = receive(runtime.database, "Maria Silva 123")
    work.drain(runtime, "understand")
    with runtime.database.write() as session:
        session.get_one(Message, message_id).language = "pt"
    again(runtime)
    assert [source for source, _, _ in stored(runtime.database, message_id)] == ["es", "pt"]


def test_the_same_translation_is_not_stored_twice(runtime: Runtime) -> None:
    message_id = receive(runtime.database, "hola madre")
    work.drain(runtime, "understand")
    again(runtime)
    assert len(stored(runtime.database, message_id)) == 1


def test_english_needs_no_translation(runtime: Runtime) -> None:
    message_id = receive(runtime.database, "Hello, my mother needs a new knee.", "en")
    work.drain(runtime, "understand")
    assert stored(runtime.database, message_id) == []


def test_a_foreign_sentence_in_an_english_message_is_translated(runtime: Runtime) -> None:
    message_id = receive(runtime.database, "Hello, please help my mother. Hola, mi madre no puede caminar.", "en")
    work.drain(runtime, "understand")
    ((source, package, text),) = stored(runtime.database, message_id)
    assert (source, package) == ("en", "fake-es_en 1")
    assert text.startswith("Hello, please help my mother. hello, mi mother")


def again(runtime: Runtime) -> None:
    with runtime.database.write() as session:
        session.execute(update(Task).where(Task.stage == "understand").values(state="waiting", attempts=0))
    work.drain(runtime, "understand")
    with runtime.database.read() as session:
        assert set(session.scalars(select(Task.state).where(Task.stage == "understand"))) == {"done"}
