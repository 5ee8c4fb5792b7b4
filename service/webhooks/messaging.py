"""`/twilio/messaging`: a text or WhatsApp message becomes an enquiry and is answered in the sender's language."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from flask import Response, request

from service.channels import twilio_messaging
from service.enquiries import acknowledge, alert, consent, delivery, opt_out, opt_words, withdraw
from service.enquiries.acknowledge import Receipt
from service.enquiries.inbound import Contact, InboundMessage
from service.enquiries.model import Message
from service.enquiries.opt_words import Step
from service.parts import parts
from service.webhooks.guard import blueprint, twiml

#: The same for every try of one webhook.
RETRY_HEADER: Final = "I-Twilio-Idempotency-Token"


@blueprint.post("/messaging")
def message() -> Response:
    form = request.form
    answered = twilio_messaging.opt_out_step(form)
    inbound = twilio_messaging.parse(form, retry_token=request.headers.get(RETRY_HEADER, ""))
    receipt = parts().receiver.receive(inbound) if inbound else None
    if answered:  # Twilio has answered and blocked: it is kept for the record, and not answered twice
        _note(twilio_messaging.sender_contacts(form), answered, receipt)
        return twiml(twilio_messaging.answer())
    if inbound is None or receipt is None:
        return twiml(twilio_messaging.answer())
    return twiml(twilio_messaging.answer(_reply(inbound, receipt)))


@blueprint.post("/messaging/status")
def message_status() -> Response:
    """A delivery report: for our own id in the address, or the provider's where that is all there is."""
    report = twilio_messaging.delivery_report(request.form)
    with parts().database.write() as session:
        ours = request.args.get("message", "")
        found = delivery.find(session, ours, report.provider_id)
        if found is None:
            alert.report(session, ours, report.status, report.error_code)
        else:
            delivery.note(session, found, report.status, code=report.error_code, provider_id=report.provider_id)
    return Response(status=204)


def _note(points: tuple[Contact, ...], step: Step, receipt: Receipt | None) -> bool:
    return opt_out.note(parts().database, points, step, receipt)


def _reply(inbound: InboundMessage, receipt: Receipt) -> str:
    """The answer to a wish about messages, or else the acknowledgement; who has opted out hears nothing more.

    An emergency is answered all the same: silence could cost a life.
    """
    wish = None if receipt.urgency == "emergency" else opt_words.wish_of(inbound.text)
    points = tuple(inbound.contacts)
    if wish and wish.step == "START" and not receipt.repeated and not opt_out.is_opted_out(parts().database, points):
        wish = None  # to somebody who had not stopped anything it is an ordinary word
    if wish:
        receipt = replace(receipt, language=wish.language(receipt.language))
        if wish.step != "WITHDRAW":
            _note(points, wish.step, receipt)
            return acknowledge.of_step(wish.step, receipt)
        if withdraw.by_words(parts().database, points, receipt.message_id, receipt.language):
            return acknowledge.of_step(wish.step, receipt)
    if receipt.urgency != "emergency" and opt_out.is_opted_out(parts().database, points):
        return ""
    return _acknowledged(receipt)


def _acknowledged(receipt: Receipt) -> str:
    """The acknowledgement; what is kept is told once, and that it was told is entered first."""
    if receipt.needs_notice:
        with parts().database.write() as session:
            consent.tell(session, session.get_one(Message, receipt.message_id), acknowledge.NOTICE)
    return acknowledge.written(receipt, parts().settings.public_url)
