"""A codemod of somebody else, run once: in the sandbox, until it changes nothing, and kept as a record.

A command may write anything, so what it wrote goes through the filter for changes of others, file by file. A LibCST
codemod is a program of the project and was chosen by name; its files must still be Python, and covered.
"""

from __future__ import annotations

import json
import shlex
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from laneshift.code.codemods.fixpoint import MOST_PASSES, written
from laneshift.code.codemods.libcst_driver import DRIVER
from laneshift.code.codemods.recorded import COMMAND, LIBCST, RECORD, record
from laneshift.code.codemods.records import Codemod, Refusal
from laneshift.code.moves.spans import parse, read_source
from laneshift.code.safe_patch import Limits as Filter
from laneshift.code.safe_patch import judge
from laneshift.errors import CheckFailed, Refused
from laneshift.gates.sandbox import Limits
from laneshift.repo.commits import Identity, write_commit
from laneshift.repo.objects import MODE_FILE, Entry, Repository, Tree
from laneshift.repo.ref_updates import RefUpdate
from laneshift.repo.refs import read, swap
from laneshift.steps.runner.foreign import Ran

KEPT = "refs/laneshift/codemods/"
"""Below it, a commit for each record holds the blobs that it speaks of."""
_KEEPER = Identity("laneshift", "laneshift@localhost")
_OUTPUT = 2000


class Rewriter(Protocol):
    """What runs a command on a checkout and reads the files back."""

    def rewrite(self, tree: Tree, argv: list[str], limits: Limits) -> Ran:
        """Run the command on the tree."""
        ...


@dataclass(frozen=True)
class Recorded:
    """The codemod as it is planned, and the files that were left alone, with the reason."""

    codemod: Codemod
    refusals: tuple[Refusal, ...]


def run_and_record(
    repository: Repository, tree: Tree, codemod: Codemod, rewriter: Rewriter, limits: Limits, roots: tuple[str, ...]
) -> Recorded:
    """Run the foreign code on `tree` and keep what it did.

    Raises `CheckFailed` when it fails or ends late, and `Refused` when it never stops changing files, or does to them
    what no codemod may: deletes them, makes links, or changes modes.
    """
    files, refusals = _settled(tree, codemod, rewriter, limits, roots)
    oid, pin = record(repository, tree, files)
    _keep(repository, oid, written(tree, files))
    pairs = {**dict(codemod.parameters), RECORD: oid}
    return Recorded(Codemod.asked(codemod.name, codemod.paths, pairs, pin), refusals)


def _settled(
    tree: Tree, codemod: Codemod, rewriter: Rewriter, limits: Limits, roots: tuple[str, ...]
) -> tuple[Mapping[str, bytes], tuple[Refusal, ...]]:
    files: dict[str, bytes] = {}
    refused: dict[str, Refusal] = {}
    now = tree
    for _ in range(MOST_PASSES + 1):
        ran = rewriter.rewrite(now, _argv(now, codemod), limits)
        _refuse(ran, codemod)
        changed = {path: data for path, data in ran.files.items() if path not in refused}
        for path, data in list(changed.items()):
            why = _flaw(tree, path, data, codemod, roots)
            if why:
                refused[path] = Refusal(path, 0, "flagged", why)
                del changed[path]
                files.pop(path, None)
        if not changed:
            return files, tuple(refused[path] for path in sorted(refused))
        files.update(changed)
        now = written(tree, files)
    raise Refused(
        "codemod.no-fixpoint", f"after {MOST_PASSES} passes the command still changes files", where=codemod.name
    )


def _argv(tree: Tree, codemod: Codemod) -> list[str]:
    given = dict(codemod.parameters)
    if codemod.name == COMMAND:
        words = shlex.split(given.get("run", ""))
        if not words:
            raise Refused("codemod.bad-parameter", "there is no command to run", cure="--param run='COMMAND WORDS'")
        return words
    paths = [path for path in sorted(tree.entries) if path.endswith(".py") and codemod.covers(path)]
    regular = [path for path in paths if tree.entries[path].is_regular]
    own = {key: value for key, value in given.items() if key != RECORD}
    return ["python", "-c", DRIVER, json.dumps([codemod.name.removeprefix(LIBCST), own, regular])]


def _refuse(ran: Ran, codemod: Codemod) -> None:
    if ran.run.timed_out or not ran.run.ok:
        how = "did not end in time" if ran.run.timed_out else f"ended with status {ran.run.exit_code}"
        raise CheckFailed("codemod.failed", f"{codemod.name} {how}", why=ran.run.output[-_OUTPUT:].strip())
    bad = [*ran.gone, *ran.odd]
    if bad:
        raise Refused(
            "codemod.unsafe", f"{codemod.name} deleted {bad[0]!r}, or made it another kind of file", where=bad[0]
        )


def _flaw(tree: Tree, path: str, data: bytes, codemod: Codemod, roots: tuple[str, ...]) -> str:
    """Why what the foreign code wrote to a file is not taken; empty where it is."""
    if not codemod.covers(path):
        return "no file that the codemod covers"
    if codemod.name != COMMAND:
        return "" if parse(read_source(data)) is not None else "the file would not be Python any more"
    found = judge(tree, written(tree, {path: data}), Filter(), codemod.covers, roots).findings
    return f"{found[0].check}: {found[0].what}" if found else ""


def _keep(repository: Repository, oid: str, tree: Tree) -> None:
    """Keep git from collecting the blobs of a record."""
    ref = f"{KEPT}{oid}"
    if read(repository, ref) is None:
        held = tree.edit({f"laneshift-record-{oid}.json": Entry(MODE_FILE, oid)})
        commit = write_commit(repository, held.oid, [], f"record {oid}\n", _KEEPER, 0)
        swap(repository, [RefUpdate(ref, None, commit)], reason="laneshift: codemod")
