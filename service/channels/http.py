"""The one seam through which the program fetches from outside: bounded in time, size and address."""

from __future__ import annotations

import ipaddress
import socket
from dataclasses import dataclass
from typing import Final
from urllib.parse import urljoin, urlsplit

import requests
from urllib3.exceptions import LocationParseError
from urllib3.util import parse_url

from service.errors import ServiceError

TIMEOUT_SECONDS: Final = (5, 20)
MAX_REDIRECTS: Final = 3
CHUNK_BYTES: Final = 64 * 1024


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
    body = bytearray()
    try:
        for chunk in answer.iter_content(CHUNK_BYTES):
            body += chunk
            if len(body) > limit:
                raise FetchRefused(f"larger than {limit} bytes")
    except requests.RequestException as error:
        raise FetchError(f"broke off ({type(error).__name__})") from error
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
