"""Phone calls by Twilio: what is said and asked at each step, as TwiML."""

from __future__ import annotations

import tomllib
import unicodedata
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Final
from urllib.parse import urlencode

from twilio.twiml.voice_response import Gather, VoiceResponse

from service.channels import twilio_sender
from service.channels.voice_prompts import VoicePrompts
from service.enquiries import approved_texts
from service.enquiries.acknowledge import Spoken
from service.enquiries.inbound import InboundFile, InboundMessage, clean_text
from service.errors import BadInput
from translations.languages import ENGLISH, LANGUAGES, SITE_LANGUAGES

MENU_SIZE: Final = 8
MORE: Final = "9"
ROUNDS: Final = 2
RECORDING_SECONDS: Final = 180
MAX_SAY: Final = 4000
#: Longer words are not read back whole: the caller would not listen to the end.
MAX_READ_BACK: Final = 400
LEAST_CONFIDENCE: Final = 0.4
ACTION: Final = "/twilio/voice"


def menu(order: Sequence[str], page: int, try_number: int, prompts: VoicePrompts) -> str:
    """Ask for the language: eight to a page, each in its own language; silence turns the page."""
    response = VoiceResponse()
    gather = _gather(
        response,
        {"step": "language", "page": page, "try": try_number},
        input="dtmf speech",
        timeout=3,
        num_digits=1,
        language=LANGUAGES[page_of(order, page)[0]].speech,
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


def ask(language: str, prompts: VoicePrompts, *, attempt: int = 1, offer_others: bool = False) -> str:
    """Ask what is the matter, to be answered in speech; `offer_others` to a caller whose language was remembered."""
    response = VoiceResponse()
    gather = _question(
        response, "enquiry", language, attempt=attempt, input="dtmf speech" if offer_others else "speech"
    )
    if offer_others:
        say(gather, "voice-other-language", ENGLISH, prompts, digit=MORE)
    say(gather, "voice-ask" if attempt == 1 else "voice-again", language, prompts)
    return str(response)


def confirm(language: str, words: str, prompts: VoicePrompts, *, attempt: int) -> str:
    """Read back what was understood, to be confirmed or said again."""
    response = VoiceResponse()
    gather = _question(response, "confirm", language, attempt=attempt, input="dtmf speech", num_digits=1)
    say(gather, "voice-confirm", language, prompts, text=words[:MAX_READ_BACK])
    return str(response)


def ask_name(language: str, prompts: VoicePrompts) -> str:
    return _asked("name", "voice-name", language, prompts)


def ask_time(language: str, prompts: VoicePrompts) -> str:
    return _asked("time", "voice-time", language, prompts)


def _asked(step: str, event: str, language: str, prompts: VoicePrompts) -> str:
    response = VoiceResponse()
    say(_question(response, step, language, input="speech"), event, language, prompts)
    return str(response)


def _question(response: VoiceResponse, step: str, language: str, attempt: int = 1, **attributes: object) -> Gather:
    return _gather(
        response,
        {"step": step, "lang": language, "n": attempt},
        timeout=6,
        speech_timeout="auto",
        language=LANGUAGES[language].speech,
        **attributes,
    )


def agrees(form: Mapping[str, str], language: str) -> bool | None:
    """Whether the caller says that we understood rightly; None for silence and for anything else."""
    if form.get("Digits", "").strip() in ("1", "2"):
        return form["Digits"].strip() == "1"
    said = _folded(form.get("SpeechResult", ""))
    for answer, table in ((False, "no"), (True, "yes")):
        if said in {_folded(word) for word in _yes_no()[table][language]}:
            return answer
    return None


def named_language(form: Mapping[str, str]) -> str | None:
    """The language whose name the caller said, in that language or in English."""
    said = _folded(form.get("SpeechResult", ""))
    for code in SITE_LANGUAGES:
        names = (LANGUAGES[code].english, LANGUAGES[code].own)
        if any(_folded(name) in said for name in names):
            return code
    return None


def is_sure(form: Mapping[str, str]) -> bool:
    """Whether the provider trusts its recognition; 0.0 can mean that it does not say."""
    try:
        confidence = float(form.get("Confidence", ""))
    except ValueError:
        return True
    return not 0.0 < confidence < LEAST_CONFIDENCE


def can_read_back(language: str) -> bool:
    """Only a voice can say what nobody has recorded."""
    return LANGUAGES[language].voice is not None


def _folded(text: str) -> str:
    """Letters alone, in one case and without accents, with single spaces."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    return " ".join(
        "".join(
            char if char.isalpha() or unicodedata.category(char) == "Mc" else " "
            for char in plain
            if not unicodedata.combining(char)
        ).split()
    )


@cache
def _yes_no() -> Mapping[str, Mapping[str, list[str]]]:
    return tomllib.loads((Path(__file__).parent / "yes_no_words.toml").read_text("utf-8"))


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


def speech(form: Mapping[str, str], language: str, attempt: int = 1) -> InboundMessage | None:
    """What the caller said, as recognised; None for silence."""
    text = clean_text(form.get("SpeechResult", ""))
    if not text:
        return None
    key = "speech" if attempt == 1 else f"speech:{attempt}"
    return _message(form, language, key=key, text=text)


def call_back_time(form: Mapping[str, str], language: str) -> InboundMessage | None:
    """When the caller wishes to be called, in their own words."""
    text = clean_text(form.get("SpeechResult", ""))
    return _message(form, language, key="time", text=text, intent_hint="callback") if text else None


def missed(form: Mapping[str, str], language: str) -> InboundMessage | None:
    """A call that ended before anything was said: somebody may call back; None if the number is hidden."""
    message = _message(form, language, key="missed", text="", intent_hint="callback")
    return message if message.contacts else None


def recording(form: Mapping[str, str], language: str) -> InboundMessage | None:
    """A voicemail, for somebody to listen to; None if nothing was recorded."""
    call_sid(form)
    form = twilio_sender.without_nulls(form)
    url, sid = form.get("RecordingUrl", "").strip(), form.get("RecordingSid", "").strip()[:64]
    if not url or len(url) > 2000:
        return None
    audio = InboundFile(name="voicemail.mp3", media_type="audio/mpeg", source_url=f"{url}.mp3")
    return _message(
        form,
        language,
        key=f"recording:{sid}",
        text="",
        files=(audio,),
        needs_listening=True,
        intent_hint="callback",
    )


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
    intent_hint: str | None = None,
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
        intent_hint=intent_hint,
        files=files,
    )
