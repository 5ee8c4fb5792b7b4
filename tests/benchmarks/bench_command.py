"""How fast `dragoman understand --no-translation` starts and reads, and in how much memory."""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from typing import Final

from service.understanding import examples

_MESSAGES: Final = 5_000
_COMMAND: Final = (sys.executable, "-m", "service", "understand", "--no-translation")


def main() -> None:
    """Messages of every language in turn; what the second five thousand cost is the speed after the start."""
    texts = list(_texts())
    start = _processor_seconds(texts[:1])
    once, twice = _processor_seconds(texts), _processor_seconds(texts * 2)
    print(f"understand: start and one message {start:.2f} s, {_MESSAGES:,} messages {once:.2f} s of processor")
    print(f"understand: {_MESSAGES / (twice - once):,.0f} messages a second after the start, on one core")
    print(f"understand: {resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024:.0f} MB at most")


def _texts() -> Iterator[str]:
    """Example messages, the languages taking turns."""
    pools = [examples.read(language)[0] for language in examples.languages()]
    for number in range(_MESSAGES):
        pool = pools[number % len(pools)]
        yield pool[number // len(pools) % len(pool)].text


def _processor_seconds(texts: Sequence[str]) -> float:
    with tempfile.TemporaryFile("w+") as lines:
        lines.writelines(json.dumps({"id": number, "text": text}) + "\n" for number, text in enumerate(texts))
        lines.seek(0)
        before = _used()
        done = subprocess.run(_COMMAND, stdin=lines, capture_output=True, text=True, check=True)
    assert len(done.stdout.splitlines()) == len(texts), "a message was not answered"
    return _used() - before


def _used() -> float:
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


if __name__ == "__main__":
    main()
