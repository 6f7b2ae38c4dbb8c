"""Type aliases and type parameters, wherever the program reads code: what Python 3.12 and later mean by them."""

from __future__ import annotations

import ast
import inspect
import sys
from typing import Any

import pytest

from laneshift.code.describe import describe
from laneshift.code.facts.extract import extract
from laneshift.code.moves.exports import binds
from laneshift.code.type_forms import alias_target, limits, parameter_names
from laneshift.gates.handlers import handlers
from laneshift.manifests.contracts.bindings import bindings
from tests.code.moves.forms import Form, run

LATER = "type Ids = list[int]\ntype Many[T: Item] = list[T]\n\n\ndef first[T: Item](each: T) -> T:\n    return each\n"
NARROW = "def f(type, Alias):\n    type(Alias)\n    return Alias\n"
KNOWN = sys.version_info >= (3, 12)
parsed = pytest.mark.skipif(not KNOWN, reason="Python 3.11 has no such syntax")


def test_plain_code_has_none_of_it() -> None:
    for node in ast.walk(ast.parse(NARROW)):
        assert (alias_target(node), parameter_names(node), [*limits(node)]) == (None, frozenset(), [])


@parsed
def test_names_and_limits() -> None:
    ids, many, first = ast.parse(LATER).body
    assert [getattr(alias_target(node), "id", "") for node in (ids, many, first)] == ["Ids", "Many", ""]
    assert [parameter_names(node) for node in (ids, many, first)] == [frozenset(), {"T"}, {"T"}]
    assert [ast.unparse(each) for node in (ids, many, first) for each in limits(node)] == ["Item", "Item"]


@pytest.mark.skipif(sys.version_info < (3, 13), reason="defaults came with Python 3.13")
def test_defaults_are_limits_too() -> None:
    node = ast.parse("class A[T: int = bool, *Ts = *tuple[B], **P = [C]]: pass").body[0]
    assert [ast.unparse(each) for each in limits(node)] == ["int", "bool", "*tuple[B]", "[C]"]


def test_an_alias_is_a_symbol_of_its_module() -> None:
    facts = extract(LATER.encode())
    found = [(each.name, each.kind, each.line) for each in facts.symbols]
    aliases = [("Ids", "variable", 1), ("Many", "variable", 2)]
    assert found == [*(aliases if KNOWN else []), ("first", "function", 5)]
    assert facts.parses is KNOWN


@parsed
def test_an_alias_is_among_what_a_module_promises() -> None:
    assert describe(LATER.encode()) == {"Ids": [], "Many": [], "first": ["each"]}
    module: dict[str, Any] = {"Item": int}
    exec(compile(LATER, "m", "exec"), module)
    assert [*inspect.signature(module["first"]).parameters] == ["each"]


@parsed
def test_a_package_that_binds_an_alias_binds_its_name() -> None:
    assert binds(ast.parse("if x:\n    type c = int\n"), "c")


def test_names_bound_beside_groups_of_errors() -> None:
    assert binds(ast.parse("try:\n    c = 1\nexcept* ValueError:\n    pass\n"), "c")


@parsed
def test_an_alias_is_neither_class_nor_function() -> None:
    found = bindings(ast.parse("class Desk: pass\ntype Desk = int\ntype Ids = Desk\n").body)
    assert found.names == {"Desk": None, "Ids": None}


@parsed
def test_an_alias_logs_nothing() -> None:
    source = b"import logging\ntry:\n    f()\nexcept ValueError:\n    type X = logging.error('no')\n"
    assert [each.tells for each in handlers(source, "m.py")] == [False]


@parsed
def test_a_module_hidden_by_an_alias_is_not_what_is_imported() -> None:
    run(Form("", "from a.b import c\n", None, also={"a/b/__init__.py": "type c = int\n"}))
