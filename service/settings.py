"""The settings, read once from the environment; nothing else in the program reads it."""

from __future__ import annotations

import base64
import hashlib
import os
import re
import secrets
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from service.errors import SettingsError

PREFIX: Final = "DRAGOMAN_"
PROJECT: Final = Path(__file__).resolve().parent.parent
TWILIO_API: Final = "https://api.twilio.com"
ARGOS_INDEX: Final = "https://raw.githubusercontent.com/argosopentech/argospm-index/main/index.json"
KEPT_SECRETS: Final = ("SECRET_KEY", "ENCRYPTION_KEYS")
SECRETS: Final = (*KEPT_SECRETS, "TWILIO_AUTH_TOKENS", "DATABASE_URL", "REDIS_URL", "SMTP_URL", "IMAP_URL", "API_KEYS")


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything that differs between installations. `encryption_keys` are 32 bytes each, newest first."""

    data_dir: Path
    database_url: str = field(repr=False)
    redis_url: str = field(repr=False)
    public_url: str
    secret_key: str = field(repr=False)
    encryption_keys: tuple[bytes, ...] = field(repr=False)
    clinic_name: str
    twilio_account_sid: str
    twilio_auth_tokens: tuple[str, ...] = field(repr=False)
    twilio_api_url: str
    twilio_sms_from: str
    twilio_whatsapp_from: str
    twilio_messaging_service_sid: str
    twilio_content_sids: Mapping[str, str]
    smtp_url: str = field(repr=False)
    imap_url: str = field(repr=False)
    mail_from: str
    api_keys: tuple[str, ...] = field(repr=False)
    require_totp: bool
    clamav_url: str
    argos_packages_dir: Path
    argos_index_url: str
    translation_beam: int
    translation_memory_mb: int
    web_workers: int
    trusted_proxies: int
    log_level: str

    @property
    def has_twilio(self) -> bool:
        return bool(self.twilio_account_sid and self.twilio_auth_tokens)

    @classmethod
    def from_env(cls, environ: Mapping[str, str] | None = None, *, need_secrets: bool = True) -> Settings:
        """Read and check all settings; one `SettingsError` names everything that is missing or wrong."""
        return _Reader(os.environ if environ is None else environ).settings(need_secrets=need_secrets)


class _Reader:
    """Reads values and gathers complaints, so that all of them can be told at once."""

    def __init__(self, environ: Mapping[str, str]) -> None:
        self._environ = environ
        self._wrong: list[str] = []
        self._missing: list[str] = []

    def settings(self, *, need_secrets: bool) -> Settings:
        data_dir = Path(self._text("DATA_DIR", str(PROJECT / "data"))).absolute()
        settings = Settings(
            data_dir=data_dir,
            database_url=_with_driver(
                self._one_of("DATABASE_URL", f"sqlite:///{data_dir}/dragoman.db", ("sqlite", "postgresql", "postgres"))
            ),
            redis_url=self._one_of(
                "REDIS_URL", f"unix://{private_redis_socket(data_dir)}", ("redis", "rediss", "unix")
            ),
            public_url=self._url("PUBLIC_URL", "http://127.0.0.1:8000"),
            secret_key=self._secret("SECRET_KEY", data_dir, needed=need_secrets),
            encryption_keys=self._keys(self._secret("ENCRYPTION_KEYS", data_dir, needed=need_secrets)),
            clinic_name=self._text("CLINIC_NAME", "Dragoman Clinic"),
            twilio_account_sid=self._text("TWILIO_ACCOUNT_SID", ""),
            twilio_auth_tokens=self._list("TWILIO_AUTH_TOKENS"),
            twilio_api_url=self._url("TWILIO_API_URL", TWILIO_API),
            twilio_sms_from=self._text("TWILIO_SMS_FROM", ""),
            twilio_whatsapp_from=self._text("TWILIO_WHATSAPP_FROM", "").removeprefix("whatsapp:"),
            twilio_messaging_service_sid=self._text("TWILIO_MESSAGING_SERVICE_SID", ""),
            twilio_content_sids=self._pairs("TWILIO_CONTENT_SIDS"),
            smtp_url=self._mail_url("SMTP_URL", ("smtp", "smtps")),
            imap_url=self._mail_url("IMAP_URL", ("imap", "imaps")),
            mail_from=self._address("MAIL_FROM"),
            api_keys=self._list("API_KEYS"),
            require_totp=self._yes_or_no("REQUIRE_TOTP", default=True),
            clamav_url=self._scanner("CLAMAV_URL"),
            argos_packages_dir=Path(self._text("ARGOS_PACKAGES_DIR", str(data_dir / "argos-packages"))).absolute(),
            argos_index_url=self._text("ARGOS_INDEX_URL", ARGOS_INDEX),
            translation_beam=self._number("TRANSLATION_BEAM", 2, 1, 8),
            translation_memory_mb=self._number("TRANSLATION_MEMORY_MB", 2000, 100, 64_000),
            web_workers=self._number("WEB_WORKERS", 2, 1, 64),
            trusted_proxies=self._number("TRUSTED_PROXIES", 0, 0, 8),
            log_level=self._text("LOG_LEVEL", "INFO").upper(),
        )
        self._check_twilio(settings)
        self._complain()
        return settings

    def _text(self, name: str, default: str) -> str:
        from_file = self._environ.get(f"{PREFIX}{name}_FILE") if name in SECRETS else None
        if from_file:
            return self._file(name, Path(from_file))
        return self._environ.get(f"{PREFIX}{name}", "").strip() or default

    def _file(self, name: str, path: Path) -> str:
        try:
            return path.read_text("utf-8").strip()
        except (OSError, UnicodeDecodeError) as error:
            self._wrong.append(f"{PREFIX}{name}_FILE cannot be read ({type(error).__name__})")
            return ""

    def _secret(self, name: str, data_dir: Path, *, needed: bool) -> str:
        value = self._text(name, "")
        kept = kept_secret(data_dir, name)
        if not value and kept.is_file():
            value = self._file(name, kept)
        if not value and needed:
            self._missing.append(f"{PREFIX}{name}")
        return value

    def _list(self, name: str) -> tuple[str, ...]:
        return tuple(part for part in (piece.strip() for piece in self._text(name, "").split(",")) if part)

    def _pairs(self, name: str) -> Mapping[str, str]:
        """`answer-waiting:ar=HX…,answer-waiting=HX…` as a table."""
        pairs = [piece.partition("=") for piece in self._list(name)]
        if any(not (key.strip() and sign and value.strip()) for key, sign, value in pairs):
            self._wrong.append(f"{PREFIX}{name} must be a list such as answer-waiting:ar=HX…")
        return {key.strip(): value.strip() for key, _, value in pairs}

    def _one_of(self, name: str, default: str, schemes: tuple[str, ...]) -> str:
        """An address of one of these kinds; what it holds is a secret and is not repeated."""
        url = self._text(name, default)
        kind = url.partition("://")[0].partition("+")[0]
        if "://" not in url or kind not in schemes:
            self._wrong.append(f"{PREFIX}{name} must begin with {' or '.join(f'{one}://' for one in schemes)}")
        return url

    def _mail_url(self, name: str, schemes: tuple[str, ...]) -> str:
        url = self._text(name, "")
        try:
            parts = urlsplit(url)
            is_address = parts.scheme in schemes and bool(parts.hostname) and parts.port != 0
        except ValueError:
            is_address = False
        if url and not is_address:
            self._wrong.append(f"{PREFIX}{name} must be an address such as {schemes[-1]}://user:password@host")
        return url

    def _scanner(self, name: str) -> str:
        """Where clamd listens: tcp://host:port or unix:/path."""
        url = self._text(name, "")
        try:
            parts = urlsplit(url)
            is_address = bool(parts.hostname and parts.port) if parts.scheme == "tcp" else parts.scheme == "unix"
        except ValueError:
            is_address = False
        if url and not (is_address and (parts.scheme == "tcp" or parts.path.startswith("/"))):
            self._wrong.append(f"{PREFIX}{name} must be tcp://host:port or unix:/path")
        return url

    def _address(self, name: str) -> str:
        address = self._text(name, "")
        if address and not re.fullmatch(r"[^@\s<>]+@[^@\s<>]+", address):
            self._wrong.append(f"{PREFIX}{name} must be an e-mail address")
        return address

    def _keys(self, joined: str) -> tuple[bytes, ...]:
        keys = []
        for number, text in enumerate(filter(None, (piece.strip() for piece in joined.split(","))), start=1):
            try:
                key = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
            except ValueError:
                key = b""
            if len(key) != 32:
                self._wrong.append(f"{PREFIX}ENCRYPTION_KEYS: key {number} is not 32 bytes in URL-safe base64")
            keys.append(key)
        if joined and not keys:
            self._missing.append(f"{PREFIX}ENCRYPTION_KEYS")
        return tuple(keys)

    def _number(self, name: str, default: int, low: int, high: int) -> int:
        text = self._text(name, str(default))
        if text.isascii() and text.isdigit() and len(text) < 10 and low <= int(text) <= high:
            return int(text)
        self._wrong.append(f"{PREFIX}{name} must be a whole number from {low} to {high}")
        return default

    def _yes_or_no(self, name: str, *, default: bool) -> bool:
        answer = self._text(name, "yes" if default else "no").lower()
        if answer not in ("yes", "no"):
            self._wrong.append(f"{PREFIX}{name} must be yes or no")
        return answer == "yes"

    def _url(self, name: str, default: str) -> str:
        url = self._text(name, default).rstrip("/")
        try:
            parts = urlsplit(url)
            is_address = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
        except ValueError:
            is_address = False
        if not is_address:
            self._wrong.append(f"{PREFIX}{name} must be an http or https address")
        return url

    def _check_twilio(self, settings: Settings) -> None:
        if bool(settings.twilio_account_sid) != bool(settings.twilio_auth_tokens):
            missing = "TWILIO_AUTH_TOKENS" if settings.twilio_account_sid else "TWILIO_ACCOUNT_SID"
            self._missing.append(f"{PREFIX}{missing}")

    def _complain(self) -> None:
        parts = list(self._wrong)
        if self._missing:
            parts.insert(0, "missing settings: " + ", ".join(self._missing))
        if parts:
            raise SettingsError("; ".join(parts))


def _with_driver(url: str) -> str:
    """A plain PostgreSQL address means the driver that we ship."""
    for plain in ("postgres://", "postgresql://"):
        if url.startswith(plain):
            return "postgresql+psycopg://" + url.removeprefix(plain)
    return url


def private_redis_socket(data_dir: Path) -> Path:
    """Where the private Redis listens; a socket's path may hold about a hundred characters (unix(7))."""
    beside = data_dir / "redis.sock"
    if len(str(beside)) < 100:
        return beside
    name = hashlib.sha256(str(data_dir).encode()).hexdigest()[:16]
    return Path(tempfile.gettempdir()) / f"dragoman-{os.getuid()}-{name}" / "redis.sock"


def kept_secret(data_dir: Path, name: str) -> Path:
    """Where `up` and `demo` keep a secret that they made."""
    return data_dir / "secrets" / name.lower()


def make_secrets(environ: Mapping[str, str] | None = None) -> None:
    """Make the secrets that are neither set nor kept yet, readable by their owner alone."""
    reader = os.environ if environ is None else environ
    data_dir = Path(reader.get(f"{PREFIX}DATA_DIR") or PROJECT / "data").absolute()
    for name in KEPT_SECRETS:
        path = kept_secret(data_dir, name)
        if reader.get(PREFIX + name) or reader.get(f"{PREFIX}{name}_FILE") or path.exists():
            continue
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        _write_private(path, base64.urlsafe_b64encode(secrets.token_bytes(32)).decode())


def _write_private(path: Path, text: str) -> None:
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:  # another process was first; its secret stands
        return
    with os.fdopen(handle, "w") as file:
        file.write(text + "\n")


def environment_with(changes: Mapping[str, str]) -> dict[str, str]:
    """This process's environment for a child, with changes."""
    return {**os.environ, **changes}


def is_set(name: str) -> bool:
    """Whether the environment holds this setting."""
    return bool(os.environ.get(PREFIX + name) or os.environ.get(f"{PREFIX}{name}_FILE"))
