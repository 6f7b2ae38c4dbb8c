"""What somebody meant who wrote a path that is none: for the cure of a refusal."""

from __future__ import annotations

from laneshift.repo.objects import Tree


def plainly(path: str) -> str:
    """What to write instead: the same without `.` parts and doubled slashes, where that is a path."""
    parts = [part for part in path.split("/") if part not in ("", ".")]
    inside = not path.startswith("/") and ".." not in parts and ".git" not in [part.casefold() for part in parts]
    if parts and inside and path.isprintable():
        return f"write {'/'.join(parts)}"
    return "write it from the root of the repository on, such as a/b/c.py"


def meant(tree: Tree, src: str) -> str:
    """The one module or package that may be meant: by its dotted name, without its suffix, or without its folder."""
    dotted = src.replace(".", "/") if "/" not in src else src
    for each in (f"{src}.py", f"{dotted}.py", dotted):
        if each in tree or tree.is_folder(each):
            return each
    inside, found = f"/{src}/", set[str]()
    for path, _ in tree.below(""):
        at = f"/{path}/".find(inside)
        if at >= 0:
            found.add(path[: at + len(src)])
    return found.pop() if len(found) == 1 else ""
