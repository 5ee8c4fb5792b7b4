"""Reading and filling in one approved text: its head, its body, its placeholders, and what stands in for it."""

from __future__ import annotations

from pathlib import Path

import pytest

from service.enquiries.approved_texts import ApprovedTextError, find, parse

PATH = Path("acknowledgement/es.text")
HEAD = "version: 3\nstate: machine-drafted\n---\n"


def test_a_file_is_a_head_and_a_text() -> None:
    text = parse(PATH, f"{HEAD}\nGracias.\n\nSu número es {{reference}}.\n")
    assert (text.event, text.language, text.channel, text.version) == ("acknowledgement", "es", "text", "3")
    assert text.filled(reference="1") == "Gracias.\n\nSu número es 1."
    assert not text.reviewed


def test_a_text_may_hold_lines_of_hyphens_and_colons() -> None:
    assert parse(PATH, f"{HEAD}one: two\n---\nthree").body == "one: two\n---\nthree"


def test_a_reviewed_text_says_by_whom() -> None:
    assert parse(PATH, "version: 1\nstate: reviewed by a speaker\n---\nHola").reviewed


@pytest.mark.parametrize(
    "content",
    [
        "",
        "Hola",
        "version: 1\nstate: x\nHola",
        "version: 1\n---\nHola",
        "state: x\n---\nHola",
        f"{HEAD}  \n",
        "---\nHola",
    ],
)
def test_a_file_that_is_not_in_order_is_named(content: str) -> None:
    with pytest.raises(ApprovedTextError, match=r"acknowledgement/es\.text: needs version, state"):
        parse(PATH, content)


def test_a_value_cannot_bring_placeholders_of_its_own() -> None:
    text = parse(PATH, f"{HEAD}{{reference}} {{emergency_number}}")
    assert text.filled(emergency_number="{reference}", reference="1") in ("1 1", "1 {reference}")
    assert text.filled(reference="1") == "1 {emergency_number}"


def test_a_missing_language_falls_back_to_english_and_a_missing_event_is_said() -> None:
    assert find("acknowledgement", "xx").language == "en"
    assert find("acknowledgement", "../../errors").language == "en"
    with pytest.raises(ApprovedTextError, match="nothing-of-the-kind"):
        find("nothing-of-the-kind", "en")
