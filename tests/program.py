"""Runs the whole program as a process tree, as an operator would, and talks to it from outside."""

from __future__ import annotations

import http.cookiejar
import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from service.errors import ServiceError
from tests import twilio_client
from tests.twilio_client import Twilio

START_SECONDS: Final = 90


class ProgramError(ServiceError):
    """The program did not do what was asked of it."""


def free_port(preferred: int = 0) -> int:
    """A port nobody listens on; the preferred one if it is free."""
    for port in (preferred, 0):
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return int(probe.getsockname()[1])
    raise ProgramError("no port is free")


@dataclass
class Program:
    """`dragoman up` in a process tree of its own, with Twilio set up for whoever holds the token."""

    data_dir: Path
    port: int
    log: Path
    more: Mapping[str, str] = field(default_factory=dict)
    process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def environment(self) -> dict[str, str]:
        ours = {
            "DRAGOMAN_DATA_DIR": str(self.data_dir),
            "DRAGOMAN_PUBLIC_URL": self.url,
            "DRAGOMAN_TWILIO_ACCOUNT_SID": twilio_client.ACCOUNT,
            "DRAGOMAN_TWILIO_AUTH_TOKENS": twilio_client.TOKEN,
        }
        return {**os.environ, **ours, **self.more}

    @property
    def twilio(self) -> Twilio:
        return Twilio(self.url)

    def start(self) -> None:
        self.data_dir.mkdir(parents=True, exist_ok=True)
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "service", "up", "--port", str(self.port)],
                env=self.environment,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        self._wait_until_ready()

    def stop(self) -> int:
        """End the tree by its own process id; the exit code."""
        if self.process is None:
            return 0
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        code = self.process.wait(30)
        self.process = None
        return code

    def command(self, *arguments: str, stdin: str = "") -> subprocess.CompletedProcess[str]:
        """Run one `dragoman` command beside the program, with its settings."""
        return subprocess.run(
            [sys.executable, "-m", "service", *arguments],
            env=self.environment,
            input=stdin,
            capture_output=True,
            text=True,
            check=False,
            timeout=120,
        )

    def lines(self, *arguments: str) -> list[dict[str, Any]]:
        """The JSON lines that a command prints."""
        done = self.command(*arguments)
        if done.returncode:
            raise ProgramError(done.stderr.strip() or f"dragoman {arguments[0]} failed")
        return [json.loads(line) for line in done.stdout.splitlines()]

    def _wait_until_ready(self) -> None:
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline:
            if self.process is not None and self.process.poll() is not None:
                raise ProgramError(f"the program ended at once; see {self.log}")
            try:
                with urllib.request.urlopen(f"{self.url}/readyz", timeout=2) as answer:
                    if answer.status == 200:
                        return
            except (urllib.error.URLError, OSError):
                time.sleep(0.2)
        raise ProgramError(f"the program did not get ready in {START_SECONDS} s; see {self.log}")


class Browser:
    """Fills in the web form over HTTP, cookies and hidden fields included."""

    def __init__(self, url: str) -> None:
        self._url = url
        jar = http.cookiejar.CookieJar()
        self._opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(jar))

    def send_form(self, language: str, fields: Mapping[str, str]) -> str:
        """The page that answers the form."""
        address = f"{self._url}/{language}/enquiry"
        with self._opener.open(address, timeout=30) as answer:
            page = answer.read().decode()
        hidden = {name: _hidden(page, name) for name in ("token", "csrf_token")}
        body = urllib.parse.urlencode({"consent": "y", **hidden, **fields}).encode()
        try:
            with self._opener.open(urllib.request.Request(address, body, {"Referer": address}), timeout=30) as answer:
                return str(answer.read().decode())
        except urllib.error.HTTPError as error:
            raise ProgramError(f"the form answered {error.code}") from error


def _hidden(page: str, name: str) -> str:
    found = re.search(rf'name="{name}"[^>]*value="([^"]*)"', page)
    if not found:
        raise ProgramError(f"the form has no field {name}")
    return found[1]


def until(seconds: float, pause: float = 0.3) -> Iterator[float]:
    """Yields again and again until the time is over."""
    deadline = time.monotonic() + seconds
    while (left := deadline - time.monotonic()) > 0:
        yield left
        time.sleep(pause)
