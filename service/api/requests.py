"""From the JSON of a request to a message: every field checked, and the first wrong one named."""

from __future__ import annotations

import base64
import binascii
import hmac
import json
import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from service.api.guard import BadRequest
from service.channels import media_types
from service.enquiries import contacts
from service.enquiries.inbound import (
    MAX_FILE_BYTES,
    MAX_FILE_NAME,
    MAX_FILES,
    MAX_TEXT,
    ConsentGiven,
    Contact,
    InboundFile,
    InboundMessage,
    clean_text,
)
from service.errors import BadInput, TooLarge, UnsupportedType
from service.understanding.knowledge import condition_codes
from translations.languages import LANGUAGES

CONSENT_WORDING: Final = "api-1"
LONGEST: Final[Mapping[str, int]] = {
    "message": MAX_TEXT, "name": 200, "email": 254, "phone": 40, "country": 2, "language": 3, "condition": 40,
    "consent_wording": 40,
}  # fmt: skip
FIELDS: Final = (*LONGEST, "consent", "attachments")
_IDEMPOTENCY_KEY: Final = re.compile(r"[\x21-\x7e]{1,128}")
_COUNTRY: Final = re.compile(r"[A-Z]{2}")
_WORDING: Final = re.compile(r"[A-Za-z0-9._-]{1,40}")


def idempotency_key(header: str | None) -> str:
    """The header that makes sending twice harmless; `BadRequest` if it is missing or not one."""
    if not header:
        raise BadRequest("send a new Idempotency-Key with each new enquiry", field="Idempotency-Key")
    if not _IDEMPOTENCY_KEY.fullmatch(header):
        raise BadRequest("Idempotency-Key: 1 to 128 visible ASCII characters", field="Idempotency-Key")
    return header


def decode(body: bytes) -> Mapping[str, Any]:
    """The object in a request's body; `BadRequest` if there is none."""
    try:
        value = json.loads(body, parse_constant=_no_number)
    except (ValueError, RecursionError) as problem:
        raise BadRequest("the body is not JSON in UTF-8") from problem
    if not isinstance(value, dict):
        raise BadInput("the body must be a JSON object")
    return value


def inbound(fields: Mapping[str, Any], unique_key: str, digest: str) -> InboundMessage:
    """The message in a request's fields. A partner proves nothing about whose contact it passes on."""
    for name in fields:
        if name not in FIELDS:
            raise BadInput(f"{name[:80]}: there is no such field", field=name[:80])
    for name in LONGEST:
        _check_text(fields, name)
    _check_consent(fields)
    country = _matching(fields, "country", _COUNTRY, "two capital letters (ISO 3166-1)")
    points = tuple(_contacts(fields, country))
    if not points:
        raise BadInput(
            "email: give an e-mail address or a phone number, so that the patient can be answered", field="email"
        )
    language = _known(fields, "language", LANGUAGES)
    return InboundMessage(
        channel="api",
        unique_key=unique_key,
        digest=digest,
        text=_message(fields),
        contacts=points,
        name=clean_text(fields.get("name", "")) or None,
        country=country or _country_of(points),
        language_hint=language,
        condition_hint=_known(fields, "condition", condition_codes()),
        files=tuple(_files(fields)),
        consent=ConsentGiven("enquiry", fields.get("consent_wording", CONSENT_WORDING), language or "en"),
    )


def digest_of(body: bytes, secret: str) -> str:
    """Tells two bodies apart without telling anything about them."""
    return hmac.new(secret.encode(), b"api:" + body, "sha256").hexdigest()


def _no_number(constant: str) -> None:
    raise ValueError(f"{constant} is no JSON")


def _check_text(fields: Mapping[str, Any], name: str) -> None:
    if name not in fields:
        return
    value = fields[name]
    if not isinstance(value, str):
        raise BadInput(f"{name}: must be a text", field=name)
    if len(value) > LONGEST[name]:
        problem = TooLarge if name == "message" else BadInput
        raise problem(f"{name}: at most {LONGEST[name]} characters", field=name)


def _check_consent(fields: Mapping[str, Any]) -> None:
    if fields.get("consent") is not True:
        raise BadInput("consent: must be true: without the patient's consent nothing may be stored", field="consent")
    _matching(fields, "consent_wording", _WORDING, "1 to 40 letters, digits, dots, hyphens or underscores")


def _message(fields: Mapping[str, Any]) -> str:
    text = clean_text(fields.get("message", ""))
    if not text:
        raise BadInput("message: there is nothing in it", field="message")
    return text


def _matching(fields: Mapping[str, Any], name: str, pattern: re.Pattern[str], what: str) -> str | None:
    value = fields.get(name)
    if value is not None and not pattern.fullmatch(value):
        raise BadInput(f"{name}: must be {what}", field=name)
    return value


def _known(fields: Mapping[str, Any], name: str, known: Mapping[str, Any]) -> str | None:
    value = fields.get(name)
    if value is not None and value not in known:
        raise BadInput(f"{name}: not one of those that the description of this API lists", field=name)
    return value


def _contacts(fields: Mapping[str, Any], country: str | None) -> Iterator[Contact]:
    if "phone" in fields:
        number = contacts.phone(fields["phone"], country)
        if number is None:
            raise BadInput("phone: not a phone number; begin with + and the country code", field="phone")
        yield Contact("phone", number)
    if "email" in fields:
        address = contacts.email(fields["email"])
        if address is None:
            raise BadInput("email: not an e-mail address", field="email")
        yield Contact("email", address)


def _country_of(points: tuple[Contact, ...]) -> str | None:
    return next((contacts.country_of(point.value) for point in points if point.kind == "phone"), None)


def _files(fields: Mapping[str, Any]) -> Iterator[InboundFile]:
    given = fields.get("attachments", [])
    if not isinstance(given, list):
        raise BadInput("attachments: must be a list", field="attachments")
    if len(given) > MAX_FILES:
        raise TooLarge(f"attachments: at most {MAX_FILES} files", field="attachments")
    for place, file in enumerate(given):
        yield _file(file, f"attachments[{place}]")


def _file(file: object, field: str) -> InboundFile:
    if not isinstance(file, dict) or set(file) != {"name", "content"}:
        raise BadInput(f"{field}: must have name and content, and nothing else", field=field)
    name, encoded = file["name"], file["content"]
    if not isinstance(name, str) or not isinstance(encoded, str) or not 1 <= len(name) <= MAX_FILE_NAME:
        raise BadInput(f"{field}: name (1 to {MAX_FILE_NAME} characters) and content must be texts", field=field)
    try:
        content = base64.b64decode(encoded, validate=True)
    except (binascii.Error, ValueError) as problem:
        raise BadInput(f"{field}: content is not base64", field=field) from problem
    if len(content) > MAX_FILE_BYTES:
        raise TooLarge(f"{field}: at most {MAX_FILE_BYTES // (1024 * 1024)} MB", field=field)
    media_type = media_types.sniff(content) if content else None
    if media_type not in media_types.ACCEPTED:
        raise UnsupportedType(f"{field}: not a kind of file that is accepted", field=field)
    return InboundFile(clean_text(name) or "file", media_type, content)
