"""Every door under attack, on both databases: nothing answers 500, nothing is stored by halves, nothing runs."""

from __future__ import annotations

import dataclasses
import io
import re
from collections.abc import Iterator, Mapping
from typing import Any, Final
from urllib.parse import quote_plus, urlencode, urlsplit

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from service.app import create_app
from service.enquiries.model import Attachment, Enquiry, Message, Patient
from service.settings import Settings
from service.storage import migrate
from service.storage.session import Database
from service.storage.tables import Base, DataKey
from service.storage.tasks import Task
from tests.builders import create_enquiry, create_staff
from tests.integration.console.conftest import Visitor
from tests.twilio_client import call, new_sid, signature, sms

FORM_TYPE: Final = "application/x-www-form-urlencoded"
TWILIO_DOORS: Final = (
    "/twilio/messaging", "/twilio/messaging/status", "/twilio/voice", "/twilio/voice/gather?step=enquiry&lang=es",
    "/twilio/voice/gather?step=language&page=0&try=1", "/twilio/voice/recording?lang=ar", "/twilio/voice/status",
    "/twilio/voice/fallback",
)  # fmt: skip
OPEN_DOORS: Final = ("/en/enquiry", "/ar/enquiry", "/en/status", "/console/sign-in", "/console/sign-out")
SCRIPT: Final = "<script>alert(1)</script>\"'&"
#: What is typed or sent into single fields, as it goes over the wire.
ODD: Final[Mapping[str, str]] = {
    "nothing": "",
    "blank": "+%0A%09",
    "null byte": "a%00b",
    "only a null byte": "%00",
    "no UTF-8": "%FF%FE%80",
    "half a surrogate": "%ED%A0%80",
    "control characters": "%07%1B%5B31m%7F%C2%85",
    "emoji": quote_plus("🙏👩‍⚕️🇰🇼"),
    "right to left": quote_plus("\u202egnp.exe\u202c"),
    "twenty thousand": "%C3%BC" * 20_000,
    "thousands of digits": "9" * 5_000,
    "a lone word of 300 kB": "x" * 300_000,
    "header": "x%0D%0ASet-Cookie:%20a=b",
    "script": quote_plus(SCRIPT),
    "template": quote_plus("{{7*7}}{%raw%}${7*7}%s%n"),
    "query": quote_plus("' OR 1=1; DROP TABLE messages --"),
    "path": quote_plus("../../../../etc/hosts"),
    "address": quote_plus("https://["),
    "other digits": quote_plus("٣٤۵６Ⅷ²"),
    "cut off": "%F0%9F%",
}
#: What fits into an address.
SHORT: Final = {name: value for name, value in ODD.items() if len(value) < 8_000}
BODIES: Final[Mapping[str, tuple[str, bytes]]] = {
    "no body": ("", b""),
    "JSON": ("application/json", b'{"From": "+447700900123", "Body": "Hello", "message": "Hello"}'),
    "broken JSON": ("application/json; charset=nonsense", b'{"From": '),
    "nested JSON": ("application/json", b"[" * 50_000),
    "XML": ("text/xml", b'<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/hosts">]><a>&b;</a>'),
    "plain": ("text/plain", b"From=x&Body=y"),
    "no UTF-8": (FORM_TYPE, b"Body=\xff\xfe&From=\x80&message=\xff"),
    "nonsense": (FORM_TYPE, bytes(range(256)) * 20),
    "odd separators": (FORM_TYPE, b"&&&=&=x&%&%zz=%&Body&;=;"),
    "many fields": (FORM_TYPE, "&".join(f"field{number}=x" for number in range(5_000)).encode()),
    "another charset": (f"{FORM_TYPE}; charset=utf-7", b"Body=+ADw-script+AD4-&message=+ADw-"),
    "odd type": ("form/\xff; =;;;", b"Body=x"),
    "multipart without a boundary": ("multipart/form-data", b"--x\r\n\r\n"),
    "multipart that breaks off": (
        "multipart/form-data; boundary=x",
        b'--x\r\nContent-Disposition: form-data; name="Body"\r\n\r\nHello',
    ),
    "multipart with odd parts": (
        "multipart/form-data; boundary=x",
        b'--x\r\nContent-Disposition: form-data; name="attachments"; filename="a\x00\xff\r\n.exe"\r\n'
        b"Content-Type: \xff\r\n\r\nMZ\r\n--x\r\nContent-Disposition: nonsense\r\n\r\n\r\n--x\r\n\r\n\r\n--x--\r\n",
    ),
    "multipart with many parts": (
        "multipart/form-data; boundary=x",
        b'--x\r\nContent-Disposition: form-data; name="a"\r\n\r\nb\r\n' * 3_000 + b"--x--\r\n",
    ),
}


def messaging_fields() -> dict[str, str]:
    media = {"NumMedia": "1", "MediaUrl0": "https://api.twilio.com/ME1", "MediaContentType0": "image/jpeg"}
    more = {"ProfileName": "Ana", "OriginalRepliedMessageSid": "SM0", "Latitude": "1", "Longitude": "2", "Label": "x"}
    return {**sms("Hello", "whatsapp:+447700900123"), **media, **more, "ExternalUserId": "GB.77", "OptOutType": ""}


def voice_fields() -> dict[str, str]:
    recording = {"RecordingSid": "RE1", "RecordingUrl": "https://api.twilio.com/RE1", "RecordingDuration": "9"}
    return {**call(), "SpeechResult": "I have lupus", "Digits": "1", "Confidence": "0.8", **recording}


@dataclasses.dataclass(frozen=True)
class House:
    """The application on one of the databases, and what lies in it."""

    app: Flask
    database: Database

    @property
    def client(self) -> FlaskClient:
        return self.app.test_client()

    def rows(self) -> dict[str, int]:
        with self.database.read() as session:
            tables = Base.metadata.sorted_tables
            return {table.name: session.scalar(select(func.count()).select_from(table)) or 0 for table in tables}

    def is_whole(self) -> bool:
        """Everything that was stored is there with all that belongs to it."""
        with self.database.read() as session:
            messages = set(session.scalars(select(Message.id)))
            pending = set(session.scalars(select(Attachment.id).where(Attachment.state == "pending")))
            patients = set(session.scalars(select(Patient.id)))
            return (
                messages == set(session.scalars(select(Task.subject).where(Task.stage == "understand")))
                and pending == set(session.scalars(select(Task.subject).where(Task.stage == "fetch-media")))
                and patients <= set(session.scalars(select(DataKey.owner)))
                and patients == set(session.scalars(select(Enquiry.patient_id)))
                and set(session.scalars(select(Message.enquiry_id))) == set(session.scalars(select(Enquiry.id)))
            )


@pytest.fixture(params=["sqlite", "postgresql"])
def house(request: pytest.FixtureRequest, settings: Settings) -> Iterator[House]:
    if request.param == "postgresql":
        settings = dataclasses.replace(settings, database_url=request.getfixturevalue("postgres_url"))
    app = create_app(settings)
    database = app.extensions["dragoman"].database
    migrate.upgrade(database)
    yield House(app, database)
    database.close()


def send(client: FlaskClient, path: str, body: bytes, kind: str = FORM_TYPE, **headers: str) -> TestResponse:
    answer = client.post(path, data=body, content_type=kind, headers=headers)
    close(answer)
    return answer


def close(answer: TestResponse) -> None:
    """Werkzeug's client leaves the file of a large upload open."""
    answer.request.environ["wsgi.input"].close()
    answer.request.close()


def sign_and_send(house: House, path: str, body: bytes, kind: str = FORM_TYPE) -> TestResponse:
    """As somebody would who holds Twilio's token: whatever is sent, its signature is right."""
    with house.app.test_request_context(path, method="POST", data=body, content_type=kind) as context:
        try:
            signed = signature(f"http://localhost{path}", context.request.form)
        except Exception:  # too large or too many parts to be read at all
            signed = "none"
        context.request.close()
    return send(house.client, path, body, kind, **{"X-Twilio-Signature": signed})


def with_field(form: Mapping[str, str], name: str, value: str) -> bytes:
    """The form as it goes over the wire, with one field as it stands."""
    return "&".join([urlencode({key: form[key] for key in form if key != name}), f"{name}={value}"]).encode()


def hidden(page: str) -> dict[str, str]:
    return dict(re.findall(r'name="(token|csrf_token)"[^>]*value="([^"]*)"', page))


def no_server_error(answers: Mapping[str, TestResponse]) -> None:
    assert {name: answer.status for name, answer in answers.items() if answer.status_code >= 500} == {}


# Whole bodies


@pytest.mark.parametrize("door", [*TWILIO_DOORS, *OPEN_DOORS])
def test_whatever_a_stranger_posts_is_refused_and_leaves_nothing(house: House, door: str) -> None:
    before = house.rows()
    answers = {name: send(house.client, door, body, kind) for name, (kind, body) in BODIES.items()}
    no_server_error(answers)
    assert {answer.status_code for answer in answers.values()} <= {302, 303, 400, 403, 404, 405, 413, 415, 422, 429}
    assert house.rows() == before


@pytest.mark.parametrize("door", TWILIO_DOORS)
def test_whatever_comes_with_a_right_signature_is_taken_whole_or_not_at_all(house: House, door: str) -> None:
    for name, (kind, body) in BODIES.items():
        before = house.rows()
        answer = sign_and_send(house, door, body, kind)
        no_server_error({name: answer})
        assert answer.status_code < 400 or house.rows() == before
    assert house.is_whole()


def test_a_body_that_is_too_large_is_refused_before_it_is_read(house: House) -> None:
    before = house.rows()
    for door in (*TWILIO_DOORS, *OPEN_DOORS):
        for length in ("10000000000", str(600 * 1024 * 1024)):
            answer = house.client.post(door, content_type=FORM_TYPE, environ_overrides={"CONTENT_LENGTH": length})
            assert answer.status_code == 413, door
    assert house.rows() == before


@pytest.mark.parametrize("length", ["-1", "abc", "", "9" * 5000, "1.5", "٣"])
def test_a_length_that_is_none_is_no_fault_of_ours(house: House, length: str) -> None:
    for door in ("/twilio/messaging", "/en/enquiry", "/console/sign-in"):
        answer = house.client.post(door, content_type=FORM_TYPE, environ_overrides={"CONTENT_LENGTH": length})
        assert 400 <= answer.status_code < 500


# Single fields


@pytest.mark.parametrize("name", messaging_fields())
def test_an_odd_field_of_a_message_never_breaks_the_door(house: House, name: str) -> None:
    answers = {}
    for odd, value in ODD.items():
        form = {**messaging_fields(), "MessageSid": new_sid()}
        answers[odd] = sign_and_send(house, "/twilio/messaging", with_field(form, name, value))
    no_server_error(answers)
    assert house.is_whole()


@pytest.mark.parametrize("door", [path for path in TWILIO_DOORS if "voice" in path])
def test_an_odd_field_of_a_call_never_breaks_the_door(house: House, door: str) -> None:
    answers = {
        f"{name}: {odd}": sign_and_send(house, door, with_field(voice_fields(), name, value))
        for name in voice_fields()
        for odd, value in ODD.items()
    }
    no_server_error(answers)
    assert house.is_whole()


def test_an_odd_step_in_a_calls_address_leads_to_a_next_step(house: House) -> None:
    answers, usual = {}, {"step": "language", "page": "0", "try": "1", "lang": "es"}
    for name in usual:
        for odd, value in SHORT.items():
            path = f"/twilio/voice/gather?{with_field(usual, name, value).decode()}&{name}=0"
            answers[f"{name}: {odd}"] = sign_and_send(house, path, urlencode({**call(), "Digits": ""}).encode())
    no_server_error(answers)


def test_a_field_that_comes_twice_counts_once_and_an_unknown_one_not_at_all(house: House) -> None:
    form = sms("Hello, I have lupus")
    body = urlencode([*form.items(), ("Body", "Another"), ("From", "+447700900199"), ("New", "1"), ("New", "2")])
    assert sign_and_send(house, "/twilio/messaging", body.encode()).status_code == 200
    with house.database.read() as session:
        assert session.scalars(select(Message)).one().body == "Hello, I have lupus"
    assert house.is_whole()


@pytest.mark.parametrize(
    "name",
    ["name", "email", "phone", "country", "condition", "message", "consent", "website", "token", "csrf_token"],
)
def test_an_odd_field_of_the_form_is_taken_or_named_and_never_stored_by_halves(house: House, name: str) -> None:
    for value in ODD.values():
        client = house.client
        form = {"name": "Ana", "email": "ana@mail.example", "message": "I have lupus", "consent": "y", "country": "KW"}
        form |= hidden(client.get("/en/enquiry").text)
        before = house.rows()
        answer = send(client, "/en/enquiry", with_field(form, name, value))
        assert answer.status_code in (200, 400, 413, 422)
        assert answer.status_code == 200 or house.rows() == before
    assert house.is_whole()


@pytest.mark.parametrize("name", ["reference", "contact"])
def test_an_odd_search_for_an_enquiry_finds_nothing(house: House, name: str) -> None:
    right = {"reference": create_enquiry(house.database).reference, "contact": "+447700900123"}
    statuses = set()
    for number, value in enumerate(ODD.values()):
        client = house.client
        form = {**right, **hidden(client.get("/en/status").text)}
        address = {"REMOTE_ADDR": f"192.0.2.{number}"}  # everybody has a limit of their own
        answer = client.post(
            "/en/status", data=with_field(form, name, value), content_type=FORM_TYPE, environ_overrides=address
        )
        statuses.add(answer.status_code)
    assert statuses <= {404, 413}


@pytest.mark.parametrize("name", ["email", "password", "next"])
def test_an_odd_sign_in_is_refused(house: House, name: str) -> None:
    colleague = create_staff(house.database)
    for value in ODD.values():
        client = house.client
        form = {
            "email": colleague.email,
            "password": "wrong",
            "next": "/",
            **hidden(client.get("/console/sign-in").text),
        }
        assert send(client, "/console/sign-in", with_field(form, name, value)).status_code in (403, 413, 429)


def test_an_odd_address_within_the_console_is_refused_or_ignored(house: House) -> None:
    built = create_enquiry(house.database)
    visitor = Visitor(house.app)
    visitor.sign_in(create_staff(house.database))
    filters = ("language", "condition", "channel", "status", "urgency", "after", "page")
    for value in SHORT.values():
        paths = [f"/console/?{name}={value}" for name in filters]
        paths += [f"/console/live?rows=1&after={value}", f"/console/enquiries/{value}"]
        paths += [f"/console/enquiries/{built.reference}/attachments/{value}"]
        no_server_error({path: visitor.get(path) for path in paths})


@pytest.mark.parametrize(
    "name", ["..", "/", "\x00", "a\r\nSet-Cookie: b=c", "\u202egnp.exe", "x" * 5000, SCRIPT, "\udcff", ".", " "]
)
def test_an_odd_file_name_is_made_harmless(house: House, name: str) -> None:
    client = house.client
    form = {
        "email": "ana@mail.example",
        "message": "My report",
        "consent": "y",
        **hidden(client.get("/en/enquiry").text),
    }
    wire = name.encode("utf-8", "surrogateescape").replace(b'"', b"%22")
    parts = [
        f'--x\r\nContent-Disposition: form-data; name="{key}"\r\n\r\n{value}\r\n'.encode()
        for key, value in form.items()
    ]
    head = b'--x\r\nContent-Disposition: form-data; name="attachments"; filename="' + wire + b'"\r\n\r\n'
    body = b"".join([*parts, head, b"%PDF-1.4\n%%EOF", b"\r\n--x--\r\n"])
    answer = send(client, "/en/enquiry", body, "multipart/form-data; boundary=x")
    assert answer.status_code in (200, 400, 413, 422)
    with house.database.read() as session:
        kept = [attachment.name or "" for attachment in session.scalars(select(Attachment))]
    assert all(len(one) <= 150 and not re.search(r"[/\\\x00-\x1f]", one) for one in kept)
    assert house.is_whole()


# Addresses, methods and headers


def example_paths(app: Flask) -> set[str]:
    """One address for every rule there is."""
    filled = {"language": "en", "reference": "482-719-356", "attachment_id": "0" * 32, "task_id": "0" * 32}
    paths = set()
    for rule in app.url_map.iter_rules():
        path = re.sub(r"<(?:[^<>:]*(?:\([^)]*\))?:)?(\w+)>", lambda found: filled.get(found[1], "x"), rule.rule)
        paths.add(path)
    return paths


def test_every_address_answers_every_method_without_harm(house: House) -> None:
    before = house.rows()
    for method in ("PUT", "PATCH", "DELETE", "OPTIONS", "HEAD", "TRACE", "PROPFIND", "FOO", "get"):
        no_server_error({path: house.client.open(path, method=method) for path in example_paths(house.app)})
    assert house.rows() == before


PATHS: Final = [
    "//evil.example/", "//evil.example/en/", "/\\evil.example/en", "/en//evil.example", "/%2F%2Fevil.example",
    "/en/..//evil.example", "/static/../service/settings.py", "/static/..%2f..%2fpyproject.toml",
    "/static/%2e%2e/%2e%2e/pyproject.toml", "/static/%00", "/static/console.css%00.png", "/static//etc/hosts",
    "/static/....//x", "/%FF", "/en/%FF%FE", "/%00", "/en/enquiry%00", "/en/enquiry%0d%0aSet-Cookie:%20a=b",
    "/en%0d%0aX:%20y", "/en/" + "a" * 7000, "/" * 3000, "/en?" + "a=b&" * 1000, "/en/enquiry?condition=" + "%FF" * 90,
    "/console/enquiries/%2e%2e%2f", "/twilio/../console/", "/.git/config", "/data/secrets/secret_key",
]  # fmt: skip


def test_no_address_leads_out_of_the_house(app: Flask) -> None:
    for path in PATHS:
        answer = app.test_client().get(path)
        assert answer.status_code < 500, path
        assert urlsplit(answer.headers.get("Location", "")).hostname in (None, "localhost"), path
        assert "a=b" not in answer.headers.get("Set-Cookie", "")
        assert "X" not in answer.headers
        assert "[project]" not in answer.text
        answer.close()


HEADERS: Final[Mapping[str, tuple[str, ...]]] = {
    "Accept-Language": ("\xff", "*;q=nan", ";;;,,,=", "en" * 2000, "ar;q=1e999", "zh-\x80", "-"),
    "Cookie": ("dragoman=x", "dragoman=\xff", "dragoman=" + "." * 3000, "dragoman=e30.aaaaaa.bbb", "=", ";;;"),
    "Host": ("evil.example", "[", "localhost:99999", "a b", "\xff", "evil.example/x"),
    "X-Forwarded-For": ("<script>", "\xff", "," * 500),
    "X-Forwarded-Host": ("evil.example",),
    "X-Forwarded-Proto": ("https", "gopher"),
    "Range": ("bytes=-1", "bytes=9999999-1", "lines=1", "bytes=" + "0-1," * 500),
    "If-None-Match": ("*", '"', "\xff", "W/" * 500),
    "If-Modified-Since": ("yesterday", "\xff"),
    "Authorization": ("Basic", "Basic \xff", "Bearer " + "x" * 5000),
    "X-Twilio-Signature": ("", "\xff", "é", "x" * 10_000, "\t"),
    "Content-Encoding": ("gzip",),
    "Transfer-Encoding": ("chunked", "nonsense"),
}


@pytest.mark.parametrize("name", HEADERS)
def test_no_header_breaks_a_page_or_is_believed(app: Flask, name: str) -> None:
    house = House(app, app.extensions["dragoman"].database)
    for value in HEADERS[name]:
        for path in ("/", "/en/", "/en/enquiry", "/console/", "/static/patient.css", "/healthz"):
            answer = house.client.get(path, headers={name: value})
            assert answer.status_code < 500, (path, value)
            assert urlsplit(answer.headers.get("Location", "")).hostname != "evil.example"
            answer.close()
        assert send(house.client, "/twilio/messaging", urlencode(sms("x")).encode(), **{name: value}).status_code < 500
    assert house.rows()["messages"] == 0


@pytest.mark.parametrize(
    ("raw", "status"),
    [
        ("/twilio/messaging", 200),
        ("http://localhost/twilio/messaging", 200),
        ("http://[/twilio/messaging", 200),
        ("http://x", 403),
        ("*", 403),
        ("\xff", 403),
        ("/" * 900, 403),
        ("/twilio/messaging?x", 403),
    ],
)
def test_only_the_path_of_the_request_line_is_part_of_the_signature(app: Flask, raw: str, status: int) -> None:
    form = sms("Hello")
    headers = {"X-Twilio-Signature": signature("http://localhost/twilio/messaging", form)}
    environ = {"RAW_URI": raw, "REQUEST_URI": raw}
    answer = app.test_client().post("/twilio/messaging", data=form, headers=headers, environ_overrides=environ)
    assert answer.status_code == status


# Pages


def holds_no_script(page: str) -> bool:
    return (
        "<script>alert" not in page and "javascript:alert" not in page and "onerror=" not in page.replace("&#34;", '"')
    )


def test_every_page_shows_what_was_sent_as_text(house: House) -> None:
    client = house.client
    form = dict.fromkeys(("name", "email", "phone", "country", "condition", "message", "website", "token"), SCRIPT)
    asked = {"reference": SCRIPT, "contact": SCRIPT}
    pages = [
        client.post("/en/enquiry", data={**form, **hidden(client.get("/en/enquiry").text)}).text,
        client.post("/en/status", data={**hidden(client.get("/en/status").text), **asked}).text,
        client.post("/console/sign-in", data={**hidden(client.get("/console/sign-in").text), "email": SCRIPT}).text,
        client.get(f"/console/sign-in?next={quote_plus(SCRIPT)}").text,
        client.get(f"/en/enquiry?condition={quote_plus(SCRIPT)}").text,
        client.get(f"/en/{quote_plus(SCRIPT)}").text,
        client.get(f"/{quote_plus(SCRIPT)}").text,
    ]  # fmt: skip
    assert [page for page in pages if not holds_no_script(page)] == []
    assert sum("alert(1)" in page for page in pages) >= 3


def test_the_console_shows_a_hostile_enquiry_as_text(house: House) -> None:
    hostile = f"{SCRIPT} <img src=x onerror=alert(1)> {{{{7*7}}}} javascript:alert(1)"
    client = house.client
    files: dict[str, Any] = {"attachments": (io.BytesIO(b"%PDF-1.4\n%%EOF"), "<script>alert(1)<b>.pdf")}
    fields = {"name": hostile[:200], "email": "ana@mail.example", "message": f"My father cannot breathe. {hostile}"}
    data = {**fields, "consent": "y", **hidden(client.get("/en/enquiry").text), **files}
    answer = client.post("/en/enquiry", data=data, content_type="multipart/form-data")
    close(answer)
    assert answer.status_code == 200
    visitor = Visitor(house.app)
    visitor.sign_in(create_staff(house.database))
    with house.database.read() as session:
        reference = session.scalars(select(Enquiry)).one().reference
    for path in ("/console/", "/console/live?rows=1", f"/console/enquiries/{reference}"):
        page = visitor.get(path)
        assert page.status_code == 200
        assert "<script>alert" not in page.text
        assert "<img src=x" not in page.text
    assert "{{7*7}}" in visitor.get(f"/console/enquiries/{reference}").text


def test_every_answer_forbids_foreign_scripts_and_frames(house: House) -> None:
    for path in (
        "/",
        "/en/",
        "/en/enquiry",
        "/en/status",
        "/console/sign-in",
        "/nothing",
        "/healthz",
        "/static/patient.css",
    ):
        answer = house.client.get(path)
        policy = answer.headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "frame-ancestors 'none'" in policy
        assert not re.search(r"unsafe-(inline|eval)|\*|https?:", policy)
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        answer.close()
