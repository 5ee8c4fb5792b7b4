"""What a text was understood to say: the plain values that every part of understanding hands on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Literal

Level = Literal["emergency", "urgent"]
Urgency = Literal["emergency", "urgent", "routine"]
Standing = Literal["present", "suspected", "negated", "past", "family", "aside"]
"""How a condition stands in a text; what stands `aside` is named in passing, for somebody or something else."""
Source = Literal["original", "translation"]

UNCLASSIFIED: Final = "unclassified"
SPAM: Final = "spam"
PRESENT: Final[tuple[Standing, ...]] = ("present", "suspected")
"""The standings of what the patient has or may have."""
URGENCIES: Final[tuple[Urgency, ...]] = ("emergency", "urgent", "routine")
INTENTS: Final = (
    "treatment",
    "cost",
    "appointment",
    "second-opinion",
    "follow-up",
    "travel",
    "billing",
    "callback",
    "question",
    "opt-out",
    SPAM,
    "other",
)


@dataclass(frozen=True, slots=True)
class Evidence:
    """The words that led to a finding: `text` is `source[start:end]`, counted in characters of that text as given."""

    text: str
    start: int
    end: int
    source: Source = "original"


@dataclass(frozen=True, slots=True)
class RedFlag:
    """A sign of danger that nothing in its clause takes back."""

    code: str
    level: Level
    evidence: tuple[Evidence, ...]


@dataclass(frozen=True, slots=True)
class ConditionFinding:
    """A condition named or pointed at, how sure we are (0 to 1), and how it stands in the text."""

    code: str
    confidence: float
    standing: Standing
    evidence: tuple[Evidence, ...]


@dataclass(frozen=True, slots=True)
class Reading:
    """One text, read.

    `conditions` holds what the patient has or may have (present, suspected), surest first; `mentions` what was
    denied, is over, belongs to the family, or is named in passing. `facts` are JSON-ready, as in the contract: age in
    years, country ISO 3166-1 alpha-2, phone E.164, labs {key: {value, unit}}. `model` is the version of the statistical
    model that had a say, "" if there was none.
    """

    language: str
    urgency: Urgency
    red_flags: tuple[RedFlag, ...]
    conditions: tuple[ConditionFinding, ...]
    mentions: tuple[ConditionFinding, ...]
    intent: str
    intents: tuple[str, ...]
    facts: Mapping[str, Any] = field(default_factory=dict)
    gist: str = ""
    model: str = ""

    @property
    def condition(self) -> str:
        return self.conditions[0].code if self.conditions else UNCLASSIFIED
