"""`make eval-translate DATA=folder`: quality over parallel sentences, and the words of our trade on our own enquiries.

The folder holds `<language>-en.tsv` files: a sentence and its English, tab separated. For each pair that an engine
serves here: BLEU and chrF, beside Apertium without glossary, spelling or cutting where Apertium serves the pair; how
many characters a second; and how many of the numbers came through.
"""

from __future__ import annotations

import argparse
import logging
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import sacrebleu
import structlog

from service.settings import Settings
from tests.benchmarks import enquiry_texts
from translations import digits
from translations.engines import apertium_stream
from translations.engines.apertium import ApertiumEngine
from translations.engines.apertium_pipeline import Pipeline, commands
from translations.routes import shortest
from translations.translator import Translator
from workers.knowledge import build_translator

LINES: Final = 400
ENGLISH: Final = "en"


@dataclass(frozen=True)
class Scores:
    """What was measured of one pair."""

    bleu: float
    chrf: float
    numbers_kept: float
    characters_per_second: float


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path, help="folder of <language>-en.tsv files")
    parser.add_argument("languages", nargs="*", help="only these")
    arguments = parser.parse_args()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    files = sorted(arguments.data.glob("*-en.tsv"))
    if not files:
        print(f"{arguments.data} holds no <language>-en.tsv", file=sys.stderr)
        return 1
    translator = build_translator(Settings.from_env(need_secrets=False))
    wanted = [file for file in files if not arguments.languages or language_of(file) in arguments.languages]
    print("pair      way                 BLEU   chrF  numbers kept  characters/s")
    for file in wanted:
        compare(translator, file)
    print("\nterms of our trade on our own enquiries")
    for language in enquiry_texts.languages():
        if not arguments.languages or language in arguments.languages:
            terms(translator, language)
    return 0


def language_of(file: Path) -> str:
    return file.stem.removesuffix("-en")


def compare(translator: Translator, file: Path) -> None:
    """Ours and, where there is one, plain Apertium."""
    language = language_of(file)
    rows = [line.split("\t") for line in file.read_text(encoding="utf-8").splitlines()[:LINES]]
    sources, references = [row[0] for row in rows], [row[1] for row in rows]
    if not translator.serves(language, ENGLISH):
        print(f"{language}-en     no engine serves it here")
        return
    translator.translate(["."], language, ENGLISH)
    begun = time.perf_counter()
    translated = translator.translate(sources, language, ENGLISH)
    seconds = time.perf_counter() - begun
    texts = [translation.text for translation in translated]
    report(language, translated[0].engine, scores(sources, texts, references, seconds))
    modes = apertium_modes(language)
    if modes:
        begun = time.perf_counter()
        plain = apertium_alone(modes, sources)
        report(language, "Apertium alone", scores(sources, plain, references, time.perf_counter() - begun))


def scores(sources: Sequence[str], texts: Sequence[str], references: Sequence[str], seconds: float) -> Scores:
    said = [digits.numbers(source) for source in sources]
    kept = sum((before & digits.numbers(text)).total() for before, text in zip(said, texts, strict=True))
    return Scores(
        bleu=sacrebleu.corpus_bleu(list(texts), [list(references)]).score,
        chrf=sacrebleu.corpus_chrf(list(texts), [list(references)]).score,
        numbers_kept=kept / max(1, sum(numbers.total() for numbers in said)),
        characters_per_second=sum(map(len, sources)) / seconds,
    )


def apertium_modes(language: str) -> list[Path]:
    """The modes on Apertium's way to English, none where it has no way."""
    engine = ApertiumEngine()
    way = shortest([engine], language, ENGLISH)
    return [engine.mode(step.source, step.target) for step in way] if way else []


def apertium_alone(modes: Sequence[Path], texts: Sequence[str]) -> list[str]:
    """Each whole text through the bare pipelines, one after the other."""
    current = list(texts)
    for mode in modes:
        stages = commands(mode)
        assert stages is not None
        pipeline = Pipeline(stages)
        blocks = [apertium_stream.write(text, number) for number, text in enumerate(current)]
        answers = list(pipeline.run([block.data for block in blocks], 30))
        pipeline.close()
        raws = [apertium_stream.read_several(answer, [block]) for answer, block in zip(answers, blocks, strict=True)]
        current = [raw[0].text if raw else text for raw, text in zip(raws, current, strict=True)]
    return current


def report(language: str, way: str, found: Scores) -> None:
    print(
        f"{language}-en     {way:18}{found.bleu:6.1f} {found.chrf:6.1f}        {found.numbers_kept:6.3f}"
        f"    {found.characters_per_second:10,.0f}"
    )


def terms(translator: Translator, language: str) -> None:
    """The share of expected terms that come out right; each wrong one is named."""
    cases = enquiry_texts.cases(language)
    if not translator.serves(language, ENGLISH):
        print(f"{language}: no engine serves it here")
        return
    translated = translator.translate([case.text for case in cases], language, ENGLISH)
    right = [found for case, one in zip(cases, translated, strict=True) for found in case.found(one.text)]
    print(f"{language}: {sum(right)} of {len(right)} terms in {len(cases)} enquiries, {sum(right) / len(right):.3f}")
    for case, one in zip(cases, translated, strict=True):
        missing = [forms[0] for forms, found in zip(case.expected, case.found(one.text), strict=True) if not found]
        if missing:
            print(f"   {', '.join(missing)}: {one.text}")


if __name__ == "__main__":
    raise SystemExit(main())
