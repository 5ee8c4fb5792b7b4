"""The unpacked model ranks languages as the library does, and one of another version is passed over."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from translations import identifier

TEXTS = ("my father has a pain in his chest", "mi padre tiene dolor", "у отца боль в груди", "1234", "")


@pytest.fixture(scope="module")
def unpacked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("unpacked")
    identifier.unpack(folder, typical=TEXTS[:2])
    return folder


def test_mapped_and_packed_rank_alike(unpacked: Path, tmp_path: Path) -> None:
    mapped, packed = identifier.load(unpacked), identifier.load(tmp_path)
    for text in (*TEXTS, "Mein Vater hat Schmerzen in der Brust", "我父亲胸口痛"):
        assert mapped.rank(text)[:5] == packed.rank(text)[:5]


def test_what_another_version_unpacked_is_passed_over(unpacked: Path, tmp_path: Path) -> None:
    head = json.loads((unpacked / "head.json").read_text("utf-8"))
    (tmp_path / "head.json").write_text(json.dumps({**head, "version": "0"}), "utf-8")
    assert identifier.load(tmp_path).rank(TEXTS[0])[0][0] == "en"
