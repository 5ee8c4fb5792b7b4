"""The knowledge files can be read, and whoever writes them is told of every mistake."""

from __future__ import annotations

import io
from pathlib import Path

import pytest

from service.understanding import checking, commands, examples, knowledge, knowledge_files
from service.understanding.knowledge_files import KINDS

GOOD = "# language: Testish\n# state: machine-drafted\n"


@pytest.fixture
def write(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of knowledge for a language of its own, beside which nothing else is known."""
    monkeypatch.setattr(knowledge_files, "FOLDER", tmp_path / "knowledge")
    for kind in KINDS:
        (tmp_path / "knowledge" / kind).mkdir(parents=True)
    checking._read.cache_clear()
    checking._everyday_words.cache_clear()
    return tmp_path / "knowledge"


def messages(folder: Path, kind: str, text: str) -> list[str]:
    (folder / kind / "xx.txt").write_text(GOOD + text, encoding="utf-8")
    return [
        f"{problem.line}: {problem.message}" for problem in checking.check(["xx"]) if problem.path.parent.name == kind
    ]


@pytest.mark.parametrize("language", sorted(knowledge.languages()))
@pytest.mark.parametrize("kind", KINDS)
def test_no_line_of_a_knowledge_file_is_left_unread(kind: str, language: str) -> None:
    file = knowledge_files.read(kind, language, knowledge.sections(kind))
    assert [str(problem) for problem in file.problems] == []


def test_english_knows_every_red_flag_and_every_condition() -> None:
    for kind in ("red-flags", "conditions"):
        file = knowledge_files.read(kind, "en", knowledge.sections(kind))
        assert {line.section for line in file.lines} == knowledge.sections(kind)


def test_there_are_29_red_flags_and_71_conditions() -> None:
    assert len(knowledge.red_flag_codes()) == 29
    assert len(knowledge.condition_codes()) == 71


def test_joining_words_are_known_for_every_language() -> None:
    assert all(knowledge.joining_words(language).either for language in knowledge.languages())


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[no-such-flag]\n", "3: there is no section [no-such-flag]"),
        ("pain\n", "3: a term before any known section"),
        ("[chest-pain]\n(chest\n", "4: (chest: a bracket is not closed"),
        ("[chest-pain]\nchest\nCHÉST\n", "5: “CHÉST” stands already in line 4, perhaps in another spelling"),
        ("[chest-pain]\nch*\n", "4: “ch*”: too many words begin so"),
        ("[chest-pain]\n?pain\n", "4: ?pain: weak evidence (?) is for conditions only"),
    ],
)
def test_a_mistake_is_named_with_its_line(write: Path, text: str, message: str) -> None:
    assert message in messages(write, "red-flags", text)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[countries]\nkuwait\n", "two-letter code"),
        ("[duration.words]\nfor ages = many years\n", "a length of time"),
        ("[numbers]\nsixty\n", "number behind an equals sign"),
        ("[age.years]\nyears old\n", "this needs the number"),
    ],
)
def test_a_cue_without_its_value_is_a_mistake(write: Path, text: str, message: str) -> None:
    assert any(message in found for found in messages(write, "cues", text))


def test_a_red_flag_that_is_an_everyday_word_elsewhere_is_named(write: Path) -> None:
    (write / "cues" / "yy.txt").write_text(GOOD + "[who.mother]\nmama\n", encoding="utf-8")
    assert "4: “mama” is an everyday word in yy" in messages(write, "red-flags", "[explicit]\nmama\n")


def test_a_list_stands_for_its_bracket(write: Path) -> None:
    path = write / "red-flags" / "xx.txt"
    path.write_text(
        GOOD + "@pain = (ache|hurts)\n@much = (very|@pain)\n[chest-pain]\nchest .. @pain*\n@much bad\n",
        encoding="utf-8",
    )
    file = knowledge_files.read("red-flags", "xx", knowledge.sections("red-flags"))
    assert not file.problems
    assert [line.term.text for line in file.lines] == ["chest .. (ache|hurts)*", "(very|(ache|hurts)) bad"]


@pytest.mark.parametrize("line", ["@pain = ache", "@Pain = (ache)", "@pain = (ache|@none)", "@known = (twice)"])
def test_a_list_that_cannot_be_read_is_named(write: Path, line: str) -> None:
    assert messages(write, "red-flags", f"@known = (once)\n{line}\n")[0].startswith("4: @")


def test_a_list_that_is_not_there_is_named(write: Path) -> None:
    assert "4: chest @none: there is no list @none above" in messages(write, "red-flags", "[chest-pain]\nchest @none\n")


def test_checking_an_unknown_language_says_so() -> None:
    out = io.StringIO()
    assert commands.check_knowledge(["tlh"], out) == 2
    assert "tlh" in out.getvalue()


@pytest.mark.parametrize("term", ["chest (pain||ache)", "chest (|pain)", "chest (pain|)"])
def test_an_empty_place_in_a_bracket_is_named(write: Path, term: str) -> None:
    assert f"4: “{term}”: a bracket has an empty place" in messages(write, "red-flags", f"[chest-pain]\n{term}\n")


def test_a_term_that_names_two_conditions_is_named(write: Path) -> None:
    text = "[lupus]\nred cheeks\n[skin-disease]\nred cheeks\n?white spots\n[obesity]\n?white spots\n"
    found = messages(write, "conditions", text)
    assert "6: “red cheeks” names [lupus] in line 4, too: make both hints (?)" in found
    assert not any("white spots" in message for message in found)


def test_a_condition_that_is_an_everyday_word_elsewhere_is_named(write: Path) -> None:
    (write / "cues" / "yy.txt").write_text(GOOD + "[who.mother]\nmama\n", encoding="utf-8")
    assert "4: “mama” is an everyday word in yy" in messages(write, "conditions", "[breast-cancer]\nmama\n")


def test_examples_are_checked_like_terms(write: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(examples, "FOLDER", write)
    (write / "examples").mkdir()
    path = write / "examples" / "xx.txt"
    path.write_text("[condition lupus]\nRed cheeks.\nRed cheeks.\n[condition sadness]\n", encoding="utf-8")
    found = [f"{problem.line}: {problem.message}" for problem in checking.check(["xx"]) if problem.path == path]
    assert "3: this stands already in line 2" in found
    assert "4: there is no section [condition sadness]" in found
    assert "1: the head of the file says no state, such as “# state: machine-drafted”" in found
    assert "1: no example for [condition obesity]" in found
    assert "1: no example for [no red-flag]" in found
