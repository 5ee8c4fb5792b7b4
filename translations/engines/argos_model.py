"""One Argos package loaded for translating: CTranslate2 on int8, sentences of like length together."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final, Protocol

import ctranslate2

from translations import checks
from translations.engines import argos_tokens
from translations.engines.base import Raw
from translations.package_format import InstalledPackage

_LARGEST_BATCH: Final = 12  # sentences; more gains nothing, and costs memory
_WINDOW: Final = 32  # sentences sorted by length together
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

    def stream(self, sentences: Sequence[str]) -> Iterator[Raw]:
        """Each sentence translated, in the same order.

        All are handed over at once and taken back window by window: the cores decode on while the first are used.
        """
        tokens = [self._tokenizer.encode(sentence) for sentence in sentences]
        starts = range(0, len(tokens), _WINDOW)
        windows = [(start, self._submitted(tokens[start : start + _WINDOW], no_repeat=0)) for start in starts]
        for start, pending in windows:
            stretch = slice(start, start + _WINDOW)
            yield from self._settled(sentences[stretch], tokens[stretch], [one.result() for one in pending])

    def _settled(self, sentences: Sequence[str], tokens: Sequence[list[str]], results: list[_Result]) -> Iterator[Raw]:
        """The results, those that went astray decoded once more.

        Forbidding repetition from the start would spoil what rightly repeats ("2 times a day … 2 times a day").
        """
        astray = [i for i, result in enumerate(results) if self._is_astray(result, sentences[i], tokens[i])]
        again = self._submitted([tokens[i] for i in astray], no_repeat=_UNBROKEN)
        for index, pending in zip(astray, again, strict=True):
            results[index] = pending.result()
        for result, of_one in zip(results, tokens, strict=True):
            yield self._raw(result, longest(len(of_one)))

    def _submitted(self, tokens: Sequence[list[str]], *, no_repeat: int) -> list[_Pending]:
        pending: dict[int, _Pending] = {}
        for batch in self._batches(tokens):
            submitted = self._submit([tokens[index] for index in batch], no_repeat)
            pending |= dict(zip(batch, submitted, strict=True))
        return [pending[index] for index in range(len(tokens))]

    def _is_astray(self, result: _Result, sentence: str, tokens: Sequence[str]) -> bool:
        """Whether the model says the same again and again, or more than any sentence of that length comes to."""
        if len(result.hypotheses[0]) > longest(len(tokens)):
            return True
        text = self._tokenizer.decode(result.hypotheses[0])
        return checks.repeats(text) and not checks.repeats(sentence)

    def _batches(self, tokens: Sequence[Sequence[str]]) -> Iterator[list[int]]:
        """Indexes in batches, the longest first, so that no core is left alone with it at the end."""
        order = sorted(range(len(tokens)), key=lambda index: len(tokens[index]), reverse=True)
        rounds = -(-len(order) // (_LARGEST_BATCH * self._threads))
        size = max(1, -(-len(order) // max(1, rounds * self._threads)))  # as many batches for one core as for the other
        for start in range(0, len(order), size):
            yield order[start : start + size]

    def _submit(self, batch: list[list[str]], no_repeat: int) -> list[_Pending]:
        prefix = self.package.target_prefix
        pending: list[_Pending] = self._translator.translate_batch(
            batch,
            target_prefix=[[prefix]] * len(batch) if prefix else None,
            asynchronous=True,
            beam_size=self._beam,
            length_penalty=_LENGTH_PENALTY,
            no_repeat_ngram_size=no_repeat,
            max_input_length=0,
            max_decoding_length=longest(max(map(len, batch))),
            replace_unknowns=True,
            return_scores=True,
        )
        return pending

    def _raw(self, result: _Result, most: int) -> Raw:
        tokens, score = result.hypotheses[0], result.scores[0]
        length = max(len(tokens), 1)
        tokens = tokens[1:] if self.package.target_prefix in tokens[:1] else tokens
        return Raw(self._tokenizer.decode(tokens[:most]), score * length**_LENGTH_PENALTY / length)


def longest(tokens: int) -> int:
    """Tokens of the longest translation of so many: no pair of languages needs more, a model gone astray does."""
    return 3 * tokens + 20
