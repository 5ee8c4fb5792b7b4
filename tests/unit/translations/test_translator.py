"""Texts find their way over the engines, and come back in order with the reasons to doubt them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import pytest

from translations.engines.base import EngineError, Pair, Raw
from translations.engines.fake import FakeEngine
from translations.glossary import Term, TermGlossary, parse_table
from translations.translator import NoRoute, Translation, Translator

ES_EN = {("es", "en"): {"hola": "hello", "padre": "father", "mi": "my"}}
EN_FR = {("en", "fr"): {"hello": "bonjour", "father": "père"}}


def test_texts_come_back_in_their_order() -> None:
    translator = Translator([FakeEngine(ES_EN)])
    assert [t.text for t in translator.translate(["hola", "mi padre", "hola padre"], "es", "en")] == [
        "hello",
        "my father",
        "hello father",
    ]


def test_layout_survives() -> None:
    translator = Translator([FakeEngine(ES_EN)])
    (translated,) = translator.translate(["hola.\n\n  mi padre\t 👍\n"], "es", "en")
    assert translated.text == "hello.\n\n  my father\t 👍\n"


@pytest.mark.parametrize("text", ["", "  \n", "👍", "62", "?!"])
def test_what_has_no_words_is_returned_as_it_is(text: str) -> None:
    engine = FakeEngine(ES_EN)
    assert Translator([engine]).translate([text], "es", "en") == [Translation(text, "identity", "identity")]
    assert engine.calls == []


def test_within_a_language_nothing_is_translated() -> None:
    assert Translator([]).translate(["hello"], "en", "en") == [Translation("hello", "identity", "identity")]
    assert Translator([]).serves("en", "en")


def test_a_direct_way_needs_no_pivot() -> None:
    direct = FakeEngine({("es", "fr"): {"hola": "salut"}}, version="9")
    (translated,) = Translator([FakeEngine(ES_EN | EN_FR), direct]).translate(["hola"], "es", "fr")
    assert (translated.text, translated.package, translated.flags) == ("salut", "fake-es_fr 9", ())


def test_a_pivot_is_recorded() -> None:
    (translated,) = Translator([FakeEngine(ES_EN), FakeEngine(EN_FR)]).translate(["hola padre"], "es", "fr")
    assert translated.text == "bonjour père"
    assert translated.package == "fake-es_en 1 → fake-en_fr 1"
    assert "pivoted" in translated.flags


def test_the_earlier_engine_is_preferred() -> None:
    first, second = FakeEngine(ES_EN, version="first"), FakeEngine(ES_EN, version="second")
    assert Translator([first, second]).route("es", "en")[0].package == "fake-es_en first"


def test_english_is_the_preferred_pivot() -> None:
    tables: dict[Pair, dict[str, str]] = {("es", "de"): {}, ("de", "fr"): {}, ("es", "en"): {}, ("en", "fr"): {}}
    assert [step.target for step in Translator([FakeEngine(tables)]).route("es", "fr")] == ["en", "fr"]


def test_no_way_is_longer_than_three_steps() -> None:
    chain: dict[Pair, dict[str, str]] = {("ro", "es"): {}, ("es", "en"): {}, ("en", "ar"): {}, ("ar", "fa"): {}}
    translator = Translator([FakeEngine(chain)])
    assert len(translator.route("ro", "ar")) == 3
    assert not translator.serves("ro", "fa")


def test_a_pair_that_nothing_serves_is_a_permanent_error() -> None:
    translator = Translator([FakeEngine(ES_EN)])
    assert not translator.serves("en", "es")
    with pytest.raises(NoRoute, match="from en to es") as raised:
        translator.translate(["hello"], "en", "es")
    assert raised.value.permanent


def test_sentences_of_many_texts_go_to_the_engine_at_once_and_equal_ones_once() -> None:
    engine = FakeEngine(ES_EN)
    Translator([engine]).translate(["hola. mi padre.", "mi padre.", "hola."], "es", "en")
    assert engine.calls == [("es", "en", ("hola.", "mi padre."))]


def test_a_sentence_is_not_translated_twice() -> None:
    engine = FakeEngine(ES_EN)
    translator = Translator([engine])
    first, again = translator.translate(["hola."], "es", "en"), translator.translate(["hola."], "es", "en")
    assert first == again
    assert len(engine.calls) == 1


def test_the_glossary_sees_the_text_before_and_after_the_engine() -> None:
    glossary = TermGlossary({("es", "en"): [Term("células madre", "stem cells", ("cells mother",))]})
    engine = FakeEngine({("es", "en"): {"células": "cells", "madre": "mother"}})
    (translated,) = Translator([engine], glossary=glossary).translate(["celulas madre"], "es", "en")
    assert translated.text == "stem cells"


def test_a_lost_negation_is_flagged_with_the_knowledge_handed_in() -> None:
    engine = FakeEngine({("es", "en"): {"no": "", "hola": "hello"}})
    translator = Translator(
        [engine], negation=lambda text, language: {"es": "no", "en": "not"}[language] in text.split()
    )
    assert "negation-lost" in translator.translate(["no hola"], "es", "en")[0].flags
    assert "negation-lost" not in translator.translate(["hola"], "es", "en")[0].flags


EN_ES = {("en", "es"): {"hello": "hola", "father": "papá"}}


def test_a_round_trip_shows_what_a_reply_says() -> None:
    trip = Translator([FakeEngine(ES_EN | EN_ES)]).round_trip("hello father 5", "en", "es")
    assert trip.translation.text == "hola papá 5"
    assert trip.back is not None
    assert trip.back.text == "hello papá 5"
    assert trip.flags == []


def test_a_round_trip_without_a_way_back_says_so() -> None:
    trip = Translator([FakeEngine(EN_ES)]).round_trip("hello", "en", "es")
    assert (trip.translation.text, trip.back, trip.flags) == ("hola", None, ["no-back-translation"])


def test_a_round_trip_whose_way_back_is_down_says_so() -> None:
    down = Failing({("es", "en"): {}})
    trip = Translator([FakeEngine(EN_ES), down]).round_trip("hello", "en", "es")
    assert (trip.back, trip.flags) == (None, ["no-back-translation"])


def test_a_round_trip_needs_a_way_there() -> None:
    engine = FakeEngine(ES_EN)
    with pytest.raises(NoRoute):
        Translator([engine]).round_trip("hello", "en", "es")
    assert engine.calls == []


def test_a_round_trip_has_the_flags_of_both_ways() -> None:
    there, back = {("en", "es"): {"two": "2"}}, {("es", "en"): {"5": "7"}}
    trip = Translator([FakeEngine(there), FakeEngine(back)]).round_trip("hello 5 two", "en", "es")
    assert trip.flags == ["number-changed"]
    assert trip.translation.flags == ("number-changed",)


def test_a_denial_lost_in_a_language_nobody_knows_is_seen_on_the_way_back() -> None:
    there, back = {("en", "sw"): {"not": ""}}, {("sw", "en"): {"x": "x"}}
    translator = Translator(
        [FakeEngine(there), FakeEngine(back)],
        negation=lambda text, language: "not" in text.split() if language == "en" else None,
    )
    assert translator.round_trip("do not eat", "en", "sw").flags == ["negation-lost"]


class Failing(FakeEngine):
    """Serves a pair and is down."""

    def translate(self, sentences: Sequence[str], source: str, target: str) -> list[Raw]:
        raise EngineError("down", permanent=False)


class Marking(FakeEngine):
    """Does not know any word, as Apertium tells it."""

    def translate(self, sentences: Sequence[str], source: str, target: str) -> list[Raw]:
        return [Raw(sentence, unknown=tuple(sentence.split())) for sentence in sentences]


@pytest.mark.parametrize(
    ("text", "flagged"), [("cirrosis", True), ("lupus", False), ("Bogotá", False), ("5 mg", False), ("FIV", False)]
)
def test_unknown_words_are_flagged_but_names_units_and_terms_are_not(text: str, flagged: bool) -> None:
    glossary = TermGlossary({("es", "en"): [Term("lupus", "lupus")]})
    (translated,) = Translator([Marking(ES_EN)], glossary=glossary).translate([text], "es", "en")
    assert ("untranslated-words" in translated.flags) is flagged


class Broken(FakeEngine):
    """Offers a pair until it is used."""

    def translate(self, sentences: Sequence[str], source: str, target: str) -> list[Raw]:
        self._tables = {}
        raise EngineError("cannot be loaded", permanent=True)


def test_another_engine_takes_over_from_one_that_turns_out_unusable() -> None:
    (translated,) = Translator([Broken(ES_EN), FakeEngine(ES_EN, version="2")]).translate(["hola"], "es", "en")
    assert (translated.text, translated.package) == ("hello", "fake-es_en 2")


def test_an_engine_that_fails_for_good_says_so() -> None:
    with pytest.raises(NoRoute):
        Translator([Broken(ES_EN)]).translate(["hola"], "es", "en")


MIXED = {("es", "en"): {"hola": "hello"}, ("fr", "en"): {"bonjour": "good morning"}}
ENGLISH = "My father has severe chest pain and needs help."


def test_a_sentence_that_is_in_the_target_already_stays_and_the_mixture_is_flagged() -> None:
    engine = FakeEngine(MIXED)
    (translated,) = Translator([engine]).translate([f"hola señora. {ENGLISH}"], "es", "en")
    assert translated.text == f"hello señora. {ENGLISH}"
    assert "mixed-language" in translated.flags
    assert [sentences for _, _, sentences in engine.calls] == [("hola señora.",)]


def test_a_sentence_in_a_third_language_goes_its_own_way() -> None:
    text = "hola, mi padre está enfermo. bonjour, ma mère est très malade."
    (translated,) = Translator([FakeEngine(MIXED)]).translate([text], "es", "en")
    assert translated.text.endswith("good morning, ma mère est très malade.")


def test_a_sentence_in_a_language_that_nothing_serves_stays_and_is_flagged() -> None:
    text = "hola, mi padre está enfermo. Guten Tag, meine Mutter ist sehr krank."
    (translated,) = Translator([FakeEngine(MIXED)]).translate([text], "es", "en")
    assert "Guten Tag, meine Mutter ist sehr krank." in translated.text
    assert {"mixed-language", "not-translated"} <= set(translated.flags)


def test_a_text_wholly_in_another_language_is_translated_as_told_and_flagged() -> None:
    engine = FakeEngine(MIXED)
    (translated,) = Translator([engine]).translate(["bonjour, ma mère est très malade."], "es", "en")
    assert "wrong-language-suspected" in translated.flags
    assert engine.calls[0][:2] == ("es", "en")


def test_what_is_typed_in_latin_letters_is_flagged() -> None:
    arabic: dict[Pair, dict[str, str]] = {("ar", "en"): {}}
    (translated,) = Translator([FakeEngine(arabic)]).translate(["ana 3andi waja3 fi sadri"], "ar", "en")
    assert "romanised" in translated.flags


def test_one_lost_denial_is_seen_beside_a_kept_one() -> None:
    table = {("es", "en"): {"no": "not", "nunca": ""}}
    translator = Translator(
        [FakeEngine(table)], negation=lambda text, language: bool({"no", "nunca", "not"} & {*text.split()})
    )
    (translated,) = translator.translate(["no fuma mi padre. nunca fuma mi padre."], "es", "en")
    assert "negation-lost" in translated.flags


CHANGES = [
    ("toma 5 mg", {"mg": "g"}, "dose-changed"),
    ("pesa 62 kg", {"kg": "lb"}, "unit-changed"),
    ("cuesta 300 euros", {"euros": "dollars"}, "unit-changed"),
    ("el 12 de marzo", {"marzo": "May"}, "date-changed"),
    ("tiene 62 años", {"62": "26"}, "number-changed"),
    ("me llamo Dolores Blanco", {"dolores": "Pains"}, "name-changed"),
    ("expediente AB-1234", {"ab": "AC"}, "contact-changed"),
    ("tomo metotrexato", {"metotrexato": "vitamins"}, "medicine-changed"),
]


@pytest.mark.parametrize(("text", "change", "flag"), CHANGES)
def test_what_must_survive_and_did_not_is_flagged(text: str, change: dict[str, str], flag: str) -> None:
    same: dict[Pair, dict[str, str]] = {("es", "en"): {"marzo": "March", "metotrexato": "methotrexate"}}
    medicines = parse_table("en\tes\nmethotrexate\tmetotrexato\n", "medicines.tsv")
    glossary = TermGlossary({}, medicines)
    (right,) = Translator([FakeEngine(same)], glossary=glossary).translate([text], "es", "en")
    (wrong,) = Translator([FakeEngine({("es", "en"): change})], glossary=glossary).translate([text], "es", "en")
    assert flag not in right.flags
    assert flag in wrong.flags


def test_texts_are_finished_while_the_engine_goes_on() -> None:
    order: list[str] = []

    class Slow(FakeEngine):
        def stream(self, sentences: Sequence[str], source: str, target: str) -> Iterator[Raw]:
            for sentence in sentences:
                order.append(sentence)
                yield Raw(sentence)

    def denies(text: str, language: str) -> bool:
        order.append(f"checked {text}")
        return False

    Translator([Slow(ES_EN)], negation=denies).translate(["hola uno", "hola dos"], "es", "en")
    assert order.index("checked hola uno") < order.index("hola dos")


class Literal(FakeEngine):
    """Goes by rules."""

    literal = True  # type: ignore[misc]


def test_what_an_engine_makes_of_a_term_by_itself_is_replaced_in_a_text() -> None:
    table = {("es", "en"): {"trasplante": "transplantation", "de": "of", "pulmón": "lung"}}
    glossary = TermGlossary({("es", "en"): [Term("trasplante de pulmón", "lung transplant")]})
    engine = Literal(table)
    translator = Translator([engine], glossary=glossary)
    (translated,) = translator.translate(["trasplante de pulmón ya"], "es", "en")
    assert translated.text == "lung transplant ya"
    translator.translate(["otra vez"], "es", "en")
    assert [sentences for _, _, sentences in engine.calls].count(("trasplante de pulmón",)) == 1


@pytest.mark.timeout(20)  # no figure: a way of looking that grows with the square of the length would take minutes
@pytest.mark.parametrize(
    "text",
    ["x" * 100_000, "." * 100_000, " " * 100_000 + "hola", "1 " * 50_000, "a-1-" * 25_000, "me llamo Ana " * 8_000],
    ids=["one word", "stops", "blanks", "digits", "codes", "names"],
)
def test_a_huge_text_of_any_shape_comes_back_in_reasonable_time(text: str) -> None:
    (translated,) = Translator([FakeEngine(ES_EN)]).translate([text], "es", "en")
    assert len(translated.text) >= 90_000
