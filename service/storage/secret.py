"""Encrypted attributes of a model: plain in Python, sealed with the patient's own key in the database."""

from __future__ import annotations

import json
from typing import Any, Final, Generic, NoReturn, Self, TypeVar, cast, overload

from sqlalchemy import LargeBinary, event
from sqlalchemy.engine import Dialect
from sqlalchemy.orm import Mapped, Session, mapped_column, object_session
from sqlalchemy.sql import operators
from sqlalchemy.sql.type_api import TypeDecorator

from service.storage.encryption import EncryptionError, seal, unseal
from service.storage.vault import SYSTEM, vault_of

_PENDING: Final = "_pending_secrets"

Value = TypeVar("Value")


class EncryptedComparison(TypeError):
    """An encrypted column was compared in SQL, which would silently find nothing."""

    def __init__(self) -> None:
        super().__init__("an encrypted column cannot be compared in SQL; use its blind index")


class Sealed(TypeDecorator[bytes]):
    """Bytes of ciphertext; comparing them in SQL raises."""

    impl = LargeBinary
    cache_ok = True

    def process_bind_param(self, value: bytes | None, dialect: Dialect) -> bytes | None:
        return value

    class Comparator(TypeDecorator.Comparator[bytes]):
        def operate(self, op: Any, *other: Any, **kwargs: Any) -> Any:
            if op in (operators.is_, operators.is_not):
                return super().operate(op, *other, **kwargs)
            raise EncryptedComparison

        def reverse_operate(self, op: Any, other: Any, **kwargs: Any) -> NoReturn:
            raise EncryptedComparison

    comparator_factory = Comparator


def sealed_column(name: str) -> Mapped[bytes | None]:
    return mapped_column(name, Sealed, nullable=True, default=None)


class Secret(Generic[Value]):
    """The plain value behind a sealed column.

    Reading gives None for an empty value and for a patient whose key was erased. A value set on an object that is
    not in a session yet waits in memory and is sealed when the session flushes.
    """

    def __init__(self, column: str) -> None:
        self._column = column

    def __set_name__(self, owner: type, name: str) -> None:
        self._name = name

    @overload
    def __get__(self, instance: None, owner: type) -> Self: ...
    @overload
    def __get__(self, instance: object, owner: type) -> Value | None: ...
    def __get__(self, instance: object | None, owner: type) -> Self | Value | None:
        if instance is None:
            return self
        pending = instance.__dict__.get(_PENDING, {})
        if self._name in pending:
            return cast("Value | None", pending[self._name])
        sealed = getattr(instance, self._column)
        return None if sealed is None else self._open(instance, sealed)

    def __set__(self, instance: object, value: Value | None) -> None:
        session = object_session(instance)
        if session is None:
            instance.__dict__.setdefault(_PENDING, {})[self._name] = value
        else:
            self.store(session, instance, value)

    def store(self, session: Session, instance: object, value: Value | None) -> None:
        """Seal the value into its column."""
        sealed = None if value is None else self._seal(session, instance, value)
        setattr(instance, self._column, sealed)
        instance.__dict__.get(_PENDING, {}).pop(self._name, None)

    def _seal(self, session: Session, instance: object, value: Value) -> bytes:
        owner = _owner(instance)
        key = vault_of(session).key(session, owner)
        if key is None:
            raise EncryptionError("nothing can be stored for a patient whose key was erased")
        return seal(key, self._to_bytes(value), self._context(instance, owner))

    def _open(self, instance: object, sealed: bytes) -> Value | None:
        session = object_session(instance)
        if session is None:
            raise EncryptionError("an encrypted value was read outside its database session")
        owner = _owner(instance)
        key = vault_of(session).key(session, owner)
        return None if key is None else self._from_bytes(unseal(key, sealed, self._context(instance, owner)))

    def _context(self, instance: object, owner: str) -> str:
        table = getattr(instance, "__tablename__", type(instance).__name__)
        return f"{owner}:{table}:{self._name}"

    def _to_bytes(self, value: Value) -> bytes:
        raise NotImplementedError

    def _from_bytes(self, plain: bytes) -> Value:
        raise NotImplementedError

    def _refuse(self, *others: object) -> NoReturn:
        raise EncryptedComparison

    __eq__ = __ne__ = __lt__ = __le__ = __gt__ = __ge__ = _refuse
    in_ = not_in = like = ilike = contains = startswith = endswith = _refuse
    __hash__ = object.__hash__


class SecretText(Secret[str]):
    def _to_bytes(self, value: str) -> bytes:
        return value.encode("utf-8", "surrogatepass")

    def _from_bytes(self, plain: bytes) -> str:
        return plain.decode("utf-8", "surrogatepass")


class SecretBytes(Secret[bytes]):
    def _to_bytes(self, value: bytes) -> bytes:
        return value

    def _from_bytes(self, plain: bytes) -> bytes:
        return plain


class SecretJson(Secret[Any]):
    """A JSON value; set it whole, changes inside it are not seen."""

    def _to_bytes(self, value: Any) -> bytes:
        return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()

    def _from_bytes(self, plain: bytes) -> Any:
        return json.loads(plain)


def _owner(instance: object) -> str:
    owner = getattr(instance, "key_owner", None)
    return SYSTEM if owner is None else str(owner)


@event.listens_for(Session, "before_flush")
def _seal_pending(session: Session, flush_context: object, instances: object) -> None:
    for instance in list(session.new):
        for name, value in list(instance.__dict__.get(_PENDING, {}).items()):
            secret = type(instance).__dict__[name]
            secret.store(session, instance, value)
