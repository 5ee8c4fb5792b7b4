"""E-mail in: raw bytes, however broken, as a message, or as what it is besides: automatic, a bounce, our own."""

from __future__ import annotations

import hashlib
import html
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from email import message_from_bytes
from email.errors import MessageError
from email.header import decode_header
from email.message import Message
from email.utils import getaddresses
from typing import Final, Literal

from service.channels import email_files, email_text
from service.enquiries import contacts
from service.enquiries.inbound import Contact, InboundFile, InboundMessage, clean_text

Kind = Literal["message", "automatic", "bounce"]

#: Larger mail is refused by the command that takes it, before it is read.
MAX_BYTES: Final = 35 * 1024 * 1024
MAX_SUBJECT: Final = 400
#: Headers by which programs say that nobody wrote this (RFC 3834, RFC 2369, and what large senders do).
_AUTOMATIC: Final = ("list-id", "list-unsubscribe", "list-post", "x-autoreply", "x-autorespond")
_BULK: Final = frozenset({"bulk", "list", "junk", "auto_reply"})
_SUPPRESSED: Final = frozenset({"all", "autoreply", "oof", "dr", "rn", "nrn"})
_MESSAGE_ID: Final = re.compile(r"<[^<>\s]{1,250}>")


@dataclass(frozen=True, slots=True)
class Mail:
    """One mail as read.

    `recipients` are all addresses it was sent to, ours among them; `answers` the Message-IDs it refers to, the
    nearest first; `bounced` the address that a bounce is about, and `bounce_code` its enhanced status (RFC 3463).
    """

    kind: Kind
    sender: str | None
    name: str | None
    recipients: Sequence[str]
    subject: str
    text: str
    quoted: str
    answers: Sequence[str]
    unique_key: str
    message_id: str | None
    files: Sequence[InboundFile] = field(default_factory=tuple)
    bounced: str | None = None
    bounce_code: str | None = None

    @property
    def words(self) -> str:
        """What the writer says: of a new mail the subject, too, which often says what the matter is."""
        if self.answers or not self.subject or self.subject in self.text:
            return self.text or self.subject
        return f"{self.subject}\n\n{self.text}".strip()

    def inbound(self, raw: bytes, *, proven: bool) -> InboundMessage:
        """The mail for the door, with the raw mail beside it; its own words only, without what it quotes."""
        points = (Contact("email", self.sender),) if self.sender else ()
        original = InboundFile("message.eml", "message/rfc822", raw)
        return InboundMessage(
            channel="email",
            unique_key=self.unique_key,
            provider_id=self.message_id,
            text=self.words,
            subject=self.subject,
            contacts=points,
            proven=proven,
            name=self.name,
            in_reply_to=next(iter(self.answers), None),
            files=(*self.files, original),
        )


def laid_out(raw: bytes) -> str:
    """A mail as harmless HTML: its own, cleaned, or else its text."""
    mail = _read(raw)
    return email_text.shown_html(mail) or f"<pre>{html.escape(email_text.body(mail))}</pre>"


def parse(raw: bytes) -> Mail:
    """Read a mail. Whatever it holds, something comes of it: nothing that a patient sent may be lost."""
    mail = _read(raw)
    text, quoted = email_text.own_words(email_text.body(mail))
    sender, name = _sender(mail)
    bounced, code = _bounce(mail)
    return Mail(
        kind="bounce" if bounced is not None else "automatic" if _is_automatic(mail) else "message",
        sender=sender,
        name=name,
        recipients=tuple(_addresses(mail, "to", "cc", "delivered-to", "x-original-to")),
        subject=clean_text(_decoded(mail, "subject"))[:MAX_SUBJECT],
        text=text,
        quoted=quoted,
        answers=tuple(_answers(mail)),
        unique_key=_unique_key(mail, raw),
        message_id=_message_id(mail),
        files=tuple(email_files.files(mail)),
        bounced=bounced or None,
        bounce_code=code,
    )


def _header(mail: Message, name: str) -> str:
    """A header as one line; 8-bit bytes that belong to no charset are kept as good as can be."""
    try:
        value = mail.get(name)
    except (ValueError, LookupError):
        return ""
    return " ".join(str(value).split()) if value is not None else ""


def _decoded(mail: Message, name: str) -> str:
    parts = []
    try:
        for piece, charset in decode_header(_header(mail, name)):
            parts.append(email_text.decode(piece, charset) if isinstance(piece, bytes) else piece)
    except (ValueError, LookupError, MessageError):
        return _header(mail, name)
    return "".join(parts).encode("utf-8", "surrogateescape").decode("utf-8", "replace")


def _addresses(mail: Message, *names: str) -> Iterator[str]:
    for name in names:
        try:
            found = getaddresses([_decoded(mail, name)])
        except (ValueError, TypeError, IndexError):
            continue
        for _, written in found:
            if address := contacts.email(written):
                yield address


def _sender(mail: Message) -> tuple[str | None, str | None]:
    """Address and name of the writer: Reply-To before From, since that is where an answer is wanted."""
    for header in ("reply-to", "from", "sender"):
        try:
            pairs = getaddresses([_decoded(mail, header)])
        except (ValueError, TypeError, IndexError):
            continue
        for name, written in pairs:
            if address := contacts.email(written):
                return address, clean_text(name)[:200] or None
    return None, None


def _is_automatic(mail: Message) -> bool:
    submitted = _header(mail, "auto-submitted").lower().partition(";")[0].strip()
    if submitted and submitted != "no":
        return True
    if _header(mail, "precedence").lower() in _BULK or any(_header(mail, name) for name in _AUTOMATIC):
        return True
    if "return-path" in mail and _header(mail, "return-path") in ("<>", ""):
        return True
    suppressed = {piece.strip().lower() for piece in _header(mail, "x-auto-response-suppress").split(",")}
    return bool(suppressed & _SUPPRESSED) or mail.get_content_type() == "multipart/report"


def _bounce(mail: Message) -> tuple[str | None, str | None]:
    """The address that a delivery report names and its status (RFC 3464); (None, None) for anything else."""
    if mail.get_content_type() != "multipart/report" or not mail.is_multipart():
        return None, None
    for part in mail.walk():
        if part.get_content_type() != "message/delivery-status":
            continue
        blocks = part.get_payload() if part.is_multipart() else []
        for block in blocks if isinstance(blocks, list) else []:
            if isinstance(block, Message) and _header(block, "action").lower() == "failed":
                recipient = _header(block, "final-recipient").rpartition(";")[2]
                return contacts.email(recipient) or "", _header(block, "status")[:12] or None
    return None, None


def _answers(mail: Message) -> Iterator[str]:
    seen: dict[str, None] = {}
    for name in ("in-reply-to", "references"):
        found = _MESSAGE_ID.findall(_header(mail, name))
        seen.update(dict.fromkeys(found if name == "in-reply-to" else reversed(found)))
    yield from list(seen)[:50]


def _message_id(mail: Message) -> str | None:
    found = _MESSAGE_ID.search(_header(mail, "message-id"))
    return found.group() if found else None


def _read(raw: bytes) -> Message:
    raw = raw.replace(b"\x00", b"")
    try:
        return message_from_bytes(raw)
    except (MessageError, ValueError, LookupError):  # the parser promises not to raise, and has done so
        mail = Message()
        mail.set_payload(raw.decode("utf-8", "replace"))
        return mail


def _unique_key(mail: Message, raw: bytes) -> str:
    """The Message-ID, or for a mail without one a hash of it; with the sender, for some programs repeat their ids."""
    named = _message_id(mail)
    if named is None:
        return f"sha256:{hashlib.sha256(raw).hexdigest()}"
    return f"{named[:180]}:{hashlib.sha256((_sender(mail)[0] or '').encode()).hexdigest()[:16]}"
