"""`python -m bench [NAMES...] [--rounds N] [--rope-rounds N] [--quick] [--json] [--write]`: measure what goals name."""

from __future__ import annotations

import argparse
import datetime as dt
import json
import sys
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path

from bench import flows, growth, health, inventory, lanes, large, manifests, memory, pages, report, single_move
from bench.matriz.measured import matriz
from bench.section import Section
from bench.server.measured import measured
from corpus.fetch import CACHE
from laneshift.errors import LaneshiftError

BENCHES: Mapping[str, Callable[[Path, int], Section]] = {
    "module": single_move.module,
    "package": single_move.package,
    "contrib": single_move.contrib,
    "index": large.index,
    "importers": large.importers,
    "many": large.many,
    "growth": growth.growth,
    "lanes": lanes.lanes,
    "health": health.health,
    "inventory": inventory.inventory,
    "manifests": manifests.manifests,
    "server": measured,
    "pages": pages.pages,
    "flows": flows.flows,
    "matriz": matriz,
    "memory": memory.memory,
}
_ROUNDS, _QUICK_ROUNDS = 5, 1


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the benchmarks that are named, or all. The exit status says whether they ran, not whether goals were met."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAMES", help=f"any of {', '.join(BENCHES)}; all when left out")
    parser.add_argument("--rounds", type=int, default=0, help=f"counted rounds of each; {_ROUNDS} when left out")
    parser.add_argument("--rope-rounds", type=int, default=single_move.ROPE_ROUNDS, help="how many of them rope runs")
    parser.add_argument("--quick", action="store_true", help="one round: to see that it runs")
    parser.add_argument("--json", action="store_true", help="one JSON document")
    parser.add_argument("--write", action="store_true", help="write docs/benchmarks.md")
    parser.add_argument("--cache", type=Path, default=CACHE)
    chosen = parser.parse_args(arguments)
    unknown = [name for name in chosen.names if name not in BENCHES]
    if unknown or chosen.rounds < 0 or chosen.rope_rounds < 1:
        parser.error(f"no benchmark is named {unknown[0]!r}" if unknown else "there are too few rounds")
    rounds = chosen.rounds or (_QUICK_ROUNDS if chosen.quick else _ROUNDS)
    benches = dict(BENCHES)
    for single in (single_move.module, single_move.package, single_move.contrib):
        benches[single.__name__] = partial(single, rope_rounds=chosen.rope_rounds)
    sections: list[Section] = []
    try:
        for name in chosen.names or BENCHES:
            sections.append(benches[name](chosen.cache, rounds))
            (sys.stderr if chosen.json else sys.stdout).write(report.text(sections[-1]) + "\n")
            sys.stdout.flush()
    except LaneshiftError as error:
        sys.stderr.write(f"{error.what} [{error.code}]\n  {error.why}\n  {error.cure}\n")
        return error.exit_code
    if chosen.json:
        found = {"machine": report.machine(), "sections": [section.as_dict() for section in sections]}
        sys.stdout.write(json.dumps(found, indent=2) + "\n")
    if chosen.write:
        rope = [f"--rope-rounds {chosen.rope_rounds}"] if chosen.rope_rounds != single_move.ROPE_ROUNDS else []
        command = " ".join(["python -m bench", *chosen.names, f"--rounds {rounds}", *rope])
        written = report.write(sections, command, dt.datetime.now(dt.UTC).date(), Path("docs"))
        sys.stderr.write(f"wrote {written}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
