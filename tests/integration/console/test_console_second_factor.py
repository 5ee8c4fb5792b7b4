"""The second factor: set up at the first sign-in, a code each time, recovery codes, and nothing to be had by half."""

from __future__ import annotations

import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime, timedelta
from html import unescape

import pyotp
import pytest
from flask import Flask
from sqlalchemy import select, update
from werkzeug.test import TestResponse

from service import clock
from service.app import create_app
from service.console import second_factor, sessions, throttle
from service.console import staff as members
from service.console.sessions import Half
from service.enquiries.desk_model import RecoveryCode
from service.enquiries.model import AuditEvent, Staff
from service.settings import Settings
from service.storage.session import Database
from tests.builders import PASSWORD, TOTP_SECRET, Colleague, create_staff
from tests.integration.console.conftest import Visitor

CODE = re.compile(r"<code>([a-z0-9]{4}-[a-z0-9]{4}-[a-z0-9]{4})</code>")
WRONG = "000 000"


@pytest.fixture
def carol(database: Database) -> Colleague:
    return create_staff(database, "carol@clinic.example")


@pytest.fixture
def newcomer(database: Database) -> Colleague:
    """Somebody who was added a moment ago and has no second factor yet."""
    members.add(database, "dora@clinic.example", "coordinator", [], PASSWORD)
    return Colleague("dora@clinic.example")


@pytest.fixture
def later(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    def pass_by(**span: float) -> None:
        def moved() -> datetime:
            return clock.now() + timedelta(**span)

        for module in (sessions, throttle, second_factor):
            monkeypatch.setattr(module, "now", moved)

    return pass_by


def _give(visitor: Visitor, code: str) -> TestResponse:
    return visitor.post("/console/sign-in/code", {"code": code})


def _key(page: TestResponse) -> str:
    found = re.search(r'href="(otpauth://[^"]+)"', page.text)
    assert found
    return pyotp.parse_uri(unescape(found[1])).secret


def _enrol(visitor: Visitor, newcomer: Colleague, code: str = "") -> tuple[str, TestResponse]:
    """Give the password, read the key and type its code; the key and the answer."""
    assert visitor.give_password(newcomer).location == "/console/sign-in/enrol?next=/console/"
    key = _key(visitor.get("/console/sign-in/enrol"))
    return key, visitor.post("/console/sign-in/enrol", {"code": code or pyotp.TOTP(key).now()})


def _events(database: Database, who: str) -> list[str]:
    with database.read() as session:
        return list(session.scalars(select(AuditEvent.what).where(AuditEvent.who == who).order_by(AuditEvent.id)))


def test_the_password_alone_opens_nothing(outsider: Visitor, carol: Colleague) -> None:
    assert outsider.give_password(carol).location == "/console/sign-in/code?next=/console/"
    for path in ("/console/", "/console/dead-letters", "/console/sign-in/enrol"):
        assert (outsider.get(path).location or "").startswith("/console/sign-in"), path
    assert outsider.get("/console/live").status_code == 401


def test_the_code_of_the_app_opens_the_console(outsider: Visitor, carol: Colleague, database: Database) -> None:
    outsider.give_password(carol)
    assert _give(outsider, carol.code()).location == "/console/"
    assert outsider.get("/console/").status_code == 200
    assert _events(database, carol.email) == ["signed in"]


def test_a_wrong_code_is_said_beside_the_field_and_noted(
    outsider: Visitor, carol: Colleague, database: Database
) -> None:
    outsider.give_password(carol)
    refused = _give(outsider, WRONG)
    assert refused.status_code == 403
    assert 'aria-invalid="true"' in refused.text
    assert outsider.get("/console/").status_code == 303
    assert _events(database, carol.email) == ["wrong second factor"]


def test_a_code_works_once(app: Flask, carol: Colleague) -> None:
    code, first, second = carol.code(), Visitor(app), Visitor(app)
    for visitor in (first, second):
        visitor.give_password(carol)
    assert _give(first, code).status_code == 303
    assert _give(second, code).status_code == 403
    assert _give(second, carol.code(1)).status_code == 303


def test_two_who_give_one_code_at_the_same_moment_do_not_both_come_in(any_database: Database) -> None:
    carol = create_staff(any_database, "carol@clinic.example")
    with any_database.read() as session:
        half = Half(session.scalars(select(Staff.id)).one(), 0, "nonce")
    code = carol.code()
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(lambda _: second_factor.sign_in(any_database, half, code), range(4)))
    assert sum(one is not None for one in found) == 1


def test_after_five_wrong_codes_the_right_one_has_to_wait(
    app: Flask, carol: Colleague, later: Callable[..., None]
) -> None:
    for number in range(5):
        visitor = Visitor(app, f"198.51.100.{number}")
        visitor.give_password(carol)
        assert _give(visitor, WRONG).status_code == 403
    refused = _give(visitor, carol.code())
    assert (refused.status_code, refused.headers["Retry-After"]) == (429, "900")
    later(minutes=16)
    visitor.give_password(carol)
    assert _give(visitor, carol.code(32)).status_code == 303


def test_who_does_not_go_on_within_five_minutes_begins_again(
    outsider: Visitor, carol: Colleague, later: Callable[..., None]
) -> None:
    outsider.give_password(carol)
    later(minutes=4, seconds=50)
    assert outsider.get("/console/sign-in/code").status_code == 200
    later(minutes=5, seconds=1)
    assert outsider.get("/console/sign-in/code").status_code == 303
    assert _give(outsider, carol.code(10)).location == "/console/sign-in"
    assert outsider.get("/console/").status_code == 303


def test_a_half_sign_in_ends_with_the_sessions_of_the_member(
    outsider: Visitor, carol: Colleague, database: Database
) -> None:
    outsider.give_password(carol)
    with database.write() as session:
        session.execute(update(Staff).values(session_epoch=Staff.session_epoch + 1))
    assert _give(outsider, carol.code()).status_code == 403


def test_nobody_gets_to_the_second_step_without_the_first(outsider: Visitor, carol: Colleague) -> None:
    for path in ("/console/sign-in/code", "/console/sign-in/enrol"):
        assert outsider.get(path).location == "/console/sign-in"
        assert outsider.post(path, {"code": carol.code()}).location == "/console/sign-in"
        assert outsider.post(path, {"code": carol.code()}, token=False).status_code == 400


def test_who_wanted_a_page_comes_to_it_after_the_code(outsider: Visitor, carol: Colleague) -> None:
    answer = outsider.give_password(carol, next="/console/dead-letters")
    assert answer.location == "/console/sign-in/code?next=/console/dead-letters"
    assert 'value="/console/dead-letters"' in outsider.get(answer.location).text


@pytest.mark.parametrize("odd", ["", "\0", "x" * 5000, "１２３４５６", "🙂"])
def test_odd_codes_are_simply_wrong(outsider: Visitor, carol: Colleague, odd: str) -> None:
    outsider.give_password(carol)
    assert _give(outsider, odd).status_code == 403


# Setting it up


def test_a_newcomer_sets_the_second_factor_up_and_is_shown_ten_recovery_codes_once(
    outsider: Visitor, newcomer: Colleague, database: Database
) -> None:
    key, shown = _enrol(outsider, newcomer)
    codes = CODE.findall(shown.text)
    assert len(set(codes)) == 10
    assert outsider.get("/console/").status_code == 200
    assert not CODE.search(outsider.post("/console/sign-in/enrol", {"code": pyotp.TOTP(key).now()}).text)
    with database.read() as session:
        stored = {code.digest for code in session.scalars(select(RecoveryCode))}
        member = session.scalars(select(Staff)).one()
        assert member.totp_secret == key
        assert key.encode() not in (member.sealed_totp_secret or b"")
    assert len(stored) == 10
    assert not stored & set(codes)
    assert _events(database, newcomer.email) == ["second factor set up", "signed in"]


def test_the_next_sign_in_asks_for_a_code_of_that_key(app: Flask, newcomer: Colleague) -> None:
    key, _ = _enrol(Visitor(app), newcomer)
    assert Visitor(app).sign_in(replace(newcomer, totp_secret=key)).location == "/console/"


def test_a_code_of_another_key_sets_nothing_up(outsider: Visitor, newcomer: Colleague, database: Database) -> None:
    key, refused = _enrol(outsider, newcomer, WRONG)
    assert refused.status_code == 403
    assert _key(refused) == key
    with database.read() as session:
        assert session.scalars(select(Staff.totp_confirmed_at)).one() is None
    assert outsider.get("/console/").status_code == 303


def test_each_browser_is_shown_a_key_of_its_own(app: Flask, newcomer: Colleague) -> None:
    """Whoever has found the first password out must not know the key that its owner sets up afterwards."""
    keys = []
    for visitor in (Visitor(app), Visitor(app)):
        visitor.give_password(newcomer)
        keys.append(_key(visitor.get("/console/sign-in/enrol")))
    assert keys[0] != keys[1]


def test_of_two_who_set_it_up_the_second_comes_too_late(app: Flask, newcomer: Colleague, database: Database) -> None:
    early, late = Visitor(app), Visitor(app)
    for visitor in (early, late):
        visitor.give_password(newcomer)
    keys = [_key(visitor.get("/console/sign-in/enrol")) for visitor in (early, late)]
    early.post("/console/sign-in/enrol", {"code": pyotp.TOTP(keys[0]).now()})
    answer = late.post("/console/sign-in/enrol", {"code": pyotp.TOTP(keys[1]).now()})
    assert answer.location == "/console/sign-in"
    with database.read() as session:
        assert session.scalars(select(Staff)).one().totp_secret == keys[0]


def test_the_picture_is_one_that_our_policy_lets_through(outsider: Visitor, newcomer: Colleague) -> None:
    outsider.give_password(newcomer)
    page = outsider.get("/console/sign-in/enrol")
    assert 'src="data:image/svg+xml' in page.text
    assert "img-src 'self' data:" in page.headers["Content-Security-Policy"]


# Recovery codes


def test_a_recovery_code_lets_in_once_in_place_of_the_app(app: Flask, newcomer: Colleague, database: Database) -> None:
    _, shown = _enrol(Visitor(app), newcomer)
    code, visitor = CODE.findall(shown.text)[3], Visitor(app)
    visitor.give_password(newcomer)
    assert _give(visitor, f" {code.upper().replace('-', ' ')} ").location == "/console/"
    assert _events(database, newcomer.email)[-1] == "signed in with a recovery code"
    again = Visitor(app)
    again.give_password(newcomer)
    assert _give(again, code).status_code == 403


def test_a_recovery_code_of_somebody_else_is_worth_nothing(app: Flask, newcomer: Colleague, carol: Colleague) -> None:
    _, shown = _enrol(Visitor(app), newcomer)
    visitor = Visitor(app)
    visitor.give_password(carol)
    assert _give(visitor, CODE.findall(shown.text)[0]).status_code == 403


# Where the settings do without it


@pytest.fixture
def easy_app(settings: Settings) -> Flask:
    return create_app(replace(settings, require_totp=False))


def test_where_it_is_not_required_a_newcomer_needs_the_password_alone(easy_app: Flask, newcomer: Colleague) -> None:
    visitor = Visitor(easy_app)
    assert visitor.give_password(newcomer).location == "/console/"
    assert visitor.get("/console/").status_code == 200


def test_who_has_a_second_factor_is_asked_for_it_even_where_it_is_not_required(
    easy_app: Flask, carol: Colleague
) -> None:
    assert Visitor(easy_app).give_password(carol).location == "/console/sign-in/code?next=/console/"


def test_the_key_of_an_app_is_sealed(database: Database, carol: Colleague) -> None:
    with database.read() as session:
        member = session.scalars(select(Staff)).one()
        assert member.totp_secret == TOTP_SECRET
        assert TOTP_SECRET.encode() not in (member.sealed_totp_secret or b"")
