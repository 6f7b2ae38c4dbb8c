"""Every codemod by its name, run until nothing changes. Pure: the same tree and codemod give the same tree id."""

from __future__ import annotations

from laneshift.code.codemods.ast_grep import PREFIX, ast_grep, pin_of, tools
from laneshift.code.codemods.fixpoint import Settled, settle
from laneshift.code.codemods.isolate.setting import NAME as ISOLATE
from laneshift.code.codemods.recorded import is_recorded, replayed
from laneshift.code.codemods.records import REGENERATE, Answer, Codemod
from laneshift.code.codemods.submitted import SUBMISSION, submitted
from laneshift.errors import Refused
from laneshift.repo.objects import Tree

BUILT_IN = (ISOLATE,)


def known(name: str) -> bool:
    """Whether anybody may ask for a codemod of this name, applied here or by `manifests.applying`."""
    return name in (*BUILT_IN, REGENERATE) or name.startswith(PREFIX) or is_recorded(name)


def pinned(tree: Tree, codemod: Codemod) -> Codemod:
    """The codemod with what its name stands for in `tree` and in this program. Raises `Refused` where that is missing.

    What foreign code did is pinned where it runs.
    """
    if codemod.name.startswith(PREFIX):
        pairs = dict(codemod.parameters)
        return Codemod.asked(codemod.name, codemod.paths, pairs, pin_of(tree, codemod.name), tools())
    return codemod


def apply_codemod(tree: Tree, codemod: Codemod, roots: tuple[str, ...], folder: str) -> Settled:
    """Apply the codemod. `folder` is where tests of the change go.

    Raises `Refused` for one that cannot be applied, and `NeedsPerson` where a tool is another one than was pinned.
    """

    def once(now: Tree) -> Answer:
        if codemod.name == ISOLATE:
            from laneshift.code.codemods.isolate.run import isolate_import  # noqa: PLC0415 - few batches have one

            return isolate_import(now, codemod, roots, folder)
        if codemod.name.startswith(PREFIX):
            return ast_grep(now, codemod)
        if is_recorded(codemod.name):
            return replayed(now, codemod)
        if codemod.name == SUBMISSION:
            return submitted(now, codemod)
        raise Refused(
            "codemod.unknown",
            f"no codemod is called {codemod.name!r}",
            cure=f"one of {', '.join(BUILT_IN)}, ast-grep:PATH, libcst:MODULE.CLASS, or command",
        )

    return settle(tree, once)
