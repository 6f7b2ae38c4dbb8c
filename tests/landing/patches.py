"""Random patches to the random repositories of the move tests, as people write them: against the old names."""

from __future__ import annotations

from hypothesis import strategies as st

from laneshift.repo.objects import File, Tree
from tests.code.moves.worlds import World, path_of

_LAST = "\n\ndef last():\n    return {number}\n"
_NEW = (
    "from {package} import {name}\nimport {dotted} as whole\n\n\n"
    "def g():\n    return {name}.f() + whole.NAME  # see {dotted}\n"
)
Files = dict[str, str | None]


@st.composite
def patches(draw: st.DrawFn, world: World, tag: str) -> Files:
    """One to four changes; `tag` tells the files of two patches apart, except where they shall meet."""
    found: Files = {}
    for _ in range(draw(st.integers(1, 4))):
        name = draw(st.sampled_from(world.modules))
        path = path_of(name)
        before = found.get(path) or world.files[path]
        kind = draw(
            st.sampled_from(("append", "constant", "import", "new", "delete", "notes", "comment", "same-place"))
        )
        if kind == "append":
            found[path] = before + _LAST.format(number=draw(st.integers(0, 3)))
        elif kind == "constant":
            found[path] = before.replace("NAME = '", f"NAME = '{tag}")
        elif kind == "import":
            package, _, last = draw(st.sampled_from(world.modules)).rpartition(".")
            found[path] = f"from {package} import {last} as {tag}_{last}\n" + before
        elif kind == "new":
            package, _, last = name.rpartition(".")
            found[f"q/{tag}.py"] = _NEW.format(package=package, name=last, dotted=name)
        elif kind == "delete":
            found[path] = None
        elif kind == "notes":
            found["notes.md"] = (found.get("notes.md") or world.files["notes.md"]) + f"- {tag}: `{name}`\n"
        elif kind == "comment":
            found[path] = f"# {tag} looks at {name}, {path}\n" + before
        else:
            found["q/both.py"] = f"import {name}\nWHO = {name}.f()\n"
    return found


def patched(tree: Tree, changes: Files) -> Tree:
    """The tree with the patch applied."""
    return tree.edit({path: None if text is None else File(text.encode()) for path, text in changes.items()})
