"""What set-up gathers of CLDR is what Babel says, for this version of Babel alone."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from service.understanding import cldr


@pytest.fixture
def kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    path = tmp_path / "built" / "cldr.json"
    monkeypatch.setattr(cldr, "KEPT", path)
    cldr._kept.cache_clear()
    yield path
    cldr._kept.cache_clear()


def plain(names: cldr.Names) -> object:
    return json.loads(json.dumps(names))


def test_the_file_says_what_babel_says(kept: Path) -> None:
    asked = {language: plain(cldr.names(language)) for language in ("en", "ar", "zh")}
    cldr._kept.cache_clear()
    cldr.keep(asked, kept)
    assert {language: plain(cldr.names(language)) for language in asked} == asked
    assert ["Kuwait", "Kuwait", "KW"] in asked["en"]["cities"]  # type: ignore[index]
    assert asked["en"]["countries"]["KE"] == "Kenya"  # type: ignore[index]


def test_what_another_version_gathered_is_passed_over(kept: Path) -> None:
    cldr.keep(["en"], kept)
    content = json.loads(kept.read_text("utf-8"))
    kept.write_text(json.dumps({"babel": "0", "names": {"en": {**content["names"]["en"], "cities": []}}}), "utf-8")
    assert cldr.names("en")["cities"]
