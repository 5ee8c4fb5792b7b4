"""The parts that the web process is made of, and how a request finds them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, cast

from flask import current_app

from service.enquiries.receive import Receiver
from service.settings import Settings
from service.storage.doorbell import Doorbell
from service.storage.session import Database

EXTENSION: Final = "dragoman"


@dataclass(frozen=True, slots=True)
class Parts:
    """Built once by `create_app`, shared by all requests of the process."""

    settings: Settings
    database: Database
    doorbell: Doorbell
    receiver: Receiver


def parts() -> Parts:
    """The parts of the application that handles this request."""
    return cast("Parts", current_app.extensions[EXTENSION])
