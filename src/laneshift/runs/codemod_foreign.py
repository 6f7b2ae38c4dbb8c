"""A codemod of somebody else, run once: in the sandbox, until it changes nothing, and kept as a record.

A command, and a class of somebody else, may write anything, so what they wrote goes through the filter for changes of
others, file by file.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from laneshift.code.codemods.fixpoint import MOST_PASSES, written
from laneshift.code.codemods.libcst_driver import DRIVER
from laneshift.code.codemods.recorded import COMMAND, LIBCST, RECORD, record
from laneshift.code.codemods.records import Codemod, Refusal
from laneshift.errors import CheckFailed, Refused
from laneshift.gates.sandbox import Limits, RunResult
from laneshift.repo.objects import Repository, Tree
from laneshift.runs.codemod_records import keep
from laneshift.runs.codemod_sift import ACCEPT, accepted, flaw
from laneshift.runs.codemod_tools import tools_of, words_of
from laneshift.steps.runner.foreign import Ran

_OUTPUT = 2000


class Rewriter(Protocol):
    """What runs a command on a checkout, and reads the files back."""

    def run(self, tree: str, argv: Sequence[str], limits: Limits) -> RunResult:
        """Run the command on the tree of this id."""
        ...

    def rewrite(self, tree: Tree, argv: Sequence[str], limits: Limits) -> Ran:
        """Run the command on the tree, and tell what it did to the files."""
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
    tools = tools_of(tree, codemod, rewriter, limits, roots)
    files, refusals = _settled(tree, codemod, rewriter, limits, roots)
    oid, pin = record(repository, tree, files, refusals)
    keep(repository, oid, written(tree, files))
    pairs = {**dict(codemod.parameters), RECORD: oid}
    return Recorded(Codemod.asked(codemod.name, codemod.paths, pairs, pin, tools), refusals)


def _settled(
    tree: Tree, codemod: Codemod, rewriter: Rewriter, limits: Limits, roots: tuple[str, ...]
) -> tuple[Mapping[str, bytes], tuple[Refusal, ...]]:
    files: dict[str, bytes] = {}
    refused: dict[str, Refusal] = {}
    now, accept = tree, accepted(codemod)
    for _ in range(MOST_PASSES + 1):
        ran = rewriter.rewrite(now, _argv(now, codemod), limits)
        _refuse(ran, codemod)
        changed = {path: data for path, data in ran.files.items() if path not in refused}
        for path, data in list(changed.items()):
            why = flaw(tree, path, data, codemod, roots, accept)
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
        return words_of(codemod)
    paths = [path for path in sorted(tree.entries) if path.endswith(".py") and codemod.covers(path)]
    regular = [path for path in paths if tree.entries[path].is_regular]
    own = {key: value for key, value in given.items() if key not in (RECORD, ACCEPT)}
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
