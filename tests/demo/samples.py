"""The sample enquiries: invented people, in every patient language."""

from __future__ import annotations

import json
from dataclasses import dataclass
from email.message import EmailMessage
from pathlib import Path
from typing import Any, Final

from tests import twilio_client
from tests.program import Browser, Program, ProgramError

FOLDER: Final = Path(__file__).parent / "samples"


@dataclass(frozen=True)
class Sample:
    """One message; `expected` is what a careful reader makes of it."""

    key: str
    channel: str
    page_language: str
    text: str
    expected: dict[str, str]

    @property
    def number(self) -> str:
        """A telephone number of its own, from the range kept free for fiction in the United Kingdom (Ofcom)."""
        return f"+447700900{100 + ORDER.index(self.key):03d}"

    def send(self, program: Program) -> None:
        """Through the door of its channel; `ProgramError` unless the door takes it."""
        if self.channel == "web":
            address = f"{self.key}@patients.example"
            Browser(program.url).send_form(self.page_language, {"message": self.text, "email": address})
            return
        if self.channel == "email":
            done = program.command("mail", "receive", stdin=self._mail())
            if done.returncode:
                raise ProgramError(done.stderr.strip() or "the mail was not taken")
            return
        answer = program.twilio.post(*self._webhook())
        if answer.status != 200:
            raise ProgramError(f"{self.channel} answered {answer.status}")

    def _mail(self) -> str:
        """As a mail server pipes it."""
        mail = EmailMessage()
        mail["From"], mail["To"] = f"{self.key}@patients.example", "clinic@clinic.example"
        mail["Message-ID"] = f"<{self.key}@patients.example>"
        mail.set_content(self.text, cte="base64")
        return mail.as_string()

    def _webhook(self) -> tuple[str, dict[str, str]]:
        sid = f"demo-{self.key}"
        if self.channel == "voice":
            path = f"/twilio/voice/gather?step=enquiry&lang={self.page_language}"
            return path, twilio_client.call(self.number, sid, SpeechResult=self.text, Confidence="0.82")
        if self.channel == "whatsapp":
            return "/twilio/messaging", twilio_client.whatsapp(self.text, self.number, MessageSid=sid, SmsSid=sid)
        return "/twilio/messaging", twilio_client.sms(self.text, self.number, sid)


def load() -> list[Sample]:
    """All samples, language by language."""
    return [
        Sample(f"{path.stem}-{number}", row["channel"], path.stem, row["text"], row["expect"])
        for path in sorted(FOLDER.glob("*.json"))
        for number, row in enumerate(_rows(path), start=1)
    ]


def _rows(path: Path) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = json.loads(path.read_text("utf-8"))
    return rows


ORDER: Final = [sample.key for sample in load()]
