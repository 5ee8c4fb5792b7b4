"""Recordings that the operator supplies for languages in which the provider has no voice."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Final

PATH: Final = "/twilio/voice/prompts"
_NAME: Final = re.compile(r"[a-z-]{1,40}")


@dataclass(frozen=True, slots=True)
class VoicePrompts:
    """A folder with `<language>/<event>.mp3`, such as `sw/voice-ask.mp3`; it need not exist."""

    folder: Path

    def address(self, event: str, language: str) -> str | None:
        """Where the provider can fetch the recording, or None if there is none."""
        return f"{PATH}/{language}/{event}.mp3" if self.file(event, language) else None

    def file(self, event: str, language: str) -> Path | None:
        if not (_NAME.fullmatch(event) and _NAME.fullmatch(language)):
            return None
        path = self.folder / language / f"{event}.mp3"
        return path if path.is_file() else None
