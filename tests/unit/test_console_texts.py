"""Cutting a text at its evidence loses nothing, whatever the evidence."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from service.console.highlight import Kind, Span, cut
from service.console.tags import of

_KINDS: list[Kind] = ["emergency", "urgent", "condition", "mention"]


@st.composite
def _marked(draw: st.DrawFn) -> tuple[str, list[Span]]:
    text = draw(st.text(max_size=60))
    places = st.integers(0, len(text))
    kinds = st.sampled_from(_KINDS)
    drawn = draw(st.lists(st.tuples(places, places, kinds), max_size=8))
    return text, [Span(min(a, b), max(a, b), kind, kind) for a, b, kind in drawn if a != b]


@given(_marked())
def test_the_pieces_together_are_the_text(marked: tuple[str, list[Span]]) -> None:
    text, spans = marked
    pieces = cut(text, spans)
    assert "".join(piece.text for piece in pieces) == text
    assert all(text.startswith(piece.text, piece.start) for piece in pieces)


@given(_marked())
def test_a_character_is_marked_exactly_if_it_is_evidence(marked: tuple[str, list[Span]]) -> None:
    text, spans = marked
    evidence = {place for span in spans for place in range(span.start, span.end)}
    shown = {
        place for piece in cut(text, spans) if piece.kind for place in range(piece.start, piece.start + len(piece.text))
    }
    assert shown == evidence


@given(_marked())
def test_every_piece_of_evidence_can_be_jumped_to(marked: tuple[str, list[Span]]) -> None:
    text, spans = marked
    assert {span.start for span in spans} <= {piece.start for piece in cut(text, spans) if piece.kind}


def test_the_stronger_finding_colours_what_two_share() -> None:
    pieces = cut("chest pain and lupus", [Span(0, 10, "condition", "heart"), Span(6, 10, "emergency", "chest pain")])
    assert [(piece.text, piece.kind, piece.label) for piece in pieces] == [
        ("chest ", "condition", "heart"),
        ("pain", "emergency", "heart, chest pain"),
        (" and lupus", "", ""),
    ]


@given(st.text(), st.one_of(st.none(), st.sampled_from(["ar", "zh", "hi", "uz", "und", "xx", ""])))
def test_every_text_has_a_tag(text: str, language: str | None) -> None:
    tag = of(text, language)
    assert tag.lang
    assert tag.dir in ("ltr", "rtl", "auto")
