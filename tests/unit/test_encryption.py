"""A sealed value opens with its key, in its place, unaltered; in every other case it does not."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.storage.encryption import EncryptionError, Keyring, new_key, seal, unseal

KEY, OTHER = bytes(range(32)), bytes(32)


@given(st.binary(max_size=200), st.text(max_size=30))
def test_what_was_sealed_opens_again_and_does_not_show(plain: bytes, context: str) -> None:
    context = context.encode("utf-8", "ignore").decode()
    sealed = seal(KEY, plain, context)
    assert unseal(KEY, sealed, context) == plain
    assert len(plain) < 4 or plain not in sealed


@given(st.binary(max_size=60), st.data())
def test_one_changed_bit_anywhere_is_noticed(plain: bytes, data: st.DataObject) -> None:
    sealed = bytearray(seal(KEY, plain, "patient:messages:body"))
    place = data.draw(st.integers(0, len(sealed) - 1))
    sealed[place] ^= 1 << data.draw(st.integers(0, 7))
    with pytest.raises(EncryptionError):
        unseal(KEY, bytes(sealed), "patient:messages:body")


@given(st.binary(max_size=60), st.integers(0, 87))
def test_a_piece_cut_off_is_noticed(plain: bytes, length: int) -> None:
    sealed = seal(KEY, plain, "c")
    if length < len(sealed):
        with pytest.raises(EncryptionError):
            unseal(KEY, sealed[:length], "c")


@given(st.binary(max_size=80))
def test_what_was_never_sealed_is_refused(noise: bytes) -> None:
    with pytest.raises(EncryptionError):
        unseal(KEY, noise, "c")
    with pytest.raises(EncryptionError):
        Keyring([KEY]).unwrap(noise, "p")


@pytest.mark.parametrize("context", ["", "b:messages:body", "a:messages:name", "a:messages:body "])
def test_a_value_does_not_open_in_another_place(context: str) -> None:
    with pytest.raises(EncryptionError):
        unseal(KEY, seal(KEY, b"words", "a:messages:body"), context)


def test_a_value_does_not_open_with_another_key() -> None:
    with pytest.raises(EncryptionError):
        unseal(OTHER, seal(KEY, b"words", "c"), "c")


def test_sealing_twice_looks_different() -> None:
    assert seal(KEY, b"words", "c") != seal(KEY, b"words", "c")


def test_an_error_does_not_repeat_what_was_sealed() -> None:
    with pytest.raises(EncryptionError) as caught:
        unseal(KEY, b"Mustermann" * 3, "c")
    assert "Mustermann" not in str(caught.value)


def test_an_older_key_still_opens_and_the_newest_one_wraps() -> None:
    data_key = new_key()
    old = Keyring([KEY]).wrap(data_key, "p")
    both = Keyring([OTHER, KEY])
    assert both.unwrap(old, "p") == data_key
    assert not both.is_newest(old)
    fresh = both.wrap(data_key, "p")
    assert both.is_newest(fresh)
    assert Keyring([OTHER]).unwrap(fresh, "p") == data_key


def test_a_key_that_is_gone_is_named_as_the_reason() -> None:
    with pytest.raises(EncryptionError, match="not set any more"):
        Keyring([OTHER]).unwrap(Keyring([KEY]).wrap(new_key(), "p"), "p")


def test_a_data_key_cannot_be_given_to_another_patient() -> None:
    ring = Keyring([KEY])
    with pytest.raises(EncryptionError):
        ring.unwrap(ring.wrap(new_key(), "alice"), "bob")


def test_without_a_key_there_is_no_keyring() -> None:
    with pytest.raises(EncryptionError, match="no encryption key"):
        Keyring([])
