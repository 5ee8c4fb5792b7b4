"""What a test needs of the machine: without it the test is skipped, or fails where skipping is forbidden."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Final

import pytest

NO_SKIP: Final = "DRAGOMAN_TESTS_NO_SKIP"


def _has_apertium() -> bool:
    return shutil.which("apertium") is not None and Path("/usr/share/apertium/modes").is_dir()


def _has_chromium() -> bool:
    return chromium() is not None


def chromium() -> str | None:
    return shutil.which("chromium") or shutil.which("chromium-browser")


def dovecot() -> str | None:
    """The IMAP server; Debian puts it where only root's PATH looks."""
    return shutil.which("dovecot") or shutil.which("dovecot", path="/usr/sbin")


def _has_dovecot() -> bool:
    return dovecot() is not None


COMPONENTS: Final[dict[str, Callable[[], bool]]] = {
    "apertium": _has_apertium,
    "chromium": _has_chromium,
    "dovecot": _has_dovecot,
}


def need(component: str) -> None:
    """Skip the running test if the machine lacks the component; fail it in CI."""
    if COMPONENTS[component]():
        return
    if os.environ.get(NO_SKIP) == "1":
        pytest.fail(f"{component} is missing, and skipping is forbidden here")
    pytest.skip(f"{component} is not installed")
