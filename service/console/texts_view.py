"""What the page of approved texts shows: the texts that are asked for, each with who answers for it, and counts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from service.enquiries import approved_texts, text_reviews
from service.enquiries.approved_texts import ApprovedText
from service.enquiries.text_reviews import Verdict

#: What may save a life.
ADVICE: Final = ("emergency-advice", "emergency-support", "voice-emergency")


@dataclass(frozen=True, slots=True)
class ShownText:
    """One text; `verdict` is what somebody has said of it here."""

    text: ApprovedText
    reviewed: bool
    verdict: Verdict | None

    @property
    def key(self) -> str:
        return f"{self.text.event}-{self.text.language}-{self.text.channel}"


@dataclass(frozen=True, slots=True)
class Count:
    """How many texts of a language a speaker answers for; `advice` says whether its emergency advice is among them."""

    language: str
    reviewed: int
    total: int
    advice: bool


def shown(verdicts: Sequence[Verdict]) -> list[ShownText]:
    return [
        ShownText(text, text_reviews.is_reviewed(text, verdicts), text_reviews.of_text(text, verdicts))
        for text in approved_texts.all_texts()
    ]


def counts(texts: Sequence[ShownText]) -> Iterator[Count]:
    """By language."""
    total = Counter(item.text.language for item in texts)
    reviewed = Counter(item.text.language for item in texts if item.reviewed)
    open_advice = {
        item.text.language for item in texts if item.text.event.startswith("emergency") and not item.reviewed
    }
    for language in total:
        yield Count(language, reviewed[language], total[language], language not in open_advice)
