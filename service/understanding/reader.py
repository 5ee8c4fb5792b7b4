"""Reads a message: the patient's own words in every language they may be in, and the translation beside them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from service.understanding import conditions, gist, knowledge, triage
from service.understanding.facts.gathering import Facts, facts_of, fill
from service.understanding.facts.labs import find_labs
from service.understanding.intents import intents_of, ranked, wishes_of
from service.understanding.languages import to_try
from service.understanding.learned.model import Model
from service.understanding.page import Page
from service.understanding.reading import Reading, RedFlag, Standing

_OTHERS: Final[tuple[Standing, ...]] = ("family", "aside")


class Reader:
    """Knows how to read; holds the compiled knowledge, which all readers of a process share, and a model, if any."""

    def __init__(self, warm: Iterable[str] = (), *, model: Model | None = None) -> None:
        self.model = model
        if languages := tuple(warm):
            knowledge.keep(languages)

    def red_flags(self, text: str, *, language: str, candidates: Sequence[str] = ()) -> tuple[RedFlag, ...]:
        """Only the red flags, for the door: a millisecond."""
        return triage.find_red_flags(text, to_try(text, language, candidates), model=self.model)

    def read(
        self,
        text: str,
        *,
        language: str,
        candidates: Sequence[str] = (),
        translation: str | None = None,
        country: str | None = None,
    ) -> Reading:
        """Everything that can be told from a text and, if there is one, its English translation.

        `candidates` are knowledge-file codes worth trying ("ar-Latn"); `country` is where the message comes from,
        for telephone numbers in national writing. Red flags are the union over both texts.
        """
        own = _Part(Page(text, to_try(text, language, candidates)), country, self.model)
        parts = [own]
        if translation and translation != text:
            parts.append(_Part(Page(translation, (knowledge.ENGLISH,), "translation"), country, self.model))
        flags = triage.merge(flag for part in parts for flag in part.flags)
        found, facts = own.conditions, own.facts
        for part in parts[1:]:
            found, facts = conditions.merge(found, part.conditions), fill(facts, part.facts)
        intents = ranked(part.intents for part in parts)
        wishes = tuple(dict.fromkeys(wish for part in parts for wish in part.wishes))
        return Reading(
            language=language,
            urgency=triage.urgency(flags),
            red_flags=flags,
            conditions=found[0],
            mentions=found[1],
            intent=intents[0],
            intents=intents,
            facts=facts,
            gist=gist.write(language, flags, *found, facts, intents, wishes),
            model=self.model.version if self.model else "",
        )


class _Part:
    """One of the texts of a message, read by itself."""

    def __init__(self, page: Page, country: str | None, model: Model | None) -> None:
        self.flags = triage.red_flags_of(page, model)
        labs = find_labs(page)
        self.conditions = conditions.conditions_of(page, labs, model, danger=bool(self.flags))
        anchors = sorted(match.start for leaf in page.likely_leaves for match in (*leaf.red_flags, *leaf.conditions))
        others = [one.evidence for one in self.conditions[1] if one.standing in _OTHERS]
        self.facts: Facts = facts_of(page, labs, country, anchors, others, self.conditions[0])
        is_medical, is_ill = bool(self.flags or any(self.conditions)), bool(self.flags or self.conditions[0])
        self.intents = intents_of(page, is_medical=is_medical, is_ill=is_ill, model=model)
        self.wishes = wishes_of(page)
