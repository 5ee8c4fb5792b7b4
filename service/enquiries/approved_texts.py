"""The texts that may go to a patient unseen: approved, versioned files, one for each event, language and channel."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Final

from service.errors import ServiceError

FOLDER: Final = Path(__file__).resolve().parents[2] / "templates" / "messages"
FALLBACK_LANGUAGE: Final = "en"
COMMON: Final = "text"
VOICE: Final = "voice"


class ApprovedTextError(ServiceError):
    """An approved text is missing or its file is not in order."""

    permanent = True


@dataclass(frozen=True, slots=True)
class ApprovedText:
    """`body` may hold placeholders in braces; `state` is "machine-drafted" or "reviewed by …"."""

    event: str
    language: str
    channel: str
    version: str
    state: str
    body: str

    @property
    def reviewed(self) -> bool:
        return self.state.startswith("reviewed")

    def filled(self, **values: str) -> str:
        text = self.body
        for name, value in values.items():
            text = text.replace("{" + name + "}", value)
        return text


def find(event: str, language: str, channel: str = COMMON) -> ApprovedText:
    """The text for this channel, or the common one, in this language, or else in English."""
    for code in (language, FALLBACK_LANGUAGE):
        for kind in (channel, COMMON):
            text = _load(event, code, kind)
            if text is not None:
                return text
    raise ApprovedTextError(f"there is no approved text {event!r} for {channel}")


@lru_cache(maxsize=2048)
def _load(event: str, language: str, channel: str) -> ApprovedText | None:
    path = FOLDER / event / f"{language}.{channel}"
    return parse(path, path.read_text("utf-8")) if path.is_file() else None


def parse(path: Path, content: str) -> ApprovedText:
    """Read one file: `name: value` lines, a line of three hyphens, the text."""
    head, separator, body = content.partition("\n---\n")
    fields = dict(_field(line) for line in head.splitlines() if line.strip())
    if not separator or not body.strip() or not {"version", "state"} <= fields.keys():
        raise ApprovedTextError(f"{path.parent.name}/{path.name}: needs version, state, a line of ---, and a text")
    return ApprovedText(
        path.parent.name, path.stem, path.suffix.lstrip("."), fields["version"], fields["state"], body.strip()
    )


def _field(line: str) -> tuple[str, str]:
    name, _, value = line.partition(":")
    return name.strip(), value.strip()


def all_texts() -> list[ApprovedText]:
    """Every approved text there is, for counting what nobody has reviewed."""
    paths = sorted(path for path in FOLDER.glob("*/*.*") if path.suffix in (f".{COMMON}", f".{VOICE}"))
    return [parse(path, path.read_text("utf-8")) for path in paths]
