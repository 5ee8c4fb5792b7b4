"""`/twilio/messaging`: a text or WhatsApp message becomes an enquiry and is answered in the sender's language."""

from __future__ import annotations

from flask import Response, request

from service.channels import twilio_messaging
from service.enquiries import acknowledge, delivery, opt_out
from service.parts import parts
from service.webhooks.guard import blueprint, twiml


@blueprint.post("/messaging")
def message() -> Response:
    form = request.form
    step = twilio_messaging.opt_out_step(form)
    inbound = twilio_messaging.parse(form)
    receipt = parts().receiver.receive(inbound) if inbound else None
    if step and not (receipt and receipt.repeated):
        opt_out.note(parts().database, twilio_messaging.sender_contacts(form), step)
    # What Twilio has answered itself is kept like everything else, and not answered twice.
    return twiml(twilio_messaging.answer(acknowledge.written(receipt) if receipt and not step else ""))


@blueprint.post("/messaging/status")
def message_status() -> Response:
    """A delivery report: for our own id in the address, or the provider's where that is all there is."""
    report = twilio_messaging.delivery_report(request.form)
    with parts().database.write() as session:
        message = delivery.find(session, request.args.get("message", ""), report.provider_id)
        if message is not None:
            delivery.note(session, message, report.status, code=report.error_code, provider_id=report.provider_id)
    return Response(status=204)
