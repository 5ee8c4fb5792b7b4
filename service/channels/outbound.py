"""What every way out has in common: one message to one contact, and how it may end."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, Protocol

from service.enquiries.inbound import Contact
from service.errors import ServiceError

Outcome = Literal["refused", "retry", "unknown"]
Remedy = Literal["none", "opt-out", "bad-address", "configuration", "other-channel", "template", "filtered"]


@dataclass(frozen=True, slots=True)
class OutboundMessage:
    """One message, ready to go. `message_id` is our own id, which comes back in delivery reports.

    `in_reply_to` and `references` thread an e-mail; `content_sid` and `variables` name a template approved by
    WhatsApp, and then `text` is only for our own records. What goes `to_staff` carries no address at which an answer
    would be taken for the patient's.
    """

    message_id: str
    channel: str
    to: Contact
    text: str
    language: str
    reference: str
    subject: str = ""
    in_reply_to: str = ""
    references: Sequence[str] = ()
    is_automatic: bool = False
    to_staff: bool = False
    content_sid: str = ""
    variables: Sequence[str] = field(default_factory=tuple)


@dataclass(frozen=True, slots=True)
class Sent:
    """The provider has it: its own id, and where the message is by its word."""

    provider_id: str
    status: str


class SendError(ServiceError):
    """A message did not go, or nobody knows whether it went.

    `outcome` "refused" is final, "retry" means that the provider did not take it, "unknown" that it may have.
    `code` is the provider's own, `remedy` what it asks us to do.
    """

    def __init__(self, code: str, outcome: Outcome, remedy: Remedy = "none") -> None:
        super().__init__(f"the message could not be sent ({code})")
        self.code = code
        self.outcome: Outcome = outcome
        self.remedy: Remedy = remedy


class Sender(Protocol):
    """One way out."""

    def send(self, message: OutboundMessage) -> Sent:
        """Hand the message to the provider; raises `SendError`."""
        ...

    def find(self, message: OutboundMessage, since: datetime) -> Sent | None:
        """The message at the provider, if it got there after all; raises `SendError` if that cannot be told now."""
        ...
