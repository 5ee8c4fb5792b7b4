"""Settings › Languages: what is here, what there is, and wishes that a worker fulfils."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import select

from service import language_packages
from service.clock import now
from service.enquiries.desk_model import PackageJob
from service.language_packages import Known, Package
from service.settings import Settings
from service.storage.session import Database
from service.storage.tasks import Task
from tests.integration.console.conftest import Visitor

HERE = Package("ar", "en", "1.0", 80_000_000)
NEWER = Package("ar", "en", "1.1", 90_000_000)
SWAHILI = Package("sw", "en", "1.0", None)


@pytest.fixture
def admin(staff: Callable[..., Visitor]) -> Visitor:
    return staff("ada", "admin")


@pytest.fixture
def known(settings: Settings) -> Known:
    found = Known((HERE,), (NEWER, SWAHILI), now() - timedelta(days=3))
    language_packages.keep(settings.data_dir, found)
    return found


def _jobs(database: Database) -> list[tuple[str, str, str]]:
    with database.read() as session:
        return [(job.action, job.language, job.asked_by) for job in session.scalars(select(PackageJob))]


def test_before_anybody_has_looked_the_page_says_what_to_do(admin: Visitor) -> None:
    page = admin.get("/console/languages").text
    assert "The index was not asked yet" in page
    assert "Ask the index what there is" in page


def test_the_page_shows_what_is_here_and_what_there_is(admin: Visitor, known: Known) -> None:
    page = admin.get("/console/languages").text
    size = "80\N{NO-BREAK SPACE}MB"
    packages = ("Arabic → English 1.0", "Arabic → English 1.1", "Swahili → English 1.0")
    for text in (*packages, size, "Update", "Install"):
        assert text in page


def test_a_wish_becomes_a_task_of_the_workers(admin: Visitor, known: Known, database: Database) -> None:
    assert admin.post("/console/languages", {"action": "install", "language": "sw"}).status_code == 303
    assert _jobs(database) == [("install", "sw", "ada@clinic.example")]
    with database.read() as session:
        assert [(task.queue, task.stage) for task in session.scalars(select(Task))] == [("housekeeping", "packages")]
    assert "<progress" in admin.get("/console/languages").text
    refused = admin.post("/console/languages", {"action": "remove", "language": "sw"})
    assert refused.status_code == 409
    assert "at this moment" in refused.text


@pytest.mark.parametrize("language", ["en", "xx", ""])
def test_a_language_that_cannot_be_is_refused(admin: Visitor, database: Database, language: str) -> None:
    assert admin.post("/console/languages", {"action": "install", "language": language}).status_code == 422
    assert _jobs(database) == []


def test_asking_the_index_is_a_task_too(admin: Visitor) -> None:
    assert admin.post("/console/languages/look").status_code == 303
    assert "Asking the index" in admin.get("/console/languages").text


def test_every_wish_shows_how_far_it_is(admin: Visitor, database: Database) -> None:
    for language in ("ar", "bn", "de", "es", "fa", "fr", "hi"):
        admin.post("/console/languages", {"action": "install", "language": language})
    assert admin.get("/console/languages").text.count("<progress") == 7


def test_a_failed_wish_says_why(admin: Visitor, known: Known, database: Database) -> None:
    admin.post("/console/languages", {"action": "install", "language": "sw"})
    with database.write() as session:
        language_packages.end(session.scalars(select(PackageJob)).one(), "the disk is full: nothing was installed")
    assert "the disk is full: nothing was installed" in admin.get("/console/languages").text


def test_the_page_is_asked_for_news_cheaply(admin: Visitor, known: Known, database: Database) -> None:
    first = admin.get("/console/languages/live")
    assert "Arabic → English" in first.get_json()["html"]
    tag = {"If-None-Match": first.headers["ETag"]}
    assert admin.get("/console/languages/live", headers=tag).status_code == 304
    admin.post("/console/languages", {"action": "install", "language": "sw"})
    assert admin.get("/console/languages/live", headers=tag).status_code == 200


@pytest.mark.parametrize("role", ["coordinator", "lead", "auditor"])
def test_nobody_but_an_administrator_changes_languages(
    staff: Callable[..., Visitor], known: Known, database: Database, role: str
) -> None:
    visitor = staff("carol", role)
    assert visitor.post("/console/languages", {"action": "remove", "language": "ar"}).status_code == 403
    assert visitor.post("/console/languages/look").status_code == 403
    assert _jobs(database) == []
    expected = 403 if role == "coordinator" else 200
    assert visitor.get("/console/languages").status_code == expected
    assert visitor.get("/console/languages/live").status_code == expected
