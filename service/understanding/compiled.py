"""Compiled terms and concepts, kept in files beside the knowledge by set-up: no process compiles them at its start.

A file of terms is read only if it was made of exactly these terms by exactly this code, which its first bytes tell.
Behind them stand the length of a head, the head in JSON, and, aligned, the numbers, which all processes map.
"""

from __future__ import annotations

import hashlib
import struct
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Final

from service.understanding import concepts, knowledge_files
from service.understanding.concept_table import Concepts
from service.understanding.terms.matcher import Matcher
from translations import mapped_files

BUILT: Final = Path(__file__).parent / "knowledge" / "compiled"
_CODE: Final = Path(__file__).parent
_DIGEST_BYTES: Final = 32
_LENGTH: Final = struct.Struct("<Q")
_ALIGNED: Final = 8


def load(language: str, folder: Path = BUILT) -> Matcher | None:
    """The compiled terms of a language, None if there are none or they are out of date."""
    return read(language, _digest(language), folder)


def save(matcher: Matcher, folder: Path = BUILT) -> None:
    """Keeps the compiled terms of a language."""
    write(matcher.language, matcher, _digest(matcher.language), folder)


def read(name: str, digest: bytes, folder: Path = BUILT) -> Matcher | None:
    """Compiled terms by the name of their file, None unless they were made of what has this digest."""
    path = folder / f"{name}.bin"
    if not path.is_file():
        return None
    content = memoryview(mapped_files.read(path))
    if content[:_DIGEST_BYTES] != digest:
        return None
    try:
        (length,) = _LENGTH.unpack_from(content, _DIGEST_BYTES)
        start = _DIGEST_BYTES + _LENGTH.size
        end = start + length
        return Matcher.read(str(content[start:end], "utf-8"), content[_aligned(end) :].cast("i"))
    except (ValueError, LookupError, TypeError, struct.error):
        return None


def write(name: str, matcher: Matcher, digest: bytes, folder: Path = BUILT) -> None:
    """Keeps compiled terms under a name, with the digest of what they were made of."""
    folder.mkdir(parents=True, exist_ok=True)
    head, numbers = matcher.written()
    told = head.encode()
    start = digest + _LENGTH.pack(len(told)) + told
    content = start.ljust(_aligned(len(start)), b" ") + bytes(numbers)
    mapped_files.write(folder / f"{name}.bin", content)


def digest_of(path: Path) -> bytes:
    """Of a file and of the code that compiles it."""
    return hashlib.sha256(_digest_of_code() + path.read_bytes()).digest()


def _aligned(place: int) -> int:
    return -(-place // _ALIGNED) * _ALIGNED


@cache
def known_concepts() -> Concepts:
    """The words of all concepts, mapped into memory; compiled if set-up has not, or not since a file has changed."""
    try:
        return Concepts(mapped_files.read(BUILT / _name_of_concepts()))
    except (OSError, ValueError):
        return Concepts(concepts.compile_table(concepts.languages()))


def save_concepts(folder: Path = BUILT) -> None:
    """Keeps the words of all concepts, in place of what was kept before."""
    folder.mkdir(parents=True, exist_ok=True)
    kept = folder / _name_of_concepts()
    mapped_files.write(kept, concepts.compile_table(concepts.languages()).tobytes())
    for other in folder.glob("concepts-*"):
        if other != kept:
            other.unlink()


def _name_of_concepts() -> str:
    digest = hashlib.sha256(_digest_of_code())
    for path in (concepts.list_of_codes(), *map(concepts.path_of, sorted(concepts.languages()))):
        digest.update(path.read_bytes())
    return f"concepts-{digest.hexdigest()[:16]}.table"


def _digest(language: str) -> bytes:
    """Of the terms of a language and of the code that compiles them."""
    digest = hashlib.sha256(_digest_of_code())
    digest.update(version("babel").encode())  # which names the countries
    for kind in knowledge_files.KINDS:
        path = knowledge_files.path_of(kind, language)
        digest.update(path.read_bytes() if path.is_file() else b"")
        digest.update(kind.encode())
    return digest.digest()


@cache
def _digest_of_code() -> bytes:
    """Of all code that reading and compiling depend on."""
    digest = hashlib.sha256()
    for path in sorted(path for ending in ("py", "pyx", "pxd") for path in _CODE.rglob(f"*.{ending}")):
        digest.update(path.read_bytes())
    return digest.digest()
