"""Which folders and files of a tree are modules that have a manifest, and which are refused one, each with a reason.

A package is a folder with `__init__.py`. A folder without one is a namespace package where code elsewhere imports from
it, or where it lies in a package; else it is a folder of scripts. A file directly in a source root is a module of its
own where code elsewhere imports it.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from laneshift.code.modules import Modules
from laneshift.config.manifests import Manifests
from laneshift.lanes.globs import first_match
from laneshift.manifests.fields import FILE
from laneshift.manifests.told import Rejected

Kind = Literal["package", "module", "namespace"]
_LIBRARY_ROOTS = ("src", "lib", "python")


@dataclass(frozen=True, slots=True)
class Unit:
    """One module that has a manifest: `path` is its folder, or its file for a `module`; `files` are its own Python
    files, without those of folders below; `manifest` is where the manifest stands."""

    name: str
    path: str
    kind: Kind
    files: tuple[str, ...]
    manifest: str


@dataclass(frozen=True)
class Discovered:
    """What was found in a tree, each in the order of paths. `aside` is code that is no module of its own."""

    units: tuple[Unit, ...]
    rejected: tuple[Rejected, ...]
    aside: tuple[str, ...]


def discover(
    paths: Iterable[str], modules: Modules, imported: Callable[[str], bool], settings: Manifests
) -> Discovered:
    """Every module among the Python files of a tree. `imported(path)` says whether another folder imports that file."""
    units: list[Unit] = []
    rejected: list[Rejected] = []
    aside: list[str] = []
    folders = _folders(modules.by_path)
    for path, kind, files in sorted(_candidates(folders, modules, imported)):
        if _is_aside(path, files, settings):
            aside.append(path)
        elif reason := refusal(path, _name(path, kind, modules), settings):
            rejected.append(Rejected(path, reason))
        else:
            name = str(_name(path, kind, modules))
            units.append(Unit(name, path, kind, files, manifest_path(path, settings.folder)))
    rejected.extend(_unnamed(paths, folders, modules, settings))
    return Discovered(tuple(units), tuple(sorted(rejected, key=lambda each: each.path)), tuple(aside))


def manifest_path(path: str, folder: str) -> str:
    """Where the manifest of a folder, or of a `.py` file, stands. `folder` is the setting."""
    if folder:
        return f"{folder}/{path.removesuffix('.py')}/{FILE}"
    return f"{path.removesuffix('.py')}.manifest.json" if path.endswith(".py") else f"{path}/{FILE}"


def refusal(path: str, name: str | None, settings: Manifests) -> str:
    """Why a module may not have a manifest; empty where it may. `name` is its dotted name, None where it has none."""
    if ".." in path.split("/") or path.startswith("/"):
        return "its path leads out of the repository"
    if not path.isprintable() or "\\" in path:
        return "its path has a character that cannot be seen, or a backslash"
    if name is None:
        return "no import can name it"
    if glob := first_match(settings.build_folders, path):
        return f"it is what a build left ({glob})"
    if glob := first_match(settings.quarantined, path):
        return f"it is quarantined ({glob})"
    for prefix in settings.legacy_prefixes:
        if any(f"{each}.".startswith(f"{prefix.rstrip('.')}.") for each in (name, path.replace("/", "."))):
            return f"its name starts with the legacy prefix {prefix}"
    if settings.refuse_upper_case and name != name.lower():
        return "its name has upper-case letters"
    return ""


def _folders(by_path: Mapping[str, str]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for path in by_path:
        found.setdefault(path.rpartition("/")[0], []).append(path)
    return found


def _candidates(
    folders: Mapping[str, list[str]], modules: Modules, imported: Callable[[str], bool]
) -> Iterator[tuple[str, Kind, tuple[str, ...]]]:
    packages = {folder for folder, files in folders.items() if f"{folder}/__init__.py" in files}
    for folder, files in folders.items():
        inside = tuple(sorted(files))
        if folder in packages:
            yield folder, "package", inside
        elif folder in modules.roots:
            yield from ((path, "module", (path,)) for path in _single(folder, inside, imported))
        elif folder.rpartition("/")[0] in packages or any(map(imported, inside)):
            yield folder, "namespace", inside


def _single(root: str, files: Iterable[str], imported: Callable[[str], bool]) -> Iterator[str]:
    """The files of a source root that are modules of their own."""
    is_library = root.rpartition("/")[2] in _LIBRARY_ROOTS
    return (path for path in files if (is_library or imported(path)) and not path.endswith("/__init__.py"))


def _name(path: str, kind: Kind, modules: Modules) -> str | None:
    return modules.by_path.get(path) if kind == "module" else modules.name_of(f"{path}/__init__.py")


def _is_aside(path: str, files: Collection[str], settings: Manifests) -> bool:
    if first_match(settings.set_aside, path):
        return True
    own = [file for file in files if not file.endswith("/__init__.py")]
    return bool(own) and all(first_match(settings.set_aside, file) for file in own)


def _unnamed(
    paths: Iterable[str], folders: Mapping[str, list[str]], modules: Modules, settings: Manifests
) -> Iterator[Rejected]:
    """Packages that are there but that no import can name. The root of the repository itself is none."""
    for path in paths:
        folder = path.rpartition("/")[0]
        if path in modules.by_path or not folder or not path.endswith("/__init__.py") or folder in folders:
            continue
        if not first_match(settings.set_aside, folder):
            yield Rejected(folder, refusal(folder, None, settings))
