"""The hooks for people who commit by hand: whether they are there, and whether they can check anything."""

from __future__ import annotations

import os
from collections.abc import Mapping

from laneshift.errors import Refused
from laneshift.repo.objects import Repository
from laneshift.runs.doctor.row import Row
from laneshift.runs.hook_script import HOOKS, Found, python_of
from laneshift.runs.hooks import hooks_folder, look


def hooks_rows(repository: Repository) -> list[Row]:
    """One row. A folder of hooks that is shared with other repositories is no trouble: nobody has to have hooks."""
    try:
        folder = hooks_folder(repository)
    except Refused as error:
        return [Row("hooks", "ok", f"none of laneshift's: {error.what} ({error.where})")]
    return [hooks_row({hook: look(folder / hook) for hook in HOOKS})]


def hooks_row(found: Mapping[str, Found]) -> Row:
    """`found` is what lies in the place of each hook."""
    ours = {hook: each for hook, each in found.items() if each.kind == "ours"}
    cure = "laneshift doctor --install-hooks"
    if not ours:
        return Row("hooks", "ok", f"none of laneshift's; `{cure}` has commits by hand checked as well")
    gone = {python for each in ours.values() if not os.access(python := python_of(each.text), os.X_OK)}
    if gone:
        what = f"they start {', '.join(sorted(gone))}, which is gone"
        return Row("hooks", "fail", what, "every commit by hand is refused", cure, command=cure)
    missing = [hook for hook in found if hook not in ours]
    if missing:
        return Row("hooks", "warn", f"{', '.join(missing)} is not laneshift's", "pushes or commits go unchecked", cure)
    return Row("hooks", "ok", f"{' and '.join(ours)} check what people commit by hand")
