"""The program as a process tree, or the web application alone, and a real browser in front of it."""

from __future__ import annotations

import gc
import os
import re
import threading
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page, sync_playwright
from werkzeug.serving import make_server

from service.storage.session import Database
from tests.builders import Colleague, create_staff, forget_used_codes
from tests.coordinator import Coordinator
from tests.needs import chromium, need
from tests.program import Program, free_port

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

COORDINATOR = "alice@clinic.example"
PASSWORD = "a-long-password-for-tests"
REFUSED = re.compile(r"status of (403|409|422|429)")


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


@pytest.fixture(scope="session")
def coordinator(program: Program) -> Coordinator:
    """Signed in once for all tests, for a code of the second factor works once."""
    coordinator = Coordinator(program.url)
    coordinator.sign_in(COORDINATOR, PASSWORD)
    return coordinator


@pytest.fixture
def signed_in(page: Page, program: Program, coordinator: Coordinator) -> Page:
    """The coordinator in front of the queue of the program; signing out would sign the other tests out, too."""
    for name, value in coordinator.cookies().items():
        page.context.add_cookies([{"name": name, "value": value, "url": program.url}])
    page.goto("/console/")
    return page


def _closing(app: Flask) -> WSGIApplication:
    """The application, closing each answer once it is sent: of a browser that goes away the server forgets to."""

    def serve(environ: WSGIEnvironment, start_response: StartResponse) -> Iterator[bytes]:
        answer = app(environ, start_response)
        try:
            yield from answer
        finally:
            if hasattr(answer, "close"):
                answer.close()

    return serve


@pytest.fixture
def address(app: Flask) -> Iterator[str]:
    """The web application without workers, with the test's own database."""
    server = make_server("127.0.0.1", 0, _closing(app), threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()
    with warnings.catch_warnings():  # a browser that goes away leaves files half sent, which is nobody's fault
        warnings.simplefilter("ignore", ResourceWarning)
        gc.collect()


@pytest.fixture
def window(chrome: Browser, address: str) -> Iterator[Page]:
    """A browser window before the web application; anything the browser complains of fails the test.

    That a page refuses what was typed is no fault of the page: it says so itself.
    """
    context = chrome.new_context(base_url=address, viewport={"width": 1280, "height": 860})
    page = context.new_page()
    complaints: list[str] = []
    page.on("console", lambda told: complaints.append(told.text) if told.type == "error" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    yield page
    page.wait_for_load_state("networkidle")  # a file that is half sent would be left open
    context.close()
    assert [told for told in complaints if not REFUSED.search(told)] == []


@pytest.fixture
def desk(window: Page, database: Database) -> Page:
    """Alice, a coordinator, signed in and in front of the queue."""
    sign_in(window, database, create_staff(database))
    return window


def sign_in(page: Page, database: Database, colleague: Colleague) -> None:
    """Sign in as somebody does: the password, then the code of this moment."""
    page.goto("/console/")
    page.get_by_label("E-mail address").fill(colleague.email)
    page.get_by_label("Password").fill(colleague.password)
    page.keyboard.press("Enter")
    page.wait_for_url("**/sign-in/code**")
    forget_used_codes(database)
    page.get_by_label("Code", exact=True).fill(colleague.code())
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Sign out").wait_for()
    page.wait_for_load_state()  # the button is there before the scripts that know the keys
