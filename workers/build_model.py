"""`python -m workers.build_model {terms,pauses,model}`: compiles terms, learns from examples; a part of set-up."""

from __future__ import annotations

import sys
from typing import Final

from service.understanding import cldr, compiled, knowledge, pauses
from service.understanding.facts import gazetteer, medicines
from service.understanding.learned import model_store
from translations import identifier
from workers import pausing, training

_ONE_IN: Final = 5
"""One example message in so many is typical enough."""


def compile_terms() -> None:
    """A file for each language, and what else no process should compile, gather or unpack at its start."""
    for language in sorted(knowledge.languages()):
        compiled.save(knowledge.compile_terms(language))
    compiled.save_concepts()
    medicines.keep()
    languages = sorted({language.removesuffix("-Latn") for language in knowledge.languages()})
    cldr.keep(languages)
    gazetteer.keep(languages)
    identifier.unpack(typical=(lesson.text for lesson in training.lessons_of_examples()[::_ONE_IN]))


def learn_pauses() -> None:
    """Where people pause, from the example messages."""
    pauses.save(pausing.learn(pausing.texts_of_examples()))


def learn_examples() -> None:
    """The statistical model of the example messages."""
    lessons = training.lessons_of_examples()
    trained = training.train(training.read_lessons(lessons))
    model_store.replace_built(trained)
    print(f"model {trained.version} of {len(lessons)} example messages")


def main(arguments: list[str]) -> int:
    known = {"terms": compile_terms, "pauses": learn_pauses, "model": learn_examples}
    if not arguments or not set(arguments) <= set(known):
        print("usage: python -m workers.build_model {terms,pauses,model}…", file=sys.stderr)
        return 2
    for name in arguments:
        known[name]()
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
