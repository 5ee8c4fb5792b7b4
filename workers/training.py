"""Trains the statistical model on example messages and on coordinators' corrections; needs scikit-learn.

The examples are those of the knowledge files, read by the terms first: what a text denies is not learned from it.
Everything is seeded, so that the same examples give the same model.
"""

from __future__ import annotations

import hashlib
import os
import zlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from itertools import chain, pairwise
from typing import Any, Final, TypeVar

import numpy as np
from numpy.typing import NDArray

from service.understanding import examples, intents, triage
from service.understanding.conditions import hear
from service.understanding.examples import Kind
from service.understanding.facts.labs import find_labs
from service.understanding.languages import to_try
from service.understanding.learned import model
from service.understanding.learned.attribution import OWN
from service.understanding.learned.belief import BELIEVED, BELIEVED_UNDATED
from service.understanding.learned.model import DANGER, UNKNOWN, Model, Weights
from service.understanding.learned.surroundings import Table
from service.understanding.learned.weighing import Told
from service.understanding.mentions import Mention
from service.understanding.ngrams import BUCKETS, IDEAS, WORDS
from service.understanding.page import Page
from service.understanding.reading import SPAM, UNCLASSIFIED
from service.understanding.signs import signs_of
from translations import identify
from workers import attributing, believing, blending, pausing
from workers.ragged import end_to_end

_FOLDS: Final = 3
_STRICTNESS: Final = 2.0
"""How hard the separating planes try to put every example on its side (LinearSVC's C)."""
_STRICTNESS_OF_INTENTS: Final = 0.5
"""There are fewer lessons about intents, and those who want the same share fewer words."""
_WEIGHT_OF_SIGNS: Final = 2.0
"""A sign of a text as a whole counts for so many of its pieces, among which it would be lost (docs/quality.md)."""
_LESSONS_ENOUGH: Final = 4
"""What fewer lessons hold is not learned: it tells of those lessons and of nothing else (docs/quality.md)."""
_MOST_PROCESSES: Final = 4
_LESSONS_WORTH_IT: Final = 5_000
_DICTATED: Final = 5
"""One example in so many is learned from as if it had been dictated, without commas and stops."""
_FALSE_ALARMS: Final = {"danger": (0.015, 0.0), "emergency": (0.003, 0.3)}
"""The share of harmless examples that may look dangerous to a model that did not learn from them, and the least score
that is danger at all.
"""

_TAKEN_FOR_SPAM: Final = 0.001
"""The share of messages that are none and may sound like spam to a model that did not learn from them."""
_CLASSES: Final = 2
"""Fewer cannot be told apart."""

Floats = NDArray[np.float64]
Of = TypeVar("Of")


@dataclass(frozen=True, slots=True)
class Lesson:
    """A message to learn from; `code` is its condition, red flag or intent, None for none.

    A red flag of which one knows only that it is one has the code `DANGER`. `also` are other conditions of the patient,
    or other intents; `others` conditions that are named and not the patient's.
    """

    kind: Kind
    code: str | None
    text: str
    also: tuple[str, ...] = ()
    others: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Read:
    """A lesson as the terms read it: pieces for conditions, red flags and intents, and what the terms tell.

    Of its `words`, `doubtful` tell of danger that it takes back or that is in doubt; `signs` are signs of danger, and
    `left` are the pieces of the text without those that are in doubt. `places` name illnesses that no cue takes back.
    """

    lesson: Lesson
    condition_pieces: tuple[int, ...]
    flag_pieces: tuple[int, ...]
    intent_pieces: tuple[int, ...]
    told: dict[str, Told]
    excluded: frozenset[str]
    words: int
    doubtful: int
    left: tuple[int, ...]
    signs: tuple[believing.Weighed, ...]
    places: tuple[attributing.Named, ...]

    def reconsidered(self, odds: Sequence[float], least: float) -> Read:
        """With the log-odds of its places to be the patient's; those below a chance of `least` stand aside."""
        told, excluded = attributing.reconsidered(self.told, self.excluded, self.places, odds, least)
        return replace(self, told=told, excluded=excluded)

    @property
    def is_flagged(self) -> bool:
        """Whether a term tells of danger, believed or not."""
        return bool(self.signs)


def lessons_of_examples(languages: Sequence[str] = ()) -> list[Lesson]:
    """All example messages of the knowledge files."""
    read = (examples.read(language)[0] for language in languages or examples.languages())
    return [
        Lesson(example.kind, example.code, _as_written(example.text), example.also, example.others)
        for example in chain.from_iterable(read)
    ]


def _as_written(text: str) -> str:
    """An example, or what is left of it where somebody dictates it: one in so many, the same ones each time."""
    return pausing.dictated(text) if zlib.crc32(text.encode()) % _DICTATED == 0 else text


def read_lessons(lessons: Sequence[Lesson], processes: int | None = None) -> list[Read]:
    """The lessons as the terms read them, in the same order."""
    processes = processes or _processes(lessons)
    return _each(processes, _read, lessons, at_once=len(lessons) // processes + 1)


def _processes(lessons: Sequence[object]) -> int:
    """As many as help: to start one takes longer than to read a few lessons."""
    return min(_MOST_PROCESSES, len(os.sched_getaffinity(0))) if len(lessons) >= _LESSONS_WORTH_IT else 1


def _each(processes: int, work: Callable[..., Of], *of: Iterable[Any], at_once: int = 1) -> list[Of]:
    """What comes of each piece of work, in their order; `at_once` are sent to a process together."""
    if processes == 1:
        return list(map(work, *of))
    with ProcessPoolExecutor(processes) as pool:
        return list(pool.map(work, *of, chunksize=at_once))


def train(read: Sequence[Read], processes: int | None = None) -> Model:
    """A model of these lessons, the same in any number of processes.

    At least two conditions and one red flag must be among them.
    """
    processes = processes or _processes(read)
    pieces = _Pieces(read)
    conditions = [one for one in read if one.lesson.kind == "condition"]
    codes = [one.lesson.code or UNCLASSIFIED for one in conditions]
    rows = pieces.matrix([one.condition_pieces for one in conditions])
    fitted, folds = _learned(rows, codes, _fit, processes)
    attribution = attributing.learn([place for one in read for place in one.places])
    blend = blending.learn(_reconsidered(read, attribution), codes, folds.scores(rows), attribution.odds_of_others)
    flags, belief, thresholds = _flags(read, pieces, processes)
    weights = _weights(fitted, pieces.telling)
    wanted, limit_of_spam = _intents(read, pieces, processes)
    thresholds |= {**blending.THRESHOLDS, **attribution.limits, SPAM: limit_of_spam}
    return _versioned(weights, flags, wanted, pieces, attribution.table, belief, blend, thresholds)


def _reconsidered(read: Sequence[Read], attribution: attributing.Learned) -> list[Read]:
    """The lessons about conditions, with what is told of each as a table hears it that has not learned from it."""
    heard, at = [], 0
    for one in read:
        odds = attribution.odds[at : at + len(one.places)].tolist()
        at += len(one.places)
        if one.lesson.kind == "condition":
            heard.append(one.reconsidered(odds, attribution.limits[OWN]))
    return heard


def _read(lesson: Lesson) -> Read:
    language = identify.identify(lesson.text).language
    page = Page(lesson.text, to_try(lesson.text, language, identify.candidates(lesson.text)))
    heard = hear(page, find_labs(page))
    mentions = sorted(chain.from_iterable(heard.mentions.values()), key=lambda mention: mention.start)
    others = (mention for mention in mentions if mention.code in lesson.others)
    masked = heard.masked.union(*(range(mention.start, mention.end) for mention in others))
    signs, taken_back = signs_of(page)
    doubtful = taken_back.union(*(sign.words for sign in signs if sign.doubt))
    return Read(
        lesson,
        tuple(sorted(page.pieces(masked))),
        tuple(sorted(page.pieces(taken_back))),
        tuple(sorted(intents.pieces_of(page))) if lesson.kind == "intent" else (),
        dict(heard.told),
        heard.taken_back,
        len(page.words),
        len(doubtful),
        tuple(sorted(page.pieces(doubtful))),
        believing.weighed(page, signs, taken_back),
        tuple(_named(page, mentions, lesson)),
    )


def _named(page: Page, mentions: Sequence[Mention], lesson: Lesson) -> Iterator[attributing.Named]:
    """The places from which one can learn whose an illness is: where the lesson says it."""
    if lesson.kind == "intent":
        return iter(())
    return attributing.named(page, mentions, (lesson.code or "", *lesson.also), lesson.others)


@dataclass(frozen=True, slots=True)
class _Fitted:
    classes: tuple[str, ...]
    planes: Floats
    bias: Floats

    def scores(self, rows: Any) -> Floats:
        return np.asarray(rows @ self.planes.T) + self.bias


def _fit(rows: Any, codes: Sequence[str]) -> _Fitted:
    from sklearn.svm import LinearSVC

    return _fitted(LinearSVC(C=_STRICTNESS, random_state=0).fit(rows, np.asarray(codes)))


def _fit_intents(rows: Any, codes: Sequence[str]) -> _Fitted:
    from sklearn.svm import LinearSVC

    machine = LinearSVC(C=_STRICTNESS_OF_INTENTS, random_state=0, class_weight="balanced")
    return _fitted(machine.fit(rows, np.asarray(codes)))


def _fitted(machine: Any) -> _Fitted:
    planes, bias = machine.coef_, machine.intercept_
    if len(planes) == 1:  # between two classes there is one plane: what speaks for one speaks against the other
        planes, bias = np.vstack([-planes, planes]), np.concatenate([-bias, bias])
    return _Fitted(tuple(map(str, machine.classes_)), planes, bias)


def _fit_danger(rows: Any, codes: Sequence[str]) -> _Fitted:
    from sklearn.svm import LinearSVC

    machine = LinearSVC(C=_STRICTNESS, random_state=0, class_weight="balanced")
    machine.fit(rows, np.asarray([code == DANGER for code in codes]))
    return _Fitted((DANGER,), machine.coef_, machine.intercept_)


@dataclass(frozen=True, slots=True)
class _Folds:
    """Machines of which each has not learned from one part of the rows, and in which part each row is."""

    part: NDArray[np.int64]
    machines: Sequence[_Fitted]

    def scores(self, rows: Any) -> list[dict[str, float]]:
        """Those of each row by a machine that has not learned from it, by class."""
        scores: list[dict[str, float]] = [{} for _ in self.part]
        for held_out, fitted in enumerate(self.machines):
            places = np.flatnonzero(self.part == held_out)
            for index, row in zip(places, fitted.scores(rows[places]), strict=True):
                scores[index] = dict(zip(fitted.classes, map(float, row), strict=True))
        return scores

    def danger(self, rows: Any, owner: NDArray[np.int64]) -> Floats:
        """How much rows sound like danger to a machine that has not learned from their owner, one of its own rows."""
        heard = np.zeros(len(owner))
        for held_out, fitted in enumerate(self.machines):
            places = np.flatnonzero(self.part[owner] == held_out)
            heard[places] = fitted.scores(rows[places])[:, 0]
        return heard


def _learned(
    rows: Any, codes: Sequence[str], fit: Callable[[Any, Sequence[str]], _Fitted], processes: int
) -> tuple[_Fitted, _Folds]:
    """A machine that learned from all rows, and others that did not learn from each."""
    fold = np.random.default_rng(0).integers(0, _FOLDS, len(codes))
    parts = [np.arange(len(codes)), *(np.flatnonzero(fold != held_out) for held_out in range(_FOLDS))]
    rows_of, codes_of = [rows[part] for part in parts], [[codes[index] for index in part.tolist()] for part in parts]
    whole, *others = _each(processes, fit, rows_of, codes_of)
    return whole, _Folds(fold, others)


def _is_harmless(one: Read) -> bool:
    """Whether a lesson that names no danger shows what harmless texts are like.

    One about a condition that a term flags may tell of an emergency that nobody has marked; of those about intents
    nobody has said either.
    """
    return one.lesson.kind == "red-flag" or (one.lesson.kind == "condition" and not one.is_flagged)


class _Pieces:
    """The pieces that enough of the lessons hold: in which row of the tables each stands, and how telling it is."""

    def __init__(self, read: Sequence[Read]) -> None:
        counts = np.zeros(BUCKETS)
        for one in read:
            counts[list(one.intent_pieces or one.condition_pieces)] += 1
        enough = np.count_nonzero(counts >= _LESSONS_ENOUGH)
        known = np.argsort(-counts, kind="stable")[:enough]  # what is read most lies together
        self.rows = np.full(BUCKETS, UNKNOWN, dtype=np.int32)
        self.rows[known] = np.arange(1, len(known) + 1)
        rare = np.log((len(read) + 1) / (counts[known] + 1)) + 1
        rare[known >= WORDS + IDEAS] *= _WEIGHT_OF_SIGNS
        self.telling = np.concatenate([[0.0], rare]).astype(np.float16)

    def matrix(self, pieces_of: Sequence[Sequence[int]]) -> Any:
        """A sparse matrix with a row of length one for each text."""
        from scipy.sparse import csr_matrix

        pieces, ends = end_to_end(pieces_of)
        columns = self.rows[pieces]
        values = self.telling[columns].astype(np.float64)
        for start, end in pairwise(ends):
            values[start:end] /= np.sqrt(np.dot(values[start:end], values[start:end])) or 1.0
        return csr_matrix((values, columns, ends), shape=(len(pieces_of), len(self.telling)))


def _flags(read: Sequence[Read], pieces: _Pieces, processes: int) -> tuple[Weights, Table, dict[str, float]]:
    """Two machines in one table: is it danger at all, and if so, which. And which signs of danger to believe."""
    lessons = [one for one in read if _tells_danger(one) or _is_harmless(one)]
    grave = np.asarray([_tells_danger(one) for one in lessons])
    rows = pieces.matrix([one.flag_pieces for one in lessons])
    danger, folds = _learned(rows, [DANGER if one else "" for one in grave.tolist()], _fit_danger, processes)
    heard = folds.danger(rows, np.arange(len(lessons)))
    limits = {
        name: max(least, float(np.quantile(heard[~grave], 1 - share))) for name, (share, least) in _FALSE_ALARMS.items()
    }
    belief = _belief(lessons, grave, heard, pieces, folds, limits["danger"])
    named = [one for one in lessons if one.lesson.code != DANGER and _tells_danger(one)]
    which = _fit(pieces.matrix([one.flag_pieces for one in named]), [one.lesson.code or "" for one in named])
    both = _Fitted(
        (*which.classes, DANGER), np.vstack([which.planes, danger.planes]), np.concatenate([which.bias, danger.bias])
    )
    limits |= {BELIEVED: belief.limit, BELIEVED_UNDATED: belief.limit_undated}
    return _weights(both, pieces.telling), belief.table, limits


def _tells_danger(one: Read) -> bool:
    return one.lesson.kind == "red-flag" and one.lesson.code is not None


def _belief(
    lessons: Sequence[Read], grave: NDArray[np.bool_], heard: Floats, pieces: _Pieces, folds: _Folds, limit: float
) -> believing.Learned:
    """Which signs to believe, learned from what machines hear in the lessons that have not learned from them.

    `heard` is how much each lesson as a whole sounds like danger, and `limit` from where on that is heard without any
    sign.
    """
    signs = [(index, sign) for index, one in enumerate(lessons) for sign in one.signs]
    owner = np.asarray([index for index, _ in signs], dtype=np.int64)
    sentences = folds.danger(pieces.matrix([sign.sentence for _, sign in signs]), owner)
    rests = folds.danger(pieces.matrix([sign.rest or () for _, sign in signs]), owner)
    told = zip(signs, heard[owner].tolist(), sentences.tolist(), rests.tolist(), strict=True)
    traits = [sign.all_traits(text, sentence, rest) for (_, sign), text, sentence, rest in told]
    left = folds.danger(pieces.matrix([one.left for one in lessons]), np.arange(len(lessons)))
    enough = np.asarray([triage.leaves_enough(one.words, one.doubtful) for one in lessons])
    doubts = [sign.doubt for _, sign in signs]
    return believing.learn(traits, doubts, owner, grave, heard >= limit, enough & (left >= limit))


def _intents(read: Sequence[Read], pieces: _Pieces, processes: int) -> tuple[Weights, float]:
    """What tells each intent from the others, and from where on no cue is needed for spam; no classes if too few."""
    asked = [one for one in read if one.lesson.kind == "intent" and one.lesson.code]
    codes = [one.lesson.code or "" for one in asked]
    if len(set(codes)) < _CLASSES:
        nothing = np.zeros((len(pieces.telling), 0), dtype=np.int8)
        return Weights((), nothing, np.zeros(0, dtype=np.float32), np.zeros(0, dtype=np.float32)), 0.0
    rows = pieces.matrix([one.intent_pieces for one in asked])
    fitted, folds = _learned(rows, codes, _fit_intents, processes)
    unseen = zip(folds.scores(rows), codes, strict=True)
    heard = [scores[SPAM] for scores, code in unseen if code != SPAM and SPAM in scores]
    limit = float(np.quantile(heard, 1 - _TAKEN_FOR_SPAM)) if heard else 0.0
    return _weights(fitted, pieces.telling), limit


def _weights(fitted: _Fitted, telling: NDArray[np.float16]) -> Weights:
    """The planes in steps of one byte, with how telling a piece is multiplied in."""
    planes = fitted.planes.T * telling.astype(np.float64)[:, None]
    scales = np.abs(planes).max(axis=0) / 127
    scales[scales == 0] = 1.0
    steps = np.rint(planes / scales).astype(np.int8, order="C")
    return Weights(fitted.classes, steps, scales.astype(np.float32), fitted.bias.astype(np.float32))


def _versioned(
    conditions: Weights,
    flags: Weights,
    wanted: Weights,
    pieces: _Pieces,
    attribution: Table,
    belief: Table,
    blend: dict[str, float],
    thresholds: dict[str, float],
) -> Model:
    digest = hashlib.sha256(repr((conditions.classes, flags.classes, wanted.classes, blend, thresholds)).encode())
    weights = (*(part for one in (conditions, flags, wanted) for part in (one.steps, one.scales)),)
    for array in (*weights, pieces.telling, pieces.rows, attribution, belief):
        digest.update(np.ascontiguousarray(array).tobytes())
    version = digest.hexdigest()[:12]
    tables = (pieces.telling, pieces.rows, attribution, belief)
    return model.Model(version, conditions, flags, wanted, *tables, blend, thresholds)
