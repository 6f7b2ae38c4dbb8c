"""A monorepo of many small modules that all move, with one among them that fails, for canaries and stages."""

from __future__ import annotations

from collections.abc import Collection
from decimal import Decimal
from pathlib import Path

from laneshift.rollout.canary import Candidate, canary
from tests.monorepo import CONFIG
from tests.repo.builders import git_cli, repo_at

QUICK = f"""workers = 1
{CONFIG}
[tests.environment]
PYTEST_DISABLE_PLUGIN_AUTOLOAD = "1"

[lanes.serve]
paths = ["serve/**"]
"""
_SERVED = 4
"""Of every so many items one goes to the lane `serve`, the others to `core`."""


def modules(count: int) -> list[str]:
    """The names of the modules that move."""
    return [f"labs.m{number:02}" for number in range(count)]


def lane(number: int) -> str:
    """Where a module goes."""
    return "serve" if number % _SERVED == 0 else "core"


def batch(count: int) -> str:
    """The batch that moves them all."""
    lines = (f"{name}\tlabs/m{at:02}.py\t{lane(at)}/m{at:02}.py\n" for at, name in enumerate(modules(count)))
    return "".join(lines)


def first(count: int, share: str) -> tuple[str, ...]:
    """Those of the modules that the canary of this share has."""
    candidates = [Candidate(name, f"{lane(at)}/{lane(at)}") for at, name in enumerate(modules(count))]
    return canary(candidates, Decimal(share))


def many(path: Path, count: int, failing: Collection[str], name: str = "many") -> Path:
    """The monorepo, and its batch. A test asks for each of the `failing` by a name that it computes."""
    files = {f"labs/m{number:02}.py": f"V = {number}\n" for number in range(count)}
    for module in failing:
        short = module.removeprefix("labs.")
        files[f"tests/test_{short}.py"] = (
            "import importlib\n\n\ndef test_found():\n"
            f"    assert importlib.import_module('.'.join(['labs', '{short}']))\n"
        )
    smoke = {"tests/test_smoke.py": "import labs\n\n\ndef test_imports():\n    assert labs\n"}
    packages = {f"{folder}/__init__.py": "" for folder in ("labs", "core", "serve")}
    repo_at(path, {"laneshift.toml": QUICK, **packages, **smoke, **files})
    git_cli(path, "config", "user.name", "Ada Planner")
    git_cli(path, "config", "user.email", "ada@example.org")
    (path / f".git/{name}.tsv").write_text(batch(count))
    return path
