"""A coordinator at the console over real HTTP: signs in, claims, previews and sends, as the pages' forms do.

Also what stands in for the authenticator app on a phone.
"""

from __future__ import annotations

import html
import http.cookiejar
import re
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Mapping

import pyotp

from tests.program import ProgramError, until

PREVIEW_SECONDS = 60


class Coordinator:
    """Keeps cookies, and sends the token of the page that a form stands on."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._jar = http.cookiejar.CookieJar()
        self._opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(self._jar))

    def sign_in(self, email: str, password: str, secret: str = "") -> str:
        """Sign in, and at the first time set the second factor up; the secret that the app holds from then on."""
        page = self.post("/console/sign-in", {"email": email, "password": password}, on="/console/sign-in")
        if "/console/sign-in/enrol" in page:
            secret = pyotp.parse_uri(html.unescape(_otpauth(page))).secret
            # The code before this one is accepted, too, and leaves this one to whoever signs in next.
            self.post("/console/sign-in/enrol", {"code": code(secret, -1)}, on="/console/sign-in/enrol")
        elif "/console/sign-in/code" in page:
            self._give_code(secret)
        return secret

    def _give_code(self, secret: str) -> None:
        """A code works once: if somebody has used this one, perhaps nobody has used the next."""
        for steps in (-1, 0, 1):
            try:
                self.post("/console/sign-in/code", {"code": code(secret, steps)}, on="/console/sign-in/code")
            except urllib.error.HTTPError as error:
                if error.code != 403 or steps == 1:
                    raise
            else:
                return

    def cookies(self) -> dict[str, str]:
        """What a browser needs to go on as this coordinator."""
        return {cookie.name: cookie.value or "" for cookie in self._jar}

    def get(self, path: str) -> str:
        with self._opener.open(f"{self._url}{path}", timeout=30) as answer:
            return str(answer.read().decode())

    def post(self, path: str, fields: Mapping[str, str], *, on: str) -> str:
        """Send the form that stands on the page `on`; the page that answers."""
        body = urllib.parse.urlencode({**fields, "csrf_token": _field(self.get(on), "csrf_token")}).encode()
        request = urllib.request.Request(f"{self._url}{path}", body, {"Referer": f"{self._url}{on}"})
        with self._opener.open(request, timeout=30) as answer:
            return str(answer.read().decode())

    def answer(self, reference: str, text: str) -> str:
        """Claim an enquiry and send an answer; what the patient will read. Raises if no preview comes."""
        page = f"/console/enquiries/{reference}"
        claimed = self.post(f"{page}/claim", {}, on=page)
        self.post(f"{page}/reply/preview", {"text": text, "way": _way(claimed), "written_language": "en"}, on=page)
        for _ in until(PREVIEW_SECONDS):
            shown = self.get(page)
            if 'name="preview_id"' in shown:
                self.post(f"{page}/reply/send", {"preview_id": _field(shown, "preview_id")}, on=page)
                return _preview(shown)
        raise ProgramError(f"no preview of the answer to {reference} came")


def code(secret: str, steps: int = 0) -> str:
    """What an authenticator app with this secret shows now, or so many half minutes later."""
    return pyotp.TOTP(secret).at(int(time.time()) + 30 * steps)


def _otpauth(page: str) -> str:
    found = re.search(r'href="(otpauth://[^"]+)"', page)
    if not found:
        raise ProgramError("the page holds no key for an authenticator app")
    return found[1]


def _field(page: str, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]*)"', page)
    if not found:
        raise ProgramError(f"the page has no field {name}")
    return found[1]


def _way(page: str) -> str:
    found = re.search(r'<option value="([a-z]+:[0-9a-f]{32})"', page)
    if not found:
        raise ProgramError("the page offers no way to the patient")
    return found[1]


def _preview(page: str) -> str:
    found = re.search(r'<h4>The patient reads.*?<div class="text"[^>]*>(.*?)</div>', page, re.DOTALL)
    return found[1] if found else ""
