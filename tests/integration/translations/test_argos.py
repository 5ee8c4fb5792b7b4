"""Argos packages translate, alone and chained, and come and go while the program runs."""

from __future__ import annotations

import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import structlog.testing

from tests import translations_support as support
from translations import packages
from translations.engines.argos import ArgosEngine
from translations.engines.argos_tokens import BytePairs
from translations.engines.base import EngineError
from translations.translator import Translator, build


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    packages.install_file(support.TR_EN, tmp_path)
    packages.install_file(support.EN_AR, tmp_path)
    return tmp_path


TURKISH = ["Annem 62 yaşında.", "Merhaba.", "Babam siroz hastası değil.", "Kızım nefes alamıyor."]
ENGLISH = ["My mother is 62 years old.", "Hello.", "My father does not have cirrhosis.", "My daughter cannot breathe."]
ARABIC = ["عمر أمي 62 سنة.", "مرحبا.", "أبي ليس لديه تليف الكبد.", "ابنتي لا تستطيع التنفس."]


def test_sentences_are_translated(folder: Path) -> None:
    translated = build(folder).translate(TURKISH, "tr", "en")
    assert [t.text for t in translated] == ENGLISH
    assert {(t.engine, t.package, t.flags) for t in translated} == {("argos", "translate-tr_en 0.1", ())}
    assert all(t.score is not None and -0.5 < t.score <= 0 for t in translated)


def test_two_packages_make_a_third_way(folder: Path) -> None:
    translated = build(folder).translate(TURKISH, "tr", "ar")
    assert [t.text for t in translated] == ARABIC
    assert translated[0].package == "translate-tr_en 0.1 → translate-en_ar 0.1"
    assert translated[0].flags == ("pivoted",)


def test_a_large_batch_keeps_its_order(folder: Path) -> None:
    texts = [f"Annem {number} yaşında. Merhaba." for number in range(1, 100)]
    translated = build(folder).translate(texts, "tr", "en")
    assert [t.text for t in translated] == [f"My mother is {number} years old. Hello." for number in range(1, 100)]


@pytest.mark.parametrize("beam", [1, 2, 4])
def test_the_beam_is_a_setting(folder: Path, beam: int) -> None:
    assert build(folder, beam=beam).translate(TURKISH[:1], "tr", "en")[0].text == ENGLISH[0]


def test_a_package_is_loaded_once_and_its_loading_logged_without_texts(folder: Path) -> None:
    with structlog.testing.capture_logs() as logs:
        translator = build(folder)
        for text in TURKISH:
            translator.translate([text], "tr", "en")
    loaded = [entry for entry in logs if entry["event"] == "model_loaded"]
    assert [entry["package"] for entry in loaded] == ["translate-tr_en 0.1"]
    assert loaded[0]["seconds"] >= 0
    assert loaded[0]["megabytes"] > 0
    assert "Annem" not in json.dumps(logs, ensure_ascii=False)


def test_models_beyond_the_memory_bound_are_dropped(folder: Path) -> None:
    engine = ArgosEngine(folder, max_resident_mb=0)
    engine.translate(["Merhaba."], "tr", "en")
    engine.translate(["Hello."], "en", "ar")
    assert engine.resident() == ["translate-en_ar 0.1"]
    assert engine.translate(["Merhaba."], "tr", "en")[0].text == "Hello."


def test_models_within_the_memory_bound_stay(folder: Path) -> None:
    engine = ArgosEngine(folder)
    engine.translate(["Merhaba."], "tr", "en")
    engine.translate(["Hello."], "en", "ar")
    assert len(engine.resident()) == 2


def test_packages_installed_and_removed_while_it_runs_are_seen(tmp_path: Path) -> None:
    translator = Translator([ArgosEngine(tmp_path / "packages")])
    assert not translator.serves("tr", "en")
    packages.install_file(support.TR_EN, tmp_path / "packages")
    assert translator.translate(["Merhaba."], "tr", "en")[0].text == "Hello."
    new = support.with_metadata(support.TR_EN, tmp_path / "new", package_version="0.2")
    packages.install_file(new, tmp_path / "packages")
    assert translator.translate(["Merhaba."], "tr", "en")[0].package == "translate-tr_en 0.2"
    packages.remove("tr", tmp_path / "packages")
    assert not translator.serves("tr", "en")


def test_a_package_that_cannot_be_loaded_is_offered_no_more(tmp_path: Path) -> None:
    def damage(files: dict[str, bytes]) -> None:
        name = "translate-tr_en-0_1/model/model.bin"
        files[name] = files[name][:2000]

    packages.install_file(support.repacked(support.TR_EN, tmp_path / "damaged", damage), tmp_path / "packages")
    engine = ArgosEngine(tmp_path / "packages")
    assert engine.pairs() == {("tr", "en")}
    with pytest.raises(EngineError) as raised:
        engine.translate(["Merhaba."], "tr", "en")
    assert raised.value.permanent
    assert engine.pairs() == set()


def test_a_target_prefix_of_the_package_is_not_part_of_the_translation(tmp_path: Path) -> None:
    prefixed = support.with_metadata(support.TR_EN, tmp_path / "prefixed", target_prefix="▁")
    packages.install_file(prefixed, tmp_path / "packages")
    (raw,) = ArgosEngine(tmp_path / "packages").translate(["Merhaba."], "tr", "en")
    assert not raw.text.startswith(("▁", " "))


def test_a_model_gone_astray_does_not_run_on(folder: Path) -> None:
    (raw,) = ArgosEngine(folder).translate(["qwxj zzkq vbnm " * 10], "tr", "en")
    assert len(raw.text) < 5000


def test_byte_pair_packages_cut_words_and_put_them_together_again(tmp_path: Path) -> None:
    (tmp_path / "bpe.model").write_text("#version: 0.2\nh o\nho l\nl a</w>\n", encoding="utf-8")
    tokenizer = BytePairs(tmp_path / "bpe.model", "es", "en")
    tokens = tokenizer.encode("hola, ho")
    assert "hol@@" in tokens
    assert tokenizer.decode(tokens) == "hola, ho"


class Decoder:
    """Stands for CTranslate2: says what it is told to, and better when repetition is forbidden."""

    def __init__(self, first: list[str], again: list[str]) -> None:
        self.said = {0: first, 3: again}
        self.limits: list[int] = []

    def translate_batch(self, batch: list[list[str]], **options: Any) -> list[SimpleNamespace]:
        self.limits.append(options["max_decoding_length"])
        said = self.said[options["no_repeat_ngram_size"]]
        result = SimpleNamespace(hypotheses=[said], scores=[-1.0])
        return [SimpleNamespace(result=lambda: result) for _ in batch]


def _decoded(folder: Path, decoder: Decoder, monkeypatch: pytest.MonkeyPatch, text: str = "Merhaba.") -> str:
    monkeypatch.setattr("ctranslate2.Translator", lambda *_, **__: decoder)
    return ArgosEngine(folder).translate([text], "tr", "en")[0].text


def test_a_loop_is_decoded_again_with_repetition_forbidden(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    decoder = Decoder(["▁pain"] * 9, ["▁Hello", "."])
    assert _decoded(folder, decoder, monkeypatch) == "Hello."
    assert len(decoder.limits) == 2


def test_more_than_any_sentence_comes_to_is_decoded_again_and_cut(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    words = [f"▁w{number}" for number in range(200)]
    decoder = Decoder(words, words)
    text = _decoded(folder, decoder, monkeypatch)
    assert len(text.split()) == decoder.limits[-1] < 60


def test_the_length_of_the_source_bounds_the_decoding(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    decoder = Decoder(["▁Hello", "."], [])
    _decoded(folder, decoder, monkeypatch, "Merhaba.")
    _decoded(folder, decoder, monkeypatch, "Merhaba. " * 10)
    assert decoder.limits[0] < decoder.limits[1]
