"""Compiled terms and concepts, kept in files beside the knowledge by set-up: no process compiles them at its start.

A file of terms is read only if it was made of exactly these terms by exactly this code, which its first bytes tell. It
is a pickle: like a compiled module it is trusted as much as the program, and nothing at run time writes it.
"""

from __future__ import annotations

import hashlib
import pickle
from functools import cache
from pathlib import Path
from typing import Final

from service.understanding import concepts, knowledge_files
from service.understanding.concept_table import Concepts
from service.understanding.terms.matcher import Matcher
from translations import mapped_files

BUILT: Final = Path(__file__).parent / "knowledge" / "compiled"
_CODE: Final = Path(__file__).parent
_DIGEST_BYTES: Final = 32


def load(language: str, folder: Path = BUILT) -> Matcher | None:
    """The compiled terms of a language, None if there are none or they are out of date."""
    path = folder / f"{language}.bin"
    if not path.is_file():
        return None
    content = path.read_bytes()
    if content[:_DIGEST_BYTES] != _digest(language):
        return None
    matcher = pickle.loads(content[_DIGEST_BYTES:])  # noqa: S301
    return matcher if isinstance(matcher, Matcher) else None


def save(matcher: Matcher, folder: Path = BUILT) -> None:
    """Keeps the compiled terms of a language."""
    folder.mkdir(parents=True, exist_ok=True)
    unfinished = folder / f"{matcher.language}.new"
    unfinished.write_bytes(_digest(matcher.language) + pickle.dumps(matcher, protocol=5))
    unfinished.replace(folder / f"{matcher.language}.bin")


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
    for kind in knowledge_files.KINDS:
        path = knowledge_files.path_of(kind, language)
        digest.update(path.read_bytes() if path.is_file() else b"")
        digest.update(kind.encode())
    return digest.digest()


@cache
def _digest_of_code() -> bytes:
    digest = hashlib.sha256()
    for path in sorted((*_CODE.rglob("*.py"), *_CODE.rglob("*.pyx"))):
        digest.update(path.read_bytes())
    return digest.digest()
