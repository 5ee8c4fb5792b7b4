"""Where our credentials may go, and where a redirect may not lead."""

from __future__ import annotations

import socket
from urllib.parse import urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st
from urllib3.util import parse_url

from service.channels import http
from service.channels.http import FetchError, FetchRefused, Provider, fetch

TWILIO = Provider("https://api.twilio.com", "AC1", "secret")
LOCAL = Provider("http://127.0.0.1:8123", "AC1", "secret")


@pytest.mark.parametrize(
    "url",
    [
        "https://api.twilio.com/2010-04-01/ME1",
        "https://API.Twilio.com/ME1",
        "https://twilio.com/",
        "https://media.dublin.twilio.com/x?y=1",
    ],
)
def test_the_providers_hosts_are_its_own(url: str) -> None:
    assert TWILIO.owns(url)


@pytest.mark.parametrize(
    "url",
    [
        "http://api.twilio.com/ME1",
        "https://twilio.com.evil.example/",
        "https://eviltwilio.com/",
        "https://api.twilio.com@evil.example/",
        "https://evil.example/?api.twilio.com",
        "https://evil.example#.twilio.com",
        "https://evil.example\\.twilio.com/x",
        "https://evil.example\\@api.twilio.com/x",
        "https://evil.example/.twilio.com",
        "//api.twilio.com/ME1",
        "file:///etc/hosts",
        "",
        "https://[",
        "https://[::1].twilio.com]/",
    ],
)
def test_an_address_that_only_looks_like_the_providers_gets_nothing(url: str) -> None:
    assert not TWILIO.owns(url)


HOSTS = st.text(st.sampled_from("a.\\@:/?#[]%"), max_size=12)


@given(HOSTS, HOSTS)
def test_whoever_we_take_for_the_provider_is_whom_the_request_would_reach(before: str, after: str) -> None:
    url = f"https://{before}.twilio.com{after}"
    if TWILIO.owns(url):
        reached = (parse_url(url).host or "").lower()
        assert reached == "twilio.com" or reached.endswith(".twilio.com")


def test_a_configured_address_is_the_very_host_and_port() -> None:
    assert LOCAL.owns("http://127.0.0.1:8123/ME1")
    for other in ("http://127.0.0.1:8124/ME1", "https://127.0.0.1:8123/ME1", "http://127.0.0.1:8123@evil.example/"):
        assert not LOCAL.owns(other)


@pytest.mark.parametrize(
    "url", ["https://evil.example/x", "https://[", "", "not an address", "https://evil\x00.example"]
)
def test_what_is_not_the_providers_is_refused_for_good(url: str) -> None:
    with pytest.raises(FetchRefused):
        fetch(url, TWILIO, limit=10)


@pytest.mark.parametrize(
    "url",
    [
        "http://203.0.113.5/",
        "ftp://storage.example/",
        "https:///x",
        "https://127.0.0.1/",
        "https://10.0.0.8/",
        "https://192.168.1.1/",
        "https://169.254.169.254/latest/meta-data/",
        "https://0.0.0.0/",
        "https://100.64.0.1/",
        "https://[::1]/",
        "https://[fd00::1]/",
        "https://[fe80::1]/",
        "https://[::ffff:127.0.0.1]/",
        "https://[::ffff:10.0.0.1]/",
        "https://2130706433/",
        "https://127.1/",
        "https://[",
        "https://storage.example:99999/",
    ],
)
def test_no_redirect_leads_into_our_own_network(url: str) -> None:
    with pytest.raises(FetchRefused):
        http._check_public(url)


def test_a_host_with_one_private_address_among_public_ones_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    def resolve(host: str, port: int, **options: object) -> list[tuple[object, ...]]:
        assert host == "storage.example"
        return [(socket.AF_INET, 1, 6, "", (address, port)) for address in ("9.9.9.9", "10.0.0.1")]

    monkeypatch.setattr("service.channels.http.socket.getaddrinfo", resolve)
    with pytest.raises(FetchRefused):
        http._check_public("https://storage.example/x")


def test_an_unknown_host_may_be_known_later(monkeypatch: pytest.MonkeyPatch) -> None:
    def resolve(*arguments: object, **options: object) -> None:
        raise socket.gaierror("no such host")

    monkeypatch.setattr("service.channels.http.socket.getaddrinfo", resolve)
    with pytest.raises(FetchError) as caught:
        http._check_public("https://storage.example/x")
    assert not caught.value.permanent


def test_the_standard_library_and_the_http_library_disagree_about_such_addresses() -> None:
    """Why the host must be taken from where the request takes it."""
    url = "https://evil.example\\.twilio.com/x"
    assert (urlsplit(url).hostname, parse_url(url).host) == ("evil.example\\.twilio.com", "evil.example")
