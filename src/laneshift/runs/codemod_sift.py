"""What foreign code wrote to one file, judged by the filter for changes of others. Pure.

A codemod may be meant to do what the filter flags. The parameter `sift-accept` names such checks; it is part of the
intent, so that whoever approves the plan sees it. What no rewriting of code needs cannot be accepted.
"""

from __future__ import annotations

from laneshift.code.codemods.fixpoint import written
from laneshift.code.codemods.records import Codemod
from laneshift.errors import Refused
from laneshift.repo.objects import Tree

ACCEPT = "sift-accept"
ACCEPTABLE = (
    "binding-lost",
    "condition-changed",
    "decorators-changed",
    "definition-lost",
    "export-lost",
    "future-changed",
    "handlers-changed",
    "import-replaced",
    "kind-changed",
    "lines-deleted",
    "order-changed",
    "patched",
    "redefined",
    "result-changed",
    "runs-at-import",
    "side-effect-added",
    "signature-changed",
    "statements-deleted",
    "unknown-module",
    "value-changed",
)


def accepted(codemod: Codemod) -> frozenset[str]:
    """The checks that the codemod may fail. Raises `Refused` (`codemod.bad-parameter`) for one that nothing may."""
    names = dict(codemod.parameters).get(ACCEPT, "").replace(",", " ").split()
    bad = [name for name in names if name not in ACCEPTABLE]
    if bad:
        what = f"{ACCEPT}: {bad[0]!r} cannot be accepted"
        raise Refused("codemod.bad-parameter", what, cure=f"some of {', '.join(ACCEPTABLE)}")
    return frozenset(names)


def flaw(tree: Tree, path: str, data: bytes, codemod: Codemod, roots: tuple[str, ...], accept: frozenset[str]) -> str:
    """Why what the foreign code wrote to a file is not taken; empty where it is."""
    if not codemod.covers(path):
        return "no file that the codemod covers"
    from laneshift.code.safe_patch import Limits, judge  # noqa: PLC0415 - few batches run foreign code

    verdict = judge(tree, written(tree, {path: data}), Limits(), codemod.covers, roots)
    found = [each for each in verdict.findings if each.check not in accept]
    return f"{found[0].check}: {found[0].what}" if found else ""
