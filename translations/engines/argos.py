"""Translates with Argos packages, each loaded once and kept as long as memory allows."""

from __future__ import annotations

import os
import time
from collections import OrderedDict
from collections.abc import Iterator, Sequence
from pathlib import Path
from threading import Lock
from typing import Final

import structlog

from translations import packages
from translations.engines.argos_model import Model
from translations.engines.base import EngineError, Pair, Raw
from translations.package_format import InstalledPackage

log = structlog.get_logger()


class ArgosEngine:
    """The packages of one folder; what is installed or removed while it runs is seen at the next text.

    Not to be used in a process that forks after the first translation: CTranslate2's threads do not survive it.
    `max_resident_mb` bounds the models kept in memory, of which the one in use is always one.
    """

    name: Final = "argos"
    literal: Final = False

    def __init__(
        self, packages_dir: Path, *, beam: int = 2, max_resident_mb: int = 1500, threads: int | None = None
    ) -> None:
        self._directory = packages_dir
        self._beam = beam
        self._max_resident_mb = max_resident_mb
        self._threads = threads or len(os.sched_getaffinity(0))
        self._resident: OrderedDict[Path, Model] = OrderedDict()
        self._unusable: set[Path] = set()
        self._found: dict[Pair, InstalledPackage] = {}
        self._found_at = -1
        self._lock = Lock()

    def pairs(self) -> set[Pair]:
        return set(self._available())

    def package(self, source: str, target: str) -> str:
        package = self._available().get((source, target))
        return str(package) if package else f"translate-{source}_{target}"

    def translate(self, sentences: Sequence[str], source: str, target: str) -> list[Raw]:
        return list(self.stream(sentences, source, target))

    def stream(self, sentences: Sequence[str], source: str, target: str) -> Iterator[Raw]:
        model = self._model(self._installed(source, target))
        try:
            yield from model.stream(sentences)
        except (RuntimeError, ValueError) as error:  # what CTranslate2 raises, without the texts
            raise EngineError(f"{model.package} failed: {error}", permanent=False) from error

    def resident(self) -> list[str]:
        """The packages now in memory, the least recently used first."""
        return [str(model.package) for model in self._resident.values()]

    def _available(self) -> dict[Pair, InstalledPackage]:
        """The usable packages by pair, read again when something was put into the folder or taken out."""
        changed_at = self._directory.stat().st_mtime_ns if self._directory.is_dir() else 0
        if changed_at != self._found_at:
            self._found = {(package.source, package.target): package for package in packages.installed(self._directory)}
            self._found_at = changed_at
        return {pair: package for pair, package in self._found.items() if package.path not in self._unusable}

    def _installed(self, source: str, target: str) -> InstalledPackage:
        package = self._available().get((source, target))
        if package is None:
            raise EngineError(f"no package from {source} to {target} is installed", permanent=True)
        return package

    def _model(self, package: InstalledPackage) -> Model:
        with self._lock:
            model = self._resident.get(package.path) or self._load(package)
            self._resident[package.path] = model
            self._resident.move_to_end(package.path)
            self._forget_unused()
            return model

    def _load(self, package: InstalledPackage) -> Model:
        started = time.monotonic()
        try:
            model = Model(package, threads=self._threads, beam=self._beam)
        except (RuntimeError, ValueError, OSError) as error:
            self._unusable.add(package.path)  # another engine may serve the pair
            log.error("model_unusable", package=str(package), reason=str(error))
            raise EngineError(f"{package} cannot be loaded: {error}", permanent=True) from error
        seconds = round(time.monotonic() - started, 2)
        log.info("model_loaded", package=str(package), seconds=seconds, megabytes=round(model.megabytes, 1))
        return model

    def _forget_unused(self) -> None:
        """Drops models no longer installed, then the least recently used until the rest fits."""
        installed = {package.path for package in self._available().values()}
        for path in [path for path in self._resident if path not in installed]:
            del self._resident[path]
        while len(self._resident) > 1 and sum(m.megabytes for m in self._resident.values()) > self._max_resident_mb:
            _, model = self._resident.popitem(last=False)
            log.info("model_dropped", package=str(model.package))
