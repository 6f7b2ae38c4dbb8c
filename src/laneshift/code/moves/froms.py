"""What becomes of one `from module import names`: its clauses after the move.

An import that was relative stays relative where it can: within one top-level package. Where it cannot, it becomes
absolute with two spaces after `from`, which no formatter writes and which changes nothing; a later move that makes
the relative form possible again restores it. An import that climbs further than it must (`from ..utils` within
`utils`) goes on doing so; where there is nothing left to climb, one more space for each step remembers it. So the form
of a statement depends only on where things are, not on the way they came, and moves commute.
"""

from __future__ import annotations

from laneshift.code.moves.clauses import Clause, cut
from laneshift.code.moves.frame import Frame, absolute, relative
from laneshift.code.moves.statements import Name, Statement
from laneshift.repo.plain_records import NamedTuple

_MOST_SPACES = 4


class Rewritten(NamedTuple):
    """A statement after the move: its clauses, and for each whether one of its names moved to another module."""

    clauses: tuple[Clause, ...]
    parted: tuple[bool, ...]
    form: str


class _Style(NamedTuple):
    """How a statement was written: relative at all, and how many packages further up than it had to be."""

    relative: bool
    excess: int = 0


class _Target(NamedTuple):
    """Where one name comes from after the move; `parted` when that differs from where its siblings come from."""

    module: str
    last: str
    parted: bool


def rewrite(data: bytes, statement: Statement, frame: Frame, indent: bytes) -> Rewritten | None:
    """The statement after the move, or None when the move does not concern it."""
    base = absolute(frame.package_before, statement.level, statement.module)
    if base is None:
        return None
    style = _style(statement, base, frame)
    targets = [_target(name, base, frame) for name in statement.names]
    moved = any(
        target.parted or target.last != name.text for target, name in zip(targets, statement.names, strict=True)
    )
    touched = frame.renames(base) or moved
    if not touched and not (frame.importer_moves and style.relative):
        return None
    runs = _runs(targets)
    parts = _cut(data, statement, runs, targets, indent)
    clauses = tuple(
        _headed(part, targets[first], frame, style, statement.names[first])
        for part, (first, _) in zip(parts, runs, strict=True)
    )
    form = "relative" if statement.level else "from-import"
    return Rewritten(clauses, tuple(targets[first].parted for first, _ in runs), form)


def concerns(statement: Statement, frame: Frame) -> bool:
    """Whether `rewrite` may give something for a `from`: quick to tell, and never false where it does."""
    if frame.importer_moves:
        return True
    base = absolute(frame.package_before, statement.level, statement.module)
    if base is None:
        return False
    return frame.renames(base) or (
        base == frame.old_parent and any(name.text == frame.old_last for name in statement.names)
    )


def as_written(data: bytes, statement: Statement) -> Clause:
    """The whole statement as one clause, unchanged."""
    first, last = statement.names[0].start, statement.names[-1].end
    bracketed = statement.paren is not None
    opened, closed = statement.paren or (first, last)
    return Clause(
        statement.keyword_gap,
        data[statement.module_start : statement.module_end],
        data[statement.module_end : opened],
        data[first:last],
        bracketed,
        data[opened + 1 : first] if bracketed else b"",
        data[last : closed - 1] if bracketed else b"",
    )


def _target(name: Name, base: str, frame: Frame) -> _Target:
    if not frame.hidden and name.text != "*" and f"{base}.{name.text}" == frame.old:
        return _Target(frame.new_parent, frame.new_last, frame.new_parent != base)
    return _Target(frame.rename(base), name.text, False)


def _runs(targets: list[_Target]) -> list[tuple[int, int]]:
    runs: list[tuple[int, int]] = []
    for index, target in enumerate(targets):
        if runs and target.module and targets[index - 1].module == target.module:
            runs[-1] = (runs[-1][0], index + 1)
        else:
            runs.append((index, index + 1))
    return runs


def _cut(
    data: bytes, statement: Statement, runs: list[tuple[int, int]], targets: list[_Target], indent: bytes
) -> list[Clause]:
    rest = as_written(data, statement)
    names = statement.names
    bodies = [_body(data, names[first:stop], targets[first:stop]) for first, stop in runs]
    parts: list[Clause] = []
    for index, body in enumerate(bodies[:-1]):
        stop = runs[index][1]
        separator = data[names[stop - 1].end : names[stop].start]
        left, rest = cut(rest._replace(body=body), separator, b"", indent)
        parts.append(left)
    return [*parts, rest._replace(body=bodies[-1])]


def _body(data: bytes, names: tuple[Name, ...], targets: list[_Target]) -> bytes:
    pieces: list[bytes] = []
    for index, (name, target) in enumerate(zip(names, targets, strict=True)):
        if index:
            pieces.append(data[names[index - 1].end : name.start])
        pieces.append(renamed(data, name, target.last))
    return b"".join(pieces)


def renamed(data: bytes, name: Name, last: str) -> bytes:
    """`name` with its text replaced by `last`, still binding what it bound. Two spaces before `as` mark `c as c`."""
    if last == name.text:
        return data[name.start : name.end]
    bound = name.alias or name.text
    explicit = name.alias is not None
    redundant = name.alias == name.text or name.alias_gap == b"  "
    if last == bound:
        return f"{last} as {bound}".encode("utf-8", "surrogateescape") if explicit and redundant else last.encode()
    if explicit and not redundant and name.alias_gap:
        return last.encode() + data[name.text_end : name.end]
    gap = "  " if redundant else " "
    return f"{last}{gap}as {bound}".encode("utf-8", "surrogateescape")


def _style(statement: Statement, base: str, frame: Frame) -> _Style:
    gap = statement.keyword_gap
    spaces = len(gap) if 2 <= len(gap) <= _MOST_SPACES and not gap.strip(b" ") else 1
    if not statement.level:
        return _Style(spaces > 1, max(spaces - 2, 0))
    shortest = relative(frame.package_before, base)
    climbed = statement.level - _level(shortest) if shortest is not None else 0
    return _Style(True, climbed + spaces - 1)


def _level(module: str) -> int:
    return len(module) - len(module.lstrip("."))


def _headed(part: Clause, target: _Target, frame: Frame, style: _Style, name: Name) -> Clause:
    if not target.module:
        return part._replace(plain_import=_top_level(target.last, name, style.relative))
    near = relative(frame.package_after, target.module) if style.relative else None
    gap, module = part.gap, target.module
    if near is not None:
        room = frame.package_after.count(".") + 1 - _level(near)
        climb = min(style.excess, room)
        module = relative(frame.package_after, target.module, _level(near) + climb) or near
        gap = b" " * (1 + style.excess - climb) if not gap.strip(b" ") else gap
    elif style.relative:
        gap = b" " * min(2 + style.excess, _MOST_SPACES)
    if module == _spelled(part.module):
        return part._replace(gap=gap)
    return part._replace(gap=gap, module=module.encode("utf-8", "surrogateescape"))


def _top_level(last: str, name: Name, was_relative: bool) -> bytes:
    """A module without a package: `import` with two spaces says that it was `from`, three that it was relative."""
    bound = name.alias or name.text
    alias = "" if bound == last else f" as {bound}"
    return f"import{'   ' if was_relative else '  '}{last}{alias}".encode("utf-8", "surrogateescape")


def _spelled(module: bytes) -> str:
    return "".join(module.decode("utf-8", "surrogateescape").replace("\\", " ").split())
