"""Language packages by wish of the console: fetched by a worker, and what has waited for them is translated."""

from __future__ import annotations

import dataclasses
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select

from service import language_packages
from service.clock import now
from service.enquiries import waiting_translation
from service.enquiries.desk_model import PackageJob
from service.enquiries.model import Message
from service.errors import BadInput, Conflict
from service.language_packages import HERE, INDEX, Known, Package
from service.settings import Settings
from service.storage import tasks
from service.storage.doorbell import Doorbell
from service.storage.session import Database
from service.storage.tasks import MAX_ATTEMPTS, Task
from tests.builders import Translated, create_enquiry
from tests.conftest import NOBODY_LISTENS
from tests.translations_support import Index, served_index
from translations import packages
from workers import packages_job, sweep, work
from workers.packages_job import _Progress
from workers.runtime import Runtime

TURKISH = Path(__file__).parents[1] / "packages" / "translate-tr_en-0_1.argosmodel"
ADA = "ada@clinic.example"


@pytest.fixture
def index() -> Iterator[Index]:
    with served_index() as served:
        served.offer(TURKISH)
        yield served


@pytest.fixture
def runtime(database: Database, settings: Settings, index: Index) -> Runtime:
    changed = dataclasses.replace(settings, argos_index_url=f"{index.url}/index.json")
    return Runtime(changed, database, Doorbell(NOBODY_LISTENS), "w1")


def ask(runtime: Runtime, action: language_packages.Action = "install", language: str = "tr") -> None:
    with runtime.database.write() as session:
        language_packages.ask(session, action, language, who=ADA)


def do(runtime: Runtime) -> PackageJob:
    """Let a worker do what is due, and wait for it."""
    with runtime.database.write() as session:
        leased = tasks.claim(session, "housekeeping", runtime.name, 1)
    packages_job.change(runtime, leased[0])
    return latest(runtime.database)


def latest(database: Database) -> PackageJob:
    with database.read() as session:
        return session.scalars(select(PackageJob).order_by(PackageJob.id.desc()).limit(1)).one()


def known(runtime: Runtime) -> Known:
    return language_packages.known(runtime.settings.data_dir)


def look(runtime: Runtime, where: str) -> None:
    with runtime.database.write() as session:
        language_packages.look(session, where)
    work.work_once(runtime, "housekeeping")


# Looking


def test_nobody_has_looked_yet(settings: Settings) -> None:
    assert language_packages.known(settings.data_dir) == Known()


def test_the_index_is_asked_when_somebody_wishes_it_and_its_offer_is_kept(runtime: Runtime) -> None:
    look(runtime, INDEX)
    found = known(runtime)
    assert found.offered == (Package("tr", "en", "0.1", TURKISH.stat().st_size),)
    assert found.offered_at is not None
    assert (found.installed, found.problem) == ((), "")


def test_looking_into_the_folder_asks_nobody_in_the_internet(runtime: Runtime, index: Index) -> None:
    look(runtime, HERE)
    assert index.requests == []


def test_an_index_that_is_away_is_said_plainly_and_what_it_offered_before_is_kept(
    runtime: Runtime, index: Index
) -> None:
    look(runtime, INDEX)
    index.files.clear()
    look(runtime, INDEX)
    assert "the index of packages cannot be fetched" in known(runtime).problem
    assert len(known(runtime).offered) == 1


@pytest.mark.parametrize("broken", ["", "[]", "{}", '{"installed": [{}], "offered": [], "problem": ""}', "\0"])
def test_a_broken_file_is_as_good_as_none(settings: Settings, broken: str) -> None:
    (settings.data_dir / "packages.json").write_text(broken)
    assert language_packages.known(settings.data_dir) == Known()


def test_the_sweeper_has_the_folder_looked_at_now_and_then(runtime: Runtime) -> None:
    for _ in range(2):
        sweep.look_at_packages(runtime.database)
    with runtime.database.read() as session:
        assert [(task.stage, task.subject) for task in session.scalars(select(Task))] == [("look-packages", "here")]


# Installing and removing


def test_a_language_is_installed_and_removed(runtime: Runtime) -> None:
    ask(runtime)
    job = do(runtime)
    assert (job.state, job.percent, job.problem) == ("done", 100, None)
    assert [(one.language, one.version) for one in known(runtime).installed] == [("tr", "0.1")]
    ask(runtime, "remove")
    assert do(runtime).state == "done"
    assert known(runtime).installed == ()


def test_the_worker_goes_on_with_its_other_work_meanwhile(runtime: Runtime, monkeypatch: pytest.MonkeyPatch) -> None:
    begun, go_on = threading.Event(), threading.Event()

    def slow(*_: object) -> None:
        begun.set()
        go_on.wait(20)

    monkeypatch.setattr(packages_job, "change", slow)
    ask(runtime)
    assert work.work_once(runtime, "housekeeping") == 1
    assert begun.wait(20)
    go_on.set()


def test_a_wrong_checksum_installs_nothing_and_is_said_plainly(runtime: Runtime, index: Index) -> None:
    index.files.pop("/index.json")
    index.offer(TURKISH, sha256="0" * 64)
    ask(runtime)
    job = do(runtime)
    assert (job.state, job.problem) == ("failed", "translate-tr_en 0.1 was downloaded, but its checksum is wrong")
    assert known(runtime).installed == ()


def test_an_index_that_is_away_fails_the_wish_and_not_the_worker(runtime: Runtime, index: Index) -> None:
    index.files.clear()
    ask(runtime)
    job = do(runtime)
    assert job.state == "failed"
    assert "cannot be fetched" in (job.problem or "")
    with runtime.database.read() as session:
        assert tasks.dead_letters(session) == []


def test_what_nobody_foresaw_is_said_without_a_traceback(runtime: Runtime, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("secret")

    monkeypatch.setattr(packages, "install_from_index", broken)
    ask(runtime)
    assert do(runtime).problem == "this failed unexpectedly (RuntimeError); the log says more"


def test_a_wish_whose_worker_dies_each_time_is_failed(runtime: Runtime) -> None:
    ask(runtime)
    with runtime.database.write() as session:
        task = session.scalars(select(Task)).one()
        task.state, task.attempts, task.lease_until = "leased", MAX_ATTEMPTS, now()
    sweep.sweep(runtime.database, runtime.doorbell)
    assert (latest(runtime.database).state, latest(runtime.database).problem) == (
        "failed",
        "the worker died each time it tried",
    )


def test_one_language_is_changed_once_at_a_time(runtime: Runtime) -> None:
    ask(runtime)
    with pytest.raises(Conflict):
        ask(runtime, "remove")
    do(runtime)
    ask(runtime, "remove")


@pytest.mark.parametrize("language", ["en", "xx", ""])
def test_only_our_languages_other_than_english_have_packages(runtime: Runtime, language: str) -> None:
    with pytest.raises(BadInput):
        ask(runtime, language=language)


def test_progress_is_written_once_a_second_and_never_goes_back(runtime: Runtime) -> None:
    ask(runtime)
    time = [0.0]
    progress = _Progress(runtime.database, latest(runtime.database).id, 2, clock=lambda: time[0])
    shown = []
    steps = ((0.0, "one", 50), (0.5, "one", 90), (2.0, "one", 100), (4.0, "two", 50), (6.0, "two", 10))
    for moment, part, done in steps:
        time[0] = moment
        progress.show(part, done, 100)
        shown.append(latest(runtime.database).percent)
    assert shown == [23, 23, 47, 71, 71]


# What waited


def _states(database: Database) -> dict[str, str]:
    with database.read() as session:
        return {task.subject: task.state for task in session.scalars(select(Task).where(Task.stage == "understand"))}


def test_when_an_engine_arrives_what_waited_for_it_is_translated(runtime: Runtime) -> None:
    waiting = create_enquiry(runtime.database, "Babam 68 yaşında.", language="tr")
    ask(runtime)
    do(runtime)
    with runtime.database.read() as session:
        task = session.scalars(select(Task).where(Task.stage == "understand")).one()
        assert (task.subject, task.priority, task.state) == (waiting.message_id, tasks.ROUTINE, "waiting")
    work.work_once(runtime, "understand")
    with runtime.database.read() as session:
        message = session.get_one(Message, waiting.message_id)
        assert [one.engine for one in message.translations] == ["argos"]
        assert message.enquiry.needs == []


def test_a_package_installed_by_command_is_noticed_too(runtime: Runtime) -> None:
    waiting = create_enquiry(runtime.database, "Babam 68 yaşında.", language="tr")
    packages.install_file(TURKISH, runtime.settings.argos_packages_dir)
    look(runtime, HERE)
    assert list(_states(runtime.database)) == [waiting.message_id]


def test_what_is_translated_closed_or_english_is_left_alone(any_database: Database) -> None:
    create_enquiry(any_database, "Merhaba", language="tr", translation=Translated("Hello"))
    create_enquiry(any_database, "Hello")
    create_enquiry(any_database, "?", language="und")
    ended = create_enquiry(any_database, "Merhaba", language="tr", contact=("phone", "+447700900125"))
    waiting = create_enquiry(any_database, "Habari", language="sw", contact=("phone", "+447700900126"))
    with any_database.write() as session:
        session.get_one(Message, ended.message_id).enquiry.status = "closed"
    with any_database.read() as session:
        assert waiting_translation.languages(session) == {"sw"}
    assert waiting_translation.read_again(any_database, {"tr", "sw"}) == 1
    assert list(_states(any_database)) == [waiting.message_id]


def test_many_waiting_messages_are_taken_page_by_page(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(waiting_translation, "_AT_ONCE", 2)
    for number in range(5):
        create_enquiry(database, "Habari", language="sw", contact=("phone", f"+44770090013{number}"))
    assert waiting_translation.read_again(database, {"sw"}) == 5
    assert len(_states(database)) == 5
