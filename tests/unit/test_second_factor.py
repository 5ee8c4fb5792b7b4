"""Codes of an authenticator app: which are right, when, and how they may be written."""

from __future__ import annotations

import base64
from datetime import UTC, datetime, timedelta

import pyotp
import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.console.second_factor import matching_step, picture, uri

#: The key and the times of RFC 6238, appendix B, with the last six digits of its eight.
RFC_SECRET = base64.b32encode(b"12345678901234567890").decode()
RFC_CODES = {59: "287082", 1_111_111_109: "081804", 1_234_567_890: "005924", 20_000_000_000: "353130"}

moments = st.datetimes(datetime(2020, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001


@pytest.mark.parametrize(("seconds", "code"), RFC_CODES.items())
def test_the_codes_are_those_of_the_standard(seconds: int, code: str) -> None:
    moment = datetime.fromtimestamp(seconds, UTC)
    assert matching_step(RFC_SECRET, code, moment, after=0) == seconds // 30


@given(moments, st.integers(-5, 5))
def test_a_code_is_right_half_a_minute_early_or_late_and_no_more(moment: datetime, steps: int) -> None:
    code = pyotp.TOTP(RFC_SECRET).at(moment + timedelta(seconds=30 * steps))
    step = matching_step(RFC_SECRET, code, moment, after=0)
    known = {pyotp.TOTP(RFC_SECRET).at(moment + timedelta(seconds=30 * near)) for near in (-1, 0, 1)}
    assert (step is not None) == (code in known)


@given(moments)
def test_a_code_that_was_used_is_wrong_and_so_are_those_before_it(moment: datetime) -> None:
    used = matching_step(RFC_SECRET, pyotp.TOTP(RFC_SECRET).at(moment), moment, after=0)
    assert used is not None
    for seconds in (0, -30):
        earlier = pyotp.TOTP(RFC_SECRET).at(moment + timedelta(seconds=seconds))
        step = matching_step(RFC_SECRET, earlier, moment, after=used)
        assert step is None or step > used  # two steps may share a code, once in a million


@pytest.mark.parametrize("typed", ["287 082", "287-082", " 287082 ", "٢٨٧٠٨٢", "२८७०८२"])
def test_a_code_may_be_typed_with_gaps_and_in_any_digits(typed: str) -> None:
    assert matching_step(RFC_SECRET, typed, datetime.fromtimestamp(59, UTC), after=0) == 1


@given(st.text(max_size=40))
def test_whatever_else_is_typed_is_wrong(typed: str) -> None:
    wrong = matching_step(RFC_SECRET, typed, datetime.fromtimestamp(59, UTC), after=1)
    assert wrong is None or pyotp.TOTP(RFC_SECRET).at(60) in typed


def test_the_app_is_told_whose_key_it_is() -> None:
    address = uri(RFC_SECRET, "alice@clinic.example", "Clinic of Hope")
    told = pyotp.parse_uri(address)
    assert (told.secret, told.name, told.issuer) == (RFC_SECRET, "alice@clinic.example", "Clinic of Hope")
    assert picture(address).startswith("data:image/svg+xml")
