"""`laneshift init --github`: workflow files that call laneshift, shown or written."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Console

from laneshift.cli.lanes import put
from laneshift.cli.session import Session
from laneshift.repo.objects import Repository, Tree
from laneshift.runs.committing import WORKFLOWS, commit_command
from laneshift.runs.proposing.github import FOLDER, Workflow, chosen, for_tree, writable


def propose_workflows(talk: Session, repository: Repository, tree: Tree, names: Sequence[str], *, write: bool) -> None:
    """Say which files there would be, or write those that are not there. Raises `Refused` before anything changes."""
    wanted = for_tree(tree, chosen(names))
    fresh = writable(tree, wanted)
    if write:
        put(repository, tree, {each.path: each.text().encode() for each in fresh})

    def show(console: Console) -> None:
        for each in wanted:
            state = "written" if write and each in fresh else "would be written" if each in fresh else "unchanged"
            console.print(f"{each.path}: {state}: {each.what}", markup=False, soft_wrap=True)
            if each.needs:
                console.print(f"  it needs: {each.needs}", markup=False, soft_wrap=True)

    names_again = "".join(f" --workflow {name}" for name in names)
    again = f"laneshift init --github{names_again} --write"
    then = commit_command(repository, FOLDER, WORKFLOWS) if write else again
    talk.result({"files": [_row(each, fresh, write=write) for each in wanted]}, show, then)


def _row(each: Workflow, fresh: Sequence[Workflow], *, write: bool) -> dict[str, object]:
    row: dict[str, object] = {"name": each.name, "file": each.path, "what": each.what, "needs": each.needs}
    return {**row, "text": each.text(), "written": write and each in fresh}
