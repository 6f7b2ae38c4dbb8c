"""Whether the performance that a contract promises is measured by a benchmark of the repository."""

from __future__ import annotations

from collections.abc import Iterator

from laneshift.code.facts import Facts
from laneshift.errors import Fault
from laneshift.lanes.globs import first_match
from laneshift.manifests.contracts.form import Contract
from laneshift.manifests.contracts.ground import Ground
from laneshift.manifests.contracts.meaning import meant

_FIXTURE = "benchmark"
"""The fixture of pytest-benchmark: a test that takes it is a benchmark."""
_OTHER = "name something that is there"


def measured(ground: Ground, contract: Contract, path: str) -> Iterator[Fault]:
    """A fault for targets without a benchmark, and for benchmarks that are named and not there.

    Named are files of Python, or functions in them. Where none is named, one is looked for: a file that the settings
    call a benchmark, or with a test that takes the `benchmark` fixture, which imports the module or names it.
    """
    promise = contract.performance_contract
    for benchmark in promise.benchmarks:
        yield from _named(ground, benchmark, contract, path)
    if promise.has_targets and not promise.benchmarks and not any(_found(ground, contract)):
        what = f"promises performance that no benchmark of {contract.module} measures"
        cure = "write a test that takes the `benchmark` fixture, or name one in performance_contract.benchmarks"
        yield Fault("contract.no-benchmark", path, what, cure)


def _named(ground: Ground, benchmark: str, contract: Contract, path: str) -> Iterator[Fault]:
    file, _, function = benchmark.partition("::")
    if file not in ground.index.links(ground.tree):
        known = ground.index.links(ground.tree)
        what = f"performance_contract.benchmarks names {file!r}, which is not there"
        yield Fault("contract.broken-reference", path, what, meant(file, known, _OTHER))
        return
    names = [*_functions(ground.world.facts[file])]
    wanted = function.rpartition("::")[2]
    if wanted and wanted not in names:
        what = f"performance_contract.benchmarks names {benchmark!r}, which {file} does not have"
        yield Fault("contract.broken-reference", path, what, meant(wanted, names, _OTHER))
    if not _is_benchmark(ground, file):
        what = f"{file!r} is named as a benchmark, and nothing in it is one"
        cure = "take the `benchmark` fixture, or add the file to contracts.benchmarks in the settings"
        yield Fault("contract.no-benchmark", path, what, cure)
    elif file not in _users(ground, contract.module):
        what = f"{file!r} is named as a benchmark, and neither imports nor names {contract.module}"
        yield Fault("contract.no-benchmark", path, what, "measure the module itself")


def _found(ground: Ground, contract: Contract) -> Iterator[str]:
    return (file for file in sorted(_users(ground, contract.module)) if _is_benchmark(ground, file))


def _users(ground: Ground, module: str) -> set[str]:
    """The Python files that import a module or something below it, and those that name it in full."""
    graph = ground.world.graph
    below = f"{module}."
    found = {
        path
        for path, resolved in graph.resolved.items()
        if any(edge.imported == module or edge.imported.startswith(below) for edge in resolved.edges)
    }
    named = {path for path in ground.index.mentions(ground.tree, module) if path in graph.resolved}
    return found | named


def _is_benchmark(ground: Ground, file: str) -> bool:
    if first_match(ground.world.settings.contracts.benchmarks, file):
        return True
    return any(_takes_fixture(signature) for signature in _signatures(ground.world.facts[file]))


def _takes_fixture(signature: str) -> bool:
    return _FIXTURE in (part.partition("=")[0] for part in signature.strip("()").split(", "))


def _signatures(facts: Facts) -> Iterator[str]:
    for symbol in facts.symbols:
        if symbol.name.startswith("test"):
            yield symbol.signature
        yield from (member.signature for member in symbol.members if member.name.startswith("test"))


def _functions(facts: Facts) -> Iterator[str]:
    for symbol in facts.symbols:
        yield symbol.name
        yield from (member.name for member in symbol.members)
