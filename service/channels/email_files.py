"""The files of a mail, judged by their content as everywhere; what is not kept is named, for the raw mail has it."""

from __future__ import annotations

from collections.abc import Iterator
from email.message import Message
from typing import Final

from service.channels import email_text, media_types
from service.enquiries.inbound import MAX_FILE_BYTES, MAX_FILES, InboundFile, file_name

_TEXTS: Final = frozenset({"text/plain", "text/html"})


def files(mail: Message) -> Iterator[InboundFile]:
    """At most five files that we accept; the raw mail that is kept beside them holds the others."""
    kept = 0
    for number, part in enumerate(_leaves(mail), start=1):
        content = _bytes(part)
        media_type = media_types.sniff(content) if content else None
        if media_type in media_types.ACCEPTED and len(content) <= MAX_FILE_BYTES and kept < MAX_FILES:
            kept += 1
            yield InboundFile(_name(part, number), media_type, content)


def _leaves(mail: Message, depth: int = 0) -> Iterator[Message]:
    """Every part that is no text of the mail itself; the parts of a mail within it, too."""
    payload = mail.get_payload()
    if isinstance(payload, list):
        if depth <= 20:
            for inner in payload:
                if isinstance(inner, Message):
                    yield from _leaves(inner, depth + 1)
    elif mail.get_content_type() not in _TEXTS or mail.get_content_disposition() == "attachment":
        yield mail


def _bytes(part: Message) -> bytes:
    try:
        raw = part.get_payload(decode=True)
    except (ValueError, LookupError, AssertionError):
        return b""
    return raw if isinstance(raw, bytes) else b""


def _name(part: Message, number: int) -> str:
    try:
        given = part.get_filename() or ""
    except (ValueError, LookupError, TypeError):
        given = ""
    plain = given.encode("utf-8", "surrogateescape")
    return file_name(email_text.decode(plain, None)) or f"file {number}"
