"""Links to patients' files: good for five minutes and one person, and never to what the scanner holds back."""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from dataclasses import replace

import pytest
from flask import Flask
from itsdangerous import TimestampSigner

from service.clock import now
from service.enquiries.model import Attachment
from service.parts import EXTENSION
from service.storage.session import Database
from tests.builders import Built, File, create_enquiry
from tests.integration.console.conftest import Visitor

PDF = File("report.pdf", "application/pdf", b"%PDF-1.7 rest")


@pytest.fixture
def built(database: Database) -> Built:
    return create_enquiry(database, files=[PDF])


def page_of(visitor: Visitor, built: Built) -> str:
    return visitor.get(f"/console/enquiries/{built.reference}").text


def link_in(page: str) -> str:
    found = re.search(r'href="([^"]+/attachments/[^"]+\?key=[^"]+)"', page)
    assert found
    return html.unescape(found[1])


def scanning(app: Flask) -> None:
    """As if a scanner were set up."""
    parts = app.extensions[EXTENSION]
    app.extensions[EXTENSION] = replace(parts, settings=replace(parts.settings, clamav_url="tcp://127.0.0.1:1"))


def test_the_page_links_to_the_file_itself(alice: Visitor, built: Built) -> None:
    answer = alice.get(link_in(page_of(alice, built)))
    assert (answer.status_code, answer.data) == (200, PDF.content)


def test_a_link_older_than_five_minutes_leads_to_a_fresh_one(
    alice: Visitor, built: Built, monkeypatch: pytest.MonkeyPatch
) -> None:
    link = link_in(page_of(alice, built))
    later = TimestampSigner("any").get_timestamp() + 5 * 60 + 1
    monkeypatch.setattr(TimestampSigner, "get_timestamp", lambda self: later)
    answer = alice.get(link)
    assert answer.status_code == 410
    assert "older than five minutes" in answer.text
    assert PDF.content.decode() not in answer.text
    assert alice.get(link_in(answer.text)).data == PDF.content


def test_a_link_that_was_made_for_somebody_else_opens_nothing(alice: Visitor, bob: Visitor, built: Built) -> None:
    link = link_in(page_of(alice, built))
    answer = bob.get(link)
    assert (answer.status_code, PDF.content in answer.data) == (410, False)
    assert alice.get(f"{link}x").status_code == 410


def test_the_link_to_one_file_opens_no_other(alice: Visitor, database: Database) -> None:
    built = create_enquiry(database, files=[PDF, File("other.pdf", "application/pdf", b"%PDF-1.7 other")])
    key = link_in(page_of(alice, built)).partition("?")[2]
    answer = alice.get(f"/console/enquiries/{built.reference}/attachments/{built.attachment_ids[1]}?{key}")
    assert answer.status_code == 410


def test_a_page_that_stays_open_gets_new_links(alice: Visitor, built: Built) -> None:
    links = alice.get(f"/console/enquiries/{built.reference}/file-links").json
    assert links is not None
    assert alice.get(links[built.attachment_ids[0]]).data == PDF.content


def test_an_outsider_who_has_a_link_gets_nothing(alice: Visitor, outsider: Visitor, built: Built) -> None:
    answer = outsider.get(link_in(page_of(alice, built)))
    assert answer.status_code == 303
    assert answer.location.startswith("/console/sign-in")


def test_what_the_scanner_holds_back_is_never_handed_out(alice: Visitor, built: Built, database: Database) -> None:
    link = link_in(page_of(alice, built))
    with database.write() as session:
        session.get_one(Attachment, built.attachment_ids[0]).state = "infected"
    assert "the scanner found something harmful" in page_of(alice, built)
    assert "?key=" not in page_of(alice, built)
    assert alice.get(link).status_code == 404
    assert alice.get(link.partition("?")[0]).status_code == 404


def test_what_nobody_has_scanned_yet_is_opened_only_on_second_thought(
    app: Flask, staff: Callable[..., Visitor], built: Built, database: Database
) -> None:
    alice = staff("alice")
    scanning(app)
    page = page_of(alice, built)
    assert "not scanned yet" in page
    assert "?key=" not in page
    warned = alice.get(f"/console/enquiries/{built.reference}/attachments/{built.attachment_ids[0]}")
    assert "The scanner has not looked at this file yet" in warned.text
    assert alice.get(link_in(warned.text)).data == PDF.content
    with database.write() as session:
        session.get_one(Attachment, built.attachment_ids[0]).scanned_at = now()
    page = page_of(alice, built)
    assert "· scanned" in page
    assert "?key=" in page
