"""The process tree: killed workers, a dead Redis, restarts and a clean end lose nothing and do nothing twice."""

from __future__ import annotations

import json
import os
import signal
from pathlib import Path
from typing import Any

import pytest

from service.settings import Settings
from service.storage.encryption import Keyring
from service.storage.session import Database
from service.storage.tasks import Task
from tests.program import Program, free_port, until
from tests.twilio_client import sms


def started(program: Program, name: str) -> list[int]:
    """The process ids that the supervisor gave this child, in order."""
    lines = [line for line in program.log.read_text().splitlines() if line.startswith("{")]
    events = [json.loads(line) for line in lines]
    return [event["pid"] for event in events if event["event"] == "started" and event["name"] == name]


def restarted(program: Program, name: str, times: int) -> int:
    for _ in until(60):
        if len(started(program, name)) > times:
            return started(program, name)[-1]
    raise AssertionError(f"{name} was not started again")


def messages_of(program: Program) -> list[dict[str, Any]]:
    return [message for enquiry in program.lines("export") for message in enquiry["messages"]]


def leased(database: Database) -> int:
    with database.read() as session:
        return session.query(Task).where(Task.state == "leased").count()


@pytest.mark.timeout(300)
def test_a_worker_killed_in_mid_batch_costs_nothing(tmp_path: Path) -> None:
    program = Program(tmp_path / "data", free_port(), tmp_path / "log")
    program.start()
    try:
        database = Database(*_database_of(program))
        victim = started(program, "worker understand")[-1]
        for number in range(60):
            program.twilio.message(sms(f"I have lupus and I am {number + 10} years old", f"+4477009005{number:02d}"))
            if number == 20:
                for _ in until(20, pause=0.01):
                    if leased(database):
                        break
                os.kill(victim, signal.SIGKILL)
        restarted(program, "worker understand", 1)
        for _ in until(90):
            messages = messages_of(program)
            if len(messages) == 60 and all(message["reading"] == "done" for message in messages):
                break
        assert [message["reading"] for message in messages] == ["done"] * 60
        with database.read() as session:
            assert session.query(Task).where(Task.state != "done").count() == 0
        database.close()
    finally:
        assert program.stop() == 0


@pytest.mark.timeout(300)
def test_with_redis_and_every_worker_dead_the_doors_still_take_emergencies(tmp_path: Path) -> None:
    program = Program(tmp_path / "data", free_port(), tmp_path / "log")
    program.start()
    try:
        for name in ("redis", "worker understand", "worker housekeeping", "sweeper"):
            os.kill(started(program, name)[-1], signal.SIGSTOP)
        program.twilio.message(sms("How much is a hip replacement?", "+447700900601"))
        answer = program.twilio.message(sms("My father cannot breathe", "+447700900602"))
        assert "emergency" in answer.text.lower()
        queue = program.lines("queue", "--json")
        assert [line["urgency"] for line in queue] == ["emergency", "routine"]
        for name in ("redis", "worker understand", "worker housekeeping", "sweeper"):
            os.kill(started(program, name)[-1], signal.SIGCONT)
        for _ in until(90):
            if all(message["reading"] == "done" for message in messages_of(program)):
                break
        assert {message["reading"] for message in messages_of(program)} == {"done"}
    finally:
        program.stop()


@pytest.mark.timeout(300)
def test_a_dead_child_is_started_again_and_the_end_leaves_no_process(tmp_path: Path) -> None:
    program = Program(tmp_path / "data", free_port(), tmp_path / "log")
    program.start()
    os.kill(started(program, "web")[-1], signal.SIGKILL)
    restarted(program, "web", 1)
    for _ in until(60):
        try:
            if program.twilio.message(sms("I have lupus", "+447700900611")).status == 200:
                break
        except OSError:
            continue
    assert len(program.lines("queue", "--json")) == 1
    names = ("redis", "worker understand", "worker send", "worker housekeeping", "sweeper", "web")
    pids = [started(program, name)[-1] for name in names]
    assert program.stop() == 0
    assert [pid for pid in pids if Path(f"/proc/{pid}").exists()] == []


def test_a_taken_port_is_said_in_one_line(program: Program, tmp_path: Path) -> None:
    other = Program(tmp_path / "data", program.port, tmp_path / "log")
    done = other.command("up", "--port", str(program.port))
    assert done.returncode == 1
    assert done.stderr.strip().splitlines()[-1].startswith("dragoman: cannot listen on 127.0.0.1 port")


def _database_of(program: Program) -> tuple[str, Keyring]:
    settings = Settings.from_env({"DRAGOMAN_DATA_DIR": str(program.data_dir)})
    return settings.database_url, Keyring(settings.encryption_keys)
