"""Gate `data` with schemas: of the settings, named by files, OpenAPI. Nothing outside the tree is ever read."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from laneshift.gates.data import Data
from laneshift.gates.verdict import Verdict
from tests.gates.described import change_of, ports_of
from tests.repo.builders import repo_at

SCHEMA = json.dumps({"type": "object", "required": ["a"], "properties": {"a": {"$ref": "parts/number.json"}}})
NUMBER = json.dumps({"type": "integer"})
GLOBS = '[gates.data.schemas]\n"conf/**" = "schemas/conf.json"\n'
OPENAPI = {"openapi": "3.1.0", "info": {"title": "x", "version": "1"}, "paths": {}}
BASE = {"schemas/conf.json": SCHEMA, "schemas/parts/number.json": NUMBER, "conf/old.json": '{"a": "x"}'}


def verdict_of(tmp_path: Path, files: dict[str, str | None], settings: str = "") -> Verdict:
    repository = repo_at(tmp_path / "repo", BASE)
    change = change_of(repository, files, settings)
    gate = Data()
    assert gate.applies(change) is None
    gate.inputs(change)
    return gate.check(change, ports_of(repository))


@pytest.mark.parametrize(
    ("files", "says"),
    [
        ({"conf/a.json": '{"a": 1}'}, ""),
        ({"conf/a.toml": "a = 1\n"}, ""),
        ({"conf/a.yaml": "a: 1\n"}, ""),
        ({"conf/a.json": '{"a": "x"}'}, "does not fit schemas/conf.json: 'x' is not of type 'integer' (at a)"),
        ({"conf/a.toml": "b = 1\n"}, "'a' is a required property"),
        ({"conf/old.json": '{"a": "still"}'}, ""),
    ],
)
def test_schemas_of_the_settings(tmp_path: Path, files: dict[str, str | None], says: str) -> None:
    verdict = verdict_of(tmp_path, files, GLOBS)
    assert verdict.status == ("failed" if says else "passed")
    assert says in verdict.reason


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ('{"$schema": "../schemas/conf.json", "a": 1}', ""),
        ('{"$schema": "../schemas/conf.json", "a": null}', "does not fit"),
        ('{"$schema": "https://json-schema.org/draft/2020-12/schema", "type": "object"}', ""),
        ('{"$schema": "https://json-schema.org/draft/2020-12/schema", "type": "thing"}', "no valid JSON Schema"),
        ('{"$schema": "https://example.org/nobody-asks.json", "a": null}', ""),
        (json.dumps(OPENAPI), ""),
        (json.dumps({**OPENAPI, "paths": {"/x": {"get": {"responses": {"200": {}}}}}}), "no valid OpenAPI"),
        (json.dumps({**OPENAPI, "info": {}}), "no valid OpenAPI"),
    ],
)
def test_schemas_that_files_name(tmp_path: Path, text: str, says: str) -> None:
    verdict = verdict_of(tmp_path, {"data/a.json": text})
    assert verdict.status == ("failed" if says else "passed"), verdict
    assert says in verdict.reason


@pytest.mark.parametrize(
    "files",
    [
        {"data/a.json": '{"$schema": "../schemas/gone.json"}'},
        {"data/a.json": '{"$schema": "b.json"}', "data/b.json": '{"$ref": "https://example.org/x.json"}'},
        {"data/a.json": '{"$schema": "b.json"}', "data/b.json": '{"$ref": "file:///etc/passwd"}'},
        {"data/a.json": '{"$schema": "b.json"}', "data/b.json": '{"type": 7}'},
        {"data/a.json": json.dumps({**OPENAPI, "paths": {"/x": {"$ref": "file:///etc/passwd"}}})},
        {"data/a.json": json.dumps({**OPENAPI, "paths": {"/x": {"$ref": "http://127.0.0.1:9/x"}}})},
    ],
)
def test_a_schema_that_cannot_be_followed_is_an_error_and_no_pass(tmp_path: Path, files: dict[str, str | None]) -> None:
    assert verdict_of(tmp_path, files).status == "errored"


def test_a_changed_schema_asks_for_every_file_that_it_governs(tmp_path: Path) -> None:
    stricter = json.dumps({"type": "object", "required": ["a", "b"]})
    repository = repo_at(tmp_path / "repo", {**BASE, "conf/old.json": '{"a": 1}'})
    change = change_of(repository, {"schemas/conf.json": stricter}, GLOBS)
    verdict = Data().check(change, ports_of(repository))
    assert verdict.status == "failed"
    assert "conf/old.json: does not fit schemas/conf.json: 'b' is a required property" in verdict.reason


def test_a_schema_that_was_never_within_reach_is_not_blamed_on_the_change(tmp_path: Path) -> None:
    named = '{"$schema": "./node_modules/tool/schema.json"}'
    repository = repo_at(tmp_path / "repo", {"tool.json": named})
    verdict = Data().check(change_of(repository, {"tool.json": named[:-1] + ', "a": 1}'}), ports_of(repository))
    assert (verdict.status, verdict.reason) == ("passed", "1 data files, 0 with a schema")
