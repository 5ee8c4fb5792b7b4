"""Builds an Argos package of the usual shape with random weights: as slow as a real one, and free to make anywhere."""

from __future__ import annotations

import json
import random
import zipfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, Final

import numpy as np
import sentencepiece
from ctranslate2.specs import TransformerSpec, common_spec

LAYERS, HEADS, WIDTH, INNER = 6, 8, 512, 2048
VOCABULARY: Final = 32_000
_SEED: Final = 7
_LONGEST: Final = 256  # positions, more than any output
_END: Final = 2  # SentencePiece's number of the end of a sentence
_POSITION: Final = 4.0  # so much louder than the layers that the output depends on the position alone
_CERTAINTY: Final = 15.0  # logit of the token that is due
_SYLLABLES: Final = [a + b + c for a in "bcdfglmnprstv" for b in "aeiou" for c in ("", "n", "r", "s")]


def build(file: Path, texts: Iterable[str], *, source: str, target: str, output_tokens: int) -> Path:
    """The package as `file`. Every sentence comes out `output_tokens` tokens long, no two of them the same.

    All weights are random but those of the last layer, which reads the position: nothing else forces the same length
    on every program that translates with the package, whatever limits it sets.
    """
    folder = file.with_suffix("")
    (folder / "model").mkdir(parents=True)
    pieces = _tokenizer(folder, texts)
    _model(folder / "model", pieces, output_tokens)
    metadata = {"package_version": "1.0", "argos_version": "1.9.0", "type": "translate", "target_prefix": ""}
    metadata |= {"from_code": source, "from_name": source, "to_code": target, "to_name": target}
    (folder / "metadata.json").write_text(json.dumps(metadata), encoding="utf-8")
    with zipfile.ZipFile(file, "w", zipfile.ZIP_STORED) as archive:
        for path in sorted(folder.rglob("*")):
            archive.write(path, f"translate-{source}_{target}/{path.relative_to(folder)}")
    return file


def _tokenizer(folder: Path, texts: Iterable[str]) -> list[str]:
    """Trains a vocabulary of the usual size on the texts and on invented words enough to fill it."""
    sentencepiece.SentencePieceTrainer.train(
        sentence_iterator=_corpus(texts),
        model_prefix=str(folder / "sentencepiece"),
        vocab_size=VOCABULARY,
        model_type="bpe",
        character_coverage=1.0,
        minloglevel=2,
        num_threads=2,
    )
    (folder / "sentencepiece.vocab").unlink()
    processor = sentencepiece.SentencePieceProcessor(model_file=str(folder / "sentencepiece.model"))
    return [processor.id_to_piece(number) for number in range(VOCABULARY)]


def _corpus(texts: Iterable[str]) -> Iterator[str]:
    chance = random.Random(_SEED)
    yield from (text for text in texts for _ in range(3))
    for _ in range(12_000):
        yield " ".join("".join(chance.choices(_SYLLABLES, k=chance.randint(2, 4))) for _ in range(6))


def _model(folder: Path, pieces: list[str], output_tokens: int) -> None:
    chance = np.random.default_rng(_SEED)
    spec = TransformerSpec.from_config(LAYERS, HEADS, pre_norm=True, activation=common_spec.Activation.RELU)
    embedding = _random(chance, VOCABULARY, WIDTH)
    for side in (spec.encoder.embeddings[0], spec.decoder.embeddings):
        side.weight = embedding
    for layer in spec.encoder.layer:
        _attention(chance, layer.self_attention, (3 * WIDTH, WIDTH))
        _inner(chance, layer.ffn)
    for layer in spec.decoder.layer:
        _attention(chance, layer.self_attention, (3 * WIDTH, WIDTH))
        _attention(chance, layer.attention, (WIDTH, 2 * WIDTH, WIDTH))
        _inner(chance, layer.ffn)
    _norm(spec.encoder.layer_norm)
    _norm(spec.decoder.layer_norm)
    positions = chance.standard_normal((_LONGEST, WIDTH)).astype(np.float32)
    spec.decoder.position_encodings.encodings = _POSITION * positions
    spec.decoder.projection.weight = _projection(chance, pieces, positions, output_tokens)
    spec.decoder.projection.bias = np.zeros(VOCABULARY, dtype=np.float32)
    spec.register_source_vocabulary(pieces)
    spec.register_target_vocabulary(pieces)
    spec.validate()
    spec.optimize(quantization="int8")
    spec.save(str(folder))


def _projection(
    chance: np.random.Generator, pieces: list[str], positions: np.ndarray[Any, Any], output_tokens: int
) -> np.ndarray[Any, Any]:
    """Random, but that a word of its own is due at each position, and the end after `output_tokens` of them."""
    weight = _random(chance, VOCABULARY, WIDTH)
    words = [number for number, piece in enumerate(pieces) if piece.startswith("▁") and len(piece) > 4]
    due = [*chance.choice(words, output_tokens, replace=False), _END]
    weight[due] = positions[: len(due)] * (_CERTAINTY / WIDTH)
    return weight


def _random(chance: np.random.Generator, *shape: int) -> np.ndarray[Any, Any]:
    return (0.02 * chance.standard_normal(shape)).astype(np.float32)


def _linear(chance: np.random.Generator, spec: common_spec.LinearSpec, outputs: int, inputs: int) -> None:
    spec.weight, spec.bias = _random(chance, outputs, inputs), np.zeros(outputs, dtype=np.float32)


def _norm(spec: common_spec.LayerNormSpec) -> None:
    spec.gamma, spec.beta = np.ones(WIDTH, dtype=np.float32), np.zeros(WIDTH, dtype=np.float32)


def _attention(chance: np.random.Generator, spec: Any, outputs: tuple[int, ...]) -> None:
    _norm(spec.layer_norm)
    for linear, size in zip(spec.linear, outputs, strict=True):
        _linear(chance, linear, size, WIDTH)


def _inner(chance: np.random.Generator, spec: Any) -> None:
    _norm(spec.layer_norm)
    _linear(chance, spec.linear_0, INNER, WIDTH)
    _linear(chance, spec.linear_1, WIDTH, INNER)
