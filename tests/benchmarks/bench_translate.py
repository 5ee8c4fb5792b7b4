"""`make bench-translate`: our workers' way of translating beside the stock library and the bare engines, in one run."""

from __future__ import annotations

import argparse
import json
import logging
import math
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any, Final

import ctranslate2
import structlog

from tests.benchmarks import enquiry_texts, random_package
from translations import glossary, packages, sentences
from translations.engines import apertium_stream
from translations.engines.apertium import MODES, ApertiumEngine
from translations.engines.apertium_pipeline import Pipeline, commands
from translations.engines.argos_tokens import SentencePiece
from translations.translator import Translator, build
from workers.knowledge import GLOSSARY, denial_words
from workers.work import BATCH

ENQUIRIES: Final = 500
OUTPUT_TOKENS: Final = 22  # a usual sentence
BEAM: Final = 2
ROUNDS: Final = 2
PARTS: Final = ("raw-16", "ours", "raw-32")
WARM: Final = "Hola. My father is very ill and needs a doctor."  # also loads what tells languages
# The stock library's settings, how many texts are measured (all would take an hour), and how much faster ours must be.
STOCK: Final[dict[str, tuple[dict[str, str], int, int]]] = {
    "stock as it comes": ({}, 8, 20),
    "stock at its best settings": ({"ARGOS_INTRA_THREADS": "1", "ARGOS_BEAM_SIZE": str(BEAM)}, 30, 8),
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--stock", type=Path, help="a Python that has argostranslate with torch")
    parser.add_argument("--part", choices=PARTS, help=argparse.SUPPRESS)
    parser.add_argument("--folder", type=Path, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    if arguments.part:
        print(json.dumps(measure(arguments.part, arguments.folder)))
        return
    with tempfile.TemporaryDirectory(prefix="dragoman-bench-") as folder:
        argos(Path(folder), arguments.stock)
    apertium()


def argos(folder: Path, stock: Path | None) -> None:
    """Every program in a process of its own, on the same package, in turns; the best of each counts."""
    texts = enquiry_texts.many("es", ENQUIRIES)
    file = random_package.build(folder / "x.argosmodel", texts, source="es", target="en", output_tokens=OUTPUT_TOKENS)
    packages.install_file(file, folder / "packages")
    words, pieces = sum(len(text.split()) for text in texts), sum(len(_sentences(text)) for text in texts)
    print(f"{ENQUIRIES} enquiries of {words / ENQUIRIES:.0f} words and {pieces / ENQUIRIES:.1f} sentences, beam {BEAM}")
    runs: dict[str, list[float]] = {}
    for _ in range(ROUNDS):
        for part in PARTS:
            for name, value in _apart(part, folder).items():
                runs.setdefault(f"{part} {name}", []).append(value)
        for name, (settings, sample, _) in STOCK.items() if stock else ():
            for measured, value in (_stock(stock, folder, texts[:sample], settings) if stock else {}).items():
                runs.setdefault(f"{name} {measured}", []).append(value * ENQUIRIES / sample)
    _report({name: min(measured) for name, measured in runs.items()}, max(runs["ours megabytes"]))


def _report(best: dict[str, float], megabytes: float) -> None:
    """`processor` is the time of all cores together: it says the same on a machine that has other work to do."""
    ours = best["ours seconds"]
    _line("our workers", best, "ours")
    bare = min(("raw-16", "raw-32"), key=lambda name: best[f"{name} seconds"])
    _line(f"raw translate_batch ({bare})", best, bare)
    print(f"  ours has {best[f'{bare} seconds'] / ours:.2f} of its speed (reach 0.85)")
    print(f"  peak memory {megabytes:.0f} MB (reach under 400)")
    for name, (_, sample, reach) in STOCK.items():
        if f"{name} seconds" in best:
            _line(f"{name} ({sample} texts, scaled)", best, name)
            print(f"  ours is {best[f'{name} seconds'] / ours:.1f} times as fast (reach {reach})")


def _sentences(text: str) -> list[str]:
    return [piece.text for piece in sentences.split(text, "es") if piece.translate]


def measure(part: str, folder: Path) -> dict[str, float]:
    """Seconds for all enquiries, the model loaded before, and the peak memory of this process."""
    texts = enquiry_texts.many("es", ENQUIRIES)
    work = _ours(folder, texts) if part == "ours" else _raw(folder, texts, int(part.removeprefix("raw-")))
    processor = time.process_time()
    seconds = _timed(work)
    return {"seconds": seconds, "processor": time.process_time() - processor, "megabytes": _peak_memory()}


def _peak_memory() -> float:
    """Of this process alone, in MB; what getrusage says begins with the peak of the process that started it."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return next(int(line.split()[1]) / 1024 for line in status.splitlines() if line.startswith("VmHWM"))


def _ours(folder: Path, texts: Sequence[str]) -> Callable[[], object]:
    translator = build(folder / "packages", beam=BEAM, glossary=glossary.load(GLOSSARY), negation=denial_words())
    translator.translate([WARM], "es", "en")
    return partial(_in_batches, translator, texts)


def _raw(folder: Path, texts: Sequence[str], batch: int) -> Callable[[], object]:
    """CTranslate2 alone: sentences cut and tokenised beforehand, all of them in one call."""
    tokenizer = SentencePiece(folder / "x" / "sentencepiece.model")
    pieces = dict.fromkeys(piece for text in texts for piece in _sentences(text))
    tokens = [tokenizer.encode(piece) for piece in pieces]
    cores = len(os.sched_getaffinity(0))
    model = ctranslate2.Translator(
        str(folder / "x" / "model"), compute_type="int8", inter_threads=cores, intra_threads=1
    )
    model.translate_batch(tokens[:1])
    return partial(model.translate_batch, tokens, max_batch_size=batch, beam_size=BEAM, length_penalty=0.2)


def apertium() -> None:
    """Our way over Apertium beside one large block through the same pipeline."""
    mode = MODES / "spa-eng.mode"
    stages = commands(mode) if mode.is_file() else None
    if stages is None:
        print("Apertium is not installed: not measured")
        return
    texts = enquiry_texts.many("es", ENQUIRIES)
    words = sum(len(text.split()) for text in texts)
    block = ours = math.inf
    for _ in range(2 * ROUNDS):
        engine = ApertiumEngine()
        translator = Translator([engine], glossary=glossary.load(GLOSSARY), negation=denial_words())
        translator.translate([WARM], "es", "en")
        block = min(block, _block(stages, texts))
        ours = min(ours, _timed(partial(_in_batches, translator, texts)))
        engine.close()
    print(f"Apertium, one block: {words / block:,.0f} words/s; our workers: {words / ours:,.0f} words/s")
    print(f"  ours has {block / ours:.2f} of the block's speed (reach 0.7)")


def _block(stages: Sequence[tuple[str, ...]], texts: Sequence[str]) -> float:
    """Seconds for all texts as one block, from the first byte in to the last byte out."""
    pipeline = Pipeline(stages)
    list(pipeline.run([apertium_stream.write("Hola.", 0).data], 10))
    block = apertium_stream.write("\n".join(texts), 1).data
    begun = time.perf_counter()
    answers = list(pipeline.run([block], 60))
    seconds = time.perf_counter() - begun
    pipeline.close()
    assert len(answers) == 1, "the pipeline died of the block"
    return seconds


def _in_batches(translator: Translator, texts: Sequence[str]) -> None:
    for start in range(0, len(texts), BATCH):
        translator.translate(texts[start : start + BATCH], "es", "en")


def _apart(part: str, folder: Path) -> dict[str, float]:
    command = [sys.executable, "-m", "tests.benchmarks.bench_translate", "--part", part, "--folder", str(folder)]
    found: dict[str, float] = _last_line(subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout)
    return found


def _stock(python: Path, folder: Path, texts: Sequence[str], settings: dict[str, str]) -> dict[str, float]:
    script = Path(__file__).with_name("stock_argos.py")
    given = json.dumps({"texts": texts, "package": str(folder / "x")})
    environment = {"HOME": str(folder), "PATH": os.defpath, **settings}
    ran = subprocess.run([python, script], input=given, env=environment, check=True, stdout=subprocess.PIPE, text=True)
    found: dict[str, float] = _last_line(ran.stdout)
    return found


def _last_line(output: str) -> Any:
    return json.loads(output.splitlines()[-1])


def _timed(work: Callable[[], object]) -> float:
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun


def _line(what: str, best: dict[str, float], name: str) -> None:
    seconds, processor = best[f"{name} seconds"], best[f"{name} processor"]
    print(f"{what}: {ENQUIRIES / seconds:.1f} enquiries/s, {seconds:.1f} s, {processor:.1f} s of processor", flush=True)


if __name__ == "__main__":
    main()
