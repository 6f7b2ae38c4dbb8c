"""The contracts of a tree, and which of them a change breaks: one rule for the command, the gate and the steps."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping

from laneshift.code.facts import Import
from laneshift.code.index import Index
from laneshift.lanes.atlas import Atlas
from laneshift.lanes.contracts.kept import is_file, kept_options, verdicts_of
from laneshift.lanes.contracts.options import Options, read
from laneshift.lanes.contracts.verdicts import Breach, Step, Verdict
from laneshift.lanes.sources import sources
from laneshift.repo.objects import Tree


def options_of(tree: Tree) -> Options | None:
    """The configuration of import-linter that a tree carries. Raises `Refused` for one that cannot be read."""
    return kept_options(tree, lambda: read(lambda path: tree.read(path) if is_file(tree, path) else None))


def verdicts(
    tree: Tree, index: Index, options: Options, roots: Iterable[str], atlas: Callable[[], Atlas]
) -> tuple[Verdict, ...]:
    """One verdict for each contract of `options` on a tree, with these source roots from the settings.

    `atlas` gives the imports of the tree, and is asked where no verdicts were kept.

    Raises `Refused` (`lanes.no-root-package`) when a root package is not in the tree.
    """
    return verdicts_of(tree, options, tuple(roots), lambda: _judged(atlas(), index, options))


def _judged(atlas: Atlas, index: Index, options: Options) -> tuple[Verdict, ...]:
    said = atlas.said
    if said is None:
        said = sources(atlas.tree, index, dict.fromkeys(atlas.linked.files.get(path, path) for path in atlas.out))
    known = said

    def written(path: str) -> Iterable[Import]:
        return known[atlas.linked.files.get(path, path)].imports

    from laneshift.lanes.contracts.check import check  # noqa: PLC0415 - loads grimp, for verdicts that were not kept

    return check(options, atlas.out, written, atlas.modules.roots)


def newly_broken(
    before: Iterable[Verdict], after: Iterable[Verdict], renamed: Mapping[str, str] | None = None
) -> tuple[Verdict, ...]:
    """The contracts that are invalid, or broken in a way in which they were not before. Pure.

    `renamed` maps modules to their new names: a breach that only travelled with its module is not a new one.
    """
    return tuple(verdict for verdict, _ in new_breaches(before, after, renamed))


def new_breaches(
    before: Iterable[Verdict], after: Iterable[Verdict], renamed: Mapping[str, str] | None = None
) -> Iterator[tuple[Verdict, tuple[Breach, ...]]]:
    """What `newly_broken` gives, each with its breaches that were not there before; none where it is invalid."""
    names = renamed or {}
    known = {each.name: _ways(each, names) | _ways(each, {}) for each in before}
    for each in after:
        old = known.get(each.name, set())
        fresh = tuple(breach for breach in (*each.breaches, *each.unseen) if _way(breach, {}) not in old)
        if fresh or each.status == "invalid":
            yield each, fresh


def told(verdict: Verdict, breach: Breach | None = None) -> str:
    """One breach of a contract in words; without one, why the contract cannot be judged."""
    name = f"contract {verdict.name!r} ({verdict.kind})"
    if breach is None:
        return f"{name} cannot be judged: {verdict.reason}"
    return ": ".join(part for part in (name, breach.what, ", ".join(map(str, breach.chain))) if part)


def _ways(verdict: Verdict, names: Mapping[str, str]) -> set[tuple[str, ...]]:
    """The breaches without lines, which any edit moves, each by its first and last import."""
    return {_way(breach, names) for breach in (*verdict.breaches, *verdict.unseen)}


def _way(breach: Breach, names: Mapping[str, str]) -> tuple[str, ...]:
    ends: Iterable[Step] = (*breach.chain[:1], *breach.chain[-1:])
    return (breach.what, *(names.get(name, name) for step in ends for name in (step.importer, step.imported)))
