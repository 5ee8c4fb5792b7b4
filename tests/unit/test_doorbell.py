"""The doorbell may fail, quickly and quietly: nobody waits for Redis."""

from __future__ import annotations

import socket
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Thread

import pytest
from redis.exceptions import ConnectionError
from rq import Queue as RqQueue

from service.storage import doorbell
from service.storage.doorbell import Doorbell

REFUSED = "redis://127.0.0.1:1"


@contextmanager
def listening(answer: Callable[[socket.socket], None]) -> Iterator[str]:
    """A server that does with each connection what it is told; its address."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(5)

        def serve() -> None:
            while True:
                try:
                    connection, _ = server.accept()
                except OSError:
                    return
                with connection:
                    answer(connection)

        thread = Thread(target=serve, daemon=True)
        thread.start()
        yield f"redis://127.0.0.1:{server.getsockname()[1]}"
        server.shutdown(socket.SHUT_RDWR)
    thread.join(10)


def silent(connection: socket.socket) -> None:
    connection.settimeout(5)
    try:
        while connection.recv(4096):
            pass
    except OSError:
        pass


def says(words: bytes) -> Callable[[socket.socket], None]:
    def answer(connection: socket.socket) -> None:
        connection.settimeout(1)
        try:
            while connection.recv(4096):
                connection.sendall(words)
        except OSError:
            pass

    return answer


def ring_often(bell: Doorbell, queue: str) -> None:
    for _ in range(100):
        bell.ring(queue)


def test_a_redis_that_says_nothing_is_waited_for_once() -> None:
    calls: list[socket.socket] = []

    def silent_again(connection: socket.socket) -> None:
        calls.append(connection)
        silent(connection)

    with listening(silent_again) as url:
        bell = Doorbell(url)
        bell.ring("understand")
        ring_often(bell, "send")
    assert len(calls) == 1


def test_a_redis_that_is_not_there_is_tried_once(monkeypatch: pytest.MonkeyPatch) -> None:
    tries: list[str] = []

    def refused(queue: RqQueue, *_rest: object, **_options: object) -> None:
        tries.append(queue.name)
        raise ConnectionError

    monkeypatch.setattr("service.storage.doorbell.RqQueue.enqueue", refused)
    bell = Doorbell(REFUSED)
    ring_often(bell, "understand")
    assert tries == ["understand"]
    assert not bell.answers()


@pytest.mark.parametrize(
    "words", [b"-NOAUTH Authentication required.\r\n", b"-READONLY\r\n", b"HTTP/1.1 400\r\n\r\n", b"+\xff\r\n", b"$9"]
)
def test_a_redis_that_talks_nonsense_is_no_fault_of_the_callers(words: bytes) -> None:
    with listening(says(words)) as url:
        bell = Doorbell(url)
        bell.ring("understand")
        assert bell.answers() in (True, False)


@pytest.mark.parametrize("url", ["unix:///nowhere/redis.sock", "redis://no-such-host.invalid:6379/0"])
def test_an_address_that_leads_nowhere_does_not_raise(url: str) -> None:
    Doorbell(url).ring("housekeeping")
    assert not Doorbell(url).answers()


def test_after_a_silence_it_tries_again(monkeypatch: pytest.MonkeyPatch) -> None:
    bell, moment = Doorbell(REFUSED), time.monotonic()
    bell.ring("understand")
    tries: list[str] = []
    monkeypatch.setattr(
        "service.storage.doorbell.RqQueue.enqueue", lambda queue, *rest, **options: tries.append(queue.name)
    )
    bell.ring("understand")
    later = moment + doorbell.SILENCE_AFTER_FAILURE_SECONDS + 1
    monkeypatch.setattr("service.storage.doorbell.time.monotonic", lambda: later)
    bell.ring("send")
    assert tries == ["send"]
