"""`dragoman translate` and `dragoman languages`, from what is typed to what is printed."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests import translations_support as support
from translations import commands, packages
from translations.engines.argos import ArgosEngine
from translations.engines.fake import FakeEngine
from translations.translator import Translator


@pytest.fixture
def index() -> Iterator[support.Index]:
    with support.served_index() as served:
        served.offer(support.TR_EN)
        yield served


def test_translate_answers_line_by_line(tmp_path: Path) -> None:
    packages.install_file(support.TR_EN, tmp_path)
    streams = support.streams("Merhaba.\n\nBabam 50 yaşında.\r\n👍\n")
    code = commands.translate(Translator([ArgosEngine(tmp_path)]), "tr", "en", streams)
    assert (code, streams.output.getvalue()) == (0, "Hello.\n\nMy father is 50 years old.\n👍\n")


def test_translate_keeps_one_line_for_one_even_in_a_long_input() -> None:
    streams = support.streams("".join(f"hola {number}\n" for number in range(1200)))
    code = commands.translate(Translator([FakeEngine({("es", "en"): {"hola": "hello"}})]), "es", "en", streams)
    assert code == 0
    assert streams.output.getvalue() == "".join(f"hello {number}\n" for number in range(1200))


def test_translate_fails_in_one_line_when_no_engine_serves_the_pair() -> None:
    streams = support.streams("hola\n")
    assert commands.translate(Translator([]), "es", "en", streams) == 1
    assert streams.errors.getvalue() == "no engine translates from es to en\n"
    assert streams.output.getvalue() == ""


def test_translate_names_a_language_it_does_not_know() -> None:
    streams = support.streams("")
    assert commands.translate(Translator([]), "es", "klingon", streams) == 2
    assert "'klingon'" in streams.errors.getvalue()


def test_translate_says_that_the_input_is_not_utf8() -> None:
    broken = commands.Streams(io.TextIOWrapper(io.BytesIO(b"\xff\xfe\n"), "utf-8"), io.StringIO(), io.StringIO())
    assert commands.translate(Translator([FakeEngine({("es", "en"): {}})]), "es", "en", broken) == 1


def test_installed_packages_are_listed_with_version_and_size(tmp_path: Path) -> None:
    streams = support.streams()
    assert commands.list_installed(tmp_path, streams) == 0
    assert "No Argos packages" in streams.output.getvalue()
    commands.install_file(support.TR_EN, tmp_path, streams)
    assert "Installed translate-tr_en 0.1." in streams.output.getvalue()
    assert commands.list_installed(tmp_path, streams) == 0
    last = streams.output.getvalue().splitlines()[-1]
    assert last.split()[:5] == ["tr", "Turkish", "en", "English", "0.1"]
    assert last.split()[-1] == "MB"


def test_the_index_is_listed_with_what_is_installed(index: support.Index, tmp_path: Path) -> None:
    index.offer(support.EN_AR)
    packages.install_file(support.EN_AR, tmp_path)
    streams = support.streams()
    assert commands.list_available(index.url, tmp_path, streams) == 0
    rows = [line.split() for line in streams.output.getvalue().splitlines()[1:]]
    assert rows[0][-1] == "0.1"
    assert rows[1][-1] == "MB"


def test_install_shows_progress_apart_from_its_result(index: support.Index, tmp_path: Path) -> None:
    streams = support.streams()
    assert commands.install(["tr"], tmp_path, index.url, streams) == 0
    assert streams.output.getvalue() == "Installed translate-tr_en 0.1.\n"
    assert "translate-tr_en 0.1" in streams.errors.getvalue()


@pytest.mark.parametrize(("languages", "code"), [(["xx"], 2), (["en"], 2), ([], 2), (["am"], 1)])
def test_install_says_what_it_cannot_install(
    index: support.Index, tmp_path: Path, languages: list[str], code: int
) -> None:
    streams = support.streams()
    assert commands.install(languages, tmp_path, index.url, streams) == code
    assert len(streams.errors.getvalue().strip().splitlines()) == 1


def test_install_from_a_file_that_is_no_package_fails_in_one_line(tmp_path: Path) -> None:
    (tmp_path / "x.argosmodel").write_text("no")
    streams = support.streams()
    assert commands.install_file(tmp_path / "x.argosmodel", tmp_path, streams) == 1
    assert streams.errors.getvalue().startswith("x.argosmodel: not a package")


def test_remove_says_what_is_gone(tmp_path: Path) -> None:
    packages.install_file(support.TR_EN, tmp_path)
    streams = support.streams()
    assert commands.remove("tr", tmp_path, streams) == 0
    assert streams.output.getvalue() == "Removed translate-tr_en 0.1.\n"
    assert commands.remove("tr", tmp_path, streams) == 1
    assert commands.remove("xx", tmp_path, streams) == 2
