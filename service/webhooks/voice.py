"""`/twilio/voice`: a call is led to its language, asked for its enquiry, and never dropped.

Each answer names the next step. What was said is stored before anything is said back; a step that the provider tells
of twice is answered as the call stands now.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from flask import Response, request, send_file

from service.channels import twilio_sender, twilio_voice
from service.channels.voice_prompts import VoicePrompts
from service.enquiries import acknowledge, approved_texts, calls, consent
from service.enquiries.acknowledge import Receipt, Spoken
from service.enquiries.calls import Standing
from service.enquiries.inbound import Contact, InboundMessage
from service.enquiries.message_rows import country_language
from service.enquiries.model import Message
from service.errors import NotFound
from service.parts import parts
from service.webhooks.guard import blueprint, small_number, twiml
from translations.languages import SITE_LANGUAGES

#: So often a caller is asked for the enquiry before the voicemail takes over.
ATTEMPTS: Final = 3
#: How a call ends by the provider's word; the others tell that it goes on.
OVER: Final = frozenset({"completed", "busy", "failed", "no-answer", "canceled"})


@blueprint.post("/voice")
def call() -> Response:
    standing = calls.begin(parts().database, _sid(), _points())
    if standing.step != "language":
        return twiml(_next(standing))
    if standing.language in SITE_LANGUAGES:
        calls.advance(parts().database, _sid(), "enquiry", attempt=1)
        return twiml(twilio_voice.ask(standing.language, _prompts(), offer_others=True))
    return twiml(twilio_voice.menu(_order(), 0, 1, _prompts()))


@blueprint.post("/voice/gather")
def gather() -> Response:
    step, attempt = request.args.get("step", ""), _number("n", 1, ATTEMPTS)
    answer = _ANSWERS.get(step, _language_chosen)
    standing = calls.begin(parts().database, _sid(), _points())
    if step in _ANSWERS and standing.is_past(step, attempt):
        return twiml(_next(standing))
    return twiml(answer())


@blueprint.post("/voice/recording")
def recording() -> Response:
    """Both the end of a recording and its being ready come here; they are one message."""
    inbound = twilio_voice.recording(request.form, _language())
    if inbound is None:
        return twiml(twilio_voice.hang_up())
    return twiml(_goodbye(inbound))


@blueprint.get("/voice/prompts/<language>/<event>.mp3")
def prompt(language: str, event: str) -> Response:
    """An operator's recording, for the provider to play."""
    file = _prompts().file(event, language)
    if file is None:
        raise NotFound("there is no such recording")
    return send_file(file, mimetype="audio/mpeg")


@blueprint.post("/voice/status")
def call_status() -> Response:
    """The end of a call: what was said is stored already; who said nothing may be called back."""
    sid, state = _sid(), request.form.get("CallStatus", "").strip().lower()
    if state in OVER:
        standing = calls.end(parts().database, sid, state)
        missed = (
            None if standing.message_id else twilio_voice.missed(request.form, standing.language or _default_language())
        )
        if missed is not None:
            receipt = parts().receiver.receive(missed)
            calls.advance(parts().database, sid, "done", message_id=receipt.message_id)
    return Response(status=204)


@blueprint.post("/voice/fallback")
def fallback() -> Response:
    """Something failed on our side: still take a message."""
    return twiml(twilio_voice.voicemail(_default_language(), _prompts()))


def _language_chosen() -> str:
    """The digit's or the spoken language; nothing turns the page, and after two rounds the caller may speak anyway."""
    page, round_number = _number("page", 0, 9), _number("try", 1, 9)
    order = _order()
    digits = small_number(request.form.get("Digits", "").strip(), 0)
    shown = twilio_voice.page_of(order, page)
    named = twilio_voice.named_language(request.form)
    if named or 1 <= digits <= len(shown):
        return _ask(named or shown[digits - 1])
    if page + 1 < twilio_voice.pages(order):
        return twilio_voice.menu(order, page + 1, round_number, _prompts())
    if round_number < twilio_voice.ROUNDS:
        return twilio_voice.menu(order, 0, round_number + 1, _prompts())
    return _voicemail(_default_language())


def _ask(language: str, attempt: int = 1) -> str:
    calls.advance(parts().database, _sid(), "enquiry", language=language, attempt=attempt)
    return twilio_voice.ask(language, _prompts(), attempt=attempt)


def _enquiry() -> str:
    """What the caller said is stored at once; an emergency is advised before anything else is asked."""
    if request.form.get("Digits", "").strip() == twilio_voice.MORE:
        calls.advance(parts().database, _sid(), "language")
        return twilio_voice.menu(_order(), 0, 1, _prompts())
    language, attempt = _language(), _number("n", 1, ATTEMPTS)
    inbound = twilio_voice.speech(request.form, language, attempt)
    if inbound is None:
        return _voicemail(language)
    receipt = parts().receiver.receive(inbound)
    standing = calls.advance(
        parts().database, _sid(), "confirm", language=language, attempt=attempt, message_id=receipt.message_id
    )
    if receipt.urgency == "emergency":
        calls.advance(parts().database, _sid(), "done")
        return twilio_voice.goodbye(_spoken(receipt), _prompts())
    if not twilio_voice.is_sure(request.form):
        return _once_more(language, attempt)
    if not twilio_voice.can_read_back(language):
        return _go_on(standing, "name")
    return _next(standing)


def _once_more(language: str, attempt: int) -> str:
    """Words that were hardly understood: a second try, then the voicemail."""
    if attempt < ATTEMPTS - 1:
        return _ask(language, attempt + 1)
    return _voicemail(language)


def _confirmed() -> str:
    """Yes, or silence, goes on; no asks again as long as that makes sense."""
    language, attempt = _language(), _number("n", 1, ATTEMPTS)
    if twilio_voice.agrees(request.form, language) is False:
        return _ask(language, attempt + 1) if attempt < ATTEMPTS else _voicemail(language)
    return _go_on(calls.begin(parts().database, _sid(), ()), "name")


def _name_said() -> str:
    calls.keep_name(parts().database, _sid(), request.form.get("SpeechResult", ""))
    return _go_on(calls.begin(parts().database, _sid(), ()), "time")


def _time_said() -> str:
    inbound = twilio_voice.call_back_time(request.form, _language())
    if inbound is not None:
        parts().receiver.receive(inbound)
    return _go_on(calls.begin(parts().database, _sid(), ()), "done")


_ANSWERS: Final[Mapping[str, Callable[[], str]]] = {
    "enquiry": _enquiry,
    "confirm": _confirmed,
    "name": _name_said,
    "time": _time_said,
}


def _go_on(standing: Standing, step: str) -> str:
    return _next(calls.advance(parts().database, standing.sid, step))


def _next(standing: Standing) -> str:
    """What to say where the call stands now."""
    language = standing.language if standing.language in SITE_LANGUAGES else _language()
    prompts, attempt = _prompts(), standing.attempt
    said: Mapping[str, Callable[[], str]] = {
        "language": lambda: twilio_voice.menu(_order(), 0, 1, prompts),
        "enquiry": lambda: twilio_voice.ask(language, prompts, attempt=attempt),
        "confirm": lambda: twilio_voice.confirm(language, standing.words, prompts, attempt=attempt),
        "name": lambda: twilio_voice.ask_name(language, prompts),
        "time": lambda: twilio_voice.ask_time(language, prompts),
    }
    if standing.step in said:
        return said[standing.step]()
    if standing.message_id is None:
        return twilio_voice.voicemail(language, prompts)
    return twilio_voice.goodbye(_spoken(parts().receiver.receipt_of(standing.message_id)), prompts)


def _voicemail(language: str) -> str:
    calls.advance(parts().database, _sid(), "voicemail", language=language)
    return twilio_voice.voicemail(language, _prompts())


def _goodbye(inbound: InboundMessage) -> str:
    receipt = parts().receiver.receive(inbound)
    calls.advance(parts().database, _sid(), "done", message_id=receipt.message_id)
    return twilio_voice.goodbye(_spoken(receipt), _prompts())


def _spoken(receipt: Receipt) -> list[Spoken]:
    """The end of a call; what is kept is told once, and that it was told is entered first."""
    if receipt.needs_notice:
        with parts().database.write() as session:
            message = session.get_one(Message, receipt.message_id)
            consent.tell(session, message, acknowledge.SPOKEN_NOTICE, approved_texts.VOICE)
    return acknowledge.spoken(receipt)


def _sid() -> str:
    return twilio_voice.call_sid(request.form)


def _points() -> tuple[Contact, ...]:
    """The caller, if the number is not hidden."""
    point = twilio_sender.phone(request.form.get("From", ""))
    return (point,) if point else ()


def _prompts() -> VoicePrompts:
    return VoicePrompts(parts().settings.data_dir / "voice-prompts")


def _order() -> tuple[str, ...]:
    return twilio_voice.menu_order(country_language(twilio_voice.caller_country(request.form)))


def _default_language() -> str:
    return _order()[0] if country_language(twilio_voice.caller_country(request.form)) in SITE_LANGUAGES else "en"


def _language() -> str:
    """The language in the step's address; it is signed, but an operator may have typed it."""
    language = request.args.get("lang", "")
    return language if language in SITE_LANGUAGES else _default_language()


def _number(name: str, low: int, high: int) -> int:
    return min(max(small_number(request.args.get(name, ""), low), low), high)
