"""E-mail out, by SMTP: threaded, answerable to a signed address, and never sent twice in doubt."""

from __future__ import annotations

import smtplib
import ssl
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from email.utils import format_datetime
from typing import Final
from urllib.parse import unquote, urlsplit

from service.channels import reply_address
from service.channels.outbound import OutboundMessage, Remedy, SendError, Sent
from service.clock import now
from service.enquiries import approved_texts

TIMEOUT_SECONDS: Final = 20
SUBMISSION_PORT: Final = 587
TLS_PORT: Final = 465
#: Enhanced status codes (RFC 3463) that say that the address itself is at fault.
_BAD_ADDRESS: Final = ("5.1.", "5.2.1")


@dataclass(frozen=True, slots=True)
class EmailSender:
    """A mail server that takes our mail; `clinic` is the name that patients see."""

    url: str
    mail_from: str
    clinic: str
    secret: str

    def send(self, message: OutboundMessage) -> Sent:
        mail = self.compose(message)
        try:
            connection = self._connect()
        except (OSError, smtplib.SMTPException) as error:
            raise SendError(_code(error), "retry", _configuration(error)) from error
        try:
            return self._hand_over(connection, mail, message)
        finally:
            connection.close()

    def find(self, message: OutboundMessage, since: datetime) -> Sent | None:
        """SMTP cannot tell what became of a mail: a person must look."""
        raise SendError("smtp-cannot-tell", "unknown")

    def compose(self, message: OutboundMessage) -> EmailMessage:
        """The mail as it goes out."""
        mail = EmailMessage()
        mail["From"] = f"{_quoted(self.clinic)} <{self.mail_from}>"
        mail["To"] = message.to.value
        if not message.to_staff:
            mail["Reply-To"] = reply_address.make(self.mail_from, message.reference, self.secret)
        mail["Subject"] = message.subject if message.to_staff else _subject(message)
        mail["Date"] = format_datetime(now())
        mail["Message-ID"] = message_id(message.message_id, self.mail_from)
        mail["Content-Language"] = message.language
        if message.in_reply_to:
            mail["In-Reply-To"] = message.in_reply_to
        if message.references:
            mail["References"] = " ".join(message.references[-20:])
        if message.is_automatic:
            mail["Auto-Submitted"] = "auto-generated" if message.to_staff else "auto-replied"
        mail.set_content(message.text + "\n")
        return mail

    def _connect(self) -> smtplib.SMTP:
        parts = urlsplit(self.url)
        host, context = parts.hostname or "", ssl.create_default_context()
        if parts.scheme == "smtps":
            connection: smtplib.SMTP = smtplib.SMTP_SSL(
                host, parts.port or TLS_PORT, timeout=TIMEOUT_SECONDS, context=context
            )
        else:
            connection = smtplib.SMTP(host, parts.port or SUBMISSION_PORT, timeout=TIMEOUT_SECONDS)
        try:
            self._introduce(connection, context)
        except (OSError, smtplib.SMTPException):
            connection.close()
            raise
        return connection

    def _introduce(self, connection: smtplib.SMTP, context: ssl.SSLContext) -> None:
        """Encrypt the line where the server can, and sign in where the address says how."""
        parts = urlsplit(self.url)
        connection.ehlo()
        if parts.scheme == "smtp" and connection.has_extn("starttls"):
            connection.starttls(context=context)
            connection.ehlo()
        if parts.username:
            connection.login(unquote(parts.username), unquote(parts.password or ""))

    def _hand_over(self, connection: smtplib.SMTP, mail: EmailMessage, message: OutboundMessage) -> Sent:
        try:
            connection.send_message(mail, self.mail_from, [message.to.value])
        except smtplib.SMTPRecipientsRefused as error:
            code, reason = next(iter(error.recipients.values()), (550, b""))
            raise _refused(code, reason) from error
        except smtplib.SMTPResponseException as error:
            raise _refused(error.smtp_code, error.smtp_error) from error
        except (OSError, smtplib.SMTPException) as error:  # the line broke: the server may have taken it
            raise SendError(_code(error), "unknown") from error
        return Sent(message_id(message.message_id, self.mail_from), "sent")


def message_id(our_id: str, mail_from: str) -> str:
    """The Message-ID of one of our messages: an answer to it names it."""
    return f"<{our_id}@{mail_from.partition('@')[2]}>"


def _subject(message: OutboundMessage) -> str:
    """The patient's own subject with our reference, or else one in their language."""
    if not message.subject:
        return approved_texts.find("email-subject", message.language).filled(reference=message.reference)
    subject = " ".join(message.subject.split())
    marked = subject if message.reference in subject else f"{subject} [{message.reference}]"
    return marked if marked.lower().startswith("re:") else f"Re: {marked}"


def _refused(code: int, reason: bytes | str) -> SendError:
    """4xx is for now, 5xx for good (RFC 5321, 4.2.1)."""
    text = reason.decode("ascii", "replace") if isinstance(reason, bytes) else reason
    if 400 <= code < 500:
        return SendError(str(code), "retry")
    enhanced = text.split(" ", 1)[0]
    remedy: Remedy = "bad-address" if enhanced.startswith(_BAD_ADDRESS) or code in (550, 553) else "none"
    return SendError(enhanced[:12] if enhanced[:2] == "5." else str(code), "refused", remedy)


def _configuration(error: Exception) -> Remedy:
    return "configuration" if isinstance(error, smtplib.SMTPAuthenticationError) else "none"


def _code(error: Exception) -> str:
    return f"smtp-{getattr(error, 'smtp_code', type(error).__name__)}"[:40]


def _quoted(name: str) -> str:
    return '"' + name.replace("\\", "").replace('"', "") + '"'
