"""Verdicts of earlier processes, kept by tree and configuration."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from typing import Any

from laneshift.lanes import answers
from laneshift.lanes.contracts.options import Options
from laneshift.lanes.contracts.verdicts import Breach, Step, Verdict
from laneshift.repo.objects import Tree

_KIND = "contracts"


def verdicts_of(
    tree: Tree, options: Options, roots: tuple[str, ...], judge: Callable[[], tuple[Verdict, ...]]
) -> tuple[Verdict, ...]:
    """What `judge` says of the contracts on this tree, or said when it was asked before."""
    question = repr((options, roots))
    known = answers.load(tree, _KIND, question)
    if known is not None:
        return tuple(_verdict(each) for each in known)
    found = judge()
    answers.keep(tree, _KIND, question, [asdict(each) for each in found])
    return found


def _verdict(table: dict[str, Any]) -> Verdict:
    breaches, unseen = (tuple(map(_breach, table.pop(key))) for key in ("breaches", "unseen"))
    return Verdict(**{**table, "warnings": tuple(table["warnings"])}, breaches=breaches, unseen=unseen)


def _breach(table: dict[str, Any]) -> Breach:
    return Breach(table["what"], tuple(_step(each) for each in table["chain"]))


def _step(table: dict[str, Any]) -> Step:
    return Step(table["importer"], table["imported"], tuple(table["lines"]), tuple(table["kinds"]))
