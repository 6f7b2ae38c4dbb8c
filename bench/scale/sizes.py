"""Bytes that one item leaves behind, and what an append to the journal costs: small measurements of real parts."""

from __future__ import annotations

import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from laneshift.evidence.journal import Journal

_APPENDS = 400
_FACTS = {"plan": "core-0123456789", "item": "labs.some_module", "step": "test", "outcome": "passed", "took": 1500}


def folder_bytes(folder: Path) -> int:
    """Bytes of all files below a folder; 0 where there is none."""
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file() and not path.is_symlink())


def left_behind(state: Path, items: int) -> dict[str, float]:
    """Bytes for each of `items` items, by what they are kept for, in the state folder of a repository."""
    journal = Journal.open(state / "journal.sqlite", create=False)
    text = sum(len(str(record.facts)) + 400 for record in journal.records())
    count = len(journal.records())
    journal.close()
    kept = {
        "journal, bytes of its records": text,
        "journal, records": count,
        "evidence": folder_bytes(state / "evidence"),
        "results (bounded)": folder_bytes(state / "results.sqlite"),
        "runs of the engine": folder_bytes(state / "runs"),
        "plans": folder_bytes(state / "plans"),
    }
    return {name: round(size / items, 1) for name, size in kept.items()}


def appends(journal: Any, name: str, threads: int) -> tuple[float, float]:
    """Appends a second by `threads` at once, and the median seconds of one."""

    def one(number: int) -> float:
        began = time.perf_counter()
        journal.append(f"{name}-{number}", "step.ended", {**_FACTS, "number": number})
        return time.perf_counter() - began

    began = time.perf_counter()
    with ThreadPoolExecutor(threads) as pool:
        took = list(pool.map(one, range(_APPENDS)))
    return _APPENDS / (time.perf_counter() - began), statistics.median(took)


def on_sqlite() -> list[tuple[str, float, float]]:
    """Rows: name, appends a second, median seconds."""
    with tempfile.TemporaryDirectory() as folder:
        journal = Journal.open(Path(folder) / "journal.sqlite", actor="bench")
        return [(f"SQLite, {count} at once", *appends(journal, f"a{count}", count)) for count in (1, 8)]


def on_postgres(server: Callable[[], Any], opened: Callable[[Any], Any]) -> list[tuple[str, float, float]]:
    """The same in PostgreSQL, for one repository and for two whose journals are apart."""
    with server() as at:
        one, other = opened((at, "one")), opened((at, "two"))
        rows = [(f"PostgreSQL, {count} at once", *appends(one, f"a{count}", count)) for count in (1, 8, 32)]
        with ThreadPoolExecutor(2) as pool:
            both = list(pool.map(lambda journal: appends(journal, "both", 8), (one, other)))
        return [*rows, ("PostgreSQL, two repositories, 8 at once each", sum(rate for rate, _ in both), both[0][1])]


def main() -> None:
    """Print what was measured."""
    from tests.bench.scale_server import opened, server  # noqa: PLC0415 - a server from wheels, for this alone

    for name, rate, median in [*on_sqlite(), *on_postgres(server, opened)]:
        sys.stdout.write(f"{name}: {rate:,.0f} appends/s, median {median * 1000:.2f} ms\n")
    if len(sys.argv) == 3:
        for name, size in left_behind(Path(sys.argv[1]) / ".git" / "laneshift", int(sys.argv[2])).items():
            sys.stdout.write(f"{name}: {size:,.0f} an item\n")


if __name__ == "__main__":
    main()
