"""Opening the database: reading sessions, and writing ones that take their lock at the start."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from sqlalchemy import Engine, create_engine, event, make_url, text
from sqlalchemy.dialects.sqlite.base import SQLiteCompiler
from sqlalchemy.engine import Connection
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from service.errors import ServiceError
from service.storage.encryption import Keyring
from service.storage.vault import Vault

BUSY_TIMEOUT_SECONDS: Final = 15


class DatabaseDown(ServiceError):
    """The database does not answer."""


class HintingCompiler(SQLiteCompiler):
    """Writes the index that a query names with `with_hint`; SQLAlchemy drops such hints for SQLite."""

    def get_from_hint_text(self, table: Any, text: str | None) -> str | None:
        return text


class Database:
    """One database and the keys to what is sealed in it."""

    def __init__(self, url: str, keyring: Keyring) -> None:
        self.url = make_url(url)
        self.keyring = keyring
        self.is_sqlite = self.url.get_backend_name() == "sqlite"
        self.engine = self._sqlite_engine() if self.is_sqlite else self._server_engine()
        # SQLite must take the write lock when the transaction begins: a lock wanted half-way is refused at once.
        self._writer = self.engine.execution_options(dragoman_write=True)

    @contextmanager
    def read(self) -> Iterator[Session]:
        """A session for looking; nothing is kept."""
        with Session(self.engine, autoflush=False, info={"vault": Vault(self.keyring)}) as session:
            yield session

    @contextmanager
    def write(self) -> Iterator[Session]:
        """One transaction: committed at the end, undone by any exception."""
        session = Session(self._writer, expire_on_commit=False, info={"vault": Vault(self.keyring)})
        with session, session.begin():
            yield session

    def ping(self) -> None:
        """Raise `DatabaseDown` unless the database answers."""
        try:
            with self.engine.connect() as connection:
                connection.execute(text("SELECT 1 FROM alembic_version"))
        except SQLAlchemyError as error:
            raise DatabaseDown("the database does not answer") from error

    def close(self) -> None:
        self.engine.dispose()

    def _sqlite_engine(self) -> Engine:
        if self.url.database and self.url.database != ":memory:":
            Path(self.url.database).parent.mkdir(parents=True, exist_ok=True)
        engine = create_engine(self.url, hide_parameters=True, connect_args={"timeout": BUSY_TIMEOUT_SECONDS})
        engine.dialect.statement_compiler = HintingCompiler
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
        return engine

    def _server_engine(self) -> Engine:
        return create_engine(self.url, hide_parameters=True, pool_pre_ping=True, connect_args={"connect_timeout": 5})


def _prepare_sqlite(connection: Any, record: object) -> None:
    connection.isolation_level = None  # the driver must not begin transactions of its own
    cursor = connection.cursor()
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "secure_delete=ON"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    writes = connection.get_execution_options().get("dragoman_write", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
