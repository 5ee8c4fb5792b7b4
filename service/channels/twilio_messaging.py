"""SMS, MMS and WhatsApp by Twilio: the webhook's form in, TwiML out."""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from twilio.twiml.messaging_response import MessagingResponse

from service.channels import twilio_sender
from service.enquiries.inbound import Contact, InboundFile, InboundMessage, clean_text
from service.errors import BadInput

MAX_MEDIA: Final = 10
MAX_CHARACTERS: Final = 100_000
# At most what one message may hold: https://www.twilio.com/docs/api/errors/21617
MAX_ANSWER: Final = 1600
_SID: Final = re.compile(r"[A-Za-z0-9_-]{1,64}")
#: Twilio itself answers these on its numbers (default opt-out handling), and tells us only for the record.
OPT_OUT: Final = frozenset({"STOP", "STOPALL", "UNSUBSCRIBE", "CANCEL", "END", "QUIT", "REVOKE", "OPTOUT"})
OPT_IN: Final = frozenset({"START", "YES", "UNSTOP"})
HELP: Final = frozenset({"HELP", "INFO"})
_STEPS: Final[Mapping[Literal["STOP", "START", "HELP"], frozenset[str]]] = {
    "STOP": OPT_OUT,
    "START": OPT_IN,
    "HELP": HELP,
}


def parse(form: Mapping[str, str], *, retry_token: str = "") -> InboundMessage | None:
    """The message in a webhook, or None for an event that holds nothing; `BadInput` names a missing field.

    `retry_token` is what the provider gives every try of one webhook.
    """
    form = twilio_sender.without_nulls(form)
    sid = _sid(form)
    sender = _needed(form, "From")
    on_whatsapp = sender.startswith(twilio_sender.WHATSAPP)
    points = _contacts(form, sender, on_whatsapp=on_whatsapp)
    text, files = _text(form), _files(form)
    if not text and not files:
        return None
    return InboundMessage(
        channel="whatsapp" if on_whatsapp else "sms",
        unique_key=sid,
        provider_id=sid,
        text=text,
        contacts=points,
        proven=bool(points),
        name=clean_text(form.get("ProfileName", ""))[:200] or None,
        country=twilio_sender.country(points),
        in_reply_to=form.get("OriginalRepliedMessageSid", "")[:255] or None,
        needs_listening=any(file.media_type.startswith("audio/") for file in files),
        files=files,
        retry_digest=_retry_digest(retry_token, sender, text, files),
    )


def _retry_digest(token: str, sender: str, text: str, files: Sequence[InboundFile]) -> str | None:
    """The token alone is not signed: only with the same sender and words is it the same message."""
    if not token:
        return None
    parts = (token, sender, text, *(file.source_url or "" for file in files))
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class DeliveryReport:
    """Where a message that we sent is; `provider_id` may be empty."""

    provider_id: str
    status: str
    error_code: str | None


def delivery_report(form: Mapping[str, str]) -> DeliveryReport:
    """What a status callback says; `BadInput` if it says nothing."""
    form = twilio_sender.without_nulls(form)
    status = (form.get("MessageStatus") or form.get("SmsStatus") or "").strip().lower()
    if not status or len(status) > 40:
        raise BadInput("MessageStatus: missing or too long", field="MessageStatus")
    sid = (form.get("MessageSid") or form.get("SmsSid") or "").strip()
    code = form.get("ErrorCode", "").strip()[:10]
    return DeliveryReport(sid if _SID.fullmatch(sid) else "", status, code if code.isdecimal() else None)


def opt_out_step(form: Mapping[str, str]) -> Literal["STOP", "START", "HELP"] | None:
    """ "STOP", "START" or "HELP" where Twilio has already handled the word; None for everything else."""
    told = form.get("OptOutType", "").upper()
    for step in _STEPS:
        if told == step:
            return step
    if form.get("From", "").startswith(twilio_sender.WHATSAPP):
        return None
    word = form.get("Body", "").strip().upper()
    return next((step for step, words in _STEPS.items() if word in words), None)


def sender_contacts(form: Mapping[str, str]) -> tuple[Contact, ...]:
    sender = _needed(form, "From")
    return _contacts(form, sender, on_whatsapp=sender.startswith(twilio_sender.WHATSAPP))


def answer(text: str = "") -> str:
    """TwiML that sends `text` back; no text, no answer."""
    response = MessagingResponse()
    if text:
        response.message(text if len(text) <= MAX_ANSWER else text[: MAX_ANSWER - 1] + "…")
    return str(response)


def _needed(form: Mapping[str, str], name: str) -> str:
    value = form.get(name, "").replace("\x00", "").strip()
    if not value or len(value) > 255:
        raise BadInput(f"{name}: missing or too long", field=name)
    return value


def _sid(form: Mapping[str, str]) -> str:
    sid = _needed(form, "MessageSid" if "MessageSid" in form else "SmsSid" if "SmsSid" in form else "MessageSid")
    if not _SID.fullmatch(sid):
        raise BadInput("MessageSid: not a message id", field="MessageSid")
    return sid


def _contacts(form: Mapping[str, str], sender: str, *, on_whatsapp: bool) -> tuple[Contact, ...]:
    if on_whatsapp:
        return twilio_sender.whatsapp(sender, form.get("ExternalUserId", "").strip()[:255])
    point = twilio_sender.phone(sender)
    return (point,) if point else ()


def _text(form: Mapping[str, str]) -> str:
    said = form.get("Body", "") or form.get("ButtonText", "")
    body = clean_text(_without_base64(said))[:MAX_CHARACTERS]
    return "\n".join(filter(None, [body, _location(form)]))


def _without_base64(body: str) -> str:
    """Very long bodies sometimes arrive in base64; they are decoded only if what comes out is plainly text."""
    if len(body) < 60 or len(body) % 4 or re.fullmatch(r"[A-Za-z0-9+/]+={0,2}", body) is None:
        return body
    try:
        plain = base64.b64decode(body, validate=True).decode("utf-8")
    except (binascii.Error, UnicodeDecodeError):
        return body
    readable = sum(char.isprintable() or char in "\n\t\r" for char in plain)
    return plain if readable >= 0.9 * len(plain) else body


def _location(form: Mapping[str, str]) -> str:
    latitude, longitude = form.get("Latitude", "").strip()[:20], form.get("Longitude", "").strip()[:20]
    if not latitude or not longitude:
        return ""
    place = ", ".join(filter(None, (clean_text(form.get(name, ""))[:300] for name in ("Label", "Address"))))
    return f"{place} ({latitude}, {longitude})" if place else f"({latitude}, {longitude})"


def _files(form: Mapping[str, str]) -> tuple[InboundFile, ...]:
    count = form.get("NumMedia", "0").strip()
    number = min(int(count), MAX_MEDIA) if count.isascii() and count.isdigit() and len(count) <= 3 else 0
    files = []
    for place in range(number):
        url = form.get(f"MediaUrl{place}", "").strip()
        media_type = form.get(f"MediaContentType{place}", "").strip().lower()[:120] or "application/octet-stream"
        if url and len(url) < 2000:
            files.append(InboundFile(name=f"{place + 1}", media_type=media_type, source_url=url))
    return tuple(files)
