"""Apertium's pipelines stay alive, keep what they must not touch, and are replaced when they die."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import service.understanding
from tests.needs import need
from translations import glossary
from translations.engines.apertium import ApertiumEngine
from translations.engines.base import EngineError
from translations.translator import Translator

GLOSSARY = Path(service.understanding.__file__).with_name("knowledge") / "glossary"


@pytest.fixture(scope="module")
def apertium() -> Iterator[ApertiumEngine]:
    need("apertium")
    engine = ApertiumEngine()
    yield engine
    engine.close()


@pytest.fixture(scope="module")
def translator(apertium: ApertiumEngine) -> Translator:
    return Translator([apertium], glossary=glossary.load(GLOSSARY))


def test_french_reaches_english_through_spanish(translator: Translator) -> None:
    (translated,) = translator.translate(["Ma mère a mal au genou."], "fr", "en")
    assert "my mother" in translated.text.lower()
    assert [step.target for step in translator.route("fr", "en")] == ["es", "en"]
    assert "pivoted" in translated.flags
    assert translated.package.startswith("apertium-fr-es ")


@pytest.mark.parametrize(
    ("language", "text", "said"),
    [
        ("es", "Mi papa tiene cirrosis hepatica y busca celulas madre.", ["my dad", "cirrhosis", "stem cells"]),
        ("es", "Me diagnosticaron cáncer de seno.", ["breast cancer"]),
        ("fr", "Elle souffre de polyarthrite rhumatoide.", ["rheumatoid arthritis"]),
        ("fr", "Le cancer du sein de ma femme", ["breast cancer"]),
        ("pt", "Quero tratamento com celulas-tronco para o figado.", ["stem cell treatment", "liver"]),
        ("it", "Mio padre ha un tumore al fegato e dolore al petto.", ["my father", "liver cancer", "chest pain"]),
        ("ro", "Mama mea are ciroză hepatică și insuficiență renală.", ["cirrhosis", "kidney failure"]),
    ],
)
def test_words_of_our_trade_come_out_right(translator: Translator, language: str, text: str, said: list[str]) -> None:
    (translated,) = translator.translate([text], language, "en")
    assert [words for words in said if words not in translated.text.lower()] == []


def test_addresses_numbers_and_markup_survive(translator: Translator) -> None:
    text = "Escriba a ana_b@mail.example o https://x.example/a_b?c=[1]: creatinina 2,3 mg/dl *urgente* <hoy> {1}"
    (translated,) = translator.translate([text], "es", "en")
    for kept in ("ana_b@mail.example", "https://x.example/a_b?c=[1", "2,3 mg/dl", "*", "<", ">", "{1}"):
        assert kept in translated.text
    assert "number-changed" not in translated.flags


@pytest.mark.parametrize(
    ("language", "text", "kept"),
    [
        ("es", "Me llamo Dolores Blanco.", "Dolores Blanco"),
        ("es", "mi hija Rosa, del Hospital Santa Paz", "Rosa"),
        ("es", "hernia en L4-L5", "L4-L5"),
        ("ro", "acum CA-125 a crescut", "CA-125"),
    ],
)
def test_names_and_codes_are_not_translated(translator: Translator, language: str, text: str, kept: str) -> None:
    assert kept in translator.translate([text], language, "en")[0].text


def test_words_it_does_not_know_are_left_without_marks_and_flagged(translator: Translator) -> None:
    (translated,) = translator.translate(["Tengo xilofonía severa."], "es", "en")
    assert "xilofonía" in translated.text
    assert "*" not in translated.text
    assert "untranslated-words" in translated.flags


@pytest.mark.parametrize(
    ("language", "text", "said"),
    [
        ("es", "he leido que mi tio necesita el cordon", ["read", "uncle", "cord"]),
        ("fr", "ma mere a ete hospitalisee hier", ["my mother", "yesterday"]),
        ("pt", "a operacao do coracao", ["operation", "heart"]),
        ("it", "la situazione e' grave, ma e' piu' tranquilla", ["is grave", "calmer"]),
        ("ro", "fratele meu nu poate manca", ["brother", "eat"]),
    ],
)
def test_accents_left_out_in_typing_are_put_back(
    translator: Translator, language: str, text: str, said: list[str]
) -> None:
    (translated,) = translator.translate([text], language, "en")
    assert [words for words in said if words not in translated.text.lower()] == []


@pytest.mark.parametrize("text", ["mi doctor Garcia", "xyzzy", "Tengo fiebre."])
def test_names_and_unknown_words_are_written_as_they_were(apertium: ApertiumEngine, text: str) -> None:
    (raw,) = apertium.translate([text], "es", "en")
    assert {"Garcia", "xyzzy"} & set(text.split()) <= set(raw.text.split())


def test_a_single_sentence_that_kills_the_pipeline_is_marked_if_others_would_pass(tmp_path: Path) -> None:
    script = "exec awk 'BEGIN { RS = ORS = \"\\0\" } /veneno/ { exit 1 } { print; fflush() }'"
    engine = ApertiumEngine(_mode(tmp_path, script), patience=2)
    (answer,) = engine.translate(["veneno."], "es", "en")
    engine.close()
    assert (answer.text, answer.flags) == ("veneno.", ("not-translated",))


def test_a_text_left_half_way_does_not_mix_with_the_next(apertium: ApertiumEngine) -> None:
    half = apertium.stream(["El agua."] * 50, "es", "en")
    next(half)
    del half
    assert apertium.translate(["La casa."], "es", "en")[0].text == "The house."


MARKS = "[]{}<>^$@/\\#*~|"
FRAGMENTS = [*MARKS, *" .,!?aeo1\n\t\x00\x01\u00ad\u0301\u202e😀ñ", " hola ", "[;0]"]


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.sampled_from(FRAGMENTS), max_size=60).map("".join))
def test_no_text_puts_the_stream_out_of_step(apertium: ApertiumEngine, text: str) -> None:
    odd, plain = apertium.translate([text, "El agua."], "es", "en")
    assert plain.text == "The water."
    assert odd.flags == ()
    assert {mark: odd.text.count(mark) for mark in MARKS} == {mark: text.count(mark) for mark in MARKS}


@pytest.mark.parametrize("stage", [0, 3, -1])
def test_a_killed_stage_is_replaced_and_no_text_lost(stage: int) -> None:
    need("apertium")
    engine = ApertiumEngine()
    before = engine.translate(["El agua."], "es", "en")
    os.kill(engine.pids()[stage], signal.SIGKILL)
    assert engine.translate(["El agua.", "La casa."], "es", "en")[0] == before[0]
    engine.close()


def test_a_hung_stage_is_noticed_and_replaced() -> None:
    need("apertium")
    engine = ApertiumEngine(patience=0.5)
    engine.translate(["El agua."], "es", "en")
    stopped = engine.pids()[2]
    os.kill(stopped, signal.SIGSTOP)
    assert engine.translate(["El agua."], "es", "en")[0].text == "The water."
    assert stopped not in engine.pids()
    engine.close()


def test_closing_leaves_no_process_behind() -> None:
    need("apertium")
    engine = ApertiumEngine()
    engine.translate(["El agua."], "es", "en")
    pids = engine.pids()
    engine.close()
    assert [pid for pid in pids if Path(f"/proc/{pid}").exists()] == []


def _mode(folder: Path, script: str) -> Path:
    """A folder of modes with one pair whose only stage is a script."""
    stage = folder / "stage"
    stage.write_text(f"#!/bin/sh\n{script}\n")
    stage.chmod(0o755)
    (folder / "spa-eng.mode").write_text(f"{stage} '/usr/share/apertium/apertium-eng-spa/x.bin'")
    return folder


def test_the_sentence_that_kills_the_pipeline_is_marked_and_the_others_translated(tmp_path: Path) -> None:
    script = "exec awk 'BEGIN { RS = ORS = \"\\0\" } /veneno/ { exit 1 } { print; fflush() }'"
    engine = ApertiumEngine(_mode(tmp_path, script), patience=2)
    answers = engine.translate(["uno.", "veneno.", "dos."], "es", "en")
    engine.close()
    assert [answer.text for answer in answers] == ["uno.", "veneno.", "dos."]
    assert [answer.flags for answer in answers] == [(), ("not-translated",), ()]


@pytest.mark.parametrize("script", ["exit 1", "exec sleep 60"], ids=["dies", "hangs"])
def test_a_pipeline_that_never_answers_is_an_error_that_may_pass(tmp_path: Path, script: str) -> None:
    engine = ApertiumEngine(_mode(tmp_path, script), patience=0.1)
    with pytest.raises(EngineError) as raised:
        engine.translate(["uno.", "dos.", "tres.", "cuatro."], "es", "en")
    engine.close()
    assert not raised.value.permanent


def test_without_apertium_there_are_no_pairs(tmp_path: Path) -> None:
    engine = ApertiumEngine(tmp_path / "nothing")
    assert engine.pairs() == set()
    assert not Translator([engine]).serves("es", "en")


def test_a_pair_whose_programs_are_missing_is_not_offered(tmp_path: Path) -> None:
    (tmp_path / "spa-eng.mode").write_text("no-such-program 'x' | lt-proc $1 'y'")
    assert ApertiumEngine(tmp_path).pairs() == set()
