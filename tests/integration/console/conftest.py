"""People who use the console, each with a browser of their own."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from service.parts import EXTENSION
from service.storage.session import Database
from tests.builders import Colleague, create_staff, forget_used_codes

TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')


class Visitor:
    """Somebody with a browser: keeps cookies, and sends the token of the page that a form stands on."""

    def __init__(self, app: Flask, address: str = "192.0.2.1") -> None:
        self.client = app.test_client()
        self._database: Database = app.extensions[EXTENSION].database
        self._address = {"REMOTE_ADDR": address}

    def get(self, path: str, **more: Any) -> TestResponse:
        """The whole page: an answer that streams is read to its end, as a browser would."""
        return self.client.get(path, environ_overrides=self._address, buffered=True, **more)

    def post(self, path: str, fields: Mapping[str, str] | None = None, *, token: bool = True) -> TestResponse:
        data = {**(fields or {}), **({"csrf_token": self.token()} if token else {})}
        return self.client.post(path, data=data, environ_overrides=self._address)

    def token(self) -> str:
        for page in ("/console/dead-letters", "/console/sign-in"):
            found = TOKEN.search(self.get(page).text)
            if found:
                return found[1]
        raise AssertionError("no page has a form")

    def sign_in(self, colleague: Colleague, password: str | None = None, next: str = "") -> TestResponse:
        """Give the password and, if it was right, the code of this moment."""
        answer = self.give_password(colleague, password, next)
        if not (answer.location or "").startswith("/console/sign-in/code"):
            return answer
        forget_used_codes(self._database)
        return self.post("/console/sign-in/code", {"code": colleague.code(), "next": next})

    def give_password(self, colleague: Colleague, password: str | None = None, next: str = "") -> TestResponse:
        password = colleague.password if password is None else password
        return self.post("/console/sign-in", {"email": colleague.email, "password": password, "next": next})


@pytest.fixture
def outsider(app: Flask) -> Visitor:
    return Visitor(app)


@pytest.fixture
def staff(app: Flask, database: Database) -> Callable[..., Visitor]:
    """Makes a member of staff who is signed in."""

    def signed_in(name: str = "alice", role: str = "coordinator") -> Visitor:
        colleague = create_staff(database, f"{name}@clinic.example", role=role)
        visitor = Visitor(app)
        assert visitor.sign_in(colleague).status_code == 303
        return visitor

    return signed_in


@pytest.fixture
def alice(staff: Callable[..., Visitor]) -> Visitor:
    return staff("alice")


@pytest.fixture
def bob(staff: Callable[..., Visitor]) -> Visitor:
    return staff("bob")
