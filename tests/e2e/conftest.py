"""The program as a process tree, and a real browser in front of it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from tests.needs import chromium, need
from tests.program import Program, free_port

COORDINATOR = "alice@clinic.example"
PASSWORD = "a-long-password-for-tests"


@pytest.fixture(scope="session")
def program(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Program]:
    """`dragoman up` with an empty database, the tiny Turkish package installed and one coordinator."""
    folder = tmp_path_factory.mktemp("program")
    running = Program(folder / "data", free_port(), folder / "program.log")
    package = next((Path(__file__).parents[1] / "packages").glob("*tr_en*.argosmodel"))
    done = running.command("languages", "install", "--file", str(package))
    assert done.returncode == 0, done.stderr
    running.start()
    added = running.command("staff", "add", COORDINATOR, "--role", "coordinator", stdin=PASSWORD)
    assert added.returncode == 0, added.stderr
    yield running
    assert running.stop() == 0, running.log.read_text()[-3000:]


@pytest.fixture(scope="session")
def chrome() -> Iterator[Browser]:
    need("chromium")
    with sync_playwright() as playwright:
        arguments = ["--no-sandbox"] if os.geteuid() == 0 else []
        browser = playwright.chromium.launch(executable_path=chromium(), args=arguments)
        yield browser
        browser.close()


@pytest.fixture
def page(chrome: Browser, program: Program) -> Iterator[Page]:
    """A fresh browser window; a script error or a request to anywhere else fails the test."""
    context = chrome.new_context(base_url=program.url, viewport={"width": 1280, "height": 900})
    opened = context.new_page()
    complaints: list[str] = []
    opened.on("pageerror", lambda error: complaints.append(str(error)))
    opened.on(
        "console", lambda message: complaints.append(message.text) if "Content Security" in message.text else None
    )
    opened.on(
        "request", lambda sent: None if sent.url.startswith((program.url, "data:")) else complaints.append(sent.url)
    )
    yield opened
    context.close()
    assert complaints == []


@pytest.fixture
def signed_in(page: Page) -> Page:
    page.goto("/console/")
    page.get_by_label("E-mail").fill(COORDINATOR)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url("**/console/")
    return page
