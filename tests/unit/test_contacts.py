"""The same person is found however the number or the address was written."""

from __future__ import annotations

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from service.enquiries import contacts
from service.enquiries.model import ContactKind

COUNTRIES = st.one_of(st.none(), st.sampled_from(["GB", "br", "KW", "XX", "", "\x00"]))


@pytest.mark.parametrize(
    ("written", "country", "expected"),
    [
        ("+44 7700 900123", None, "+447700900123"),
        ("+44 (0)7700 900123", None, "+447700900123"),
        ("tel:+44-7700-900123", None, "+447700900123"),
        ("07700 900 123", "GB", "+447700900123"),
        ("07700.900.123", "gb", "+447700900123"),
        ("00 44 7700 900123", "DE", "+447700900123"),
        ("+٤٤٧٧٠٠٩٠٠١٢٣", None, "+447700900123"),
        ("+४४७७००९००१२३", None, "+447700900123"),
        ("＋44 7700 900123", None, "+447700900123"),
        ("(212) 555-0123", "US", "+12125550123"),
    ],
)
def test_every_spelling_of_a_number_is_one_number(written: str, country: str | None, expected: str) -> None:
    assert contacts.phone(written, country) == expected


@pytest.mark.parametrize(
    "written", ["", " ", "07700 900123", "12", "hello", "+", "+44", "+0000000000", "+" + "4" * 300]
)
def test_what_is_no_complete_number_is_none(written: str) -> None:
    assert contacts.phone(written) is None


@settings(deadline=None)
@given(st.text(max_size=300), COUNTRIES)
@example("+447700900123\ud800", None)
def test_a_number_is_international_or_none_whatever_was_typed(written: str, country: str | None) -> None:
    number = contacts.phone(written, country)
    assert number is None or (number.startswith("+") and number[1:].isascii() and number[1:].isdigit())


@settings(deadline=None)
@given(st.integers(7700900000, 7700900999))
def test_a_number_in_the_one_spelling_stays_as_it_is(subscriber: int) -> None:
    assert contacts.phone(f"+44{subscriber}") == f"+44{subscriber}"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("+5511955550123", "+551155550123"),
        ("+5491155550123", "+541155550123"),
    ],
)
@pytest.mark.parametrize("kind", ["phone", "whatsapp"])
def test_countries_with_two_spellings_of_a_mobile_number_have_one_index(
    one: str, other: str, kind: ContactKind
) -> None:
    assert contacts.index_value(kind, one) == contacts.index_value(kind, other)


def test_two_people_keep_two_indexes() -> None:
    numbers = ("+5511955550123", "+5511955550124", "+5521955550123", "+525555550123", "+541155550123", "+447700900123")
    assert len({contacts.index_value("phone", number) for number in numbers}) == len(numbers)


@given(st.from_regex(r"\+\d{6,15}", fullmatch=True))
def test_the_index_of_an_index_is_itself(number: str) -> None:
    once = contacts.index_value("phone", number)
    assert contacts.index_value("phone", once) == once


def test_only_phone_numbers_are_rewritten_for_the_index() -> None:
    assert contacts.index_value("whatsapp-id", "+5511955550123") == "+5511955550123"
    assert contacts.index_value("email", "ana@mail.example") == "ana@mail.example"


def test_whatsapp_and_phone_share_an_index_and_nothing_else_does() -> None:
    assert contacts.index_kind("phone") == contacts.index_kind("whatsapp")
    assert len({contacts.index_kind(kind) for kind in ("phone", "whatsapp-id", "email")}) == 3


@pytest.mark.parametrize(
    ("number", "country"),
    [
        ("+447700900123", "GB"),
        ("+12125550123", "US"),
        ("+14165550123", "CA"),
        ("+77015550123", "KZ"),
        ("+79585550123", "RU"),
        ("+96550000123", "KW"),
        ("+80012345678", None),
        ("+", None),
        ("", None),
    ],
)
def test_the_country_of_a_number(number: str, country: str | None) -> None:
    assert contacts.country_of(number) == country


@settings(deadline=None)
@given(st.text(max_size=40))
def test_a_country_is_two_capital_letters_or_none(text: str) -> None:
    country = contacts.country_of(text)
    assert country is None or (len(country) == 2 and country.isascii() and country.isupper())


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        (" Ana.Example@Mail.EXAMPLE ", "ana.example@mail.example"),
        ("a+b@sub.mail.example", "a+b@sub.mail.example"),
        ("", None),
        ("ana", None),
        ("ana@mail", None),
        ("ana@@mail.example", None),
        ("ana b@mail.example", None),
        ("ana@mail.example\nBcc: other@mail.example", None),
        ("ana\x00@mail.example", None),
        ("a" * 65 + "@mail.example", None),
    ],
)
def test_an_address_is_in_lower_case_or_none(written: str, expected: str | None) -> None:
    assert contacts.email(written) == expected


@given(st.text(max_size=30), st.text(max_size=30))
@example("a\ud800", "mail")
@example("a\x7f", "mail")
def test_an_address_can_be_stored_and_put_into_a_header(local: str, domain: str) -> None:
    address = contacts.email(f"{local}@{domain}.example")
    assert address is None or (address.encode() and address.isprintable() and address.count("@") == 1)


def test_an_address_fits_its_column_and_the_standard() -> None:
    """RFC 5321 allows a path of 256 characters with its brackets."""
    longest = contacts.email("a" * 64 + "@" + ".".join(["b" * 62] * 3) + ".example")
    assert longest is None or len(longest) <= 254


def test_the_1_in_a_mexican_mobile_number_is_left_out() -> None:
    assert contacts.phone("+5215555550123") == contacts.phone("+525555550123") == "+525555550123"
