"""What lies in the database: sealed, bound to its place, erasable, and migrated without loss."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest
from sqlalchemy import inspect, select, text

from service.enquiries import erase
from service.enquiries.inbound import Contact, InboundMessage
from service.enquiries.model import AuditEvent, ContactPoint, Enquiry, Message, Patient, Translation
from service.enquiries.receive import Receiver
from service.storage import migrate
from service.storage.encryption import EncryptionError, Keyring, new_key
from service.storage.secret import EncryptedComparison
from service.storage.session import Database
from service.storage.tables import Base, DataKey
from service.understanding.reader import Reader

WORDS = "Mein Vater Mustermann hat Leberzirrhose"


@pytest.fixture
def filled(any_database: Database) -> Database:
    message = InboundMessage(
        "sms", "SM1", WORDS, contacts=(Contact("phone", "+447700900301"),), proven=True, name="Beispiel"
    )
    Receiver(any_database, Reader(), lambda queue: None).receive(message)
    return any_database


def test_nothing_personal_lies_open_in_the_file(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path}/open.db", Keyring([new_key()]))
    migrate.upgrade(database)
    message = InboundMessage("sms", "SM1", WORDS, contacts=(Contact("phone", "+447700900301"),), proven=True)
    Receiver(database, Reader(), lambda queue: None).receive(message)
    with database.engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    database.close()
    raw = (tmp_path / "open.db").read_bytes()
    for secret in ("Mustermann", "7700900301", "Leberzirrhose", "cirrhosis"):
        assert secret.encode() not in raw


@pytest.mark.parametrize(
    "compare",
    [
        lambda: Message.body == "x",
        lambda: Message.sealed_body == b"x",
        lambda: Message.body.like("x%"),
        lambda: ContactPoint.value.in_(["x"]),
        lambda: Patient.name < "x",
        lambda: Patient.sealed_name.like(b"x"),
    ],
)
def test_comparing_an_encrypted_column_in_sql_raises(compare: object) -> None:
    assert callable(compare)
    with pytest.raises(EncryptedComparison):
        compare()


def test_whether_an_encrypted_column_is_empty_may_be_asked(filled: Database) -> None:
    with filled.read() as session:
        assert session.scalars(select(Message).where(Message.sealed_body.is_(None))).all() == []


def test_a_value_moved_to_another_row_or_column_cannot_be_opened(filled: Database) -> None:
    other = InboundMessage("sms", "SM2", "Hello", contacts=(Contact("phone", "+447700900302"),), proven=True)
    Receiver(filled, Reader(), lambda queue: None).receive(other)
    with filled.write() as session:
        first, second = session.scalars(select(Message).order_by(Message.id)).all()
        second.sealed_body = first.sealed_body
    with filled.write() as session:
        oldest = session.scalars(select(Message).order_by(Message.id)).first()
        assert oldest is not None
        oldest.enquiry.sealed_gist = oldest.sealed_body
    with filled.read() as session:
        first, second = session.scalars(select(Message).order_by(Message.id)).all()
        with pytest.raises(EncryptionError):
            print(second.body)
        with pytest.raises(EncryptionError):
            print(first.enquiry.gist)


def test_erasing_the_key_erases_the_patient(filled: Database) -> None:
    with filled.write() as session:
        patient = session.scalars(select(Patient)).one()
        erase.erase(session, patient.id, who="test")
    with filled.read() as session:
        message = session.scalars(select(Message)).one()
        enquiry = session.scalars(select(Enquiry)).one()
        assert (message.body, enquiry.gist, enquiry.facts, enquiry.patient.name) == (None, None, None, None)
        assert session.scalars(select(ContactPoint)).all() == []
        assert session.scalars(select(AuditEvent.what).order_by(AuditEvent.id)).all()[-1] == "patient erased"


def test_keys_are_wrapped_anew_before_the_old_one_goes(filled: Database) -> None:
    old, new = filled.keyring._newest, new_key()
    url = filled.url.render_as_string(hide_password=False)
    both = Database(url, Keyring([new, old]))
    assert migrate.rewrap(both) == 2  # the patient's and the system's
    assert migrate.rewrap(both) == 0
    both.close()
    only_new = Database(url, Keyring([new]))
    with only_new.read() as session:
        assert session.scalars(select(Message)).one().body == WORDS
    only_new.close()


def test_without_the_right_key_the_reason_is_said(filled: Database) -> None:
    wrong = Database(filled.url.render_as_string(hide_password=False), Keyring([new_key()]))
    with wrong.read() as session, pytest.raises(EncryptionError, match="not set any more"):
        print(session.scalars(select(Message)).one().body)
    wrong.close()


def test_migrations_go_down_and_up_again(any_database: Database) -> None:
    before = {table: _columns(any_database, table) for table in inspect(any_database.engine).get_table_names()}
    migrate.downgrade(any_database, "base")
    assert set(inspect(any_database.engine).get_table_names()) <= {"alembic_version"}
    migrate.upgrade(any_database)
    after = {table: _columns(any_database, table) for table in inspect(any_database.engine).get_table_names()}
    assert after == before


def test_migrating_a_current_database_keeps_its_data(filled: Database) -> None:
    migrate.upgrade(filled)
    with filled.read() as session:
        assert session.scalars(select(Message)).one().body == WORDS
        assert session.scalars(select(DataKey)).all()


@pytest.mark.parametrize("revision", ["0001", "0002", "0003", "0004", "0005", "0006"])
def test_data_survives_each_migration_down_and_up(filled: Database, revision: str) -> None:
    migrate.downgrade(filled, revision)
    migrate.upgrade(filled)
    with filled.read() as session:
        message = session.scalars(select(Message)).one()
        assert message.body == WORDS
        assert message.enquiry.patient.contact_points
    if filled.is_sqlite:
        with filled.engine.connect() as connection:
            assert connection.exec_driver_sql("PRAGMA foreign_keys").scalar() == 1


def test_the_migrations_make_exactly_the_tables_of_the_models(any_database: Database) -> None:
    from alembic.autogenerate import compare_metadata
    from alembic.migration import MigrationContext

    with any_database.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": False})
        assert compare_metadata(context, Base.metadata) == []


def test_a_table_may_be_deleted_with_its_patient(filled: Database) -> None:
    with filled.write() as session:
        session.execute(text("DELETE FROM patients"))
    with filled.read() as session:
        assert session.scalars(select(Message)).all() == []
        assert session.scalars(select(Translation)).all() == []


def test_sqlite_waits_for_another_writer_instead_of_failing(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path}/busy.db", Keyring([new_key()]))
    migrate.upgrade(database)
    with database.engine.connect() as connection:
        assert connection.exec_driver_sql("PRAGMA journal_mode").scalar() == "wal"
        assert connection.exec_driver_sql("PRAGMA foreign_keys").scalar() == 1
    with database.write() as session:
        session.add(DataKey(owner="x", wrapped=b""))
        session.flush()
        other = sqlite3.connect(tmp_path / "busy.db", timeout=0)
        with pytest.raises(sqlite3.OperationalError, match="locked"):
            other.execute("BEGIN IMMEDIATE")
        other.close()
    database.close()


def _columns(database: Database, table: str) -> set[str]:
    return {column["name"] for column in inspect(database.engine).get_columns(table)}
