"""A file is what its bytes are, and nothing that could run in a browser or on a machine is taken for a document."""

from __future__ import annotations

import io
import zipfile

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from service.channels.media_types import ACCEPTED, SHOWN, sniff

WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
HEADS = [
    b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff\xe0", b"GIF89a", b"RIFF", b"%PDF-1.7", b"PK\x03\x04", b"PK\x05\x06", b"OggS",
    b"\x00\x00\x00\x18ftyp", b"ID3", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"II*\x00", b"MM\x00*", b"#!AMR\n", b"<",
    b"\x1f\x8b\x08", b"MZ", b"\xfe\xff", b"\xef\xbb\xbf", b"BM", b"\x1aE\xdf\xa3",
]  # fmt: skip


def archive(*names: str) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as made:
        for name in names:
            made.writestr(name, "x")
    return buffer.getvalue()


@settings(deadline=None, max_examples=300)
@given(st.sampled_from([b"", *HEADS]), st.binary(max_size=400))
@example(b"PK", b"")
@example(b"", b"\x00")
def test_any_bytes_are_an_accepted_type_or_none(head: bytes, rest: bytes) -> None:
    found = sniff(head + rest)
    assert found is None or found in ACCEPTED


@settings(deadline=None)
@given(st.data())
def test_a_damaged_archive_is_an_accepted_type_or_none(data: st.DataObject) -> None:
    content = bytearray(archive("word/document.xml", "[Content_Types].xml"))
    for _ in range(data.draw(st.integers(1, 12))):
        content[data.draw(st.integers(2, len(content) - 1))] = data.draw(st.integers(0, 255))
    end = data.draw(st.integers(2, len(content)))
    assert sniff(bytes(content[:end])) in (WORD, None)


@pytest.mark.parametrize(
    ("content", "media_type"),
    [
        (b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + bytes(40), "image/png"),
        (b"\xff\xd8\xff\xe0\x00\x10JFIF\x00" + bytes(40) + b"\xff\xd9", "image/jpeg"),
        (b"GIF89a" + bytes(20) + b"\x00;", "image/gif"),
        (b"RIFF\x24\x00\x00\x00WEBPVP8 " + bytes(30), "image/webp"),
        (b"%PDF-1.7\n1 0 obj\nendobj\n%%EOF\n", "application/pdf"),
        (archive("[Content_Types].xml", "word/document.xml"), WORD),
        (bytes(128) + b"DICM" + bytes(20), "application/dicom"),
        (b"OggS\x00\x02" + bytes(22) + b"\x01\x13OpusHead", "audio/ogg"),
        (b"#!AMR\n" + bytes(20), "audio/amr"),
        (b"ID3\x04\x00" + bytes(40), "audio/mpeg"),
        ("ALT 188 UI/L, Größe 1,70".encode(), "text/plain"),
        ("نتائج التحليل".encode(), "text/plain"),
        ("\ufeffwith a mark of order".encode(), "text/plain"),
    ],
)
def test_what_patients_send_is_recognised(content: bytes, media_type: str) -> None:
    assert sniff(content) == media_type


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"<html><script>alert(1)</script></html>",
        b"<!DOCTYPE html><p>hello</p>",
        b"  \n\t<!-- a comment --><HTML>",
        b"\xef\xbb\xbf<html>",
        b'<svg xmlns="http://www.w3.org/2000/svg"><script/></svg>',
        b'<?xml version="1.0"?><svg/>',
        b"MZ\x90\x00" + bytes(60),
        b"\x7fELF\x02\x01\x01" + bytes(60),
        b"PK\x03\x04" + bytes(30),
        archive("evil.exe"),
        archive("xl/workbook.xml"),
        b"text with a null\x00byte",
        b"\x1f\x8b\x08\x00" + bytes(20),
        "<html>".encode("utf-16"),
    ],
)
def test_pages_programs_and_archives_are_refused(content: bytes) -> None:
    assert sniff(content) is None


@pytest.mark.parametrize("before", [b" " * 1200, b"<!--" + b"-" * 1200 + b"-->", b"\n" * 5000])
def test_a_page_does_not_hide_behind_a_long_beginning(before: bytes) -> None:
    pages = (b"<html><script>alert(1)</script>", b"<svg onload=alert(1)>", b"<script>x</script>")
    assert [sniff(before + page) for page in pages] == [None, None, None]


def test_what_a_browser_may_show_holds_no_scripts() -> None:
    assert SHOWN < ACCEPTED
    assert not {media_type for media_type in ACCEPTED if "html" in media_type or "svg" in media_type}
