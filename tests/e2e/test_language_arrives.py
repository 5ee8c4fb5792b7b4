"""A language that nobody here could translate is installed from the console, and what waited for it is translated."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.coordinator import Coordinator
from tests.program import Program, free_port, until
from tests.translations_support import Index, served_index
from tests.twilio_client import sms

TURKISH = Path(__file__).parents[1] / "packages" / "translate-tr_en-0_1.argosmodel"
ADMIN = "ada@clinic.example"
PASSWORD = "a-long-password-for-tests"
SECONDS = 60


@pytest.fixture
def index() -> Iterator[Index]:
    with served_index() as served:
        served.offer(TURKISH)
        yield served


@pytest.fixture
def bare(tmp_path: Path, index: Index) -> Iterator[Program]:
    """`dragoman up` with an administrator, no package, and an index on loopback."""
    more = {"DRAGOMAN_ARGOS_INDEX_URL": f"{index.url}/index.json"}
    running = Program(tmp_path / "data", free_port(), tmp_path / "program.log", more)
    running.start()
    added = running.command("staff", "add", ADMIN, "--role", "admin", stdin=PASSWORD)
    assert added.returncode == 0, added.stderr
    yield running
    assert running.stop() == 0, running.log.read_text()[-3000:]


def _until_shown(admin: Coordinator, text: str) -> None:
    for _ in until(SECONDS):
        if text in admin.get("/console/languages"):
            return
    raise AssertionError(f"the page of the languages never said {text!r}")


def _translation(program: Program, reference: str) -> dict[str, str] | None:
    (enquiry,) = program.lines("enquiry", reference, "--json")
    (message,) = (one for one in enquiry["messages"] if one["direction"] == "in")
    return message["translation"] if message["reading"] == "done" else None


def test_a_language_is_installed_from_the_console_and_what_waited_is_translated(bare: Program) -> None:
    answer = bare.twilio.message(sms("Babam 68 yaşında.", "+447700900411")).text
    reference = (re.search(r"\d{3}-\d{3}-\d{3}", answer) or [""])[0]
    admin = Coordinator(bare.url)
    admin.sign_in(ADMIN, PASSWORD)
    admin.post("/console/languages/look", {}, on="/console/languages")
    _until_shown(admin, "Turkish → English 0.1")
    assert _translation(bare, reference) is None
    admin.post("/console/languages", {"action": "install", "language": "tr"}, on="/console/languages")
    _until_shown(admin, "Remove")
    translation = next((found for _ in until(SECONDS, 1.0) if (found := _translation(bare, reference))), None)
    assert translation is not None
    assert translation["engine"] == "argos"
