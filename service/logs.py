"""Logging: one JSON object a line on stderr; ids, never a patient's words, number or name. It breaks no request."""

from __future__ import annotations

import logging
import sys
from contextlib import suppress
from typing import Any, TextIO, cast

import structlog


def configure(level: str) -> None:
    """Set up structlog and the libraries' own loggers for this process."""
    number = logging.getLevelNamesMapping().get(level, logging.INFO)
    handler = logging.StreamHandler(_Stderr())
    handler.setFormatter(_Formatter("%(name)s: %(message)s"))
    logging.basicConfig(level=max(number, logging.WARNING), handlers=[handler])
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            _without_values,
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(number),
        # A line and its end in one write: the children of a program share one stream, and print() writes them apart.
        logger_factory=structlog.WriteLoggerFactory(cast("TextIO", _Stderr())),
        cache_logger_on_first_use=False,
    )


class _Stderr:
    """Standard error as it is at the time; when it is closed or its disk is full, the line is lost, not the request."""

    def write(self, text: str) -> int:
        with suppress(OSError, ValueError):
            return sys.stderr.write(text)
        return 0

    def flush(self) -> None:
        with suppress(OSError, ValueError):
            sys.stderr.flush()


class _Formatter(logging.Formatter):
    """For the loggers of libraries: an exception by kind and place, as in our own lines."""

    def formatException(self, ei: Any) -> str:
        error = ei[1]
        return f"{type(error).__name__} at {places(error)[-1:]}" if error else ""


def _without_values(logger: object, method: str, event: structlog.typing.EventDict) -> structlog.typing.EventDict:
    """Keep the place and the kind of an exception but not its text, which may quote what was sent to us."""
    info = event.pop("exc_info", None)
    error = sys.exc_info()[1] if info is True else info
    if isinstance(error, BaseException):
        event["error"] = type(error).__name__
        event["where"] = places(error)
    return event


def places(error: BaseException) -> list[str]:
    """Where an exception came through, the innermost last, without a word of what it said."""
    places, trace = [], error.__traceback__
    while trace is not None:
        code = trace.tb_frame.f_code
        places.append(f"{code.co_filename.rsplit('/', 2)[-1]}:{trace.tb_lineno} {code.co_name}")
        trace = trace.tb_next
    return places[-6:]
