"""The JSON API: one enquiry for one key, every mistake named, nothing told to whom it does not concern."""

from __future__ import annotations

import base64
import dataclasses
from collections.abc import Iterator
from threading import Barrier, Thread
from typing import Any

import hypothesis
import pytest
import schemathesis
from flask import Flask
from hypothesis import HealthCheck, given
from schemathesis.checks import CHECKS
from schemathesis.config import SchemathesisConfig as Config
from schemathesis.generation import GenerationMode
from sqlalchemy import func, select

from service.api import keys
from service.app import create_app
from service.enquiries.door_model import ApiKey
from service.enquiries.model import Consent, ContactPoint, Enquiry, Message
from service.settings import Settings
from service.storage import migrate
from service.storage.session import Database

PATH = "/api/v1/enquiries"
PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + bytes(64)
ENQUIRY = {"message": "Tengo lupus desde hace 5 años", "email": "ana@patients.example", "consent": True}


class Partner:
    """Somebody with a key."""

    def __init__(self, app: Flask, key: str) -> None:
        self.client = app.test_client()
        self.headers = {"Authorization": f"Bearer {key}"}

    def post(self, body: Any = ENQUIRY, idempotency_key: str | None = "k1", **headers: str) -> Any:
        more = {"Idempotency-Key": idempotency_key} if idempotency_key else {}
        return self.client.post(PATH, json=body, headers={**self.headers, **more, **headers})

    def get(self, reference: str) -> Any:
        return self.client.get(f"{PATH}/{reference}", headers=self.headers)


def make_key(database: Database, *scopes: str) -> str:
    with database.write() as session:
        return keys.add(session, "a partner", scopes or keys.SCOPES, who="test")


@pytest.fixture
def partner(app: Flask, database: Database) -> Partner:
    return Partner(app, make_key(database))


def count(database: Database, model: type) -> int:
    with database.read() as session:
        return session.scalar(select(func.count()).select_from(model)) or 0


def test_an_enquiry_is_stored_and_its_partner_told_what_to_tell(partner: Partner, database: Database) -> None:
    answer = partner.post({**ENQUIRY, "phone": "07700 900600", "country": "GB", "name": "Ana Ejemplo"})
    assert answer.status_code == 201
    assert answer.json["reference"] in answer.json["status_url"]
    assert answer.json["language"] == "es"
    assert answer.json["reference"] in answer.json["acknowledgement"]
    with database.read() as session:
        enquiry = session.scalars(select(Enquiry)).one()
        assert (enquiry.channel, enquiry.condition, enquiry.patient.name) == ("api", "lupus", "Ana Ejemplo")
        assert {point.value for point in enquiry.patient.contact_points} == {"+447700900600", "ana@patients.example"}
        assert not any(point.proven for point in session.scalars(select(ContactPoint)))
        assert session.scalars(select(Consent)).one().wording == "api-1"


def test_an_emergency_comes_back_with_advice(partner: Partner) -> None:
    answer = partner.post({**ENQUIRY, "message": "Mi padre no puede respirar"}).json
    assert answer["urgency"] == "emergency"
    assert answer["emergency_advice"][0]["language"] == "es"


def test_the_same_request_again_gets_the_same_answer_and_makes_no_second_row(
    partner: Partner, database: Database
) -> None:
    first, second = partner.post(), partner.post()
    assert (first.status_code, second.status_code) == (201, 200)
    assert first.json == second.json
    assert count(database, Message) == 1


def test_one_key_for_two_different_enquiries_is_a_conflict(partner: Partner, database: Database) -> None:
    partner.post()
    answer = partner.post({**ENQUIRY, "message": "Otra cosa"})
    assert answer.status_code == 409
    assert answer.json["error"]["code"] == "conflict"
    assert count(database, Message) == 1


@pytest.fixture(params=["sqlite", "postgresql"])
def either_app(request: pytest.FixtureRequest, settings: Settings) -> Iterator[Flask]:
    """The application on either database."""
    if request.param == "postgresql":
        settings = dataclasses.replace(settings, database_url=request.getfixturevalue("postgres_url"))
    app = create_app(settings)
    migrate.upgrade(app.extensions["dragoman"].database)
    yield app
    app.extensions["dragoman"].database.close()


def test_two_at_once_with_one_key_are_one_enquiry(either_app: Flask) -> None:
    database = either_app.extensions["dragoman"].database
    key, barrier, answers = make_key(database), Barrier(4), list[Any]()

    def send() -> None:
        partner = Partner(either_app, key)
        barrier.wait()
        answers.append(partner.post())

    threads = [Thread(target=send) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answer.status_code for answer in answers) == [200, 200, 200, 201]
    assert len({answer.json["reference"] for answer in answers}) == 1
    assert count(database, Message) == 1


def test_the_state_is_shown_to_the_partner_and_to_nobody_else(app: Flask, partner: Partner, database: Database) -> None:
    reference = partner.post().json["reference"]
    shown = partner.get(reference)
    assert shown.status_code == 200
    assert shown.json.keys() == {"reference", "status", "received_at", "first_answered_at", "closed_at"}
    assert shown.json["status"] == "queued"
    assert Partner(app, make_key(database)).get(reference).status_code == 404
    assert partner.get("000-000-000").status_code == 404


@pytest.mark.parametrize("header", ["", "Bearer", "Bearer nonsense", "Basic abc", "Bearer \u00e9"])
def test_without_a_key_of_ours_nothing_opens(app: Flask, database: Database, header: str) -> None:
    answer = app.test_client().post(PATH, json=ENQUIRY, headers={"Authorization": header, "Idempotency-Key": "k"})
    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"] == "Bearer"
    assert count(database, Message) == 0


def test_a_key_does_only_what_its_scopes_allow(app: Flask, database: Database) -> None:
    writer, reader = Partner(app, make_key(database, keys.WRITE)), Partner(app, make_key(database, keys.READ))
    reference = writer.post().json["reference"]
    assert writer.get(reference).status_code == 403
    assert reader.post().status_code == 403


def test_a_revoked_key_opens_nothing_any_more(partner: Partner, database: Database) -> None:
    with database.write() as session:
        keys.revoke(session, session.scalars(select(ApiKey.prefix)).one(), who="test")
    assert partner.post().status_code == 401


def test_only_a_digest_of_a_key_is_kept_and_its_use_is_seen(partner: Partner, database: Database) -> None:
    partner.post()
    with database.read() as session:
        row = session.scalars(select(ApiKey)).one()
        secret = partner.headers["Authorization"].removeprefix("Bearer ")
        assert secret.startswith(row.prefix)
        assert secret not in (row.digest, row.name)
        assert row.last_used_at is not None


def test_the_first_key_comes_from_the_settings(settings: Settings, tmp_path: Any) -> None:
    app = create_app(dataclasses.replace(settings, api_keys=("first-key",)))
    assert Partner(app, "first-key").post().status_code == 201
    app.extensions["dragoman"].database.close()


def file(content: bytes = PNG, name: str = "report.png") -> dict[str, str]:
    return {"name": name, "content": base64.b64encode(content).decode()}


def test_files_are_kept_and_known_by_their_content(partner: Partner, database: Database) -> None:
    assert partner.post({**ENQUIRY, "attachments": [file(name="a.exe")]}).status_code == 201
    with database.read() as session:
        (attachment,) = session.scalars(select(Message)).one().attachments
        assert (attachment.media_type, attachment.size, attachment.state) == ("image/png", len(PNG), "stored")


@pytest.mark.parametrize(
    ("change", "status", "field"),
    [
        ({"message": ""}, 422, "message"),
        ({"message": 5}, 422, "message"),
        ({"message": "x" * 20_001}, 413, "message"),
        ({"consent": False}, 422, "consent"),
        ({"consent": "yes"}, 422, "consent"),
        ({"consent_wording": "no spaces"}, 422, "consent_wording"),
        ({"email": "nobody"}, 422, "email"),
        ({"phone": "12"}, 422, "phone"),
        ({"country": "gb"}, 422, "country"),
        ({"language": "xx"}, 422, "language"),
        ({"condition": "moon-sickness"}, 422, "condition"),
        ({"name": None}, 422, "name"),
        ({"extra": 1}, 422, "extra"),
        ({"attachments": "x"}, 422, "attachments"),
        ({"attachments": [file()] * 6}, 413, "attachments"),
        ({"attachments": [{"name": "x"}]}, 422, "attachments[0]"),
        ({"attachments": [{"name": "x", "content": "***"}]}, 422, "attachments[0]"),
        ({"attachments": [file(b"MZ\x90\x00" + bytes(60))]}, 415, "attachments[0]"),
        ({"attachments": [file(b"")]}, 415, "attachments[0]"),
    ],
)
def test_a_wrong_field_is_named_and_nothing_is_stored(
    partner: Partner, database: Database, change: dict[str, Any], status: int, field: str
) -> None:
    answer = partner.post({**ENQUIRY, **change})
    assert (answer.status_code, answer.json["error"]["field"]) == (status, field)
    assert count(database, Message) == 0


def test_without_any_contact_nobody_could_be_answered(partner: Partner) -> None:
    answer = partner.post({"message": "Hola", "consent": True})
    assert (answer.status_code, answer.json["error"]["field"]) == (422, "email")


@pytest.mark.parametrize("key", [None, "with space", "x" * 129, "\u00e9"])
def test_a_missing_or_senseless_idempotency_key_is_named(partner: Partner, key: str | None) -> None:
    answer = partner.post(idempotency_key=key)
    assert (answer.status_code, answer.json["error"]["field"]) == (400, "Idempotency-Key")


@pytest.mark.parametrize("body", [b"", b"nope", b"\xff\xfe", b"[" * 100_000, b'{"message": NaN}'])
def test_a_body_that_is_no_json_is_refused(partner: Partner, body: bytes) -> None:
    headers = {**partner.headers, "Idempotency-Key": "k", "Content-Type": "application/json"}
    assert partner.client.post(PATH, data=body, headers=headers).status_code == 400


def test_other_bodies_and_methods_and_addresses_are_answered_in_json(partner: Partner) -> None:
    headers = {**partner.headers, "Idempotency-Key": "k"}
    assert partner.client.post(PATH, data={"message": "x"}, headers=headers).status_code == 415
    wrong = partner.client.delete(PATH, headers=headers)
    assert wrong.status_code == 405
    assert '"method_not_allowed"' in wrong.text
    assert "POST" in wrong.headers["Allow"]
    assert '"not_found"' in partner.client.get("/api/v1/nothing").text


#: How wrong data may be refused; 413, for a text that is too long, is not among the checker's own.
REFUSALS = {
    "checks": {
        "negative_data_rejection": {"expected-statuses": [400, 401, 403, 404, 405, 406, 409, 413, 415, 422, 429]}
    }
}


@pytest.fixture
def described(settings: Settings) -> Iterator[Any]:
    """The API as its own description tells of it, for a program that tries to prove it wrong."""
    app = create_app(dataclasses.replace(settings, api_keys=("first-key",)))
    app.config["RATELIMIT_ENABLED"] = False
    yield schemathesis.openapi.from_wsgi("/api/v1/openapi.json", app, config=Config.from_dict(REFUSALS))
    app.extensions["dragoman"].database.close()


#: A number or an address can have the right shape and still be none; base64 can hold a file that is not accepted.
NOT_JUDGED = {"positive_data_acceptance"}


OPERATIONS = ((PATH, "POST"), (f"{PATH}/{{reference}}", "GET"), ("/api/v1/openapi.json", "GET"))


@pytest.mark.parametrize(
    ("path", "method", "mode"),
    # The description itself takes nothing that could be wrong.
    [(*one, mode) for one in OPERATIONS for mode in GenerationMode if not (one == OPERATIONS[2] and mode.is_negative)],
)
def test_the_api_is_as_it_is_described(described: Any, path: str, method: str, mode: GenerationMode) -> None:
    checks = [check for check in CHECKS.get_all() if check.__name__ not in NOT_JUDGED]

    @hypothesis.settings(max_examples=40, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    @given(case=described[path][method].as_strategy(generation_mode=mode))
    def tries(case: Any) -> None:
        case.headers = {**(case.headers or {}), "Authorization": "Bearer first-key"}
        case.call_and_validate(checks=checks)

    tries()


def test_every_operation_of_the_description_is_tried(app: Flask) -> None:
    paths = (app.test_client().get("/api/v1/openapi.json").json or {})["paths"]
    assert {(path, method.upper()) for path, methods in paths.items() for method in methods} == set(OPERATIONS)
