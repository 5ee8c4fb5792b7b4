"""`/api/v1`: an enquiry in, with an answer that is the same when it is sent again; its state; the description."""

from __future__ import annotations

from typing import Any, Final

from flask import Blueprint, Response, jsonify, request, url_for
from sqlalchemy import select

from service.api import requests
from service.api.guard import refused, require
from service.api.keys import READ, WRITE, Caller
from service.api.openapi import description
from service.clock import iso
from service.enquiries import acknowledge, references
from service.enquiries.acknowledge import Receipt
from service.enquiries.inbound import MAX_FILE_BYTES, MAX_FILES
from service.enquiries.model import Enquiry, Message
from service.errors import Conflict, NotFound, ServiceError, TooLarge, UnsupportedType
from service.parts import parts

#: Five files of ten megabytes in base64, and the rest.
MAX_BODY: Final = MAX_FILES * MAX_FILE_BYTES * 4 // 3 + 1024 * 1024

blueprint = Blueprint("api", __name__, url_prefix="/api/v1")
blueprint.register_error_handler(ServiceError, refused)


@blueprint.post("/enquiries")
def add_enquiry() -> tuple[Response, int]:
    """201 for a new enquiry; 200 with the same answer for one that is here already."""
    caller = require(WRITE)
    key = f"{caller.id}:{requests.idempotency_key(request.headers.get('Idempotency-Key'))}"
    body = _body()
    digest = requests.digest_of(body, parts().settings.secret_key)
    receipt = parts().receiver.receive(requests.inbound(requests.decode(body), key, digest))
    with parts().database.read() as session:
        message = session.get_one(Message, receipt.message_id)
        if message.digest != digest:
            raise Conflict("this Idempotency-Key was used for another enquiry")
        answer = _receipt(receipt, message)
    return jsonify(answer), 200 if receipt.repeated else 201


@blueprint.get("/enquiries/<reference>")
def show_enquiry(reference: str) -> Response:
    """The state of an enquiry that came with this key, never its content."""
    caller = require(READ)
    with parts().database.read() as session:
        found = session.scalar(select(Enquiry).where(Enquiry.reference == (references.parse(reference) or "")))
        if found is None or not any(_is_of(message, caller) for message in found.messages):
            raise NotFound("there is no enquiry with this reference that came with your key")
        return jsonify(
            reference=found.reference,
            status=found.status,
            received_at=iso(found.received_at),
            first_answered_at=iso(found.first_answered_at),
            closed_at=iso(found.closed_at),
        )


@blueprint.get("/openapi.json")
def openapi() -> Response:
    return jsonify(description(parts().settings.public_url))


def _body() -> bytes:
    if request.mimetype != "application/json":
        raise UnsupportedType("send the enquiry as application/json")
    request.max_content_length = MAX_BODY
    if (request.content_length or 0) > MAX_BODY:
        raise TooLarge(f"a request may have at most {MAX_BODY // (1024 * 1024)} MB")
    return request.get_data(cache=False)


def _is_of(message: Message, caller: Caller) -> bool:
    return message.channel == "api" and message.unique_key.startswith(f"{caller.id}:")


def _receipt(receipt: Receipt, message: Message) -> dict[str, Any]:
    return {
        "reference": receipt.reference,
        "received_at": iso(message.received_at),
        "urgency": receipt.urgency,
        "red_flags": list(receipt.red_flags),
        "language": receipt.language,
        "acknowledgement": acknowledge.acknowledgement(receipt),
        "emergency_advice": [{"language": code, "text": text} for code, text in acknowledge.advice(receipt)],
        "status_url": parts().settings.public_url + url_for("api.show_enquiry", reference=receipt.reference),
    }
