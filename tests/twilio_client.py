"""Stands in for Twilio: sends signed webhooks, over real HTTP or through Flask's test client."""

from __future__ import annotations

import itertools
import urllib.error
import urllib.request
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import urlencode

from flask.testing import FlaskClient
from twilio.request_validator import RequestValidator

ACCOUNT: Final = "AC00000000000000000000000000000000"
TOKEN: Final = "token-of-the-tests"
CLINIC: Final = "+447700900000"
_numbers = itertools.count(1)


def new_sid(kind: str = "SM") -> str:
    """A message or call id that no other test has."""
    return f"{kind}{next(_numbers):032x}"


def sms(body: str, sender: str = "+447700900123", sid: str | None = None, **more: str) -> dict[str, str]:
    """The form that Twilio posts for a text message."""
    sid = sid or new_sid()
    form = {"MessageSid": sid, "SmsSid": sid, "AccountSid": ACCOUNT, "From": sender, "To": CLINIC, "Body": body}
    return {**form, "NumMedia": "0", "NumSegments": "1", "SmsStatus": "received", **more}


def whatsapp(body: str, sender: str = "+447700900123", **more: str) -> dict[str, str]:
    names = {"ProfileName": "Sample Person", "WaId": sender.lstrip("+"), "MessageType": "text"}
    return sms(body, f"whatsapp:{sender}", **{**names, **more, "To": f"whatsapp:{CLINIC}"})


def call(sender: str = "+447700900123", sid: str | None = None, **more: str) -> dict[str, str]:
    """The form that Twilio posts at each step of a call."""
    base = {"CallSid": sid or new_sid("CA"), "AccountSid": ACCOUNT, "From": sender, "To": CLINIC}
    return {**base, "Direction": "inbound", "CallStatus": "in-progress", **more}


def signature(url: str, form: dict[str, str], token: str = TOKEN) -> str:
    return str(RequestValidator(token).compute_signature(url, form))


@dataclass(frozen=True)
class Answer:
    status: int
    text: str


@dataclass(frozen=True)
class Twilio:
    """Posts forms to the clinic's public address, signed as Twilio would sign them."""

    public_url: str
    client: FlaskClient | None = None
    token: str = TOKEN
    headers: dict[str, str] = field(default_factory=dict)

    def post(self, path: str, form: dict[str, str]) -> Answer:
        headers = {"X-Twilio-Signature": signature(f"{self.public_url}{path}", form, self.token), **self.headers}
        if self.client is not None:
            answer = self.client.post(path, data=form, headers=headers)
            return Answer(answer.status_code, answer.get_data(as_text=True))
        return _over_http(f"{self.public_url}{path}", form, headers)

    def message(self, form: dict[str, str]) -> Answer:
        return self.post("/twilio/messaging", form)


def _over_http(url: str, form: dict[str, str], headers: dict[str, str]) -> Answer:
    request = urllib.request.Request(url, urlencode(form).encode(), headers)
    try:
        with urllib.request.urlopen(request, timeout=30) as answer:
            return Answer(answer.status, answer.read().decode())
    except urllib.error.HTTPError as error:
        return Answer(error.code, error.read().decode("utf-8", "replace"))
