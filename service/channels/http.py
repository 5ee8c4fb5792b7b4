"""The one seam through which the program fetches from outside and calls it: bounded in time, size and address."""

from __future__ import annotations

import ipaddress
import json
import socket
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal
from urllib.parse import urljoin, urlsplit

import requests
from urllib3.exceptions import LocationParseError, NewConnectionError
from urllib3.util import parse_url

from service.errors import ServiceError

TIMEOUT_SECONDS: Final = (5, 20)
MAX_REDIRECTS: Final = 3
CHUNK_BYTES: Final = 64 * 1024
MAX_ANSWER_BYTES: Final = 2 * 1024 * 1024


class FetchError(ServiceError):
    """Something could not be fetched; a later attempt may work."""


class FetchRefused(FetchError):
    """Something must not or cannot be fetched, now or later."""

    permanent = True


@dataclass(frozen=True, slots=True)
class Provider:
    """Where our credentials may go: an account at the provider's hosts, or at the configured address of it."""

    api_url: str
    user: str
    password: str

    def owns(self, url: str) -> bool:
        """Whether this address is the provider's own, over https, or the very host that was configured."""
        try:
            parts, home = parse_url(url), parse_url(self.api_url)  # as the request itself will read them
        except LocationParseError:
            return False
        host = (parts.host or "").lower()
        if parts.auth is not None or "\\" in url:
            return False
        if (parts.scheme, host, parts.port) == (home.scheme, (home.host or "").lower(), home.port):
            return True
        return parts.scheme == "https" and (host == "twilio.com" or host.endswith(".twilio.com"))


def fetch(url: str, provider: Provider, *, limit: int) -> bytes:
    """The bytes at a provider's address; credentials go to the provider only, and never where a redirect leads."""
    if not provider.owns(url):
        raise FetchRefused("the address is not the provider's")
    for _ in range(MAX_REDIRECTS + 1):
        ours = provider.owns(url)
        if not ours:
            _check_public(url)
        answer = _get(url, auth=(provider.user, provider.password) if ours else None)
        with answer:
            if answer.is_redirect:
                url = _joined(url, answer.headers["location"])
                continue
            return _body(answer, limit)
    raise FetchRefused("too many redirects")


@dataclass(frozen=True, slots=True)
class Answer:
    """A provider's answer to a call; `json` is empty if it was none."""

    status: int
    json: Mapping[str, Any]


class CallError(ServiceError):
    """A call was not answered. `sent` says whether the provider may have got it all the same."""

    def __init__(self, reason: str, *, sent: bool) -> None:
        super().__init__(reason)
        self.sent = sent


def call(
    provider: Provider, method: Literal["GET", "POST"], path: str, data: Mapping[str, str] | None = None
) -> Answer:
    """Call a provider's own API; once, with a time limit, and never where a redirect leads."""
    try:
        answer = requests.request(
            method,
            provider.api_url + path,
            data=data,
            auth=(provider.user, provider.password),
            timeout=TIMEOUT_SECONDS,
            allow_redirects=False,
            stream=True,
        )
        with answer:
            return Answer(answer.status_code, _json(answer))
    except requests.ConnectTimeout as error:
        raise CallError("no connection", sent=False) from error
    except requests.ConnectionError as error:
        raise CallError("the connection broke", sent=not _never_connected(error)) from error
    except requests.RequestException as error:
        raise CallError(f"no answer ({type(error).__name__})", sent=True) from error


def compact_json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _json(answer: requests.Response) -> Mapping[str, Any]:
    try:
        value = json.loads(_limited(answer, MAX_ANSWER_BYTES))
    except ValueError:
        return {}
    return value if isinstance(value, dict) else {}


def _never_connected(error: requests.ConnectionError) -> bool:
    """Whether not a byte of the request can have reached anybody."""
    cause = error.args[0] if error.args else None
    return isinstance(getattr(cause, "reason", None), NewConnectionError)


def _joined(url: str, location: str) -> str:
    try:
        return urljoin(url, location)
    except ValueError as error:
        raise FetchRefused("a redirect leads nowhere") from error


def _get(url: str, auth: tuple[str, str] | None) -> requests.Response:
    try:
        return requests.get(url, auth=auth, timeout=TIMEOUT_SECONDS, stream=True, allow_redirects=False)
    except requests.RequestException as error:
        raise FetchError(f"no answer ({type(error).__name__})") from error


def _body(answer: requests.Response, limit: int) -> bytes:
    if answer.status_code in (401, 403, 410):
        raise FetchRefused(f"refused with {answer.status_code}")
    if answer.status_code != 200:
        raise FetchError(f"answered {answer.status_code}")
    try:
        return _limited(answer, limit)
    except requests.RequestException as error:
        raise FetchError(f"broke off ({type(error).__name__})") from error


def _limited(answer: requests.Response, limit: int) -> bytes:
    body = bytearray()
    for chunk in answer.iter_content(CHUNK_BYTES):
        body += chunk
        if len(body) > limit:
            raise FetchRefused(f"larger than {limit} bytes")
    return bytes(body)


def _check_public(url: str) -> None:
    """A redirect may lead to the provider's storage, never into our own network."""
    try:
        parts = urlsplit(url)
        port = parts.port or 443
    except ValueError as error:
        raise FetchRefused("a redirect leads nowhere") from error
    if parts.scheme != "https" or not parts.hostname:
        raise FetchRefused("a redirect leads to an address that is not https")
    try:
        found = socket.getaddrinfo(parts.hostname, port, type=socket.SOCK_STREAM)
    except OSError as error:
        raise FetchError("a redirect leads to an unknown host") from error
    if any(not ipaddress.ip_address(info[4][0]).is_global for info in found):
        raise FetchRefused("a redirect leads to a private address")
