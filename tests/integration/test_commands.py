"""The `dragoman` command as a stranger uses it: help, wrong usage, failure in one line, and what it prints."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pytest

from service import cli
from service.enquiries import search
from service.enquiries.inbound import Contact, InboundMessage
from service.enquiries.receive import Receiver
from service.settings import Settings, make_secrets
from service.storage import migrate
from service.storage.encryption import Keyring
from service.storage.session import Database
from service.understanding.reader import Reader

QUEUE_KEYS = {
    "reference", "status", "channel", "language", "urgency", "condition", "intent", "received_at", "due_at",
    "assigned_to", "patient", "gist", "translated", "needs",
}  # fmt: skip
ENQUIRY_KEYS = {"red_flags", "conditions", "facts", "messages", "history", "patient", "assigned_to"}


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A data directory of its own, with secrets, and nothing else in the environment."""
    monkeypatch.setenv("DRAGOMAN_DATA_DIR", str(tmp_path))
    make_secrets()
    return tmp_path


@pytest.fixture
def two_enquiries(home: Path) -> list[str]:
    """Their references, the older and routine one first."""
    settings = Settings.from_env()
    database = Database(settings.database_url, Keyring(settings.encryption_keys))
    migrate.upgrade(database)
    takes = Receiver(database, Reader(), lambda queue: None)
    texts = ("I have lupus, what does it cost?", "My father cannot breathe")
    references = []
    for number, text in enumerate(texts):
        sender = Contact("phone", f"+44770090080{number}")
        message = InboundMessage("sms", f"SM{number}", text, contacts=(sender,), proven=True)
        references.append(takes.receive(message).reference)
    database.close()
    return references


def lines(capsys: pytest.CaptureFixture[str]) -> list[str]:
    return capsys.readouterr().out.splitlines()


@pytest.mark.parametrize(
    "command",
    [
        [], ["up"], ["web"], ["worker"], ["sweeper"], ["db", "upgrade"], ["understand"], ["translate"],
        ["languages", "install"], ["queue"], ["enquiry"], ["export"], ["staff", "add"], ["staff", "link"],
        ["knowledge", "check"],
    ],
)  # fmt: skip
def test_every_command_has_help(command: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        cli.main([*command, "--help"])
    assert ended.value.code == 0
    assert "usage: dragoman" in capsys.readouterr().out


@pytest.mark.parametrize(
    "command",
    [
        [], ["nonsense"], ["worker"], ["worker", "nothing"], ["up", "--port", "0"], ["up", "--port", "x"],
        ["translate", "--from", "xx", "--to", "en"], ["enquiry"], ["staff", "add", "a@clinic.example"],
        ["staff", "add", "a@clinic.example", "--role", "king"],
    ],
)  # fmt: skip
def test_wrong_usage_ends_with_2_and_a_hint(command: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        cli.main(command)
    assert ended.value.code == 2
    assert "--help" in capsys.readouterr().err


@pytest.mark.parametrize("command", [["web"], ["worker", "send"], ["queue"], ["export"]])
def test_missing_secrets_are_named_together(
    command: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("DRAGOMAN_DATA_DIR", str(tmp_path))
    assert cli.main(command) == 1
    (line,) = capsys.readouterr().err.splitlines()
    assert "DRAGOMAN_SECRET_KEY" in line
    assert "DRAGOMAN_ENCRYPTION_KEYS" in line


@pytest.mark.parametrize(
    ("command", "words"),
    [
        (["queue"], "db upgrade"),
        (["enquiry", "000-000-001"], "not a reference"),
        (["enquiry", "hello"], "not a reference"),
        (["staff", "add", "no address", "--role", "lead"], "e-mail"),
        (["staff", "add", "a@clinic.example", "--role", "lead", "--languages", "xx"], "xx"),
    ],
)
def test_a_failure_is_one_line(
    home: Path, command: list[str], words: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("a long enough password\n"))
    assert cli.main(command) == 1
    (line,) = capsys.readouterr().err.splitlines()
    assert words in line


def test_the_queue_is_printed_in_its_order(two_enquiries: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["queue", "--json"]) == 0
    printed = [json.loads(line) for line in lines(capsys)]
    assert [line["reference"] for line in printed] == list(reversed(two_enquiries))
    assert [line["urgency"] for line in printed] == ["emergency", "routine"]
    assert all(line.keys() >= QUEUE_KEYS for line in printed)


def test_an_enquiry_is_printed_whole(two_enquiries: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["enquiry", two_enquiries[1], "--json"]) == 0
    (line,) = lines(capsys)
    enquiry = json.loads(line)
    assert enquiry.keys() >= ENQUIRY_KEYS | QUEUE_KEYS
    assert enquiry["messages"][0]["text"] == "My father cannot breathe"
    assert enquiry["patient"]["contact_points"][0]["value"] == "+447700900801"


def test_the_export_begins_with_the_oldest(two_enquiries: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["export"]) == 0
    assert [json.loads(line)["reference"] for line in lines(capsys)] == two_enquiries


def test_a_link_for_a_new_password_is_printed_for_who_has_lost_everything(
    home: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO())
    assert cli.main(["db", "upgrade"]) == 0
    assert cli.main(["staff", "add", "bob@clinic.example", "--role", "admin"]) == 0
    capsys.readouterr()
    assert cli.main(["staff", "link", "Bob@clinic.example", "--second-factor"]) == 0
    (link,) = lines(capsys)
    assert link.startswith("http://127.0.0.1:8000/console/link/both-")
    assert cli.main(["staff", "link", "nobody@clinic.example"]) == 1
    assert "no member of staff" in capsys.readouterr().err


def test_a_member_of_staff_is_added_once(
    two_enquiries: list[str], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    command = ["staff", "add", "bob@clinic.example", "--role", "auditor"]
    monkeypatch.setattr("sys.stdin", io.StringIO())
    assert cli.main(command) == 0
    (password,) = lines(capsys)
    assert len(password) >= 12
    monkeypatch.setattr("sys.stdin", io.StringIO())
    assert cli.main(command) == 1
    assert "already" in capsys.readouterr().err


def test_keys_are_wrapped_anew_by_command(two_enquiries: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["db", "rewrap-keys"]) == 0
    assert lines(capsys) == ["0 data keys wrapped anew"]


def test_old_enquiries_are_made_searchable_by_a_command(
    two_enquiries: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(["search", "reindex"]) == 0
    assert lines(capsys) == ["2 enquiries can be searched"]
    settings = Settings.from_env()
    database = Database(settings.database_url, Keyring(settings.encryption_keys))
    with database.read() as session:
        found = search.find(session, search.Wanted("lupus")).enquiries
        assert [enquiry.reference for enquiry in found] == two_enquiries[:1]
    database.close()
