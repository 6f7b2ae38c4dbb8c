"""A move, for people and for programs."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from laneshift.code.moves.findings import Proof
from laneshift.code.moves.records import Notice
from laneshift.code.moves.result import MoveResult
from laneshift.repo.objects import Tree
from laneshift.repo.plain_records import NamedTuple

Say = Callable[[str], None]


class Told(NamedTuple):
    """What there is to tell about one move. `tree` is the tree after it where that is not the one of `result`, because
    of shims; `conservative` are the files that do not parse, `shims` the dates on which shims go, by path."""

    result: MoveResult
    tree: Tree | None
    notices: Sequence[Notice]
    conservative: Sequence[str]
    proof: Proof | None
    shims: Mapping[str, str]
    written: bool


def data(told: Told) -> dict[str, Any]:
    """Everything about the move, for `--json`."""
    result = told.result
    return {
        "written": told.written,
        "tree_before": result.before.oid,
        "tree": (told.tree or result.tree).oid,
        "relocations": dict(result.relocations),
        "markers": list(result.markers),
        "edits": [edit._asdict() for edit in result.edits],
        "notices": [notice._asdict() for notice in told.notices],
        "conservative": list(told.conservative),
        "proof": _proof_data(told.proof) if told.proof else None,
        "shims": dict(told.shims),
    }


def _proof_data(proof: Proof) -> dict[str, Any]:
    return {
        "findings": [finding._asdict() for finding in proof.findings],
        "unparsed": proof.unparsed,
        "derived": proof.derived,
    }


def show(say: Say, told: Told) -> None:
    """What a person should look at, the proof, and one line that sums up."""
    result = told.result
    for notice in told.notices:
        say(f"{notice.path}:{notice.line}: {notice.kind}: {notice.text}")
    for path in told.conservative:
        say(f"{path}: does not parse; edited by tokens")
    if told.proof:
        _say_proof(say, told.proof)
    for path, expiry in told.shims.items():
        say(f"{path}: a shim until {expiry}")
    done = "moved" if told.written else "would move"
    files = len({edit.path for edit in result.edits})
    say(f"{done} {len(result.relocations)} file(s), {len(result.edits)} edit(s) in {files} file(s)")


def _say_proof(say: Say, proof: Proof) -> None:
    for finding in proof.findings:
        verdict = "holds" if finding.holds else "fails"
        say(f"proof {finding.name}: {verdict}, {finding.checked} checked")
        for detail in finding.details:
            say(f"  {detail}")
    for path in proof.unparsed:
        say(f"{path}: does not parse, so no proof covers it")
    for path in proof.derived:
        say(f"{path}: made anew after the move, so no proof covers it")
