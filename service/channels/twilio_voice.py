"""Phone calls by Twilio: what is said and asked at each step, as TwiML."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final
from urllib.parse import urlencode

from twilio.twiml.voice_response import Gather, VoiceResponse

from service.channels import twilio_sender
from service.enquiries import approved_texts
from service.enquiries.inbound import InboundFile, InboundMessage, clean_text
from service.errors import BadInput
from translations.languages import LANGUAGES, SITE_LANGUAGES, Language

ENGLISH: Final = "en"
MENU_SIZE: Final = 8
MORE: Final = "9"
ROUNDS: Final = 2
RECORDING_SECONDS: Final = 180
MAX_SAY: Final = 4000
ACTION: Final = "/twilio/voice"


def menu(order: Sequence[str], page: int, try_number: int) -> str:
    """Ask for the language: eight to a page, each in its own language; silence turns the page."""
    response = VoiceResponse()
    gather = _gather(
        response, {"step": "language", "page": page, "try": try_number}, input="dtmf", timeout=3, num_digits=1
    )
    for digit, code in enumerate(page_of(order, page), start=1):
        say(gather, "voice-menu", code, digit=str(digit))
    if page == 0:
        say(gather, "voice-menu-more", ENGLISH, digit=MORE)
    return str(response)


def menu_order(preferred: str | None) -> tuple[str, ...]:
    """The languages of the menu, the caller's country's own first."""
    rest = [code for code in SITE_LANGUAGES if code != preferred]
    return (preferred, *rest) if preferred in SITE_LANGUAGES and preferred else tuple(rest)


def page_of(order: Sequence[str], page: int) -> Sequence[str]:
    return order[page * MENU_SIZE : (page + 1) * MENU_SIZE]


def pages(order: Sequence[str]) -> int:
    return -(-len(order) // MENU_SIZE)


def ask(language: str) -> str:
    """Ask what is the matter, to be answered in speech."""
    response = VoiceResponse()
    gather = _gather(
        response,
        {"step": "enquiry", "lang": language},
        input="speech",
        timeout=6,
        speech_timeout="auto",
        language=LANGUAGES[language].speech,
    )
    say(gather, "voice-ask", language)
    return str(response)


def voicemail(language: str) -> str:
    """Nothing was understood: record what the caller says, so that no call is lost."""
    response = VoiceResponse()
    say(response, "voice-voicemail", language)
    where = f"{ACTION}/recording?{urlencode({'lang': language})}"
    response.record(
        action=where,
        method="POST",
        max_length=RECORDING_SECONDS,
        finish_on_key="#",
        play_beep=True,
        recording_status_callback=where,
        recording_status_callback_method="POST",
    )
    response.hangup()
    return str(response)


def goodbye(spoken: Sequence[tuple[str, str]]) -> str:
    """Say the answer, language by language, and hang up."""
    response = VoiceResponse()
    for language, text in spoken:
        _speak(response, language, text)
    response.hangup()
    return str(response)


def hang_up() -> str:
    response = VoiceResponse()
    response.hangup()
    return str(response)


def speech(form: Mapping[str, str], language: str) -> InboundMessage | None:
    """What the caller said, as recognised; None for silence."""
    text = clean_text(form.get("SpeechResult", ""))
    return _message(form, language, key="speech", text=text) if text else None


def recording(form: Mapping[str, str], language: str) -> InboundMessage | None:
    """A voicemail, for somebody to listen to; None if nothing was recorded."""
    url, sid = form.get("RecordingUrl", "").strip(), form.get("RecordingSid", "").strip()[:64]
    if not url or len(url) > 2000:
        return None
    audio = InboundFile(name="voicemail.mp3", media_type="audio/mpeg", source_url=f"{url}.mp3")
    return _message(form, language, key=f"recording:{sid}", text="", files=(audio,), needs_listening=True)


def caller_country(form: Mapping[str, str]) -> str | None:
    point = twilio_sender.phone(form.get("From", ""))
    return twilio_sender.country((point,)) if point else None


def call_sid(form: Mapping[str, str]) -> str:
    sid = form.get("CallSid", "").strip()
    if not sid or len(sid) > 64:
        raise BadInput("CallSid: missing or too long", field="CallSid")
    return sid


def say(target: VoiceResponse | Gather, event: str, language: str, **values: str) -> None:
    """Say an approved text; where there is no voice for the language, say it in English."""
    spoken_in = language if LANGUAGES[language].voice else ENGLISH
    text = approved_texts.find(event, spoken_in, approved_texts.VOICE)
    if spoken_in != language and event == "voice-menu":
        text = approved_texts.find("voice-menu-other", ENGLISH, approved_texts.VOICE)
        values["language"] = LANGUAGES[language].english
    _speak(target, text.language, text.filled(**values))


def _speak(target: VoiceResponse | Gather, code: str, text: str) -> None:
    language = _with_voice(code)
    target.say(text[:MAX_SAY], voice=language.voice, language=language.voice_language)


def _with_voice(code: str) -> Language:
    language = LANGUAGES[code]
    return language if language.voice else LANGUAGES[ENGLISH]


def _gather(response: VoiceResponse, query: Mapping[str, object], **attributes: object) -> Gather:
    gather = Gather(
        action=f"{ACTION}/gather?{urlencode(query)}", method="POST", action_on_empty_result=True, **attributes
    )
    response.append(gather)
    return gather


def _message(
    form: Mapping[str, str],
    language: str,
    *,
    key: str,
    text: str,
    files: tuple[InboundFile, ...] = (),
    needs_listening: bool = False,
) -> InboundMessage:
    sid = call_sid(form)
    point = twilio_sender.phone(form.get("From", ""))
    points = (point,) if point else ()
    return InboundMessage(
        channel="voice",
        unique_key=f"{sid}:{key}",
        provider_id=sid,
        text=text,
        contacts=points,
        proven=bool(points),
        country=twilio_sender.country(points),
        language_hint=language,
        language_chosen=True,
        needs_listening=needs_listening,
        files=files,
    )
