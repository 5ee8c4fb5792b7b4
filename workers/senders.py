"""The ways out of this installation, put together from its settings."""

from __future__ import annotations

from collections.abc import Mapping

from service.channels.email_sending import EmailSender
from service.channels.http import Provider
from service.channels.outbound import Sender
from service.channels.twilio_sending import TwilioSender
from service.settings import Settings


def build_senders(settings: Settings) -> Mapping[str, Sender]:
    """A sender for each channel that is set up."""
    senders: dict[str, Sender] = {}
    if settings.has_twilio:
        twilio = _twilio(settings)
        senders.update(sms=twilio, whatsapp=twilio)
    if settings.smtp_url and settings.mail_from:
        senders["email"] = EmailSender(settings.smtp_url, settings.mail_from, settings.clinic_name, settings.secret_key)
    return senders


def _twilio(settings: Settings) -> TwilioSender:
    return TwilioSender(
        Provider(settings.twilio_api_url, settings.twilio_account_sid, settings.twilio_auth_tokens[0]),
        callback_base=settings.public_url,
        sms_from=settings.twilio_sms_from,
        whatsapp_from=settings.twilio_whatsapp_from,
        messaging_service=settings.twilio_messaging_service_sid,
    )
