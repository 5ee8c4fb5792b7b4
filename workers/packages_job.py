"""Installing and removing language packages as the console asks, and translating what has waited for them."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from typing import Final

import structlog

from service import language_packages
from service.clock import now
from service.enquiries import waiting_translation
from service.enquiries.desk_model import PackageJob
from service.language_packages import INDEX, Known, Package
from service.storage import tasks
from service.storage.session import Database
from service.storage.tasks import Leased, LeaseLost
from translations import packages
from translations.languages import ENGLISH
from translations.packages import AvailablePackage, InstalledPackage, PackageError
from workers.leases import give_back, heartbeat
from workers.runtime import Runtime

#: Of a hundred, what is left for unpacking when all is downloaded.
_UNPACKING: Final = 5
_one_at_a_time = threading.Lock()

log = structlog.get_logger()


def change_packages(runtime: Runtime, leased: Sequence[Leased]) -> None:
    """Begin each in a thread of its own: a download takes minutes, and mail and deadlines must not wait for it."""
    for task in leased:
        threading.Thread(target=change, args=(runtime, task), name="packages", daemon=True).start()


def change(runtime: Runtime, task: Leased) -> None:
    """Do what was asked and write down how it ended; only a worker that dies makes it be tried again."""
    with heartbeat(runtime.database, [task]), _one_at_a_time:
        try:
            problem = _problem(runtime, task.subject)
            with runtime.database.write() as session:
                language_packages.end(session.get_one(PackageJob, task.subject), problem)
                tasks.finish(session, task)
            look_here(runtime)
        except LeaseLost:
            log.warning("somebody else has this task now", task=task.id)
        except Exception as error:
            log.exception("a wish for packages could not be settled", task=task.id)
            give_back(runtime.database, task, error)


def look(runtime: Runtime, leased: Sequence[Leased]) -> None:
    """Look what is installed and, if that was asked, what the index offers."""
    for task in leased:
        try:
            if task.subject == INDEX:
                _look_into_index(runtime)
            look_here(runtime)
            with runtime.database.write() as session:
                tasks.finish(session, task)
        except Exception as error:
            log.exception("the packages could not be looked at", task=task.id)
            give_back(runtime.database, task, error)


def look_here(runtime: Runtime) -> None:
    """Note what is installed; when something has arrived, what waited for it is translated."""
    before = language_packages.known(runtime.settings.data_dir)
    installed = tuple(_as_known(one) for one in packages.installed(runtime.settings.argos_packages_dir))
    if installed == before.installed:
        return
    if set(installed) - set(before.installed):
        _translate_what_waited(runtime)
    kept = Known(installed, before.offered, before.offered_at, before.problem)
    language_packages.keep(runtime.settings.data_dir, kept)


def _problem(runtime: Runtime, job_id: str) -> str | None:
    """Do it; why it could not be done, in words for the administrator."""
    with runtime.database.write() as session:
        job = session.get_one(PackageJob, job_id)
        job.state, action, language = "running", job.action, job.language
    folder = runtime.settings.argos_packages_dir
    try:
        if action == "remove":
            packages.remove(language, folder)
        else:
            progress = _Progress(runtime.database, job_id, _expected(runtime, language))
            packages.install_from_index([language], folder, runtime.settings.argos_index_url, progress.show)
    except PackageError as error:
        return str(error)
    except Exception as error:
        log.exception("packages could not be changed", action=action, language=language)
        return f"this failed unexpectedly ({type(error).__name__}); the log says more"
    return None


def _expected(runtime: Runtime, language: str) -> int:
    """How many packages will be downloaded: one for each direction that the index offers."""
    offered = language_packages.known(runtime.settings.data_dir).offered
    return sum(one.language == language for one in offered) or 2


class _Progress:
    """Writes down how far it is, in whole per cents and once a second at most."""

    def __init__(self, database: Database, job_id: str, expected: int, clock: Callable[[], float] = time.monotonic):
        self._database, self._job_id, self._expected, self._clock = database, job_id, expected, clock
        self._parts: dict[str, float] = {}
        self._shown, self._next = 0, 0.0

    def show(self, name: str, done: int, total: int | None) -> None:
        self._parts[name] = done / total if total else 0.0
        percent = int(sum(self._parts.values()) / max(self._expected, len(self._parts)) * (100 - _UNPACKING))
        if percent <= self._shown or self._clock() < self._next:
            return
        self._shown, self._next = percent, self._clock() + 1
        with self._database.write() as session:
            session.get_one(PackageJob, self._job_id).percent = percent


def _look_into_index(runtime: Runtime) -> None:
    """A problem is kept and shown; what the index offered before is still known."""
    before = language_packages.known(runtime.settings.data_dir)
    try:
        offered = packages.with_sizes(packages.available(runtime.settings.argos_index_url))
    except PackageError as error:
        found = Known(before.installed, before.offered, before.offered_at, str(error))
    else:
        found = Known(before.installed, tuple(_as_known(one) for one in offered), now())
    language_packages.keep(runtime.settings.data_dir, found)


def _translate_what_waited(runtime: Runtime) -> None:
    with runtime.database.read() as session:
        waiting = waiting_translation.languages(session)
    served = {language for language in waiting if runtime.translator.serves(language, ENGLISH)}
    if served and (number := waiting_translation.read_again(runtime.database, served)):
        log.info("messages that waited for an engine are read again", messages=number, languages=sorted(served))
        runtime.doorbell.ring("understand")


def _as_known(package: AvailablePackage | InstalledPackage) -> Package:
    return Package(package.source, package.target, package.version, package.size)
