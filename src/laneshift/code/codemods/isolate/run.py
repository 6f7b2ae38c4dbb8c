"""`isolate-import` over a tree: which files it takes, what it writes beside them, and what it refuses. Pure.

Parameters: `lane` (the dotted name of the experimental package), `mode` (`lazy`, `lazy-call` or `provider`), and for
`provider` the dotted name of the `registry`, a module of production code that is made where it is not there.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from laneshift.code.codemods.isolate import provider, safety_test
from laneshift.code.codemods.isolate.bindings import Bound, Odd, is_below
from laneshift.code.codemods.isolate.one_file import MODES, Isolated, Way, isolate
from laneshift.code.codemods.isolate.onward import Onward
from laneshift.code.codemods.records import Answer, Codemod, Refusal
from laneshift.code.modules import Modules, is_package_file
from laneshift.code.moves.records import Edit
from laneshift.errors import Refused
from laneshift.repo.objects import Tree

NAME = "isolate-import"
_TESTS = frozenset({"tests", "test", "testing", "docs", "doc", "examples", "scripts", "benchmarks"})


class Setting(NamedTuple):
    """What the tree and the parameters say: the modules, the lane, the mode, the registry, and where tests go."""

    modules: Modules
    lane: str
    mode: str
    registry: str
    folder: str


def isolate_import(tree: Tree, codemod: Codemod, roots: tuple[str, ...], folder: str) -> Answer:
    """The answer for every file that the codemod covers. Raises `Refused` for parameters that make no sense."""
    setting = _setting(tree, codemod, roots, folder)
    onward = Onward(tree, setting.modules)
    files: dict[str, bytes] = {}
    edits: list[Edit] = []
    refusals: list[Refusal] = []
    tests: set[str] = set()
    provided: dict[str, tuple[Bound, ...]] = {}
    for path in candidates(tree, codemod, setting):
        try:
            done = _isolated(tree, path, setting, onward)
        except Odd as odd:
            refusals.append(Refusal(path, odd.line, odd.cause, odd.why))
            continue
        if done is None:
            continue
        module = setting.modules.by_path[path]
        files[path] = done.data
        edits += _edits(path, done)
        provided[module] = done.names
        test = safety_test.test_path(folder, module)
        tests.add(test)
        files[test] = safety_test.render(test, module, setting.lane, done.offered, setting.modules.roots)
    if setting.mode == "provider" and provided:
        files.update(_registry(tree, setting, provided))
    return Answer(files, tuple(edits), tuple(refusals), frozenset(tests))


def candidates(tree: Tree, codemod: Codemod, setting: Setting) -> Iterator[str]:
    """Production files that name the lane, in order: not the lane itself, not tests, not scripts."""
    last = setting.lane.rpartition(".")[2].encode()
    for path, module in sorted(setting.modules.by_path.items()):
        entry = tree.entry(path)
        is_test = path.rpartition("/")[2].startswith(("test_", "conftest.")) or _TESTS & set(path.split("/")[:-1])
        if entry is None or not entry.is_regular or is_test or is_below(module, setting.lane):
            continue
        if codemod.covers(path) and last in tree.read(path):
            yield path


def _setting(tree: Tree, codemod: Codemod, roots: tuple[str, ...], folder: str) -> Setting:
    given = dict(codemod.parameters)
    unknown = sorted(given.keys() - {"lane", "mode", "registry"})
    if unknown:
        raise Refused("codemod.bad-parameter", f"{NAME} takes no {unknown[0]!r}", cure="known: lane, mode, registry")
    modules = Modules.of(tree.entries, roots)
    lane, mode, registry = given.get("lane", ""), given.get("mode", "lazy"), given.get("registry", "")
    if mode not in MODES:
        raise Refused("codemod.bad-parameter", f"no mode is called {mode!r}", cure=f"one of {', '.join(MODES)}")
    if not lane or not (lane in modules.by_name or lane in modules.packages):
        raise Refused("codemod.bad-parameter", f"the tree has no package {lane!r}", cure="--param lane=DOTTED.NAME")
    if mode == "provider" and (not _is_module(registry) or is_below(registry, lane)):
        raise Refused(
            "codemod.bad-parameter", f"{registry!r} cannot be the registry", cure="--param registry=PRODUCTION.MODULE"
        )
    return Setting(modules, lane, mode, registry, folder)


def _is_module(name: str) -> bool:
    return "." in name and all(part.isidentifier() for part in name.split("."))


def _isolated(tree: Tree, path: str, setting: Setting, onward: Onward) -> Isolated | None:
    module = setting.modules.by_path[path]
    way = Way(setting.lane, setting.mode, module, setting.modules.package_of(path), setting.registry)
    done = isolate(tree.read(path), way)
    if done is None:
        return None
    if setting.registry == module:
        raise Odd("registry", 0, "the registry itself must not import the lane")
    taken = list(onward.takers(path, module, {bound.name for bound in done.names}))
    stuck = [each for each in taken if each.atop or setting.mode != "lazy"]
    if stuck:
        first = stuck[0]
        why = f"{first.path}:{first.line} takes `{first.name}` from here"
        cure = " when it is imported itself" if setting.mode == "lazy" else "; mode `lazy` would keep offering it"
        raise Odd("imported-onward", 0, why + cure)
    return done


def _edits(path: str, done: Isolated) -> Iterator[Edit]:
    data = done.source.data
    for span in sorted(done.spans):
        before = data[span.start : span.end].decode("utf-8", "replace")
        yield Edit(path, done.source.line(span.start), span.form, before, span.text.decode("utf-8", "replace"))


def _registry(tree: Tree, setting: Setting, provided: Mapping[str, tuple[Bound, ...]]) -> dict[str, bytes]:
    """The registry, where there is none, and what the lane puts into it."""
    modules, files = setting.modules, dict[str, bytes]()
    lane_path = modules.by_name.get(setting.lane, "")
    if not is_package_file(lane_path):
        raise Refused("codemod.bad-parameter", f"{setting.lane!r} is no package, so it cannot provide anything")
    root = lane_path.removesuffix(f"{setting.lane.replace('.', '/')}/__init__.py")
    if setting.registry not in modules.by_name:
        files[f"{root}{setting.registry.replace('.', '/')}.py"] = provider.REGISTRY.encode()
    path = f"{lane_path.removesuffix('__init__.py')}{provider.NAME}.py"
    known = tree.read(path).decode("utf-8", "replace") if path in tree else ""
    if known and "@provides(" not in known:
        raise Refused("codemod.path-taken", f"{path!r} is there and is not the lane's list of what it provides")
    for module, names in sorted(provided.items()):
        package = modules.package_of(modules.by_name[module])
        each = [(bound.name, tuple(provider.absolute(text, package) for text in bound.texts)) for bound in names]
        known = provider.lane_side(known, setting.registry, module, each)
    files[path] = known.encode()
    return files
