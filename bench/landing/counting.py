"""Counting suite runs from outside: every session of the suite writes one line into a pipe, whoever started it.

Sessions that share one run of the suite say which part of it they are, and count together as the one run that they are.
"""

from __future__ import annotations

import json
import os
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bench.landing.toy import RULES

_BYTES = 1 << 16
_QUIET_SECONDS = 0.2


@dataclass(frozen=True, slots=True)
class Counted:
    """Runs that were told: whole suites, and smaller selections. `share` is the pauses that were waited for in both, as
    a share of those of one whole suite; of sessions side by side the longest counts."""

    full: int = 0
    small: int = 0
    share: float = 0.0

    def plus(self, other: Counted) -> Counted:
        """Both together."""
        return Counted(self.full + other.full, self.small + other.small, self.share + other.share)


def counted(lines: Sequence[Mapping[str, Any]], items: int) -> Counted:
    """What the lines of the sessions come to. A run of no test at all is not counted."""
    runs = [run for run in _runs(lines) if any(line["all"] for line in run)]
    full = sum(_is_whole(run, items) for run in runs)
    return Counted(full, len(runs) - full, sum(max(line["own"] for line in run) for run in runs) / items)


def _runs(lines: Sequence[Mapping[str, Any]]) -> list[list[Mapping[str, Any]]]:
    """Sessions by run: parts of one run come one after the other, in any order and each once."""
    runs: list[list[Mapping[str, Any]]] = []
    shared: list[Mapping[str, Any]] = []
    for line in lines:
        if line.get("part") is None:
            runs.append([line])
            continue
        if shared and (line["part"] in [each["part"] for each in shared] or line["of"] != shared[0]["of"]):
            shared = []
        if not shared:
            runs.append(shared)
        shared.append(line)
        if len(shared) == line["of"]:
            shared = []
    return runs


def _is_whole(run: list[Mapping[str, Any]], items: int) -> bool:
    return len(run) == run[0].get("of", 1) and all(
        sum(line[kind] for line in run) == wanted for kind, wanted in (("own", items), ("rules", RULES))
    )


@dataclass
class Pipe:
    """The pipe of one state folder, and what was told through it since it was last asked."""

    state: Path
    lines: list[Mapping[str, Any]] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def taken(self) -> list[Mapping[str, Any]]:
        """The lines so far; they are forgotten."""
        threading.Event().wait(_QUIET_SECONDS)
        with self._lock:
            lines, self.lines = self.lines, []
        return lines

    def hear(self, data: bytes) -> None:
        """Whole lines, as they come out of the pipe. One that disarms the flake does it at once."""
        for text in data.splitlines():
            line = json.loads(text)
            if line.get("disarm"):
                (self.state / "armed").unlink(missing_ok=True)
            else:
                with self._lock:
                    self.lines.append(line)


@contextmanager
def listening(state: Path) -> Iterator[Pipe]:
    """A pipe at `state/told`, read by a thread until the end of the context.

    A pipe is what a run can write to in isolation, where every file outside of its checkout is read-only.
    """
    path = state / "told"
    path.unlink(missing_ok=True)
    os.mkfifo(path)
    # Held open for writing too, so that the end of one session is not the end of the pipe.
    handle = os.open(path, os.O_RDWR)
    pipe = Pipe(state)
    reader = threading.Thread(target=_read, args=(handle, pipe), daemon=True)
    reader.start()
    try:
        yield pipe
    finally:
        os.write(handle, _END)
        reader.join()
        os.close(handle)
        path.unlink(missing_ok=True)


_END = b"\0\n"


def _read(handle: int, pipe: Pipe) -> None:
    rest = b""
    while True:
        rest += os.read(handle, _BYTES)
        whole, mark, rest = rest.rpartition(b"\n")
        if whole.endswith(_END.strip()) and mark:
            pipe.hear(whole[: -len(_END.strip())])
            return
        pipe.hear(whole)
