"""Documents in which anything stands anywhere are refused, or compared; nothing else ever happens."""

from __future__ import annotations

import copy
import json
import random
from collections.abc import Iterator
from typing import Any

import pytest

from laneshift.errors import Refused
from laneshift.repo.objects import Tree
from laneshift.reports.openapi.comparing import compare
from laneshift.reports.openapi.document import document
from laneshift.reports.openapi.pages import html, markdown
from laneshift.reports.openapi.references import kind_of
from laneshift.reports.openapi.validity import remark
from tests.repo.builders import repo_at
from tests.reports.openapi.pairs_of import labelled
from tests.reports.openapi.test_documents import GOOD

_ROUNDS = 300
_VALUES: list[Any] = [None, True, 0, "x", [], {}, [1], {"a": 1}]


def places(value: Any, place: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    if place:
        yield place
    if isinstance(value, dict | list):
        items = value.items() if isinstance(value, dict) else enumerate(value)
        for key, each in items:
            yield from places(each, (*place, key))


def harmed(given: dict[str, Any], draw: random.Random) -> dict[str, Any]:
    """The document with something else in up to two places, mostly deep ones: a reference, a part of it, a value."""
    harmed_ = copy.deepcopy(given)
    for _ in range(draw.choice([0, 0, 1, 1, 2])):
        every = [*places(harmed_)]
        deep = [place for place in every if len(place) > draw.choice([0, 5, 7])] or every
        chosen, target = draw.choice(deep), draw.choice(deep)
        around: Any = harmed_
        for key in chosen[:-1]:
            around = around[key]
        there: Any = harmed_
        for key in target:
            there = there[key]
        pointer = "/".join(str(key).replace("~", "~0").replace("/", "~1") for key in target)
        around[chosen[-1]] = draw.choice([{"$ref": f"#/{pointer}"}, copy.deepcopy(there), draw.choice(_VALUES)])
    return harmed_


@pytest.fixture(scope="module")
def tree(tmp_path_factory: pytest.TempPathFactory) -> Tree:
    return repo_at(tmp_path_factory.mktemp("any"), {"a.txt": "a"}).tree("HEAD")


def test_any_document_is_refused_or_compared(tree: Tree) -> None:
    draw, pairs = random.Random(9), labelled()
    ended = {"refused": 0, "compared": 0}
    for _ in range(_ROUNDS):
        pair = draw.choice(pairs)
        try:
            old, new = (
                document(name, json.dumps(harmed(each, draw)).encode())
                for name, each in (("a.json", pair.old), ("b.json", pair.new))
            )
            for each in (old, new):
                remark(each, tree)
            found = compare(old, new)
        except Refused as refused:
            ended["refused"] += refused.code.startswith("openapi.")
            continue
        ended["compared"] += "<html" in html(found) and markdown(found).startswith("# ")
    assert sum(ended.values()) == _ROUNDS
    assert min(ended.values()) >= 20, ended


MISPLACED = {
    "a schema for a parameter": {"parameters": [{"$ref": "#/components/schemas/A"}]},
    "a schema for a body": {"requestBody": {"$ref": "#/components/schemas/A"}},
    "an example for a schema": {
        "parameters": [{"name": "a", "in": "query", "schema": {"$ref": "#/components/examples/E/value"}}]
    },
}


@pytest.mark.parametrize("dialect", ["3.0.3", "3.1.0"])
@pytest.mark.parametrize("operation", MISPLACED.values(), ids=MISPLACED)
def test_a_reference_to_another_kind_of_thing_is_refused(operation: dict[str, Any], dialect: str, tree: Tree) -> None:
    components = {"schemas": {"A": {"type": "object"}}, "examples": {"E": {"value": {"type": 7}}}}
    paths = {"/a": {"get": {"responses": {"200": {"description": "ok"}}, **operation}}}
    data = {**GOOD, "openapi": dialect, "paths": paths, "components": components}
    with pytest.raises(Refused, match="leads to no"):
        remark(document("a.json", json.dumps(data).encode()), tree)


@pytest.mark.parametrize(
    ("place", "kind"),
    [
        ("components schemas A properties parameters items", "schema"),
        ("paths /a get parameters 0", "parameter"),
        ("paths /a get parameters 0 schema", "schema"),
        ("paths /a get responses 200", "response"),
        ("paths /a get responses 200 headers X", "header"),
        ("paths /a", "path-item"),
        ("paths /a get requestBody", "request-body"),
        ("paths /a get callbacks done", "callbacks"),
        ("paths /a get callbacks done {$url}", "path-item"),
        ("components schemas A properties requestBody", "schema"),
        ("components parameters P", "parameter"),
    ],
)
def test_what_stands_at_a_place(place: str, kind: str) -> None:
    assert kind_of(tuple(place.split(" "))) == kind
