"""`make bench`: how fast the door acknowledges with nothing but the database, how fast the workers read and route, and
how fast the console answers.
"""

from __future__ import annotations

import statistics
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from tests.benchmarks import bench_command, bench_console, bench_routing, bench_understanding
from tests.demo import samples
from tests.program import Program, free_port, until
from tests.twilio_client import sms

MESSAGES: Final = 200


def main() -> None:
    bench_command.main()
    bench_understanding.main()
    bench_console.main()
    bench_routing.main()
    texts = [sample.text for sample in samples.load()]
    with running(DRAGOMAN_REDIS_URL="redis://127.0.0.1:1") as program:
        report("the door, with no Redis", acknowledge(program, texts))
    with running() as program:
        acknowledge(program, texts[:1])
        begun = time.perf_counter()
        seconds = acknowledge(program, texts)
        wait_until_read(program, MESSAGES + 1)
        minutes = (time.perf_counter() - begun) / 60
        report("the door, everything running", seconds)
        print(f"the pipeline: {MESSAGES / minutes:,.0f} enquiries a minute from webhook to read, engines included")


@contextmanager
def running(**more: str) -> Iterator[Program]:
    with tempfile.TemporaryDirectory(prefix="dragoman-bench-") as folder:
        program = Program(Path(folder) / "data", free_port(), Path(folder) / "log", more)
        program.start()
        try:
            yield program
        finally:
            program.stop()


def acknowledge(program: Program, texts: Sequence[str]) -> list[float]:
    """Seconds for each of the messages, one after the other, each from a sender of its own."""
    seconds = []
    for number in range(MESSAGES if len(texts) > 1 else 1):
        form = sms(texts[number % len(texts)], f"+1555{number:04d}0100")
        begun = time.perf_counter()
        answer = program.twilio.message(form)
        seconds.append(time.perf_counter() - begun)
        assert answer.status == 200, answer
    return seconds


def wait_until_read(program: Program, messages: int) -> None:
    for _ in until(600, pause=1):
        states = [message["reading"] for enquiry in program.lines("export") for message in enquiry["messages"]]
        if len(states) >= messages and set(states) == {"done"}:
            return
    raise AssertionError("the messages were not read within ten minutes")


def report(what: str, seconds: Sequence[float]) -> None:
    cuts = statistics.quantiles(seconds, n=20)
    median, high = statistics.median(seconds), max(seconds)
    print(f"{what}: median {median * 1000:.0f} ms, 95 % {cuts[18] * 1000:.0f} ms, longest {high * 1000:.0f} ms")


if __name__ == "__main__":
    main()
