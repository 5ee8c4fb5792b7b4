"""Bringing the database to the current revision, from the program itself."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection

from service.storage.session import Database
from service.storage.tables import DataKey
from service.storage.vault import SYSTEM, Vault

FOLDER: Final = Path(__file__).parent / "migrations"
#: Only one process migrates a PostgreSQL database at a time.
_ADVISORY_LOCK: Final = 0x647261676F6D616E & 0x7FFFFFFFFFFFFFFF


def upgrade(database: Database, revision: str = "head") -> None:
    """Migrate up, and make the key that the blind indexes use."""
    with database.engine.connect() as connection:
        _run(connection, database, lambda config: command.upgrade(config, revision))
    if revision == "head":
        ensure_system_key(database)


def downgrade(database: Database, revision: str) -> None:
    with database.engine.connect() as connection:
        _run(connection, database, lambda config: command.downgrade(config, revision))


def _run(connection: Connection, database: Database, action) -> None:  # type: ignore[no-untyped-def]
    config = Config()
    config.set_main_option("script_location", str(FOLDER))
    config.attributes["connection"] = connection
    with _without_references(connection) if database.is_sqlite else _alone(connection):
        action(config)
        connection.commit()


@contextmanager
def _alone(connection: Connection) -> Iterator[None]:
    connection.exec_driver_sql(f"SELECT pg_advisory_lock({_ADVISORY_LOCK})")
    connection.commit()
    try:
        yield
    finally:
        connection.rollback()
        connection.exec_driver_sql(f"SELECT pg_advisory_unlock({_ADVISORY_LOCK})")
        connection.commit()


@contextmanager
def _without_references(connection: Connection) -> Iterator[None]:
    """SQLite changes a table by copying it and dropping the old one: that must not delete what refers to it."""
    driver: Any = connection.connection.dbapi_connection
    driver.execute("PRAGMA foreign_keys=OFF")  # heard outside a transaction only
    try:
        yield
    finally:
        connection.rollback()
        driver.execute("PRAGMA foreign_keys=ON")


def ensure_system_key(database: Database) -> None:
    with database.write() as session:
        if session.get(DataKey, SYSTEM) is None:
            Vault(database.keyring).create(session, SYSTEM)


def rewrap(database: Database) -> int:
    """Wrap every data key with the newest encryption key; the number that changed. Run it before an old key goes."""
    from sqlalchemy import select

    changed = 0
    with database.write() as session:
        for row in session.scalars(select(DataKey).execution_options(yield_per=500)):
            if not database.keyring.is_newest(row.wrapped):
                row.wrapped = database.keyring.wrap(database.keyring.unwrap(row.wrapped, row.owner), row.owner)
                changed += 1
    return changed
