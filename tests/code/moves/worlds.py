"""Small random repositories whose modules really import, and random moves within them."""

from __future__ import annotations

from dataclasses import dataclass

from hypothesis import strategies as st

from laneshift.code.moves import Move

PACKAGES = ("p", "p.s", "q", "q.t", "q.t.u")
_STYLES = (
    "import {n}\n{i}V = {n}.f()",
    "import os, {n} as {l}_m\n{i}V = {l}_m.f()",
    "import {n}; V = {n}.f()",
    "from {p} import {l}\n{i}V = {l}.f()",
    "from {p} import {l} as one  # noqa\n{i}V = one.f()",
    "from {n} import f as g\n{i}V = g()",
    "from {n} import (\n{i}    f as g,  # kept\n{i}    NAME,\n{i})\n{i}V = g()",
    "from {n} import *\n{i}V = NAME",
    "from {r} import {l}\n{i}V = {l}.f()",
    "from {r} import {l} as one\n{i}V = one.f()",
    "from {rn} import f as g\n{i}V = g()",
    "import importlib\n{i}V = importlib.import_module('{n}').f()",
    "V = __import__('importlib').import_module('{n}').f()  # see {n}.f in {f}",
)
_PAIRS = (
    "from {p} import {l}, {l2}\n{i}V = {l}.f() + {l2}.f()",
    "from {p} import {l} as one, {l2}  # both\n{i}V = one.f() + {l2}.f()",
    "from {p} import (\n{i}    {l},  # first\n{i}    # then\n{i}    {l2},\n{i})\n{i}V = {l}.f() + {l2}.f()",
    "from {p} import ({l}, {l2})\n{i}V = {l}.f() + {l2}.f()",
    "from {r} import {l2}, {l}\n{i}V = {l}.f() + {l2}.f()",
    "from {p} import {l},{l2}\n{i}V = {l}.f() + {l2}.f()",
    "import {n}, {n2}\n{i}V = {n}.f() + {n2}.f()",
    "import {n}\n{i}import {n2}\n{i}V = {n}.f() + {n2}.f()",
    "from {p} import {l}; from {p} import {l2} as two; V = {l}.f() + two.f()",
)
_PLACES = (
    "{body}\n",
    "def load():\n    {body}\n    return V\nV = load()\n",
    "if True:\n    {body}\n",
    "try:\n    {body}\nfinally:\n    W = 1\n",
)


@dataclass(frozen=True)
class World:
    """A repository as text, and the dotted names of its modules."""

    files: dict[str, str]
    modules: tuple[str, ...]


def path_of(name: str) -> str:
    """The path of a module."""
    return name.replace(".", "/") + ".py"


def relative(package: str, target: str) -> str:
    """`target` as a module of package `package` writes it with the fewest dots; absolute when it must."""
    here, there = package.split("."), target.split(".")
    shared = 0
    while shared < min(len(here), len(there)) and here[shared] == there[shared]:
        shared += 1
    return "." * (len(here) - shared + 1) + ".".join(there[shared:]) if shared else target


def _import(draw: st.DrawFn, modules: list[str], name: str) -> str:
    package = name.rpartition(".")[0]
    first = draw(st.sampled_from(modules))
    near = [each for each in modules if each.rpartition(".")[0] == first.rpartition(".")[0] and each != first]
    second = draw(st.sampled_from(near)) if near else first
    style = draw(st.sampled_from(_STYLES if not near or draw(st.booleans()) else _PAIRS))
    place = draw(st.sampled_from(_PLACES[:1] if "import *" in style else _PLACES))
    parent = first.rpartition(".")[0]
    body = style.format(
        n=first,
        n2=second,
        p=parent,
        l=first.rpartition(".")[2],
        l2=second.rpartition(".")[2],
        f=path_of(first),
        r=relative(package, parent),
        rn=relative(package, first),
        i="    " if place != _PLACES[0] else "",
    )
    return place.format(body=body)


@st.composite
def worlds(draw: st.DrawFn) -> World:
    """Four to eight modules in five packages; each imports only those before it."""
    files = {f"{package.replace('.', '/')}/__init__.py": "" for package in PACKAGES}
    modules: list[str] = []
    for index in range(draw(st.integers(4, 8))):
        name = f"{draw(st.sampled_from(PACKAGES))}.m{index}"
        imports = [_import(draw, modules, name) for _ in range(draw(st.integers(0, 3)))] if modules else []
        if draw(st.booleans()) and imports:
            imports.append(f"# {draw(st.sampled_from(modules))} is used above\n")
        files[path_of(name)] = (
            f"__all__ = ['NAME']\nNAME = '{index}'\n\n\ndef f():\n    return 'm{index}'\n\n\n" + "".join(imports)
        )
        modules.append(name)
    files["notes.md"] = "".join(f"- `{name}` in {path_of(name)}\n" for name in modules)
    files["all.py"] = "".join(f"import {name}\nassert {name}.f() == '{name.rpartition('.')[2]}'\n" for name in modules)
    return World(files, tuple(modules))


@st.composite
def moves(draw: st.DrawFn, world: World, least: int = 1, most: int = 3) -> list[Move]:
    """Moves of distinct modules to free places: existing packages, new ones, other last parts."""
    chosen = draw(st.lists(st.sampled_from(world.modules), min_size=least, max_size=most, unique=True))
    found = []
    for index, name in enumerate(chosen):
        package = draw(st.sampled_from([*PACKAGES, "p.new", "fresh", "fresh.deep"]))
        last = draw(st.sampled_from([name.rpartition(".")[2], f"n{index}"]))
        if f"{package}.{last}" != name:
            found.append(Move(path_of(name), path_of(f"{package}.{last}")))
    return found


@st.composite
def package_moves(draw: st.DrawFn, world: World) -> list[Move]:
    """One move of a package, and moves of modules outside it that do not land in it."""
    package = draw(st.sampled_from(["p.s", "q.t", "q.t.u"]))
    parent = draw(st.sampled_from([each for each in ("p", "q", "fresh") if each != package.rpartition(".")[0]]))
    inside = package.replace(".", "/")
    folder = Move(inside, f"{parent}/{draw(st.sampled_from([package.rpartition('.')[2], 'k']))}")
    others = draw(moves(world, 0, 2))
    return [folder, *(each for each in others if not f"{each.src}\n{each.dst}".count(f"{inside}/"))]
