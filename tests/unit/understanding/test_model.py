"""What the statistical model adds to the terms: it fills gaps and raises flags, and takes back no word of theirs."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from service.understanding import conditions
from service.understanding.learned import model as models
from service.understanding.learned.belief import BELIEVED, BELIEVED_UNDATED
from service.understanding.learned.model import DANGER, Model, ModelError
from service.understanding.learned.model_store import ModelStore, Version, replace_built
from service.understanding.ngrams import BUCKETS, Places, pieces
from service.understanding.page import Page
from service.understanding.reader import Reader
from service.understanding.reading import Reading
from service.understanding.text.words import split
from tests.lessons import lessons
from workers import training


@pytest.fixture(scope="module")
def model() -> Model:
    return training.train(training.read_lessons(lessons()))


def read(model: Model | None, text: str) -> Reading:
    return Reader(model=model).read(text, language="en")


def test_the_model_finds_what_no_term_names(model: Model) -> None:
    text = "something bulges out of me when lifting crates, it slips back at rest"
    assert read(None, text).condition == "unclassified"
    assert read(model, text).condition == "hernia"


def test_what_the_model_finds_has_its_words_as_evidence(model: Model) -> None:
    text = "something bulges out when lifting, it slips back"
    (finding,) = read(model, text).conditions
    assert "bulges" in " ".join(quote.text for quote in finding.evidence)
    assert all(text[quote.start : quote.end] == quote.text for quote in finding.evidence)


def test_the_model_keeps_silent_where_it_is_not_sure(model: Model) -> None:
    assert read(model, "good morning, is the clinic open on Sunday").conditions == ()


def test_beside_signs_of_danger_the_model_must_be_surer(model: Model, monkeypatch: pytest.MonkeyPatch) -> None:
    page = Page("something bulges out when lifting, it slips back", ("en",))
    monkeypatch.setattr(conditions, "_SURE_IN_DANGER", 1.1)
    assert conditions.conditions_of(page, {}, model, danger=True)[0] == ()
    assert [finding.code for finding in conditions.conditions_of(page, {}, model)[0]] == ["hernia"]


def test_what_the_text_denies_is_not_what_the_model_finds(model: Model) -> None:
    text = "no hernia, they looked, though something bulges out when lifting and slips back"
    assert "hernia" not in {finding.code for finding in read(model, text).conditions}


def test_masked_words_leave_no_pieces_behind() -> None:
    words = split("no cataract here")
    assert set(pieces(words, masked={1})).isdisjoint(pieces(split("cataract")))


def test_what_the_text_names_is_reported_with_the_words_that_name_it(model: Model) -> None:
    (finding,) = read(model, "I have epilepsy").conditions
    assert finding.code == "epilepsy"
    assert [quote.text for quote in finding.evidence] == ["epilepsy"]


def test_the_model_raises_a_flag_where_no_term_does(model: Model) -> None:
    text = "granny is grey, soft and clutches her waistcoat"
    assert read(None, text).red_flags == ()
    (flag,) = read(model, text).red_flags
    assert flag.code == "chest-pain"
    assert flag.evidence


HARMLESS = "please tell me the loud price of a room with two beds and breakfast"


def doubtful(model: Model, **limits: float) -> Model:
    """The model, believing no sign that is in doubt and hearing no danger by itself, or with other limits."""
    return replace(model, thresholds={**model.thresholds, BELIEVED: 99.0, "danger": 99.0, **limits})


def test_a_bare_word_of_danger_is_weighed(model: Model) -> None:
    text = f"{HARMLESS}, in the icu"
    assert [flag.code for flag in read(None, text).red_flags] == ["explicit"]
    assert read(doubtful(model), text).red_flags == ()
    assert read(doubtful(model, believed=-99.0), text).red_flags


def test_words_in_several_places_are_weighed(model: Model) -> None:
    text = f"{HARMLESS}, is bleeding common when one is pregnant"
    assert [flag.code for flag in read(None, text).red_flags] == ["labour"]
    assert read(doubtful(model), text).red_flags == ()
    assert read(doubtful(model, believed=-99.0), text).red_flags


def test_several_words_of_danger_are_believed_whatever_stands_around_them(model: Model) -> None:
    text = f"{HARMLESS}, and she cannot breathe"
    assert [flag.code for flag in read(doubtful(model), text).red_flags] == ["breathing"]


def test_what_no_word_says_is_now_is_weighed_where_the_text_does_not_sound_like_danger(model: Model) -> None:
    text = f"{HARMLESS}, and she cannot breathe"
    strict = replace(model, thresholds={**model.thresholds, BELIEVED_UNDATED: 99.0, "danger": 99.0})
    assert read(strict, text).red_flags == ()
    assert read(strict, f"{text} now").red_flags
    assert read(strict, f"{HARMLESS}, suddenly she cannot breathe").red_flags
    loud = replace(strict, thresholds={**strict.thresholds, "danger": -99.0})
    assert [flag.code for flag in read(loud, text).red_flags] == ["breathing"]


@pytest.mark.parametrize(
    "far",
    [
        *("in the film", "my 1987 notes say", "the statistics say", "in the novel", "in the video game"),
        *("my hernia was years ago, now and then,", "there is a family history of gout,", "for six years I have gout,"),
    ],
)
def test_danger_at_a_distance_is_weighed(model: Model, far: str) -> None:
    text = f"{HARMLESS}, {far} she cannot breathe"
    assert [flag.code for flag in read(None, text).red_flags] == ["breathing"]
    assert read(doubtful(model), text).red_flags == ()
    assert read(doubtful(model, believed=-99.0), text).red_flags


def test_what_is_said_to_be_now_is_at_a_distance_only_if_its_own_clause_is(model: Model) -> None:
    strict = doubtful(model)
    assert read(strict, "We saw the film. She cannot breathe now.").red_flags
    assert read(strict, "We saw the film, but she cannot breathe now.").red_flags
    assert read(strict, "In the film she cannot breathe now.").red_flags == ()
    assert read(strict, "As a child I had asthma, now my daughter is six, she cannot breathe.").red_flags
    assert read(strict, "My daughter is six now. As a child I had asthma, she cannot breathe.").red_flags == ()


@pytest.mark.parametrize("supposed", ["what if, one night,", "as happened to my cousin", "the neighbours say"])
def test_danger_that_is_only_supposed_is_weighed_in_its_sentence(model: Model, supposed: str) -> None:
    text = f"{HARMLESS}. {supposed} she cannot breathe"
    assert read(doubtful(model), text).red_flags == ()
    assert read(doubtful(model, believed=-99.0), text).red_flags


def test_what_is_supposed_ends_with_its_sentence_and_with_what_is_now(model: Model) -> None:
    strict, supposed = doubtful(model), "as happened to my cousin"
    assert read(strict, f"{HARMLESS} {supposed} she cannot breathe").red_flags == ()
    assert read(strict, f"{HARMLESS} {supposed}. She cannot breathe").red_flags
    assert read(strict, f"{HARMLESS} {supposed}, but now she cannot breathe").red_flags


def test_a_picture_that_laughs_ends_a_clause(model: Model) -> None:
    strict = doubtful(model)
    assert read(strict, f"{HARMLESS} 😂 she cannot breathe").red_flags == ()
    assert read(strict, f"{HARMLESS} 😂 she cannot breathe now").red_flags
    assert read(strict, "She cannot breathe now 😂").red_flags


def test_the_years_of_an_age_are_no_other_time(model: Model) -> None:
    strict = doubtful(model)
    assert read(strict, f"{HARMLESS}, my mother is 62 years old and cannot breathe").red_flags
    assert read(strict, f"{HARMLESS}, for 62 years my mother cannot breathe").red_flags == ()


def test_where_no_sign_is_believed_the_model_listens_to_what_else_is_said(model: Model) -> None:
    strict = doubtful(model, danger=model.thresholds["danger"])
    film = "In the film she cannot breathe."
    assert read(strict, f"{film} Granny is grey and soft and clutches her waistcoat.").red_flags
    assert read(strict, f"{film} {HARMLESS}.").red_flags == ()


def test_the_words_of_a_sign_that_is_not_believed_are_no_danger_to_the_model(model: Model) -> None:
    text = "In the film she is in the icu, it was grey and loud and they cried all evening long"
    keen = doubtful(model, danger=-99.0, emergency=99.0)
    (flag,) = read(keen, text).red_flags
    assert "icu" not in " ".join(quote.text for quote in flag.evidence)


def test_of_the_few_words_beside_a_denial_the_model_makes_no_danger(model: Model) -> None:
    keen = doubtful(model, danger=-99.0, emergency=99.0)
    assert read(keen, "granny has no chest pain").red_flags == ()
    assert read(keen, "granny has no chest pain but is grey and soft and clutches her waistcoat").red_flags


def test_a_sign_is_believed_though_the_model_alone_would_raise_no_flag(model: Model) -> None:
    deaf = replace(model, thresholds={**model.thresholds, "danger": 99.0, "emergency": 99.0})
    assert read(deaf, "he cannot breathe").urgency == "emergency"


def test_between_the_limits_a_flag_is_urgent_and_above_them_an_emergency(model: Model) -> None:
    text = "granny is grey, soft and clutches her waistcoat"
    unsure = replace(model, thresholds={**model.thresholds, "danger": -99.0, "emergency": 99.0})
    sure = replace(model, thresholds={**model.thresholds, "danger": -99.0, "emergency": -98.0})
    assert read(unsure, text).urgency == "urgent"
    assert read(sure, text).urgency == "emergency"


def test_every_reading_says_which_model_had_a_say(model: Model) -> None:
    assert read(model, "hello").model == model.version
    assert read(None, "hello").model == ""


def test_the_same_lessons_make_the_same_model(model: Model) -> None:
    again = training.train(training.read_lessons(lessons(), processes=2), processes=2)
    assert again.version == model.version
    assert training.train(training.read_lessons(lessons()[1:])).version != model.version


def test_a_model_is_the_same_after_it_was_kept(model: Model, tmp_path: Path) -> None:
    models.save(model, tmp_path / "kept")
    kept = models.load(tmp_path / "kept")
    places = pieces(split("something bulges out when lifting"))
    assert kept.version == model.version
    assert np.array_equal(kept.condition_scores(places), model.condition_scores(places))
    assert np.array_equal(kept.flag_scores(places), model.flag_scores(places))
    assert DANGER in kept.flags.classes


def test_an_empty_text_gets_scores_too(model: Model) -> None:
    assert model.condition_scores(Places()).shape == (len(model.conditions.classes),)


def _spoil_head(folder: Path) -> None:
    head = json.loads((folder / "model.json").read_text("utf-8"))
    (folder / "model.json").write_text(json.dumps({**head, "format": 0}), "utf-8")


def _cut_array(folder: Path) -> None:
    (folder / "weights.npy").write_bytes((folder / "weights.npy").read_bytes()[:1000])


def _widen_array(folder: Path) -> None:
    np.save(folder / "weights.npy", np.zeros((BUCKETS, 1), dtype=np.int8))


def _shorten_attribution(folder: Path) -> None:
    np.save(folder / "attribution.npy", np.zeros(7, dtype=np.float32))


def _shorten_belief(folder: Path) -> None:
    np.save(folder / "belief.npy", np.zeros(7, dtype=np.float32))


def _lose_a_name(folder: Path) -> None:
    head = json.loads((folder / "model.json").read_text("utf-8"))
    del head["blend"]
    (folder / "model.json").write_text(json.dumps(head), "utf-8")


def _lengthen_bias(folder: Path) -> None:
    head = json.loads((folder / "model.json").read_text("utf-8"))
    head["red-flags"]["bias"].append(0.5)
    (folder / "model.json").write_text(json.dumps(head), "utf-8")


@pytest.mark.parametrize(
    "spoil",
    [_lengthen_bias, _spoil_head, _cut_array, _widen_array, _shorten_attribution, _shorten_belief, _lose_a_name],
)
def test_a_spoilt_model_is_refused_and_the_built_one_reads(model: Model, tmp_path: Path, spoil: object) -> None:
    models.save(model, tmp_path / "data" / "models" / "other")
    models.save(model, tmp_path / "built")
    store = ModelStore(tmp_path / "data", tmp_path / "built")
    store.promote(replace(model, version="other"), Version("other", model.version, "2026-01-01", {}))
    assert callable(spoil)
    spoil(tmp_path / "data" / "models" / "other")
    with pytest.raises(ModelError):
        models.load(tmp_path / "data" / "models" / "other")
    current = store.current()
    assert current is not None
    assert current.version == model.version


def test_versions_are_kept_and_the_earlier_one_can_come_back(model: Model, tmp_path: Path) -> None:
    models.save(model, tmp_path / "built")
    store = ModelStore(tmp_path, tmp_path / "built")
    for name in ("first", "second"):
        store.promote(replace(model, version=name), Version(name, model.version, "2026-01-01", {"right": 0.9}))
    assert [version.version for version in store.versions()] == ["first", "second"]
    assert _current(store) == "second"
    assert store.roll_back() == "first"
    assert _current(store) == "first"
    assert store.roll_back() == ""
    assert _current(store) == model.version
    assert store.roll_back() is None


def test_a_version_judged_against_another_built_model_is_not_read(model: Model, tmp_path: Path) -> None:
    models.save(model, tmp_path / "built")
    store = ModelStore(tmp_path, tmp_path / "built")
    store.promote(replace(model, version="better"), Version("better", "an older one", "2026-01-01", {}))
    assert _current(store) == model.version


def test_a_built_model_replaces_the_one_before(model: Model, tmp_path: Path) -> None:
    for version in ("old", "new"):
        replace_built(replace(model, version=version), tmp_path / "built")
    assert models.load(tmp_path / "built").version == "new"


def test_without_any_model_the_terms_read_alone(tmp_path: Path) -> None:
    assert ModelStore(tmp_path, tmp_path / "built").current() is None


def _current(store: ModelStore) -> str:
    current = store.current()
    assert current is not None
    return current.version
