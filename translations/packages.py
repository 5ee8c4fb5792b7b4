"""Installs, lists and removes Argos packages; a package is there whole or not at all."""

from __future__ import annotations

import errno
import hashlib
import shutil
import tempfile
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

from translations import package_archive, package_format, package_index
from translations.languages import english_name
from translations.package_format import InstalledPackage, PackageError
from translations.package_index import DEFAULT_INDEX_URL, AvailablePackage, Progress, available, with_sizes

__all__ = [
    "DEFAULT_INDEX_URL",
    "AvailablePackage",
    "InstalledPackage",
    "PackageError",
    "Progress",
    "available",
    "install_file",
    "install_from_index",
    "installed",
    "remove",
    "with_sizes",
]

_DOWNLOADS: Final = ".downloads"
_STAGING: Final = ".staging-"
_ABANDONED: Final = 3600.0  # seconds after which a half-done installation is nobody's any more


def installed(directory: Path) -> list[InstalledPackage]:
    """The packages that translate, one per pair: the newest of it. Damaged folders are passed over."""
    newest: dict[str, InstalledPackage] = {}
    for package in _all(directory):
        rival = newest.get(package.name)
        if rival is None or package.rank > rival.rank:
            newest[package.name] = package
    return sorted(newest.values(), key=lambda package: package.name)


def install_from_index(
    languages: Sequence[str], directory: Path, index_url: str, progress: Progress
) -> list[InstalledPackage]:
    """Downloads and installs what the index offers between each language and English, both ways.

    Raises PackageError, before any download, when it offers nothing for one of them.
    """
    wanted = _offered(languages, available(index_url))
    return [_install_download(package, directory, progress) for package in wanted]


def install_file(file: Path, directory: Path) -> InstalledPackage:
    """Installs a package from a file, in place of other versions of the pair. Raises PackageError, changing nothing."""
    return _install(file, directory, expected=None)


def remove(language: str, directory: Path) -> list[InstalledPackage]:
    """Removes all packages from and to a language and says which. Raises PackageError if there are none."""
    gone = [package for package in _all(directory) if language in {package.source, package.target}]
    if not gone:
        raise PackageError(f"no package for {english_name(language)} is installed")
    with _clear_errors():
        for package in gone:
            _delete(package.path)
    return gone


def _all(directory: Path) -> Iterator[InstalledPackage]:
    for folder in sorted(directory.iterdir()) if directory.is_dir() else ():
        if folder.is_dir() and not folder.name.startswith("."):
            with suppress(PackageError, OSError):
                yield package_format.read(folder)


def _offered(languages: Sequence[str], packages: Iterable[AvailablePackage]) -> list[AvailablePackage]:
    by_pair = {(package.source, package.target): package for package in packages}
    wanted: dict[str, AvailablePackage] = {}
    for language in languages:
        found = [by_pair[pair] for pair in ((language, "en"), ("en", language)) if pair in by_pair]
        if not found:
            raise PackageError(f"the index offers no package for {english_name(language)}")
        wanted |= {package.name: package for package in found}
    return list(wanted.values())


def _install_download(package: AvailablePackage, directory: Path, progress: Progress) -> InstalledPackage:
    with _clear_errors():
        downloads = directory / _DOWNLOADS
        downloads.mkdir(parents=True, exist_ok=True)
        file = downloads / f"{package.name}-{package.version}.argosmodel"
        package_index.download(package, file, progress)
        try:
            return _install(file, directory, expected=package.name)
        finally:
            file.unlink(missing_ok=True)  # complete: if it could not be installed, going on with it would not help


def _install(file: Path, directory: Path, *, expected: str | None) -> InstalledPackage:
    with _clear_errors():
        _clear_abandoned(directory)
        directory.mkdir(parents=True, exist_ok=True)
        fingerprint = _fingerprint(file)
        staging = Path(tempfile.mkdtemp(prefix=_STAGING, dir=directory))
        try:
            package_archive.unpack(file, staging)
            staged = package_format.read(staging)
            if expected not in {None, staged.name}:
                raise PackageError(f"{expected} was expected, but the package is {staged}")
            package = _put_in_place(staged, directory, fingerprint)
        finally:
            shutil.rmtree(staging, ignore_errors=True)
    for other in _all(directory):
        if other.name == package.name and other.path != package.path:
            _delete(other.path)
    return package


def _put_in_place(package: InstalledPackage, directory: Path, fingerprint: str) -> InstalledPackage:
    """One rename puts the whole package there; its content is part of the name, so nothing is ever overwritten."""
    place = directory / f"{package.name}-{package.version.replace('.', '_')}-{fingerprint}"
    if not place.exists():
        package.path.chmod(0o755)
        package.path.rename(place)
    return package_format.read(place)


def _fingerprint(file: Path) -> str:
    with file.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()[:8]


def _delete(folder: Path) -> None:
    """Out of sight with one rename first: nobody ever finds half a package."""
    hidden = Path(tempfile.mkdtemp(prefix=_STAGING, dir=folder.parent)) / folder.name
    folder.rename(hidden)
    shutil.rmtree(hidden.parent)


def _clear_abandoned(directory: Path) -> None:
    """Removes what an installation left behind that was killed in the middle."""
    for folder in directory.glob(f"{_STAGING}*"):
        if time.time() - folder.stat().st_mtime > _ABANDONED:
            shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def _clear_errors() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        if error.errno in {errno.ENOSPC, errno.EDQUOT}:
            raise PackageError("the disk is full: nothing was installed") from error
        raise PackageError(f"{error.strerror or error}: {error.filename or 'packages folder'}") from error
