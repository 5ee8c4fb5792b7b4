"""What every channel hands in: one message from outside, checked for form, with what is known of its sender."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from service.clock import now
from service.enquiries.model import Channel, ContactKind

_LINE_BREAK: Final = re.compile("\r\n|[\r\x0b\x0c\x85\u2028\u2029]")
MAX_TEXT: Final = 20_000
MAX_FILES: Final = 5
MAX_FILE_NAME: Final = 150
MAX_FILE_BYTES: Final = 10 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Contact:
    """A way to reach somebody; `value` as canonical as the channel could make it (E.164, lower-case address)."""

    kind: ContactKind
    value: str


@dataclass(frozen=True, slots=True)
class InboundFile:
    """A file with the message: its bytes, or where the provider keeps them."""

    name: str
    media_type: str
    content: bytes | None = None
    source_url: str | None = None


@dataclass(frozen=True, slots=True)
class ConsentGiven:
    purpose: str
    wording: str
    language: str


@dataclass(frozen=True, slots=True)
class InboundMessage:
    """One message; `unique_key` is the same whenever the provider or the browser sends it again.

    `proven` says that the channel vouches for the sender. `language_hint` is the language of the page or of the
    account; with `language_chosen` the person picked it, as in the voice menu. `country` is ISO 3166-1 alpha-2.
    `chosen` is what the sender picked from lists in a form: "intent" and "facts", which go before what is read.
    `answers_reference` is the enquiry that a proven sender surely answers. `digest` tells whether a request that
    carries the same key is the same request. `logged_by` is the coordinator who wrote down what was said, in whatever
    language; then `language_hint` is the speaker's own.
    """

    channel: Channel
    unique_key: str
    text: str
    contacts: Sequence[Contact] = ()
    proven: bool = False
    provider_id: str | None = None
    in_reply_to: str | None = None
    subject: str | None = None
    name: str | None = None
    country: str | None = None
    language_hint: str | None = None
    language_chosen: bool = False
    condition_hint: str | None = None
    intent_hint: str | None = None
    chosen: Mapping[str, Any] = field(default_factory=dict)
    needs_listening: bool = False
    files: Sequence[InboundFile] = ()
    consent: ConsentGiven | None = None
    digest: str | None = None
    retry_digest: str | None = None
    answers_reference: str | None = None
    logged_by: str | None = None
    received_at: datetime = field(default_factory=now)


def clean_text(text: str) -> str:
    """The sender's words without what a database or a screen cannot hold: null bytes, lone surrogates, control
    characters. A line break stays one, whichever machine it comes from."""
    lines = _LINE_BREAK.sub("\n", text)
    kept = (char for char in lines if char in "\n\t" or (char >= " " and not "\x7f" <= char <= "\x9f"))
    return "".join(kept).encode("utf-8", "ignore").decode("utf-8").strip()


def file_name(given: str) -> str:
    """A file's own name without the folders of the sender's machine, and its end if it is too long; may be empty."""
    return clean_text(given.replace("\\", "/").rsplit("/", 1)[-1])[-MAX_FILE_NAME:]
