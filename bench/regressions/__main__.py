"""`python -m bench.regressions [--trials N] [--pairs K] [FILE]`: false alarms and found slowdowns, rule by rule.

Each trial compares the same code with itself, and with 15 % more work. What was measured stays in FILE, so that rules
can be compared again without running anything: a file that is complete is only read.
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from statistics import mean

from bench.regressions.collecting import collect, read
from bench.regressions.rules import Comparison, Rule, bootstrap, fixed, mann_whitney, means, ours, stored

_HEAD = ("rule", "false alarms", "found of 15 %", "cannot tell, same code", "cannot tell, slower")


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the table. 1 when laneshift's rule is wrong more often than its goals allow."""
    parser = argparse.ArgumentParser(prog="python -m bench.regressions", description=__doc__)
    parser.add_argument("file", nargs="?", type=Path, default=Path(".cache/regressions/trials.jsonl"))
    parser.add_argument("--trials", type=int, default=200, help="comparisons of each kind")
    parser.add_argument("--pairs", type=int, default=30, help="pairs of processes of each comparison")
    parser.add_argument("--judge-only", action="store_true", help="measure nothing more")
    chosen = parser.parse_args(arguments)
    if not chosen.judge_only:
        collect(chosen.file, chosen.trials, chosen.pairs)
    told = list(read(chosen.file))
    same, slower = ([each for each in told if each["kind"] == kind] for kind in ("same", "slower"))
    if not same or not slower:
        parser.error(f"{chosen.file} has no comparisons")
    rows = [[name, *_cells(rule, same, slower)] for name, rule in _rules(same[0]).items()]
    sys.stdout.writelines(f"| {' | '.join(row)} |\n" for row in [_HEAD, ["---", *["---:"] * 4], *rows])
    loads = [each["load"] for each in told]
    sys.stdout.write(f"load of the machine {min(loads):.1f} to {max(loads):.1f}, {mean(loads):.1f} on average\n")
    chief = ours("both")
    alarms, found = (_count(chief, each)["regression"] / len(each) for each in (same, slower))
    return 0 if alarms <= 0.05 and found >= 0.95 else 1


def _rules(first: Comparison) -> Mapping[str, Rule]:
    return {
        "laneshift, clock and processor (the default)": ours("both"),
        "laneshift, clock alone": ours("wall"),
        "laneshift, processor alone": ours("processor"),
        "bootstrap of the median ratio, clock": bootstrap,
        "10 % on the mean, in turn": fixed,
        "10 % on the mean, stored baseline": stored(means(first, "base")),
        "Mann-Whitney, p < 0.05, means of processes": mann_whitney(0.05, mean),
        "Mann-Whitney, p < 0.05, shortest runs": mann_whitney(0.05, min),
        "Mann-Whitney, p < 0.01, shortest runs": mann_whitney(0.01, min),
    }


def _cells(rule: Rule, same: Sequence[Comparison], slower: Sequence[Comparison]) -> list[str]:
    quiet, loud = _count(rule, same), _count(rule, slower)
    whole = (len(same), len(slower))
    shares = ((quiet["regression"], whole[0]), (loud["regression"], whole[1]))
    unsure = ((quiet["insufficient"], whole[0]), (loud["insufficient"], whole[1]))
    return [f"{count} of {all_} ({count / all_:.1%})" for count, all_ in (*shares, *unsure)]


def _count(rule: Rule, told: Sequence[Comparison]) -> Counter[str]:
    return Counter(map(rule, told))


if __name__ == "__main__":
    sys.exit(main())
