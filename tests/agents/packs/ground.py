"""A repository with 144 modules to move, in packages that lean on each other, and a batch that moves all of them."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from laneshift.repo.objects import Repository
from tests.repo.builders import git_cli, repo_at

AGENTS = ("claude-code", "codex", "gemini", "sweeper")
"""Four that may commit, one of them of another name than those that are shipped."""

CONFIG = """\
[lanes.labs]
paths = ["labs/**"]
level = "experimental"

[lanes.core]
paths = ["core/**", "app/**"]
may_import = ["core", "labs"]

[agents.claude-code]
email = "claude@example.org"
owner = "ada@example.org"
max_files = 400

[agents.codex]
email = "codex@example.org"
owner = "ada@example.org"

[agents.gemini]
email = "gemini@example.org"
owner = "ada@example.org"
max_files = 400

[agents.sweeper]
email = "sweeper@example.org"
owner = "ada@example.org"
kind = "batch"

[agents.copilot]
email = "copilot@example.org"
owner = "ada@example.org"

[agents.nobody]
email = "nobody@example.org"
owner = "ada@example.org"
"""


def files(packages: int = 24, modules: int = 6, *, hub: bool = True, markers: bool = True) -> dict[str, str]:
    """The files: `hub` imports a module of every package, `markers` says whether packages are there to move into."""
    found = {"laneshift.toml": CONFIG, "labs/__init__.py": "", "app/__init__.py": ""}
    if markers:
        found["core/__init__.py"] = ""
    for package in range(packages):
        name = f"p{package:02}"
        found[f"labs/{name}/__init__.py"] = ""
        found[f"tests/test_{name}.py"] = (
            "".join(f"from labs.{name} import m{module}\n" for module in range(modules))
            + "\n\ndef test_values():\n    assert m0.VALUE == 0\n"
        )
        for module in range(modules):
            before = f"from labs.{name}.m{module - 1} import VALUE as BEFORE\n\n" if module else "BEFORE = -1\n"
            found[f"labs/{name}/m{module}.py"] = f'"""Part {module}."""\n\n{before}\nVALUE = BEFORE + 1\n'
    for package in range(0, packages - 1, 3):
        found[f"app/use{package:02}.py"] = (
            f"import labs.p{package:02}.m1\nfrom labs.p{package + 1:02} import m2\n\n"
            f"TOTAL = labs.p{package:02}.m1.VALUE + m2.VALUE\n"
        )
    if hub:
        lines = "".join(f"from labs.p{package:02} import m0 as m0_{package}\n" for package in range(packages))
        found["app/main.py"] = lines + "\nALL = 1\n"
    return found


def batch(packages: int = 24, modules: int = 6) -> str:
    """All moves, one a line."""
    return "".join(
        f"labs.p{package:02}.m{module}\tlabs/p{package:02}/m{module}.py\tcore/p{package:02}/m{module}.py\n"
        for package in range(packages)
        for module in range(modules)
    )


def ground(path: Path, found: Mapping[str, str]) -> Repository:
    """The files in a new repository at `path`, by somebody with a name."""
    repository = repo_at(path, dict(found))
    git_cli(path, "config", "user.name", "Ada Planner")
    git_cli(path, "config", "user.email", "ada@example.org")
    return repository
