"""The settings: everything that is wrong is told at once, and secrets stay secret."""

from __future__ import annotations

import base64
import dataclasses
import stat
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from service.errors import SettingsError
from service.settings import (
    KEPT_SECRETS,
    SECRETS,
    Settings,
    environment_with,
    is_set,
    kept_secret,
    make_secrets,
    private_redis_socket,
)

KEY = base64.urlsafe_b64encode(bytes(range(32))).decode()
OTHER_KEY = base64.urlsafe_b64encode(bytes(32)).decode()


def environ(folder: Path, **values: str) -> dict[str, str]:
    given_values = {"SECRET_KEY": "s", "ENCRYPTION_KEYS": KEY, **values}
    return {"DRAGOMAN_DATA_DIR": str(folder), **{f"DRAGOMAN_{name}": value for name, value in given_values.items()}}


def complaint(variables: dict[str, str]) -> str:
    with pytest.raises(SettingsError) as caught:
        Settings.from_env(variables)
    return str(caught.value)


def test_with_the_secrets_alone_everything_has_a_default_for_one_machine(tmp_path: Path) -> None:
    settings = Settings.from_env(environ(tmp_path))
    assert settings.database_url == f"sqlite:///{tmp_path}/dragoman.db"
    assert settings.redis_url == f"unix://{private_redis_socket(tmp_path)}"
    assert settings.encryption_keys == (bytes(range(32)),)
    assert not settings.has_twilio


def test_a_second_factor_is_required_unless_that_is_turned_off(tmp_path: Path) -> None:
    assert Settings.from_env(environ(tmp_path)).require_totp
    assert not Settings.from_env(environ(tmp_path, REQUIRE_TOTP="No")).require_totp
    assert "DRAGOMAN_REQUIRE_TOTP must be yes or no" in complaint(environ(tmp_path, REQUIRE_TOTP="maybe"))


def test_settings_cannot_be_changed_afterwards(tmp_path: Path) -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        Settings.from_env(environ(tmp_path)).secret_key = "other"  # type: ignore[misc]


def test_everything_missing_and_wrong_is_named_at_once(tmp_path: Path) -> None:
    text = complaint(
        environ(
            tmp_path,
            SECRET_KEY="",
            ENCRYPTION_KEYS=" ",
            TWILIO_ACCOUNT_SID="AC1",
            WEB_WORKERS="many",
            PUBLIC_URL="ftp://clinic.example",
        )
    )
    for name in ("SECRET_KEY", "ENCRYPTION_KEYS", "TWILIO_AUTH_TOKENS", "WEB_WORKERS", "PUBLIC_URL"):
        assert f"DRAGOMAN_{name}" in text
    assert "\n" not in text


def test_commands_without_a_database_need_no_secrets(tmp_path: Path) -> None:
    settings = Settings.from_env({"DRAGOMAN_DATA_DIR": str(tmp_path)}, need_secrets=False)
    assert (settings.secret_key, settings.encryption_keys) == ("", ())


@pytest.mark.parametrize("keys", [",", " , ,"])
def test_keys_that_are_only_commas_are_missing_keys(tmp_path: Path, keys: str) -> None:
    assert "DRAGOMAN_ENCRYPTION_KEYS" in complaint(environ(tmp_path, ENCRYPTION_KEYS=keys))


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("WEB_WORKERS", "0"),
        ("WEB_WORKERS", "65"),
        ("WEB_WORKERS", "-1"),
        ("WEB_WORKERS", "2.5"),
        ("WEB_WORKERS", "٢"),
        ("WEB_WORKERS", "1" * 5000),
        ("TRANSLATION_BEAM", "9"),
        ("TRUSTED_PROXIES", "all"),
        ("PUBLIC_URL", "clinic.example"),
        ("PUBLIC_URL", "https://"),
        ("PUBLIC_URL", "http://["),
        ("TWILIO_API_URL", "file:///etc/hosts"),
        ("ENCRYPTION_KEYS", "short"),
        ("ENCRYPTION_KEYS", "é" * 43),
        ("ENCRYPTION_KEYS", f"{KEY},{KEY[:20]}"),
    ],
)
def test_a_bad_value_is_refused_by_name(tmp_path: Path, name: str, value: str) -> None:
    assert f"DRAGOMAN_{name}" in complaint(environ(tmp_path, **{name: value}))


@given(
    st.sampled_from(["WEB_WORKERS", "PUBLIC_URL", "ENCRYPTION_KEYS", "TWILIO_API_URL", "TRUSTED_PROXIES"]),
    st.text(max_size=60),
)
@example("PUBLIC_URL", "http://[::1")
def test_whatever_stands_in_a_setting_it_is_taken_or_refused_by_name(name: str, value: str) -> None:
    try:
        Settings.from_env(environ(Path("/nowhere"), **{name: value}))
    except SettingsError as error:
        assert f"DRAGOMAN_{name}" in str(error)


def test_a_complaint_never_repeats_a_secret(tmp_path: Path) -> None:
    text = complaint(environ(tmp_path, ENCRYPTION_KEYS="hunter2hunter2", WEB_WORKERS="0"))
    assert "hunter2" not in text


@pytest.mark.parametrize("name", SECRETS)
def test_every_secret_may_come_from_a_file(tmp_path: Path, name: str) -> None:
    values = {
        "ENCRYPTION_KEYS": OTHER_KEY,
        "REDIS_URL": "rediss://:secret@redis.clinic.example:6380/0",
        "SMTP_URL": "smtp://mail.clinic.example",
        "IMAP_URL": "imaps://clinic:secret@mail.clinic.example",
    }
    value = values.get(name, "sqlite:///from-a-file.db")
    (tmp_path / "secret").write_text(f"{value}\n")
    variables = {**environ(tmp_path, TWILIO_ACCOUNT_SID="AC1", TWILIO_AUTH_TOKENS="t")}
    variables.pop(f"DRAGOMAN_{name}", None)
    settings = Settings.from_env({**variables, f"DRAGOMAN_{name}_FILE": str(tmp_path / "secret")})
    taken = {
        "SECRET_KEY": settings.secret_key,
        "ENCRYPTION_KEYS": OTHER_KEY if settings.encryption_keys == (bytes(32),) else "",
        "TWILIO_AUTH_TOKENS": ",".join(settings.twilio_auth_tokens),
        "DATABASE_URL": settings.database_url,
        "REDIS_URL": settings.redis_url,
        "SMTP_URL": settings.smtp_url,
        "IMAP_URL": settings.imap_url,
        "API_KEYS": ",".join(settings.api_keys),
    }
    assert taken[name] == value


@pytest.mark.parametrize("content", [None, b"\xff\xfe"])
def test_a_file_that_cannot_be_read_is_named(tmp_path: Path, content: bytes | None) -> None:
    path = tmp_path / "secret"
    if content is not None:
        path.write_bytes(content)
    assert "DRAGOMAN_SECRET_KEY_FILE" in complaint(environ(tmp_path, SECRET_KEY="", SECRET_KEY_FILE=str(path)))


def test_several_keys_and_tokens_are_kept_in_their_order(tmp_path: Path) -> None:
    settings = Settings.from_env(
        environ(
            tmp_path,
            ENCRYPTION_KEYS=f" {OTHER_KEY} , {KEY.rstrip('=')},",
            TWILIO_ACCOUNT_SID="AC1",
            TWILIO_AUTH_TOKENS="now, next",
        )
    )
    assert settings.encryption_keys == (bytes(32), bytes(range(32)))
    assert settings.twilio_auth_tokens == ("now", "next")
    assert settings.has_twilio


@pytest.mark.parametrize(("given_name", "missing"), [("ACCOUNT_SID", "AUTH_TOKENS"), ("AUTH_TOKENS", "ACCOUNT_SID")])
def test_half_of_twilios_settings_is_a_mistake(tmp_path: Path, given_name: str, missing: str) -> None:
    assert f"DRAGOMAN_TWILIO_{missing}" in complaint(environ(tmp_path, **{f"TWILIO_{given_name}": "x"}))


@pytest.mark.parametrize("plain", ["postgres://", "postgresql://"])
def test_a_plain_postgresql_address_gets_the_driver_that_is_shipped(tmp_path: Path, plain: str) -> None:
    settings = Settings.from_env(environ(tmp_path, DATABASE_URL=f"{plain}u:p@db.example/dragoman"))
    assert settings.database_url == "postgresql+psycopg://u:p@db.example/dragoman"


@pytest.mark.parametrize("url", ["postgresql+psycopg://db.example/x", "sqlite:///x.db"])
def test_any_other_address_stays_as_it_is(tmp_path: Path, url: str) -> None:
    assert Settings.from_env(environ(tmp_path, DATABASE_URL=url)).database_url == url


def test_made_secrets_are_kept_for_their_owner_alone_and_used(tmp_path: Path) -> None:
    variables = {"DRAGOMAN_DATA_DIR": str(tmp_path / "data")}
    make_secrets(variables)
    for name in KEPT_SECRETS:
        path = kept_secret(tmp_path / "data", name)
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    settings = Settings.from_env(variables)
    assert settings.secret_key
    assert [len(key) for key in settings.encryption_keys] == [32]


def test_kept_secrets_are_never_made_anew(tmp_path: Path) -> None:
    variables = {"DRAGOMAN_DATA_DIR": str(tmp_path)}
    make_secrets(variables)
    first = Settings.from_env(variables)
    make_secrets(variables)
    assert Settings.from_env(variables) == first


def test_a_secret_that_is_set_is_not_made(tmp_path: Path) -> None:
    make_secrets(environ(tmp_path))
    assert not (tmp_path / "secrets").exists()


def test_a_set_secret_goes_before_a_kept_one(tmp_path: Path) -> None:
    make_secrets({"DRAGOMAN_DATA_DIR": str(tmp_path)})
    assert Settings.from_env(environ(tmp_path)).secret_key == "s"


def test_the_private_socket_fits_into_a_socket_address() -> None:
    assert len(str(private_redis_socket(Path("/" + "deep/" * 60)))) < 108
    assert private_redis_socket(Path("/a" * 99)) != private_redis_socket(Path("/b" * 99))


def test_a_child_gets_our_environment_with_changes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DRAGOMAN_PUBLIC_URL", "https://clinic.example")
    monkeypatch.delenv("DRAGOMAN_REDIS_URL", raising=False)
    monkeypatch.delenv("DRAGOMAN_REDIS_URL_FILE", raising=False)
    assert environment_with({"DRAGOMAN_PUBLIC_URL": "http://a.example"})["DRAGOMAN_PUBLIC_URL"] == "http://a.example"
    assert is_set("PUBLIC_URL")
    assert not is_set("REDIS_URL")


@pytest.mark.parametrize("url", ["tcp://127.0.0.1:3310", "unix:/run/clamav/clamd.ctl", ""])
def test_a_scanner_listens_on_a_port_or_a_socket(url: str) -> None:
    assert Settings.from_env({"DRAGOMAN_CLAMAV_URL": url}, need_secrets=False).clamav_url == url


@pytest.mark.parametrize(
    "url", ["127.0.0.1:3310", "tcp://host", "tcp://:3310", "unix:clamd.ctl", "http://h:1", "tcp://h:x"]
)
def test_what_is_no_scanners_address_is_named(url: str) -> None:
    with pytest.raises(SettingsError, match="DRAGOMAN_CLAMAV_URL"):
        Settings.from_env({"DRAGOMAN_CLAMAV_URL": url}, need_secrets=False)
