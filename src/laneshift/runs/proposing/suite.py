"""How a project's own tests run, told from its configuration, its runners and its test files. Pure."""

from __future__ import annotations

import re
import shlex
import tomllib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from laneshift.runs.proposing.areas import is_beside, is_named_as_test, packages_of, test_area
from laneshift.runs.proposing.runners import lines_run, targets, testpaths

READ = ("pyproject.toml", "setup.cfg", "tox.ini", "pytest.ini", ".pytest.ini", "noxfile.py", "Makefile")
"""The files at the root of a repository that tell how its tests run, besides lists of requirements."""

PYTEST = ("python", "-m", "pytest")
_PYTEST_WORD = re.compile(r"(?<![\w./-])(?:pytest|py\.test)(?![\w./-])")
_IMPORTS_PYTEST = re.compile(r"^\s*(?:import|from) pytest\b", re.MULTILINE)
_TEST_WITHIN = re.compile(
    r"^\s*(?:(?:async )?def test|class (?!\w+\([\w.]*Enum\))\w*Test)|\bload_tests\b|>>> ", re.MULTILINE
)
_UNITTEST = re.compile(r"\bunittest\b")
_SCRIPT = re.compile(
    r"(?:^|[\s{])(?:\{envpython\}|python3?|\$\(PYTHON\))\s+((?:[\w./-]+/)?[\w-]+\.py)((?:\s+[\w./-]+)*)"
)
_UNIT_FOLDERS = ("unit", "units")
_SMOKE = re.compile(r"(?:^|[/_])(?:smoke|sanity)(?:[/_.]|$)")
_BASIC = re.compile(r"(?:[^/]+/){1,2}test_(?:imports?|basics?|version)\.py")
_FEW = 3


@dataclass(frozen=True, slots=True)
class SuiteIdea:
    """The test command and why; the paths of the suite, empty where the command knows them; smoke tests; doubts."""

    command: tuple[str, ...]
    why: str
    paths: tuple[str, ...] = ()
    paths_why: str = ""
    smoke: tuple[str, ...] = ()
    smoke_why: str = ""
    doubts: tuple[str, ...] = ()


def suite_idea(python: Sequence[str], texts: Mapping[str, str], samples: Mapping[str, str]) -> SuiteIdea:
    """The suite of a repository with these Python files. `texts` are those of `READ`, and lists of requirements, that
    it has; `samples` are some of its test files.
    """
    tests = [path for path in python if is_named_as_test(path) and not is_beside(path)]
    command, why, doubts = _command(python, tests, texts, samples)
    if command != PYTEST:
        return SuiteIdea(command, why, doubts=(*doubts, "its tests are judged by one exit code, not one by one"))
    paths, paths_why = _paths(python, [path for path in tests if _tests_something(samples.get(path))], texts)
    smoke, smoke_why = _smoke(tests, paths)
    return SuiteIdea(command, why, paths, paths_why, smoke, smoke_why, doubts)


_Told = tuple[tuple[str, ...], str, tuple[str, ...]]


def _command(
    python: Sequence[str], tests: Sequence[str], texts: Mapping[str, str], samples: Mapping[str, str]
) -> _Told:
    if configured := next((name for name in texts if _configures_pytest(name, texts[name])), ""):
        return PYTEST, f"{configured} configures pytest", ()
    ran = _runner(texts)
    if ran is not None:
        return ran
    if evidence := _pytest_evidence(python, texts, samples):
        return PYTEST, evidence, ()
    if "manage.py" in python:
        return ("python", "manage.py", "test"), "manage.py is Django's", ()
    if samples and all(_UNITTEST.search(text) for text in samples.values()):
        return _discover(python, tests), "the tests are of unittest alone", ()
    return _otherwise(texts)


def _pytest_evidence(python: Sequence[str], texts: Mapping[str, str], samples: Mapping[str, str]) -> str:
    conftests = [path for path in python if path.rpartition("/")[2] == "conftest.py" and not is_beside(path)]
    if conftests:
        return f"{min(conftests, key=lambda path: (path.count('/'), path))} is a file of pytest"
    for path, text in samples.items():
        if _IMPORTS_PYTEST.search(text):
            return f"{path} imports pytest"
    return next((f"{name} asks for pytest" for name, text in texts.items() if "pytest" in text), "")


def _otherwise(texts: Mapping[str, str]) -> _Told:
    for name, tool in (("tox.ini", "tox"), ("noxfile.py", "nox")):
        if name in texts:
            doubt = f"{tool} fetches what it needs, and tests here run without a network"
            return (tool,), f"{name} is there, and what it runs is not plain", (doubt,)
    if targets(texts.get("Makefile", "")).get("test"):
        return ("make", "test"), "the Makefile has a target test", ()
    return PYTEST, "nothing tells how tests run", ("no test command was found: this is pytest by default",)


def _configures_pytest(name: str, text: str) -> bool:
    if name == "pyproject.toml":
        tools = _table(text).get("tool", {})
        return isinstance(tools, dict) and "pytest" in tools
    sections = {"setup.cfg": "tool:pytest", "tox.ini": "pytest", "pytest.ini": "pytest", ".pytest.ini": "pytest"}
    return name in sections and re.search(rf"^\[{re.escape(sections[name])}\]", text, re.MULTILINE) is not None


def _runner(texts: Mapping[str, str]) -> _Told | None:
    """What tox, nox or make run for the tests, where that is plain."""
    for name, folder, line in lines_run(texts):
        if _PYTEST_WORD.search(line):
            return PYTEST, f"{name} runs pytest", ()
        if _UNITTEST.search(line) and "-m" in line:
            words = [word for word in _words(line.partition("unittest")[2]) if not set("{$|&;<>") & set(word)]
            return ("python", "-m", "unittest", *words), f"{name} runs unittest", ()
        script = _SCRIPT.search(line)
        if script and "test" in script[1]:
            path = f"{folder}/{script[1]}" if folder else script[1]
            return ("python", path, *script[2].split()), f"{name} runs {path}", ()
    return None


def _words(line: str) -> list[str]:
    try:
        return shlex.split(line)
    except ValueError:
        return line.split()


def _tests_something(text: str | None) -> bool:
    """Whether a file may hold tests: `semconv/test_attributes.py` is named as if it did. True where nobody read it."""
    return text is None or _TEST_WITHIN.search(text) is not None


def _paths(python: Sequence[str], tests: Sequence[str], texts: Mapping[str, str]) -> tuple[tuple[str, ...], str]:
    for name, text in texts.items():
        if "testpaths" in text:
            named = (path.removeprefix("./").rstrip("/") for path in testpaths(name, text))
            there = [path for path in named if any(f"{each}/".startswith(f"{path}/") for each in python)]
            # Named here as well, so that tests elsewhere, such as those of examples, are never chosen for an item.
            return tuple(there), f"testpaths of {name}" if there else "the configuration of pytest names its paths"
    packages = packages_of(python)
    areas = sorted({test_area(path, packages) for path in tests})
    if "" in areas or len(areas) > _FEW:
        areas = _joined(sorted({test_area(path, packages) or _package_above(path, packages) for path in tests}))
        return (tuple(areas), "all test files are there") if areas and "" not in areas else ((), "")
    if not areas:
        return (), ""
    units = [f"{area}/{name}" for area in areas for name in _UNIT_FOLDERS]
    unit = tuple(folder for folder in units if any(path.startswith(f"{folder}/") for path in tests))
    if unit:
        return unit, "the tests of units; what else is there may need more than a checkout"
    return tuple(areas), "all test files are there"


def _package_above(path: str, packages: Collection[str]) -> str:
    """The outermost package that `path` is in, empty for none: tests beside the code are in no folder of their own."""
    parts = path.split("/")[:-1]
    above = ("/".join(parts[:count]) for count in range(1, len(parts) + 1))
    return next((folder for folder in above if folder in packages), "")


def _joined(areas: Sequence[str]) -> list[str]:
    """A few folders that hold these: themselves, or the ones at the top where there are many. None for too many."""
    found = areas if len(areas) <= _FEW else sorted({area.partition("/")[0] for area in areas})
    return list(found) if len(found) <= _FEW else []


def _smoke(tests: Sequence[str], paths: Sequence[str]) -> tuple[tuple[str, ...], str]:
    inside = [path for path in tests if not paths or any(path.startswith(f"{each}/") for each in paths)]
    called = sorted((path for path in inside if _SMOKE.search(path)), key=lambda path: (path.count("/"), path))
    if called:
        return tuple(called[:_FEW]), "they are called so"
    basic = sorted((path for path in inside if _BASIC.fullmatch(path)), key=lambda path: (path.count("/"), path))
    return tuple(basic[:1]), "by its name it looks at what everything needs" if basic else ""


def _discover(python: Sequence[str], tests: Sequence[str]) -> tuple[str, ...]:
    """Discovery from the one folder of tests, as a package of the root where it is one; else from the root."""
    packages = packages_of(python)
    areas = {test_area(path, packages) for path in tests}
    whole = ("python", "-m", "unittest", "discover", "-s")
    if len(areas) != 1 or "" in areas:
        return (*whole, ".")
    [area] = areas
    return (*whole, area, "-t", ".") if area in packages else (*whole, area)


def _table(text: str) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        return {}
