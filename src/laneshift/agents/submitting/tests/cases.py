"""The cases that a test is run with: each that was there is still there, and counts. Pure."""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Iterator

from laneshift.agents.submitting.tests.outline import Unit


def case_losses(old: Unit, new: Unit) -> Iterator[tuple[int, bool, str]]:
    """Line, whether it is one of the text before, and a sentence for each set of cases that lost some."""
    now = {name: (cases, node) for name, cases, node in _sets(new)}
    for name, cases, node in _sets(old):
        found = now.get(name)
        if found is None:
            yield node.lineno, True, f"{old.name} no longer has the cases of {name}"
            continue
        gone = Counter(cases) - Counter(found[0])
        if gone:
            lost = sum(gone.values())
            yield found[1].lineno, False, f"{new.name} has lost {lost} of the cases of {name}: {next(iter(gone))[:60]}"


def _sets(unit: Unit) -> Iterator[tuple[str, list[str], ast.expr]]:
    """Names, cases and node of each `parametrize`; what is no list written out is one case."""
    for text, node in unit.decorators:
        plain = ast.parse(text, mode="eval").body if _reads(text) else node
        call = plain if isinstance(plain, ast.Call) else None
        if call is None or "parametrize" not in ast.unparse(call.func):
            continue
        values = [*call.args, *(word.value for word in call.keywords if word.arg in ("argnames", "argvalues"))]
        if len(values) < 2:
            yield text, [text], node
            continue
        given = values[1]
        listed = given.elts if isinstance(given, (ast.List, ast.Tuple, ast.Set)) else [given]
        yield ast.unparse(values[0]), [ast.unparse(each) for each in listed], node


def _reads(text: str) -> bool:
    try:
        ast.parse(text, mode="eval")
    except SyntaxError:
        return False
    return True
