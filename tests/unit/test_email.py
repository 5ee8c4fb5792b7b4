"""Reading mail: every horror is survived, quotes are cut in every language, programs are told from people."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from email.message import EmailMessage

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.channels import email, email_text, reply_address
from service.enquiries.inbound import MAX_FILES

PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + bytes(64)
PLAIN = (
    b"From: Ana Ejemplo <ana@patients.example>\r\nTo: clinic@clinic.example\r\nSubject: Lupus\r\n"
    b"Message-ID: <1@patients.example>\r\n\r\nTengo lupus desde hace 5 a\xc3\xb1os.\r\n"
)


def mail(body: str = "Tengo lupus", **headers: str) -> EmailMessage:
    made = EmailMessage()
    made["From"], made["To"] = "Ana <ana@patients.example>", "clinic@clinic.example"
    for name, value in headers.items():
        made[name.replace("_", "-")] = value
    made.set_content(body)
    return made


def test_a_plain_mail_is_read_whole() -> None:
    read = email.parse(PLAIN)
    assert (read.kind, read.sender, read.name, read.subject) == (
        "message",
        "ana@patients.example",
        "Ana Ejemplo",
        "Lupus",
    )
    assert read.words == "Lupus\n\nTengo lupus desde hace 5 años."
    assert read.unique_key.startswith("<1@patients.example>:")


MIXED = b'Content-Type: multipart/mixed; boundary="x"\r\n\r\n'
HORRORS = {
    "nothing": b"",
    "no headers": b"just words about lupus",
    "no body": b"Subject: lupus\r\n\r\n",
    "null bytes": PLAIN.replace(b"Tengo", b"Te\x00ngo"),
    "8-bit headers": b"From: \xd0\x90 <a@b.example>\r\nSubject: \xe9\xff lupus\r\n\r\nlupus",
    "unknown charset": b"Content-Type: text/plain; charset=klingon\r\n\r\nlupus \xff",
    "wrong charset": b"Content-Type: text/plain; charset=utf-8\r\n\r\nlupus ni\xf1o",
    "broken base64": b"Content-Transfer-Encoding: base64\r\n\r\n bHVwdXM*=",
    "missing boundary": b"Content-Type: multipart/mixed\r\n\r\n--x\r\n\r\nlupus",
    "unclosed boundary": MIXED + b"--x\r\nContent-Type: text/plain\r\n\r\nlupus",
    "uuencode": b"\r\nlupus\r\nbegin 644 a.txt\r\n#0V%T\r\n`\r\nend\r\n",
    "winmail": b"Content-Type: application/ms-tnef; name=winmail.dat\r\n\r\n\x78\x9f\x3e\x22",
    "signed": b'Content-Type: multipart/signed; boundary=x; protocol="application/pkcs7-signature"\r\n\r\n'
    b"--x\r\n\r\nlupus\r\n--x\r\nContent-Type: application/pkcs7-signature\r\n\r\nMII\r\n--x--",
    "calendar": b"Content-Type: text/calendar; method=REQUEST\r\n\r\nBEGIN:VCALENDAR\r\nEND:VCALENDAR",
    "a mail within": b"Content-Type: message/rfc822\r\n\r\n" + PLAIN,
    "bad date and from": b"From: @@@\r\nDate: yesterday\r\n\r\nlupus",
    "encoded words": b"Subject: =?utf-8?B?w6k=?= =?bad?Q?x?= =?utf-8?X?y?=\r\n\r\nlupus",
    "deep nesting": MIXED + (b"--x\r\n" + MIXED) * 60,
}  # fmt: skip


@pytest.mark.parametrize("raw", HORRORS.values(), ids=HORRORS.keys())
def test_every_horror_becomes_a_message(raw: bytes) -> None:
    read = email.parse(raw)
    inbound = read.inbound(raw, proven=False)
    assert inbound.files[-1].content == raw
    assert 10 < len(inbound.unique_key) <= 255
    inbound.text.encode()


@given(st.binary(max_size=400), st.integers(0, len(PLAIN)))
def test_whatever_is_done_to_a_mail_something_comes_of_it(noise: bytes, place: int) -> None:
    raw = PLAIN[:place] + noise + PLAIN[place:]
    email.parse(raw).inbound(raw, proven=False)
    email.parse(noise)


def test_html_alone_is_read_as_text() -> None:
    made = EmailMessage()
    made.set_content(
        "<style>p{}</style><p>Tengo&nbsp;lupus</p><script>x()</script><div>y artritis</div>", subtype="html"
    )
    assert email.parse(made.as_bytes()).text == "Tengo lupus\n\ny artritis"


def test_html_is_shown_without_what_acts_or_fetches() -> None:
    made = EmailMessage()
    made.set_content('<p onclick="x()">a<img src="http://t.example/1.gif"></p><script>x</script>', subtype="html")
    assert email_text.shown_html(made).strip() == "<p>a</p>"


QUOTES = {
    "en": "On Mon, 2 Mar 2026 at 10:00, Clinic <clinic@clinic.example> wrote:",
    "ar": "في الاثنين، 2 مارس 2026 في 10:00 كتب Clinic <clinic@clinic.example>:",
    "bn": "সোম, ২ মার্চ, ২০২৬ তারিখে Clinic <clinic@clinic.example> লিখেছেন:",
    "de": "Am Mo., 2. März 2026 um 10:00 Uhr schrieb Clinic <clinic@clinic.example>:",
    "es": "El lun, 2 mar 2026 a las 10:00, Clinic (<clinic@clinic.example>) escribió:",
    "fa": "در تاریخ دوشنبه ۲ مارس ۲۰۲۶، Clinic نوشت:",
    "fr": "Le lun. 2 mars 2026 à 10:00, Clinic <clinic@clinic.example> a écrit :",
    "hi": "सोम, 2 मार्च 2026 को 10:00 बजे Clinic <clinic@clinic.example> ने लिखा:",
    "pt": "Em seg., 2 de mar. de 2026 às 10:00, Clinic <clinic@clinic.example> escreveu:",
    "ru": "пн, 2 мар. 2026 г. в 10:00, Clinic <clinic@clinic.example>:\nпишет:",
    "sw": "Mnamo Jumatatu, 2 Machi 2026 saa 10:00 Clinic <clinic@clinic.example> aliandika:",
    "tr": "Clinic <clinic@clinic.example>, 2 Mar 2026 Pzt, 10:00 tarihinde şunu yazdı:",
    "ur": "پیر، 2 مارچ 2026 کو Clinic نے لکھا:",
    "zh": "在 2026年3月2日 10:00，Clinic <clinic@clinic.example> 写道：",
    "it": "Il giorno lun 2 mar 2026 alle ore 10:00 Clinic <clinic@clinic.example> ha scritto:",
    "ro": "În lun., 2 mar. 2026 la 10:00, Clinic <clinic@clinic.example> a scris:",
    "uk": "пн, 2 бер. 2026 р. о 10:00 Clinic <clinic@clinic.example> пише:",
    "id": "Pada Sen, 2 Mar 2026 pukul 10.00 Clinic <clinic@clinic.example> menulis:",
    "vi": "Vào Th 2, 2 thg 3, 2026 vào lúc 10:00 Clinic <clinic@clinic.example> đã viết:",
    "outlook": "________________________________\nFrom: Clinic <clinic@clinic.example>\nSent: Monday",
    "original": "-----Original Message-----",
}


@pytest.mark.parametrize("line", QUOTES.values(), ids=QUOTES.keys())
def test_what_is_quoted_is_cut_for_reading_in_every_language(line: str) -> None:
    own, quoted = email_text.own_words(f"Gracias, sí.\n\n{line}\n> We can offer 4000 euros\n> for the knee")
    assert own == "Gracias, sí."
    assert "4000 euros" in quoted


def test_a_mail_that_is_passed_on_is_read() -> None:
    text = (
        "Please see below\n\n---------- Forwarded message ---------\nFrom: Ali <ali@mail.example>\nSubject: help\n\n"
        "My mother cannot breathe"
    )
    assert email_text.own_words(text) == (text, "")


def test_what_is_answered_below_a_marked_quote_is_read() -> None:
    text = "Hello,\n\nOn Mon, 2 Mar 2026 at 10:00, Clinic wrote:\n> Any fever?\n\nYes, 39 since noon"
    own, quoted = email_text.own_words(text)
    assert own.split() == ["Hello,", "Yes,", "39", "since", "noon"]
    assert "Any fever?" in quoted


@pytest.mark.parametrize(
    ("text", "own"),
    [
        ("> first\nMy answer\n> second", "My answer"),
        ("Words\n-- \nAna Ejemplo\nLima", "Words"),
        ("> only a quote", "> only a quote"),
        ("I wrote to you on Monday: nobody answered", "I wrote to you on Monday: nobody answered"),
        ("My doctor wrote:\nlupus", "My doctor wrote:\nlupus"),
    ],
)
def test_own_words_are_kept(text: str, own: str) -> None:
    assert email_text.own_words(text)[0] == own


@pytest.mark.parametrize(
    "headers",
    [
        {"Auto-Submitted": "auto-replied"}, {"Auto-Submitted": "auto-generated; x"}, {"Precedence": "bulk"},
        {"List-Id": "<news.example>"}, {"List-Unsubscribe": "<mailto:x@y.example>"}, {"Return-Path": "<>"},
        {"X-Auto-Response-Suppress": "OOF, AutoReply"}, {"X-Autoreply": "yes"},
    ],
)  # fmt: skip
def test_what_a_program_sent_is_told_from_what_a_person_wrote(headers: dict[str, str]) -> None:
    assert email.parse(mail(**headers).as_bytes()).kind == "automatic"
    assert email.parse(mail(Auto_Submitted="no").as_bytes()).kind == "message"


def bounce(status: str = "5.1.1", action: str = "failed") -> bytes:
    return (
        "From: MAILER-DAEMON@mx.example\r\nReturn-Path: <>\r\n"
        'Content-Type: multipart/report; report-type=delivery-status; boundary="b"\r\n\r\n'
        "--b\r\nContent-Type: text/plain\r\n\r\nsorry\r\n"
        "--b\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx.example\r\n\r\n"
        f"Final-Recipient: rfc822; Ana@Patients.example\r\nAction: {action}\r\nStatus: {status}\r\n\r\n--b--\r\n"
    ).encode()


def test_a_bounce_names_the_address_and_why() -> None:
    read = email.parse(bounce())
    assert (read.kind, read.bounced, read.bounce_code) == ("bounce", "ana@patients.example", "5.1.1")
    assert email.parse(bounce(action="delayed")).kind == "automatic"


def attach(made: EmailMessage, contents: Sequence[bytes]) -> bytes:
    for number, content in enumerate(contents):
        made.add_attachment(content, maintype="application", subtype="octet-stream", filename=f"отчёт {number}.png")
    return made.as_bytes()


def test_files_are_known_by_their_content_and_at_most_five_are_kept() -> None:
    read = email.parse(attach(mail(), [PNG, b"MZ\x90\x00" + bytes(60), *[PNG] * 6]))
    assert [file.media_type for file in read.files] == ["image/png"] * MAX_FILES
    assert read.files[0].name == "отчёт 0.png"


def test_a_forwarded_mail_brings_its_files() -> None:
    outer = mail("see below")
    inner = EmailMessage()
    inner.set_content("the report")
    inner.add_attachment(PNG, maintype="image", subtype="png", filename="scan.png")
    outer.add_attachment(inner)
    assert [file.name for file in email.parse(outer.as_bytes()).files] == ["scan.png"]


def test_the_nearest_answered_mail_comes_first() -> None:
    read = email.parse(mail(In_Reply_To="<b@x.example>", References="<a@x.example> <b@x.example>").as_bytes())
    assert list(read.answers) == ["<b@x.example>", "<a@x.example>"]


def test_an_address_that_we_signed_names_its_enquiry_and_nobody_else_can_make_one() -> None:
    made = reply_address.make("clinic@clinic.example", "482-719-358", "secret")
    assert reply_address.read([made.upper()], "clinic@clinic.example", "secret") == "482-719-358"
    forged = made.replace("482", "483")
    others = [forged, "clinic@clinic.example", made.replace("clinic.example", "other.example"), ""]
    assert reply_address.read(others, "clinic@clinic.example", "secret") is None
    assert reply_address.read([made], "clinic@clinic.example", "another secret") is None


@pytest.mark.parametrize(
    ("address", "ours"),
    [
        ("clinic@clinic.example", True),
        ("Clinic+1.2@clinic.example", True),
        ("ana@patients.example", False),
        (None, False),
    ],
)
def test_our_own_mail_is_known(address: str | None, ours: bool) -> None:
    assert reply_address.is_ours(address, "clinic@clinic.example") is ours


def test_text_in_base64_and_another_charset_is_read() -> None:
    raw = b"Content-Type: text/plain; charset=windows-1251\r\nContent-Transfer-Encoding: base64\r\n\r\n"
    assert email.parse(raw + base64.b64encode("волчанка".encode("cp1251"))).text == "волчанка"
