"""What a file really is, by its content; its name and its label are only what somebody said."""

from __future__ import annotations

import io
import zipfile
from typing import Final

import puremagic

#: What patients send: pictures, documents, and what clinics export scans as.
ACCEPTED: Final = frozenset(
    {
        "image/jpeg", "image/png", "image/gif", "image/webp", "image/heic", "image/tiff", "application/pdf",
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document", "application/msword",
        "application/dicom", "text/plain",
        "audio/ogg", "audio/mpeg", "audio/mp4", "audio/wav", "audio/amr", "video/mp4", "video/3gpp",
    }
)  # fmt: skip
#: What a browser may show within the page; everything else is downloaded.
SHOWN: Final = frozenset({"image/jpeg", "image/png", "image/gif", "image/webp", "application/pdf"})
_DOCX: Final = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
#: What the library recognises but does not name, or names in another way.
_UNNAMED: Final = ((128, b"DICM", "application/dicom"), (4, b"ftypM4A", "audio/mp4"), (0, b"#!AMR", "audio/amr"))
_NAMES: Final = {
    "audio/wave": "audio/wav",
    "audio/x-wav": "audio/wav",
    "audio/mp3": "audio/mpeg",
    "application/ogg": "audio/ogg",
    "image/heif": "image/heic",
}


def sniff(content: bytes) -> str | None:
    """The accepted media type that the bytes show, or None if they show none."""
    for offset, signature, media_type in _UNNAMED:
        if content[offset : offset + len(signature)] == signature:
            return media_type
    if content[:2] == b"PK":
        return _word_document(content)
    return _by_library(content) or _plain_text(content)


def _by_library(content: bytes) -> str | None:
    try:
        found = puremagic.from_string(content, mime=True)
    except (puremagic.PureError, ValueError):
        return None
    media_type = _NAMES.get(found, found)
    return media_type if media_type in ACCEPTED and media_type != "text/plain" else None


def _word_document(content: bytes) -> str | None:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            return _DOCX if "word/document.xml" in archive.namelist() else None
    except (zipfile.BadZipFile, ValueError, NotImplementedError):
        return None


def _plain_text(content: bytes) -> str | None:
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError:
        return None
    lowered = text.lower()
    if (
        not text
        or "\x00" in text
        or any(mark in lowered for mark in ("<html", "<script", "<!doctype", "<svg", "<?xml"))
    ):
        return None
    return "text/plain"
