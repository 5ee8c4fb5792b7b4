"""Your account: what everybody changes about themselves, and that an unlocked screen is not enough to take it over."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from html import unescape

import pyotp
import pytest
from flask import Flask
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from service.enquiries.desk_model import RecoveryCode
from service.enquiries.model import AuditEvent, Staff
from service.storage.session import Database
from tests.builders import PASSWORD, Colleague
from tests.integration.console.conftest import Visitor

ALICE = Colleague("alice@clinic.example")
NEW_PASSWORD = "quiet rivers carry long names"


def _me(database: Database) -> Staff:
    with database.read() as session:
        return session.scalars(select(Staff).where(Staff.email == ALICE.email)).one()


def _change_password(visitor: Visitor, current: str = PASSWORD, new: str = NEW_PASSWORD) -> TestResponse:
    return visitor.post("/console/account/password", {"current": current, "password": new, "again": new})


def _codes(page: TestResponse) -> list[str]:
    return re.findall(r"<code>([a-z0-9-]{14})</code>", page.text)


def test_name_and_languages_are_ones_own_to_change(alice: Visitor, database: Database) -> None:
    assert alice.post("/console/account", {"name": " Alice ", "languages": "sw"}).location == "/console/account"
    assert "Your profile is changed." in alice.get("/console/account").text
    assert (_me(database).name, _me(database).languages) == ("Alice", ["sw"])


@pytest.mark.parametrize("fields", [{"name": "x" * 81}, {"languages": "klingon"}])
def test_what_cannot_be_is_said_beside_the_field(alice: Visitor, fields: dict[str, str]) -> None:
    answer = alice.post("/console/account", fields)
    assert answer.status_code == 422
    assert 'class="field-error"' in answer.text


def test_a_role_cannot_be_slipped_in(alice: Visitor, database: Database) -> None:
    alice.post("/console/account", {"name": "Alice", "role": "admin", "active": "on"})
    assert _me(database).role == "coordinator"


def test_a_new_password_ends_all_other_sessions(app: Flask, alice: Visitor) -> None:
    other = Visitor(app)
    other.sign_in(ALICE)
    assert _change_password(alice).status_code == 303
    assert alice.get("/console/").status_code == 200
    assert other.get("/console/").status_code == 303
    assert Visitor(app).sign_in(ALICE).status_code == 403
    assert Visitor(app).sign_in(replace(ALICE, password=NEW_PASSWORD)).status_code == 303


def test_without_the_old_password_there_is_no_new_one(alice: Visitor, database: Database) -> None:
    before = _me(database).password_hash
    refused = _change_password(alice, current="somebody's guess")
    assert refused.status_code == 422
    assert 'id="password-current-error"' in refused.text
    assert _change_password(alice, new="short").status_code == 422
    assert _me(database).password_hash == before


def test_guessing_the_old_password_is_slowed_down_too(alice: Visitor) -> None:
    answers = [_change_password(alice, current="somebody's guess").status_code for _ in range(6)]
    assert answers == [422] * 5 + [429]


def test_ten_new_recovery_codes_take_the_place_of_the_old_ones(app: Flask, alice: Visitor, database: Database) -> None:
    old = _codes(alice.post("/console/account/recovery-codes", {"current": PASSWORD}))
    new = _codes(alice.post("/console/account/recovery-codes", {"current": PASSWORD}))
    assert len(old) == len(new) == 10
    assert "10 recovery codes are left" in alice.get("/console/account").text
    visitor = Visitor(app)
    visitor.give_password(ALICE)
    assert visitor.post("/console/sign-in/code", {"code": old[0]}).status_code == 403
    assert visitor.post("/console/sign-in/code", {"code": new[0]}).status_code == 303
    assert "9 recovery codes are left" in alice.get("/console/account").text


def test_an_unlocked_screen_is_not_enough_for_recovery_codes_or_another_phone(
    alice: Visitor, database: Database
) -> None:
    before = _me(database).sealed_totp_secret
    assert alice.post("/console/account/recovery-codes", {"current": "a guess"}).status_code == 422
    key = _key(alice.get("/console/account/second-factor"))
    form = {"current": "a guess", "code": pyotp.TOTP(key).now()}
    assert alice.post("/console/account/second-factor", form).status_code == 422
    assert _me(database).sealed_totp_secret == before
    with database.read() as session:
        assert session.scalar(select(func.count()).select_from(RecoveryCode)) == 0


def _key(page: TestResponse) -> str:
    found = re.search(r'href="(otpauth://[^"]+)"', page.text)
    assert found
    return pyotp.parse_uri(unescape(found[1])).secret


def test_another_phone_takes_over_once_its_code_is_confirmed(app: Flask, alice: Visitor, database: Database) -> None:
    key = _key(alice.get("/console/account/second-factor"))
    wrong = alice.post("/console/account/second-factor", {"current": PASSWORD, "code": "000000"})
    assert wrong.status_code == 422
    assert _key(wrong) == key
    assert Visitor(app).sign_in(ALICE).status_code == 303  # the phone before still works
    shown = alice.post("/console/account/second-factor", {"current": PASSWORD, "code": pyotp.TOTP(key).now()})
    assert len(_codes(shown)) == 10
    assert Visitor(app).sign_in(ALICE).status_code == 403
    assert Visitor(app).sign_in(replace(ALICE, totp_secret=key)).status_code == 303
    assert _key(alice.get("/console/account/second-factor")) != key


def test_an_auditor_looks_after_an_account_too(staff: Callable[..., Visitor], database: Database) -> None:
    auditor = staff("audrey", "auditor")
    assert _change_password(auditor).status_code == 303
    assert auditor.post("/console/account", {"name": "Audrey"}).status_code == 303
    with database.read() as session:
        done = session.scalars(select(AuditEvent.what).where(AuditEvent.who == "audrey@clinic.example")).all()
    assert done[-2:] == ["password changed", "own profile changed"]
