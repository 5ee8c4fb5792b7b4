"""Reads the index of Argos packages and downloads from it, going on where a broken download stopped."""

from __future__ import annotations

import hashlib
import http.client
import json
import re
import urllib.error
import urllib.request
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

from translations.package_format import PackageError, pair_and_version, version_key

DEFAULT_INDEX_URL: Final = "https://raw.githubusercontent.com/argosopentech/argospm-index/main/index.json"
LARGEST_DOWNLOAD: Final = 1024**3
_LARGEST_INDEX: Final = 8 * 1024**2
_TIMEOUT: Final = 20.0  # seconds without a byte
_ATTEMPTS: Final = 4
_CHUNK: Final = 256 * 1024
_NETWORK_ERRORS: Final = (urllib.error.URLError, http.client.HTTPException, TimeoutError, ConnectionError)

# Called with the package's name, the bytes there are and the bytes there will be, None while that is not known.
Progress = Callable[[str, int, int | None], None]


@dataclass(frozen=True, slots=True)
class AvailablePackage:
    """A package that the index offers; `size` in bytes and `sha256` where known."""

    source: str
    target: str
    version: str
    links: tuple[str, ...]
    size: int | None = None
    sha256: str | None = None

    @property
    def name(self) -> str:
        return f"translate-{self.source}_{self.target}"

    def __str__(self) -> str:
        return f"{self.name} {self.version}"


def available(index_url: str) -> list[AvailablePackage]:
    """The newest package of every pair of our languages. Raises PackageError when the index cannot be had or read."""
    entries = _entries(_fetch(_index_file(index_url)))
    newest: dict[str, AvailablePackage] = {}
    for package in _usable(entries):
        rival = newest.get(package.name)
        if rival is None or version_key(package.version) > version_key(rival.version):
            newest[package.name] = package
    if not newest:
        raise PackageError("the index offers no package for any of our languages")
    return sorted(newest.values(), key=lambda package: package.name)


def with_sizes(packages: Iterable[AvailablePackage]) -> list[AvailablePackage]:
    """The packages with the sizes that the index did not give asked from the servers, where they answer."""
    with ThreadPoolExecutor(max_workers=8) as pool:
        return list(pool.map(_with_size, packages))


def download(package: AvailablePackage, file: Path, progress: Progress) -> None:
    """Downloads to `file`, going on with what of it is there.

    Raises PackageError. What came so far stays for the next time; a whole file with a wrong checksum is deleted.
    """
    reason = "the index names no address to download it from"
    for link in package.links:
        for _ in range(_ATTEMPTS):
            try:
                _fetch_into(link, file, package, progress)
            except _NETWORK_ERRORS as error:
                reason = _reason(error)
                if isinstance(error, urllib.error.HTTPError):
                    break
            else:
                _verify(file, package)
                return
    raise PackageError(f"{package} cannot be downloaded: {reason}")


def _index_file(index_url: str) -> str:
    _check_scheme(index_url)
    return index_url if index_url.endswith(".json") else f"{index_url.rstrip('/')}/index.json"


def _fetch(url: str) -> bytes:
    try:
        with _open(url) as answer:
            body: bytes = answer.read(_LARGEST_INDEX + 1)
    except (*_NETWORK_ERRORS, ValueError) as error:
        raise PackageError(f"the index of packages cannot be fetched: {_reason(error)}") from error
    if len(body) > _LARGEST_INDEX:
        raise PackageError("what the index address answers is too large for an index")
    return body


def _entries(body: bytes) -> list[Any]:
    try:
        entries = json.loads(body)
    except (ValueError, RecursionError):
        entries = None
    if not isinstance(entries, list):
        raise PackageError("what the index address answers is not an index of packages")
    return entries


def _usable(entries: Iterable[Any]) -> Iterable[AvailablePackage]:
    """The entries that make sense; the index also lists other kinds and languages."""
    for entry in entries:
        with suppress(PackageError):
            if isinstance(entry, dict) and (links := _links(entry)):
                yield AvailablePackage(*pair_and_version(entry), links, _size(entry), _sha256(entry))


def _links(entry: Mapping[str, Any]) -> tuple[str, ...]:
    links = entry.get("links")
    listed = links if isinstance(links, list) else []
    return tuple(link for link in listed if isinstance(link, str) and _is_web(link))


def _size(entry: Mapping[str, Any]) -> int | None:
    size = entry.get("size")
    return size if isinstance(size, int) and size > 0 else None


def _sha256(entry: Mapping[str, Any]) -> str | None:
    given = str(entry.get("sha256") or entry.get("checksum") or "").lower().removeprefix("sha256:")
    return given if re.fullmatch(r"[0-9a-f]{64}", given) else None


def _with_size(package: AvailablePackage) -> AvailablePackage:
    if package.size is not None:
        return package
    for link in package.links:
        with suppress(*_NETWORK_ERRORS, ValueError), _open(link, method="HEAD") as answer:
            length = answer.headers.get("Content-Length", "")
            return replace(package, size=int(length)) if length.isdigit() else package
    return package


def _fetch_into(link: str, file: Path, package: AvailablePackage, progress: Progress) -> None:
    have = file.stat().st_size if file.exists() else 0
    try:
        answer = _open(link, headers={"Range": f"bytes={have}-"} if have else {})
    except urllib.error.HTTPError as error:
        if error.code == http.HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE and have:
            return  # all of it is there: the checksum will tell
        raise
    with answer:
        continued = answer.status == http.HTTPStatus.PARTIAL_CONTENT
        have = have if continued else 0
        length = answer.headers.get("Content-Length", "")
        total = have + int(length) if length.isdigit() else package.size
        if (total or 0) > LARGEST_DOWNLOAD:
            raise PackageError(f"{package} is too large to download")
        with file.open("ab" if continued else "wb") as opened:
            while chunk := answer.read(_CHUNK):
                have += len(chunk)
                if have > LARGEST_DOWNLOAD:
                    raise PackageError(f"{package} is too large to download")
                opened.write(chunk)
                progress(str(package), have, total)
    if total is not None and have < total:
        raise ConnectionError("the connection ended early")


def _verify(file: Path, package: AvailablePackage) -> None:
    if package.sha256 is None:
        return
    with file.open("rb") as opened:
        found = hashlib.file_digest(opened, "sha256").hexdigest()
    if found != package.sha256:
        file.unlink()
        raise PackageError(f"{package} was downloaded, but its checksum is wrong")


def _open(url: str, *, method: str = "GET", headers: Mapping[str, str] | None = None) -> http.client.HTTPResponse:
    _check_scheme(url)
    # Only http and https come this far, which is what S310 asks for.
    request = urllib.request.Request(url, method=method, headers={"User-Agent": "dragoman", **(headers or {})})  # noqa: S310
    answer: http.client.HTTPResponse = urllib.request.urlopen(request, timeout=_TIMEOUT)  # noqa: S310
    return answer


def _check_scheme(url: str) -> None:
    if not _is_web(url):
        raise PackageError("the address of the index must begin with https:// or http://")


def _is_web(url: str) -> bool:
    try:
        return urlsplit(url).scheme in {"http", "https"}
    except ValueError:
        return False


def _reason(error: Exception) -> str:
    return str(getattr(error, "reason", None) or error or type(error).__name__)
