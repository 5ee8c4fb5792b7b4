"""Translates texts: finds the way, cuts into sentences, batches them across texts, mends and checks what comes out."""

from __future__ import annotations

import importlib
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from threading import Lock
from typing import Final

from translations import checks, routes, sentences
from translations.checks import Denies
from translations.engines.base import Engine, EngineError, Raw
from translations.glossary import Glossary, NoGlossary
from translations.routes import NoRoute, Step
from translations.sentences import Piece

__all__ = ["IDENTITY", "NoRoute", "RoundTrip", "Step", "Translation", "Translator", "build"]

IDENTITY: Final = "identity"
_LONGEST_UNIT: Final = 2  # letters: mg, dl, cm
_REMEMBERED: Final = 4096  # sentences; greetings and phrases of the form come again all day


@dataclass(frozen=True, slots=True)
class Translation:
    """A translated text and where it comes from; `flags` are the reasons to doubt it.

    `engine` is the last on the way; `package` names all steps ("translate-tr_en 1.9 → translate-en_ar 1.0").
    """

    text: str
    engine: str
    package: str
    flags: tuple[str, ...] = ()
    score: float | None = None


@dataclass(frozen=True, slots=True)
class RoundTrip:
    """A translation and what becomes of it translated back: for judging a reply in a language one cannot read.

    `back` is None where no engine serves the way back; `flags` are the reasons to doubt either way, or both together.
    """

    translation: Translation
    back: Translation | None
    flags: list[str]


class Translator:
    """Translates over the given engines, the earlier preferred; safe to share between threads.

    `glossary` restores accents and mends terms; `negation` tells whether a text in a language denies something.
    """

    def __init__(
        self, engines: Sequence[Engine], *, glossary: Glossary | None = None, negation: Denies | None = None
    ) -> None:
        self._engines = tuple(engines)
        self._glossary = glossary or NoGlossary()
        self._denies = negation
        self._memory = _Memory(_REMEMBERED)

    def serves(self, source: str, target: str) -> bool:
        """Whether a text can be translated now; packages installed meanwhile count."""
        return source == target or routes.shortest(self._engines, source, target) is not None

    def route(self, source: str, target: str) -> tuple[Step, ...]:
        """The steps from one language to the other, none within the same. Raises NoRoute."""
        if source == target:
            return ()
        way = routes.shortest(self._engines, source, target)
        if way is None:
            raise NoRoute(source, target)
        return way

    def translate(self, texts: Sequence[str], source: str, target: str) -> list[Translation]:
        """Every text translated, in the same order. Raises NoRoute, or EngineError when the engine is down."""
        way = self.route(source, target)
        try:
            return self._over(way, texts, source)
        except EngineError as error:
            # A package that turned out unusable is no longer offered: another engine may serve the pair.
            if error.permanent and self.route(source, target) != way:
                return self.translate(texts, source, target)
            raise

    def round_trip(self, text: str, source: str, target: str) -> RoundTrip:
        """The text translated and translated back. Raises as `translate` where the way there fails."""
        (translation,) = self.translate([text], source, target)
        back = self._back(translation.text, target, source)
        flags = [*translation.flags, *(back.flags if back else [checks.NO_BACK_TRANSLATION])]
        if back and back.engine != IDENTITY:
            # What went wrong on the way there may only be seen in the writer's own language again.
            flags += checks.check(text, back.text, source, source, denies=self._denies)
        return RoundTrip(translation, back, list(dict.fromkeys(flags)))

    def _back(self, text: str, source: str, target: str) -> Translation | None:
        """Translated if it can be now: a preview without a way back is better than none."""
        try:
            return self.translate([text], source, target)[0]
        except (NoRoute, EngineError):
            return None

    def _over(self, way: Sequence[Step], texts: Sequence[str], source: str) -> list[Translation]:
        cut = [self._cut(text, source) if way else [] for text in texts]
        wanted = dict.fromkeys(piece.text for pieces in cut for piece in pieces if piece.translate)
        known = self._sentences(list(wanted), way)
        return [
            self._whole(text, pieces, known, way) if any(piece.translate for piece in pieces) else _unchanged(text)
            for text, pieces in zip(texts, cut, strict=True)
        ]

    def _cut(self, text: str, source: str) -> list[Piece]:
        readable = text.encode("utf-8", errors="replace").decode("utf-8")  # without halves of surrogate pairs
        return sentences.split(self._glossary.restore(readable, source), source)

    def _sentences(self, wanted: Sequence[str], way: Sequence[Step]) -> dict[str, Raw]:
        """Each distinct sentence translated along the way; a step takes all of them at once."""
        key = " → ".join(step.package for step in way)
        known = self._memory.recall(key, wanted)
        missing = [sentence for sentence in wanted if sentence not in known]
        if missing:
            fresh = dict(zip(missing, _along(way, missing), strict=True))
            self._memory.keep(key, fresh)
            known |= fresh
        return known

    def _whole(self, text: str, pieces: Sequence[Piece], known: dict[str, Raw], way: Sequence[Step]) -> Translation:
        source, target = way[0].source, way[-1].target
        raws = [known[piece.text] for piece in pieces if piece.translate]
        joined = sentences.rejoin(pieces, [raw.text for raw in raws])
        mended = self._glossary.mend(text, joined, source, target)
        score = min((raw.score for raw in raws if raw.score is not None), default=None)
        flags = [flag for raw in raws for flag in raw.flags]
        unknown = [word for raw in raws for word in raw.unknown]
        flags += [checks.UNTRANSLATED_WORDS] if self._left(unknown, mended, source, target) else []
        flags += checks.check(text, mended, source, target, denies=self._denies)
        flags += [checks.LOW_SCORE] if checks.low_score(score) else []
        flags += [checks.PIVOTED] if len(way) > 1 else []
        package = " → ".join(step.package for step in way)
        return Translation(mended, way[-1].engine.name, package, tuple(dict.fromkeys(flags)), score)

    def _left(self, unknown: Sequence[str], text: str, source: str, target: str) -> bool:
        """Whether words that an engine did not know still stand there: not names, units, or words of the glossary."""
        standing = checks.words(text)
        return any(
            len(word) > _LONGEST_UNIT
            and word in standing
            and word.islower()
            and not self._glossary.is_right(word, source, target)
            for word in unknown
        )


def build(
    packages_dir: Path,
    *,
    beam: int = 2,
    max_resident_mb: int = 1500,
    glossary: Glossary | None = None,
    negation: Denies | None = None,
) -> Translator:
    """A translator over Argos packages, then Apertium; the engines are imported only here, by name."""
    argos = importlib.import_module("translations.engines.argos")
    apertium = importlib.import_module("translations.engines.apertium")
    engines: list[Engine] = [
        argos.ArgosEngine(packages_dir, beam=beam, max_resident_mb=max_resident_mb),
        apertium.ApertiumEngine(),
    ]
    return Translator(engines, glossary=glossary, negation=negation)


def _unchanged(text: str) -> Translation:
    return Translation(text, IDENTITY, IDENTITY)


def _along(way: Sequence[Step], texts: Sequence[str]) -> list[Raw]:
    """The sentences after the last step, with the lowest score and the flags of all steps."""
    current = [Raw(text) for text in texts]
    for step in way:
        results = step.engine.translate([raw.text for raw in current], step.source, step.target)
        current = [_carried(before, after) for before, after in zip(current, results, strict=True)]
    return current


def _carried(before: Raw, after: Raw) -> Raw:
    scores = [score for score in (before.score, after.score) if score is not None]
    return Raw(after.text, min(scores, default=None), (*before.flags, *after.flags), (*before.unknown, *after.unknown))


class _Memory:
    """The sentences translated last, by route; forgets the oldest."""

    def __init__(self, size: int) -> None:
        self._size = size
        self._kept: OrderedDict[tuple[str, str], Raw] = OrderedDict()
        self._lock = Lock()

    def recall(self, route: str, texts: Sequence[str]) -> dict[str, Raw]:
        with self._lock:
            return {text: self._kept[route, text] for text in texts if (route, text) in self._kept}

    def keep(self, route: str, translated: dict[str, Raw]) -> None:
        with self._lock:
            for text, raw in translated.items():
                if checks.NOT_TRANSLATED not in raw.flags:
                    self._kept[route, text] = raw
            while len(self._kept) > self._size:
                self._kept.popitem(last=False)
