"""A phone call from its beginning to its end: what the caller hears, and what they answer."""

from __future__ import annotations

from typing import Final
from xml.etree import ElementTree

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from tests import twilio_client
from tests.program import Program, ProgramError

#: From the range kept free for fiction in the United Kingdom (Ofcom); one call of its own.
CALLER: Final = "+447700900090"
CALL: Final = "demo-call"
WORDS: Final = (
    "My mother is 74 and has had heart failure for three years. Can she have a second opinion in your clinic?"
)
#: The language by its digit, the enquiry, that it was understood, the name, and a good time to call back.
ANSWERS: Final = ("1", WORDS, "yes", "Grace Example", "tomorrow after five o'clock")
LONGEST: Final = 110


def show(program: Program, out: Console) -> None:
    """Make the call and print it; `ProgramError` if it does not end with a reference. A second time it is over."""
    if any(message["text"] == WORDS for enquiry in program.lines("export") for message in enquiry["messages"]):
        return
    table = Table("The caller hears", "The caller answers", title="A phone call")
    page, address = _ask(program, "/twilio/voice", "")
    for answer in ANSWERS:
        if not address:
            raise ProgramError("the call ended before everything was asked")
        table.add_row(escape(_heard(page)), answer)
        page, address = _ask(program, address, answer)
    table.add_row(escape(_heard(page)), "")
    if "reference" not in _said(page):
        raise ProgramError("the call did not end with a reference")
    out.print(table)


def _ask(program: Program, address: str, answer: str) -> tuple[ElementTree.Element, str]:
    """What is said next, and where the answer to it goes."""
    said = {"Digits": answer} if answer.isdecimal() else {"SpeechResult": answer, "Confidence": "0.9"} if answer else {}
    reply = program.twilio.post(address, twilio_client.call(CALLER, CALL, **said))
    if reply.status != 200:
        raise ProgramError(f"{address.partition('?')[0]} answered {reply.status}")
    page = ElementTree.fromstring(reply.text)
    gather = page.find("Gather")
    return page, str(gather.get("action")) if gather is not None else ""


def _said(page: ElementTree.Element) -> str:
    return " ".join(say.text or "" for say in page.iter("Say"))


def _heard(page: ElementTree.Element) -> str:
    """As much of it as fits into a table: the end, which asks something."""
    text = _said(page)
    return text if len(text) <= LONGEST else f"…{text[-LONGEST:]}"
