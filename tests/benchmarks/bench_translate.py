"""`make bench-translate`: our workers' way of translating beside the stock library and the bare engines, in one run."""

from __future__ import annotations

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any, Final

import ctranslate2

from tests.benchmarks import enquiry_texts, random_package
from translations import glossary, packages, sentences
from translations.engines.apertium import MODES, ApertiumEngine
from translations.engines.apertium_pipeline import Pipeline, commands
from translations.engines.argos_tokens import SentencePiece
from translations.translator import Translator, build
from workers.knowledge import GLOSSARY, denial_words
from workers.work import BATCH

ENQUIRIES: Final = 500
STOCK_SAMPLE: Final = 20  # texts: the stock library would take a quarter of an hour for all
OUTPUT_TOKENS: Final = 22  # a usual sentence
BEAM: Final = 2
PARTS: Final = ("ours", "raw")
BEST: Final = {"ARGOS_INTRA_THREADS": "1", "ARGOS_BEAM_SIZE": str(BEAM)}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--stock", type=Path, help="a Python that has argostranslate with torch")
    parser.add_argument("--part", choices=PARTS, help=argparse.SUPPRESS)
    parser.add_argument("--folder", type=Path, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.part:
        print(json.dumps(measure(arguments.part, arguments.folder)))
        return
    with tempfile.TemporaryDirectory(prefix="dragoman-bench-") as folder:
        argos(Path(folder), arguments.stock)
    apertium()


def argos(folder: Path, stock: Path | None) -> None:
    """Every program in a process of its own, on the same package."""
    texts = enquiry_texts.many("es", ENQUIRIES)
    file = random_package.build(folder / "x.argosmodel", texts, source="es", target="en", output_tokens=OUTPUT_TOKENS)
    packages.install_file(file, folder / "packages")
    raw, ours = (_apart(part, folder) for part in reversed(PARTS))
    again = _apart("raw", folder)
    bare = (raw["seconds"] + again["seconds"]) / 2
    _line("raw translate_batch (mean of two)", bare, ENQUIRIES)
    _line("our workers", ours["seconds"], ENQUIRIES)
    print(f"  {bare / ours['seconds']:.2f} of raw translate_batch (reach 0.85)")
    print(f"  peak memory {ours['megabytes']:.0f} MB (reach under 400)")
    if stock is None:
        return
    for name, settings, reach in (("stock as it comes", {}, 20), ("stock at its best settings", BEST, 8)):
        seconds = _stock(stock, folder, texts[:STOCK_SAMPLE], settings) * ENQUIRIES / STOCK_SAMPLE
        _line(f"{name} ({STOCK_SAMPLE} texts, scaled)", seconds, ENQUIRIES)
        print(f"  ours is {seconds / ours['seconds']:.1f} times as fast (reach {reach})")


def measure(part: str, folder: Path) -> dict[str, float]:
    """Seconds for all enquiries, the model loaded before, and the peak memory of this process."""
    texts = enquiry_texts.many("es", ENQUIRIES)
    seconds = (_ours if part == "ours" else _raw)(folder, texts)
    return {"seconds": seconds, "megabytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024}


def _ours(folder: Path, texts: Sequence[str]) -> float:
    translator = build(folder / "packages", beam=BEAM, glossary=_glossary(), negation=denial_words())
    translator.translate(["Hola."], "es", "en")
    return _timed(partial(_in_batches, translator, texts))


def _raw(folder: Path, texts: Sequence[str]) -> float:
    """CTranslate2 alone: sentences cut and tokenised beforehand, all of them in one call."""
    tokenizer = SentencePiece(folder / "x" / "sentencepiece.model")
    pieces = dict.fromkeys(piece.text for text in texts for piece in sentences.split(text, "es") if piece.translate)
    tokens = [tokenizer.encode(piece) for piece in pieces]
    cores = len(os.sched_getaffinity(0))
    model = ctranslate2.Translator(
        str(folder / "x" / "model"), compute_type="int8", inter_threads=cores, intra_threads=1
    )
    model.translate_batch(tokens[:1])
    return _timed(lambda: model.translate_batch(tokens, max_batch_size=32, beam_size=BEAM, length_penalty=0.2))


def apertium() -> None:
    """Our way over Apertium beside one large block through the same pipeline."""
    mode = MODES / "spa-eng.mode"
    stages = commands(mode) if mode.is_file() else None
    if stages is None:
        print("Apertium is not installed: not measured")
        return
    texts = enquiry_texts.many("es", ENQUIRIES)
    words = sum(len(text.split()) for text in texts)
    block = min(_block(stages, texts) for _ in range(2))
    engine = ApertiumEngine()
    translator = Translator([engine], glossary=_glossary(), negation=denial_words())
    translator.translate(["Hola."], "es", "en")
    ours = _timed(partial(_in_batches, translator, texts))
    engine.close()
    print(f"Apertium, one block: {words / block:,.0f} words/s; our workers: {words / ours:,.0f} words/s")
    print(f"  {block / ours:.2f} of one block (reach 0.7)")


def _block(stages: Sequence[tuple[str, ...]], texts: Sequence[str]) -> float:
    pipeline = Pipeline(stages)
    pipeline.run([b"Hola.[;0]"], 10)
    block = "\n".join(text.replace("[", " ").replace("]", " ") for text in texts).encode()
    seconds = _timed(lambda: pipeline.run([block + b"[;1]"], 60))
    pipeline.close()
    return seconds


def _in_batches(translator: Translator, texts: Sequence[str]) -> None:
    for start in range(0, len(texts), BATCH):
        translator.translate(texts[start : start + BATCH], "es", "en")


def _glossary() -> glossary.TermGlossary:
    return glossary.load(GLOSSARY)


def _apart(part: str, folder: Path) -> dict[str, float]:
    command = [sys.executable, "-m", "tests.benchmarks.bench_translate", "--part", part, "--folder", str(folder)]
    found: dict[str, float] = _last_line(subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout)
    return found


def _stock(python: Path, folder: Path, texts: Sequence[str], settings: dict[str, str]) -> float:
    script = Path(__file__).with_name("stock_argos.py")
    given = json.dumps({"texts": texts, "package": str(folder / "x")})
    environment = {"HOME": str(folder), "PATH": os.defpath, **settings}
    ran = subprocess.run([python, script], input=given, env=environment, check=True, stdout=subprocess.PIPE, text=True)
    return float(_last_line(ran.stdout))


def _last_line(output: str) -> Any:
    return json.loads(output.splitlines()[-1])


def _timed(work: Callable[[], object]) -> float:
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun


def _line(what: str, seconds: float, texts: int) -> None:
    print(f"{what}: {texts / seconds:.1f} enquiries/s, {seconds:.1f} s for {texts}", flush=True)


if __name__ == "__main__":
    main()
