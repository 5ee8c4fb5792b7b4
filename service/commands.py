"""Every command of `dragoman`: its arguments, and the few lines that call what does the work."""

from __future__ import annotations

import argparse
import io
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from service.errors import BadInput, SettingsError
from service.roles import ROLES
from service.settings import PREFIX, Settings, is_set, make_secrets
from service.storage.queues import QUEUES
from translations.languages import LANGUAGES

if TYPE_CHECKING:
    from service.enquiries.mail import MailRoom
    from service.storage.session import Database
    from translations.commands import Streams

Subparsers = Any
#: Who it was, in the history, when it was done by command.
_COMMAND_LINE = "command line"
#: What a mail server understands as "later" (sysexits.h).
_TEMPORARY_FAILURE = 75


def add_to(commands: Subparsers) -> None:
    """Add all commands to the parser."""
    _add_processes(commands)
    _add_database(commands)
    _add_languages(commands)
    _add_enquiries(commands)
    _add_learning(commands)
    _add_mail(commands)
    _add_staff(commands)
    _add_api_keys(commands)


def _command(commands: Subparsers, name: str, text: str, run: Any) -> argparse.ArgumentParser:
    parser: argparse.ArgumentParser = commands.add_parser(name, help=text, description=text)
    parser.set_defaults(run=run)
    return parser


def _group(commands: Subparsers, name: str, text: str) -> Subparsers:
    parser = commands.add_parser(name, help=text, description=text)
    return parser.add_subparsers(dest=f"{name}_command", required=True, metavar="COMMAND")


def _port(text: str) -> int:
    if text.isascii() and text.isdigit() and 1 <= int(text) <= 65_535:
        return int(text)
    raise argparse.ArgumentTypeError(f"{text!r} is not a port (1 to 65535)")


def _language(text: str) -> str:
    if text in LANGUAGES:
        return text
    raise argparse.ArgumentTypeError(f"{text!r} is not one of {', '.join(LANGUAGES)}")


# Learning


def _add_learning(commands: Subparsers) -> None:
    parser = _command(commands, "learn", "learn from corrections, and keep the new model if it is better", _learn)
    group = parser.add_mutually_exclusive_group()
    group.add_argument("--list", action="store_true", help="list the versions")
    group.add_argument("--rollback", action="store_true", help="go back to the version before")


def _learn(options: argparse.Namespace) -> int:
    from service.understanding.learned.model_store import ModelStore
    from workers import learn_command

    settings = Settings.from_env(need_secrets=not (options.list or options.rollback))
    store = ModelStore(settings.data_dir)
    if options.list:
        return learn_command.show(store, sys.stdout)
    if options.rollback:
        return learn_command.roll_back(store, _streams())
    return learn_command.learn(_database(settings), store, sys.stdout)


# Processes


def _add_processes(commands: Subparsers) -> None:
    for name, text, run in (
        ("up", "run everything in one process tree: web, workers, sweeper and a private Redis", _up),
        ("web", "run the web process", _web),
    ):
        parser = _command(commands, name, text, run)
        parser.add_argument("--port", type=_port, default=8000, help="where to listen (default 8000)")
        parser.add_argument("--host", default="127.0.0.1", help="the address to listen on (default 127.0.0.1)")
    parser = _command(commands, "worker", "run the worker of one queue", _worker)
    parser.add_argument("queue", choices=QUEUES)
    _command(commands, "sweeper", "run the sweeper", _sweeper)


def _up(options: argparse.Namespace) -> None:
    from service import logs, supervisor
    from service.storage import migrate

    make_secrets()
    settings = Settings.from_env()
    logs.configure(settings.log_level)
    supervisor.check_port_free(options.host, options.port)
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    database = _database(settings)
    migrate.upgrade(database)
    database.close()
    address = _address(options.host, options.port)
    changes = {} if is_set("PUBLIC_URL") else {f"{PREFIX}PUBLIC_URL": address}
    children = supervisor.children(options.port, options.host, None if is_set("REDIS_URL") else settings.data_dir)
    supervisor.Supervisor(children, changes).run(
        f"{address}/readyz", f"dragoman serves patients at {address}/ and coordinators at {address}/console/"
    )


def _address(host: str, port: int) -> str:
    """Where a browser on this machine finds a server that listens there."""
    reachable = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(  # noqa: S104
        host, f"[{host}]" if ":" in host else host
    )
    return f"http://{reachable}:{port}"


def _web(options: argparse.Namespace) -> None:
    from service import logs, supervisor, web

    settings = Settings.from_env()
    logs.configure(settings.log_level)
    supervisor.check_port_free(options.host, options.port)
    web.serve(settings, options.host, options.port)


def _worker(options: argparse.Namespace) -> None:
    from service import logs
    from workers.__main__ import run

    settings = Settings.from_env()
    logs.configure(settings.log_level)
    run(settings, options.queue)


def _sweeper(options: argparse.Namespace) -> None:
    import signal
    import threading

    from service import logs
    from service.storage.doorbell import Doorbell
    from workers import sweep

    settings = Settings.from_env()
    logs.configure(settings.log_level)
    stopped = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stopped.set())
    sweep.run(_database(settings), Doorbell(settings.redis_url), stopped, has_mailbox=bool(settings.imap_url))


# The database


def _add_database(commands: Subparsers) -> None:
    group = _group(commands, "db", "look after the database")
    _command(group, "upgrade", "migrate the database to the current revision", _db_upgrade)
    _command(group, "rewrap-keys", "wrap every data key with the newest encryption key", _db_rewrap)


def _db_upgrade(options: argparse.Namespace) -> None:
    from service.storage import migrate

    migrate.upgrade(_database(Settings.from_env()))


def _db_rewrap(options: argparse.Namespace) -> None:
    from service.storage import migrate

    print(f"{migrate.rewrap(_database(Settings.from_env()))} data keys wrapped anew")


# Languages and understanding


def _add_languages(commands: Subparsers) -> None:
    parser = _command(commands, "understand", "JSON lines in, what was understood out", _understand)
    parser.add_argument("--no-translation", action="store_true", help="leave the engines out")
    parser = _command(commands, "translate", "one text a line in, one translation a line out", _translate)
    parser.add_argument("--from", dest="source", required=True, type=_language, metavar="LANG")
    parser.add_argument("--to", dest="target", required=True, type=_language, metavar="LANG")
    _add_packages(_group(commands, "languages", "translation packages: what is here, what there is, install, remove"))
    group = _group(commands, "knowledge", "the files that say what words mean")
    parser = _command(group, "check", "read every knowledge file and name each mistake", _knowledge_check)
    parser.add_argument("languages", nargs="*", metavar="LANG")


def _add_packages(group: Subparsers) -> None:
    _command(group, "list", "the packages that are installed", _languages_list)
    _command(group, "available", "the packages that the index offers", _languages_available)
    parser = _command(group, "install", "download and install packages, or install a file", _languages_install)
    parser.add_argument("languages", nargs="*", metavar="LANG")
    parser.add_argument("--file", type=Path, metavar="F.argosmodel")
    parser = _command(group, "remove", "remove the packages of a language", _languages_remove)
    parser.add_argument("language", metavar="LANG")


def _understand(options: argparse.Namespace) -> int:
    from service.understanding import commands as understanding
    from service.understanding.learned.model_store import ModelStore
    from service.understanding.reader import Reader
    from translations import identify, large_pages, mapped_files

    settings = Settings.from_env(need_secrets=False)
    mapped_files.keep_whole()
    translate = None
    if not options.no_translation:
        from workers.knowledge import build_translator, english

        translate = english(build_translator(settings))
    languages = understanding.Languages(identify.identify, identify.candidates)
    reader = Reader(model=ModelStore(settings.data_dir).current())
    lines = large_pages.while_reading(_streams().input, large_pages.gather)
    return understanding.understand(lines, sys.stdout, languages=languages, translate=translate, reader=reader)


def _translate(options: argparse.Namespace) -> int:
    from translations import commands as translations
    from workers.knowledge import build_translator

    translator = build_translator(Settings.from_env(need_secrets=False))
    return translations.translate(translator, options.source, options.target, _streams())


def _languages_list(options: argparse.Namespace) -> int:
    from translations import commands as translations

    return translations.list_installed(Settings.from_env(need_secrets=False).argos_packages_dir, _streams())


def _languages_available(options: argparse.Namespace) -> int:
    from translations import commands as translations

    settings = Settings.from_env(need_secrets=False)
    return translations.list_available(settings.argos_index_url, settings.argos_packages_dir, _streams())


def _languages_install(options: argparse.Namespace) -> int:
    from translations import commands as translations

    settings = Settings.from_env(need_secrets=False)
    if bool(options.file) == bool(options.languages):
        print("dragoman languages install: name languages, or a file with --file", file=sys.stderr)
        return 2
    if options.file:
        return translations.install_file(options.file, settings.argos_packages_dir, _streams())
    return translations.install(options.languages, settings.argos_packages_dir, settings.argos_index_url, _streams())


def _languages_remove(options: argparse.Namespace) -> int:
    from translations import commands as translations

    return translations.remove(options.language, Settings.from_env(need_secrets=False).argos_packages_dir, _streams())


def _knowledge_check(options: argparse.Namespace) -> int:
    from service.understanding import commands as understanding

    return understanding.check_knowledge(options.languages, sys.stdout)


def _streams() -> Streams:
    """Standard input in UTF-8 whatever the locale says; a broken byte must not end a long run.

    One that was closed before we began is an empty one.
    """
    from translations.commands import Streams

    raw = sys.stdin.buffer if sys.stdin is not None else io.BytesIO()
    return Streams(io.TextIOWrapper(raw, encoding="utf-8", errors="replace"), sys.stdout, sys.stderr)


# Enquiries


def _add_enquiries(commands: Subparsers) -> None:
    parser = _command(commands, "queue", "the coordinators' queue, in queue order", _queue)
    parser.add_argument("--json", action="store_true", help="a JSON line each")
    parser = _command(commands, "enquiry", "one enquiry whole", _enquiry)
    parser.add_argument("reference", metavar="REF")
    parser.add_argument("--json", action="store_true", help="on one line")
    _command(commands, "export", "every enquiry, a JSON line each, oldest first", _export)
    group = _group(commands, "search", "the words by which enquiries are found")
    _command(group, "reindex", "make the words of every enquiry anew", _search_reindex)


def _queue(options: argparse.Namespace) -> None:
    from service.enquiries import export, queue
    from service.enquiries.queue_table import print_table

    with _database(Settings.from_env()).read() as session:
        lines = (export.queue_line(enquiry) for enquiry in queue.everything(session, queue.Filters()))
        if not options.json:
            print_table(lines)
            return
        for line in lines:
            _print_json(line)


def _enquiry(options: argparse.Namespace) -> None:
    from service.enquiries import export, references

    reference = references.parse(options.reference)
    if reference is None:
        raise BadInput(f"{options.reference!r} is not a reference: it has nine digits, such as 482-719-358")
    with _database(Settings.from_env()).read() as session:
        _print_json(export.whole(session, reference), indent=None if options.json else 2)


def _export(options: argparse.Namespace) -> None:
    from service.enquiries import export

    for enquiry in export.everything(_database(Settings.from_env())):
        _print_json(enquiry)


def _search_reindex(options: argparse.Namespace) -> None:
    from service.enquiries import search_words

    done = 0
    for done in search_words.reindex(_database(Settings.from_env())):
        print(f"\r{done} enquiries", end="", file=sys.stderr, flush=True)
    print(file=sys.stderr)
    print(f"{done} enquiries can be searched")


def _print_json(value: Any, indent: int | None = None) -> None:
    print(json.dumps(value, ensure_ascii=False, indent=indent))


# Staff


def _add_staff(commands: Subparsers) -> None:
    group = _group(commands, "staff", "the people who work in the console")
    parser = _command(
        group, "add", "add a member; the password is read from stdin, or made and printed once", _staff_add
    )
    parser.add_argument("email", metavar="EMAIL")
    parser.add_argument("--role", required=True, choices=ROLES)
    parser.add_argument("--languages", default="en", help="comma separated, such as en,ar")
    parser = _command(group, "link", "print a link by which a member sets a new password, once", _staff_link)
    parser.add_argument("email", metavar="EMAIL")
    parser.add_argument("--second-factor", action="store_true", help="the second factor is set up anew, too")


def _staff_link(options: argparse.Namespace) -> None:
    from service.console import staff, staff_links

    settings = Settings.from_env()
    with _database(settings).write() as session:
        member = staff.by_address(session, options.email)
        token = staff_links.make(session, member, who=_COMMAND_LINE, second_factor_too=options.second_factor)
    print(f"{settings.public_url}/console/link/{token}")


def _staff_add(options: argparse.Namespace) -> None:
    from service.console import staff

    languages = [code.strip() for code in options.languages.split(",") if code.strip()]
    unknown = [code for code in languages if code not in LANGUAGES]
    if unknown:
        raise BadInput(f"--languages: {', '.join(unknown)} is not one of {', '.join(LANGUAGES)}")
    given = "" if sys.stdin is None or sys.stdin.isatty() else sys.stdin.readline().rstrip("\r\n")
    password = staff.add(_database(Settings.from_env()), options.email, options.role, languages, given or None)
    if not given:
        print(password)


# Mail


def _add_mail(commands: Subparsers) -> None:
    group = _group(commands, "mail", "e-mail in, by a pipe or from a mailbox")
    _command(group, "receive", "take one mail from standard input; prints the reference", _mail_receive)
    _command(group, "fetch", "fetch new mail by IMAP, once", _mail_fetch)


def _mail_receive(options: argparse.Namespace) -> int:
    """75 (EX_TEMPFAIL) while the database is away: a mail server that pipes to us then keeps the mail and retries."""
    from sqlalchemy.exc import OperationalError

    from service.channels.email import MAX_BYTES
    from service.storage.session import DatabaseDown

    raw = sys.stdin.buffer.read(MAX_BYTES + 1) if sys.stdin is not None else b""
    if not raw.strip():
        raise BadInput("there is no mail on standard input")
    if len(raw) > MAX_BYTES:
        raise BadInput(f"the mail is larger than {MAX_BYTES // (1024 * 1024)} MB")
    try:
        taken = _mail_room(Settings.from_env()).take(raw)
    except (OperationalError, DatabaseDown) as error:
        print(f"dragoman: the database cannot be used now ({type(error).__name__}); keep the mail", file=sys.stderr)
        return _TEMPORARY_FAILURE
    print(taken.reference or taken.kind)
    return 0


def _mail_fetch(options: argparse.Namespace) -> None:
    from service.enquiries import mailbox

    settings = Settings.from_env()
    if not settings.imap_url:
        raise SettingsError(f"missing settings: {PREFIX}IMAP_URL")
    print(f"{mailbox.fetch(settings.imap_url, _mail_room(settings).take)} mails fetched")


def _mail_room(settings: Settings) -> MailRoom:
    from service.enquiries.mail import MailRoom
    from service.enquiries.receive import Receiver
    from service.storage.doorbell import Doorbell
    from service.understanding.learned.model_store import ModelStore
    from service.understanding.reader import Reader

    database, doorbell = _database(settings), Doorbell(settings.redis_url)
    reader = Reader(model=ModelStore(settings.data_dir).current())
    return MailRoom(database, Receiver(database, reader, doorbell.ring), settings, doorbell.ring)


# Keys of the API


def _add_api_keys(commands: Subparsers) -> None:
    group = _group(commands, "api-key", "the keys of the JSON API")
    parser = _command(group, "add", "make a key; it is printed once", _api_key_add)
    parser.add_argument("name", metavar="NAME")
    parser.add_argument(
        "--scopes", help="what it may do, comma separated: enquiries:write, enquiries:read (default both)"
    )
    _command(group, "list", "the keys by their beginnings", _api_key_list)
    parser = _command(group, "revoke", "end a key for good", _api_key_revoke)
    parser.add_argument("prefix", metavar="BEGINNING")


def _api_key_add(options: argparse.Namespace) -> None:
    from service.api import keys

    scopes = keys.SCOPES if options.scopes is None else [scope.strip() for scope in options.scopes.split(",")]
    with _database(Settings.from_env()).write() as session:
        key = keys.add(session, options.name, scopes, who=_COMMAND_LINE)
    print(key)


def _api_key_list(options: argparse.Namespace) -> None:
    from service.api import keys
    from service.clock import iso

    with _database(Settings.from_env()).read() as session:
        for key in keys.everything(session):
            state = (
                f"revoked {iso(key.revoked_at)}" if key.revoked_at else f"last used {iso(key.last_used_at) or 'never'}"
            )
            print(f"{key.prefix}…  {key.name}  {','.join(key.scopes)}  {state}")


def _api_key_revoke(options: argparse.Namespace) -> None:
    from service.api import keys

    with _database(Settings.from_env()).write() as session:
        keys.revoke(session, options.prefix, who=_COMMAND_LINE)


def _database(settings: Settings) -> Database:
    from service.storage.encryption import Keyring
    from service.storage.session import Database

    if not settings.encryption_keys:
        raise SettingsError(f"missing settings: {PREFIX}ENCRYPTION_KEYS")
    return Database(settings.database_url, Keyring(settings.encryption_keys))
