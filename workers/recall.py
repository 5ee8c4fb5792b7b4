"""Translating with what coordinators translated before: their sentences stand, the engine does the others."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from service.enquiries import remembered
from service.storage.session import Database
from translations import checks, sentences
from translations.sentences import Piece
from translations.translator import Translation, Translator

#: The engine of a text whose sentences were all translated before, and the flag of one that has some.
REMEMBERED: Final = "remembered"


@dataclass(frozen=True, slots=True)
class _Draft:
    """A text cut up, with what is known of its sentences."""

    text: str
    pieces: Sequence[Piece]
    known: Mapping[str, str]

    @property
    def missing(self) -> list[str]:
        return [piece.text for piece in self.pieces if piece.translate and piece.text not in self.known]


def translate(
    database: Database, translator: Translator, texts: Sequence[str], source: str, target: str
) -> list[Translation | None]:
    """Every text, in the same order; None where neither an engine nor anybody's memory serves it.

    Raises as `Translator.translate`.
    """
    drafts = _drafts(database, texts, source, target)
    serves = translator.serves(source, target)
    wanted = [sentence for text, draft in zip(texts, drafts, strict=True) for sentence in _wanted(text, draft)]
    translated = iter(translator.translate(wanted, source, target) if wanted and serves else ())
    done: list[Translation | None] = []
    for text, draft in zip(texts, drafts, strict=True):
        parts = [next(translated) for _ in _wanted(text, draft)] if serves else []
        if draft is None:
            done.append(parts[0] if parts else None)
        else:
            done.append(_whole(draft, parts, source, target) if serves or not draft.missing else None)
    return done


def _wanted(text: str, draft: _Draft | None) -> list[str]:
    """What the engine is to translate: the whole text, or the sentences that nobody has."""
    return [text] if draft is None else draft.missing


def _drafts(database: Database, texts: Sequence[str], source: str, target: str) -> list[_Draft | None]:
    """None for a text of which nothing is remembered: it goes to the engine whole."""
    with database.read() as session:
        if source == target or not remembered.has_any(session, source, target):
            return [None] * len(texts)
        cut = [sentences.split(text, source) for text in texts]
        said = {piece.text for pieces in cut for piece in pieces if piece.translate}
        known = remembered.recall(session, source, target, said)
    return [
        _Draft(text, pieces, known) if any(piece.text in known for piece in pieces) else None
        for text, pieces in zip(texts, cut, strict=True)
    ]


def _whole(draft: _Draft, parts: Sequence[Translation], source: str, target: str) -> Translation:
    """The pieces together again, with the doubts about each of them and about the whole."""
    rest = iter(parts)
    words = [draft.known.get(piece.text) or next(rest).text for piece in draft.pieces if piece.translate]
    text = sentences.rejoin(draft.pieces, words)
    doubts = [flag for part in parts for flag in part.flags]
    flags = (*doubts, *checks.check(draft.text, text, source, target), REMEMBERED)
    engine, package = (parts[0].engine, parts[0].package) if parts else (REMEMBERED, "")
    return Translation(text, engine, package, tuple(dict.fromkeys(flags)))
