"""`python -m workers.build_model`: makes the statistical model of the example messages; part of set-up."""

from __future__ import annotations

import os

from service.understanding import model_store
from workers import training


def main() -> None:
    lessons = training.lessons_of_examples()
    trained = training.train(training.read_lessons(lessons, processes=min(2, len(os.sched_getaffinity(0)))))
    model_store.replace_built(trained)
    print(f"model {trained.version} of {len(lessons)} example messages")


if __name__ == "__main__":
    main()
