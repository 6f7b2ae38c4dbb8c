"""What earlier processes found: verdicts by tree and configuration, and the configuration by the files it stands in."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from typing import Any

from laneshift.lanes import answers
from laneshift.lanes.contracts.options import FILES, Options
from laneshift.lanes.contracts.verdicts import Breach, Step, Verdict
from laneshift.repo.objects import Tree

_KIND, _OPTIONS = "contracts", "options"


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


def kept_options(tree: Tree, read: Callable[[], Options | None]) -> Options | None:
    """What `read` finds in the files that may hold the configuration, or found before in the same ones."""
    about = "".join(tree.entries[path].oid if is_file(tree, path) else "-" for path in FILES)
    if not about.strip("-"):
        return None
    known = answers.load(tree, _OPTIONS, "", about)
    if known is None:
        found = read()
        answers.keep(tree, _OPTIONS, "", [found and asdict(found)], about)
        return found
    table = known[0]
    return table and Options(table["file"], table["general"], tuple(table["contracts"]))


def is_file(tree: Tree, path: str) -> bool:
    """Whether a tree has a regular file there."""
    entry = tree.entry(path)
    return entry is not None and entry.is_regular


def _verdict(table: dict[str, Any]) -> Verdict:
    breaches, unseen = (tuple(map(_breach, table.pop(key))) for key in ("breaches", "unseen"))
    return Verdict(**{**table, "warnings": tuple(table["warnings"])}, breaches=breaches, unseen=unseen)


def _breach(table: dict[str, Any]) -> Breach:
    return Breach(table["what"], tuple(_step(each) for each in table["chain"]))


def _step(table: dict[str, Any]) -> Step:
    return Step(table["importer"], table["imported"], tuple(table["lines"]), tuple(table["kinds"]))
