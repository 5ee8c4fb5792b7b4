"""How fast texts are read: `python tests/benchmarks/bench_understanding.py` (a benchmark, not a timed test)."""

from __future__ import annotations

import resource
import time
from collections.abc import Callable, Iterator
from functools import partial
from typing import Final

from service.understanding import knowledge
from service.understanding.learned import model_store
from service.understanding.reader import Reader

_MESSAGES: Final = {
    "en": "My father is 68, from Kuwait. He has Parkinson's disease for 5 years. How much is stem cell treatment?",
    "es": "Mi madre tiene 62 años y artritis reumatoide desde hace 10 años, ¿cuánto cuesta el tratamiento?",
    "ar": "والدي عمره ٦٨ سنة ويعاني من مرض باركنسون منذ خمس سنوات، كم تكلفة العلاج بالخلايا الجذعية؟",
    "hi": "मेरी माँ 62 साल की हैं और उन्हें 10 साल से गठिया है, इलाज का खर्च कितना होगा?",
    "ru": "Моему отцу 68 лет, болезнь Паркинсона 5 лет, сколько стоит лечение стволовыми клетками?",
    "zh": "我父亲68岁，患帕金森病五年，干细胞治疗多少钱？",
    "tr": "Babam 68 yaşında, 5 yıldır Parkinson hastası, kök hücre tedavisi ne kadar?",
}
_HOSTILE: Final = {
    "one letter": "a" * 100_000,
    "pain": "chest pain no " * 7_000,
    "joints": "a-" * 50_000,
    "numbers": "12 345 " * 14_000,
    "commas": "no, pain, " * 10_000,
    "bare signs": "we like the icu and an ambulance for ketoacidosis. " * 2_000,
    "harakat": "صَ" * 50_000,
    "han": "胸痛" * 50_000,
    "digits": "9" * 100_000,
    "signs": "+1(2" * 25_000,
    "money": "we have 5000 $, budget " * 4_500,
    "allergies": "allergic to iodine, penicillin and " * 3_000,
    "cities": "I live in Berlin, my uncle in Paris. " * 2_700,
    "feet": "5'11\" and 70 kg, " * 6_000,
}


def main() -> None:
    languages = sorted(knowledge.languages())
    (seconds,) = _times(partial(knowledge.keep, languages), rounds=1)
    print(f"compile all {len(languages)} languages: {seconds:.2f} s, {_megabytes():.0f} MB")
    reader = Reader(model=model_store.built())
    for language, text in _MESSAGES.items():
        thousand = (text + " ") * (1000 // len(text) + 1)
        _report(f"red flags {language}, per 1,000 characters", _flags(reader, thousand[:1000], language), rounds=100)
        _report(f"full reading {language}, {len(text)} characters", _read(reader, text, language), rounds=200)
    for name, text in _HOSTILE.items():
        language = "zh" if name == "han" else "ar" if name == "harakat" else "en"
        _report(f"hostile: {name}, per 1,000 characters", _read(reader, text, language), rounds=1, share=100)
    print(f"most memory: {_megabytes():.0f} MB")


def _flags(reader: Reader, text: str, language: str) -> Callable[[], object]:
    return lambda: reader.red_flags(text, language=language)


def _read(reader: Reader, text: str, language: str) -> Callable[[], object]:
    return lambda: reader.read(text, language=language)


def _report(what: str, work: Callable[[], object], *, rounds: int, share: int = 1) -> None:
    best = min(_times(work, rounds)) / share
    print(f"{what}: {best * 1000:.2f} ms")


def _times(work: Callable[[], object], rounds: int) -> Iterator[float]:
    for _ in range(rounds):
        start = time.process_time()
        work()
        yield time.process_time() - start


def _megabytes() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    main()
