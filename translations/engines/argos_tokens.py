"""The two ways in which Argos packages cut sentences into a model's tokens."""

from __future__ import annotations

from pathlib import Path
from typing import Protocol

import sentencepiece

from translations.package_format import InstalledPackage

_SPACE = "▁"


class Tokenizer(Protocol):
    """Between a sentence and its tokens; safe to call from several threads."""

    def encode(self, sentence: str) -> list[str]: ...

    def decode(self, tokens: list[str]) -> str: ...


def of(package: InstalledPackage) -> Tokenizer:
    """The tokenizer that the package was trained with."""
    if (package.path / "sentencepiece.model").is_file():
        return SentencePiece(package.path / "sentencepiece.model")
    return BytePairs(package.path / "bpe.model", package.source, package.target)


class SentencePiece:
    """A SentencePiece model, as in nearly all packages."""

    def __init__(self, model: Path) -> None:
        self._processor = sentencepiece.SentencePieceProcessor(model_file=str(model))

    def encode(self, sentence: str) -> list[str]:
        tokens: list[str] = self._processor.encode(sentence, out_type=str)
        return tokens

    def decode(self, tokens: list[str]) -> str:
        decoded: str = self._processor.decode_pieces(tokens)
        return decoded.replace(_SPACE, " ").strip()


class BytePairs:
    """Byte pairs on Moses tokens, as in the packages made from OPUS models."""

    def __init__(self, model: Path, source: str, target: str) -> None:
        # Only packages of this kind need these; importing them reads no setting and writes nothing.
        from argostranslate.tokenizer import BPETokenizer

        self._tokenizer = BPETokenizer(model, source, target)
        self._tokenizer.lazy_load()  # not when a first sentence comes, perhaps in two threads at once

    def encode(self, sentence: str) -> list[str]:
        tokens: list[str] = self._tokenizer.encode(sentence)
        return tokens

    def decode(self, tokens: list[str]) -> str:
        decoded: str = self._tokenizer.decode(tokens)
        return decoded.strip()
