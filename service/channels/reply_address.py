"""The address to which an answer comes back: it names the enquiry, and is signed, so that nobody else can make one."""

from __future__ import annotations

import hmac
import re
from collections.abc import Iterable
from typing import Final

_SIGNED: Final = re.compile(r"(\d{9})\.([0-9a-f]{20})")
_SIGNATURE_LETTERS: Final = 20


def make(mail_from: str, reference: str, secret: str) -> str:
    """`clinic+482719358.<signature>@clinic.example` for the address of the clinic and a reference."""
    local, _, domain = mail_from.partition("@")
    digits = reference.replace("-", "")
    return f"{local}+{digits}.{_signature(digits, secret)}@{domain}"


def read(addresses: Iterable[str], mail_from: str, secret: str) -> str | None:
    """The reference in the first of these addresses that we signed, as written; None if there is none."""
    local, _, domain = mail_from.lower().partition("@")
    for address in addresses:
        head, _, tail = address.lower().partition("@")
        match = _SIGNED.fullmatch(head.removeprefix(f"{local}+"))
        if tail == domain and match and hmac.compare_digest(match[2], _signature(match[1], secret)):
            return "-".join((match[1][:3], match[1][3:6], match[1][6:]))
    return None


def is_ours(address: str | None, mail_from: str) -> bool:
    """Whether a mail comes from ourselves: answering it would go round in circles."""
    local, _, domain = mail_from.lower().partition("@")
    head, _, tail = (address or "").lower().partition("@")
    return bool(mail_from) and tail == domain and (head == local or head.startswith(f"{local}+"))


def _signature(digits: str, secret: str) -> str:
    return hmac.new(secret.encode(), f"reply address:{digits}".encode(), "sha256").hexdigest()[:_SIGNATURE_LETTERS]
