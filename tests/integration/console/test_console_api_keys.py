"""Settings › API keys: made and shown once, revoked at once, and nobody's but the administrators' to make."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import select

from service.enquiries.door_model import ApiKey
from service.storage.session import Database
from tests.integration.console.conftest import Visitor

FORM = {"name": "Partner in Nairobi", "scopes": "enquiries:read"}


@pytest.fixture
def admin(staff: Callable[..., Visitor]) -> Visitor:
    return staff("ada", "admin")


def _keys(database: Database) -> list[ApiKey]:
    with database.read() as session:
        return list(session.scalars(select(ApiKey)))


def _make(admin: Visitor) -> str:
    found = re.search(r'<code class="once">(dgm_[\w-]+)</code>', admin.post("/console/api-keys", FORM).text)
    assert found
    return found[1]


def _status(app: Flask, key: str) -> int:
    asked = app.test_client().get("/api/v1/enquiries/111-222-333", headers={"Authorization": f"Bearer {key}"})
    return asked.status_code


def test_a_key_is_shown_once_and_opens_the_api(app: Flask, admin: Visitor, database: Database) -> None:
    key = _make(admin)
    assert _status(app, key) == 404  # let in; there is no such enquiry
    page = admin.get("/console/api-keys").text
    assert "Partner in Nairobi" in page
    assert "read the enquiries it has sent" in page
    assert key not in page
    assert [(one.name, one.scopes, one.created_by) for one in _keys(database)] == [
        ("Partner in Nairobi", ["enquiries:read"], "ada@clinic.example")
    ]


def test_a_revoked_key_opens_nothing_and_cannot_be_revoked_again(
    app: Flask, admin: Visitor, database: Database
) -> None:
    key = _make(admin)
    path = f"/console/api-keys/{_keys(database)[0].prefix}/revoke"
    assert admin.post(path).location == "/console/api-keys"
    assert _status(app, key) == 401
    admin.post(path)
    assert "revoked already" in admin.get("/console/api-keys").text


@pytest.mark.parametrize("fields", [{"name": " "}, {"name": "x" * 81}, {"scopes": "everything"}, {"scopes": ""}])
def test_a_key_that_cannot_be_is_refused_beside_the_field(
    admin: Visitor, database: Database, fields: dict[str, str]
) -> None:
    answer = admin.post("/console/api-keys", {**FORM, **fields})
    assert answer.status_code == 422
    assert 'class="field-error"' in answer.text
    assert _keys(database) == []


@pytest.mark.parametrize("role", ["coordinator", "lead", "auditor"])
def test_nobody_but_an_administrator_makes_or_revokes_a_key(
    staff: Callable[..., Visitor], admin: Visitor, database: Database, role: str
) -> None:
    _make(admin)
    visitor = staff("carol", role)
    assert visitor.post("/console/api-keys", FORM).status_code == 403
    assert visitor.post(f"/console/api-keys/{_keys(database)[0].prefix}/revoke").status_code == 403
    assert [key.revoked_at for key in _keys(database)] == [None]
    assert visitor.get("/console/api-keys").status_code == (200 if role == "auditor" else 403)
