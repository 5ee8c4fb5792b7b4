"""Texts without commas and stops: where they get their pauses back, and what is read of them then."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.understanding import pauses
from service.understanding.pauses import LONG, with_pauses
from service.understanding.reader import Reader
from service.understanding.text.pauses import TRAITS, Spaces
from service.understanding.text.words import split
from workers import pausing

_EVERYWHERE = np.full(TRAITS, 1.0, dtype=np.float32)
_RUNNING_ON = "one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen"


def test_a_text_that_runs_on_is_cut_where_its_words_tell_of_pauses() -> None:
    table = np.zeros(TRAITS, dtype=np.float32)
    words = split(_RUNNING_ON)
    table[Spaces(words, ()).traits(5)[2]] = 1.0  # whatever stands before "six"
    assert sorted(with_pauses(words, "en", table).behind_pauses) == [0, 5]


@pytest.mark.parametrize(
    "text",
    [
        " ".join(_RUNNING_ON.split()[:LONG]),
        "one two three four five six seven eight, nine ten eleven twelve thirteen fourteen fifteen sixteen",
        "我妈妈今年六十二岁膝盖疼了十年了医生说要换关节",
    ],
    ids=["short", "with a pause of its own", "Chinese, whose signs are half words"],
)
def test_what_does_not_run_on_stays_as_it_is_written(text: str) -> None:
    words = split(text)
    assert with_pauses(words, "en", _EVERYWHERE) is words


def test_no_pause_parts_a_number_or_a_word() -> None:
    words = split(f"{_RUNNING_ON} 07700 900 123 x-ray l'eau 120/80")
    paused = with_pauses(words, "en", _EVERYWHERE)
    changed = {words.words[place] for place in range(len(words)) if words.gaps[place] != paused.gaps[place]}
    assert changed == {*_RUNNING_ON.split()[1:], "07700", "x", "l", "120"}


def test_without_a_table_every_text_stays_as_it_is_written(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(pauses, "BUILT", tmp_path)
    (tmp_path / "pauses.table").write_bytes(b"of another program")
    pauses.known.cache_clear()
    words = split(_RUNNING_ON)
    try:
        assert with_pauses(words, "en") is words
    finally:
        pauses.known.cache_clear()


@given(st.text(alphabet="ab 1,.é我妈٣ \n-'", max_size=200))
def test_pauses_change_nothing_but_empty_gaps(text: str) -> None:
    words = split(text)
    paused = with_pauses(words, "en", _EVERYWHERE)
    assert paused.words == words.words and paused.starts == words.starts
    for before, after in zip(words.gaps, paused.gaps, strict=True):
        assert before == after or not before.strip()


def test_spaces_have_bounds() -> None:
    spaces = Spaces(split("two words"), ())
    for place in (-1, 0, 2):
        with pytest.raises(IndexError):
            spaces.traits(place)
    with pytest.raises(ValueError, match="no table of pauses"):
        spaces.likely(0, 2, np.zeros(7, dtype=np.float32))


def test_ideas_beyond_the_room_for_traits_are_left_out() -> None:
    spaces = Spaces(split("two words"), [(idea, 0) for idea in range(500)])
    assert len(spaces.traits(1)) == 64


def test_where_people_pause_is_learned_from_what_they_write() -> None:
    texts = [
        (split(f"my {limb} hurts, but my {other} does not"), "en")
        for limb in ("hand", "foot", "knee", "hip", "back")
        for other in ("arm", "leg", "neck", "head", "ear")
    ]
    table = pausing.learn([*texts, (split(_RUNNING_ON), "en")])
    words = split("since last week my old left shoulder aches quite a lot but my right one does not")
    assert sorted(with_pauses(words, "en", table).behind_pauses) == [0, words.words.index("but")]


def test_dictated_texts_keep_the_signs_within_numbers() -> None:
    assert pausing.dictated("Fever 38.5, since 10:30. Isn't it? (Yes)") == "Fever 38.5 since 10:30 Isn't it Yes"
    assert pausing.dictated("发烧38.5度，不疼。") == "发烧38.5度 不疼"


@pytest.mark.parametrize(
    ("text", "language"),
    [
        (
            "guten tag ich rufe wegen meines mannes an er hat parkinson seine schwester hatte brustkrebs wir möchten "
            "wissen was die behandlung kostet danke",
            "de",
        ),
        (
            "bonjour je vous appelle pour mon mari il a la maladie de parkinson il n'a pas de diabète ma mère avait un "
            "cancer du sein on voudrait connaître le prix merci",
            "fr",
        ),
    ],
)
def test_the_reach_of_what_takes_back_ends_where_most_would_pause(text: str, language: str) -> None:
    assert [finding.code for finding in Reader().read(text, language=language).conditions] == ["parkinsons"]
