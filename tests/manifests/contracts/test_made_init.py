"""Constructors that Python makes: ours are compared with those of the interpreter."""

from __future__ import annotations

import ast
import inspect
import sys
from types import ModuleType

import pytest

from laneshift.manifests.contracts.made_init import init_of, makes_init
from laneshift.manifests.contracts.signature import breaks, of_method, read
from tests.manifests.contracts.scene import Scene

HEAD = (
    "import dataclasses\nimport typing\nfrom dataclasses import KW_ONLY, InitVar, dataclass, field\n"
    "from typing import ClassVar, NamedTuple\n"
)
CLASSES = [
    "@dataclass\nclass C:\n    a: int\n    b: str = 'x'\n",
    "@dataclass(frozen=True, slots=True)\nclass C:\n    a: int\n    b: list = field(default_factory=list)\n",
    "@dataclasses.dataclass(kw_only=True)\nclass C:\n    a: int = 1\n    b: str = 'x'\n    c: float = 0.5\n",
    "@dataclass\nclass C:\n    a: int\n    _: KW_ONLY\n    b: str\n    c: int = 3\n",
    "@dataclass\nclass C:\n    a: int\n    b: ClassVar[int] = 2\n    c: 'ClassVar[int]' = 3\n    d: int = 4\n",
    "@dataclass\nclass C:\n    a: int = field(init=False)\n    b: int = field(default=2)\n",
    "@dataclass\nclass C:\n    a: int = field()\n    b: InitVar[int] = 3\n\n    def __post_init__(self, b): pass\n",
    "@dataclass\nclass C:\n    a: int\n    b: int = field(kw_only=True)\n    c: int = 1\n    d = 5\n",
    "class C(NamedTuple):\n    a: int\n    b: str = 'x'\n",
    "class C(typing.NamedTuple):\n    a: int\n",
    "@dataclass\nclass B:\n    a: int\n    b: int = 1\n\n@dataclass\nclass C(B):\n    c: int = 2\n    a: str = 'y'\n",
    "@dataclass\nclass C:\n    pass\n",
]


def ours(text: str) -> str:
    classes = [node for node in ast.parse(text).body if isinstance(node, ast.ClassDef)]
    assert makes_init(classes[-1])
    return str(of_method(init_of(classes)))


@pytest.mark.parametrize("text", CLASSES)
def test_the_constructor_is_the_one_that_python_makes(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    module = ModuleType("made_here")
    monkeypatch.setitem(sys.modules, "made_here", module)
    exec(compile(HEAD + text, "made_here", "exec", dont_inherit=True), module.__dict__)
    theirs = inspect.signature(module.C)
    made = read(ours(text)).positional
    named = read(ours(text)).keyword_only
    kinds = {each.name: each.kind.name for each in theirs.parameters.values()}
    plain = {each.name: "POSITIONAL_OR_KEYWORD" for each in made}
    assert plain | {each.name: "KEYWORD_ONLY" for each in named} == kinds
    assert [each.name for each in (*made, *named)] == [*theirs.parameters]
    optional = {each.name for each in theirs.parameters.values() if each.default is not inspect.Parameter.empty}
    assert {each.name for each in (*made, *named) if each.default} == optional


def test_a_class_without_such_fields_has_no_made_constructor() -> None:
    for text in ("class C:\n    a: int\n", "@dataclass(init=False)\nclass C:\n    a: int\n", "@other\nclass C: pass\n"):
        node = ast.parse(text).body[0]
        assert isinstance(node, ast.ClassDef)
        assert not makes_init(node)


def test_a_field_that_goes_or_has_to_be_given_breaks_the_contract(scene: Scene) -> None:
    from laneshift.manifests.contracts.check import check
    from laneshift.repo.objects import File

    base = "from dataclasses import dataclass\n\n\n@dataclass\nclass Base:\n    number: int\n"
    text = "from dataclasses import dataclass\nfrom acme.kept import Base\n\n\n"
    text += "@dataclass\nclass Order(Base):\n    note: str = ''\n"
    tree, document = scene.with_draft(scene.tree({"acme/kept.py": base, "acme/filed.py": text}), "acme.filed")
    methods = document["public_interface"]["classes"][0]["methods"]
    assert methods == [{"name": "__init__", "signature": "(number: int, note: str = '')"}]
    assert check(tree, scene.index).passes
    for path, new in (
        ("acme/filed.py", text.replace("note: str = ''", "note: str")),
        ("acme/filed.py", text.replace("note:", "notes:")),
        ("acme/kept.py", base.replace("number", "count")),
    ):
        faults = check(tree.edit({path: File(new.encode())}), scene.index).all_faults
        assert [fault.code for fault in faults] == ["contract.signature"], new
        assert "Order.__init__" in faults[0].what
    wider = text + "    extra: int = 0\n"
    assert check(tree.edit({"acme/filed.py": File(wider.encode())}), scene.index).passes
    assert breaks(read("(number: int)"), read("(number: int, note: str = '')")) == ()
