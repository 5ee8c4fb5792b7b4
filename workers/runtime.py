"""What a worker process holds: built once, after the process began, because models do not survive a fork."""

from __future__ import annotations

import os
import secrets
import socket
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

from service.channels.outbound import Sender
from service.settings import Settings
from service.storage.doorbell import Doorbell
from service.storage.encryption import Keyring
from service.storage.session import Database
from service.understanding.learned.model_store import ModelStore
from service.understanding.reader import Reader
from translations.translator import Translator
from workers.knowledge import build_translator
from workers.senders import build_senders


@dataclass(frozen=True)
class Runtime:
    """The parts of one worker process; the translator is built when the first text needs it."""

    settings: Settings
    database: Database
    doorbell: Doorbell
    name: str
    stopping: threading.Event = field(default_factory=threading.Event)

    @classmethod
    def build(cls, settings: Settings) -> Runtime:
        name = f"{socket.gethostname()[:30]}:{os.getpid()}:{secrets.token_hex(4)}"
        database = Database(settings.database_url, Keyring(settings.encryption_keys))
        return cls(settings, database, Doorbell(settings.redis_url), name)

    @cached_property
    def translator(self) -> Translator:
        return build_translator(self.settings)

    @cached_property
    def reader(self) -> Reader:
        return Reader(model=ModelStore(self.settings.data_dir).current())

    @cached_property
    def senders(self) -> Mapping[str, Sender]:
        """The ways out that the settings allow, by channel."""
        return build_senders(self.settings)


_current: list[Runtime] = []


def start(runtime: Runtime) -> None:
    """Make this the process's runtime."""
    _current[:] = [runtime]


def current() -> Runtime:
    """The process's runtime, built from the environment if nobody has started one."""
    if not _current:
        start(Runtime.build(Settings.from_env()))
    return _current[0]
