"""`isolate-import` over a tree: which files it takes, what it writes beside them, and what it refuses. Pure.

Parameters: `lane` (the dotted name of the experimental package), `mode` (`lazy`, `lazy-call` or `provider`), and for
`provider` the dotted name of the `registry`, a module of production code that is made where it is not there, and
`start`, where the program starts (`MODULE` or `MODULE:FUNCTION`), which then starts the registry with the lane.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from laneshift.code.codemods.isolate import safety_test
from laneshift.code.codemods.isolate.bindings import Bound, Odd, is_below
from laneshift.code.codemods.isolate.one_file import Isolated, Way, isolate
from laneshift.code.codemods.isolate.onward import Onward
from laneshift.code.codemods.isolate.registering import registered
from laneshift.code.codemods.isolate.setting import Setting, setting_of
from laneshift.code.codemods.records import Answer, Codemod, Refusal
from laneshift.code.moves.records import Edit
from laneshift.repo.objects import Tree

_TESTS = frozenset({"tests", "test", "testing", "docs", "doc", "examples", "scripts", "benchmarks"})


def isolate_import(tree: Tree, codemod: Codemod, roots: tuple[str, ...], folder: str) -> Answer:
    """The answer for every file that the codemod covers. Raises `Refused` for parameters that make no sense."""
    setting = setting_of(tree, codemod, roots, folder)
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
    if setting.mode == "provider" and (provided or setting.start[0]):
        more = registered(tree, setting, provided, files)
        edits += _start_edits(tree, setting, files, more)
        files.update(more)
    return Answer(files, tuple(edits), tuple(refusals), frozenset(tests))


def _start_edits(tree: Tree, setting: Setting, files: Mapping[str, bytes], more: Mapping[str, bytes]) -> Iterator[Edit]:
    """The edit of the file where the program starts, where there is one."""
    path = setting.start[0]
    if path in more and more[path] != (files.get(path) or tree.read(path)):
        yield Edit(path, 1, "start", "", setting.providers)


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
