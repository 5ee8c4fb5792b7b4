"""The `dragoman` command: reads the arguments, builds the parts, and hands over."""

from __future__ import annotations

import argparse
import io
import sys
from collections.abc import Callable, Sequence
from typing import NoReturn

from service.errors import ServiceError

Run = Callable[[argparse.Namespace], int | None]


class _Parser(argparse.ArgumentParser):
    """Names the command again when the arguments are wrong, and exits with 2."""

    def error(self, message: str) -> NoReturn:
        self.exit(2, f"{self.prog}: {message}\nTry '{self.prog} --help'.\n")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; 0 success, 1 failure with one line on stderr, 2 wrong usage."""
    from service import commands, logs

    logs.configure("WARNING")
    if isinstance(sys.stdout, io.TextIOWrapper):  # whatever the terminal claims to read
        sys.stdout.reconfigure(encoding="utf-8", errors="backslashreplace")
    parser = _Parser(prog="dragoman", description="Brings patients' messages to coordinators, and the answers back.")
    commands.add_to(parser.add_subparsers(dest="command", required=True, metavar="COMMAND"))
    options = parser.parse_args(arguments)
    run: Run = options.run
    try:
        return run(options) or 0
    except ServiceError as error:
        return _failed(str(error))
    except BrokenPipeError:
        sys.stderr.close()
        return 1
    except KeyboardInterrupt:
        return 130
    except Exception as error:
        return _failed(_plainly(error))


def _failed(message: str) -> int:
    print(f"dragoman: {message}", file=sys.stderr)
    return 1


def _plainly(error: Exception) -> str:
    from sqlalchemy.exc import OperationalError, ProgrammingError, SQLAlchemyError

    from service import logs

    if isinstance(error, (OperationalError, ProgrammingError)):
        reason = str(error.orig).splitlines()[0] if error.orig else "no answer"
        hint = "; run 'dragoman db upgrade' first" if "no such table" in reason or "does not exist" in reason else ""
        return f"the database cannot be used: {reason}{hint}"
    if isinstance(error, SQLAlchemyError):
        return f"the database cannot be used ({type(error).__name__})"
    if isinstance(error, OSError):
        return f"{error.strerror or error}" + (f": {error.filename}" if error.filename else "")
    message = str(error).splitlines()[0] if str(error) and getattr(error, "permanent", None) is not None else ""
    return message or f"failed unexpectedly ({type(error).__name__} at {logs.places(error)[-1]})"


if __name__ == "__main__":
    raise SystemExit(main())
