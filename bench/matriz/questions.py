"""Sixty questions about a real repository, drawn by a seed, each with what a right answer holds."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from bench.matriz.labels import Truth, path_of
from laneshift.matriz.answering import Answer

Label = Callable[[Answer], bool]
_IMPORTERS = (
    "who imports {}?",
    "Who's importing `{}`?",
    "which modules depend on {}",
    "List the importers of {}, please",
    "what uses the module {}?",
    "can you tell me which files import {} in this repo?",
)
_IMPORTS = ("what does {} import?", "dependencies of {}", "which modules does {} depend on", "what is imported by {}?")
_SUMS = (("what is 12 * (3 + 4)?", "84"), ("15% of 80", "12"), ("2 to the power of 20", "1048576"), ("7 / 8", "0.875"))
_ODD = ("how is the weather?", "write me a poem", "which colour is the best one?", "delete the repository")


@dataclass(frozen=True)
class Labelled:
    """A question of one kind, and whether an answer is right."""

    kind: str
    asked: str
    right: Label


def questions(truth: Truth, seed: int) -> list[Labelled]:
    """All sixty: modules with 2 to 150 importers, so that a reader could check every one."""
    chance = random.Random(seed)
    modules = sorted(each for each in truth.graph.modules if 2 <= len(truth.importers(each)) <= 150)
    leaves = sorted(each for each in truth.graph.modules if 2 <= len(truth.imported(each)) <= 25)
    found = [_importers(truth, m, _IMPORTERS[n % 6]) for n, m in enumerate(chance.sample(modules, 14))]
    found += [_imports(truth, m, _IMPORTS[n % 4]) for n, m in enumerate(chance.sample(leaves, 8))]
    found += list(_defined(truth, chance, 6))
    found += [_compared(truth, *chance.sample(modules, 2)) for _ in range(6)]
    single = [each for each in modules if not path_of(each, truth.root).endswith("/__init__.py")]
    found += [_moved(truth, module) for module in chance.sample(single, 6)]
    found += [_ready(truth, m) for m in chance.sample(leaves, 6)]
    found += [_counted(truth, folder) for folder in ("components/mqtt", "helpers", "util", "auth")]
    found += [Labelled("sum", asked, _told(f"**{value}**")) for asked, value in _SUMS]
    found += [Labelled("unknown", f"who imports {truth.package}.no_such_{n}", _unknown) for n in range(2)]
    found += [Labelled("unknown", asked, _unknown) for asked in _ODD]
    return found


def _told(*words: str) -> Label:
    return lambda answer: answer.knows and all(word in answer.text for word in words)


def _unknown(answer: Answer) -> bool:
    return not answer.knows


def _importers(truth: Truth, module: str, form: str) -> Labelled:
    own, wanted = path_of(module, truth.root), {path_of(each, truth.root) for each in truth.importers(module)}

    def right(answer: Answer) -> bool:
        said = {one.path for one in answer.sources if one.kind == "import"}
        # Files outside the package are not grimp's; each of them has to name the module.
        more = {path for path in said - wanted if path.startswith(f"{truth.package}/") and path != own}
        return answer.knows and wanted <= said and not more

    return Labelled("importers", form.format(module), right)


def _imports(truth: Truth, module: str, form: str) -> Labelled:
    wanted = truth.imported(module)

    def right(answer: Answer) -> bool:
        said = {one.text.removeprefix("imports ") for one in answer.sources if one.kind == "import"}
        return answer.knows and said == wanted

    return Labelled("imports", form.format(module), right)


def _defined(truth: Truth, chance: random.Random, count: int) -> Iterator[Labelled]:
    paths = list(truth.files)
    chance.shuffle(paths)
    for path in paths:
        names = [name for name, _ in truth.classes(path)]
        if count and names:
            name = chance.choice(names)
            wanted = truth.defined(name)
            if len(wanted) <= 20:
                count -= 1
                yield Labelled("defined", f"where is {name} defined?", _at(wanted))


def _at(wanted: set[tuple[str, int]]) -> Label:
    return lambda answer: (
        answer.knows and {(one.path, one.line) for one in answer.sources if one.kind == "symbol"} == wanted
    )


def _compared(truth: Truth, left: str, right: str) -> Labelled:
    counts = " | ".join(str(len(truth.importers(each))) for each in (left, right))
    return Labelled("compare", f"compare {left} and {right}", _told(f"| importers | {counts} |"))


def _moved(truth: Truth, module: str) -> Labelled:
    """Every importer that names the module is edited, and nothing that does not name it."""
    own, last = path_of(module, truth.root), module.rpartition(".")[2]
    dst = f"{truth.package}/util/moved_{last}.py"
    must = {path_of(each, truth.root) for each in truth.importers(module)} | {own}
    may = truth.naming(last)

    def right(answer: Answer) -> bool:
        said = {one.path for one in answer.sources if one.kind in ("edit", "file")}
        inside = {path for path in said if path in truth.files}
        return answer.knows and must <= said and inside <= may | {own}

    return Labelled("move", f"what would moving {own} to {dst} touch?", right)


def _ready(truth: Truth, module: str) -> Labelled:
    path = path_of(module, truth.root)
    try:
        docs = "passed" if truth.has_docstring(path) else "**failed**"
    except SyntaxError:
        docs = ""
    label = _told("**not** ready", "owner: **failed**", *([f"docs: {docs}"] if docs else []))
    return Labelled("ready", f"is {module} ready for lane tests?", label)


def _counted(truth: Truth, folder: str) -> Labelled:
    place = f"{truth.package}/{folder}"
    number = sum(path.startswith(f"{place}/") for path in truth.files)
    return Labelled("count", f"how many modules are in {place}?", _told(f"**{number:,} modules**"))
