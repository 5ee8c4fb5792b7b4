"""Learning from corrections: a better model is promoted, a worse one and one that loses a red flag are refused."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from service.clock import now
from service.understanding.learned import model as models
from service.understanding.learned.model import DANGER, Model
from service.understanding.learned.model_store import ModelStore, Version
from tests.lessons import lessons, lessons_of_intents
from translations.commands import Streams
from workers import judging, learn, learn_command, training
from workers.learn import Correction
from workers.training import Lesson, Read

LUPUS = "cheeks like a {} mask after a day at the sea, fingers white as chalk"
WANTED = "the {} paper with the numbers on it never reached our door"
WORDS = ("rosy", "hot", "scarlet", "flaky", "sore", "puffy")


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("built") / "model"
    models.save(training.train(training.read_lessons(lessons())), folder)
    return folder


@pytest.fixture
def store(tmp_path: Path, built: Path) -> ModelStore:
    return ModelStore(tmp_path, built)


def corrected(lessons: Sequence[Lesson]) -> list[Correction]:
    return [Correction(lesson, now()) for lesson in lessons]


def to_lupus() -> list[Correction]:
    return corrected([Lesson("condition", "lupus", LUPUS.format(word)) for word in WORDS])


def test_what_coordinators_teach_is_promoted(store: ModelStore) -> None:
    outcome = learn.learn(lessons(), to_lupus(), store)
    assert outcome.reasons == ()
    current = store.current()
    assert current is not None
    assert current.version == outcome.promoted
    assert outcome.report["corrections right before"] == 0.0
    assert outcome.report["corrections right after"] > 0.8
    assert store.versions()[0].report == outcome.report


def test_what_a_writer_wants_is_learned_from_corrections(store: ModelStore) -> None:
    wanted = corrected([Lesson("intent", "billing", WANTED.format(word)) for word in WORDS])
    outcome = learn.learn([*lessons(), *lessons_of_intents()], wanted, store)
    assert outcome.reasons == ()
    assert outcome.report["corrections right before"] == 0.0
    (unseen,) = training.read_lessons([Lesson("intent", "billing", WANTED.format("sweet"))])
    current = store.current()
    assert current is not None
    assert judging.intent_of(current, unseen) == "billing"


def test_without_new_corrections_nothing_is_learned(store: ModelStore) -> None:
    assert learn.learn(lessons(), [], store).promoted is None
    once = to_lupus()
    assert learn.learn(lessons(), once, store).promoted
    again = learn.learn(lessons(), once, store)
    assert again.promoted is None
    assert "nothing was corrected" in again.reasons[0]


def test_without_a_built_model_nothing_is_learned(tmp_path: Path) -> None:
    outcome = learn.learn(lessons(), to_lupus(), ModelStore(tmp_path, tmp_path / "none"))
    assert "no model yet" in outcome.reasons[0]


def test_a_worse_model_is_refused(store: ModelStore) -> None:
    """Corrections that turn everything upside down cost more on unseen messages than they bring."""
    codes = {"hernia": "cataract", "cataract": "hernia", "epilepsy": "dental", "dental": "epilepsy"}
    wrong = [
        Lesson("condition", codes[lesson.code], lesson.text)
        for lesson in lessons()
        if lesson.kind == "condition" and lesson.code
    ]
    outcome = learn.learn(lessons(), corrected([*wrong, *wrong]), store)
    assert outcome.promoted is None
    assert any("right less often" in reason for reason in outcome.reasons)
    assert store.current_version() is None


def test_a_model_that_loses_a_red_flag_is_refused(store: ModelStore) -> None:
    calmed = [
        Lesson("red-flag", None, lesson.text)
        for lesson in lessons()
        if lesson.kind == "red-flag" and lesson.code == "chest-pain"
    ]
    outcome = learn.learn(lessons(), corrected(calmed * 5), store)
    assert outcome.promoted is None
    assert any("loses red flags" in reason for reason in outcome.reasons)


def test_a_model_that_cries_wolf_is_refused(store: ModelStore, monkeypatch: pytest.MonkeyPatch) -> None:
    train = training.train

    def alarmed(read: Sequence[Read]) -> Model:
        trained = train(read)
        teaches = any(one.lesson.code == "lupus" for one in read)
        return replace(trained, thresholds={**trained.thresholds, "danger": -99.0}) if teaches else trained

    monkeypatch.setattr(learn, "train", alarmed)
    outcome = learn.learn(lessons(), to_lupus(), store)
    assert outcome.promoted is None
    assert any("more false alarms" in reason for reason in outcome.reasons)


def test_a_model_that_reads_the_corrections_no_better_is_refused(
    store: ModelStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    current = store.current()
    monkeypatch.setattr(learn, "train", lambda read: current)
    outcome = learn.learn(lessons(), to_lupus(), store)
    assert outcome.reasons == ("it reads the corrections no better",)


def test_a_danger_that_a_coordinator_saw_is_learned(store: ModelStore) -> None:
    text = "dad went the colour of putty and slid under the {} table"
    seen = [Lesson("red-flag", DANGER, text.format(word)) for word in WORDS]
    assert learn.learn(lessons(), corrected(seen), store).promoted
    current = store.current()
    assert current is not None
    assert DANGER not in current.flags.classes[:-1]


def test_versions_are_listed_and_rolled_back(store: ModelStore, built: Path) -> None:
    base = models.load(built)
    assert _say(learn_command.show, store) == f"* {base.version}  made by set-up\n"
    store.promote(replace(base, version="better"), Version("better", base.version, now().isoformat(), {}))
    assert "* better" in _say(learn_command.show, store)
    out, errors = io.StringIO(), io.StringIO()
    assert learn_command.roll_back(store, Streams(io.StringIO(), out, errors)) == 0
    assert "back to the model of set-up" in out.getvalue()
    assert learn_command.roll_back(store, Streams(io.StringIO(), out, errors)) == 1
    assert "no version before" in errors.getvalue()


def test_corrections_after_the_current_version_are_the_new_ones(store: ModelStore) -> None:
    first = to_lupus()
    assert learn.learn(lessons(), first, store).promoted
    later = [
        Correction(replace(one.lesson, text=one.lesson.text + " and hives"), one.at + timedelta(hours=1))
        for one in to_lupus()
    ]
    assert "nothing was corrected" not in "".join(learn.learn(lessons(), [*first, *later], store).reasons)


def _say(command: object, store: ModelStore) -> str:
    out = io.StringIO()
    assert callable(command)
    assert command(store, out) == 0
    return out.getvalue()
