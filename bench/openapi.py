"""Verdicts on labelled pairs of OpenAPI documents, ours beside those of openapi-diff from npm, and the time of both.

Usage: `python -m bench.openapi [--differ FOLDER] [--real OLD NEW]`. FOLDER is where `npm install openapi-diff` was run.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from laneshift.reports.openapi.comparing import compare
from laneshift.reports.openapi.document import document
from laneshift.reports.openapi.model import Verdict
from tests.reports.openapi.pairs_of import Labelled, labelled

_PROGRAM = Path(__file__).parent / "programs" / "openapi_diff.js"
_SECONDS = 600
_LABELS = ("breaking", "unsure", "safe", "same")


@dataclass(frozen=True, slots=True)
class Judged:
    """What a differ says of every pair, and the processor time it took; `failed` counts pairs it could not read."""

    name: str
    said: tuple[str, ...]
    seconds: float

    @property
    def failed(self) -> int:
        """How many pairs it gave no verdict on."""
        return self.said.count("error")


def ours(pairs: Sequence[Labelled]) -> Judged:
    """Our verdicts."""
    begin = time.process_time()
    said = tuple(_ours(pair.old, pair.new) for pair in pairs)
    return Judged("laneshift", said, time.process_time() - begin)


def theirs(pairs: Sequence[Labelled], folder: Path) -> Judged:
    """Those of openapi-diff: breaking, or what it counts among the unclassified, or safe, or nothing."""
    with tempfile.NamedTemporaryFile("w", suffix=".json") as file:
        json.dump([[pair.old, pair.new] for pair in pairs], file)
        file.flush()
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        command = ["node", str(_PROGRAM), str(folder.resolve()), file.name]
        done = subprocess.run(command, capture_output=True, check=True, timeout=_SECONDS)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
    seconds = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return Judged("openapi-diff", tuple(json.loads(done.stdout)), seconds)


def table(pairs: Sequence[Labelled], judged: Sequence[Judged]) -> Iterator[str]:
    """Markdown: how many pairs of each label each differ gets right."""
    counts = Counter(pair.label for pair in pairs)
    head = " | ".join(f"{label} ({counts[label]})" for label in _LABELS)
    yield f"| | {head} | called safe, and breaks | no verdict | s |"
    yield f"|---{'|---:' * (len(_LABELS) + 3)}|"
    for each in judged:
        both = list(zip((pair.label for pair in pairs), each.said, strict=True))
        right = Counter(label for label, said in both if label == said)
        missed = sum(label == "breaking" and said in ("safe", "same") for label, said in both)
        cells = " | ".join(str(right[label]) for label in _LABELS)
        yield f"| {each.name} | {cells} | {missed} | {each.failed} | {each.seconds:.1f} |"


def real(old: Path, new: Path) -> Iterator[str]:
    """How two real documents are told apart, and how long it takes."""
    begin = time.process_time()
    before, after = (document(path.name, path.read_bytes()) for path in (old, new))
    found = compare(before, after)
    counts = ", ".join(f"{len(found.of(verdict))} {verdict}" for verdict in Verdict)
    size = (old.stat().st_size + new.stat().st_size) / 2**20
    yield f"{before.title} {before.version} to {after.version}: {' and '.join(map(str, found.operations))} operations,"
    yield f"{size:.0f} MiB together, {counts}, in {time.process_time() - begin:.1f} s of processor time"


def _ours(old: dict[str, Any], new: dict[str, Any]) -> str:
    documents = [document(f"{name}.json", json.dumps(each).encode()) for name, each in (("old", old), ("new", new))]
    found = compare(*documents).findings
    return found[0].verdict.value if found else "same"


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the table. 1 when one of our verdicts is not the label."""
    parser = argparse.ArgumentParser(prog="python -m bench.openapi", description=__doc__)
    parser.add_argument("--differ", type=Path, default=None, help="where openapi-diff is installed")
    parser.add_argument("--real", type=Path, nargs=2, default=None, help="two versions of a real document")
    chosen = parser.parse_args(arguments)
    pairs = labelled()
    judged = [ours(pairs), *([theirs(pairs, chosen.differ)] if chosen.differ else [])]
    lines = [*table(pairs, judged), *(real(*chosen.real) if chosen.real else [])]
    sys.stdout.write("\n".join(lines) + "\n")
    return 0 if all(pair.label == said for pair, said in zip(pairs, judged[0].said, strict=True)) else 1


if __name__ == "__main__":
    sys.exit(main())
