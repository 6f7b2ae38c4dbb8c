"""What an install brings: the core has all that is loaded without an extra; a missing extra is told with its cure."""

from __future__ import annotations

import ast
import json
import subprocess
import sys
import tarfile
import tomllib
import zipfile
from collections.abc import Iterator
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from laneshift.errors import EXTRA_OF, Refused, install, not_installed
from tests.toy import environment, toy

ROOT = Path(__file__).parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
EXTRAS: dict[str, list[str]] = PROJECT["optional-dependencies"]
OF_PROJECTS = {"pytest", "_pytest", "xdist"}
"""What the plugins import that run in the interpreter of the project's tests."""


def _named(requirements: list[str]) -> set[str]:
    return {canonicalize_name(Requirement(each).name) for each in requirements}


def _imported() -> Iterator[tuple[str, str]]:
    for path in (ROOT / "src").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_bytes())):
            if isinstance(node, ast.Import):
                yield from ((alias.name.partition(".")[0], str(path)) for alias in node.names)
            elif isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
                yield node.module.partition(".")[0], str(path)


def test_every_import_is_of_the_core_or_of_an_extra_that_brings_it() -> None:
    known = packages_distributions()
    core = _named(PROJECT["dependencies"]) | {"pydantic-core"}
    for module, path in _imported():
        if module in sys.stdlib_module_names or module == "laneshift" or module in OF_PROJECTS:
            continue
        brought_by = {canonicalize_name(name) for name in known.get(module, [])}
        if brought_by & core:
            continue
        assert module in EXTRA_OF, f"{path} imports {module}: name its extra in errors.EXTRA_OF"


def test_every_extra_that_is_told_exists_and_all_has_every_one() -> None:
    known = packages_distributions()
    for module, extra in EXTRA_OF.items():
        brought_by = {canonicalize_name(name) for name in known.get(module, [])}
        assert brought_by & _named(EXTRAS[extra]) or module in ("mcp_types",), f"{extra} does not bring {module}"
    told = {name for each in EXTRAS["all"] for name in Requirement(each).extras}
    assert told == EXTRAS.keys() - {"all", "dev"}


def test_a_missing_package_is_told_with_the_command_that_installs_it() -> None:
    told = not_installed(ModuleNotFoundError("No module named 'fastapi.x'", name="fastapi.x"))
    assert isinstance(told, Refused)
    assert (told.code, told.cure) == ("extra.missing", "pip install 'laneshift[server]'")
    for other in (ModuleNotFoundError("x", name="mine"), ImportError("x"), ModuleNotFoundError("x"), KeyError("redis")):
        assert not_installed(other) is None


BLOCKED = """
import json, sys
class Gone:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in BLOCKED:
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)
BLOCKED = set(json.loads(sys.argv[1]))
sys.meta_path.insert(0, Gone())
from laneshift.cli.commands import NAMES, Commands
from tests.cli.one_process import here
told = {name: bool(Commands(name="x").get_command(None, name).help) for name in NAMES}
ran = [here(words) for words in json.loads(sys.argv[2])]
print(json.dumps([told, [[done.code, done.out, done.err] for done in ran], sorted(BLOCKED & set(sys.modules))]))
"""
WITHIN = [
    ["init"], ["doctor", "-q"], ["plan", "core.tsv"], ["run", "core"], ["land", "core"], ["verify", "core"],
    ["rollback", "core"], ["status"], ["lanes", "check"], ["keys", "list"], ["manifest", "generate", "--all"],
]  # fmt: skip
BEYOND = {
    "keys": ["keys", "rotate", "--reason", "first"],
    "manifests": ["manifest", "validate"],
    "server": ["serve", "--port", "0"],
}


def test_without_extras_every_verb_loads_and_the_main_job_runs(tmp_path: Path) -> None:
    path = toy(tmp_path / "toy")
    (path / "core.tsv").write_text("labs.shapes\tlabs/shapes.py\tcore/shapes.py\n")
    words = json.dumps([*WITHIN, *BEYOND.values()])
    own = {"PYTHONPATH": f"{ROOT}:{ROOT / 'src'}", "LANESHIFT_KEYS": str(tmp_path / "keys")}
    words = [sys.executable, "-c", BLOCKED, json.dumps(sorted(EXTRA_OF)), words]
    done = subprocess.run(
        words, cwd=path, env={**environment(), **own}, capture_output=True, text=True, check=False, timeout=300
    )
    assert done.returncode == 0, done.stderr
    told, ran, loaded = json.loads(done.stdout.splitlines()[-1])
    assert all(told.values())
    assert loaded == []
    for command, (code, out, err) in zip([*WITHIN, *BEYOND.values()], ran, strict=True):
        extra = next((name for name, each in BEYOND.items() if each == command), "")
        assert (install(extra) in err) == bool(extra), (command, out, err)
        assert code == (2 if extra else 0), (command, out, err)


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("built")
    words = [sys.executable, "-m", "hatchling", "build", "-d", str(folder)]
    subprocess.run(words, cwd=ROOT, check=True, capture_output=True)
    return folder


def test_a_wheel_has_the_package_and_its_manual_page_and_nothing_else(built: Path) -> None:
    (path,) = built.glob("*.whl")
    with zipfile.ZipFile(path) as wheel:
        names = wheel.namelist()
    tracked = subprocess.run(["git", "ls-files", "src"], cwd=ROOT, check=True, capture_output=True, text=True).stdout
    inside = {name for name in names if name.startswith("laneshift/")}
    assert {name.removeprefix("src/") for name in tracked.splitlines() if (ROOT / name).exists()} <= inside
    assert not [name for name in inside if name.endswith(".pyc") or not (ROOT / "src" / name).exists()]
    beside = {name.partition("/")[2] for name in names if name not in inside}
    assert beside == {
        "METADATA", "RECORD", "WHEEL", "entry_points.txt", "licenses/LICENSE", "data/share/man/man1/laneshift.1",
    }  # fmt: skip


def test_an_sdist_has_the_package_and_its_papers(built: Path) -> None:
    (path,) = built.glob("*.tar.gz")
    with tarfile.open(path) as archive:
        tops = {name.split("/")[1] for name in archive.getnames()}
    assert {"src", "pyproject.toml", "README.md", "LICENSE", "docs", "CHANGELOG.md", "PKG-INFO"} <= tops
    assert not tops & {"tests", "bench", "demo", "corpus", "examples", ".cache", ".venv"}
