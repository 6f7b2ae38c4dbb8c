"""`isolate-import` where a lane's name stands in a type alias or in type parameters. Python 3.11 reads no such file."""

from __future__ import annotations

import sys

import pytest

from laneshift.code.codemods.isolate.bindings import Odd
from laneshift.code.codemods.isolate.one_file import Way, isolate

WAY = Way("labs", "lazy-call", "core.m", "core")
TOP = "from labs.x import Y\n"
SHOWN = "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from labs.x import Y\n"
INSIDE = "    from labs.x import Y\n"
RUN = "\ndef run():\n{}    return Y\n"
KNOWN = sys.version_info >= (3, 12)

CHANGED = {
    "bound of a function": ("\ndef run[T: Y](each: T) -> T:\n    return each\n", SHOWN, ""),
    "bound of a class": ("\nclass A[T: list[Y]]:\n    pass\n", SHOWN, ""),
    "bound in quotes": ("\nclass A[T: 'Y']:\n    pass\n", SHOWN, ""),
    "bound of a method": ("\nclass A:\n    def run[T: Y](self, each: T) -> T:\n        return each\n", SHOWN, ""),
    "alias in quotes": ("\ntype Ys = list['Y']\n", SHOWN, ""),
    "parameter of that name": (f"\ndef g[Y](each: Y) -> Y:\n    return each\n{RUN}", "", INSIDE),
    "class with that name": (f"\nclass A[Y](list[Y]):\n    def f(self, y: Y):\n        return Y\n{RUN}", "", INSIDE),
    "alias with that name": (f"\ntype A[Y] = list[Y]\n{RUN}", "", INSIDE),
    "alias in a function": ("\ndef run():\n{}    type A = Y\n    return A.__value__\n", "", INSIDE),
    "bound in a function": (
        "\ndef run():\n{}    def g[T: Y]():\n        return g.__type_params__[0].__bound__\n    return g()\n",
        "",
        INSIDE,
    ),
}  # fmt: skip
REFUSED = {
    "alias": ("\ntype Ys = list[Y]\n", "type-alias"),
    "alias in a class": ("\nclass A:\n    type Ys = list[Y]\n", "type-alias"),
    "bound of an alias": ("\ntype Ys[T: Y] = list[T]\n", "type-alias"),
    "alias of that name": ("\ntype Y = int\n\ndef run():\n    return Y\n", "rebinding"),
    "bound that a decorator may read": ("\n@route\ndef run[T: Y](each: T):\n    return each\n", "annotation-evaluated"),
    "bound that a base may read": ("\nclass A[T: Y](Model):\n    pass\n", "annotation-evaluated"),
    "bound that a call may read": (
        "\ndef run[T: Y](each: T):\n    return each\n\nadd(run)\n",
        "annotation-evaluated",
    ),
    "base with parameters": ("\nclass A[T](Y):\n    pass\n", "base-class"),
    "annotation with parameters": ("\ndef run[T](each: T) -> Y:\n    return each\n", "annotation-evaluated"),
}


@pytest.mark.parametrize(("text", "shown", "inside"), CHANGED.values(), ids=CHANGED)
def test_changed(text: str, shown: str, inside: str) -> None:
    before = (TOP + text.format("")).encode()
    if not KNOWN:
        assert _cause(before) == "unreadable"
        return
    found = isolate(before, WAY)
    assert found is not None
    assert found.data.decode() == shown + text.format(inside)
    module: dict[str, object] = {}
    exec(compile(found.data, "m", "exec"), module)


@pytest.mark.parametrize(("text", "cause"), REFUSED.values(), ids=REFUSED)
def test_refused(text: str, cause: str) -> None:
    assert _cause((TOP + text).encode()) == (cause if KNOWN else "unreadable")


def _cause(data: bytes) -> str:
    with pytest.raises(Odd) as caught:
        isolate(data, WAY)
    return caught.value.cause
