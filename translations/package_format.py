"""What an Argos package is once unpacked: a folder with metadata, a CTranslate2 model and its tokenizer."""

from __future__ import annotations

import json
import re
import struct
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from translations.languages import LANGUAGES

_VERSION: Final = re.compile(r"\d{1,6}(?:\.\d{1,6}){0,3}")
_TOKENIZERS: Final = ("sentencepiece.model", "bpe.model")
_VOCABULARIES: Final = ("shared_vocabulary", "source_vocabulary")
_NEWEST_MODEL_FORMAT: Final = 6  # CTranslate2's binary version, the first number of model.bin


class PackageError(Exception):
    """A package or an index cannot be used; the message says why, for the person who asked for it."""


@dataclass(frozen=True, slots=True)
class InstalledPackage:
    """A complete package in the packages folder."""

    source: str
    target: str
    version: str
    path: Path
    target_prefix: str = ""

    @property
    def name(self) -> str:
        return f"translate-{self.source}_{self.target}"

    @property
    def size(self) -> int:
        """Bytes on disk."""
        return sum(file.stat().st_size for file in self.path.rglob("*") if file.is_file())

    @property
    def rank(self) -> tuple[tuple[int, ...], float]:
        """What decides between two of the same pair: the version, then which was installed last."""
        return version_key(self.version), self.path.stat().st_mtime

    def __str__(self) -> str:
        return f"{self.name} {self.version}"


def version_key(version: str) -> tuple[int, ...]:
    """For comparing: 1.10 is newer than 1.9."""
    return tuple(int(part) for part in version.split("."))


def read(folder: Path) -> InstalledPackage:
    """The package in a folder. Raises PackageError when anything that translating needs is missing."""
    package = _described(folder, _metadata(folder / "metadata.json"))
    model = folder / "model"
    if not _is_model(model / "model.bin"):
        raise PackageError("the package holds no CTranslate2 model")
    if not any(file.stem in _VOCABULARIES for file in model.iterdir()):
        raise PackageError("the package's model has no vocabulary")
    if not any((folder / name).is_file() for name in _TOKENIZERS):
        raise PackageError("the package has no tokenizer")
    return package


def pair_and_version(metadata: dict[str, Any]) -> tuple[str, str, str]:
    """Source, target and version of a package's or an index's entry. Raises PackageError when one is unusable."""
    source, target = metadata.get("from_code"), metadata.get("to_code")
    version = metadata.get("package_version")
    if metadata.get("type", "translate") != "translate":
        raise PackageError("the package does not translate")
    if not isinstance(source, str) or not isinstance(target, str) or source == target:
        raise PackageError("the package's metadata names no language pair")
    for code in (source, target):
        if code not in LANGUAGES:
            raise PackageError(f"{code[:20]!r} is not a language that is read here")
    if not isinstance(version, str) or not _VERSION.fullmatch(version):
        raise PackageError("the package's metadata names no version")
    return source, target, version


def _metadata(file: Path) -> dict[str, Any]:
    try:
        metadata = json.loads(file.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise PackageError("the package has no metadata.json") from None
    except (OSError, ValueError, RecursionError):
        raise PackageError("the package's metadata.json cannot be read") from None
    if not isinstance(metadata, dict):
        raise PackageError("the package's metadata.json is not an object")
    return metadata


def _described(folder: Path, metadata: dict[str, Any]) -> InstalledPackage:
    prefix = metadata.get("target_prefix", "")
    if not isinstance(prefix, str):
        raise PackageError("the package's target prefix is not a text")
    return InstalledPackage(*pair_and_version(metadata), folder, prefix)


def _is_model(file: Path) -> bool:
    """A model file begins with the format's number, then length and name of the kind of model."""
    try:
        with file.open("rb") as opened:
            head = opened.read(64)
        binary_version, length = struct.unpack_from("<IH", head)
    except (OSError, struct.error):
        return False
    return 1 <= binary_version <= _NEWEST_MODEL_FORMAT and head[6 : 6 + length].endswith(b"Spec\0")
