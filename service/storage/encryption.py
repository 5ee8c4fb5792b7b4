"""Sealing and opening values with AES-GCM, and wrapping the data keys by the installation's keys."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Sequence
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from service.errors import ServiceError

KEY_BYTES: Final = 32
NONCE_BYTES: Final = 12
FINGERPRINT_BYTES: Final = 4


class EncryptionError(ServiceError):
    """A sealed value cannot be opened: wrong key, or it was moved or altered."""

    permanent = True


def new_key() -> bytes:
    return os.urandom(KEY_BYTES)


def seal(key: bytes, plain: bytes, context: str) -> bytes:
    """AES-256-GCM; `context` says where the value belongs and must be the same to open it."""
    nonce = os.urandom(NONCE_BYTES)
    return nonce + AESGCM(key).encrypt(nonce, plain, context.encode())


def unseal(key: bytes, sealed: bytes, context: str) -> bytes:
    try:
        return AESGCM(key).decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], context.encode())
    except (InvalidTag, ValueError) as error:
        raise EncryptionError("a stored value cannot be decrypted") from error


class Keyring:
    """The installation's wrapping keys, newest first: the first wraps, any of them unwraps."""

    def __init__(self, keys: Sequence[bytes]) -> None:
        if not keys:
            raise EncryptionError("no encryption key is set")
        self._keys = {_fingerprint(key): key for key in keys}
        self._newest = keys[0]

    def wrap(self, data_key: bytes, owner: str) -> bytes:
        return _fingerprint(self._newest) + seal(self._newest, data_key, f"data-key:{owner}")

    def unwrap(self, wrapped: bytes, owner: str) -> bytes:
        key = self._keys.get(wrapped[:FINGERPRINT_BYTES])
        if key is None:
            raise EncryptionError("a data key was wrapped by an encryption key that is not set any more")
        return unseal(key, wrapped[FINGERPRINT_BYTES:], f"data-key:{owner}")

    def is_newest(self, wrapped: bytes) -> bool:
        return wrapped[:FINGERPRINT_BYTES] == _fingerprint(self._newest)


def _fingerprint(key: bytes) -> bytes:
    return hashlib.sha256(b"dragoman wrapping key" + key).digest()[:FINGERPRINT_BYTES]
