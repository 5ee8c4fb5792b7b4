"""What `dragoman translate` and `dragoman languages` do: arguments in, lines on the given streams, an exit code out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final, TextIO

from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, Progress, TaskID, TextColumn, TransferSpeedColumn
from rich.table import Table

from translations import packages
from translations.engines.base import EngineError
from translations.languages import LANGUAGES, english_name
from translations.packages import AvailablePackage, InstalledPackage, PackageError
from translations.translator import NoRoute, Translator

OK: Final = 0
FAILED: Final = 1
WRONG_USAGE: Final = 2
_LINES_AT_ONCE: Final = 500  # enough to batch well; a long input still answers as it goes


@dataclass(frozen=True, slots=True)
class Streams:
    """Where a command reads and writes."""

    input: TextIO
    output: TextIO
    errors: TextIO


def translate(translator: Translator, source: str, target: str, streams: Streams) -> int:
    """One text a line in, one translation a line out, in the same order."""
    if (wrong := _unknown([source, target])) is not None:
        return _fail(streams, wrong, WRONG_USAGE)
    try:
        translator.route(source, target)
        for lines in _several(streams.input):
            translated = translator.translate(lines, source, target)
            streams.output.writelines(f"{_one_line(translation.text)}\n" for translation in translated)
            streams.output.flush()
    except (NoRoute, EngineError) as error:
        return _fail(streams, str(error))
    except UnicodeDecodeError:
        return _fail(streams, "the input is not UTF-8")
    return OK


def list_installed(packages_dir: Path, streams: Streams) -> int:
    """The installed Argos packages."""
    found = packages.installed(packages_dir)
    if not found:
        print("No Argos packages are installed.", file=streams.output)
        return OK
    _print_packages(found, streams)
    return OK


def list_available(index_url: str, packages_dir: Path, streams: Streams) -> int:
    """What the index offers for our languages, and what of it is installed."""
    try:
        offered = packages.with_sizes(packages.available(index_url))
    except PackageError as error:
        return _fail(streams, str(error))
    here = {package.name: package.version for package in packages.installed(packages_dir)}
    _print_packages(offered, streams, here)
    return OK


def install(languages: Sequence[str], packages_dir: Path, index_url: str, streams: Streams) -> int:
    """Downloads and installs the packages between each language and English."""
    wanted = [language for language in languages if language != "en"]
    if (wrong := _unknown(languages)) is not None:
        return _fail(streams, wrong, WRONG_USAGE)
    if not wanted:
        return _fail(streams, "name a language other than English: packages translate to and from it", WRONG_USAGE)
    try:
        with _bar(streams) as bar:
            done = packages.install_from_index(wanted, packages_dir, index_url, bar.show)
    except PackageError as error:
        return _fail(streams, str(error))
    for package in done:
        print(f"Installed {package}.", file=streams.output)
    return OK


def install_file(file: Path, packages_dir: Path, streams: Streams) -> int:
    """Installs a package from a file, without any network."""
    try:
        package = packages.install_file(file, packages_dir)
    except PackageError as error:
        return _fail(streams, f"{file.name}: {error}")
    print(f"Installed {package}.", file=streams.output)
    return OK


def remove(language: str, packages_dir: Path, streams: Streams) -> int:
    """Removes the packages from and to a language."""
    if (wrong := _unknown([language])) is not None:
        return _fail(streams, wrong, WRONG_USAGE)
    try:
        gone = packages.remove(language, packages_dir)
    except PackageError as error:
        return _fail(streams, str(error))
    for package in gone:
        print(f"Removed {package}.", file=streams.output)
    return OK


class _Bar:
    """One progress bar per package, made when its first bytes arrive."""

    def __init__(self, progress: Progress) -> None:
        self._progress = progress
        self._tasks: dict[str, TaskID] = {}

    def show(self, name: str, done: int, total: int | None) -> None:
        if name not in self._tasks:
            self._tasks[name] = self._progress.add_task(name, total=total)
        self._progress.update(self._tasks[name], completed=done, total=total)


@contextmanager
def _bar(streams: Streams) -> Iterator[_Bar]:
    """On the error stream, so that what a program reads from standard output is only what was installed."""
    columns = (TextColumn("{task.description}"), BarColumn(), DownloadColumn(), TransferSpeedColumn())
    with Progress(*columns, console=Console(file=streams.errors)) as progress:
        yield _Bar(progress)


def _print_packages(
    listed: Iterable[InstalledPackage | AvailablePackage], streams: Streams, here: dict[str, str] | None = None
) -> None:
    table = Table(box=None, pad_edge=False, header_style="")
    for heading in ("from", "to", "version", "size", *(["installed"] if here is not None else [])):
        table.add_column(heading, no_wrap=True, justify="right" if heading == "size" else "left")
    for package in listed:
        pair = (f"{package.source} {english_name(package.source)}", f"{package.target} {english_name(package.target)}")
        installed = [here.get(package.name, "")] if here is not None else []
        table.add_row(*pair, package.version, _megabytes(package.size), *installed)
    Console(file=streams.output, highlight=False).print(table)


def _megabytes(size: int | None) -> str:
    return "?" if size is None else f"{size / 1e6:.1f} MB"


def _several(lines: Iterable[str]) -> Iterator[list[str]]:
    waiting: list[str] = []
    for line in lines:
        waiting.append(line.rstrip("\r\n"))
        if len(waiting) == _LINES_AT_ONCE:
            yield waiting
            waiting = []
    if waiting:
        yield waiting


def _one_line(text: str) -> str:
    """Without the rarer line breaks that a text may hold inside what the input calls a line."""
    return " ".join(text.splitlines())


def _unknown(codes: Sequence[str]) -> str | None:
    for code in codes:
        if code not in LANGUAGES:
            return f"{code!r} is not one of our languages: {' '.join(LANGUAGES)}"
    return None


def _fail(streams: Streams, reason: str, code: int = FAILED) -> int:
    print(reason, file=streams.errors)
    return code
