"""What a workflow installs of a repository before its tests run: its distributions, and their groups of tests. Pure.

pip is told by what the repository has: one distribution or the members of a workspace (uv's, hatch's, or several
folders that can be built), extras and dependency groups (PEP 735) that are named for tests.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any

PROJECT_FILES = ("pyproject.toml", "setup.py")
_PLAIN = re.compile(r"[A-Za-z0-9_.][A-Za-z0-9_./+-]*")
_ELSEWHERE = frozenset({"test", "tests", "testing", "fixtures", "examples", "docs", "doc", "templates", "vendor"})
_FOR_TESTS = ("test", "tests", "testing")
_UNKNOWN = "[test,tests,testing]"
_PIP = "python -m pip install --upgrade 'pip>=25.1' # from here on it reads dependency groups"
_INSTALL = "python -m pip install"
_VIRTUAL = """\
python - <<'END' > "$RUNNER_TEMP/needs.txt"
import tomllib
print(*tomllib.load(open("pyproject.toml", "rb"))["project"]["dependencies"], sep="\\n")
END"""


@dataclass(frozen=True, slots=True)
class _Project:
    """What `pyproject.toml` of a folder says, nothing where it cannot be read; `setup`: it has a `setup.py`."""

    folder: str
    told: Mapping[str, Any]
    setup: bool

    @property
    def is_built(self) -> bool:
        """Whether pip can install it: something is said of how, and nothing against it."""
        poetry, uv = _table(self.told, "tool", "poetry"), _table(self.told, "tool", "uv")
        how = self.setup or "build-system" in self.told or "name" in poetry
        return how and poetry.get("package-mode") is not False and uv.get("package") is not False

    @property
    def is_alone(self) -> bool:
        """Whether it says by a path where others are, as Poetry can: pip takes those from nowhere else beside it."""
        needs = _table(self.told, "tool", "poetry", "dependencies").values()
        return any(isinstance(each, Mapping) and "path" in each for each in needs)

    @property
    def words(self) -> list[str]:
        """What pip is told of it."""
        extras = _table(self.told, "project", "optional-dependencies") or _table(self.told, "tool", "poetry", "extras")
        dynamic = self.setup or "optional-dependencies" in _list(_table(self.told, "project").get("dynamic"))
        named = [each for each in extras if _normal(each) in _FOR_TESTS and _PLAIN.fullmatch(each)]
        wanted = f"[{','.join(named)}]" if named else _UNKNOWN if dynamic else ""
        return [f"--editable '{self.folder or '.'}{wanted}'"]

    @property
    def groups(self) -> list[str]:
        """Its dependency groups for tests, or else the one for who works on it, as pip is told."""
        there = [each for each in _table(self.told, "dependency-groups") if _PLAIN.fullmatch(each)]
        named = [each for each in there if _normal(each) in _FOR_TESTS] or [each for each in there if each == "dev"]
        return [
            f"--group '{self.folder}/pyproject.toml:{each}'" if self.folder else f"--group {each}" for each in named
        ]


def install_script(files: Mapping[str, str]) -> str | None:
    """The lines for a shell, "" for nothing to install. None where it is one plain distribution, as is usual,
    or nothing yet.

    `files` are the texts of all `PROJECT_FILES` of a tree by their paths.
    """
    if not files:
        return None
    projects = {each.folder: each for each in _projects(files)}
    root = projects.get("")
    members = [each for each in _members(projects, root) if each.is_built]
    groups = [word for each in (root, *members) if each for word in each.groups]
    if root is not None and not members and not groups and "uv" not in _table(root.told, "tool"):
        return None if root.is_built or "project" in root.told else ""
    installed = [*([root] if root is not None and root.is_built else []), *members]
    alone = [f"{_INSTALL} {word}" for each in installed if each.is_alone for word in each.words]
    words = [word for each in installed if not each.is_alone for word in each.words]
    virtual = root is not None and not root.is_built and _list(_table(root.told, "project").get("dependencies"))
    if virtual:
        words.append('--requirement "$RUNNER_TEMP/needs.txt"')
    lines = [*([_PIP] if groups else []), *alone, *([_VIRTUAL] if virtual else [])]
    return "\n".join([*lines, *_joined([*words, *groups])])


def _joined(words: Sequence[str]) -> list[str]:
    # One command for all of them: so each finds the others here, and not at an index.
    return [" \\\n  ".join([_INSTALL, *words]) if len(words) > 1 else f"{_INSTALL} {words[0]}"] if words else []


def _projects(files: Mapping[str, str]) -> Iterator[_Project]:
    folders = {path.rpartition("/")[0] for path in files}
    for folder in sorted(folders):
        parts = folder.split("/")
        if folder and (not _PLAIN.fullmatch(folder) or any(part in _ELSEWHERE or part[:1] == "." for part in parts)):
            continue
        inside = f"{folder}/" if folder else ""
        yield _Project(folder, _read(files.get(f"{inside}pyproject.toml", "")), f"{inside}setup.py" in files)


def _members(projects: Mapping[str, _Project], root: _Project | None) -> list[_Project]:
    """The distributions below the root: those that a workspace names, or where none does all that are there."""
    below = [each for folder, each in projects.items() if folder]
    told = root.told if root is not None else {}
    uv = _table(told, "tool", "uv", "workspace")
    envs = _table(told, "tool", "hatch", "envs").values()
    hatch = [_table(told, "tool", "hatch", "workspace"), *(_table(env, "workspace") for env in envs)]
    globs = [path for each in (uv, *hatch) for path in _paths(_list(each.get("members")))]
    left = list(_paths(_list(uv.get("exclude"))))
    if not globs:
        return below
    return [each for each in below if _is_any(each.folder, globs) and not _is_any(each.folder, left)]


def _paths(members: Iterable[object]) -> Iterator[str]:
    for each in members:
        path = each.get("path") if isinstance(each, Mapping) else each
        if isinstance(path, str):
            yield path.removeprefix("./").rstrip("/")


def _is_any(folder: str, globs: Iterable[str]) -> bool:
    return any(_matches(folder.split("/"), each.split("/")) for each in globs)


def _matches(parts: Sequence[str], glob: Sequence[str]) -> bool:
    if not glob or not parts:
        return not parts and all(each == "**" for each in glob)
    if glob[0] == "**":
        return _matches(parts, glob[1:]) or _matches(parts[1:], glob)
    return fnmatchcase(parts[0], glob[0]) and _matches(parts[1:], glob[1:])


def _normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def _read(text: str) -> Mapping[str, Any]:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        return {}


def _table(told: object, *keys: str) -> Mapping[str, Any]:
    """The table below these keys, empty where there is none."""
    for key in keys:
        told = told.get(key) if isinstance(told, Mapping) else None
    return told if isinstance(told, Mapping) else {}


def _list(value: object) -> list[Any]:
    return value if isinstance(value, list) else []
