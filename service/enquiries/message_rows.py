"""The rows that one message makes: itself, its files, and the consent given with it."""

from __future__ import annotations

from babel.languages import get_official_languages
from sqlalchemy.orm import Session

from service.enquiries.inbound import InboundMessage
from service.enquiries.model import Attachment, AttachmentContent, Consent, Enquiry, Message, Patient
from service.storage import tasks
from service.storage.tables import new_id
from translations import languages
from translations.identify import Identified


def add_message(enquiry: Enquiry, inbound: InboundMessage, identified: Identified, patient: Patient) -> Message:
    """The message itself, as it was written."""
    spoken = (inbound.language_hint if inbound.logged_by else None) or identified.language
    if spoken != languages.UNDETERMINED:
        patient.language = spoken
    message = Message(
        id=new_id(),
        enquiry_id=enquiry.id,
        patient_id=enquiry.patient_id,
        direction="in",
        channel=inbound.channel,
        unique_key=inbound.unique_key,
        provider_id=inbound.provider_id,
        in_reply_to=inbound.in_reply_to,
        received_at=inbound.received_at,
        language=identified.language,
        language_confidence=identified.confidence,
        language_chosen=inbound.language_chosen,
        romanised=identified.romanised,
        needs_listening=inbound.needs_listening,
        digest=inbound.digest or inbound.retry_digest,
        answer_language=_answer_language(spoken, inbound, patient),
        logged_by=inbound.logged_by,
        urgency="routine",
        red_flags=[],
        translations=[],
    )
    message.body, message.subject = inbound.text, inbound.subject
    enquiry.messages.append(message)
    return message


def _answer_language(spoken: str, inbound: InboundMessage, patient: Patient) -> str:
    """That of the text or its speaker; where that cannot be told, the page's, the person's, or the country's."""
    for code in (spoken, inbound.language_hint, patient.language, country_language(inbound.country)):
        if code in languages.LANGUAGES:
            return str(code)
    return "en"


def country_language(country: str | None) -> str | None:
    """The first official language of a country that is one of ours (CLDR)."""
    official = get_official_languages(country) if country else ()
    return next((code for code in official if code in languages.LANGUAGES), None)


def add_files(session: Session, message: Message, inbound: InboundMessage) -> None:
    """Its files: sealed at once, or fetched by a task from where the provider keeps them."""
    for file in inbound.files:
        attachment = Attachment(
            id=new_id(),
            message_id=message.id,
            patient_id=message.patient_id,
            media_type=file.media_type,
            size=len(file.content or b""),
            state="pending" if file.content is None else "stored",
        )
        attachment.name, attachment.source_url = file.name, file.source_url
        message.attachments.append(attachment)
        if file.content is None:
            tasks.add(session, "housekeeping", "fetch-media", attachment.id, priority=1)
            continue
        session.flush()
        content = AttachmentContent(attachment_id=attachment.id, patient_id=message.patient_id)
        content.content = file.content
        session.add(content)


def add_consent(session: Session, message: Message, inbound: InboundMessage) -> None:
    """What the sender agreed to in the same form."""
    if inbound.consent is None:
        return
    session.flush()
    session.add(
        Consent(
            patient_id=message.patient_id,
            enquiry_id=message.enquiry_id,
            message_id=message.id,
            purpose=inbound.consent.purpose,
            wording=inbound.consent.wording,
            language=inbound.consent.language,
            channel=inbound.channel,
            given_at=inbound.received_at,
        )
    )
