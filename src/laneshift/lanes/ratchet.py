"""The ratchet: known violations may stay, new ones may not come, and the list of known ones may only grow shorter."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from laneshift.errors import Fault, Refused
from laneshift.lanes.crossings import Crossing, Identity, is_known
from laneshift.repo.objects import Tree

_HOW = ("direct", "direct-type-checking", "indirect", "indirect-type-checking")
_FIELDS = 5
_MOST = 1_000_000
_HEAD = (
    "# Known lane violations, one a line: how, from lane, to lane, importing file, imported file. It only shrinks.\n"
)


@dataclass(frozen=True, slots=True)
class Judgement:
    """What a change does to the violations. `known` are those it leaves, `gone` the known ones that it ends."""

    new: tuple[Crossing, ...]
    known: tuple[Crossing, ...]
    gone: tuple[Identity, ...]
    grown: tuple[Identity, ...]

    @property
    def passes(self) -> bool:
        """Whether the change adds no violation, and none to the list of known ones."""
        return not self.new and not self.grown


def judge(
    before: Iterable[Crossing] | None,
    after: Iterable[Crossing],
    baseline: frozenset[Identity] = frozenset(),
    relocated: Mapping[str, str] | None = None,
    baseline_after: frozenset[Identity] | None = None,
) -> Judgement:
    """Judge a change by its violations before and after. Pure.

    `before` is None where there is no tree to compare with: then the baseline alone is known. `baseline` is the one of
    the tree before, `baseline_after` the one that the change leaves behind: what it adds there is `grown`. `relocated`
    maps old paths to new ones; a violation that only travelled with its file inside its lane is not new.
    """
    moves = relocated or {}
    known = {_relocated(identity, moves) for identity in baseline}
    known |= baseline
    if before is not None:
        known |= {moved for each in before for moved in (each.identity, _relocated(each.identity, moves))}
    found = tuple(sorted(after))
    there = {each.identity for each in found}
    new = tuple(each for each in found if not is_known(each.identity, known))
    rest = tuple(each for each in found if is_known(each.identity, known))
    grown = frozenset() if baseline_after is None else baseline_after - known
    gone = {identity for identity in baseline if not {identity, _relocated(identity, moves)} & there}
    return Judgement(new, rest, tuple(sorted(gone)), tuple(sorted(grown)))


def judge_change(
    before: Iterable[Crossing] | None,
    after: Iterable[Crossing],
    trees: tuple[Tree | None, Tree],
    path: str,
    relocated: Mapping[str, str] | None = None,
) -> Judgement:
    """Judge a change with the lists of known violations at `path` in two trees, the one that counts and the new one.

    What the new list has more is `grown`, but for the first list of a tree that there is nothing to compare with.
    Raises `Refused` (`lanes.bad-baseline`) for a list that cannot be read.
    """
    counts, changed = trees
    held = before is not None or (counts is not None and path in counts)
    return judge(before, after, listed(counts, path), relocated, listed(changed, path) if held else None)


def listed(tree: Tree | None, path: str) -> frozenset[Identity]:
    """The known violations that a tree lists; none when it has no list. Raises `Refused` as `read` does."""
    entry = None if tree is None else tree.entry(path)
    if tree is None or entry is None or not entry.is_regular:
        return frozenset()
    return read(tree.read(path), path)


def _relocated(identity: Identity, moves: Mapping[str, str]) -> Identity:
    how, source, target, importer, imported = identity
    return how, source, target, moves.get(importer, importer), moves.get(imported, imported)


def write(identities: Iterable[Identity]) -> bytes:
    """The committed file: sorted, one violation a line, fields parted by tabs."""
    lines = sorted("\t".join(map(_escaped, identity)) for identity in set(identities))
    return (_HEAD + "".join(f"{line}\n" for line in lines)).encode("utf-8", "surrogateescape")


def read(data: bytes, where: str) -> frozenset[Identity]:
    """The inverse of `write`. Raises `Refused` (`lanes.bad-baseline`) with every line that is none."""
    lines = data.decode("utf-8", "surrogateescape").split("\n")
    found: set[Identity] = set()
    faults = []
    for number, line in enumerate(lines, start=1):
        if not line or line.startswith("#"):
            continue
        fields = [_plain(part) for part in line.split("\t")]
        if len(fields) != _FIELDS or fields[0] not in _HOW or not all(fields) or len(found) >= _MOST:
            faults.append(
                Fault("lanes.bad-baseline", f"{where}:{number}", "is no violation: five fields parted by tabs")
            )
            continue
        how, source, target, importer, imported = fields
        found.add((how, source, target, importer, imported))
    if faults:
        raise Refused(
            "lanes.bad-baseline",
            f"{len(faults)} line(s) of the baseline cannot be read",
            where=where,
            cure="write it again with `laneshift lanes baseline`",
            faults=faults[:100],
        )
    return frozenset(found)


_ESCAPES = {"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"}


def _escaped(text: str) -> str:
    return "".join(_ESCAPES.get(letter, letter) for letter in text)


def _plain(text: str) -> str:
    parts = text.split("\\\\")
    for escaped, letter in (("\\t", "\t"), ("\\n", "\n"), ("\\r", "\r")):
        parts = [part.replace(escaped, letter) for part in parts]
    return "\\".join(parts)
