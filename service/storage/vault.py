"""The data keys in use: one for each patient, so that erasing the key erases the patient."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterable
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.storage.encryption import EncryptionError, Keyring, new_key
from service.storage.tables import DataKey

SYSTEM: Final = "system"


class Vault:
    """The data keys that one database session uses, unwrapped once each; owner is a patient's id or `SYSTEM`."""

    def __init__(self, keyring: Keyring) -> None:
        self._keyring = keyring
        self._keys: dict[str, bytes | None] = {}

    def create(self, session: Session, owner: str) -> None:
        """Give a new owner a key of its own."""
        key = new_key()
        session.add(DataKey(owner=owner, wrapped=self._keyring.wrap(key, owner)))
        self._keys[owner] = key

    def load(self, session: Session, owners: Iterable[str]) -> None:
        """Fetch the keys of many owners in one query."""
        wanted = {owner for owner in owners if owner not in self._keys}
        if not wanted:
            return
        found = {row.owner: row.wrapped for row in session.scalars(select(DataKey).where(DataKey.owner.in_(wanted)))}
        for owner in wanted:
            wrapped = found.get(owner)
            self._keys[owner] = self._keyring.unwrap(wrapped, owner) if wrapped else None

    def key(self, session: Session, owner: str) -> bytes | None:
        """The owner's key, or None if it was erased."""
        if owner not in self._keys:
            with session.no_autoflush:
                self.load(session, [owner])
        return self._keys[owner]

    def forget(self, owner: str) -> None:
        self._keys.pop(owner, None)


def vault_of(session: Session) -> Vault:
    vault = session.info.get("vault")
    if not isinstance(vault, Vault):
        raise EncryptionError("this database session was opened without the encryption keys")
    return vault


def blind_index(session: Session, kind: str, value: str) -> str:
    """A keyed hash that finds equal values without showing them: 64 hexadecimal digits."""
    key = vault_of(session).key(session, SYSTEM)
    if key is None:
        raise EncryptionError("the database has no system key; run the migrations")
    return hmac.new(key, f"blind-index:{kind}:{value}".encode(), hashlib.sha256).hexdigest()
