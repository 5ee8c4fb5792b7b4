"""`/twilio/voice`: a call is led to its language, asked for its enquiry, and never dropped."""

from __future__ import annotations

from flask import Response, request, send_file

from service.channels import twilio_voice
from service.channels.voice_prompts import VoicePrompts
from service.enquiries import acknowledge
from service.enquiries.inbound import InboundMessage
from service.enquiries.message_rows import country_language
from service.errors import NotFound
from service.parts import parts
from service.webhooks.guard import blueprint, small_number, twiml
from translations.languages import SITE_LANGUAGES


@blueprint.post("/voice")
def call() -> Response:
    twilio_voice.call_sid(request.form)
    return twiml(twilio_voice.menu(_order(), 0, 1, _prompts()))


@blueprint.post("/voice/gather")
def gather() -> Response:
    twilio_voice.call_sid(request.form)
    if request.args.get("step") == "enquiry":
        return twiml(_enquiry(_language()))
    return twiml(_language_chosen())


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
    """The end of a call needs nothing: what was said is stored already."""
    return Response(status=204)


@blueprint.post("/voice/fallback")
def fallback() -> Response:
    """Something failed on our side: still take a message."""
    return twiml(twilio_voice.voicemail(_default_language(), _prompts()))


def _language_chosen() -> str:
    """The digit's language; no digit turns the page, and after two rounds the caller may speak anyway."""
    page, round_number = _number("page", 0, 9), _number("try", 1, 9)
    order = _order()
    digits = small_number(request.form.get("Digits", "").strip(), 0)
    shown = twilio_voice.page_of(order, page)
    if 1 <= digits <= len(shown):
        return twilio_voice.ask(shown[digits - 1], _prompts())
    if page + 1 < twilio_voice.pages(order):
        return twilio_voice.menu(order, page + 1, round_number, _prompts())
    if round_number < twilio_voice.ROUNDS:
        return twilio_voice.menu(order, 0, round_number + 1, _prompts())
    return twilio_voice.voicemail(_default_language(), _prompts())


def _enquiry(language: str) -> str:
    inbound = twilio_voice.speech(request.form, language)
    if inbound is None:
        return twilio_voice.voicemail(language, _prompts())
    return _goodbye(inbound)


def _goodbye(inbound: InboundMessage) -> str:
    return twilio_voice.goodbye(acknowledge.spoken(parts().receiver.receive(inbound)), _prompts())


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
