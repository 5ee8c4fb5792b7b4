"""The models of an installation: the one that set-up makes of the knowledge, and versions promoted after it."""

from __future__ import annotations

import json
import shutil
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Final

from service.understanding.learned import model
from service.understanding.learned.model import BUILT, Model, ModelError

_STATE: Final = "state.json"
_BUILT: Final = ""
"""Stands for the model of set-up among the versions."""


@dataclass(frozen=True, slots=True)
class Version:
    """A promoted model: of which built one it is the better, when it was made (ISO 8601), and how it was judged."""

    version: str
    base: str
    made_at: str
    report: dict[str, float]


@dataclass(slots=True)
class _State:
    current: str = _BUILT
    earlier: list[str] = field(default_factory=list)
    versions: list[Version] = field(default_factory=list)


class ModelStore:
    """Keeps promoted models in a folder of the data directory."""

    def __init__(self, data_dir: Path, built: Path = BUILT) -> None:
        self._folder = data_dir / "models"
        self._built = built

    def current(self) -> Model | None:
        """The model to read with: the promoted one, as long as it was judged against today's built one.

        None where set-up has made none: then the terms read alone. A model that cannot be read is passed over.
        """
        built = _load(self._built)
        chosen = self.current_version()
        if chosen is not None and (built is None or chosen.base == built.version):
            return _load(self._folder / chosen.version) or built
        return built

    def built_version(self) -> str:
        """The version of the model of set-up, "" if there is none."""
        built = _load(self._built)
        return built.version if built else ""

    def current_version(self) -> Version | None:
        """What is promoted, None for the built model."""
        state = self._state()
        return next((one for one in state.versions if one.version == state.current), None)

    def versions(self) -> tuple[Version, ...]:
        """Every promoted version, the oldest first."""
        return tuple(self._state().versions)

    def promote(self, trained: Model, version: Version) -> None:
        """Keeps a model and makes it the current one."""
        folder = self._folder / trained.version
        if not folder.exists():
            unfinished = self._folder / f"{trained.version}.new"
            shutil.rmtree(unfinished, ignore_errors=True)
            model.save(trained, unfinished)
            unfinished.rename(folder)
        state = self._state()
        state.versions = [*(one for one in state.versions if one.version != version.version), version]
        state.earlier.append(state.current)
        state.current = version.version
        self._write(state)

    def roll_back(self) -> str | None:
        """Makes the version before the current one current again, and says which; None if there is none before it.

        "" stands for the model of set-up.
        """
        state = self._state()
        if not state.earlier:
            return None
        state.current = state.earlier.pop()
        self._write(state)
        return state.current

    def _state(self) -> _State:
        path = self._folder / _STATE
        if not path.is_file():
            return _State()
        row = json.loads(path.read_text(encoding="utf-8"))
        return _State(row["current"], row["earlier"], [Version(**one) for one in row["versions"]])

    def _write(self, state: _State) -> None:
        self._folder.mkdir(parents=True, exist_ok=True)
        unfinished = self._folder / f"{_STATE}.new"
        unfinished.write_text(json.dumps(asdict(state), indent=1), encoding="utf-8")
        unfinished.replace(self._folder / _STATE)


def built() -> Model | None:
    """The model that set-up made, if it has."""
    return _load(BUILT)


def replace_built(trained: Model, folder: Path = BUILT) -> None:
    """Puts a new model where set-up keeps its own, all at once."""
    unfinished = folder.with_name(f"{folder.name}.new")
    shutil.rmtree(unfinished, ignore_errors=True)
    model.save(trained, unfinished)
    shutil.rmtree(folder, ignore_errors=True)
    unfinished.rename(folder)


def _load(folder: Path) -> Model | None:
    try:
        return model.load(folder)
    except ModelError:
        return None
