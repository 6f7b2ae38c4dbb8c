"""Generated monorepos with three lanes, and batches of which some items break lanes, alone or only together."""

from __future__ import annotations

import json
from pathlib import Path
from random import Random
from typing import Any

from tests.repo.builders import git_cli, repo_at

SETTINGS = """\
workers = 1

[lanes.labs]
paths = ["labs/**"]
level = "experimental"

[lanes.core]
paths = ["core/**"]
may_import = ["core", "labs"]

[lanes.serve]
paths = ["serve/**"]
level = "production"
may_import = ["serve"]

[lanes.tests]
paths = ["tests/**"]

[tests]
item_seconds = 120
suite_seconds = 240

[tests.environment]
PYTEST_DISABLE_PLUGIN_AUTOLOAD = "1"
"""
_FORMS = (
    ("from {package}.{name} import {function}", "{function}()"),
    ("import {package}.{name} as {name}_", "{name}_.{function}()"),
    ("from {package} import {name}", "{name}.{function}()"),
    ("import {package}.{name}", "{package}.{name}.{function}()"),
)
_SAME = (("from .{name} import {function}", "{function}()"), ("from . import {name}", "{name}.{function}()"))
_COMPUTED = """\
import importlib


def test_{name}_by_a_computed_name():
    name = '.'.join(['labs', '{name}'])
    assert importlib.import_module(name)
"""


def files(random: Random) -> dict[str, str]:
    """A monorepo: modules of `labs` lean on earlier ones, `core` on both, `serve` on none; tests ask for each."""
    made = {"laneshift.toml": SETTINGS, "README.md": "Start with `labs.m0` or labs/m1.py.\n"}
    made |= {f"{lane}/__init__.py": "" for lane in ("labs", "core", "serve")}
    known: list[tuple[str, str]] = []
    for number in range(7):
        made[f"labs/m{number}.py"] = _module("labs", f"m{number}", random.sample(known, min(len(known), 2)), random)
        known.append(("labs", f"m{number}"))
    for number in range(3):
        made[f"core/c{number}.py"] = _module("core", f"c{number}", random.sample(known, 1), random)
        known.append(("core", f"c{number}"))
    made["labs/t0.py"] = _module("labs", "t0", [], random)
    made["labs/t1.py"] = _module("labs", "t1", [("labs", "t0")], random)
    known += [("labs", "t0"), ("labs", "t1")]
    made["serve/s0.py"] = _module("serve", "s0", [], random)
    known.append(("serve", "s0"))
    for package, name in known:
        made[f"tests/test_{name}.py"] = (
            f"from {package}.{name} import {name}_value\n\n\ndef test_value():\n    assert {name}_value() >= 0\n"
        )
    return made


def _module(package: str, name: str, imports: list[tuple[str, str]], random: Random) -> str:
    lines, uses = [], ["0"]
    for where, what in imports:
        forms = (*_FORMS, *_SAME) if where == package else _FORMS
        line, use = random.choice(forms)
        told = {"package": where, "name": what, "function": f"{what}_value"}
        lines.append(line.format(**told))
        uses.append(use.format(**told))
    head = "\n".join(lines) + "\n\n\n" if lines else ""
    text = "".join(f"    # as {where}.{what} has it\n" for where, what in imports)
    return f'"""The module {package}.{name}."""\n\n{head}def {name}_value():\n{text}    return {" + ".join(uses)}\n'


def _codemod(module: str, scope: str) -> dict[str, Any]:
    parameters = {"codemod": "isolate-import", "lane": "labs", "mode": "lazy-call"}
    return {"module": module, "src": scope, "kind": "codemod", "parameters": parameters}


def _move(lane: str, name: str, dst: str) -> dict[str, Any]:
    return {"module": f"{lane}.{name}", "src": f"{lane}/{name}.py", "dst": dst}


def items(random: Random, kind: str) -> list[dict[str, Any]]:
    """Moves out of `labs` and `core`, some into `serve`, which may lean on neither, and what `kind` is about.

    `together`: two moves that break lanes only together. `conflict`: two codemods of which one may leave the other
    nothing to do. `verify`: an item that stays where it is. `plain` and `computed`: nothing more.
    """
    chosen = random.sample([f"m{number}" for number in range(7)], random.randint(2, 3))
    wanted = []
    for name in chosen:
        folder = random.choice(["core", "core", "serve", "core/inner", "labs/kept"])
        wanted.append(_move("labs", name, f"{folder}/{name}.py"))
    if random.random() < 0.4:
        wanted.append(_move("core", "c0", random.choice(["serve/c0.py", "core/deep/c0.py"])))
    more = {
        "together": [_move("labs", "t1", "core/t1.py"), _move("labs", "t0", "serve/t0.py")],
        "conflict": [_codemod("core", "core"), _codemod("core.c1", "core/c1.py")],
        "verify": [_move("labs", "t0", "labs/t0.py")],
    }.get(kind, [])
    for each in more:
        wanted.insert(random.randrange(len(wanted) + 1), each)
    return wanted


KINDS = ("conflict", "together", "computed", "verify", "plain")


def scene(path: Path, number: int) -> tuple[str, str]:
    """Make the monorepo of this number at `path`; the name and the text of its batch. The kinds take turns.

    Where it is `computed`, a test asks for a moved module by a name that no reading of the source foresees.
    """
    random, kind = Random(f"dreams-{number}"), KINDS[number % len(KINDS)]
    made = files(random)
    wanted = items(random, kind)
    if kind == "computed":
        name = next(item["src"] for item in wanted if item["src"].startswith("labs/")).split("/")[1].removesuffix(".py")
        made["tests/test_computed.py"] = _COMPUTED.format(name=name)
    repo_at(path, made)
    git_cli(path, "config", "user.name", "Ada Planner")
    git_cli(path, "config", "user.email", "ada@example.org")
    return f"scene-{number}.json", json.dumps({"items": wanted}, indent=1)
