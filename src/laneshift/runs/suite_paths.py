"""What the whole suite is after moves: the paths that the settings of the base name, where they stand now."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from fnmatch import fnmatchcase
from pathlib import PurePosixPath

from laneshift.code.facts import Facts
from laneshift.config import Settings, with_paths
from laneshift.repo.objects import Tree

_TEST_NAMES = ("test_*.py", "*_test.py")


def paths_after(
    paths: Sequence[str], renames: Mapping[str, str], there: Callable[[str], bool], is_test: Callable[[str], bool]
) -> list[str]:
    """The paths (files, folders, ids) that cover what `paths` covered before `renames`, old file to new file.

    `there` says whether a file or a folder is in the tree now, `is_test` whether a file has tests in it. A folder that
    moved as a whole is named where it is; of one that lost files, those with tests are named besides. A path that was
    nowhere before is kept, so that the run tells it missing.
    """
    named: list[str] = []
    strays: list[str] = []
    for written in paths:
        path, mark, inner = written.partition("::")
        folder = _normal(path)
        if not folder or folder in renames:
            named.append(renames[folder] + mark + inner if folder else written)
            continue
        out = dict(_moved_out(folder, renames))
        place = folder if not out or there(folder) else _place_of_all(folder, out)
        if place:
            named.append(written if place == folder else place + mark + inner)
        strays += [new for new in out.values() if is_test(new) or _is_named_as_test(new)]
    missing = (stray for stray in strays if not any(_covers(name, stray) for name in named))
    return list(dict.fromkeys((*named, *missing))) or list(paths)


def suite_settings(settings: Settings, renames: Mapping[str, str], tree: Tree, facts: Mapping[str, Facts]) -> Settings:
    """`settings` of the base, for `tree`, which has its files at other places; `facts` are of the tree's files."""
    paths = settings.tests.paths
    now = paths_after(
        paths,
        renames,
        lambda path: path in tree or tree.is_folder(path),
        lambda path: path in facts and facts[path].is_test,
    )
    return settings if now == paths else with_paths(settings, now)


def _normal(path: str) -> str:
    return "/".join(part for part in path.split("/") if part not in ("", "."))


def _moved_out(folder: str, renames: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    for old, new in sorted(renames.items()):
        if old.startswith(f"{folder}/"):
            yield old, new


def _place_of_all(folder: str, moved: Mapping[str, str]) -> str:
    """Where a folder went whose files all went together; empty when they did not."""
    places = {new.removesuffix(old[len(folder) :]) for old, new in moved.items() if new.endswith(old[len(folder) :])}
    together = len(places) == 1 and all(new.endswith(old[len(folder) :]) for old, new in moved.items())
    return places.pop() if together else ""


def _is_named_as_test(path: str) -> bool:
    return any(fnmatchcase(PurePosixPath(path).name, pattern) for pattern in _TEST_NAMES)


def _covers(name: str, path: str) -> bool:
    if "::" in name:
        return False
    folder = _normal(name)
    return not folder or path == folder or path.startswith(f"{folder}/")
