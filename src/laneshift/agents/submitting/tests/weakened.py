"""What one test file lost from before to after, as plain findings. Pure.

What was said is still said, under the same conditions and with nothing put in front of it; more may be said after it.
"""

from __future__ import annotations

import ast
import builtins
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from laneshift.agents.submitting.tests.cases import case_losses
from laneshift.agents.submitting.tests.marks import (
    deselecting,
    empty_assertion,
    for_all,
    is_cut,
    is_mock,
    marking,
    takes_over,
)
from laneshift.agents.submitting.tests.outline import Outline, Placed, Unit, is_collected

_BUILTINS = frozenset(dir(builtins))


class Lost(NamedTuple):
    """One finding: the code, the line (of the text after the change, or of the one before), and a sentence."""

    code: str
    line: int
    before: bool
    what: str


def lost(old: Outline, new: Outline, elsewhere: Mapping[str, Unit]) -> Iterator[Lost]:
    """Everything that the file says less. `elsewhere` are tests of other changed files, by name, that came with it."""
    for name, line in set(new.twice) - set(old.twice):
        if name in old.units:
            yield Lost("test-removed", line, False, f"{name} is defined once more, so the one before never runs")
    used = {each for name in old.tests for each in old.units[name].arguments}
    for name, unit in old.units.items():
        now = new.units.get(name)
        if now is None:
            yield from _gone(name, unit, old, elsewhere)
        else:
            yield from _heads(unit, now)
            yield from _statements(unit, now)
    taken = {name for unit in old.units.values() for name in unit.binds}
    for name, unit in new.units.items():
        if name not in old.units:
            yield from _added(unit, old, used | taken)
            yield from _shared(unit, new.units[""].binds)


def fresh(new: Outline, *, shared: bool) -> Iterator[Lost]:
    """What is wrong with a file that is new, or with what every new test may do. `shared` is a conftest."""
    for unit in new.units.values():
        for each in unit.statements:
            if what := empty_assertion(each.node):
                yield Lost("assertion-empty", each.line, False, what)
        yield from _shared(unit, new.units[""].binds)
        if shared:
            yield from (Lost("test-deselected", line, False, what) for line, what in deselecting(unit))


def _shared(unit: Unit, names: frozenset[str]) -> Iterator[Lost]:
    """What a new test does to modules and names that all tests use."""
    for each in unit.statements:
        if what := for_all(each.node, names):
            yield Lost("test-mocked", each.line, False, f"{_called(unit)} {what}")


def _gone(name: str, unit: Unit, old: Outline, elsewhere: Mapping[str, Unit]) -> Iterator[Lost]:
    there = elsewhere.get(name)
    if there is not None and _said(unit) <= _said(there) and unit.decorators_text == there.decorators_text:
        return
    if unit.kind == "def" and is_collected(name):
        yield Lost("test-removed", unit.line, True, f"the test {name} is gone")
    elif unit.kind == "class" and any(test.startswith(f"{name}.") for test in old.tests):
        return  # its tests are told one by one
    else:
        yield Lost("test-changed", unit.line, True, f"{name}, which tests may lean on, is gone")


def _said(unit: Unit) -> Counter[tuple[tuple[str, ...], str]]:
    return Counter((each.said.around, each.said.text) for each in unit.statements)


def _heads(old: Unit, new: Unit) -> Iterator[Lost]:
    if old.kind != new.kind or old.head != new.head:
        yield Lost("test-changed", new.line, False, f"{new.name} takes or leans on something else than before")
    yield from (Lost("cases-removed", line, before, what) for line, before, what in case_losses(old, new))
    before = Counter(text for text, _ in old.decorators)
    for text, node in new.decorators:
        if before[text]:
            before[text] -= 1
        elif told := marking(text):
            yield Lost(told[0], node.lineno, False, f"{new.name} {told[1]}")
    for text in +before:
        if "parametrize" not in text:
            yield Lost("test-changed", old.line, True, f"{old.name} has lost @{text[:60]}")


def _statements(old: Unit, new: Unit) -> Iterator[Lost]:
    before, after = _said(old), _said(new)
    missing, more = before - after, after - before
    added = list(_counted(new.statements, more))
    asserted = [each for each in added if each.asserts]
    fewer = sum(each.asserts for each in new.statements) < sum(each.asserts for each in old.statements)
    for each in _counted(old.statements, missing):
        if not each.asserts:
            yield Lost("test-changed", *_instead(added, each), f"{_called(old)} no longer has what it had")
        elif _is_part_of(each, asserted):
            continue
        elif asserted and not fewer:
            twin = _nearest(asserted, each)
            yield Lost("assertion-weakened", twin.line, False, f"{_called(old)} asserts something else than before")
        else:
            yield Lost("assertion-removed", each.line, True, f"{_called(old)} no longer asserts this")
    yield from _put_in(old, new, added, has_lost=bool(missing))


def _instead(added: list[Placed], each: Placed) -> tuple[int, bool]:
    """The line that took the place of one that went: the added one of its kind, where there is one."""
    same = [one for one in added if type(one.node) is type(each.node)]
    return (_nearest(same, each).line, False) if same else (each.line, True)


def _nearest(added: list[Placed], each: Placed) -> Placed:
    return min(added, key=lambda one: abs(one.line - each.line))


def _is_part_of(each: Placed, added: list[Placed]) -> bool:
    """Whether an assertion became part of a stronger one: `assert a` of `assert a and b`."""
    claim = each.said.text.removeprefix("assert ")
    for one in added:
        test = one.node.test if isinstance(one.node, ast.Assert) else None
        if one.said.around == each.said.around and isinstance(test, ast.BoolOp) and isinstance(test.op, ast.And):
            parts = one.said.text.removeprefix("assert ").split(" and ")
            if claim in parts:
                return True
    return False


def _put_in(old: Unit, new: Unit, added: list[Placed], *, has_lost: bool) -> Iterator[Lost]:
    """What new statements do to those that were there."""
    known = _said(old)
    last = max(
        (at for at, each in enumerate(new.statements) if (each.said.around, each.said.text) in known), default=-1
    )
    chosen = {id(each) for each in added}
    for at, each in enumerate(new.statements):
        if id(each) not in chosen:
            continue
        if (what := is_cut(each.node)) and _cuts(each.node, new):
            yield Lost("test-skipped", each.line, False, f"{_called(new)} {what}")
        elif what := is_mock(each.node):
            yield Lost("test-mocked", each.line, False, f"{_called(new)} {what}")
        elif what := empty_assertion(each.node):
            yield Lost("assertion-empty", each.line, False, what)
        elif old.kind == "def" and at < last and not has_lost and (not each.asserts or _stores(each.node)):
            yield Lost("test-changed", each.line, False, f"{_called(new)} does something else before it asserts")
        elif old.kind != "def" and not has_lost and (names := _stored(each.node) & (_BUILTINS | old.binds)):
            yield Lost("test-mocked", each.line, False, f"{', '.join(sorted(names))} is bound to something else")
    if old.kind != "def":
        yield from (Lost("test-deselected", line, False, what) for line, what in deselecting(new, old))


def _added(unit: Unit, old: Outline, taken: set[str] | frozenset[str]) -> Iterator[Lost]:
    """New functions and classes may not come between the tests that were there and what they look at."""
    owner, _, last = unit.name.rpartition(".")
    if not owner and last in taken | _BUILTINS:
        yield Lost("test-mocked", unit.line, False, f"{last} takes the place of what tests used by this name")
    elif (not owner or owner in old.units) and (what := takes_over(last, inside=bool(owner))):
        code = "test-deselected" if last.startswith("pytest_") else "test-mocked"
        yield Lost(code, unit.line, False, f"{unit.name} {what}")
    for each in unit.statements:
        if what := empty_assertion(each.node):
            yield Lost("assertion-empty", each.line, False, what)


def _cuts(node: ast.AST, unit: Unit) -> bool:
    """Leaving early cuts a test; what helps tests may return what it likes, and loses nothing unless it says so."""
    return not isinstance(node, (ast.Return, ast.Break, ast.Continue)) or is_collected(unit.name)


def _counted(statements: tuple[Placed, ...], wanted: Counter[tuple[tuple[str, ...], str]]) -> Iterator[Placed]:
    left = Counter(wanted)
    # Of equal statements the last ones are those that came, or went.
    found = []
    for each in reversed(statements):
        key = (each.said.around, each.said.text)
        if left[key] > 0:
            left[key] -= 1
            found.append(each)
    yield from reversed(found)


def _stored(node: ast.AST) -> set[str]:
    return {each.id for each in ast.walk(node) if isinstance(each, ast.Name) and isinstance(each.ctx, ast.Store)}


def _stores(node: ast.AST) -> bool:
    return any(isinstance(each, ast.NamedExpr) for each in ast.walk(node))


def _called(unit: Unit) -> str:
    return unit.name or "the file"
