"""What a coordinator is told of a message: conditions, facts, intent and one line of English."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from service.understanding.gist import LONGEST
from service.understanding.reader import Reader
from service.understanding.reading import INTENTS, Reading

READER = Reader()


def read(text: str, language: str = "en", **options: str) -> Reading:
    return READER.read(text, language=language, translation=options.get("translation"), country=options.get("country"))


def test_a_relatives_enquiry_becomes_one_line() -> None:
    reading = read(
        "My father is 68, we are from Kuwait. He has Parkinsons for 5 years. How much is stem cell treatment?"
    )
    assert reading.gist == (
        "For their father, 68, Kuwait · Parkinson's disease, 5 years · asks: cost of stem cell treatment"
    )
    assert reading.condition == "parkinsons"
    assert reading.intent == "cost"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("butterfly rash and white fingers, ANA positive", "lupus"),
        ("rhumatoid artritis", "rheumatoid-arthritis"),
        ("weak bones, T score -3", "osteoporosis"),
        ("water in the belly and yellow eyes", "liver-disease"),
        ("doctor said replace the knee", "knee-osteoarthritis"),
        ("hip replacement price", "hip-osteoarthritis"),
        ("dialysis three times a week", "kidney-failure"),
        ("two blocked arteries in the heart", "coronary-heart-disease"),
        ("my baby has a hole in the heart", "congenital-heart"),
        ("lump in my breast, biopsy positive", "breast-cancer"),
        ("trying for a baby 5 years, low AMH", "infertility"),
        ("I have MS since 2015", "multiple-sclerosis"),
        ("hands shake, taking levodopa", "parkinsons"),
        ("my child has CP and cannot walk", "cerebral-palsy"),
        ("all on 4 implants, lost teeth", "dental"),
    ],
)
def test_a_condition_is_known_by_its_many_names(text: str, code: str) -> None:
    assert read(text).condition == code


@pytest.mark.parametrize(
    ("text", "code", "standing"),
    [
        ("I have no diabetes", "diabetes", "negated"),
        ("My mother died of breast cancer", "breast-cancer", "family"),
        ("I had breast cancer in 2015", "breast-cancer", "past"),
    ],
)
def test_what_the_patient_does_not_have_is_mentioned_apart(text: str, code: str, standing: str) -> None:
    reading = read(text)
    assert code not in {finding.code for finding in reading.conditions}
    assert (code, standing) in {(finding.code, finding.standing) for finding in reading.mentions}


def test_a_suspicion_is_reported_as_one() -> None:
    (finding,) = read("The doctor suspects lupus").conditions
    assert finding.standing == "suspected"


def test_one_hint_is_too_little_and_two_point_at_a_condition() -> None:
    assert read("I have joint pain").condition == "unclassified"
    assert read("joint pain, mouth ulcers and white fingers").condition == "lupus"


def test_liver_values_alone_point_at_the_liver() -> None:
    reading = read("ALT 188 U/L, AST: 120 U/L, bilirubin 3,4 mg/dl")
    assert reading.condition == "liver-disease"
    assert reading.facts["labs"] == {
        "alt": {"value": 188, "unit": "U/L"},
        "ast": {"value": 120, "unit": "U/L"},
        "bilirubin": {"value": 3.4, "unit": "mg/dl"},
    }


@pytest.mark.parametrize(
    ("text", "condition"),
    [
        ("creatinine 8.2", "kidney-failure"),
        ("creatinine 600 µmol/L", "kidney-failure"),
        ("creatinine 78", "unclassified"),
        ("creatinine 78 umol/l", "unclassified"),
        ("ALT 35", "unclassified"),
    ],
)
def test_a_value_speaks_for_a_condition_only_in_its_unit(text: str, condition: str) -> None:
    assert read(text).condition == condition


@pytest.mark.parametrize(
    "text", ["bilirubin high, CA 19-9 at 800", "high creatinine, HLA B27 positive", "AST up, pain at L4 and L5"]
)
def test_a_figure_in_the_name_of_another_test_is_no_value(text: str) -> None:
    assert "labs" not in READER.read(text, language="en").facts


@pytest.mark.parametrize(
    ("text", "age"),
    [
        ("my son is 7 years old", 7),
        ("my mother, 68, has diabetes", 68),
        ("she is sixty two years old", 62),
        ("baby 5 days old", 0),
        ("child of 30 months old", 2),
    ],
)
def test_the_age_is_read(text: str, age: int) -> None:
    assert read(text).facts["age"] == age


@pytest.mark.parametrize("text", ["for 5 years", "price 45 usd", "8 months pregnant", "pain is 10 out of 10"])
def test_other_numbers_are_no_age(text: str) -> None:
    assert "age" not in read(text).facts


def test_contacts_and_budget_are_read_with_their_places() -> None:
    text = "Call +44 7700 900123 or ana@patient.example, budget 15 000 €"
    facts = read(text).facts
    assert facts["phone"] == "+447700900123"
    assert facts["email"] == "ana@patient.example"
    assert facts["budget"] == {"amount": 15000, "currency": "EUR"}
    start, end = facts["spans"]["email"]
    assert text[start:end] == "ana@patient.example"


@pytest.mark.parametrize(
    ("text", "inr", "budget"),
    [
        ("INR 1.6, ALT 50", {"value": 1.6, "unit": None}, None),
        ("INR 2.5 and a budget of 5000 $", {"value": 2.5, "unit": None}, {"amount": 5000, "currency": "USD"}),
        ("my budget is INR 200000", None, {"amount": 200000, "currency": "INR"}),
        ("INR 1.6 lakh", None, {"amount": 160000, "currency": "INR"}),
    ],
)
def test_the_blood_test_inr_is_not_the_indian_rupee(text: str, inr: object, budget: object) -> None:
    facts = read(text).facts
    assert facts.get("labs", {}).get("inr") == inr
    assert facts.get("budget") == budget


@pytest.mark.parametrize(
    ("text", "language", "who"),
    [
        ("kidney failure, my son will donate his kidney", "en", None),
        ("I have kidney failure, my wife is the donor", "en", "self"),
        ("my daughter is writing this, I have lupus", "en", "self"),
        ("my son has kidney failure and needs a donor", "en", "son"),
        ("we are trying for a baby for 5 years", "en", None),
        ("my son has infertility", "en", "son"),
        ("çocuğumuz olmuyor", "tr", None),
        ("u rebenka DCP, emu 5 let", "ru-Latn", "child"),
    ],
)
def test_the_donor_the_writer_and_the_wished_for_child_are_not_the_patient(
    text: str, language: str, who: str | None
) -> None:
    reading = READER.read(text, language=language, candidates=("en", "hi-Latn"))
    assert reading.facts.get("who") == who


def test_a_second_opinion_is_asked_for_and_no_condition() -> None:
    reading = read("second opinion please")
    assert (reading.condition, reading.intent) == ("unclassified", "second-opinion")


def test_a_national_number_is_read_with_the_country_of_the_message() -> None:
    assert read("07700 900123", country="GB").facts["phone"] == "+447700900123"
    assert "phone" not in read("07700 900123").facts


def test_the_translation_adds_and_never_takes_away() -> None:
    reading = read("xyz", "sw", translation="He cannot breathe, he is 70 years old")
    assert reading.urgency == "emergency"
    assert reading.facts["age"] == 70
    assert {quote.source for flag in reading.red_flags for quote in flag.evidence} == {"translation"}


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("STOP", "opt-out"),
        ("Please stop sending me messages, this is the third time I ask. Ada", "opt-out"),
        ("Stop sending me messages about my father, call me: he has a stroke", "callback"),
        ("My heart will stop, please treat me", "treatment"),
        ("Can I get an appointment next week", "appointment"),
        ("I want a second opinion on my MRI", "second-opinion"),
        ("please call me back", "callback"),
        ("We offer SEO and backlinks, click here for a limited time offer", "spam"),
        ("lupus patient asks about bitcoin, seo and backlinks", "treatment"),
        ("hello", "other"),
    ],
)
def test_the_intent_is_reported(text: str, intent: str) -> None:
    assert read(text).intent == intent


def test_a_gist_is_never_empty() -> None:
    assert read("", "ar").gist == "Message in Arabic, nothing recognised"
    assert read("???", "und").gist == "Message in an unknown language, nothing recognised"


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=300), st.sampled_from(["en", "ar", "zh", "und", "xx"]))
def test_any_text_can_be_read(text: str, language: str) -> None:
    reading = read(text, language)
    assert 0 < len(reading.gist) <= LONGEST
    assert reading.intent in INTENTS
    for finding in (*reading.conditions, *reading.mentions):
        assert all(not quote.start or quote.text == text[quote.start : quote.end] for quote in finding.evidence)
