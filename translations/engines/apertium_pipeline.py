"""Keeps the processes of one Apertium pair running and passes blocks through them, noticing a crash or a hang."""

from __future__ import annotations

import contextlib
import os
import re
import selectors
import shlex
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import IO, Final

Command = tuple[str, ...]

# Stages without which a pair still translates: a constraint grammar only helps the tagger, and its program is a
# separate package.
_OPTIONAL: Final = frozenset({"cg-proc"})
_CHUNK: Final = 65536


def commands(mode: Path) -> tuple[Command, ...] | None:
    """The stages of a `.mode` file, each told to flush at NUL; None if a program that they need is not installed."""
    stages = [_stage(part) for part in mode.read_text(encoding="utf-8").strip().split("|")]
    paths = {stage[0]: shutil.which(stage[0]) for stage in stages}
    if any(path is None and program not in _OPTIONAL for program, path in paths.items()):
        return None
    return tuple((path, *stage[1:]) for stage in stages if (path := paths[stage[0]]))


def _stage(part: str) -> Command:
    # $1 chooses marks for unknown words, $2 the tagger's output format.
    program, *arguments = shlex.split(re.sub(r"\$2\b", "", re.sub(r"\$1\b", "-g", part)))
    return (program, "-z", *arguments)


class Pipeline:
    """The running stages of one pair; not safe to share between threads."""

    def __init__(self, stages: Sequence[Command]) -> None:
        self._processes: list[subprocess.Popen[bytes]] = []
        try:
            for stage in stages:
                self._processes.append(_start(stage, self._processes))
        except OSError:
            self.close()
            raise
        os.set_blocking(self._in.fileno(), False)
        os.set_blocking(self._out.fileno(), False)
        self._rest = b""

    @property
    def pids(self) -> list[int]:
        return [process.pid for process in self._processes]

    def run(self, blocks: Sequence[bytes], patience: float) -> Iterator[bytes]:
        """The answers to the blocks, in order, each as soon as it is there: the stages go on while it is being used.

        Fewer than the blocks if a stage died, or if nothing moved for `patience` seconds; then, and when not all
        answers were taken, the pipeline is of no more use and must be closed.
        """
        waiting = memoryview(b"".join(block + b"\0" for block in blocks))
        missing = len(blocks)
        with selectors.DefaultSelector() as ready:
            ready.register(self._out, selectors.EVENT_READ)
            ready.register(self._in, selectors.EVENT_WRITE)
            while missing and (events := {key.fileobj for key, _ in ready.select(patience)}):
                if self._in in events:
                    waiting = waiting[self._write(waiting) :]
                    if not waiting:
                        ready.unregister(self._in)
                if self._out in events:
                    chunk = os.read(self._out.fileno(), _CHUNK)
                    if not chunk:
                        return
                    for answer in self._complete(chunk):
                        missing -= 1
                        yield answer

    def close(self) -> None:
        """Ends every stage at once."""
        for process in self._processes:
            process.kill()
        for process in self._processes:
            for pipe in (process.stdin, process.stdout):
                if pipe:
                    with contextlib.suppress(OSError):
                        pipe.close()
            process.wait()

    @property
    def _in(self) -> IO[bytes]:
        pipe = self._processes[0].stdin
        assert pipe is not None
        return pipe

    @property
    def _out(self) -> IO[bytes]:
        pipe = self._processes[-1].stdout
        assert pipe is not None
        return pipe

    def _write(self, waiting: memoryview) -> int:
        try:
            return os.write(self._in.fileno(), waiting[:_CHUNK])
        except BlockingIOError:
            return 0
        except BrokenPipeError:  # a stage died: what was answered before it can still be read
            return len(waiting)

    def _complete(self, chunk: bytes) -> list[bytes]:
        *complete, self._rest = (self._rest + chunk).split(b"\0")
        return complete


def _start(stage: Command, before: Sequence[subprocess.Popen[bytes]]) -> subprocess.Popen[bytes]:
    source = before[-1].stdout if before else subprocess.PIPE
    # In UTF-8 whatever the service's own locale: with another one the stages take letters apart.
    environment = {"LC_ALL": "C.UTF-8"}
    process = subprocess.Popen(
        stage, stdin=source, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=environment, bufsize=0
    )
    if before and before[-1].stdout:
        before[-1].stdout.close()  # only the next stage holds it, so that the death of one ends them all
    return process
