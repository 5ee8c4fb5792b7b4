"""Phone calls by Twilio: what is said and asked at each step, as TwiML."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final
from urllib.parse import urlencode

from twilio.twiml.voice_response import Gather, VoiceResponse

from service.channels import twilio_sender
from service.channels.voice_prompts import VoicePrompts
from service.enquiries import approved_texts
from service.enquiries.acknowledge import Spoken
from service.enquiries.inbound import InboundFile, InboundMessage, clean_text
from service.errors import BadInput
from translations.languages import LANGUAGES, SITE_LANGUAGES

ENGLISH: Final = "en"
MENU_SIZE: Final = 8
MORE: Final = "9"
ROUNDS: Final = 2
RECORDING_SECONDS: Final = 180
MAX_SAY: Final = 4000
ACTION: Final = "/twilio/voice"


def menu(order: Sequence[str], page: int, try_number: int, prompts: VoicePrompts) -> str:
    """Ask for the language: eight to a page, each in its own language; silence turns the page."""
    response = VoiceResponse()
    gather = _gather(
        response, {"step": "language", "page": page, "try": try_number}, input="dtmf", timeout=3, num_digits=1
    )
    for digit, code in enumerate(page_of(order, page), start=1):
        say(gather, "voice-menu", code, prompts, digit=str(digit))
    if page == 0:
        say(gather, "voice-menu-more", ENGLISH, prompts, digit=MORE)
    return str(response)


def menu_order(preferred: str | None) -> tuple[str, ...]:
    """The languages of the menu, the caller's country's own first."""
    rest = [code for code in SITE_LANGUAGES if code != preferred]
    return (preferred, *rest) if preferred in SITE_LANGUAGES and preferred else tuple(rest)


def page_of(order: Sequence[str], page: int) -> Sequence[str]:
    return order[page * MENU_SIZE : (page + 1) * MENU_SIZE]


def pages(order: Sequence[str]) -> int:
    return -(-len(order) // MENU_SIZE)


def ask(language: str, prompts: VoicePrompts) -> str:
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
    say(gather, "voice-ask", language, prompts)
    return str(response)


def voicemail(language: str, prompts: VoicePrompts) -> str:
    """Nothing was understood: record what the caller says, so that no call is lost."""
    response = VoiceResponse()
    say(response, "voice-voicemail", language, prompts)
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


def goodbye(spoken: Sequence[Spoken], prompts: VoicePrompts) -> str:
    """Say the answer and hang up. What no voice can say is played, if it was recorded; its English follows anyway."""
    response = VoiceResponse()
    for part in spoken:
        if LANGUAGES[part.language].voice:
            _speak(response, part.language, part.text)
        elif recording := prompts.address(part.event, part.language):
            response.play(recording)
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
    call_sid(form)
    form = twilio_sender.without_nulls(form)
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
    if not sid or len(sid) > 64 or not sid.isprintable():
        raise BadInput("CallSid: missing or not a call id", field="CallSid")
    return sid


def say(target: VoiceResponse | Gather, event: str, language: str, prompts: VoicePrompts, **values: str) -> None:
    """Say an approved text; without a voice for the language, play its recording, or else say it in English.

    The menu is always said: its digits depend on the caller.
    """
    if LANGUAGES[language].voice:
        text = approved_texts.find(event, language, approved_texts.VOICE)
    elif event != "voice-menu" and (recorded := prompts.address(event, language)):
        target.play(recorded)
        return
    elif event == "voice-menu":
        text = approved_texts.find("voice-menu-other", ENGLISH, approved_texts.VOICE)
        values["language"] = LANGUAGES[language].english
    else:
        text = approved_texts.find(event, ENGLISH, approved_texts.VOICE)
    _speak(target, text.language, text.filled(**values))


def _speak(target: VoiceResponse | Gather, code: str, text: str) -> None:
    language = LANGUAGES[code]
    target.say(text[:MAX_SAY], voice=language.voice, language=language.voice_language)


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
