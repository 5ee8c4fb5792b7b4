"""Says what the writer wants: every intent that the text shows, and the one to report."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from service.understanding.page import Leaf, Page

_ORDER: Final = (
    *("second-opinion", "cost", "appointment", "billing", "follow-up", "travel", "callback", "treatment"),
    "question",
)
"""From the most telling to the most general: who asks the price of a treatment asks the price."""
_SPAM_CUES: Final = 2
_OPT_OUT_SPARE_WORDS: Final = 1


def intents_of(page: Page, *, is_medical: bool) -> tuple[str, ...]:
    """Every intent, the one to report first; `("other",)` if there is none.

    Nothing medical is ever spam, and a patient who says "stop" in a longer message about something else has not opted
    out.
    """
    if any(_is_opt_out(page, leaf) for leaf in page.likely_leaves):
        return ("opt-out",)
    sections = {section for leaf in page.likely_leaves for section in leaf.facts if section.startswith("intent.")}
    found = [intent for intent in _ORDER if f"intent.{intent}" in sections]
    if not is_medical and not found and "intent.opt-out" in sections:
        return ("opt-out",)
    if not is_medical and not found and _spam_cues(page) >= _SPAM_CUES:
        return ("spam",)
    if is_medical and "treatment" not in found:
        found.append("treatment")
    if not found and "?" in page.words.levelled.text:
        found.append("question")
    return tuple(found) or ("other",)


def ranked(intents: Iterable[str]) -> tuple[str, ...]:
    """The intents of several texts of one message together, the one to report first; never empty."""
    wanted = set(intents)
    decisive = [intent for intent in ("opt-out", "spam") if intent in wanted]
    return tuple(decisive[:1]) or tuple(intent for intent in _ORDER if intent in wanted) or ("other",)


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


def _spam_cues(page: Page) -> int:
    return len({match.pattern for leaf in page.likely_leaves for match in leaf.facts.get("intent.spam", ())})
