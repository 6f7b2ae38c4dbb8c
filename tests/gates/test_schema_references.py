"""Gate `data`: what schemas refer to, in which draft they are written, and documents in several files."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from laneshift.gates.data import Data
from laneshift.gates.verdict import Verdict
from tests.gates.described import change_of, ports_of
from tests.repo.builders import repo_at

SETTINGS = '[gates.data.schemas]\n"conf/**" = "schemas/conf.json"\n'
NUMBER = {"type": "integer"}
D7 = "http://json-schema.org/draft-07/schema#"
D4 = "http://json-schema.org/draft-04/schema#"
ACME = "https://acme.example/schemas"


def verdict_of(tmp_path: Path, files: dict[str, Any], settings: str = SETTINGS, before: Any = None) -> Verdict:
    """`files` come with the change, as JSON; `before` were there."""
    plain = {path: text if isinstance(text, str) else json.dumps(text) for path, text in files.items()}
    base = {path: json.dumps(text) for path, text in (before or {"x.txt": ""}).items()}
    repository = repo_at(tmp_path / "repo", base)
    change = change_of(repository, plain, settings)
    gate = Data()
    gate.inputs(change)
    return gate.check(change, ports_of(repository))


def a_is(reference: str, **more: Any) -> dict[str, Any]:
    return {**more, "type": "object", "properties": {"a": {"$ref": reference}}}


FOLLOWED: dict[str, dict[str, Any]] = {
    "beside the file": {"schemas/conf.json": a_is("parts/n.json"), "schemas/parts/n.json": NUMBER},
    "a folder above": {"schemas/conf.json": a_is("../n.json#/$defs/x"), "n.json": {"$defs": {"x": NUMBER}}},
    "from the root": {"schemas/conf.json": a_is("/n.json"), "n.json": NUMBER},
    "with escapes": {"schemas/conf.json": a_is("n%20n.json"), "schemas/n n.json": NUMBER},
    "in YAML": {"schemas/conf.json": a_is("n.yaml"), "schemas/n.yaml": NUMBER},
    "beside the $id": {"schemas/conf.json": a_is("n.json", **{"$id": f"{ACME}/conf.json"}), "schemas/n.json": NUMBER},
    "by the $id of another file": {
        "schemas/conf.json": a_is("https://other.example/number"),
        "schemas/deep/n.json": {"$id": "https://other.example/number", **NUMBER},
    },
    "a relative $id": {"schemas/conf.json": a_is("n.json", **{"$id": "sub/conf.json"}), "schemas/sub/n.json": NUMBER},
    "an anchor": {
        "schemas/conf.json": a_is("n.json#here"),
        "schemas/n.json": {"$defs": {"x": {"$anchor": "here", **NUMBER}}},
    },
    "an $id inside": {
        "schemas/conf.json": a_is("number", **{"$id": f"{ACME}/conf.json", "$defs": {"n": {"$id": "number", **NUMBER}}})
    },
    "draft 7 and its definitions": {
        "schemas/conf.json": a_is("#/definitions/n", **{"$schema": D7, "definitions": {"n": NUMBER}})
    },
    "draft 7 with nothing but a reference": {
        "schemas/conf.json": {"$schema": D7, "$ref": "whole.json"},
        "schemas/whole.json": a_is("n.json"),
        "schemas/n.json": NUMBER,
    },
    "draft 4 with its id": {
        "schemas/conf.json": a_is("n.json", **{"$schema": D4, "id": f"{ACME}/conf.json"}),
        "schemas/n.json": {**NUMBER, "minimum": 0, "exclusiveMinimum": True},
    },
}


@pytest.mark.parametrize("schemas", FOLLOWED.values(), ids=FOLLOWED)
def test_references_into_the_tree_are_followed(tmp_path: Path, schemas: dict[str, Any]) -> None:
    good = verdict_of(tmp_path / "good", {"conf/x.json": {"a": 1}}, before=schemas)
    assert (good.status, good.reason) == ("passed", "1 data files, 1 with a schema")
    bad = verdict_of(tmp_path / "bad", {"conf/x.json": {"a": "one"}}, before=schemas)
    assert bad.status == "failed"
    assert "'one' is not of type 'integer' (at a)" in bad.reason


def test_a_part_without_a_draft_is_read_in_that_of_the_schema(tmp_path: Path) -> None:
    pair = {"items": [{"type": "integer"}, {"type": "string"}]}
    schemas = {"schemas/conf.json": a_is("pair.json", **{"$schema": D7}), "schemas/pair.json": pair}
    assert verdict_of(tmp_path / "good", {"conf/x.json": {"a": [1, "x"]}}, before=schemas).status == "passed"
    assert (
        "is not of type 'string'" in verdict_of(tmp_path / "bad", {"conf/x.json": {"a": [1, 2]}}, before=schemas).reason
    )


UNJUDGED: dict[str, Any] = {
    "the network": a_is("https://example.org/x.json"),
    "the network, by the $id": a_is("gone.json", **{"$id": f"{ACME}/conf.json"}),
    "a file of the machine": a_is("file:///etc/passwd"),
    "out of the tree": a_is("../../../../etc/passwd.json"),
    "a file that is not there": a_is("gone.json"),
    "no place in a file": a_is("#/$defs/gone"),
    "an unknown draft": {"$schema": "https://json-schema.org/draft/2099-01/schema"},
    "a dialect of one's own": {"$schema": "https://acme.example/dialect"},
}


@pytest.mark.parametrize("schema", UNJUDGED.values(), ids=UNJUDGED)
def test_what_cannot_be_followed_is_an_error(tmp_path: Path, schema: Any) -> None:
    verdict = verdict_of(tmp_path, {"conf/x.json": {"a": 1}}, before={"schemas/conf.json": schema})
    assert verdict.status == "errored", verdict


def test_a_published_draft_is_known_without_the_network(tmp_path: Path) -> None:
    schema = {"type": "object", "properties": {"a": {"$ref": D7}}}
    assert (
        verdict_of(tmp_path, {"conf/x.json": {"a": {"type": 7}}}, before={"schemas/conf.json": schema}).status
        == "failed"
    )


@pytest.mark.parametrize(
    ("schema", "status", "says"),
    [
        ({"$schema": D7, "$ref": "#/definitions/gone"}, "failed", "refers to #/definitions/gone, which is not there"),
        ({"$schema": D7, "properties": {"a": {"items": {"$ref": "#/x"}}}}, "failed", "refers to #/x"),
        ({"$schema": D7, "definitions": {"gone": {}}, "$ref": "#/definitions/gone"}, "passed", ""),
        ({"$schema": D7, "enum": [{"$ref": "#/only/a/value"}]}, "passed", ""),
        ({"$schema": D7, "properties": {"a": {"$ref": "https://example.org/x"}}}, "errored", "https://example.org/x"),
        ({"$schema": D4, "minimum": 1, "exclusiveMinimum": True}, "passed", ""),
        ({"$schema": D7, "minimum": 1, "exclusiveMinimum": True}, "failed", "no valid JSON Schema"),
        ({"$schema": "https://json-schema.org/draft/2099-01/schema"}, "errored", "no draft that is known"),
    ],
)  # fmt: skip
def test_schemas_are_held_to_their_draft_and_their_references(
    tmp_path: Path, schema: Any, status: str, says: str
) -> None:
    verdict = verdict_of(tmp_path, {"lib/any.json": schema})
    assert verdict.status == status, verdict
    assert says in verdict.reason


def openapi(part: str) -> dict[str, Any]:
    return {"openapi": "3.1.0", "info": {"title": "x", "version": "1"}, "paths": {"/x": {"$ref": part}}}


GOOD_PART = {"get": {"responses": {"200": {"description": "fine"}}}}
PARAMETER = {"name": "n", "in": "path", "required": True, "schema": {"type": "string"}}
BAD_PART = {"get": {"operationId": "a", "parameters": [PARAMETER], "responses": GOOD_PART["get"]["responses"]}}


@pytest.mark.parametrize(
    ("part", "files", "status"),
    [
        ("paths/x.json", {"api/paths/x.json": GOOD_PART}, "passed"),
        ("paths/x.json#/deep", {"api/paths/x.json": {"deep": GOOD_PART}}, "passed"),
        ("paths/x.json", {"api/paths/x.json": BAD_PART}, "failed"),
        ("paths/gone.json", {}, "errored"),
        ("paths/x.json", {"api/paths/x.json": {"$ref": "https://example.org/x"}}, "errored"),
        ("../../outside.json", {}, "errored"),
        ("file:///etc/hostname", {}, "errored"),
        ("//example.org/x", {}, "errored"),
    ],
)
def test_openapi_in_several_files(tmp_path: Path, part: str, files: dict[str, Any], status: str) -> None:
    verdict = verdict_of(tmp_path, {"api/openapi.json": openapi(part), **files})
    assert verdict.status == status, verdict


BOMB = "a: &a [x, x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"{name}: &{name} [{', '.join([f'*{last}'] * 10)}]\n" for last, name in zip("abcdefgh", "bcdefghi", strict=True)
)


@pytest.mark.parametrize("text", [BOMB, "a: &a [*a]\n"], ids=["a bomb of aliases", "part of itself"])
def test_a_document_that_never_ends_is_an_error(tmp_path: Path, text: str) -> None:
    verdict = verdict_of(tmp_path, {"conf/x.yaml": text}, before={"schemas/conf.json": {"type": "object"}})
    assert verdict.status == "errored"
    assert "too large once its aliases" in verdict.reason
