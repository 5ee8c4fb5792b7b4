"""Translates texts: finds the way, cuts into sentences, batches them across texts, mends and checks what comes out."""

from __future__ import annotations

import importlib
from collections.abc import Generator, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from translations import checks, digits, mixed, routes, sentences
from translations.checks import Denies
from translations.engines.base import Engine, EngineError, Raw
from translations.glossary import Glossary, NoGlossary
from translations.memory import Memory
from translations.routes import NoRoute, Step
from translations.sentences import Piece

__all__ = ["IDENTITY", "NoRoute", "RoundTrip", "Step", "Translation", "Translator", "build"]

Key = tuple[str, str]  # a language, and a sentence in it

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
        self._memory = Memory(_REMEMBERED)
        self._heard: set[str] = set()

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
        """Every text translated, in the same order. Raises NoRoute, or EngineError when the engine is down.

        Sentences in another language than the rest of their text go the way of their own language, or stay.
        """
        way = self.route(source, target)
        try:
            return self._over(way, texts, source, target)
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

    def _over(self, way: Sequence[Step], texts: Sequence[str], source: str, target: str) -> list[Translation]:
        """Sentences of all texts together; each text is finished while the engine is at the next."""
        self._hear(way)
        drafts = [self._draft(text, source, target) for text in texts]
        known = self._in_other_languages(drafts, source, target)
        wanted = dict.fromkeys(sentence for draft in drafts for sentence in draft.in_language(source))
        arriving = self._sentences(list(wanted), way)
        try:
            return [self._finished(draft, known, arriving, target) for draft in drafts]
        finally:
            arriving.close()

    def _hear(self, way: Sequence[Step]) -> None:
        """Once for a way over rules alone: what comes of the terms of our trade by themselves."""
        key = package_of(way)
        if key in self._heard or not way or not all(step.engine.literal for step in way):
            return
        source, target = way[0].source, way[-1].target
        phrases = self._glossary.phrases(source, target)
        renderings = {phrase: raw.text for phrase, raw in zip(phrases, _along(way, phrases), strict=True)}
        self._glossary.learn(renderings, source, target)
        self._heard.add(key)

    def _draft(self, text: str, source: str, target: str) -> Draft:
        """The text cut up, each piece with its language."""
        readable = text.encode("utf-8", errors="replace").decode("utf-8")  # without halves of surrogate pairs
        pieces = sentences.split(self._glossary.restore(readable, source), source)
        spoken = mixed.languages([piece.text for piece in pieces if piece.translate], source)
        if source == target:
            spoken = [language if self.serves(language, target) else target for language in spoken]
        flags = [checks.ROMANISED] if mixed.is_romanised(text, source) else []
        if spoken and source not in spoken:  # whoever said what the language is may know better
            flags.append(checks.WRONG_LANGUAGE)
            spoken = [language if language == target else source for language in spoken]
        elif len(set(spoken)) > 1:
            flags.append(checks.MIXED_LANGUAGE)
        return Draft(text, source, pieces, spoken, flags)

    def _in_other_languages(self, drafts: Sequence[Draft], source: str, target: str) -> dict[Key, Raw]:
        """The sentences that are not in the language of their text: translated where an engine serves theirs."""
        keys = dict.fromkeys(key for draft in drafts for key in draft.spoken() if key[0] != source)
        known: dict[Key, Raw] = {}
        for language in dict.fromkeys(language for language, _ in keys):
            of_language = [sentence for spoken, sentence in keys if spoken == language]
            known |= {(language, sentence): raw for sentence, raw in self._tried(of_language, language, target)}
        return known

    def _tried(self, wanted: Sequence[str], source: str, target: str) -> list[tuple[str, Raw]]:
        try:
            return list(self._sentences(wanted, self.route(source, target)))
        except (NoRoute, EngineError):
            return [(sentence, Raw(sentence, flags=(checks.NOT_TRANSLATED,))) for sentence in wanted]

    def _sentences(self, wanted: Sequence[str], way: Sequence[Step]) -> Generator[tuple[str, Raw]]:
        """Each distinct sentence with its translation, in no certain order; a step takes all of them at once."""
        if not way:
            yield from ((sentence, Raw(sentence)) for sentence in wanted)
            return
        key = package_of(way)
        remembered = {sentence: raw for sentence in wanted if (raw := self._memory.recall(key, sentence))}
        yield from remembered.items()
        missing = [sentence for sentence in wanted if sentence not in remembered]
        for sentence, raw in zip(missing, _along(way, missing) if missing else (), strict=True):
            if checks.NOT_TRANSLATED not in raw.flags:
                self._memory.keep(key, sentence, raw)
            yield sentence, raw

    def _finished(
        self, draft: Draft, known: dict[Key, Raw], arriving: Iterator[tuple[str, Raw]], target: str
    ) -> Translation:
        """The text whole again, as soon as all its sentences are there."""
        keys = draft.spoken()
        if all(language == target for language, _ in keys):
            return Translation(draft.text, IDENTITY, IDENTITY)
        for key in keys:
            while key not in known:
                sentence, raw = next(arriving)
                known[draft.source, sentence] = raw
        return self._whole(draft, [known[key] for key in keys], target)

    def _whole(self, draft: Draft, raws: Sequence[Raw], target: str) -> Translation:
        way = self.route(draft.main_language(target), target)
        source = way[0].source
        joined = sentences.rejoin(draft.pieces, [raw.text for raw in raws])
        mended = digits.regrouped(self._glossary.mend(draft.text, joined, source, target), source, target)
        score = min((raw.score for raw in raws if raw.score is not None), default=None)
        flags = [*draft.flags, *(flag for raw in raws for flag in raw.flags)]
        unknown = [word for raw in raws for word in raw.unknown]
        flags += [checks.UNTRANSLATED_WORDS] if self._left(unknown, mended, source, target) else []
        flags += checks.check(draft.text, mended, source, target)
        flags += [checks.NEGATION_LOST] if self._denial_lost(draft, raws, target) else []
        flags += [checks.MEDICINE_CHANGED] if self._glossary.lost(draft.text, mended, source, target) else []
        flags += [checks.LOW_SCORE] if checks.low_score(score) else []
        flags += [checks.PIVOTED] if len(way) > 1 else []
        return Translation(mended, way[-1].engine.name, package_of(way), tuple(dict.fromkeys(flags)), score)

    def _denial_lost(self, draft: Draft, raws: Sequence[Raw], target: str) -> bool:
        """Sentence by sentence: another denial in the text does not make up for a lost one."""
        if self._denies is None:
            return False
        pairs = zip(draft.spoken(), raws, strict=True)
        return any(checks.negation_differs(key[1], raw.text, key[0], target, self._denies) for key, raw in pairs)

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


@dataclass(frozen=True, slots=True)
class Draft:
    """A text on its way: its pieces, and the language of each that is translated."""

    text: str
    source: str
    pieces: Sequence[Piece]
    languages: Sequence[str]
    flags: Sequence[str]

    def spoken(self) -> list[Key]:
        """Language and text of each piece to translate."""
        translatable = [piece.text for piece in self.pieces if piece.translate]
        return list(zip(self.languages, translatable, strict=True))

    def main_language(self, target: str) -> str:
        """The language that it is translated from; in a text in the target's own the first that is another."""
        return self.source if self.source != target else next(one for one in self.languages if one != target)

    def in_language(self, language: str) -> list[str]:
        """The sentences in one language."""
        return [sentence for spoken, sentence in self.spoken() if spoken == language]


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


def package_of(way: Sequence[Step]) -> str:
    """Name and version of each package on the way."""
    return " → ".join(step.package for step in way)


def _along(way: Sequence[Step], texts: Sequence[str]) -> Iterator[Raw]:
    """The sentences after the last step, with the lowest score and the flags of all steps; those of the last step as
    they come.
    """
    current = [Raw(text) for text in texts]
    for step in way[:-1]:
        current = list(_stepped(step, current))
    return _stepped(way[-1], current) if way else iter(current)


def _stepped(step: Step, befores: Sequence[Raw]) -> Iterator[Raw]:
    afters = step.engine.stream([before.text for before in befores], step.source, step.target)
    for before, after in zip(befores, afters, strict=True):
        yield _carried(before, after)


def _carried(before: Raw, after: Raw) -> Raw:
    scores = [score for score in (before.score, after.score) if score is not None]
    return Raw(after.text, min(scores, default=None), (*before.flags, *after.flags), (*before.unknown, *after.unknown))
