"""Files are scanned where a scanner is set up: harm is held back, and a scanner that is away is asked again."""

from __future__ import annotations

import dataclasses
import socket
import socketserver
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select

from service.clock import now
from service.enquiries.inbound import InboundFile, InboundMessage
from service.enquiries.model import Attachment, AuditEvent
from service.enquiries.receive import Receiver
from service.settings import Settings
from service.storage.doorbell import Doorbell
from service.storage.session import Database
from service.storage.tasks import Task
from service.understanding.reader import Reader
from tests.conftest import NOBODY_LISTENS
from translations.translator import Translator
from workers import clamd, work
from workers.runtime import Runtime

HARM = b"this is harmful"


class FakeClamd(socketserver.ThreadingMixIn, socketserver.TCPServer):
    """Speaks INSTREAM as clamd does; what begins with HARM is found, what is over the limit is refused."""

    allow_reuse_address = True
    daemon_threads = True
    limit = 1_000_000
    says: bytes | None = None

    @property
    def url(self) -> str:
        return f"tcp://127.0.0.1:{self.server_address[1]}"


class Answering(socketserver.StreamRequestHandler):
    server: FakeClamd

    def handle(self) -> None:
        assert self.rfile.read(len(b"zINSTREAM\0")) == b"zINSTREAM\0"
        content = b""
        while size := int.from_bytes(self.rfile.read(4), "big"):
            content += self.rfile.read(size)
        self.wfile.write(self.server.says if self.server.says is not None else self._verdict(content))

    def _verdict(self, content: bytes) -> bytes:
        if len(content) > self.server.limit:
            return b"INSTREAM size limit exceeded. ERROR\0"
        return b"stream: Fake.Harm FOUND\0" if content.startswith(HARM) else b"stream: OK\0"


@pytest.fixture
def scanner() -> Iterator[FakeClamd]:
    server = FakeClamd(("127.0.0.1", 0), Answering)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


def runtime_with(settings: Settings, database: Database, url: str) -> Runtime:
    built = Runtime(dataclasses.replace(settings, clamav_url=url), database, Doorbell(NOBODY_LISTENS), "w1")
    built.__dict__["translator"] = Translator([])
    return built


def receive(database: Database, content: bytes) -> str:
    """A message with one file; the file's id."""
    file = InboundFile("report.pdf", "application/pdf", content)
    message = InboundMessage("web", f"key of {len(content)}", "My report", files=[file], language_hint="en")
    Receiver(database, Reader(), lambda queue: None).receive(message)
    with database.read() as session:
        return session.scalars(select(Attachment.id)).one()


def drain(runtime: Runtime) -> None:
    work.drain(runtime, "understand")
    work.drain(runtime, "housekeeping")


def file_is(database: Database, file_id: str) -> tuple[str, bool]:
    with database.read() as session:
        file = session.get_one(Attachment, file_id)
        return file.state, file.scanned_at is not None


def scans(database: Database) -> list[tuple[str, int]]:
    with database.read() as session:
        return [(task.state, task.attempts) for task in session.scalars(select(Task).where(Task.stage == "scan"))]


def test_a_clean_file_is_marked_as_scanned(settings: Settings, database: Database, scanner: FakeClamd) -> None:
    file_id = receive(database, b"%PDF-1.7" + bytes(200_000))
    drain(runtime_with(settings, database, scanner.url))
    assert file_is(database, file_id) == ("stored", True)


def test_a_harmful_file_is_held_back_and_the_history_says_so(
    settings: Settings, database: Database, scanner: FakeClamd
) -> None:
    file_id = receive(database, HARM)
    drain(runtime_with(settings, database, scanner.url))
    assert file_is(database, file_id) == ("infected", True)
    with database.read() as session:
        event = session.scalars(select(AuditEvent).where(AuditEvent.what == "attachment infected")).one()
        assert (event.who, event.detail) == ("scanner", "Fake.Harm")


def test_a_scanner_that_is_away_is_asked_again_as_long_as_it_takes(
    settings: Settings, database: Database, scanner: FakeClamd
) -> None:
    file_id = receive(database, HARM)
    away = runtime_with(settings, database, "tcp://127.0.0.1:1")
    for _ in range(8):
        drain(away)
        assert file_is(database, file_id) == ("stored", False)
        with database.write() as session:
            task = session.scalars(select(Task).where(Task.stage == "scan")).one()
            assert (task.state, task.attempts) == ("waiting", 0)
            assert task.due_at > now()
            task.due_at = now()
    drain(runtime_with(settings, database, scanner.url))
    assert file_is(database, file_id) == ("infected", True)


def test_a_scanner_that_breaks_off_is_asked_again(settings: Settings, database: Database, scanner: FakeClamd) -> None:
    scanner.says = b""
    file_id = receive(database, HARM)
    drain(runtime_with(settings, database, scanner.url))
    assert file_is(database, file_id) == ("stored", False)
    assert scans(database) == [("waiting", 0)]


def test_what_the_scanner_will_not_look_at_is_a_dead_letter(
    settings: Settings, database: Database, scanner: FakeClamd
) -> None:
    scanner.limit = 10
    file_id = receive(database, b"%PDF-1.7 and more")
    drain(runtime_with(settings, database, scanner.url))
    assert file_is(database, file_id) == ("stored", False)
    assert scans(database) == [("dead", 1)]


def test_without_a_scanner_nothing_is_asked(settings: Settings, database: Database) -> None:
    file_id = receive(database, HARM)
    drain(runtime_with(settings, database, ""))
    assert file_is(database, file_id) == ("stored", False)
    assert scans(database) == []


def test_a_scanner_may_listen_on_a_socket_of_the_machine(tmp_path: Path) -> None:
    path = tmp_path / "clamd.ctl"
    listening = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    listening.bind(str(path))
    listening.listen(1)

    def answer() -> None:
        connection, _ = listening.accept()
        with connection:
            told = b""
            while not told.endswith(bytes(4)):
                told += connection.recv(4096)
            connection.sendall(b"stream: OK\0")

    thread = threading.Thread(target=answer)
    thread.start()
    assert clamd.find_harm(f"unix:{path}", b"content") is None
    thread.join(5)
    listening.close()
    with pytest.raises(clamd.ScannerDown):
        clamd.find_harm(f"unix:{tmp_path}/nobody", b"content")
