"""A mailbox at a mail server: new mail is fetched, and marked as seen only when it is stored."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final
from urllib.parse import unquote, urlsplit

import structlog
from imap_tools import BaseMailBox, MailBox, MailBoxUnencrypted, MailMessageFlags

from service.channels.email import MAX_BYTES
from service.errors import ServiceError

TIMEOUT_SECONDS: Final = 30
#: At most so many at a time; the rest a minute later.
BATCH: Final = 100
TLS_PORT: Final = 993
PLAIN_PORT: Final = 143
_INBOX: Final = "INBOX"

log = structlog.get_logger()


class MailboxDown(ServiceError):
    """The mail server does not answer, or does not let us in."""


def fetch(url: str, take: Callable[[bytes], object]) -> int:
    """Take every unseen mail; how many there were. One that cannot be taken stays unseen and does not hold up the next.

    The same mail fetched again, because marking it failed, changes nothing: `take` knows what it has.
    """
    try:
        with _open(url) as mailbox:
            return sum(_take(mailbox, uid, take) for uid in mailbox.uids("UNSEEN")[:BATCH])
    except OSError as error:
        raise MailboxDown(f"the mailbox cannot be read ({type(error).__name__})") from error
    except Exception as error:  # imap-tools and imaplib have no common error
        if isinstance(error, ServiceError):
            raise
        raise MailboxDown(f"the mailbox cannot be read ({type(error).__name__})") from error


def _take(mailbox: BaseMailBox, uid: str, take: Callable[[bytes], object]) -> bool:
    raw = _raw(mailbox, uid)
    if raw is None:
        return False
    try:
        take(raw)
    except ServiceError:
        raise  # the database is away: the others would fare no better
    except Exception:
        log.exception("a mail could not be taken", uid=uid)
        return False
    mailbox.flag([uid], [MailMessageFlags.SEEN], True)
    return True


def _raw(mailbox: BaseMailBox, uid: str) -> bytes | None:
    """The mail as it is, without marking it; None for one that is too large, which a person must look at."""
    _, answer = mailbox.client.uid("FETCH", uid, "(RFC822.SIZE)")
    size = b"".join(piece for piece in answer if isinstance(piece, bytes))
    digits = size.rpartition(b"RFC822.SIZE ")[2].split(b")")[0].strip()
    if digits.isdigit() and int(digits) > MAX_BYTES:
        log.error("a mail is too large and stays in the mailbox", uid=uid)
        return None
    _, answer = mailbox.client.uid("FETCH", uid, "(BODY.PEEK[])")
    return next((piece[1] for piece in answer if isinstance(piece, tuple) and len(piece) > 1), None)


def _open(url: str) -> BaseMailBox:
    parts = urlsplit(url)
    host, user, password = parts.hostname or "", unquote(parts.username or ""), unquote(parts.password or "")
    folder = unquote(parts.path.strip("/")) or _INBOX
    if parts.scheme == "imaps":
        opened: BaseMailBox = MailBox(host, parts.port or TLS_PORT, timeout=TIMEOUT_SECONDS)
    else:
        opened = MailBoxUnencrypted(host, parts.port or PLAIN_PORT, timeout=TIMEOUT_SECONDS)
    try:
        return opened.login(user, password, initial_folder=folder)
    except Exception:
        opened.client.shutdown()
        raise
