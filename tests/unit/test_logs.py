"""The log: ids and places, never a word of what was sent to us."""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Iterator

import pytest
import structlog
from hypothesis import given
from hypothesis import strategies as st

from service import logs

WORDS = "Mein Vater Mustermann, +447700900123, hat Leberzirrhose"


@pytest.fixture(autouse=True)
def logging_as_before() -> Iterator[None]:
    """What these tests set up is taken down again."""
    root = logging.getLogger()
    handlers, level, config = list(root.handlers), root.level, structlog.get_config()
    yield
    root.handlers[:] = handlers
    root.setLevel(level)
    structlog.configure(**config)


def configured(level: str = "INFO") -> None:
    """Set up as a process does, on the stream that is captured while the test runs."""
    logging.getLogger().handlers.clear()
    logs.configure(level)


def fail() -> None:
    try:
        raise ValueError(WORDS)
    except ValueError as error:
        raise RuntimeError(f"could not read {WORDS!r}") from error


def test_a_line_is_one_write_with_its_end_so_that_processes_that_share_the_stream_keep_theirs_apart(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    writes: list[str] = []

    class Stream(io.StringIO):
        def write(self, text: str) -> int:
            writes.append(text)
            return len(text)

    monkeypatch.setattr("sys.stderr", Stream())
    configured()
    structlog.get_logger().info("started", name="redis")
    logging.getLogger("a.library").warning("slow")
    assert [text.count("\n") for text in writes] == [1, 1]
    assert all(text.endswith("\n") for text in writes)


def test_an_exception_is_logged_by_kind_and_place_without_its_words(capsys: pytest.CaptureFixture[str]) -> None:
    configured()
    log = structlog.get_logger()
    try:
        fail()
    except RuntimeError as error:
        log.exception("a message could not be read", message="m1")
        log.error("a request failed", exc_info=error)
        log.error("a request failed", exc_info=True)
    text = capsys.readouterr().err
    lines = [json.loads(line) for line in text.splitlines()]
    assert "Mustermann" not in text
    assert "7700900123" not in text
    assert len(lines) == 3
    for line in lines:
        assert line["error"] == "RuntimeError"
        assert "fail" in line["where"][-1]
    assert lines[0]["message"] == "m1"


def test_a_librarys_own_logger_does_not_repeat_an_exceptions_words(capsys: pytest.CaptureFixture[str]) -> None:
    configured()
    try:
        fail()
    except RuntimeError:
        logging.getLogger("a.library").exception("the job failed")
    text = capsys.readouterr().err
    assert "the job failed" in text
    assert "Mustermann" not in text


def test_each_line_is_one_json_object_with_its_time_and_level(capsys: pytest.CaptureFixture[str]) -> None:
    configured()
    structlog.get_logger().warning("swept\nand more", dead_letters=2)
    (line,) = capsys.readouterr().err.splitlines()
    assert json.loads(line).items() >= {"level": "warning", "event": "swept\nand more", "dead_letters": 2}.items()
    assert json.loads(line)["timestamp"].endswith("Z")


@pytest.mark.parametrize(("level", "heard"), [("INFO", 2), ("WARNING", 1), ("CRITICAL", 0), ("NO SUCH LEVEL", 2)])
def test_the_level_decides_what_is_heard(capsys: pytest.CaptureFixture[str], level: str, heard: int) -> None:
    configured(level)
    structlog.get_logger().info("started")
    structlog.get_logger().warning("late")
    assert len(capsys.readouterr().err.splitlines()) == heard


def test_libraries_are_heard_from_warnings_on(capsys: pytest.CaptureFixture[str]) -> None:
    configured()
    logging.getLogger("a.library").info("chatter")
    logging.getLogger("a.library").warning("trouble")
    assert "chatter" not in (text := capsys.readouterr().err)
    assert "trouble" in text


@given(st.text(min_size=1, max_size=40).filter(lambda text: not text.isascii()))
def test_places_say_where_and_never_what(words: str) -> None:
    try:
        raise ValueError(words)
    except ValueError as error:
        places = logs.places(error)
    assert len(places) == 1
    assert places[0].startswith("test_logs.py:")
    assert words not in "".join(places)


def test_a_log_that_cannot_be_written_breaks_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    configured()
    closed = io.StringIO()
    closed.close()
    monkeypatch.setattr("sys.stderr", closed)
    structlog.get_logger().error("a request failed")
    logging.getLogger("a library").error("so did its library")


def test_the_log_goes_where_standard_error_goes_now(capsys: pytest.CaptureFixture[str]) -> None:
    configured()
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr("sys.stderr", other := io.StringIO())
        structlog.get_logger().error("elsewhere")
    structlog.get_logger().error("here")
    assert "elsewhere" in other.getvalue()
    assert "elsewhere" not in (printed := capsys.readouterr().err)
    assert "here" in printed
