"""Documents that cannot be compared are refused with a reason, and none is ever taken for an empty one."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from laneshift.errors import Refused
from laneshift.repo.objects import Tree
from laneshift.reports.openapi.comparing import compare
from laneshift.reports.openapi.document import document
from laneshift.reports.openapi.validity import LARGE, remark
from laneshift.reports.openapi.versions import Step, step
from tests.repo.builders import repo_at

ANSWER = {"200": {"description": "ok"}}
GOOD: dict[str, Any] = {
    "openapi": "3.0.3",
    "info": {"title": "a", "version": "1.0.0"},
    "paths": {"/a": {"get": {"responses": ANSWER}}},
}


CIRCLE = {"schemas": {"B": {"$ref": "#/components/schemas/C"}, "C": {"$ref": "#/components/schemas/B"}}}


def with_schema(schema: Any, dialect: str = "3.0.3", **more: Any) -> bytes:
    content = {"application/json": {"schema": schema}}
    paths = {"/a": {"get": {"responses": {"200": {"description": "ok", "content": content}}}}}
    return json.dumps({**GOOD, "openapi": dialect, "paths": paths, **more}).encode()


REFUSED = {
    "nothing": (b"", "openapi.empty"),
    "blanks": (b" \n", "openapi.empty"),
    "no JSON": (b"{", "openapi.unreadable"),
    "a list": (b"[]", "openapi.unreadable"),
    "a number": (b"7", "openapi.unreadable"),
    "not UTF-8": (b"\xff\xfe{}", "openapi.unreadable"),
    "no version": (b'{"paths": {"/a": {}}}', "openapi.version"),
    "2.0": (b'{"swagger": "2.0", "paths": {"/a": {}}}', "openapi.version"),
    "a version of the future": (b'{"openapi": "4.0.0", "paths": {"/a": {}}}', "openapi.version"),
    "no path": (b'{"openapi": "3.0.3", "info": {}, "paths": {}}', "openapi.no-operation"),
    "a file beside it": (with_schema({"$ref": "other.yaml#/A"}), "openapi.outside"),
    "the network": (with_schema({"$ref": "https://example.org/a.json"}), "openapi.outside"),
    "a file of the machine": (with_schema({"$ref": "file:///etc/passwd"}), "openapi.outside"),
    "a reference that is no text": (with_schema({"$ref": 7}), "openapi.outside"),
    "a reference to nowhere": (with_schema({"$ref": "#/components/schemas/None"}), "openapi.bad-ref"),
    "a reference to itself": (with_schema({"$ref": "#/components/schemas/B"}, components=CIRCLE), "openapi.bad-ref"),
    "an anchor": (with_schema({"$ref": "#there"}, "3.1.0"), "openapi.bad-ref"),
    "a reference to a text": (with_schema({"$ref": "#/info/title"}), "openapi.bad-ref"),
}


@pytest.mark.parametrize(("data", "code"), REFUSED.values(), ids=REFUSED)
def test_what_cannot_be_compared_is_refused(data: bytes, code: str) -> None:
    with pytest.raises(Refused) as caught:
        document("a.json", data)
    assert caught.value.code == code


def test_yaml_and_json_are_one_document() -> None:
    head = "openapi: 3.0.3\ninfo: {title: a, version: 1.0.0}\n"
    text = f"{head}paths:\n  /a:\n    get:\n      responses:\n        200: {{description: ok}}\n"
    found = compare(document("a.yaml", text.encode()), document("b.json", json.dumps(GOOD).encode()))
    assert found.findings == ()
    assert found.operations == (1, 1)


def test_names_and_data_that_look_like_references_are_none() -> None:
    schema = {
        "type": "object",
        "properties": {"$ref": {"type": "string"}},
        "example": {"$ref": "x"},
        "default": {"$ref": 1},
    }
    assert document("a.json", with_schema(schema)).dialect == (3, 0)


@pytest.fixture(scope="module")
def tree(tmp_path_factory: pytest.TempPathFactory) -> Tree:
    return repo_at(tmp_path_factory.mktemp("any"), {"a.txt": "a"}).tree("HEAD")


INVALID = {
    "no info": ({key: value for key, value in GOOD.items() if key != "info"}, "openapi.invalid"),
    "no answer": ({**GOOD, "paths": {"/a": {"get": {}}}}, "openapi.invalid"),
    "a type that is none": (json.loads(with_schema({"type": "strin"})), "openapi.invalid"),
    "a type that is none in 3.1": (json.loads(with_schema({"type": "strin"}, "3.1.0")), "openapi.invalid"),
    "properties as a list in 3.1": (json.loads(with_schema({"properties": []}, "3.1.0")), "openapi.invalid"),
}


@pytest.mark.parametrize(("data", "code"), INVALID.values(), ids=INVALID)
def test_what_is_not_openapi_is_refused(data: dict[str, Any], code: str, tree: Tree) -> None:
    with pytest.raises(Refused) as caught:
        remark(document("a.json", json.dumps(data).encode()), tree)
    assert caught.value.code == code


def test_a_large_document_is_held_against_its_schema_alone(tree: Tree) -> None:
    large = {**GOOD, "x-padding": "x" * (5 << 20)}
    assert remark(document("a.json", json.dumps(large).encode()), tree) == LARGE
    large["info"] = {}
    with pytest.raises(Refused, match="no valid OpenAPI"):
        remark(document("a.json", json.dumps(large).encode()), tree)


def test_a_default_that_does_not_fit_is_a_remark(tree: Tree) -> None:
    schema = {"type": "integer", "default": "many"}
    assert "many" in remark(document("a.json", with_schema(schema)), tree)
    assert remark(document("a.json", json.dumps(GOOD).encode()), tree) == ""


STEPS = [
    ("1.2.3", "2.0.0", Step.BREAKING),
    ("1.2.3", "1.3.0", Step.COMPATIBLE),
    ("1.2.3", "1.2.3", Step.COMPATIBLE),
    ("0.2.3", "0.3.0", Step.BREAKING),
    ("0.2.3", "0.2.4", Step.COMPATIBLE),
    ("0.9.0", "1.0.0", Step.BREAKING),
    ("2.0.0", "1.0.0", Step.UNTOLD),
    ("2024-01-01", "2025-01-01", Step.UNTOLD),
    ("", "2.0.0", Step.UNTOLD),
    ("v1.0.0", "v2.0.0-rc.1", Step.BREAKING),
    ("1.0", "2.0", Step.UNTOLD),
]


@pytest.mark.parametrize(("old", "new", "said"), STEPS)
def test_what_a_version_announces(old: str, new: str, said: Step) -> None:
    assert step(old, new) is said


def test_a_break_passes_only_where_the_version_announces_it() -> None:
    gone = {**GOOD, "paths": {"/b": {"get": {"responses": ANSWER}}}}
    for version, passes in (("1.1.0", False), ("2.0.0", True), ("0.9.0", False)):
        new = {**gone, "info": {"title": "a", "version": version}}
        found = compare(document("a.json", json.dumps(GOOD).encode()), document("b.json", json.dumps(new).encode()))
        assert found.passes is passes, version


def test_schemas_without_end_are_refused() -> None:
    schema: dict[str, Any] = {"type": "string"}
    for _ in range(150):
        schema = {"anyOf": [schema, {"type": "integer"}]}
    old, new = document("a.json", with_schema({"type": "integer"})), document("b.json", with_schema(schema))
    assert [each.code for each in compare(old, new).findings] == ["response.alternative-added"]
    deep = with_schema("@").replace(b'"@"', b'{"anyOf": [' * 5_000 + b"{}" + b"]}" * 5_000)
    with pytest.raises(Refused) as caught:
        compare(old, document("b.json", deep))
    assert caught.value.code in {"openapi.too-deep", "openapi.unreadable"}


def test_more_alternatives_than_can_be_compared_are_unsure(tmp_path: Path) -> None:
    many = [{"oneOf": [{"type": "object", "required": [f"{at}-{each}"]} for each in range(20)]} for at in range(3)]
    old, new = (
        document(name, with_schema({"allOf": parts})) for name, parts in (("a.json", many), ("b.json", many[::-1]))
    )
    [found] = compare(old, new).findings
    assert (found.verdict.value, found.code) == ("unsure", "response.too-wide")
