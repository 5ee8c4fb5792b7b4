"""Asking ClamAV's daemon what it thinks of a file: the INSTREAM command over a socket (clamd(8))."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final
from urllib.parse import urlsplit

from service.errors import ServiceError

TIMEOUT_SECONDS: Final = 30
_CHUNK: Final = 64 * 1024
_LONGEST_ANSWER: Final = 4096


class ScannerDown(ServiceError):
    """The scanner does not answer now."""


class ScannerRefused(ServiceError):
    """The scanner cannot look at this file, for instance because it is over its limit."""

    permanent = True


def find_harm(url: str, content: bytes, timeout: float = TIMEOUT_SECONDS) -> str | None:
    """What the scanner calls the harm in a file, None for a clean one; `url` is tcp://host:port or unix:/path.

    Raises ScannerDown or ScannerRefused.
    """
    try:
        with _connected(url, timeout) as connection:
            connection.sendall(b"zINSTREAM\0")
            for start in range(0, len(content), _CHUNK):
                chunk = content[start : start + _CHUNK]
                connection.sendall(len(chunk).to_bytes(4, "big") + chunk)
            connection.sendall(bytes(4))
            answer = _answer(connection)
    except OSError as error:
        raise ScannerDown("the scanner does not answer") from error
    return _verdict(answer)


def _verdict(answer: str) -> str | None:
    """ "stream: OK", "stream: Some-Name FOUND", or a complaint that ends in ERROR."""
    said = answer.removeprefix("stream:").strip()
    if said == "OK":
        return None
    if said.endswith(" FOUND"):
        return said.removesuffix(" FOUND")
    if said.endswith("ERROR"):
        raise ScannerRefused("the scanner will not look at this file")
    raise ScannerDown("the scanner broke off")


def _answer(connection: socket.socket) -> str:
    told = b""
    while b"\0" not in told and len(told) < _LONGEST_ANSWER:
        more = connection.recv(_LONGEST_ANSWER)
        if not more:
            break
        told += more
    return told.partition(b"\0")[0].decode("utf-8", "replace").strip()


@contextmanager
def _connected(url: str, timeout: float) -> Iterator[socket.socket]:
    parts = urlsplit(url)
    if parts.scheme == "tcp":
        connection = socket.create_connection((parts.hostname or "", parts.port or 0), timeout)
    else:
        connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        connection.settimeout(timeout)
    with connection:
        if parts.scheme != "tcp":
            connection.connect(parts.path)
        yield connection
