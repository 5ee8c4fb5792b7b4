"""Fetching files from the provider: credentials for it alone, patience, and never at the cost of the words."""

from __future__ import annotations

import base64
import dataclasses
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

import pytest
from sqlalchemy import select, update

from service.channels import http
from service.clock import now
from service.enquiries import erase
from service.enquiries.inbound import Contact, InboundFile, InboundMessage
from service.enquiries.model import Attachment, AttachmentContent, Message
from service.enquiries.receive import Receiver
from service.settings import Settings
from service.storage import tasks
from service.storage.doorbell import Doorbell
from service.storage.session import Database
from service.storage.tasks import Task
from service.understanding.reading import Reading
from tests.conftest import NOBODY_LISTENS
from tests.twilio_client import ACCOUNT, TOKEN, Twilio, sms
from workers import media, sweep, work
from workers.runtime import Runtime

PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + bytes(100)
OURS = "Basic " + base64.b64encode(f"{ACCOUNT}:{TOKEN}".encode()).decode()
WORDS = "Here is the picture of my knee"


@dataclass(frozen=True)
class Reply:
    """What the host answers; `length` is what it says it will send."""

    status: int = 200
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)
    length: int | None = None


@dataclass
class Host:
    """Plays the provider's media host: for each path its replies in turn, the last again and again."""

    port: int
    replies: dict[str, list[Reply]] = field(default_factory=dict)
    asked: list[tuple[str, str | None]] = field(default_factory=list)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def answers(self, path: str, *replies: Reply) -> str:
        self.replies[path] = list(replies)
        return f"{self.url}{path}"

    def next(self, path: str) -> Reply:
        waiting = self.replies.get(path, [Reply(404)])
        return waiting.pop(0) if len(waiting) > 1 else waiting[0]


@contextmanager
def serving() -> Iterator[Host]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            played.asked.append((self.path, self.headers.get("Authorization")))
            reply = played.next(self.path)
            self.send_response(reply.status)
            for name, value in reply.headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(reply.body) if reply.length is None else reply.length))
            self.end_headers()
            self.wfile.write(reply.body)

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        played = Host(server.server_address[1])
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        thread.start()
        try:
            yield played
        finally:
            server.shutdown()
            thread.join(10)


@pytest.fixture
def host() -> Iterator[Host]:
    with serving() as served:
        yield served


@pytest.fixture
def worker(settings: Settings, host: Host, monkeypatch: pytest.MonkeyPatch) -> Iterator[Runtime]:
    """A housekeeping worker that takes the host for Twilio's and does not pause."""
    monkeypatch.setattr(media, "PAUSES", (0.0, 0.0, 0.0))
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.delenv(name, raising=False)
    runtime = Runtime.build(dataclasses.replace(settings, twilio_api_url=host.url))
    yield runtime
    runtime.database.close()


def receive(database: Database, *urls: str, key: str = "SM1") -> None:
    files = tuple(InboundFile(f"{place}", "image/jpeg", source_url=url) for place, url in enumerate(urls, start=1))
    message = InboundMessage("sms", key, WORDS, contacts=(Contact("phone", "+447700900123"),), proven=True, files=files)
    Receiver(database, _Unread(), lambda queue: None).receive(message)


class _Unread:
    """Reading is not what these tests are about."""

    def read(self, text: str, **context: Any) -> Reading:
        raise RuntimeError("not read here")


def work_until_settled(worker: Runtime, rounds: int = 20) -> None:
    """Do what is due again and again, with no waiting between the attempts."""
    for _ in range(rounds):
        with worker.database.write() as session:
            session.execute(update(Task).where(Task.state == "waiting").values(due_at=now()))
        if not work.work_once(worker, "housekeeping"):
            return
    raise AssertionError("the work never ends")


def states(database: Database) -> list[tuple[str, int]]:
    with database.read() as session:
        return [(file.state, file.size) for file in session.scalars(select(Attachment).order_by(Attachment.id))]


def fetch_tasks(database: Database) -> list[tuple[str, str | None]]:
    with database.read() as session:
        rows = session.scalars(select(Task).where(Task.stage == "fetch-media").order_by(Task.id))
        return [(task.state, task.last_error) for task in rows]


def stored(database: Database) -> list[bytes | None]:
    with database.read() as session:
        return [row.content for row in session.scalars(select(AttachmentContent))]


def the_words(database: Database) -> str | None:
    with database.read() as session:
        return session.scalars(select(Message)).one().body


def assert_given_up(database: Database) -> None:
    """The file is marked as failed, somebody can see that it was given up, and the words are there."""
    assert states(database) == [("failed", 0)]
    with database.read() as session:
        assert [letter.stage for letter in tasks.dead_letters(session)] == ["fetch-media"]
    assert stored(database) == []
    assert the_words(database) == WORDS


def test_a_file_is_fetched_with_our_credentials_and_kept_as_what_it_is(worker: Runtime, host: Host) -> None:
    receive(worker.database, host.answers("/ME1", Reply(body=PNG)))
    work_until_settled(worker)
    with worker.database.read() as session:
        file = session.scalars(select(Attachment)).one()
        assert (file.state, file.media_type, file.size) == ("stored", "image/png", len(PNG))
    assert stored(worker.database) == [PNG]
    assert host.asked == [("/ME1", OURS)]
    assert fetch_tasks(worker.database) == [("done", None)]


def test_a_picture_by_the_door_ends_as_a_stored_file(twilio: Twilio, worker: Runtime, host: Host) -> None:
    url = host.answers("/ME1", Reply(body=PNG))
    twilio.message(sms(WORDS, NumMedia="1", MediaUrl0=url, MediaContentType0="image/png"))
    work_until_settled(worker)
    assert states(worker.database) == [("stored", len(PNG))]


def test_a_file_that_appears_a_little_late_is_waited_for(worker: Runtime, host: Host) -> None:
    receive(worker.database, host.answers("/ME1", Reply(404), Reply(404), Reply(body=PNG)))
    assert work.work_once(worker, "housekeeping") == 1
    assert states(worker.database) == [("stored", len(PNG))]
    assert len(host.asked) == 3


@pytest.mark.parametrize("status", [404, 429, 500, 503, 204, 206, 304])
def test_a_file_that_does_not_come_is_tried_again_and_then_given_up(worker: Runtime, host: Host, status: int) -> None:
    receive(worker.database, host.answers("/ME1", Reply(status)))
    work.work_once(worker, "housekeeping")
    assert states(worker.database) == [("pending", 0)]
    assert fetch_tasks(worker.database) == [("waiting", "FetchError")]
    work_until_settled(worker)
    assert len(host.asked) == tasks.MAX_ATTEMPTS * len(media.PAUSES)
    assert_given_up(worker.database)


@pytest.mark.parametrize("status", [401, 403, 410])
def test_a_refusal_is_final(worker: Runtime, host: Host, status: int) -> None:
    receive(worker.database, host.answers("/ME1", Reply(status)))
    work.work_once(worker, "housekeeping")
    assert len(host.asked) == 1
    assert_given_up(worker.database)


def test_a_file_that_is_too_large_is_refused(worker: Runtime, host: Host, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(media, "MAX_BYTES", 1000)
    receive(worker.database, host.answers("/ME1", Reply(body=PNG + bytes(1000))))
    work.work_once(worker, "housekeeping")
    assert_given_up(worker.database)


@pytest.mark.parametrize(
    "location", ["http://127.0.0.1:1/x", "https://127.0.0.1:1/x", "https://169.254.169.254/", "//x"]
)
def test_a_redirect_into_our_own_network_is_refused(worker: Runtime, host: Host, location: str) -> None:
    receive(worker.database, host.answers("/ME1", Reply(302, headers={"Location": location})))
    work.work_once(worker, "housekeeping")
    assert_given_up(worker.database)


def test_a_redirect_to_another_service_of_this_machine_never_reaches_it(worker: Runtime, host: Host) -> None:
    with serving() as inner:
        location = inner.answers("/secret", Reply(body=PNG))
        receive(worker.database, host.answers("/ME1", Reply(302, headers={"Location": location})))
        work.work_once(worker, "housekeeping")
        assert inner.asked == []
    assert_given_up(worker.database)


def test_the_providers_storage_does_not_see_our_credentials(
    worker: Runtime, host: Host, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(http, "_check_public", lambda url: None)  # the other host of this test is on loopback, too
    with serving() as storage:
        location = storage.answers("/blob", Reply(body=PNG))
        receive(worker.database, host.answers("/ME1", Reply(307, headers={"Location": location})))
        work.work_once(worker, "housekeeping")
        assert storage.asked == [("/blob", None)]
    assert host.asked == [("/ME1", OURS)]
    assert states(worker.database) == [("stored", len(PNG))]


def test_a_redirect_within_the_provider_is_followed_with_credentials(worker: Runtime, host: Host) -> None:
    host.answers("/blob", Reply(body=PNG))
    receive(worker.database, host.answers("/ME1", Reply(302, headers={"Location": "/blob"})))
    work.work_once(worker, "housekeeping")
    assert host.asked == [("/ME1", OURS), ("/blob", OURS)]
    assert states(worker.database) == [("stored", len(PNG))]


def test_a_ring_of_redirects_is_left(worker: Runtime, host: Host) -> None:
    receive(worker.database, host.answers("/ME1", Reply(302, headers={"Location": "/ME1"})))
    work.work_once(worker, "housekeeping")
    assert len(host.asked) == http.MAX_REDIRECTS + 1
    assert_given_up(worker.database)


def test_half_a_file_is_not_kept_and_the_whole_one_is_fetched_later(worker: Runtime, host: Host) -> None:
    half = Reply(body=PNG[:20], length=len(PNG))
    receive(worker.database, host.answers("/ME1", half, half, half, Reply(body=PNG)))
    work.work_once(worker, "housekeeping")
    assert states(worker.database) == [("pending", 0)]
    assert stored(worker.database) == []
    work_until_settled(worker)
    assert stored(worker.database) == [PNG]


def test_a_host_that_is_down_is_tried_again(worker: Runtime, host: Host) -> None:
    receive(worker.database, "http://127.0.0.1:1/ME1")
    down = dataclasses.replace(worker.settings, twilio_api_url="http://127.0.0.1:1")
    work.work_once(Runtime(down, worker.database, worker.doorbell, "w"), "housekeeping")
    assert states(worker.database) == [("pending", 0)]
    assert fetch_tasks(worker.database) == [("waiting", "FetchError")]


@pytest.mark.parametrize(
    "url", ["https://elsewhere.example/ME1", "file:///etc/hosts", "not an address", "http://127.0.0.1:1/"]
)
def test_an_address_that_is_not_the_providers_is_never_asked(worker: Runtime, host: Host, url: str) -> None:
    receive(worker.database, url)
    work.work_once(worker, "housekeeping")
    assert_given_up(worker.database)


def test_an_address_that_cannot_be_read_ends_as_a_failed_file(worker: Runtime) -> None:
    receive(worker.database, "https://[")
    work_until_settled(worker)
    assert_given_up(worker.database)


def test_a_redirect_that_cannot_be_read_ends_as_a_failed_file(worker: Runtime, host: Host) -> None:
    receive(worker.database, host.answers("/ME1", Reply(302, headers={"Location": "https://["})))
    work_until_settled(worker)
    assert_given_up(worker.database)


@pytest.mark.parametrize("poison", ["https://[", "https://elsewhere.example/"])
def test_one_bad_file_costs_no_other_file_an_attempt(worker: Runtime, host: Host, poison: str) -> None:
    receive(worker.database, poison, host.answers("/ME1", Reply(body=PNG)))
    work.work_once(worker, "housekeeping")
    assert states(worker.database)[1] == ("stored", len(PNG))
    assert len(host.asked) == 1


def test_a_file_that_breaks_its_recognition_costs_nothing_else(
    worker: Runtime, host: Host, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(content: bytes) -> None:
        raise IndexError("a fault in the library")

    monkeypatch.setattr("workers.media.media_types.sniff", broken)
    receive(worker.database, host.answers("/ME1", Reply(body=PNG)))
    work_until_settled(worker)
    assert states(worker.database)[0][0] in ("stored", "failed")
    assert the_words(worker.database) == WORDS


def test_a_worker_that_lost_its_lease_does_not_undo_what_another_has_stored(worker: Runtime, host: Host) -> None:
    receive(worker.database, host.answers("/ME1", Reply(body=PNG)))
    with worker.database.write() as session:
        slow = tasks.claim(session, "housekeeping", "slow", 1)
        session.execute(update(Task).values(lease_until=now() - timedelta(seconds=1)))
    work.work_once(worker, "housekeeping")
    assert states(worker.database) == [("stored", len(PNG))]
    host.answers("/ME1", Reply(410))
    media.fetch_media(worker, slow)
    assert states(worker.database) == [("stored", len(PNG))]


def test_a_file_whose_workers_died_each_time_is_marked_as_failed(worker: Runtime, host: Host) -> None:
    receive(worker.database, host.answers("/ME1", Reply(body=PNG)))
    with worker.database.write() as session:
        session.execute(
            update(Task)
            .where(Task.stage == "fetch-media")
            .values(state="leased", attempts=tasks.MAX_ATTEMPTS, lease_until=now() - timedelta(seconds=1))
        )
    sweep.sweep(worker.database, Doorbell(NOBODY_LISTENS))
    assert_given_up(worker.database)


def test_a_dead_letter_that_is_retried_brings_the_file_after_all(worker: Runtime, host: Host) -> None:
    receive(worker.database, host.answers("/ME1", Reply(401), Reply(body=PNG)))
    work.work_once(worker, "housekeeping")
    assert_given_up(worker.database)
    with worker.database.write() as session:
        (letter,) = tasks.dead_letters(session)
        assert tasks.retry(session, letter.id)
    work_until_settled(worker)
    assert states(worker.database) == [("stored", len(PNG))]


def test_nothing_is_fetched_for_a_patient_who_was_erased(worker: Runtime, host: Host) -> None:
    receive(worker.database, host.answers("/ME1", Reply(body=PNG)))
    with worker.database.write() as session:
        erase.erase(session, session.scalars(select(Message)).one().patient_id, who="test")
    work_until_settled(worker)
    assert (host.asked, stored(worker.database)) == ([], [])


def test_fetching_a_file_twice_keeps_it_once(worker: Runtime, host: Host) -> None:
    receive(worker.database, host.answers("/ME1", Reply(body=b"first"), Reply(body=PNG)))
    work_until_settled(worker)
    with worker.database.write() as session:
        task = session.scalars(select(Task).where(Task.stage == "fetch-media")).one()
        task.state, task.attempts = "waiting", 0
    work_until_settled(worker)
    assert stored(worker.database) == [PNG]
