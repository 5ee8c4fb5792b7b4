"""Language packages as the console knows them: what is installed, what the index offers, and what was asked for.

Only workers reach the packages and the index. They leave what they found in a file of the data directory, and the
console reads that.
"""

from __future__ import annotations

import json
import os
import threading
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final, Literal

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.clock import now
from service.enquiries.desk_model import PackageJob
from service.enquiries.model import AuditEvent
from service.errors import BadInput, Conflict
from service.storage import tasks
from translations.languages import LANGUAGES

Action = Literal["install", "remove"]

#: The work of installing and removing; its subject is the `PackageJob`.
STAGE: Final = "packages"
#: The work of looking what there is: in the packages folder alone, or in the index, too.
LOOK: Final = "look-packages"
HERE: Final = "here"
INDEX: Final = "index"
UNFINISHED: Final = ("waiting", "running")


@dataclass(frozen=True, slots=True)
class Package:
    """A package for one direction; `size` in bytes, None where the index does not say."""

    source: str
    target: str
    version: str
    size: int | None

    @property
    def language(self) -> str:
        """The language that it serves: packages translate from or to English."""
        return self.target if self.source == "en" else self.source


@dataclass(frozen=True, slots=True)
class Known:
    """What the workers found last. `offered_at` and `problem` tell when the index was asked, and if it failed, why."""

    installed: tuple[Package, ...] = ()
    offered: tuple[Package, ...] = ()
    offered_at: datetime | None = None
    problem: str = ""


def known(data_dir: Path) -> Known:
    """What was found last; nothing, if nobody has looked yet or the file cannot be read."""
    with suppress(OSError, ValueError, TypeError, KeyError):
        return _from_json(json.loads(_file(data_dir).read_bytes()))
    return Known()


def keep(data_dir: Path, found: Known) -> None:
    """Keep what was found, in one piece whoever reads at this moment."""
    stored = {**asdict(found), "offered_at": found.offered_at.isoformat() if found.offered_at else None}
    beside = _file(data_dir).with_suffix(f".{os.getpid()}-{threading.get_ident()}")
    data_dir.mkdir(parents=True, exist_ok=True)
    beside.write_text(json.dumps(stored))
    beside.replace(_file(data_dir))


def ask(session: Session, action: Action, language: str, *, who: str) -> PackageJob:
    """Have the packages of a language installed or removed; `Conflict` while the last wish for it is being done."""
    if language not in LANGUAGES or language == "en":
        raise BadInput("choose one of the languages that are listed", field="language")
    unfinished = select(PackageJob.id).where(PackageJob.language == language, PackageJob.state.in_(UNFINISHED))
    if session.scalar(unfinished.limit(1)):
        raise Conflict("this language is being installed or removed at this moment")
    job = PackageJob(action=action, language=language, asked_by=who)
    session.add(job)
    session.flush()
    tasks.add(session, "housekeeping", STAGE, job.id)
    session.add(AuditEvent(who=who, what=f"language package: {action} {language}"))
    return job


def look(session: Session, where: str) -> None:
    """Have a worker look what is installed, and with `INDEX` what is offered."""
    tasks.again(session, "housekeeping", LOOK, where)


def unfinished(session: Session) -> Sequence[PackageJob]:
    """The wishes that wait or are being fulfilled, oldest first."""
    waiting = select(PackageJob).where(PackageJob.state.in_(UNFINISHED))
    return session.scalars(waiting.order_by(PackageJob.id)).all()


def latest(session: Session) -> PackageJob | None:
    """The last wish that has ended."""
    ended = select(PackageJob).where(PackageJob.ended_at.is_not(None))
    return session.scalar(ended.order_by(PackageJob.ended_at.desc(), PackageJob.id.desc()).limit(1))


def end(job: PackageJob, problem: str | None = None) -> None:
    """Write down how a wish ended; `problem` is why it could not be fulfilled."""
    job.state, job.ended_at = "failed" if problem else "done", now()
    job.problem = problem[:200] if problem else None
    job.percent = job.percent if problem else 100


def _file(data_dir: Path) -> Path:
    return data_dir / "packages.json"


def _from_json(stored: dict[str, Any]) -> Known:
    return Known(
        installed=tuple(Package(**one) for one in stored["installed"]),
        offered=tuple(Package(**one) for one in stored["offered"]),
        offered_at=datetime.fromisoformat(stored["offered_at"]) if stored["offered_at"] else None,
        problem=stored["problem"],
    )
