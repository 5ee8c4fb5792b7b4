"""The web process: gunicorn with threads, the knowledge loaded once before the workers are forked."""

from __future__ import annotations

import gc
from typing import Any, Final

from flask import Flask
from gunicorn.app.base import BaseApplication

from service.parts import EXTENSION
from service.settings import Settings
from service.understanding import knowledge
from service.understanding.reader import Reader
from translations import identify, languages

THREADS: Final = 8
TIMEOUT_SECONDS: Final = 60


class Server(BaseApplication):  # type: ignore[misc]
    """Gunicorn, set up by our settings alone."""

    def __init__(self, app: Flask, options: dict[str, Any]) -> None:
        self._app, self._options = app, options
        super().__init__()

    def load_config(self) -> None:
        for name, value in self._options.items():
            self.cfg.set(name, value)

    def load(self) -> Flask:
        return self._app


def serve(settings: Settings, host: str, port: int) -> None:
    """Serve until told to stop."""
    from service.app import create_app

    app = create_app(settings)
    _warm()
    options = {
        "bind": f"[{host}]:{port}" if ":" in host else f"{host}:{port}",
        "workers": settings.web_workers,
        "threads": THREADS,
        "worker_class": "gthread",
        "timeout": TIMEOUT_SECONDS,
        "graceful_timeout": 5,
        "keepalive": 2,
        "loglevel": "warning",
        "accesslog": None,
        "limit_request_line": 8190,
        "post_fork": _forget_connections,
    }
    Server(app, options).run()


def _warm() -> None:
    """Load all that reading a first message needs, before the workers are forked: they share it, and nobody waits."""
    Reader(warm=sorted(knowledge.languages()))
    for language in languages.LANGUAGES.values():
        identify.identify(f"{language.own} {language.english}")
    gc.collect()
    gc.freeze()  # what is never freed need not be looked at: the forks keep sharing it, and the end is quick


def _forget_connections(arbiter: object, worker: Any) -> None:
    """A database connection made before the fork must not be shared after it."""
    app: Flask = worker.app.load()
    app.extensions[EXTENSION].database.engine.dispose(close=False)
