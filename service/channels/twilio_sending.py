"""SMS and WhatsApp out, by Twilio's REST API (version 2010-04-01, resource Messages)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any, Final
from urllib.parse import quote, urlencode

from service.channels import http, sms_segments, twilio_errors
from service.channels.outbound import OutboundMessage, SendError, Sent

_VERSION: Final = "2010-04-01"
#: The provider's clock and ours may differ by so much.
_CLOCKS: Final = timedelta(minutes=2)


@dataclass(frozen=True, slots=True)
class TwilioSender:
    """An account that sends; `sms_from` may give way to a messaging service."""

    provider: http.Provider
    callback_base: str
    sms_from: str
    whatsapp_from: str
    messaging_service: str = ""

    def send(self, message: OutboundMessage) -> Sent:
        form = self._form(message)
        try:
            answer = http.call(self.provider, "POST", self._address(), data=form)
        except http.CallError as error:
            raise SendError("no-answer", "unknown" if error.sent else "retry") from error
        if answer.status in (200, 201):
            return self._sent(answer.json)
        raise twilio_errors.of_answer(answer.status, _number(answer.json.get("code")))

    def find(self, message: OutboundMessage, since: datetime) -> Sent | None:
        """Looks among the newest messages to this address for one with the same text, sent since then."""
        query = urlencode({"To": self._to(message), "PageSize": "50"})
        try:
            answer = http.call(self.provider, "GET", f"{self._address()}?{query}")
        except http.CallError as error:
            raise SendError("no-answer", "unknown") from error
        if answer.status != 200:
            raise SendError(str(answer.status), "unknown")
        wanted = _text(message)
        for found in answer.json.get("messages") or ():
            made = _moment(found.get("date_created"))
            if made and made >= since - _CLOCKS and _same(found, message, wanted):
                return self._sent(found)
        return None

    def _address(self) -> str:
        return f"/{_VERSION}/Accounts/{quote(self.provider.user)}/Messages.json"

    def _form(self, message: OutboundMessage) -> dict[str, str]:
        form = {
            "To": self._to(message),
            "StatusCallback": f"{self.callback_base}/twilio/messaging/status?message={message.message_id}",
            **self._sender(message),
        }
        if message.content_sid:
            variables = {str(place): value for place, value in enumerate(message.variables, start=1)}
            return {**form, "ContentSid": message.content_sid, "ContentVariables": http.compact_json(variables)}
        return {**form, "Body": _text(message)}

    def _to(self, message: OutboundMessage) -> str:
        return f"whatsapp:{message.to.value}" if message.channel == "whatsapp" else message.to.value

    def _sender(self, message: OutboundMessage) -> dict[str, str]:
        if message.channel == "whatsapp":
            if not self.whatsapp_from:
                raise SendError("no-sender", "refused", "configuration")
            return {"From": f"whatsapp:{self.whatsapp_from}"}
        if self.messaging_service:
            return {"MessagingServiceSid": self.messaging_service}
        if not self.sms_from:
            raise SendError("no-sender", "refused", "configuration")
        return {"From": self.sms_from}

    def _sent(self, answer: Mapping[str, Any]) -> Sent:
        sid = str(answer.get("sid") or "")[:64]
        if not sid:
            raise SendError("no-id", "unknown")
        return Sent(sid, str(answer.get("status") or "queued"))


def _text(message: OutboundMessage) -> str:
    """What goes over the air: for SMS in the cheaper alphabet where nothing is lost by it."""
    return sms_segments.economical(message.text) if message.channel == "sms" else message.text


def _same(found: Mapping[str, Any], message: OutboundMessage, text: str) -> bool:
    """A template's text is the provider's own, so that a message of a template is known by its time alone."""
    is_ours = str(found.get("direction", "outbound-api")).startswith("outbound")
    return is_ours and (bool(message.content_sid) or str(found.get("body") or "").strip() == text.strip())


def _moment(text: object) -> datetime | None:
    """Twilio writes times as in RFC 2822."""
    try:
        return parsedate_to_datetime(str(text)) if text else None
    except (TypeError, ValueError):
        return None


def _number(value: object) -> int | None:
    return int(str(value)) if str(value or "").isdecimal() else None
