"""Handing out a patient's file without trusting it: shown in the browser only if its content is of a harmless type."""

from __future__ import annotations

import unicodedata
from io import BytesIO
from typing import Final

from flask import Response, jsonify, make_response, render_template, request, send_file
from flask_babel import gettext as _
from markupsafe import Markup
from sqlalchemy import select
from sqlalchemy.orm import Session

from service.channels import email
from service.console import file_links, pages
from service.console.blueprint import console
from service.console.enquiry_page import find
from service.console.pages import Answer
from service.console.sessions import signed_in
from service.enquiries import states
from service.enquiries.inbound import MAX_FILE_NAME
from service.enquiries.model import Attachment, AttachmentContent, Message
from service.errors import NotFound
from service.parts import parts

MAIL: Final = "message/rfc822"
LAID_OUT: Final = "console.laid_out_mail"
DOWNLOAD: Final = "application/octet-stream"
# Where a file of a harmless type has which bytes; SVG and HTML are not among them, for they can hold scripts.
_SIGNATURES: Final[tuple[tuple[int, bytes, str], ...]] = (
    (0, b"\x89PNG\r\n\x1a\n", "image/png"),
    (0, b"\xff\xd8\xff", "image/jpeg"),
    (0, b"GIF87a", "image/gif"),
    (0, b"GIF89a", "image/gif"),
    (8, b"WEBP", "image/webp"),
    (0, b"%PDF-", "application/pdf"),
    (8, b"WAVE", "audio/wav"),
    (0, b"ID3", "audio/mpeg"),
    (0, b"\xff\xfb", "audio/mpeg"),
    (0, b"OggS", "audio/ogg"),
)
# A file is a document of its own that may load and run nothing; the browser's PDF viewer does not work in a sandbox.
_POLICY: Final = (
    "default-src 'none'; img-src 'self'; media-src 'self'; style-src 'unsafe-inline'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)


@console.get("/enquiries/<reference>/attachments/<attachment_id>")
def attachment(reference: str, attachment_id: str) -> Answer:
    """The file, recorded as seen by whoever is signed in; without a link that holds, a page with a fresh one."""
    if not file_links.holds(request.args.get("key", ""), attachment_id):
        return _fresh_link(reference, attachment_id, "console.attachment")
    name, _claimed, content = _open(reference, attachment_id)
    media_type = sniff(content)
    return _guarded(send_file(BytesIO(content), media_type, as_attachment=media_type == DOWNLOAD, download_name=name))


@console.get("/enquiries/<reference>/attachments/<attachment_id>/mail")
def laid_out_mail(reference: str, attachment_id: str) -> Answer:
    """A mail with the layout that its sender gave it, without pictures, links, or anything else that acts."""
    if not file_links.holds(request.args.get("key", ""), attachment_id):
        return _fresh_link(reference, attachment_id, LAID_OUT)
    name, claimed, content = _open(reference, attachment_id)
    if claimed != MAIL:
        raise NotFound(_("There is no such attachment."))
    shown = Markup(email.laid_out(content))  # noqa: S704 - cleaned there
    return _guarded(make_response(render_template("console/mail.html", name=name, shown=shown)))


@console.get("/enquiries/<reference>/file-links")
def fresh_file_links(reference: str) -> Response:
    """New links to all files of an enquiry whose page has been open for a while."""
    with parts().database.read() as session:
        enquiry = find(session, reference)
        files = [file for message in enquiry.messages for file in message.attachments if file.state == "stored"]
        return jsonify({file.id: file_links.to(enquiry.reference, file.id) for file in files})


def _fresh_link(reference: str, attachment_id: str, page: str) -> Response:
    """A page from which the file can be opened now: its link was stale, or the file wants a second thought."""
    stale = "key" in request.args
    with parts().database.read() as session:
        enquiry = find(session, reference)
        found = _stored(session, enquiry.id, attachment_id)
        if page == LAID_OUT and found.media_type != MAIL:
            raise NotFound(_("There is no such attachment."))
        answer = make_response(
            pages.render(
                session,
                "console/file.html",
                enquiry=enquiry,
                file=found,
                name=safe_name(found.name),
                address=file_links.to(enquiry.reference, found.id, page),
                unscanned=file_links.is_unscanned(found),
                stale=stale,
            )
        )
    if stale:
        answer.status_code = 410
    return answer


def _open(reference: str, attachment_id: str) -> tuple[str, str, bytes]:
    """A file's name, the type it came with, and its content; that it was opened is written down."""
    with parts().database.write() as session:
        enquiry = find(session, reference)
        found = _stored(session, enquiry.id, attachment_id)
        name, content = safe_name(found.name), _content(session, found.id)
        states.record(session, enquiry, "attachment viewed", who=signed_in().email, detail=name)
        return name, found.media_type, content


def _guarded(answer: Response) -> Response:
    answer.headers["X-Content-Type-Options"] = "nosniff"
    answer.headers["Content-Security-Policy"] = _POLICY
    return answer


def sniff(content: bytes) -> str:
    """The type that the bytes themselves tell, if a browser may show it; whatever the sender called it."""
    for offset, signature, media_type in _SIGNATURES:
        if content.startswith(signature, offset):
            return media_type
    return DOWNLOAD


def safe_name(name: str | None) -> str:
    """A file name without folders, control characters, and the marks that turn "fdp.exe" round."""
    plain = "".join(char for char in name or "" if unicodedata.category(char)[0] != "C" and char not in '/\\:*?"<>|')
    return plain.strip(". ")[-MAX_FILE_NAME:] or "attachment"


def _stored(session: Session, enquiry_id: str, attachment_id: str) -> Attachment:
    query = select(Attachment).join(Message).where(Message.enquiry_id == enquiry_id, Attachment.state == "stored")
    # Compared here, not in SQL: a database may refuse what somebody types into an address.
    found = next((item for item in session.scalars(query) if item.id == attachment_id), None)
    if found is None:
        raise NotFound(_("There is no such attachment."))
    return found


def _content(session: Session, attachment_id: str) -> bytes:
    row = session.get(AttachmentContent, attachment_id)
    if row is None or row.content is None:
        raise NotFound(_("This attachment is not there any more."))
    return row.content
