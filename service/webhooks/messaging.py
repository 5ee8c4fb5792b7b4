"""`/twilio/messaging`: a text or WhatsApp message becomes an enquiry and is answered in the sender's language."""

from __future__ import annotations

from flask import Response, request

from service.channels import twilio_messaging
from service.enquiries import acknowledge, opt_out
from service.parts import parts
from service.webhooks.guard import blueprint, twiml


@blueprint.post("/messaging")
def message() -> Response:
    step = twilio_messaging.opt_out_step(request.form)
    if step:
        points = twilio_messaging.sender_contacts(request.form)
        opt_out.note(parts().database, points, step)
        return twiml(twilio_messaging.answer())
    inbound = twilio_messaging.parse(request.form)
    if inbound is None:
        return twiml(twilio_messaging.answer())
    receipt = parts().receiver.receive(inbound)
    return twiml(twilio_messaging.answer(acknowledge.written(receipt)))


@blueprint.post("/messaging/status")
def message_status() -> Response:
    """Delivery reports are taken note of once there is something that was sent."""
    return Response(status=204)
