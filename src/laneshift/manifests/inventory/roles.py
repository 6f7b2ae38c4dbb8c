"""What a Python file is for, as far as the inventory cares: code, tests, or what starts and steers programs. Pure."""

from __future__ import annotations

from laneshift import config
from laneshift.code.facts import Facts
from laneshift.lanes.globs import first_match

_TEST_FOLDERS = frozenset({"test", "tests", "testing"})
_BESIDE = frozenset({"bench", "benchmarks", "demo", "demos", "doc", "docs", "example", "examples", "samples"})
_STEERING = frozenset({"__main__.py", "conftest.py", "setup.py", "noxfile.py", "sitecustomize.py", "manage.py"})
_ARCHIVES = frozenset({"archive", "archived", "archives", "attic", "deprecated", "graveyard", "legacy", "old"})
_CANDIDATES = frozenset({"candidate", "candidates", "lab", "labs"})


def is_test(path: str) -> bool:
    """Whether pytest and unittest would look into the file, by its name."""
    name = path.rpartition("/")[2].removesuffix(".py")
    return name.startswith("test_") or name.endswith("_test") or name in _TEST_FOLDERS


def is_aside(path: str) -> bool:
    """Whether the file is a test or lies where tests, documentation and examples are."""
    return is_test(path) or not (_TEST_FOLDERS | _BESIDE).isdisjoint(_folders(path))


def in_archive(path: str) -> bool:
    """Whether a folder above is called as folders of old things are."""
    return not _ARCHIVES.isdisjoint(_folders(path))


def in_candidate_labs(path: str) -> bool:
    """Whether a folder above is called candidate or labs."""
    return not _CANDIDATES.isdisjoint(_folders(path))


def unfit(path: str, module: str | None, facts: Facts, settings: config.Settings) -> str:
    """Why a file is nothing to promote; empty for one that may be."""
    name = path.rpartition("/")[2]
    if is_aside(path):
        return "a test, or beside the code"
    if name == "__init__.py":
        return "the marker of a package"
    if name in _STEERING:
        return "starts or steers a program"
    if not path.isprintable() or "\\" in path or module is None:
        return "no import could name it"
    if not facts.parses:
        return "does not parse"
    if facts.lines < settings.inventory.least_lines:
        return f"fewer than {settings.inventory.least_lines} lines of code"
    kept = path not in settings.exceptions.force_promote and first_match(settings.exceptions.do_not_promote, path)
    return "kept from promotion by exceptions.do_not_promote" if kept else ""


def _folders(path: str) -> set[str]:
    return {part.lower() for part in path.split("/")[:-1]}
