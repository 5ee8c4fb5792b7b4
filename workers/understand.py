"""Reading a batch of waiting messages: translate them together, then understand and store each on its own."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import structlog
from sqlalchemy import select

from service.enquiries import advise, alert, mend, route, search_words
from service.enquiries.model import Enquiry, Message
from service.enquiries.model import Translation as StoredTranslation
from service.enquiries.understand import take_in, take_stock
from service.storage import tasks
from service.storage.tasks import Leased, LeaseLost
from service.understanding.reading import Reading
from translations import identify
from translations.engines.base import EngineError
from translations.languages import UNDETERMINED
from translations.translator import IDENTITY, NoRoute, Translation
from workers import recall, scan
from workers.leases import task_failed
from workers.runtime import Runtime

TARGET: Final = "en"
#: After so many failures of an engine the message is read without a translation: it must not wait for ever.
TRANSLATION_ATTEMPTS: Final = 3

#: Characters of routine messages after which we look whether something more pressing has come.
PORTION: Final = 6000

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Text:
    """What reading a message needs of it, held outside any transaction."""

    message_id: str
    body: str
    language: str
    country: str | None
    pressing: bool
    #: What a coordinator made of it, if one did.
    by_hand: str | None = None


@dataclass(frozen=True, slots=True)
class _Translated:
    """The translations of a batch, and what went wrong with the others, by message."""

    texts: dict[str, Translation]
    errors: dict[str, EngineError | NoRoute]


def understand(runtime: Runtime, leased: Sequence[Leased], *, between: Callable[[], object] = lambda: None) -> None:
    """Do the `understand` tasks of one batch, what is pressing first; `between` is called before more routine ones."""
    texts = _load(runtime, [task.subject for task in leased])
    for portion in _portions(leased, texts):
        if not any(text.pressing for task in portion if (text := texts.get(task.subject))):
            between()
        _do_portion(runtime, portion, texts)


def _portions(leased: Sequence[Leased], texts: Mapping[str, Text]) -> Iterator[list[Leased]]:
    """The pressing together, then the others, no more at a time than takes a few seconds."""

    def is_pressing(task: Leased) -> bool:
        text = texts.get(task.subject)
        return text is not None and text.pressing

    if pressing := [task for task in leased if is_pressing(task)]:
        yield pressing
    portion: list[Leased] = []
    length = 0
    for task in (task for task in leased if not is_pressing(task)):
        text = texts.get(task.subject)
        length += len(text.body) if text else 0
        if portion and length > PORTION:
            yield portion
            portion, length = [], len(text.body) if text else 0
        portion.append(task)
    if portion:
        yield portion


def _do_portion(runtime: Runtime, leased: Sequence[Leased], texts: Mapping[str, Text]) -> None:
    translated = _translate(runtime, [texts[task.subject] for task in leased if task.subject in texts])
    for task in leased:
        try:
            _do_one(runtime, task, texts.get(task.subject), translated)
        except LeaseLost:
            log.warning("somebody else has this task now", task=task.id)
        except Exception as error:
            log.exception("a message could not be read", message=task.subject)
            task_failed(runtime.database, task, error)


def _do_one(runtime: Runtime, task: Leased, text: Text | None, translated: _Translated) -> None:
    if text is None:  # deleted or erased in the meantime: there is nothing to do any more
        with runtime.database.write() as session:
            tasks.finish(session, task)
        return
    error = translated.errors.get(text.message_id)
    if error is not None and not error.permanent and task.attempts < TRANSLATION_ATTEMPTS:
        raise error
    translation = translated.texts.get(text.message_id)
    _store(runtime, task, _read(runtime, text, translation), translation)


def _load(runtime: Runtime, message_ids: Sequence[str]) -> dict[str, Text]:
    with runtime.database.read() as session:
        messages = session.scalars(select(Message).where(Message.id.in_(message_ids)))
        return {
            message.id: Text(
                message.id,
                message.body or "",
                message.language,
                message.enquiry.patient.country,
                pressing=message.urgency != "routine",
                by_hand=mended.text if (mended := mend.by_hand(message)) else None,
            )
            for message in messages
            if message.enquiry.patient.erased_at is None
        }


def _translate(runtime: Runtime, texts: Iterable[Text]) -> _Translated:
    """One call for each language. A language without an engine, or an engine in trouble, costs its own texts only."""
    by_language: dict[str, list[Text]] = defaultdict(list)
    for text in texts:
        if text.body and text.language != UNDETERMINED and text.by_hand is None:
            by_language[text.language].append(text)
    done = _Translated({}, {})
    for language, group in by_language.items():
        bodies = [text.body for text in group]
        try:
            results = recall.translate(runtime.database, runtime.translator, bodies, language, TARGET)
        except (EngineError, NoRoute) as error:
            log.warning("a batch could not be translated", language=language, texts=len(group))
            done.errors.update((text.message_id, error) for text in group)
            continue
        # English stays as it is, but for sentences of it that are in another language.
        pairs = zip((text.message_id for text in group), results, strict=True)
        done.texts.update(
            (key, result) for key, result in pairs if result and (language, result.engine) != (TARGET, IDENTITY)
        )
    return done


def _read(runtime: Runtime, text: Text, translation: Translation | None) -> Reading:
    return runtime.reader.read(
        text.body,
        language=text.language,
        candidates=identify.candidates(text.body, prior=text.language),
        translation=translation.text if translation else text.by_hand,
        country=text.country,
    )


def _store(runtime: Runtime, task: Leased, reading: Reading, translation: Translation | None) -> None:
    """The result and the end of the task, in one transaction."""
    with runtime.database.write() as session:
        # Held before the message is read: a move to another person would seal it with another key in between.
        of_message = select(Message.enquiry_id).where(Message.id == task.subject).scalar_subquery()
        enquiry = session.scalars(select(Enquiry).where(Enquiry.id == of_message).with_for_update()).one()
        message = session.get_one(Message, task.subject)
        if translation is not None:
            _add_translation(message, translation)
        before = message.urgency
        take_in(enquiry, message, reading)
        message.reading_state = "done"
        search_words.add_message(session, message)
        is_raised = message.urgency == "emergency" != before
        advice = advise.late(session, enquiry, message) if is_raised else []
        alerts = alert.emergency(session, enquiry, message.id) if is_raised else []
        take_stock(enquiry)
        route.route(session, enquiry)
        scanning = scan.ask_for(session, runtime.settings, message.attachments)
        tasks.finish(session, task)
    if advice or alerts:
        runtime.doorbell.ring("send")
    if scanning:
        runtime.doorbell.ring(scan.QUEUE)


def _add_translation(message: Message, translation: Translation) -> None:
    """A new version, unless it says exactly what the newest says."""
    newest = message.translation
    same = newest and (newest.text, newest.package, newest.source) == (
        translation.text, translation.package, message.language,
    )  # fmt: skip
    if same:
        return
    stored = StoredTranslation(
        message_id=message.id,
        patient_id=message.patient_id,
        version=newest.version + 1 if newest else 1,
        source=message.language,
        target=TARGET,
        engine=translation.engine,
        package=translation.package,
        flags=list(translation.flags),
    )
    stored.text = translation.text
    message.translations.append(stored)
