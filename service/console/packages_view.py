"""What the page of the language packages shows: a row for each of our languages, and what goes on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from service import language_packages as packages
from service.console import labels
from service.enquiries.desk_model import PackageJob
from service.language_packages import Known, Package
from service.storage.tasks import Task
from translations.languages import LANGUAGES


@dataclass(frozen=True, slots=True)
class Row:
    """One language: its packages here, what the index has for it, and the wish that is being fulfilled."""

    language: str
    installed: Sequence[Package]
    offered: Sequence[Package]
    job: PackageJob | None

    @property
    def newer(self) -> bool:
        """Whether the index offers something that is not here."""
        here = {(one.source, one.target, one.version) for one in self.installed}
        return any((one.source, one.target, one.version) not in here for one in self.offered)


@dataclass(frozen=True, slots=True)
class Table:
    """All of it; `looking` while the index is being asked."""

    rows: Sequence[Row]
    offered_at: datetime | None
    problem: str
    looking: bool
    latest: PackageJob | None

    @property
    def failed(self) -> PackageJob | None:
        """The last wish, if it could not be fulfilled."""
        return self.latest if self.latest and self.latest.state == "failed" else None

    @property
    def is_busy(self) -> bool:
        return self.looking or any(row.job for row in self.rows)


def table(session: Session, known: Known) -> Table:
    """The languages with packages first, then those that could have some."""
    running = {job.language: job for job in packages.unfinished(session)}
    rows = [_row(code, known, running.get(code)) for code in LANGUAGES if code != "en"]
    shown = sorted((row for row in rows if row.installed or row.offered or row.job), key=_order)
    return Table(shown, known.offered_at, known.problem, _is_looking(session), packages.latest(session))


def megabytes(size: int | None) -> str:
    return "" if size is None else f"{size / 1_000_000:.0f}\N{NO-BREAK SPACE}MB"


def _row(code: str, known: Known, job: PackageJob | None) -> Row:
    def of(found: Sequence[Package]) -> list[Package]:
        return [one for one in found if one.language == code]

    return Row(code, of(known.installed), of(known.offered), job)


def _order(row: Row) -> tuple[bool, str]:
    return not (row.installed or row.job), labels.language(row.language)


def _is_looking(session: Session) -> bool:
    asked = select(Task.id).where(Task.stage == packages.LOOK, Task.subject == packages.INDEX)
    return session.scalar(asked.where(Task.state.in_(("waiting", "leased")))) is not None
