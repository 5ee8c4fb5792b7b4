"""`make demo`: start the program, send the samples through real HTTP, show the queue, and go on serving."""

from __future__ import annotations

import argparse
import subprocess
import sys
import time
import urllib.request
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

from rich.console import Console
from rich.progress import track
from rich.table import Table

from service.enquiries.queue_table import print_table
from service.errors import ServiceError
from service.settings import Settings, is_set, kept_secret
from tests.coordinator import Coordinator, code
from tests.demo import phone, replies, samples
from tests.demo.samples import Sample
from tests.program import Program, ProgramError, free_port, until
from translations import packages
from translations.languages import english_name

PORT: Final = 8000
READ_SECONDS: Final = 180
INDEX_SECONDS: Final = 5
#: A few languages whose Argos packages are fetched first, where their index can be reached.
WANTED: Final = ("ar", "ru", "zh")

out = Console() if sys.stdout.isatty() else Console(width=160)


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="make demo", description=__doc__)
    parser.add_argument("--once", action="store_true", help="stop after the table")
    parser.add_argument("--port", type=int, default=PORT)
    options = parser.parse_args(arguments)
    if is_set("DATABASE_URL"):
        print("demo: DRAGOMAN_DATABASE_URL is set; the samples belong in a database of their own", file=sys.stderr)
        return 1
    settings = Settings.from_env(need_secrets=False)
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    _fetch_packages(settings)
    program = Program(settings.data_dir, free_port(options.port), settings.data_dir / "demo.log")
    out.print(f"Starting dragoman; its log is {program.log}")
    try:
        with replies.provider(program):
            program.start()
            fine = _run(program) and replies.show(program, out, _signed_in(program))
            if fine and not options.once:
                _serve(program)
    except (ServiceError, subprocess.SubprocessError) as error:
        print(f"demo: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 0
    finally:
        program.stop()
    return 0 if fine else 1


def _fetch_packages(settings: Settings) -> None:
    """Argos packages for some languages, if their index answers within seconds; the demo does not need them."""
    missing = [code for code in WANTED if code not in _installed(settings)]
    if not missing:
        return
    try:
        urllib.request.urlopen(settings.argos_index_url, timeout=INDEX_SECONDS).close()
    except (OSError, ValueError) as error:
        reason = getattr(error, "reason", error)
        out.print(f"No Argos packages: their index cannot be reached ({reason}).")
        out.print("A language without an engine is queued untranslated.")
        return
    subprocess.run([sys.executable, "-m", "service", "languages", "install", *missing], check=False)


def _installed(settings: Settings) -> set[str]:
    return {package.source for package in packages.installed(settings.argos_packages_dir)}


def _run(program: Program) -> bool:
    """Send everything, wait until it is read, and show it; whether all went well."""
    wanted = samples.load()
    known = {message["text"] for enquiry in program.lines("export") for message in enquiry["messages"]}
    for sample in track([one for one in wanted if one.text not in known], "Sending", console=out):
        sample.send(program)
    phone.show(program, out)
    enquiries = _when_read(program, wanted)
    print_table(program.lines("queue", "--json"))
    _print_channels(enquiries, wanted)
    _print_languages(enquiries, wanted)
    return _judge(program, enquiries, wanted)


def _when_read(program: Program, wanted: Sequence[Sample]) -> dict[str, dict[str, Any]]:
    """The enquiries by their text, once every message has been read by a worker."""
    texts = {sample.text for sample in wanted}
    found: dict[str, dict[str, Any]] = {}
    for _ in until(READ_SECONDS, pause=1.0):
        found = {
            message["text"]: {**enquiry, "message": message}
            for enquiry in program.lines("export")
            for message in enquiry["messages"]
        }
        if texts <= found.keys() and all(found[text]["message"]["reading"] == "done" for text in texts):
            break
    return found


def _print_channels(enquiries: dict[str, dict[str, Any]], wanted: Sequence[Sample]) -> None:
    """How many messages came by which way, and how many of them were emergencies."""
    table = Table("Channel", "Messages", "Emergencies")
    by_channel: dict[str, list[dict[str, Any]]] = {}
    for _, one in _found(enquiries, wanted):
        by_channel.setdefault(one["message"]["channel"], []).append(one)
    for channel, found in sorted(by_channel.items()):
        table.add_row(channel, str(len(found)), str(sum(one["urgency"] == "emergency" for one in found)))
    out.print(table)


def _print_languages(enquiries: dict[str, dict[str, Any]], wanted: Sequence[Sample]) -> None:
    table = Table("Language", "Messages", "Translated", "By, or why not")
    by_language: dict[str, list[dict[str, Any]]] = {}
    for sample in wanted:
        if sample.text in enquiries:
            message = enquiries[sample.text]["message"]
            by_language.setdefault(message["language"], []).append(message)
    for language, messages in sorted(by_language.items()):
        engines = Counter(_package(message) for message in messages if message["translation"])
        reason = "needs none" if language == "en" else "no engine is installed for this language"
        how = ", ".join(engines) or reason
        table.add_row(english_name(language), str(len(messages)), str(engines.total()), how)
    out.print(table)


def _package(message: dict[str, Any]) -> str:
    return f"{message['translation']['engine']}: {message['translation']['package']}"


def _judge(program: Program, enquiries: dict[str, dict[str, Any]], wanted: Sequence[Sample]) -> bool:
    """Everything must have arrived and been read, and an engine that serves a language must have translated it."""
    lost = [sample.key for sample in wanted if sample.text not in enquiries]
    unread = [key for key, one in _found(enquiries, wanted) if one["message"]["reading"] != "done"]
    idle = _idle_engines(program, [one["message"] for _, one in _found(enquiries, wanted)])
    for what, names in (("did not arrive", lost), ("were not read", unread), ("had an idle engine", idle)):
        if names:
            print(f"demo: {what}: {', '.join(names)}", file=sys.stderr)
    right = sum(
        all(one[name] == value for name, value in sample.expected.items())
        for sample in wanted
        if (one := enquiries.get(sample.text))
    )
    out.print(f"{len(wanted) - len(lost)} of {len(wanted)} samples are in the queue; {right} were read as expected.")
    return not (lost or unread or idle)


def _found(enquiries: dict[str, dict[str, Any]], wanted: Sequence[Sample]) -> list[tuple[str, dict[str, Any]]]:
    return [(sample.key, enquiries[sample.text]) for sample in wanted if sample.text in enquiries]


def _idle_engines(program: Program, messages: Sequence[dict[str, Any]]) -> list[str]:
    """Languages that an engine serves although none of their messages was translated."""
    translated = {message["language"] for message in messages if message["translation"]}
    waiting = {message["language"] for message in messages} - translated - {"en", "und"}
    return sorted(code for code in waiting if _is_served(program, code))


def _is_served(program: Program, language: str) -> bool:
    return program.command("translate", "--from", language, "--to", "en", stdin="1\n").returncode == 0


def _signed_in(program: Program) -> Coordinator:
    """The demonstration's own coordinator, who sets the second factor up at the first sign-in, as everybody does."""
    coordinator, kept = Coordinator(program.url), _kept(program, "demo-second-factor")
    secret = coordinator.sign_in(replies.COORDINATOR, _password(program), kept.read_text().strip())
    kept.write_text(secret)
    return coordinator


def _password(program: Program) -> str:
    """Made once, by `staff add`, and kept beside the secrets."""
    kept = _kept(program, "demo-password")
    if not kept.read_text():
        added = program.command("staff", "add", replies.COORDINATOR, "--role", "coordinator", "--languages", "en,es")
        if added.returncode:
            raise ProgramError(added.stderr.strip())
        kept.write_text(added.stdout)
    return kept.read_text().strip()


def _kept(program: Program, name: str) -> Path:
    """A file that its owner alone can read."""
    kept = kept_secret(program.data_dir, name)
    kept.touch(mode=0o600)
    return kept


def _serve(program: Program) -> None:
    """Go on until Ctrl-C, with a sign-in for the console: a new code whenever the one before has run out."""
    secret, shown = _kept(program, "demo-second-factor").read_text().strip(), ""
    out.print(f"\nPatients: {program.url}/    Coordinators: {program.url}/console/")
    out.print(f"Sign in as {replies.COORDINATOR} with the password {_password(program)} and stop with Ctrl-C.")
    out.print(f"Key for an authenticator app: {secret}. Without one, the code is, for half a minute each:")
    while program.process is not None and program.process.poll() is None:
        if shown != (shown := code(secret)):
            print(*(("\r", shown) if sys.stdout.isatty() else (shown, "\n")), sep="", end="", flush=True)
        time.sleep(0.5)


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
