"""One Argos package loaded for translating: CTranslate2 on int8, sentences of like length together."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final, Protocol

import ctranslate2

from translations import checks
from translations.engines import argos_tokens
from translations.engines.base import Raw
from translations.package_format import InstalledPackage

_LARGEST_BATCH: Final = 32  # sentences; more gains nothing and keeps the others waiting
_LENGTH_PENALTY: Final = 0.2  # the one that Argos packages are evaluated with
_UNBROKEN: Final = 3  # n-gram that may not come twice when a sentence is decoded again


class _Result(Protocol):
    hypotheses: list[list[str]]
    scores: list[float]


class _Pending(Protocol):
    def result(self) -> _Result: ...


class Model:
    """Safe to call from several threads. `megabytes` is what it holds in memory, about the size of its file."""

    def __init__(self, package: InstalledPackage, *, threads: int, beam: int) -> None:
        self.package = package
        self.megabytes = (package.path / "model" / "model.bin").stat().st_size / 1e6
        self._threads = threads
        self._beam = beam
        self._tokenizer = argos_tokens.of(package)
        # One thread per batch and as many batches as cores: faster than many threads on one batch.
        self._translator = ctranslate2.Translator(
            str(package.path / "model"), device="cpu", compute_type="int8", inter_threads=threads, intra_threads=1
        )

    def translate(self, sentences: Sequence[str]) -> list[Raw]:
        """Each sentence translated, in the same order."""
        raws = self._decoded(sentences, no_repeat=0)
        # Forbidding repetition from the start would spoil what rightly repeats ("2 times a day … 2 times a day").
        stuck = [i for i, raw in enumerate(raws) if checks.repeats(raw.text) and not checks.repeats(sentences[i])]
        for index, raw in zip(stuck, self._decoded([sentences[i] for i in stuck], no_repeat=_UNBROKEN), strict=True):
            raws[index] = raw
        return raws

    def _decoded(self, sentences: Sequence[str], *, no_repeat: int) -> list[Raw]:
        tokens = [self._tokenizer.encode(sentence) for sentence in sentences]
        pending: dict[int, _Pending] = {}
        for batch in self._batches(tokens):
            results = self._submit([tokens[index] for index in batch], no_repeat)
            pending |= dict(zip(batch, results, strict=True))
        return [self._raw(pending[index].result()) for index in range(len(sentences))]

    def _batches(self, tokens: Sequence[Sequence[str]]) -> Iterator[list[int]]:
        """Indexes in batches, the longest first, so that no core is left alone with it at the end."""
        order = sorted(range(len(tokens)), key=lambda index: len(tokens[index]), reverse=True)
        rounds = -(-len(order) // (_LARGEST_BATCH * self._threads))
        size = max(1, -(-len(order) // max(1, rounds * self._threads)))  # as many batches for one core as for the other
        for start in range(0, len(order), size):
            yield order[start : start + size]

    def _submit(self, batch: list[list[str]], no_repeat: int) -> list[_Pending]:
        longest = max(len(tokens) for tokens in batch)
        prefix = self.package.target_prefix
        pending: list[_Pending] = self._translator.translate_batch(
            batch,
            target_prefix=[[prefix]] * len(batch) if prefix else None,
            asynchronous=True,
            beam_size=self._beam,
            length_penalty=_LENGTH_PENALTY,
            no_repeat_ngram_size=no_repeat,
            max_input_length=0,
            max_decoding_length=3 * longest + 20,  # no pair of languages needs more; a model gone astray would
            replace_unknowns=True,
            return_scores=True,
        )
        return pending

    def _raw(self, result: _Result) -> Raw:
        tokens, score = result.hypotheses[0], result.scores[0]
        length = max(len(tokens), 1)
        tokens = tokens[1:] if self.package.target_prefix in tokens[:1] else tokens
        return Raw(self._tokenizer.decode(tokens), score * length**_LENGTH_PENALTY / length)
