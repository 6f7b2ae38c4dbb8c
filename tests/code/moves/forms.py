"""Before/after pairs as data: what each table of forms is checked with.

The move is `a/b/c.py` to `x/y/c.py` unless a form says otherwise. Every form is also moved back, which must restore
the tree to the byte. `None` as the outcome asserts that the file is untouched.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from laneshift.code.moves import Move, MoveResult, move
from laneshift.code.moves.proof import prove
from tests.code.moves.repos import tree_of

SKELETON: Mapping[str, str] = {
    "a/__init__.py": "",
    "a/b/__init__.py": "",
    "a/b/c.py": "def f():\n    return 'f'\n\n\nclass K:\n    pass\n",
    "a/b/d.py": "def g():\n    return 'g'\n",
    "a/b/c2.py": "def h():\n    return 'h'\n",
    "x/__init__.py": "",
    "x/y/__init__.py": "",
}


@dataclass(frozen=True)
class Form:
    """One file before and after a move. `back` is false for the few forms that lose information by their nature."""

    label: str
    before: str | bytes
    after: str | bytes | None
    path: str = "app.py"
    src: str = "a/b/c.py"
    dst: str = "x/y/c.py"
    also: Mapping[str, str | bytes] = field(default_factory=dict)
    back: bool = True

    def __str__(self) -> str:
        return self.label


def run(form: Form) -> MoveResult:
    """Move, compare, and move back."""
    tree = tree_of({**SKELETON, **form.also, form.path: form.before})
    result = move(tree, Move(form.src, form.dst))
    expected = form.before if form.after is None else form.after
    path = result.relocations.get(form.path, form.path)
    assert result.tree.read(path) == (expected if isinstance(expected, bytes) else expected.encode())
    if form.after is None:
        assert path not in {edit.path for edit in result.edits}
    proof = prove(tree, result)
    if form.back:
        assert [finding for finding in proof.findings if not finding.holds] == []
        returned = move(result.tree, result.intent.inverse()).tree
        changed = [each for each in tree.entries if each in returned and returned.read(each) != tree.read(each)]
        assert {each: returned.read(each) for each in changed} == {each: tree.read(each) for each in changed}
        assert returned == tree
    return result
