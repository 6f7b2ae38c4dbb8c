"""Every table of forms; and for each form that is rewritten its twin: the same about a sibling, which must stay."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from importlib import import_module
from types import ModuleType

from laneshift.code.moves import Move, move
from tests.code.moves.forms import SKELETON, Form
from tests.code.moves.repos import tree_of

_MODULES: tuple[ModuleType, ...] = tuple(
    import_module(f"tests.code.moves.test_{kind}_forms")
    for kind in ("destination", "file", "import", "name", "relative", "runtime", "scope", "text")
)
_C = re.compile(r"\bc\b(?! is a letter)")


def forms() -> list[Form]:
    """The forms of all tables."""
    tables = (value for module in _MODULES for value in vars(module).values() if isinstance(value, list))
    return [form for table in tables for form in table if isinstance(form, Form)]


def twins() -> list[Form]:
    """For each form that names `a.b.c` in text: the same about `a.b.k`, a module beside it that stays."""
    return [twin for form in forms() if (twin := _twin(form)) is not None]


def _twin(form: Form) -> Form | None:
    plain = (form.src, form.path == form.src) == ("a/b/c.py", False)
    if form.after is None or not plain or not isinstance(form.before, str) or form.path.endswith(".ipynb"):
        return None
    also = {path: text for path, text in form.also.items() if isinstance(text, str)}
    return replace(
        form,
        label=f"sibling: {form.label}",
        before=_C.sub("k", form.before),
        after=None,
        also={**{path: _C.sub("k", text) for path, text in also.items()}, "a/b/k.py": SKELETON["a/b/c.py"]},
    )


def trees(form: Form) -> Iterator[tuple[dict[str, bytes], str]]:
    """The files before and after, each with the path of the file that the form is about."""
    before = tree_of({**SKELETON, **form.also, form.path: form.before})
    result = move(before, Move(form.src, form.dst))
    for tree, path in ((before, form.path), (result.tree, result.relocations.get(form.path, form.path))):
        yield {each: tree.read(each) for each in tree.entries}, path
