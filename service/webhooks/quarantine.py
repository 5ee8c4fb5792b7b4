"""Requests that Twilio surely signed, but for another address than ours: kept until a person decides.

That happens when a proxy changes the host or the scheme, or when PUBLIC_URL is wrong. Refusing them would drop
patients' messages; trusting them would make the address worthless as a check.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

import structlog
from flask import request
from prometheus_client import Counter
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from service.channels.twilio_signature import is_signed
from service.enquiries.door_model import Quarantined
from service.parts import parts

OTHER_ADDRESS: Final = "signed for another address"
MAX_PROVIDER_ID: Final = 64

kept = Counter("dragoman_webhooks_quarantined_total", "Twilio requests signed for another address than ours")
log = structlog.get_logger()


def is_doubtful(path_and_query: str, signature: str) -> bool:
    """Whether one of our tokens signed this request for an address that it itself names."""
    tokens = parts().settings.twilio_auth_tokens
    return any(is_signed(base + path_and_query, request.form, signature, tokens) for base in set(_bases()))


def keep(form: Mapping[str, str]) -> None:
    """Store the request, once, and raise the alarm; not a word of it goes into the log."""
    ids = (form.get(name) for name in ("MessageSid", "RecordingSid", "CallSid"))
    provider_id = next(filter(None, ids), "")[:MAX_PROVIDER_ID]
    row = Quarantined(path=request.full_path.rstrip("?")[:200], reason=OTHER_ADDRESS, provider_id=provider_id)
    row.form = dict(form)
    try:
        with parts().database.write() as session:
            if session.scalar(select(Quarantined.id).where(Quarantined.provider_id == provider_id)) is None:
                session.add(row)
                kept.inc()
    except IntegrityError:  # the same request at the same moment
        return
    log.error("a webhook was signed for another address: compare PUBLIC_URL with what Twilio calls", path=request.path)


def _bases() -> Iterator[str]:
    """The addresses under which a proxy may have been called, as the request tells of them."""
    for host in (request.headers.get("Host"), request.headers.get("X-Forwarded-Host")):
        if not host or len(host) > 255:
            continue
        for name in {host, host.partition(":")[0]}:
            yield from (f"https://{name}", f"http://{name}")
