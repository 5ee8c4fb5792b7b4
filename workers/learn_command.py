"""What `dragoman learn` says."""

from __future__ import annotations

from typing import TextIO

from service.storage.session import Database
from service.understanding.learned.model_store import ModelStore
from translations.commands import Streams
from workers import learn as learning
from workers.training import lessons_of_examples


def learn(database: Database, store: ModelStore, out: TextIO) -> int:
    """Learns, and says what came of it; running processes read with the new model from their next start on."""
    with database.read() as session:
        corrected = learning.corrections(session)
    outcome = learning.learn(lessons_of_examples(), corrected, store)
    for name, share in outcome.report.items():
        out.write(f"{name}: {share:.3f}\n")
    if outcome.promoted:
        out.write(f"promoted {outcome.promoted}, learned from {len(corrected)} corrections; restart to read with it\n")
    else:
        out.write(f"the current model stays: {'; '.join(outcome.reasons)}\n")
    return 0


def show(store: ModelStore, out: TextIO) -> int:
    """Each version in a line, the oldest first, the current one marked."""
    current = store.current_version()
    out.write(f"{'  ' if current else '* '}{store.built_version() or 'none'}  made by set-up\n")
    for version in store.versions():
        mark = "* " if current and current.version == version.version else "  "
        out.write(f"{mark}{version.version}  {version.made_at}\n")
    return 0


def roll_back(store: ModelStore, streams: Streams) -> int:
    """Goes back one version; 1 if there is none before."""
    version = store.roll_back()
    if version is None:
        streams.errors.write("dragoman: there is no version before the current one\n")
        return 1
    streams.output.write(f"back to {version or 'the model of set-up'}; restart to read with it\n")
    return 0
