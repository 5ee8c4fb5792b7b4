"""What the site says about illnesses: whole, in order, without a promise, and with the same facts in every language."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

import pytest

from service.enquiries import opt_words
from service.patient_site import texts
from service.patient_site.texts import CONDITIONS, FOLDER, PRIVACY, QUESTIONS, SECTIONS, Block, Item, TextError, parse
from translations import digits, scripts
from translations.languages import LANGUAGES, SITE_LANGUAGES

HEAD = "version: 1\nstate: machine-drafted\ntitle: Lupus\nsummary: What it is.\n---\n"
FILES = sorted(FOLDER.glob("*/**/*.txt"))
PAGES = [path for path in FILES if path.name != "sources.txt"]
#: Laboratory tests that these pages must name, by their letters in any script.
NAMED_TESTS = ("PT", "PTT", "INR", "AST", "ALT", "LDH", "GGT", "ALP")


def sections_of(path: Path) -> tuple[str, ...]:
    return {"questions": QUESTIONS, "privacy": PRIVACY}.get(path.parent.name, SECTIONS)


def plain(blocks: Iterable[Block]) -> str:
    """All words of some blocks."""
    return " ".join(f"{block.text} " + " ".join(f"{item.term} {item.text}" for item in block.items) for block in blocks)


def terms(blocks: Iterable[Block]) -> list[list[bool]]:
    """Which points of which list begin with a term."""
    return [[bool(item.term) for item in block.items] for block in blocks]


@pytest.mark.parametrize("path", PAGES, ids=lambda path: str(path.relative_to(FOLDER)))
def test_every_page_is_in_order_and_written_in_its_language(path: Path) -> None:
    text = parse(path.read_text("utf-8"), path.name, path.stem, sections_of(path))
    assert path.stem in SITE_LANGUAGES
    assert re.fullmatch(r"machine-drafted|reviewed by .+", text.state)
    body = plain(next(iter(text.sections.values())))
    script = {"Hans": "Hani"}.get(LANGUAGES[path.stem].script, LANGUAGES[path.stem].script)
    assert scripts.count(body).most_common(1)[0][0] == script


@pytest.mark.parametrize("path", PAGES, ids=lambda path: str(path.relative_to(FOLDER)))
def test_every_page_has_as_many_points_and_the_same_numbers_as_the_english_one(path: Path) -> None:
    sections = sections_of(path)
    english = parse((path.parent / "en.txt").read_text("utf-8"), "en.txt", "en", sections)
    text = parse(path.read_text("utf-8"), path.name, path.stem, sections)
    for name in sections:
        counts = [[len(block.items) for block in one.sections[name]] for one in (english, text)]
        assert counts[0] == counts[1], name
        assert terms(english.sections[name]) == terms(text.sections[name]), name
        before, after = (digits.numbers(plain(one.sections[name])) for one in (english, text))
        assert before == after, name


@pytest.mark.parametrize("code", CONDITIONS)
def test_every_condition_has_an_english_page_and_its_sources(code: str) -> None:
    text = texts.condition(code, "en")
    assert text is not None
    assert text.language == "en"
    assert len(texts.sources(code)) >= 3


@pytest.mark.parametrize("code", ["lupus", "liver-disease"])
@pytest.mark.parametrize("language", SITE_LANGUAGES)
def test_the_tests_for_lupus_and_liver_are_named(code: str, language: str) -> None:
    text = texts.condition(code, language)
    assert text is not None
    named = " ".join(item.term for block in text.sections["tests"] for item in block.items)
    assert [test for test in NAMED_TESTS if test not in named] == []


def test_there_are_no_pages_of_nothing() -> None:
    assert {path.parent.name for path in PAGES} == {*CONDITIONS, "questions", "privacy"}
    assert texts.condition("../questions", "en") is None
    assert texts.condition("lupus", "xx") == texts.condition("lupus", "en")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "version, state, title, summary"),
        ("version: 1\nstate: x\ntitle: T\nsummary: S\n", "line of ---"),
        (HEAD, "in this order"),
        (f"{HEAD}words\n[what]\nx", "before the first section"),
        (HEAD + "\n".join(f"[{name}]\nx" for name in reversed(SECTIONS)), "in this order"),
        (HEAD + "\n".join(f"[{name}]" for name in SECTIONS), "nothing stands in what"),
    ],
)
def test_what_is_wrong_in_a_file_is_named(text: str, words: str) -> None:
    with pytest.raises(TextError, match=re.escape(words)):
        parse(text, "lupus/en.txt", "en", SECTIONS)


def test_paragraphs_and_lists_stay_apart_and_a_term_is_what_stands_before_the_colon() -> None:
    body = "\n".join(f"[{name}]\nx" for name in SECTIONS[1:])
    text = parse(
        f"{HEAD}[what]\nOne.\n\n- ALT: an enzyme: of the liver\n- no term here\nTwo.\n{body}", "x", "en", SECTIONS
    )
    first, second, third = text.sections["what"]
    assert (first.text, third.text) == ("One.", "Two.")
    assert second.items == (Item("ALT", "an enzyme: of the liver"), Item("", "no term here"))


def test_a_long_term_is_one_as_well() -> None:
    term = "Medicines that calm the immune system, such as azathioprine, mycophenolate or methotrexate"
    assert texts._item(f"{term}: established.") == Item(term, "established.")


def test_the_no_break_space_before_a_french_colon_is_kept() -> None:
    page = texts.condition("lupus", "fr")
    assert page is not None
    items = [item for blocks in page.sections.values() for block in blocks for item in block.items if item.term]
    assert items
    assert all(item.term.endswith("\u00a0") for item in items)


@pytest.mark.parametrize("language", SITE_LANGUAGES)
def test_the_privacy_page_names_the_clinic_and_quotes_words_that_take_the_consent_back(language: str) -> None:
    text = texts.privacy(language)
    assert text.language == language
    assert "{clinic}" in plain(text.sections["who"])
    quoted = re.search("[“„«”](.+?)[”“»]", plain(text.sections["withdraw"]))
    assert quoted
    wish = opt_words.wish_of(quoted[1])
    assert wish is not None
    assert (wish.step, wish.language(language)) == ("WITHDRAW", language)
