"""The `dragoman` command on odd input and in odd surroundings: one clear line, and the rest of the work goes on."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from service.enquiries import references
from service.settings import make_secrets

OTHER_KEY = "eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHg="
ADD = ("staff", "add", "bob@clinic.example", "--role", "lead")


class Operator:
    """Somebody at a terminal, with a data directory and nothing else set."""

    def __init__(self, folder: Path) -> None:
        kept = {name: value for name, value in os.environ.items() if not name.startswith("DRAGOMAN_")}
        self.environment = {**kept, "DRAGOMAN_DATA_DIR": str(folder)}

    def run(
        self, *arguments: str, stdin: bytes = b"", more: Mapping[str, str] | None = None
    ) -> subprocess.CompletedProcess[bytes]:
        return subprocess.run(
            [sys.executable, "-m", "service", *arguments],
            env={**self.environment, **(more or {})},
            input=stdin,
            capture_output=True,
            check=False,
            timeout=60,
        )

    def understand(self, stdin: bytes, more: Mapping[str, str] | None = None) -> list[dict[str, Any]]:
        done = self.run("understand", "--no-translation", stdin=stdin, more=more)
        assert done.stderr == b""
        return [json.loads(line, parse_constant=_no_json) for line in done.stdout.splitlines()]


def _no_json(constant: str) -> None:
    raise AssertionError(f"{constant} is no JSON")


def told(done: subprocess.CompletedProcess[bytes]) -> str:
    """The one line of a failure, which says what is wrong and not merely that something is."""
    (line,) = done.stderr.decode().splitlines()
    assert done.returncode == 1
    assert "unexpectedly" not in line
    return line


@pytest.fixture
def operator(tmp_path: Path) -> Operator:
    made = Operator(tmp_path)
    make_secrets(made.environment)
    return made


@pytest.fixture
def installed(operator: Operator) -> Operator:
    """With a database, made by the command."""
    assert operator.run("db", "upgrade").returncode == 0
    return operator


def test_the_database_is_made_in_a_fresh_folder_and_made_only_once(installed: Operator) -> None:
    again = installed.run("db", "upgrade")
    assert (again.returncode, again.stderr) == (0, b"")
    for command in (("queue", "--json"), ("export",)):
        done = installed.run(*command)
        assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"")


@pytest.mark.parametrize("typed", ["bob@clinic.example", "BOB@Clinic.Example"])
def test_a_member_is_added_once_however_the_address_is_spelt(installed: Operator, typed: str) -> None:
    password = b"a long enough password\r\n"
    first = installed.run(*ADD, stdin=password)
    assert (first.returncode, first.stdout, first.stderr) == (0, b"", b"")
    assert "already" in told(installed.run("staff", "add", typed, "--role", "lead", stdin=password))


@pytest.mark.parametrize("password", [b"short\n", b"x" * 300 + b"\n", b"p\xffssword long enough\n"])
def test_a_password_that_cannot_be_one_is_named(installed: Operator, password: bytes) -> None:
    assert "password" in told(installed.run(*ADD, stdin=password))


@pytest.mark.parametrize("command", [ADD, ("understand", "--no-translation")])
def test_a_closed_standard_input_is_an_empty_one(installed: Operator, command: tuple[str, ...]) -> None:
    done = subprocess.run(
        ["sh", "-c", 'exec "$@" <&-', "sh", sys.executable, "-m", "service", *command],
        env=installed.environment,
        capture_output=True,
        check=False,
        timeout=60,
    )
    assert (done.returncode, done.stderr) == (0, b"")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("DATABASE_URL", "nonsense"),
        ("DATABASE_URL", "mysql://db.example/x"),
        ("DATABASE_URL", "sqlite:////proc/x/y.db"),
    ],
)
@pytest.mark.parametrize("command", [("queue",), ("db", "upgrade"), ("export",)])
def test_a_database_that_cannot_be_used_is_told_in_a_line(
    operator: Operator, command: tuple[str, ...], name: str, value: str
) -> None:
    assert told(operator.run(*command, more={f"DRAGOMAN_{name}": value}))


def test_a_redis_address_that_is_none_is_told_by_name(installed: Operator) -> None:
    done = installed.run("worker", "send", more={"DRAGOMAN_REDIS_URL": "nonsense"})
    assert "DRAGOMAN_REDIS_URL" in told(done)


def test_a_database_that_is_down_does_not_give_its_password_away(operator: Operator) -> None:
    done = operator.run("queue", more={"DRAGOMAN_DATABASE_URL": "postgresql://u:hunter2@127.0.0.1:1/x"})
    assert "hunter2" not in told(done)


def test_without_the_old_key_nothing_is_wrapped_anew(installed: Operator) -> None:
    line = told(installed.run("db", "rewrap-keys", more={"DRAGOMAN_ENCRYPTION_KEYS": OTHER_KEY}))
    assert "not set any more" in line


def test_an_enquiry_that_does_not_exist_is_said_to_be_none(installed: Operator) -> None:
    reference = references.written("48271935" + references.check_digit("48271935"))
    assert "no enquiry" in told(installed.run("enquiry", reference, "--json"))


def test_the_example_of_a_reference_is_one(installed: Operator) -> None:
    example = told(installed.run("enquiry", "hello")).split()[-1]
    assert references.parse(example) == example


def test_every_line_has_its_answer_in_its_place_whatever_the_others_hold(operator: Operator) -> None:
    lines = [
        b"nope",
        b'{"id": 1}',
        b"[1]",
        b'{"id": "null", "text": "a\\u0000b lupus"}',
        b'{"id": "half", "text": "I have lupus \\ud83d and cannot breathe"}',
        b'{"id": "\\ud83d", "text": "x"}',
        b'{"id": NaN, "text": "x"}',
        b"\xff\xfe",
        b'{"id": "country", "text": "x", "country": 5}',
        b'{"id": "deep", "text": ' + b"[" * 100_000,
        b'{"id": ' + b"9" * 5000 + b', "text": "x"}',
        b'{"id": "last", "text": "My father has lupus"}',
    ]
    answers = operator.understand(b"\n".join(lines) + b"\n")
    assert len(answers) == len(lines)
    assert [place for place, answer in enumerate(answers) if "error" not in answer and "urgency" not in answer] == []
    assert answers[4]["urgency"] == "emergency"
    assert (answers[-1]["id"], answers[-1]["condition"]) == ("last", "lupus")


def test_a_hundred_thousand_characters_are_read_and_one_more_is_named(operator: Operator) -> None:
    texts = ["My father has lupus. " * 4761, "a" * 100_000, "ü" * 100_001]
    lines = [json.dumps({"id": str(number), "text": text}) for number, text in enumerate(texts)]
    long, wordless, too_long = operator.understand("\n".join(lines).encode())
    assert long["condition"] == "lupus"
    assert len(long["gist"]) <= 200
    assert wordless["condition"] == "unclassified"
    assert "100000" in too_long["error"]


@pytest.mark.parametrize("encoding", ["ascii", "latin-1"])
def test_what_is_printed_is_utf8_whatever_the_terminal_claims(operator: Operator, encoding: str) -> None:
    line = json.dumps({"id": "ä", "text": "У мамы волчанка"}, ensure_ascii=False).encode()
    (answer,) = operator.understand(line, {"PYTHONIOENCODING": encoding, "PYTHONUTF8": "0"})
    assert (answer["id"], answer["condition"]) == ("ä", "lupus")


def test_a_reader_who_has_seen_enough_is_no_failure_worth_words(operator: Operator, tmp_path: Path) -> None:
    (tmp_path / "in").write_text('{"id": "a", "text": "lupus"}\n' * 3000)
    done = subprocess.run(
        ["sh", "-c", '"$@" < in | head -n 1', "sh", sys.executable, "-m", "service", "understand", "--no-translation"],
        cwd=tmp_path,
        env={**operator.environment, "PYTHONPATH": str(Path(__file__).resolve().parents[2])},
        capture_output=True,
        check=False,
        timeout=60,
    )
    assert json.loads(done.stdout)["condition"] == "lupus"
    assert done.stderr == b""
