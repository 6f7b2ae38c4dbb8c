"""Packages and contracts drawn from a seed: small enough to be many, odd enough to meet every rule."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

_NAMES = ("api", "core", "labs", "serve", "util")
_LEAVES = ("a", "b", "c")
_OUTSIDE = ("json", "os.path", "requests", "yaml.nodes")
_FORMS = (
    "import {name}\n",
    "import {name} as other\n",
    "from {parent} import {last}\n",
    "from {parent} import {last} as other, nothing\n",
    "from {name} import thing\n",
    "from {name} import *\n",
    "from {name} import (\n    one,\n    two,\n)\n",
    "def f():\n    import {name}\n",
    "class C:\n    from {name} import thing\n",
    "try:\n    import {name}\nexcept ImportError:\n    pass\n",
    "if __name__ == '__main__':\n    from {name} import thing\n",
    "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from {name} import Thing\n",
    "import typing\nif typing.TYPE_CHECKING:\n    import {name}\n",
    "import {name}.missing\n",
    "import {name}.missing.further\n",
    "text = '''\nimport {name}\n'''\n",
)


@dataclass(frozen=True, slots=True)
class Drawn:
    """Files by path, import-linter's general options, and contracts."""

    files: dict[str, str]
    general: dict[str, Any]
    contracts: list[dict[str, Any]]


def draw(seed: int) -> Drawn:
    """One case; the same for the same seed. Packages have names of their own, so that cases do not meet."""
    dice = random.Random(seed)
    roots = [f"pkg{seed}"] + ([f"more{seed}"] if dice.random() < 0.25 else [])
    modules = {name: path for root in roots for name, path in _modules(dice, root)}
    files = {path: _text(dice, name, path, sorted(modules)) for name, path in modules.items()}
    if dice.random() < 0.2:
        files[f"{roots[0]}/data/orphan.py"] = f"import {dice.choice(sorted(modules))}\n"
    general: dict[str, Any] = {"root_packages": roots}
    if dice.random() < 0.5:
        general["include_external_packages"] = "True"
    if dice.random() < 0.5:
        general["exclude_type_checking_imports"] = "True"
    contracts = [_contract(dice, roots[0], sorted(modules), at) for at in range(5)]
    return Drawn(files, general, contracts)


def _modules(dice: random.Random, root: str) -> Iterator[tuple[str, str]]:
    if dice.random() < 0.9:
        yield root, f"{root}/__init__.py"
    for name in dice.sample(_NAMES, dice.randint(2, 5)):
        if dice.random() < 0.4:
            yield f"{root}.{name}", f"{root}/{name}.py"
            continue
        if dice.random() < 0.9:
            yield f"{root}.{name}", f"{root}/{name}/__init__.py"
        for leaf in dice.sample(_LEAVES, dice.randint(0, 3)):
            yield f"{root}.{name}.{leaf}", f"{root}/{name}/{leaf}.py"


def _text(dice: random.Random, name: str, path: str, modules: list[str]) -> str:
    lines = ["thing = 1\n"]
    package = name if path.endswith("__init__.py") else name.rpartition(".")[0]
    for _ in range(dice.choice((0, 0, 1, 1, 2, 3))):
        target = dice.choice(modules if dice.random() < 0.85 else _OUTSIDE)
        parent, _, last = target.rpartition(".")
        form = dice.choice(_FORMS)
        if "{parent}" in form and not parent:
            form = "import {name}\n"
        text = form.format(name=target, parent=parent, last=last)
        relative = _relative(package, target)
        if relative and dice.random() < 0.3:
            text = dice.choice(
                (f"from {relative[0]} import {relative[1]}\n", f"from {relative[0]}{relative[1]} import x\n")
            )
        lines.append(text)
    return "".join(lines)


def _relative(package: str, target: str) -> tuple[str, str] | None:
    """Dots and the rest of `target` as seen from `package`."""
    above = package.split(".") if package else []
    for dots in range(1, len(above) + 1):
        base = ".".join(above[: len(above) - dots + 1])
        if target.startswith(f"{base}."):
            rest = target[len(base) + 1 :]
            return ("." * dots, rest) if "." not in rest else None
    return None


def _contract(dice: random.Random, root: str, modules: list[str], at: int) -> dict[str, Any]:
    kind = dice.choice(("layers", "layers", "forbidden", "forbidden", "independence", "protected", "acyclic_siblings"))
    contract: dict[str, Any] = {"name": f"contract {at}", "type": kind}
    expressions = [*modules, f"{root}.*", f"{root}.**", f"{root}.core.*", f"{root}.*.a", f"{root}.nowhere"]

    def some(most: int) -> list[str]:
        return [dice.choice(expressions) for _ in range(dice.randint(1, most))]

    if kind == "layers":
        contract |= _layers(dice, root)
    elif kind == "forbidden":
        outside = ["json", "requests", "yaml", "os"] if dice.random() < 0.4 else []
        contract |= {"source_modules": some(2), "forbidden_modules": some(2) + outside[: dice.randint(0, 4)]}
        contract["allow_indirect_imports"] = dice.choice(("true", "False"))
        contract["as_packages"] = dice.choice(("True", "True", "false"))
    elif kind == "independence":
        contract["modules"] = some(3)
    elif kind == "protected":
        contract |= {"protected_modules": some(2), "allowed_importers": some(2)}
        contract["as_packages"] = dice.choice(("True", "True", "false"))
    else:
        contract |= {"ancestors": dice.choice(([root], [f"{root}.**"], [root, f"{root}.core"]))}
        contract["depth"] = str(dice.randint(0, 3))
        if dice.random() < 0.3:
            contract["skip_descendants"] = [f"{root}.core"]
    if dice.random() < 0.4:
        ends = [*expressions, f"{root}.**", "json"]
        contract["ignore_imports"] = [f"{dice.choice(ends)} -> {dice.choice(ends)}" for _ in range(dice.randint(1, 2))]
        contract["unmatched_ignore_imports_alerting"] = dice.choice(("none", "warn", "error", "none"))
    return contract


def _layers(dice: random.Random, root: str) -> dict[str, Any]:
    names = dice.sample(_NAMES, dice.randint(2, 4))
    layers: list[str] = []
    while names:
        taken = [names.pop() for _ in range(min(len(names), dice.choice((1, 1, 1, 2, 3))))]
        shown = [f"({name})" if dice.random() < 0.7 else name for name in taken]
        layers.append(dice.choice((" | ", " : ")).join(shown))
    if dice.random() < 0.5:
        absolute = [layer.replace("(", f"({root}.") if "(" in layer else f"{root}.{layer}" for layer in layers]
        return {"layers": absolute}
    found: dict[str, Any] = {"layers": layers, "containers": [dice.choice((root, root, f"{root}.core", f"{root}.*"))]}
    if dice.random() < 0.5:
        found |= {"exhaustive": "true", "exhaustive_ignores": dice.sample(_NAMES, 2)}
    return found
