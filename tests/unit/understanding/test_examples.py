"""The example messages: sections, comments, and mistakes that are named with their line."""

from __future__ import annotations

from pathlib import Path

import pytest

from service.understanding import examples

FILE = """# language: English
[condition lupus]
I have lupus  # a comment
[red-flag breathing]
he cannot breathe
[no red-flag]
the view was breathtaking
[no condition]
do I need a visa?
[intent cost; also travel]
what is a hotel with you?
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "examples").mkdir()
    monkeypatch.setattr(examples, "FOLDER", tmp_path)
    return tmp_path / "examples"


def test_each_section_says_what_its_messages_tell(folder: Path) -> None:
    (folder / "en.txt").write_text(FILE, "utf-8")
    found, problems = examples.read("en")
    assert problems == ()
    assert [(one.kind, one.code, one.text) for one in found] == [
        ("condition", "lupus", "I have lupus"),
        ("red-flag", "breathing", "he cannot breathe"),
        ("red-flag", None, "the view was breathtaking"),
        ("condition", None, "do I need a visa?"),
        ("intent", "cost", "what is a hotel with you?"),
    ]
    assert found[-1].also == ("travel",)


def test_a_head_names_what_else_is_the_patients_and_what_is_not(folder: Path) -> None:
    heads = ("[condition lupus; also thyroid; not diabetes, epilepsy]\nx", "[no condition; not diabetes]\ny")
    (folder / "en.txt").write_text("\n".join(heads), "utf-8")
    found, problems = examples.read("en")
    assert problems == ()
    assert [(one.code, one.also, one.others) for one in found] == [
        ("lupus", ("thyroid",), ("diabetes", "epilepsy")),
        (None, (), ("diabetes",)),
    ]


def test_a_message_may_have_several_lines(folder: Path) -> None:
    (folder / "en.txt").write_text("[no condition]\nAge: 54\\nWish: a visa\n", "utf-8")
    assert [one.text for one in examples.read("en")[0]] == ["Age: 54\nWish: a visa"]


def test_a_language_without_examples_has_none(folder: Path) -> None:
    assert examples.read("en") == ((), ())
    assert examples.languages() == ()


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("[condition gout-of-the-moon]\nx\n", 1, "no section"),
        ("[no luck]\n", 1, "no section"),
        ("[condition lupus; not gout-of-the-moon]\nx\n", 1, "no section"),
        ("[red-flag breathing; not lupus]\nx\n", 1, "no section"),
        ("[intent luck]\nx\n", 1, "no section"),
        ("[no intent]\nx\n", 1, "no section"),
        ("[intent cost; not travel]\nx\n", 1, "no section"),
        ("too early\n", 1, "before any"),
        ("[no red-flag]\nsame\nsame\n", 3, "line 2"),
    ],
)
def test_a_mistake_is_named_with_its_line(folder: Path, text: str, line: int, words: str) -> None:
    (folder / "en.txt").write_text(text, "utf-8")
    _, problems = examples.read("en")
    assert problems[0].line == line
    assert words in problems[0].message
