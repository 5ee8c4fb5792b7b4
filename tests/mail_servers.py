"""Real mail servers on loopback for the tests: one that takes mail, and Debian's Dovecot with a mailbox."""

from __future__ import annotations

import getpass
import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

from aiosmtpd.controller import Controller

from tests.needs import dovecot
from tests.program import free_port

USER, PASSWORD = "clinic", "a-secret-of-the-tests"


@dataclass
class MailServer:
    """What it was given, newest last; `answers` are its replies to the next mails in place of "250 OK"."""

    port: int
    taken: list[EmailMessage] = field(default_factory=list)
    answers: list[str] = field(default_factory=list)
    refuses: dict[str, str] = field(default_factory=dict)

    @property
    def url(self) -> str:
        return f"smtp://127.0.0.1:{self.port}"


class _Handler:
    def __init__(self, server: MailServer) -> None:
        self.server = server

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: Any) -> str:
        if address in self.server.refuses:
            return self.server.refuses[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        answer = self.server.answers.pop(0) if self.server.answers else "250 OK"
        if answer == "drop":
            self._take(envelope.content)
            server.transport.abort()
        elif answer.startswith("250"):
            self._take(envelope.content)
        return answer

    def _take(self, content: bytes) -> None:
        self.server.taken.append(message_from_bytes(content, policy=policy.default))


@contextmanager
def mail_server() -> Iterator[MailServer]:
    """An SMTP server that keeps what it takes."""
    server = MailServer(free_port())
    controller = Controller(_Handler(server), hostname="127.0.0.1", port=server.port)
    controller.start()
    try:
        yield server
    finally:
        controller.stop()


@dataclass
class Mailbox:
    """A mailbox at a Dovecot of its own."""

    port: int
    folder: Path

    @property
    def url(self) -> str:
        return f"imap://{USER}:{PASSWORD}@127.0.0.1:{self.port}"

    def put(self, raw: bytes, name: str) -> None:
        """A new mail, as a mail server delivers it."""
        path = self.folder / "new" / name
        path.write_bytes(raw)
        path.chmod(0o666)

    def seen(self) -> int:
        """How many mails are marked as seen (the flag S of Maildir)."""
        return sum("S" in path.name.rpartition(":2,")[2] for path in (self.folder / "cur").iterdir())


@contextmanager
def imap_server() -> Iterator[Mailbox]:
    """Dovecot, without anything of the system's configuration."""
    home = Path(tempfile.mkdtemp(prefix="dragoman-imap-"))
    home.chmod(0o755)
    owner = "nobody" if os.geteuid() == 0 else getpass.getuser()
    entry = pwd.getpwnam(owner)
    mailbox = Mailbox(free_port(), home / "mail" / USER)
    for folder in ("new", "cur", "tmp"):
        (mailbox.folder / folder).mkdir(parents=True)
    for path in (home / "mail", *(home / "mail").rglob("*")):
        shutil.chown(path, entry.pw_uid, entry.pw_gid)
        path.chmod(0o777)
    config = home / "dovecot.conf"
    config.write_text(_config(home, mailbox.port, entry))
    process = subprocess.Popen([str(dovecot()), "-F", "-c", str(config)], stderr=subprocess.DEVNULL)
    try:
        _wait_for(mailbox.port)
        yield mailbox
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(20)
        shutil.rmtree(home, ignore_errors=True)


def _config(home: Path, port: int, owner: pwd.struct_passwd) -> str:
    ours = (
        "" if os.geteuid() == 0 else f"default_login_user = {owner.pw_name}\ndefault_internal_user = {owner.pw_name}\n"
    )
    return f"""
base_dir = {home}/run
state_dir = {home}/state
protocols = imap
listen = 127.0.0.1
ssl = no
disable_plaintext_auth = no
log_path = {home}/dovecot.log
first_valid_uid = 1
mail_location = maildir:{home}/mail/%u
{ours}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {port}
  }}
  inet_listener imaps {{
    port = 0
  }}
}}
passdb {{
  driver = static
  args = password={PASSWORD}
}}
userdb {{
  driver = static
  args = uid={owner.pw_uid} gid={owner.pw_gid} home={home}/mail/%u
}}
"""


def _wait_for(port: int) -> None:
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    raise TimeoutError("the mailbox did not open")
