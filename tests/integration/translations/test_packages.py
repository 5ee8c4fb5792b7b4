"""Argos packages are installed whole or not at all, from a file or from an index."""

from __future__ import annotations

import errno
import io
import os
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests import translations_support as support
from translations import package_archive, packages
from translations.packages import PackageError


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "packages"


@pytest.fixture
def index() -> Iterator[support.Index]:
    with support.served_index() as served:
        yield served


def quiet(name: str, done: int, total: int | None) -> None:
    pass


def left(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir()) if folder.exists() else []


def test_a_package_from_a_file_is_installed_and_listed(folder: Path) -> None:
    package = packages.install_file(support.TR_EN, folder)
    assert (package.source, package.target, package.version) == ("tr", "en", "0.1")
    assert packages.installed(folder) == [package]
    assert str(package) == "translate-tr_en 0.1"
    assert package.size > 10_000


def test_installing_again_changes_nothing(folder: Path) -> None:
    packages.install_file(support.TR_EN, folder)
    before = left(folder)
    packages.install_file(support.TR_EN, folder)
    assert left(folder) == before


def test_another_version_takes_the_place_of_the_first(folder: Path, tmp_path: Path) -> None:
    packages.install_file(support.TR_EN, folder)
    packages.install_file(support.with_metadata(support.TR_EN, tmp_path / "new", package_version="0.10"), folder)
    assert [package.version for package in packages.installed(folder)] == ["0.10"]
    assert len(left(folder)) == 1


def test_of_two_versions_side_by_side_the_newer_counts(folder: Path, tmp_path: Path) -> None:
    new = packages.install_file(support.with_metadata(support.TR_EN, tmp_path / "n", package_version="0.10"), tmp_path)
    packages.install_file(support.TR_EN, folder)
    new.path.rename(folder / "translate-tr_en-0_10")
    assert [package.version for package in packages.installed(folder)] == ["0.10"]


def test_removing_a_language_removes_its_packages_and_no_others(folder: Path) -> None:
    packages.install_file(support.TR_EN, folder)
    packages.install_file(support.EN_AR, folder)
    assert [package.name for package in packages.remove("tr", folder)] == ["translate-tr_en"]
    assert [package.name for package in packages.installed(folder)] == ["translate-en_ar"]
    with pytest.raises(PackageError, match="Turkish"):
        packages.remove("tr", folder)


def test_sentence_splitters_in_a_package_are_left_out(folder: Path, tmp_path: Path) -> None:
    def add(files: dict[str, bytes]) -> None:
        top = next(iter(files)).split("/")[0]
        files[f"{top}/stanza/tr/tokenize.pt"] = b"x" * 1000

    package = packages.install_file(support.repacked(support.TR_EN, tmp_path / "p", add), folder)
    assert not (package.path / "stanza").exists()


def _traversing(files: dict[str, bytes]) -> None:
    files["../../outside"] = b"x"


def _absolute(files: dict[str, bytes]) -> None:
    files["/tmp-outside/file"] = b"x"


def _backslash(files: dict[str, bytes]) -> None:
    files["translate-tr_en-0_1\\..\\..\\outside"] = b"x"


def _beside(files: dict[str, bytes]) -> None:
    files["other-folder/file"] = b"x"


def _rubbish_model(files: dict[str, bytes]) -> None:
    files["translate-tr_en-0_1/model/model.bin"] = b"\x80\x04rubbish" * 100


def _rubbish_metadata(files: dict[str, bytes]) -> None:
    files["translate-tr_en-0_1/metadata.json"] = b"{" * 100_000


@pytest.mark.parametrize(
    "change", [_traversing, _absolute, _backslash, _beside, _rubbish_model, _rubbish_metadata], ids=lambda c: c.__name__
)
def test_a_hostile_archive_is_refused_and_leaves_nothing(folder: Path, tmp_path: Path, change: object) -> None:
    file = support.repacked(support.TR_EN, tmp_path / "p", change)  # type: ignore[arg-type]
    with pytest.raises(PackageError):
        packages.install_file(file, folder)
    assert left(folder) == []
    assert not list(tmp_path.rglob("outside"))


def test_a_link_in_an_archive_is_refused(folder: Path, tmp_path: Path) -> None:
    with pytest.raises(PackageError, match="link"):
        packages.install_file(support.with_link(support.TR_EN, tmp_path / "p"), folder)
    assert left(folder) == []


@pytest.mark.parametrize("ending", ["metadata.json", "model.bin", "vocabulary.json", "sentencepiece.model"])
def test_an_incomplete_package_is_refused(folder: Path, tmp_path: Path, ending: str) -> None:
    with pytest.raises(PackageError):
        packages.install_file(support.without(support.TR_EN, tmp_path / "p", ending), folder)
    assert left(folder) == []


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"from_code": None}, "language pair"),
        ({"to_code": "tr"}, "language pair"),
        ({"from_code": "../x"}, "not a language"),
        ({"from_code": "nl"}, "not a language"),
        ({"package_version": "latest"}, "version"),
        ({"package_version": "../1"}, "version"),
        ({"type": "sbd"}, "does not translate"),
        ({"target_prefix": 5}, "prefix"),
    ],
)
def test_wrong_metadata_is_refused(folder: Path, tmp_path: Path, changes: dict[str, object], reason: str) -> None:
    with pytest.raises(PackageError, match=reason):
        packages.install_file(support.with_metadata(support.TR_EN, tmp_path / "p", **changes), folder)
    assert left(folder) == []


def test_damaged_files_are_refused(folder: Path, tmp_path: Path) -> None:
    whole = support.TR_EN.read_bytes()
    middle = len(whole) // 2
    for damaged in (b"", b"not a zip", whole[:middle], whole[:middle] + bytes(64) + whole[middle + 64 :]):
        file = tmp_path / "damaged.argosmodel"
        file.write_bytes(damaged)
        with pytest.raises(PackageError):
            packages.install_file(file, folder)
        assert left(folder) == []


def test_a_missing_file_is_said_to_be_missing(folder: Path, tmp_path: Path) -> None:
    with pytest.raises(PackageError, match="No such file"):
        packages.install_file(tmp_path / "nothing.argosmodel", folder)


def test_an_archive_that_unpacks_to_more_than_it_says_is_stopped(tmp_path: Path) -> None:
    bomb = io.BytesIO()
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("p/metadata.json", b"{}")
        archive.writestr("p/zeros", bytes(3_000_000))
    file = tmp_path / "bomb"
    file.write_bytes(bomb.getvalue().replace((3_000_000).to_bytes(4, "little"), (10).to_bytes(4, "little")))
    target = tmp_path / "target"
    with pytest.raises(PackageError):
        package_archive.unpack(file, target, largest=1_000_000)
    assert sum(path.stat().st_size for path in target.rglob("*") if path.is_file()) <= 1_000_000


def test_a_full_disk_leaves_nothing_and_says_so(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    packages.install_file(support.EN_AR, folder)
    before = left(folder)

    def full(*_: object, **__: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(package_archive, "_extract", full)
    with pytest.raises(PackageError, match="disk is full"):
        packages.install_file(support.TR_EN, folder)
    assert left(folder) == before


def test_what_a_killed_installation_left_is_cleared_away_later(folder: Path) -> None:
    old, young = folder / ".staging-old", folder / ".staging-young"
    old.mkdir(parents=True)
    young.mkdir()
    os.utime(old, (1, 1))
    packages.install_file(support.TR_EN, folder)
    assert not old.exists()
    assert young.exists()


def test_the_index_lists_the_newest_package_of_each_pair(index: support.Index, tmp_path: Path) -> None:
    index.offer(support.TR_EN)
    index.offer(support.with_metadata(support.TR_EN, tmp_path / "new", package_version="0.10"), size=5)
    index.offer(support.with_metadata(support.TR_EN, tmp_path / "nl", from_code="nl"))
    index.offer(support.EN_AR)
    listed = packages.with_sizes(packages.available(index.url))
    assert [(p.name, p.version, p.size) for p in listed] == [
        ("translate-en_ar", "0.1", support.EN_AR.stat().st_size),
        ("translate-tr_en", "0.10", 5),
    ]


def test_packages_from_the_index_are_installed_with_progress(index: support.Index, folder: Path) -> None:
    index.offer(support.TR_EN)
    index.offer(support.EN_AR)
    seen: list[tuple[str, int, int | None]] = []
    done = packages.install_from_index(["tr", "ar"], folder, f"{index.url}/index.json", lambda *a: seen.append(a))
    assert [package.name for package in done] == ["translate-tr_en", "translate-en_ar"]
    size = support.TR_EN.stat().st_size
    assert ("translate-tr_en 0.1", size, size) in seen
    assert left(folder / ".downloads") == []


def test_a_broken_download_goes_on_where_it_stopped(index: support.Index, folder: Path) -> None:
    index.offer(support.TR_EN)
    index.cut_after = 5000
    packages.install_from_index(["tr"], folder, index.url, quiet)
    assert [asked for path, asked in index.requests if "argosmodel" in path] == [None, "bytes=5000-"]
    assert [package.name for package in packages.installed(folder)] == ["translate-tr_en"]


def test_a_wrong_checksum_is_refused(index: support.Index, folder: Path) -> None:
    index.offer(support.TR_EN, sha256="0" * 64)
    with pytest.raises(PackageError, match="checksum"):
        packages.install_from_index(["tr"], folder, index.url, quiet)
    assert packages.installed(folder) == []
    assert left(folder / ".downloads") == []


def test_a_download_that_holds_another_pair_is_refused(index: support.Index, folder: Path) -> None:
    packages.install_file(support.TR_EN, folder)
    index.offer(support.TR_EN, from_code="de")
    with pytest.raises(PackageError, match="de_en"):
        packages.install_from_index(["de"], folder, index.url, quiet)
    assert [package.name for package in packages.installed(folder)] == ["translate-tr_en"]


def test_nothing_is_downloaded_when_one_of_the_languages_is_not_offered(index: support.Index, folder: Path) -> None:
    index.offer(support.TR_EN)
    with pytest.raises(PackageError, match="Amharic"):
        packages.install_from_index(["tr", "am"], folder, index.url, quiet)
    assert [path for path, _ in index.requests] == ["GET /index.json"]


@pytest.mark.parametrize(
    "content", [b"", b"<html>", b"{}", b"[]", b"[1, null, {}]", b'[{"from_code": "tr"}]', b"[" * 100_000, b"\xff\xfe"]
)
def test_an_index_that_answers_rubbish_is_a_clear_error(index: support.Index, folder: Path, content: bytes) -> None:
    index.files["/index.json"] = content
    with pytest.raises(PackageError, match="index"):
        packages.install_from_index(["tr"], folder, index.url, quiet)
    assert left(folder) == []


@pytest.mark.parametrize("url", ["http://127.0.0.1:1", "file:///etc", "nonsense", "", "http://[bad"])
def test_an_index_that_cannot_be_reached_is_a_clear_error(url: str) -> None:
    with pytest.raises(PackageError, match="index"):
        packages.available(url)


def test_links_to_anything_but_the_web_are_not_followed(index: support.Index, folder: Path) -> None:
    index.offer(support.TR_EN, links=[f"file://{support.TR_EN}"])
    with pytest.raises(PackageError, match="index"):
        packages.install_from_index(["tr"], folder, index.url, quiet)


def test_reading_byte_pair_packages_writes_nothing_into_the_home_directory(tmp_path: Path) -> None:
    code = "from argostranslate.tokenizer import BPETokenizer"
    environment = {"HOME": str(tmp_path), "PATH": os.defpath}
    subprocess.run([sys.executable, "-c", code], env=environment, check=True)
    assert list(tmp_path.iterdir()) == []
