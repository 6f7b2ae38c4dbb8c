"""One item of a batch against the tree it starts from: does its source stand, is its destination free."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from laneshift.code.modules import Modules
from laneshift.errors import Fault
from laneshift.lanes.model import Lane, Lanes
from laneshift.repo.objects import MODE_SUBMODULE, MODE_SYMLINK, Tree
from laneshift.runs import paths
from laneshift.runs.batch_line import Line, is_module_name

_MARKER = "__init__.py"


@dataclass(frozen=True)
class Ground:
    """What an item is judged against. Names are compared exactly as the tree holds them."""

    tree: Tree
    modules: Modules
    lanes: Lanes

    @cached_property
    def folders(self) -> Counter[str]:
        """Every folder, with the number of files, symlinks and submodules anywhere below it."""
        return Counter(folder for path in self.tree.entries for folder in paths.folders_above(path))

    @cached_property
    def python_folders(self) -> frozenset[str]:
        """Every folder that has a Python file anywhere below it."""
        regular = (path for path, entry in self.tree.entries.items() if entry.is_regular and path.endswith(".py"))
        return frozenset(folder for path in regular for folder in paths.folders_above(path))

    @cached_property
    def submodule_folders(self) -> frozenset[str]:
        """Every folder that has a submodule anywhere below it."""
        found = (path for path, entry in self.tree.entries.items() if entry.mode == MODE_SUBMODULE)
        return frozenset(folder for path in found for folder in paths.folders_above(path))

    @cached_property
    def spellings(self) -> dict[str, list[str]]:
        """The paths and folders that a file system which ignores case could not tell apart, by their common key."""
        found: dict[str, list[str]] = {}
        for path in (*self.tree.entries, *self.folders):
            found.setdefault(paths.collision_key(path), []).append(path)
        return found

    def holds(self, path: str) -> bool:
        """Whether the tree has a file, symlink, submodule or folder at exactly this path."""
        return path in self.tree.entries or path in self.folders

    def size(self, path: str) -> int:
        """How many files, symlinks and submodules stand at or below `path`."""
        return 1 if path in self.tree.entries else self.folders.get(path, 0)

    def lane_at(self, line: Line) -> Lane | None:
        """The lane that the item would land in. A package has the lane of its own marker."""
        return self.lanes.lane_of(line.dst if line.dst.endswith(".py") else f"{line.dst}/{_MARKER}")


def source_faults(line: Line, ground: Ground) -> Iterator[Fault]:
    """Why the source of an item cannot be moved."""
    entry = ground.tree.entries.get(line.src)
    if entry is not None and entry.mode == MODE_SYMLINK:
        yield Fault("batch.src-symlink", line.where, f"src '{line.src}' is a symlink", "name the file it points to")
    elif entry is not None and entry.mode == MODE_SUBMODULE:
        yield Fault("batch.src-submodule", line.where, f"src '{line.src}' is a submodule")
    elif entry is not None:
        yield from _file_faults(line)
    elif line.src in ground.folders:
        yield from _folder_faults(line, ground)
    else:
        yield Fault("batch.src-missing", line.where, f"src '{line.src}' is not in the tree", _nearest(line.src, ground))


def shape_faults(line: Line) -> Iterator[Fault]:
    """A module stays a file and a package stays a folder."""
    if line.src.endswith(".py") != line.dst.endswith(".py"):
        source, target = (("file", "folder"), ("folder", "file"))[line.dst.endswith(".py")]
        what = f"src '{line.src}' claims a {source}, dst '{line.dst}' a {target}"
        yield Fault("batch.kind-mismatch", line.where, what, "give `.py` files to modules and folders to packages")


def module_faults(line: Line, modules: Modules) -> Iterator[Fault]:
    """The module field names the source, below any source root or from the root of the repository."""
    if not is_module_name(line.module) or _is_marker(line.src):
        return
    roots = [root for root in ("", *modules.roots) if not root or line.src.startswith(f"{root}/")]
    dotted = [line.src[len(root) :].strip("/").removesuffix(".py").replace("/", ".") for root in roots]
    if line.module not in dotted:
        named = modules.name_of(line.src)
        cure = f"write {named}" if named else "a part of the path is no identifier, so no import can name it"
        what = f"module '{line.module}' is not what src '{line.src}' is called"
        yield Fault("batch.module-mismatch", line.where, what, cure)


def lane_faults(line: Line, ground: Ground) -> Iterator[Fault]:
    """The destination belongs to a lane."""
    if ground.lane_at(line) is None:
        known = ", ".join(lane.name for lane in ground.lanes.lanes[:20])
        yield Fault("batch.outside-lanes", line.where, f"dst '{line.dst}' is in no lane", f"lanes: {known}")


def destination_faults(line: Line, ground: Ground) -> Iterator[Fault]:
    """Why the destination of a move is not free."""
    if ground.holds(line.dst):
        yield Fault("batch.dst-exists", line.where, f"dst '{line.dst}' exists already")
    elif line.dst.endswith(".py") and ground.holds(f"{line.dst}i"):
        yield Fault("batch.dst-exists", line.where, f"a stub stands at dst: '{line.dst}i'")
    if line.dst.startswith(f"{line.src}/"):
        yield Fault("batch.dst-inside-src", line.where, f"dst '{line.dst}' is inside src '{line.src}'")
    if _is_marker(line.dst):
        yield Fault("batch.package-marker", line.where, f"dst '{line.dst}' is the marker of a package", "name a module")
    elif ground.modules.name_of(line.dst) is None:
        what = f"dst '{line.dst}' could not be imported: a part of it is no identifier"
        yield Fault("batch.dst-not-importable", line.where, what)
    for folder in paths.folders_above(line.dst):
        if folder in ground.tree.entries:
            yield Fault("batch.dst-below-file", line.where, f"dst '{line.dst}' is below '{folder}', which is no folder")
    yield from _case_faults(line, ground)
    yield from _shadow_faults(line, ground)


def _is_marker(path: str) -> bool:
    return path.rpartition("/")[2] == _MARKER


def _file_faults(line: Line) -> Iterator[Fault]:
    if not line.src.endswith(".py"):
        yield Fault("batch.src-not-python", line.where, f"src '{line.src}' is no Python file")
    elif _is_marker(line.src):
        what = f"src '{line.src}' is the marker of a package"
        yield Fault("batch.package-marker", line.where, what, "name the folder of the package")


def _folder_faults(line: Line, ground: Ground) -> Iterator[Fault]:
    if line.src.endswith(".py"):
        yield Fault("batch.src-is-folder", line.where, f"src '{line.src}' is a folder where a file is claimed")
    elif line.src not in ground.python_folders:
        yield Fault("batch.src-not-python", line.where, f"src '{line.src}' is a folder without Python files")
    if line.src in ground.submodule_folders:
        yield Fault("batch.src-submodule", line.where, f"src '{line.src}' contains a submodule")


def _nearest(src: str, ground: Ground) -> str:
    """What the writer may have meant."""
    candidates = (f"{src}.py", src.removesuffix(".py"), *ground.spellings.get(paths.collision_key(src), ()))
    return next((f"the tree has '{path}'" for path in candidates if ground.holds(path)), "")


def _case_faults(line: Line, ground: Ground) -> Iterator[Fault]:
    """Only what the item adds counts: a tree may already hold two spellings of one folder."""
    stub = [f"{line.dst}i"] if line.dst.endswith(".py") else []
    for path in (*paths.folders_above(line.dst), line.dst, *stub):
        if ground.holds(path):
            continue
        others = ground.spellings.get(paths.collision_key(path), ())
        other = next((spelling for spelling in others if not _vanishes(spelling, line.src, ground)), None)
        if other is not None:
            what = f"dst '{line.dst}' differs from '{other}', which the tree has, only by case"
            yield Fault("batch.case-collision", line.where, what)
            return


def _vanishes(path: str, src: str, ground: Ground) -> bool:
    """Whether nothing is left at `path` once `src` has moved away, and its stub with it."""
    stub = f"{src}i" if src.endswith(".py") else ""
    if path in (src, stub):
        return True
    return src.startswith(f"{path}/") and ground.size(path) == ground.size(src) + (stub in ground.tree.entries)


def _shadow_faults(line: Line, ground: Ground) -> Iterator[Fault]:
    """`a.py` beside a folder `a` with code in it: the interpreter finds only one of them."""
    stem = line.dst.removesuffix(".py")
    if stem != line.dst and stem in ground.python_folders and not _vanishes(stem, line.src, ground):
        what = f"dst '{line.dst}' would stand beside package '{stem}', which has the same name"
        yield Fault("batch.dst-shadowed", line.where, what)
    for folder in (*paths.folders_above(line.dst), *([line.dst] if stem == line.dst else [])):
        file = f"{folder}.py"
        if file in ground.tree.entries and file != line.src and folder not in ground.python_folders:
            what = f"dst '{line.dst}' would make '{folder}' a package beside '{file}', which has the same name"
            yield Fault("batch.dst-shadowed", line.where, what)
