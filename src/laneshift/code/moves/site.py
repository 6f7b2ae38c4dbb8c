"""Where a move starts and ends: names, files that go along, package markers; or why it is refused."""

from __future__ import annotations

import keyword
from collections.abc import Callable, Mapping, Sequence
from functools import cache

from laneshift.code.moves.intent import Move
from laneshift.code.moves.roots import Imported, root_of
from laneshift.errors import Refused
from laneshift.repo.folders import Folder
from laneshift.repo.objects import Entry, File, Tree
from laneshift.repo.plain_records import NamedTuple

MARKER_NAME = "__init__.py"
MARKER_BYTES = b"# Marks this folder as a package.\n"
_ALONGSIDE = (".pyi", ".pxd")


class Site(NamedTuple):
    """One move, resolved against a tree. Names are dotted, below their source roots.

    `twins` are other source roots under which the same name means another file: code there does not mean this one.
    """

    intent: Move
    is_package: bool
    old_root: str
    new_root: str
    old_name: str
    new_name: str
    relocations: Mapping[str, str]
    markers: tuple[str, ...]
    unmarked: tuple[str, ...]
    placed: Mapping[str, File | Entry | None]
    twins: tuple[str, ...] = ()

    def means_twin(self, path: str) -> bool:
        """Whether the file at `path` lies with a twin, so that the name means the twin there."""
        return lies_with(path, self.twins, self.old_root)

    def after(self, path: str) -> str:
        """Where `path` is after the move."""
        return self.relocations.get(path, path)


def resolve(tree: Tree, intent: Move, roots: Sequence[str], imported: Imported) -> Site:
    """The site of `intent` in `tree`. Raises `Refused` under a code `moves.*` when it cannot be done."""
    _check_paths(intent)
    is_package = tree.is_folder(intent.src)
    _check_kinds(tree, intent, is_package)
    relocations = _relocations(tree, intent, is_package)
    _check_free(tree, intent, relocations)
    old_root = root_of(tree, intent.src, roots, imported)
    new_root = root_of(tree, intent.dst, roots, imported)
    old_name = _name(intent.src, old_root, "moves.source-not-a-module")
    new_name = _name(intent.dst, new_root, "moves.destination-not-a-module")
    markers = _markers(tree, intent, new_root)
    placed: dict[str, File | Entry | None] = dict.fromkeys(relocations)
    for old, new in relocations.items():
        placed[new] = tree.entry(old)
    placed.update({path: File(MARKER_BYTES) for path in markers})
    unmarked = _unmarked(tree, intent, relocations)
    placed.update(dict.fromkeys(unmarked))
    twins = _twins(tree, intent, old_root) if old_root else ()
    return Site(
        intent,
        is_package,
        old_root,
        new_root,
        old_name,
        new_name,
        relocations,
        markers,
        unmarked,
        placed,
        twins,
    )


def lies_with(path: str, twins: Sequence[str], root: str) -> bool:
    """Whether `path` lies under one of the source roots `twins`; a twin at the root of all is all but `root`."""
    return any(path.startswith(f"{twin}/") if twin else not path.startswith(f"{root}/") for twin in twins)


def stem(path: str) -> str:
    """The path without the suffix of a module."""
    return path.removesuffix(".py")


def module_name(path: str, root: str) -> str:
    """What the file at a path below `root` is called when it is imported; a package by its folder."""
    return stem(path[len(root) :].strip("/")).removesuffix("/__init__").replace("/", ".")


def _check_paths(intent: Move) -> None:
    for path in (intent.src, intent.dst):
        parts = path.split("/")
        if any(part in ("", ".", "..") or part.casefold() == ".git" for part in parts) or any(
            ord(char) < 32 for char in path
        ):
            from laneshift.code.moves.meant import plainly  # noqa: PLC0415 - only a refusal asks

            raise Refused(
                "moves.bad-path", f"{path!r} is not a path inside the repository", where=path, cure=plainly(path)
            )
    if intent.src == intent.dst:
        raise Refused("moves.same-path", "source and destination are the same path", where=intent.src)
    if intent.dst.startswith(f"{intent.src}/"):
        raise Refused("moves.into-itself", "a folder cannot move into itself", where=intent.dst)
    if intent.src.startswith(f"{intent.dst}/"):
        raise Refused("moves.overlap", "the destination contains the source", where=intent.dst)


def _check_kinds(tree: Tree, intent: Move, is_package: bool) -> None:
    src, dst = intent.src, intent.dst
    if src.endswith(f"/{MARKER_NAME}") or src == MARKER_NAME or dst.rpartition("/")[2] == MARKER_NAME:
        raise Refused(
            "moves.package-file", "`__init__.py` does not move alone", where=src, cure="move the folder of the package"
        )
    if is_package:
        if dst.endswith(".py"):
            raise Refused("moves.kind-differs", "a package moves to a folder, not to a .py file", where=dst)
        return
    entry = tree.entry(src)
    if entry is None:
        from laneshift.code.moves.meant import meant  # noqa: PLC0415 - only a refusal asks

        found = meant(tree, src)
        cure = f"write {found}: paths start at the root of the repository" if found else ""
        raise Refused("moves.source-missing", f"{src!r} is neither a module nor a package folder", where=src, cure=cure)
    if not entry.is_regular:
        raise Refused("moves.source-not-a-file", f"{src!r} is a symlink or a submodule", where=src)
    if not src.endswith(".py"):
        raise Refused("moves.source-not-a-module", f"{src!r} is not a .py file", where=src)
    if not dst.endswith(".py"):
        raise Refused("moves.kind-differs", "a module moves to a .py file", where=dst, cure=f"write {dst}.py")
    if f"{stem(src)}/{MARKER_NAME}" in tree:
        raise Refused("moves.source-shadowed", f"the package {stem(src)!r} hides this module", where=src)


def _relocations(tree: Tree, intent: Move, is_package: bool) -> dict[str, str]:
    src, dst = intent.src, intent.dst
    if is_package:
        found = [path for path, _ in tree.below(src)]
        if not any(path.endswith((".py", ".pyi", ".pyx")) for path in found):
            raise Refused("moves.source-not-a-package", f"{src!r} holds no Python module", where=src)
        return {path: dst + path[len(src) :] for path in found}
    moved = {src: dst}
    for suffix in _ALONGSIDE:
        if tree.entry(stem(src) + suffix) is not None:
            moved[stem(src) + suffix] = stem(dst) + suffix
    return moved


def _check_free(tree: Tree, intent: Move, relocations: Mapping[str, str]) -> None:
    taken = [path for path in (intent.dst, *relocations.values()) if path in tree and path not in relocations]
    other = f"{intent.dst}.py" if not intent.dst.endswith(".py") else stem(intent.dst)
    if other in tree and other not in relocations:
        taken.append(other)
    if tree.is_folder(intent.dst) or (intent.dst.endswith(".py") and tree.is_folder(other)):
        taken.append(other if intent.dst.endswith(".py") else intent.dst)
    if taken:
        raise Refused("moves.destination-exists", f"{taken[0]!r} exists already", where=taken[0])
    folders = cache(tree.folder)
    new = ""
    for path in relocations.values():
        if not new or not path.startswith(f"{new}/"):
            new = _check_case(folders, path, relocations, intent)


def _check_case(folders: Callable[[str], Folder], path: str, relocations: Mapping[str, str], intent: Move) -> str:
    """The first folder above `path` that is new, or `path`; "" where all is there. What is below it has no twin."""
    above = path.split("/")
    for depth, part in enumerate(above):
        parent = "/".join(above[:depth])
        present = folders(parent)
        if part in present:
            continue
        for name in present:
            whole = f"{parent}/{name}" if parent else name
            if name.casefold() == part.casefold() and whole not in relocations and whole != intent.src:
                raise Refused(
                    "moves.case-collision",
                    f"{path!r} differs from {whole!r} only in case",
                    where=whole,
                    why="a file system that ignores case cannot hold both",
                )
        return f"{parent}/{part}" if parent else part
    return ""


def _twins(tree: Tree, intent: Move, root: str) -> tuple[str, ...]:
    below = f"/{intent.src[len(root) + 1 :]}"
    inside = below if below.endswith(".py") else f"{below}/"
    found: set[str] = set()
    for path, _ in tree.below(""):
        whole = f"/{path}"
        at = whole.find(inside)
        if at >= 0 and (inside.endswith("/") or whole.endswith(inside)) and whole[1 : at + len(below)] != intent.src:
            found.add(whole[1:at])
    return tuple(sorted(each for each in found if not root.startswith(f"{each}/") or not each))


def _name(path: str, root: str, code: str) -> str:
    parts = stem(path[len(root) + 1 :] if root else path).split("/")
    if not parts[0] or not all(part.isidentifier() and not keyword.iskeyword(part) for part in parts):
        raise Refused(code, f"{path!r} cannot be imported: every part must be a Python name", where=path)
    return ".".join(parts)


def _markers(tree: Tree, intent: Move, root: str) -> tuple[str, ...]:
    """The `__init__.py` files that new folders need: only where the folder above, or those beside it, have one."""
    parts = intent.dst.split("/")[:-1]
    first = next((n for n in range(1, len(parts) + 1) if not tree.is_folder("/".join(parts[:n]))), None)
    if first is None:
        return ()
    above = "/".join(parts[: first - 1])
    inside = tree.folder(above)
    if above != root and not root.startswith(f"{above}/"):
        wanted = MARKER_NAME in inside
    else:
        wanted = any(f"{above}/{name}/{MARKER_NAME}".lstrip("/") in tree for name in inside)
    folders = ["/".join(parts[:n]) for n in range(first, len(parts) + 1)]
    return tuple(f"{each}/{MARKER_NAME}" for each in folders if wanted and (not root or each.startswith(f"{root}/")))


def _unmarked(tree: Tree, intent: Move, relocations: Mapping[str, str]) -> tuple[str, ...]:
    """Markers of our own making whose folder the move empties: they vanish, as they came."""
    gone: list[str] = []
    parts = intent.src.split("/")[:-1]
    for depth in range(len(parts), 0, -1):
        parent = "/".join(parts[:depth])
        marker = f"{parent}/{MARKER_NAME}"
        left = [path for path, _ in tree.below(parent) if path not in relocations and path not in gone]
        stays = any(new.startswith(f"{parent}/") for new in relocations.values())
        if stays or left != [marker] or tree.read(marker) != MARKER_BYTES:
            break
        gone.append(marker)
    return tuple(gone)
