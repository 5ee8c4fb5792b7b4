"""Signing in and out, and how long a session lasts."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select, update

from service import clock
from service.console import passwords, sessions, throttle
from service.console import staff as members
from service.enquiries.model import FailedSignIn, Staff
from service.errors import BadInput, Conflict
from service.storage.session import Database
from tests.builders import PASSWORD, Colleague, create_staff
from tests.integration.console.conftest import TOKEN, Visitor

Later = Callable[..., None]


@pytest.fixture
def later(monkeypatch: pytest.MonkeyPatch) -> Later:
    """Lets time pass for sessions and for the count of failed sign-ins."""

    def pass_by(**span: float) -> None:
        def moved() -> datetime:
            return clock.now() + timedelta(**span)

        monkeypatch.setattr(sessions, "now", moved)
        monkeypatch.setattr(throttle, "now", moved)

    return pass_by


@pytest.fixture
def carol(database: Database) -> Colleague:
    return create_staff(database, "carol@clinic.example")


def test_a_coordinator_signs_in_and_stands_before_the_queue(outsider: Visitor, carol: Colleague) -> None:
    answer = outsider.sign_in(carol)
    assert (answer.status_code, answer.location) == (303, "/console/")
    assert "carol@clinic.example" in outsider.get("/console/").text


def test_the_address_may_be_written_in_capitals(outsider: Visitor, carol: Colleague) -> None:
    assert outsider.sign_in(Colleague(" Carol@Clinic.Example ")).status_code == 303


def test_who_wanted_a_page_comes_to_it_after_signing_in(outsider: Visitor, carol: Colleague) -> None:
    sent_away = outsider.get("/console/dead-letters?x=1")
    assert sent_away.location == "/console/sign-in?next=/console/dead-letters?x%3D1"
    assert outsider.sign_in(carol, next="/console/dead-letters").location == "/console/dead-letters"


@pytest.mark.parametrize(
    "elsewhere",
    [
        "https://evil.example/console/",
        "//evil.example",
        "/console/\\evil.example",
        "/console//evil.example",
        "/other",
        "x\0",
    ],
)
def test_signing_in_never_leads_out_of_the_console(outsider: Visitor, carol: Colleague, elsewhere: str) -> None:
    assert outsider.sign_in(carol, next=elsewhere).location == "/console/"


def test_a_wrong_password_and_an_unknown_address_get_the_same_answer(outsider: Visitor, carol: Colleague) -> None:
    wrong = outsider.sign_in(carol, "not her password")
    unknown_address = "nobody@clinic.example"
    unknown = outsider.sign_in(Colleague(unknown_address))
    assert wrong.status_code == unknown.status_code == 403
    assert _without_token(wrong.text.replace(carol.email, unknown_address)) == _without_token(unknown.text)


def _without_token(page: str) -> str:
    return TOKEN.sub("", page)


@pytest.mark.parametrize("password", ["", "\0", "x" * 5000, "пароль"])
def test_odd_passwords_are_simply_wrong(outsider: Visitor, carol: Colleague, password: str) -> None:
    assert outsider.sign_in(carol, password).status_code == 403


def test_signing_in_needs_the_token_of_the_page(outsider: Visitor, carol: Colleague) -> None:
    answer = outsider.post("/console/sign-in", {"email": carol.email, "password": carol.password}, token=False)
    assert answer.status_code == 400
    assert outsider.get("/console/").status_code == 303


def test_after_five_wrong_passwords_even_the_right_one_has_to_wait(
    outsider: Visitor, carol: Colleague, later: Later
) -> None:
    for _ in range(5):
        assert outsider.sign_in(carol, "wrong wrong wrong").status_code == 403
    refused = outsider.sign_in(carol)
    assert (refused.status_code, refused.headers["Retry-After"]) == (429, "900")
    later(minutes=16)
    assert outsider.sign_in(carol).status_code == 303


def test_a_stranger_who_guesses_does_not_lock_the_coordinator_out(app: Flask, carol: Colleague) -> None:
    stranger, home = Visitor(app, "198.51.100.7"), Visitor(app, "192.0.2.1")
    for _ in range(8):
        stranger.sign_in(carol, "wrong wrong wrong")
    assert stranger.sign_in(carol).status_code == 429
    assert home.sign_in(carol).status_code == 303


def test_guessing_from_many_places_is_stopped_too(app: Flask, carol: Colleague) -> None:
    answers = [Visitor(app, f"198.51.100.{n // 4}").sign_in(carol, "wrong wrong wrong").status_code for n in range(27)]
    assert answers == [403] * 25 + [429] * 2


def test_a_success_forgets_the_slips_before_it(outsider: Visitor, carol: Colleague) -> None:
    for _ in range(3):
        for _ in range(4):
            assert outsider.sign_in(carol, "a slip of the finger").status_code == 403
        assert outsider.sign_in(carol).status_code == 303
        outsider.post("/console/sign-out")


def test_guesses_made_at_the_same_time_are_all_counted(any_database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    carol, looked_at = create_staff(any_database, "carol@clinic.example"), []

    def never(known: str | None, given: str) -> bool:
        looked_at.append(given)
        return False

    monkeypatch.setattr(passwords, "matches", never)

    def guess(number: int) -> None:
        try:
            members.check_password(any_database, carol.email, f"guess {number}", "198.51.100.7")
        except throttle.TooManyAttempts:
            return

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(guess, range(24)))
    assert len(looked_at) == throttle.LIMITS[throttle.PAIR]


def test_the_count_of_failed_sign_ins_names_nobody(outsider: Visitor, database: Database, carol: Colleague) -> None:
    outsider.sign_in(carol, "wrong wrong wrong")
    with database.read() as session:
        keys = session.scalars(select(FailedSignIn.blind_index)).all()
    assert len(set(keys)) == 3
    assert all(len(key) == 64 and int(key, 16) for key in keys)


def test_a_session_ends_after_half_an_hour_without_a_sign_of_life(alice: Visitor, later: Later) -> None:
    later(minutes=29)
    assert alice.get("/console/").status_code == 200
    later(minutes=58)
    assert alice.get("/console/").status_code == 200
    later(minutes=89)
    assert alice.get("/console/").status_code == 303


def test_a_page_that_asks_for_news_by_itself_is_no_sign_of_life(alice: Visitor, later: Later) -> None:
    for minutes in (10, 20, 29):
        later(minutes=minutes)
        assert alice.get("/console/live").status_code == 200
    later(minutes=31)
    assert alice.get("/console/live").status_code == 401


def test_a_sign_of_life_is_noted_once_a_minute_and_not_for_a_page_that_asks_by_itself(
    alice: Visitor, database: Database, later: Later
) -> None:
    def seen() -> bool:
        with database.read() as session:
            return session.scalars(select(Staff.last_seen_at)).one() is not None

    with database.write() as session:
        session.execute(update(Staff).values(last_seen_at=None))
    alice.get("/console/")
    assert not seen()
    later(seconds=61)
    alice.get("/console/live")
    assert not seen()
    alice.get("/console/")
    assert seen()


def test_a_session_ends_after_twelve_hours_whatever_one_does(alice: Visitor, later: Later) -> None:
    for minutes in range(25, 12 * 60, 25):
        later(minutes=minutes)
        assert alice.get("/console/").status_code == 200
    later(hours=12, minutes=1)
    assert alice.get("/console/").status_code == 303


def test_a_cookie_copied_before_signing_out_is_worth_nothing_after(app: Flask, alice: Visitor) -> None:
    cookie = alice.client.get_cookie("dragoman")
    assert cookie is not None
    thief = Visitor(app)
    thief.client.set_cookie("dragoman", cookie.value)
    assert thief.get("/console/").status_code == 200
    assert alice.post("/console/sign-out").location == "/console/sign-in"
    assert thief.get("/console/").status_code == 303
    assert alice.get("/console/").status_code == 303


def test_who_leaves_the_clinic_is_out_at_once(alice: Visitor, database: Database) -> None:
    with database.write() as session:
        session.execute(update(Staff).values(active=False))
    assert alice.get("/console/").status_code == 303
    assert alice.sign_in(Colleague("alice@clinic.example")).status_code == 403


def test_the_session_cookie_is_out_of_reach_of_scripts_and_other_sites(outsider: Visitor, carol: Colleague) -> None:
    cookie = outsider.sign_in(carol).headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie


def test_pages_of_the_console_stay_out_of_caches(alice: Visitor) -> None:
    assert "no-store" in alice.get("/console/").headers["Cache-Control"]


def test_passwords_are_kept_as_argon2id_hashes(database: Database, carol: Colleague) -> None:
    with database.read() as session:
        stored = session.scalars(select(Staff.password_hash)).one()
    assert stored.startswith("$argon2id$")


def test_a_password_is_made_if_none_is_given(outsider: Visitor, database: Database) -> None:
    made = members.add(database, "dora@clinic.example", "lead", ["en", "ar"])
    assert len(made) >= 20
    assert outsider.sign_in(Colleague("dora@clinic.example", made)).status_code == 303


@pytest.mark.parametrize(
    ("field", "email", "role", "languages", "password"),
    [
        ("email", "not an address", "lead", ["en"], PASSWORD),
        ("role", "dora@clinic.example", "king", ["en"], PASSWORD),
        ("languages", "dora@clinic.example", "lead", ["en", "klingon"], PASSWORD),
        ("password", "dora@clinic.example", "lead", ["en"], "short"),
        ("password", "dora@clinic.example", "lead", ["en"], ""),
    ],
)
def test_adding_staff_names_what_is_wrong(
    database: Database, field: str, email: str, role: str, languages: list[str], password: str
) -> None:
    with pytest.raises(BadInput) as refused:
        members.add(database, email, role, languages, password)
    assert refused.value.field == field


def test_nobody_is_added_twice(database: Database, carol: Colleague) -> None:
    with pytest.raises(Conflict):
        members.add(database, carol.email.upper(), "admin", [], PASSWORD)
