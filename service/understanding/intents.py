"""Says what the writer wants: every intent that the text shows, and the one to report.

Cues name intents; a model, where there is one that has learned of them, weighs the cues and all other words together.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from typing import Final

from service.understanding import concepts
from service.understanding.learned.model import Model
from service.understanding.ngrams import Places
from service.understanding.page import Leaf, Page
from service.understanding.reading import SPAM

_ORDER: Final = (
    *("second-opinion", "cost", "appointment", "billing", "follow-up", "travel", "callback", "treatment"),
    "question",
)
"""From the most telling to the most general: who asks the price of a treatment asks the price."""
_CERTAIN: Final = 10.0
"""More than any model says for an intent."""
_SPAM_CUES: Final = 2
_WISHES: Final = ("intent.", "wish.")
_A_FEW_WORDS: Final = 8
_MOST_OF_A_LENGTH: Final = 8
_OPT_OUT_SPARE_WORDS: Final = 1
_SILENCE: Final = ("stop-sending", "delete-me", "not-interested", "wrong-number")
"""The ideas of those who want no more messages; a patient's words for what "does not stop" are others."""

Wanted = Mapping[str, float]
"""How much speaks for each intent; the higher, the more."""


def intents_of(page: Page, *, is_medical: bool, is_ill: bool, model: Model | None = None) -> Wanted:
    """Every intent of a text that names an illness or not (`is_medical`), and the patient's or not (`is_ill`).

    Nothing medical is ever spam, and what no cue calls spam must sound to the model as hardly anything else does, and
    not ask to be forgotten ("I take back my consent, delete my data"); and a patient who says "stop" in a longer
    message about something else has not opted out: "the bleeding does not stop".
    """
    if any(_is_opt_out(page, leaf) for leaf in page.likely_leaves):
        return {"opt-out": _CERTAIN}
    sections = {section for leaf in page.likely_leaves for section in leaf.facts if section.startswith("intent.")}
    told = [intent for intent in _ORDER if f"intent.{intent}" in sections]
    if not told and "intent.opt-out" in sections and not _speaks_of_illness(page):
        return {"opt-out": _CERTAIN}
    spam_cues = 0 if is_medical else _spam_cues(page)
    if not told and spam_cues >= _SPAM_CUES:
        return {SPAM: _CERTAIN}
    if model is None or not model.intents.classes or not len(page.words):
        return _by_order(page, told, is_medical=is_medical)
    scores = model.intents.by_class(model.intent_scores(pieces_of(page)))
    leaves = _asks_for_silence(page)
    if is_medical or (not spam_cues and (leaves or scores.get(SPAM, 0.0) < model.thresholds[SPAM])):
        scores.pop(SPAM, None)
    if is_medical and not leaves:
        scores.pop("opt-out", None)
    if is_ill:
        scores.pop("other", None)
    best = max(scores, key=scores.__getitem__)
    if best == "other":
        return {best: scores[best]}
    return {intent: score for intent, score in scores.items() if intent == best or intent in told or score > 0}


def _by_order(page: Page, told: list[str], *, is_medical: bool) -> Wanted:
    found = list(told)
    if is_medical and "treatment" not in found:
        found.append("treatment")
    if not found and "?" in page.words.levelled.text:
        found.append("question")
    return {intent: -float(_ORDER.index(intent)) for intent in found} or {"other": -float(len(_ORDER))}


def ranked(parts: Iterable[Wanted]) -> tuple[str, ...]:
    """The intents of several texts of one message together, the one to report first; never empty."""
    together: dict[str, float] = {}
    for part in parts:
        for intent, score in part.items():
            together[intent] = max(score, together.get(intent, score))
    decisive = [intent for intent in ("opt-out", SPAM) if together.get(intent) == _CERTAIN]
    if decisive:
        return (decisive[0],)
    order = sorted(together, key=lambda intent: -together[intent])
    return tuple(intent for intent in order if intent != "other" or order == ["other"])


def pieces_of(page: Page) -> Places:
    """What a model weighs to tell what the writer wants: all words, and the signs of the whole text."""
    return page.pieces().with_signs(_signs(page))


def _signs(page: Page) -> Iterator[str]:
    """The cues and ideas of the text, and by themselves those of its questions and of its last sentence, where most say
    what they want; and how long it is.
    """
    words = page.words
    told: list[tuple[str, int]] = [(f"idea {idea}", place) for idea, place in page.ideas]
    for leaf in page.likely_leaves:
        for section, matches in leaf.facts.items():
            if section.startswith(_WISHES):
                told += [(section, match.start) for match in matches]
    for sign, place in told:
        yield sign
        end = words.sentence_end[place]
        if end == len(words):
            yield f"end {sign}"
        if "?" in words.gaps[end]:
            yield f"ask {sign}"
    if "?" in words.levelled.text:
        yield "question mark"
    yield f"words {min(len(words) // _A_FEW_WORDS, _MOST_OF_A_LENGTH)}"
    yield f"sentences {min(len(set(words.sentence_start)), _MOST_OF_A_LENGTH)}"


def wishes_of(page: Page) -> tuple[str, ...]:
    """The things asked about, in the order of the text."""
    first: dict[str, int] = {}
    for leaf in page.likely_leaves:
        for section, matches in leaf.facts.items():
            if section.startswith("wish."):
                wish = section.removeprefix("wish.")
                first[wish] = min(first.get(wish, matches[0].start), matches[0].start)
    return tuple(sorted(first, key=lambda wish: first[wish]))


def _is_opt_out(page: Page, leaf: Leaf) -> bool:
    matches = leaf.facts.get("intent.opt-out", ())
    longest = max((match.end - match.start for match in matches), default=0)
    return longest > 0 and len(page.words) - longest <= _OPT_OUT_SPARE_WORDS


def _speaks_of_illness(page: Page) -> bool:
    """Whether a text has any sign of danger or of an illness, whatever is denied or over."""
    return any(leaf.red_flags or leaf.conditions for leaf in page.likely_leaves)


def _asks_for_silence(page: Page) -> bool:
    """Whether more than a bare "stop" or "end" says that the writer wants to hear no more, or to be forgotten."""
    cues = (match for leaf in page.likely_leaves for match in leaf.facts.get("intent.opt-out", ()))
    return any(match.end - match.start > 1 for match in cues) or any(idea in _silence() for idea, _ in page.ideas)


@cache
def _silence() -> frozenset[int]:
    return frozenset(map(concepts.codes().index, _SILENCE))


def _spam_cues(page: Page) -> int:
    return len({match.pattern for leaf in page.likely_leaves for match in leaf.facts.get("intent.spam", ())})
