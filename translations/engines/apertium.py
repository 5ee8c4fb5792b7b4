"""Translates by Apertium's rules: one long-lived pipeline per pair, restarted when it dies or hangs."""

from __future__ import annotations

import shutil
import subprocess
import time
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from threading import Lock
from typing import Final

import structlog

from translations.checks import NOT_TRANSLATED
from translations.engines import apertium_stream as stream
from translations.engines.apertium_pipeline import Command, Pipeline, commands
from translations.engines.base import EngineError, Pair, Raw
from translations.languages import LANGUAGES

MODES: Final = Path("/usr/share/apertium/modes")
_PATIENCE: Final = 5.0  # seconds without any answer after which a pipeline counts as hung
_MORE_AT_START: Final = 2  # times as long: the stages first read their dictionaries
_TRIES: Final = 2
_FAILURES_IN_A_ROW: Final = 3  # then it is not the sentences that are at fault

log = structlog.get_logger()


class ApertiumEngine:
    """Apertium pairs found in a folder of modes; none where Apertium is not installed."""

    name: Final = "apertium"

    def __init__(self, modes: Path = MODES, *, patience: float = _PATIENCE) -> None:
        self._modes = modes
        self._patience = patience
        self._lines: dict[Pair, _Line] = {}
        self._found: dict[Pair, Path] = {}
        self._found_at = -1.0
        self._lock = Lock()

    def pairs(self) -> set[Pair]:
        return set(self._available())

    def package(self, source: str, target: str) -> str:
        mode = self._available().get((source, target))
        return _package(mode) if mode else f"apertium-{source}-{target}"

    def translate(self, sentences: Sequence[str], source: str, target: str) -> list[Raw]:
        return self._line((source, target)).translate(sentences)

    def pids(self) -> list[int]:
        """The processes now running, for supervision and tests."""
        return [pid for line in self._lines.values() for pid in line.pids()]

    def close(self) -> None:
        """Ends all pipelines; the next translation starts its own again."""
        for line in self._lines.values():
            line.close()

    def _line(self, pair: Pair) -> _Line:
        with self._lock:
            if pair not in self._lines:
                mode = self._available().get(pair)
                stages = commands(mode) if mode else None
                if stages is None:
                    raise EngineError(f"Apertium has no pair from {pair[0]} to {pair[1]}", permanent=True)
                self._lines[pair] = _Line(pair, stages, self._patience)
            return self._lines[pair]

    def _available(self) -> dict[Pair, Path]:
        """The modes by pair, looked for again when the folder has changed."""
        changed_at = self._modes.stat().st_mtime if self._modes.is_dir() else 0.0
        if changed_at != self._found_at:
            self._found = {pair: mode for pair, mode in _modes_by_pair(self._modes).items() if commands(mode)}
            self._found_at = changed_at
        return self._found


class _Line:
    """The pipeline of one pair with its restarts; threads take turns."""

    def __init__(self, pair: Pair, stages: Sequence[Command], patience: float) -> None:
        self._pair = pair
        self._stages = stages
        self._patience = patience
        self._pipeline: Pipeline | None = None
        self._fresh = True
        self._lock = Lock()

    def translate(self, sentences: Sequence[str]) -> list[Raw]:
        with self._lock:
            done: list[Raw] = []
            tries = failures = 0
            while len(done) < len(sentences):
                answered = self._run(sentences[len(done) :])
                done += answered
                if answered:
                    tries = failures = 0
                if len(done) == len(sentences):
                    break
                self._stop()
                tries += 1
                if tries == _TRIES:  # the first unanswered sentence is what the pipeline dies of
                    done.append(Raw(sentences[len(done)], flags=(NOT_TRANSLATED,)))
                    tries, failures = 0, failures + 1
                if failures == _FAILURES_IN_A_ROW or failures == len(sentences):
                    raise EngineError(f"Apertium does not answer from {self._pair[0]}", permanent=False)
            return done

    def pids(self) -> list[int]:
        return self._pipeline.pids if self._pipeline else []

    def close(self) -> None:
        with self._lock:
            self._stop()

    def _run(self, sentences: Sequence[str]) -> list[Raw]:
        """The answers as far as they came and make sense."""
        pipeline = self._running()
        blocks = [stream.write(sentence, number) for number, sentence in enumerate(sentences)]
        patience = self._patience * (_MORE_AT_START if self._fresh else 1)
        read: list[Raw] = []
        for answer, block in zip(pipeline.run([block.data for block in blocks], patience), blocks, strict=False):
            raw = stream.read(answer, block)
            if raw is None:
                break
            read.append(raw)
        self._fresh = not read
        return read

    def _running(self) -> Pipeline:
        if self._pipeline is None:
            started = time.monotonic()
            try:
                self._pipeline = Pipeline(self._stages)
            except OSError as error:
                raise EngineError(f"Apertium cannot be started: {error}", permanent=False) from error
            self._fresh = True
            log.info("apertium_started", pair="-".join(self._pair), seconds=round(time.monotonic() - started, 3))
        return self._pipeline

    def _stop(self) -> None:
        if self._pipeline is not None:
            self._pipeline.close()
            self._pipeline = None
            log.info("apertium_stopped", pair="-".join(self._pair))


def _modes_by_pair(folder: Path) -> dict[Pair, Path]:
    """Apertium names its modes by two- or three-letter codes ("fr-es", "spa-eng"); varieties ("es-pt_BR") are left."""
    ours = {code: language.code for language in LANGUAGES.values() for code in (language.code, language.apertium)}
    found: dict[Pair, Path] = {}
    for mode in sorted(folder.glob("*.mode")) if folder.is_dir() else ():
        source, _, target = mode.stem.partition("-")
        if source in ours and target in ours:
            found.setdefault((ours[source], ours[target]), mode)
    return found


def _package(mode: Path) -> str:
    """The package that the mode's data belongs to, with its version where the package manager knows it."""
    data = [part for part in mode.read_text(encoding="utf-8").split("'") if "/apertium-" in part]
    name = Path(data[0]).parent.name if data else mode.stem
    return f"{name} {_version(name)}".strip()


@cache
def _version(package: str) -> str:
    if not shutil.which("dpkg-query"):
        return ""
    asked = subprocess.run(
        ["dpkg-query", "-W", "-f", "${Version}", package], capture_output=True, text=True, check=False, timeout=10
    )
    return asked.stdout.strip()
