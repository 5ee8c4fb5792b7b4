"""What every Twilio request must pass: Twilio is set up, the size is sane, and one of our tokens signed it."""

from __future__ import annotations

from typing import Final

import structlog
from flask import Blueprint, Response, abort, request
from prometheus_client import Counter

from service.channels import twilio_messaging, twilio_voice
from service.channels.twilio_sender import without_nulls
from service.channels.twilio_signature import is_signed
from service.channels.voice_prompts import VoicePrompts
from service.errors import Forbidden, ServiceError
from service.parts import parts
from service.webhooks import quarantine

MAX_BODY: Final = 512 * 1024
#: What the provider fetches without a signature, and anybody may hear.
PUBLIC: Final = frozenset({"webhooks.prompt"})
TWIML: Final = "text/xml; charset=utf-8"

blueprint = Blueprint("webhooks", __name__, url_prefix="/twilio")
refused = Counter("dragoman_webhooks_refused_total", "Twilio requests without a valid signature")
log = structlog.get_logger()


@blueprint.before_request
def check() -> Response | None:
    settings = parts().settings
    if not settings.has_twilio:
        abort(404)
    if request.endpoint in PUBLIC:
        return None
    request.max_content_length = MAX_BODY
    request.max_form_memory_size = MAX_BODY
    signature = request.headers.get("X-Twilio-Signature", "")
    if is_signed(parts().settings.public_url + raw_path(), request.form, signature, settings.twilio_auth_tokens):
        return None
    if signature and quarantine.is_doubtful(raw_path(), signature):
        quarantine.keep(without_nulls(request.form))
        return _hold()
    refused.inc()
    log.warning("a webhook without a valid signature", path=request.path, signed=bool(signature))
    raise Forbidden("the request was not signed by this clinic's Twilio account")


def _hold() -> Response:
    """A message needs no answer; a caller is asked to leave one."""
    if request.path.startswith("/twilio/voice"):
        return twiml(twilio_voice.voicemail("en", VoicePrompts(parts().settings.data_dir / "voice-prompts")))
    return twiml(twilio_messaging.answer())


def raw_path() -> str:
    """Path and query exactly as they came: so Twilio signed them, behind our public base."""
    raw = request.environ.get("RAW_URI") or request.environ.get("REQUEST_URI") or request.full_path.rstrip("?")
    if raw.startswith(("http://", "https://")):
        raw = "/" + raw.split("/", 3)[3] if raw.count("/") >= 3 else "/"
    return str(raw)


@blueprint.errorhandler(ServiceError)
def refuse(error: ServiceError) -> Response:
    """One plain line: the reader is a machine, and its operator."""
    return Response(f"{error}\n", status=error.status, content_type="text/plain; charset=utf-8")


def small_number(text: str, default: int) -> int:
    """A number of at most three digits, or the default for anything else."""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 3 else default


def twiml(text: str) -> Response:
    return Response(text, content_type=TWIML)
