"""Only Twilio's signature opens the door, and nothing that is sent makes the look at it fail."""

from __future__ import annotations

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from twilio.request_validator import RequestValidator
from werkzeug.datastructures import MultiDict

from service.channels.twilio_signature import is_signed

URL = "https://clinic.example/twilio/messaging"
TOKEN = "a token"
WORDS = st.text(st.characters(exclude_categories=()), max_size=30)
FORMS = st.lists(st.tuples(WORDS, WORDS), max_size=6).map(MultiDict)
FORM = MultiDict([("From", "+447700900123"), ("Body", "Hola"), ("MessageSid", "SM1")])


def signed(url: str, form: MultiDict[str, str], token: str = TOKEN) -> str:
    return str(RequestValidator(token).compute_signature(url, form))


@settings(deadline=None)
@given(WORDS, FORMS, WORDS, st.lists(WORDS, max_size=3))
@example("http://[", MultiDict(), "x", ["t"])
@example("http://clinic.example:99999/", FORM, "x", ["t"])
@example(URL, FORM, "\ud800", ["t"])
@example(URL, FORM, "é", ["\ud800"])
def test_nothing_that_is_sent_raises_and_nothing_but_the_signature_passes(
    url: str, form: MultiDict[str, str], signature: str, tokens: list[str]
) -> None:
    assert is_signed(url, form, signature, tokens) is False


@settings(deadline=None)
@given(FORMS, WORDS)
def test_a_right_signature_passes_whatever_the_form_holds(form: MultiDict[str, str], body: str) -> None:
    try:
        signature = signed(URL, form)
    except UnicodeError:  # no HTTP request can carry this form
        return
    assert is_signed(URL, form, signature, [TOKEN])


@pytest.mark.parametrize("tokens", [[TOKEN], ["next", TOKEN], [TOKEN, "old"]])
def test_the_current_and_the_next_token_are_both_accepted(tokens: list[str]) -> None:
    assert is_signed(URL, FORM, signed(URL, FORM), tokens)


@pytest.mark.parametrize("tokens", [[], ["another"], [TOKEN.upper()]])
def test_a_token_that_is_not_ours_signs_nothing(tokens: list[str]) -> None:
    assert not is_signed(URL, FORM, signed(URL, FORM), tokens)


@pytest.mark.parametrize(
    ("name", "value"), [("Body", "Hola!"), ("From", "+447700900124"), ("Extra", "1"), ("MessageSid", "SM2")]
)
def test_a_form_that_was_changed_on_the_way_is_not_signed(name: str, value: str) -> None:
    changed = FORM.copy()
    changed[name] = value
    assert not is_signed(URL, changed, signed(URL, FORM), [TOKEN])


@pytest.mark.parametrize("url", [f"{URL}?x=1", URL.upper(), f"{URL}/", "https://other.example/twilio/messaging"])
def test_the_address_is_part_of_what_is_signed(url: str) -> None:
    assert not is_signed(url, FORM, signed(URL, FORM), [TOKEN])


def test_a_value_sent_twice_is_signed_as_two() -> None:
    twice = MultiDict([*FORM.items(multi=True), ("Body", "Adiós")])
    assert is_signed(URL, twice, signed(URL, twice), [TOKEN])
    assert not is_signed(URL, twice, signed(URL, FORM), [TOKEN])
