"""Every string of the patients' pages is there in every language of the site, whole and current."""

from __future__ import annotations

import gettext
import io
import re
from collections import Counter
from functools import cache

import pytest
from babel.messages import Catalog
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.frontend import parse_keywords, parse_mapping_cfg
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from service.i18n import CATALOGS
from service.settings import PROJECT
from translations import digits, languages, scripts
from translations.languages import SITE_LANGUAGES

TRANSLATED = [code for code in SITE_LANGUAGES if code != "en"]
_PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|%[sd]|\{\w*\}")
_SCRIPT_IN_TEXT = {"Hans": "Hani"}  # Unicode has one script for Chinese characters, simplified or not
_LEFT_TO_RIGHT_MARK = "\N{LEFT-TO-RIGHT MARK}"

every_language = pytest.mark.parametrize("code", TRANSLATED)


@cache
def _catalog(code: str) -> Catalog:
    with (CATALOGS / code / "LC_MESSAGES" / "messages.po").open("rb") as file:
        return read_po(file, locale=code, abort_invalid=True)


@cache
def _template() -> Catalog:
    with (CATALOGS / "messages.pot").open("rb") as file:
        return read_po(file)


def _texts(catalog: Catalog) -> dict[str, str]:
    """English text to translation; none of our strings has a plural or a context."""
    return {str(message.id): str(message.string) for message in catalog if message.id}


def _extracted() -> set[str]:
    """The strings that the pages and the code hold now."""
    with (CATALOGS / "babel.cfg").open(encoding="utf-8") as file:
        methods, options = parse_mapping_cfg(file)  # type: ignore[no-untyped-call]
    keywords = DEFAULT_KEYWORDS | parse_keywords(["_l"])
    return {str(found[2]) for found in extract_from_dir(PROJECT, methods, options, keywords=keywords)}


def _placeholders(text: str) -> Counter[str]:
    return Counter(_PLACEHOLDER.findall(text))


def test_the_template_holds_the_strings_of_the_pages_as_they_are_now() -> None:
    assert set(_texts(_template())) == _extracted(), "`make catalogs` brings the template up to date"


def test_there_is_a_catalog_for_every_language_of_the_site_and_no_other() -> None:
    assert {path.parts[-3] for path in CATALOGS.glob("*/LC_MESSAGES/messages.po")} == set(TRANSLATED)


@every_language
def test_a_catalog_has_exactly_the_strings_of_the_template(code: str) -> None:
    assert set(_texts(_catalog(code))) == set(_texts(_template()))
    assert not _catalog(code).obsolete


@every_language
def test_no_string_is_empty_or_uncertain(code: str) -> None:
    assert [english for english, text in _texts(_catalog(code)).items() if not text.strip()] == []
    assert [message.id for message in _catalog(code) if message.fuzzy] == []


@every_language
def test_placeholders_survive_translation(code: str) -> None:
    changed = [e for e, text in _texts(_catalog(code)).items() if _placeholders(e) != _placeholders(text)]
    assert changed == []


@every_language
def test_limits_and_examples_say_the_same_numbers(code: str) -> None:
    changed = [e for e, text in _texts(_catalog(code)).items() if digits.numbers(e) != digits.numbers(text)]
    assert changed == []


@every_language
def test_a_catalog_is_written_in_the_script_of_its_language(code: str) -> None:
    script = languages.LANGUAGES[code].script
    letters = scripts.count(" ".join(_texts(_catalog(code)).values()))
    assert letters.most_common(1)[0][0] == _SCRIPT_IN_TEXT.get(script, script)


@pytest.mark.parametrize("code", [code for code in TRANSLATED if languages.direction(code) == "rtl"])
def test_the_example_of_a_phone_number_is_not_turned_round_in_right_to_left_text(code: str) -> None:
    example = "+44 7700 900123"
    (text,) = (text for text in _texts(_catalog(code)).values() if example in text)
    assert _LEFT_TO_RIGHT_MARK + example + _LEFT_TO_RIGHT_MARK in text


@every_language
def test_a_catalog_says_its_language_and_whether_a_speaker_has_reviewed_it(code: str) -> None:
    state = _catalog(code).header_comment.splitlines()[0]
    assert re.fullmatch(r"# state: (machine-drafted|reviewed by .+)", state)
    assert dict(_catalog(code).mime_headers)["Language"] == code


@every_language
def test_a_page_is_shown_in_the_translation_once_the_catalog_is_compiled(code: str) -> None:
    compiled = io.BytesIO()
    write_mo(compiled, _catalog(code))
    compiled.seek(0)
    shown = gettext.GNUTranslations(compiled).gettext("Send")
    assert shown != "Send"
    assert shown == _texts(_catalog(code))["Send"]
