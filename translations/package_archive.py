"""Unpacks an `.argosmodel` file (a zip) without trusting it."""

from __future__ import annotations

import stat
import zipfile
import zlib
from collections.abc import Iterable
from pathlib import Path, PurePosixPath
from typing import Final

from translations.package_format import PackageError

LARGEST: Final = 2 * 1024**3  # bytes unpacked; Argos packages have 50 to 300 MB
_MOST_FILES: Final = 2000
_CHUNK: Final = 1024 * 1024
# Sentence splitters that packages bring along; sentences are split here by other means.
_NOT_NEEDED: Final = frozenset({"stanza", "spacy", "minisbd"})
_METADATA: Final = "metadata.json"


def unpack(archive: Path, folder: Path, *, largest: int = LARGEST) -> None:
    """Writes the package's files into an empty folder, without the folder that they are in inside the archive.

    Raises PackageError for anything but plain files within the limits; the folder is then in no defined state.
    """
    try:
        with zipfile.ZipFile(archive) as opened:
            files = _checked(opened.infolist(), largest)
            root = _root(files)
            left = largest
            for entry, path in files.items():
                left -= _extract(opened, entry, folder / path.relative_to(root), left)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, UnicodeDecodeError) as error:
        raise PackageError(f"not a package, or a damaged one: {error}") from error


def _checked(entries: Iterable[zipfile.ZipInfo], largest: int) -> dict[zipfile.ZipInfo, PurePosixPath]:
    files = {entry: _safe_path(entry) for entry in entries if not entry.is_dir()}
    if len(files) > _MOST_FILES:
        raise PackageError(f"the package holds {len(files)} files, which none does")
    if sum(entry.file_size for entry in files) > largest:
        raise PackageError("the package is too large unpacked")
    if len({str(path).casefold() for path in files.values()}) < len(files):
        raise PackageError("the package holds a file twice")
    return {entry: path for entry, path in files.items() if _NOT_NEEDED.isdisjoint(path.parts)}


def _safe_path(entry: zipfile.ZipInfo) -> PurePosixPath:
    """Where the entry goes, relative. Raises PackageError for what would leave the folder or is no plain file."""
    path = PurePosixPath(entry.filename)
    mode = entry.external_attr >> 16
    if path.is_absolute() or ".." in path.parts or not path.parts or set(entry.filename) & set("\\\0:"):
        raise PackageError("the package holds a file that would be written outside its folder")
    if stat.S_IFMT(mode) not in {0, stat.S_IFREG}:
        raise PackageError("the package holds a link or a special file")
    if entry.flag_bits & 0x1:
        raise PackageError("the package is encrypted")
    return path


def _root(files: dict[zipfile.ZipInfo, PurePosixPath]) -> PurePosixPath:
    """The one folder that holds everything, or the archive's top."""
    holding = [path.parent for path in files.values() if path.name == _METADATA and len(path.parts) <= 2]
    if len(holding) != 1:
        raise PackageError("the package has no metadata.json" if not holding else "the archive holds several packages")
    root = holding[0]
    if not all(path.is_relative_to(root) for path in files.values()):
        raise PackageError("the package holds files outside its folder")
    return root


def _extract(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, target: Path, most: int) -> int:
    """Bytes written; counted while writing, since sizes in the archive may lie."""
    target.parent.mkdir(parents=True, exist_ok=True)
    written = 0
    with archive.open(entry) as packed, target.open("xb") as file:
        while chunk := packed.read(_CHUNK):
            written += len(chunk)
            if written > most:
                raise PackageError("the package is too large unpacked")
            file.write(chunk)
    return written
