"""What tests of translation share: the tiny packages, archives gone wrong, an index on loopback."""

from __future__ import annotations

import hashlib
import io
import json
import stat
import threading
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, Final

PACKAGES: Final = Path(__file__).parent / "packages"
TR_EN: Final = PACKAGES / "translate-tr_en-0_1.argosmodel"
EN_AR: Final = PACKAGES / "translate-en_ar-0_1.argosmodel"


def entries(package: Path) -> dict[str, bytes]:
    """The files of a package by their names in the archive."""
    with zipfile.ZipFile(package) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def repacked(package: Path, to: Path, change: Callable[[dict[str, bytes]], None]) -> Path:
    """The package with its files changed."""
    files = entries(package)
    change(files)
    with zipfile.ZipFile(to, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return to


def with_metadata(package: Path, to: Path, **changes: Any) -> Path:
    """The package with other metadata; None takes a key out."""

    def change(files: dict[str, bytes]) -> None:
        (name,) = (name for name in files if name.endswith("metadata.json"))
        metadata = json.loads(files[name]) | changes
        files[name] = json.dumps({key: value for key, value in metadata.items() if value is not None}).encode()

    return repacked(package, to, change)


def without(package: Path, to: Path, ending: str) -> Path:
    """The package without the files whose names end so."""

    def change(files: dict[str, bytes]) -> None:
        for name in [name for name in files if name.endswith(ending)]:
            del files[name]

    return repacked(package, to, change)


def with_link(package: Path, to: Path) -> Path:
    """The package with its README as a symbolic link out of the folder."""
    with zipfile.ZipFile(to, "w") as archive:
        for name, content in entries(package).items():
            entry = zipfile.ZipInfo(name)
            is_link = name.endswith("README.md")
            entry.external_attr = ((stat.S_IFLNK if is_link else stat.S_IFREG) | 0o644) << 16
            archive.writestr(entry, b"/etc/passwd" if is_link else content)
    return to


class Index:
    """An index of packages on loopback that can be told to misbehave."""

    def __init__(self) -> None:
        self.files: dict[str, bytes] = {}
        self.requests: list[tuple[str, str | None]] = []
        self.cut_after: int | None = None  # bytes of a download after which the connection ends, once
        self.url = ""

    def offer(self, package: Path, **extra: Any) -> None:
        """Adds a package as the index describes it, with its checksum unless told otherwise."""
        content = package.read_bytes()
        (metadata,) = (value for name, value in entries(package).items() if name.endswith("metadata.json"))
        self.files[f"/{package.name}"] = content
        entry = {
            **json.loads(metadata),
            "links": [f"{self.url}/{package.name}"],
            "sha256": hashlib.sha256(content).hexdigest(),
            **extra,
        }
        self.files["/index.json"] = json.dumps([*json.loads(self.files.get("/index.json", b"[]")), entry]).encode()


@contextmanager
def served_index() -> Iterator[Index]:
    """The index, serving until the block ends; knows ranges as real servers do."""
    index = Index()

    class Handler(BaseHTTPRequestHandler):
        def do_HEAD(self) -> None:
            self._answer(body=False)

        def do_GET(self) -> None:
            self._answer(body=True)

        def _answer(self, *, body: bool) -> None:
            asked = self.headers.get("Range")
            index.requests.append((f"{self.command} {self.path}", asked))
            content = index.files.get(self.path)
            if content is None:
                self.send_error(404)
                return
            start = int(asked.removeprefix("bytes=").rstrip("-")) if asked else 0
            if start and start >= len(content):
                self.send_error(416)
                return
            self.send_response(206 if asked else 200)
            self.send_header("Content-Length", str(len(content) - start))
            self.end_headers()
            if body:
                self._send(content[start:])

        def _send(self, content: bytes) -> None:
            cut, index.cut_after = (index.cut_after, None) if self.path != "/index.json" else (None, index.cut_after)
            self.wfile.write(content[:cut])
            self.close_connection = True

        def log_message(self, format: str, *args: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        index.url = f"http://127.0.0.1:{server.server_port}"
        try:
            yield index
        finally:
            server.shutdown()
            thread.join()


def streams(given: str = "") -> Any:
    """Streams for a command, and what it wrote."""
    from translations.commands import Streams

    return Streams(io.StringIO(given), io.StringIO(), io.StringIO())
