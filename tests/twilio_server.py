"""Plays Twilio's REST API over real HTTP: takes messages, lists them, and fails in every way a test asks for."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Lock, Thread
from typing import Any, Final
from urllib.parse import parse_qs, parse_qsl, urlsplit

from tests.twilio_client import ACCOUNT, new_sid

#: How the next request fares: an HTTP status and a code; "drop" takes the message and closes the connection without
#: an answer; "refuse" closes it without taking anything.
Fate = tuple[int, int | None] | str
MESSAGES: Final = f"/2010-04-01/Accounts/{ACCOUNT}/Messages.json"


@dataclass
class TwilioServer:
    """The messages it took, newest last, and what will happen to the next ones.

    `reports`, if given, is called for each message with its form and its new id, in a thread of its own.
    """

    port: int
    reports: Callable[[dict[str, str], str], None] | None = None
    taken: list[dict[str, str]] = field(default_factory=list)
    fates: list[Fate] = field(default_factory=list)
    lookup_fates: list[Fate] = field(default_factory=list)
    arrived: Event = field(default_factory=Event)
    lock: Lock = field(default_factory=Lock)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def take(self, form: dict[str, str]) -> dict[str, Any]:
        sid = new_sid("SM")
        with self.lock:
            self.taken.append({**form, "sid": sid, "date": format_datetime(datetime.now(UTC))})
            self.arrived.set()
        if self.reports is not None:
            Thread(target=self.reports, args=(form, sid), daemon=True).start()
        return {"sid": sid, "status": "queued"}

    def listed(self, to: str) -> dict[str, Any]:
        with self.lock:
            found = [message for message in reversed(self.taken) if message["To"] == to]
        return {
            "messages": [
                {
                    "sid": message["sid"],
                    "body": message.get("Body", ""),
                    "status": "sent",
                    "direction": "outbound-api",
                    "date_created": message["date"],
                }
                for message in found
            ]
        }


class _Handler(BaseHTTPRequestHandler):
    server: _Server

    def do_POST(self) -> None:
        form = dict(parse_qsl(self.rfile.read(int(self.headers["Content-Length"])).decode(), keep_blank_values=True))
        self._answer(self.server.twilio.fates, lambda: self.server.twilio.take(form))

    def do_GET(self) -> None:
        (to,) = parse_qs(urlsplit(self.path).query)["To"]
        self._answer(self.server.twilio.lookup_fates, lambda: self.server.twilio.listed(to))

    def _answer(self, fates: list[Fate], do: Any) -> None:
        fate = fates.pop(0) if fates else (200, None)
        if isinstance(fate, str):
            if fate == "drop":
                do()
            return
        status, code = fate
        body = json.dumps(do() if status < 400 else {"code": code, "message": "no", "status": status}).encode()
        self.send_response(int(status) if status != 200 or self.command == "GET" else 201)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *arguments: object) -> None:
        """A test's output is its own."""


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    twilio: TwilioServer


@contextmanager
def twilio_server() -> Iterator[TwilioServer]:
    """The provider, on a port of its own on loopback."""
    server = _Server(("127.0.0.1", 0), _Handler)
    server.twilio = TwilioServer(server.server_address[1])
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield server.twilio
    finally:
        server.shutdown()
        server.server_close()
        thread.join(5)
