"""What made a codemod's change, looked at when it is planned and again before each later command."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Protocol

from laneshift.code.codemods.ast_grep import PROGRAM
from laneshift.code.codemods.recorded import COMMAND, LIBCST, is_recorded, record_of
from laneshift.code.codemods.records import Codemod
from laneshift.code.codemods.submitted import SUBMISSION
from laneshift.code.codemods.tools import NONE, file_version, installed, module_file, program_of, refuse_others
from laneshift.errors import CheckFailed, Refused
from laneshift.gates.sandbox import Limits, RunResult
from laneshift.repo.objects import Tree
from laneshift.runs.plan import Plan

LIBRARY = "libcst"
_ASK = f"from importlib.metadata import version as of; print(); print('{LIBRARY}', of('{LIBRARY}'))"
_TOLD = re.compile(rf"^{LIBRARY} (\S+)$", re.MULTILINE)
_OUTPUT = 2000


class Runner(Protocol):
    """What runs a command on a tree."""

    def run(self, tree: str, argv: Sequence[str], limits: Limits) -> RunResult:
        """Run the command on the tree of this id."""
        ...


def recorded(plan: Plan) -> Iterator[str]:
    """The ids of the records that the plan's items rest on."""
    for item in plan.items:
        codemod = item.intent.codemod
        told = codemod is not None and (is_recorded(codemod.name) or codemod.name == SUBMISSION)
        if codemod is not None and told and record_of(codemod):
            yield record_of(codemod)
        if item.fix and (fix := item.intent.fix) is not None:
            yield record_of(fix)


def words_of(codemod: Codemod) -> list[str]:
    """The words of a command. Raises `Refused` (`codemod.bad-parameter`) where it has none, or open quotes."""
    cure = "--param run='COMMAND WORDS'"
    try:
        words = shlex.split(dict(codemod.parameters).get("run", ""))
    except ValueError as error:
        raise Refused("codemod.bad-parameter", "the command cannot be read", why=str(error), cure=cure) from error
    if not words:
        raise Refused("codemod.bad-parameter", "there is no command to run", cure=cure)
    return words


def tools_of(tree: Tree, codemod: Codemod, runner: Runner, limits: Limits, roots: tuple[str, ...]) -> dict[str, str]:
    """The tools that foreign code is run with: LibCST, and the file of the repository that holds the program.

    Raises `CheckFailed` (`codemod.failed`) where the project's Python has no LibCST.
    """
    if codemod.name == COMMAND:
        path = program_of(tree, words_of(codemod), roots)
        return {path: file_version(tree, path)} if path else {}
    version = library_version(tree, runner, limits)
    if version == NONE:
        what = f"{LIBRARY} is not installed for the project's Python"
        raise CheckFailed("codemod.failed", what, where=codemod.name, cure=f"pip install {LIBRARY}")
    path = module_file(tree, codemod.name.removeprefix(LIBCST).rpartition(".")[0], roots)
    return {LIBRARY: version, **({path: file_version(tree, path)} if path else {})}


def library_version(tree: Tree, runner: Runner, limits: Limits) -> str:
    """The version of LibCST that the project's Python has, asked in the sandbox."""
    ran = runner.run(tree.oid, ["python", "-c", _ASK], limits)
    told = _TOLD.findall(ran.output) if ran.ok else []
    return told[-1] if told else NONE


def refuse_other_tools(
    codemods: Iterable[tuple[str, Codemod]], tip: Tree, own: Sequence[Tree], runner: Runner, limits: Limits
) -> None:
    """Raise `NeedsPerson` unless every tool of these codemods (each with its item's name) is the pinned one.

    Files are looked at in `tip`; what they are in the trees of `own`, which the plan itself landed, counts as pinned.
    """
    asked: dict[str, str] = {}
    for item, codemod in codemods:
        pinned = dict(codemod.tools)
        for tool in pinned:
            if tool == LIBRARY and codemod.name.startswith(LIBCST):
                asked.setdefault(tool, library_version(tip, runner, limits))
            elif tool == PROGRAM:
                asked[tool] = installed(tool)
        refuse_others(item, pinned, {**_files(pinned, asked, tip, own), **asked})


def _files(pinned: Mapping[str, str], known: Mapping[str, str], tip: Tree, own: Sequence[Tree]) -> dict[str, str]:
    """The versions of pinned files now; one that the plan's own landing made is the pinned one."""
    found = {path: file_version(tip, path) for path in pinned if path not in known}
    made = {path: {file_version(tree, path) for tree in own} for path in found}
    return {path: pinned[path] if now in made[path] else now for path, now in found.items()}
