"""GitHub's published description, in part: which operation a request is, and whether it and its answer keep to it."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote

from openapi_schema_validator import OAS30Validator

_FILE = Path(__file__).with_name("description.json")
_SAMPLES = {"uri": "https://api.example.test/x", "date-time": "2026-01-01T00:00:00Z", "email": "a@example.test"}


@cache
def described() -> dict[str, Any]:
    """The description as it was cut."""
    found: dict[str, Any] = json.loads(_FILE.read_text(encoding="utf-8"))
    return found


@dataclass(frozen=True)
class Operation:
    """One request as the description sees it. `path` and `query` have their parameters as plain values."""

    name: str
    spec: dict[str, Any]
    path: dict[str, Any]
    query: dict[str, Any]
    faults: tuple[str, ...]


def operation(method: str, target: str) -> Operation | None:
    """The operation of a request; None for one that is not described."""
    path, _, query = target.partition("?")
    for template, methods in described()["paths"].items():
        pattern = re.sub(r"\{(\w+)\}", r"(?P<\1>[^/]+)", template)
        found = re.fullmatch(pattern, path)
        spec = methods.get(method.lower())
        if found and spec:
            asked = {name: unquote(value) for name, value in found.groupdict().items()}
            return _operation(spec, asked, dict(parse_qsl(query, keep_blank_values=True)))
    return None


def faults_of_body(spec: dict[str, Any], body: Any) -> list[str]:
    """What is wrong with the body of a request."""
    wanted = spec.get("requestBody")
    if wanted is None:
        return [] if body is None else ["a body that nobody asked for"]
    if body is None:
        return ["no body"] if wanted.get("required") else []
    schema = wanted["content"]["application/json"]["schema"]
    return [*_unknown(schema, body), *_wrong(schema, body)]


def faults_of_answer(spec: dict[str, Any], status: int, body: Any) -> list[str]:
    """What is wrong with an answer; statuses that every operation may have are not described one by one."""
    found = spec["responses"].get(str(status))
    if found is None:
        return [] if status in (401, 403, 404, 429, 500, 502, 503) else [f"status {status} is not described"]
    content = resolved(found).get("content", {}).get("application/json")
    return _wrong(content["schema"], body) if content else []


def answer_schema(spec: dict[str, Any], status: int) -> dict[str, Any]:
    """The schema of what a success answers."""
    found: dict[str, Any] = resolved(spec["responses"][str(status)])["content"]["application/json"]["schema"]
    return found


def sample(schema: dict[str, Any], over: Any = None) -> Any:
    """The least that fits a schema, with what `over` has in place of it."""
    schema = resolved(schema)
    if isinstance(over, dict) and (schema.get("type") == "object" or "properties" in schema or "allOf" in schema):
        made = _object(schema)
        known = _properties(schema)
        return made | {name: sample(known.get(name, {}), value) for name, value in over.items()}
    if isinstance(over, list) and "items" in schema:
        return [sample(schema["items"], each) for each in over]
    return over if over is not None else _least(schema)


def resolved(node: dict[str, Any]) -> dict[str, Any]:
    """A part of the description with the reference that it is followed."""
    while "$ref" in node:
        _, _, kind, name = node["$ref"].split("/")
        node = described()["components"][kind][name]
    return node


def _least(schema: dict[str, Any]) -> Any:
    if schema.get("nullable"):
        return None
    if "enum" in schema:
        return schema["enum"][0]
    for several in ("oneOf", "anyOf"):
        if several in schema and "properties" not in schema:
            return sample(schema[several][0])
    kind = schema.get("type", "object" if "properties" in schema or "allOf" in schema else "string")
    if kind == "string":
        return _SAMPLES.get(schema.get("format", ""), "text")
    return {"object": _object, "array": lambda _: [], "integer": lambda _: 1, "boolean": lambda _: False}[kind](schema)


def _object(schema: dict[str, Any]) -> dict[str, Any]:
    made: dict[str, Any] = {}
    for part in schema.get("allOf", ()):
        made |= _object(resolved(part))
    known = schema.get("properties", {})
    return made | {name: sample(known.get(name, {})) for name in schema.get("required", ())}


def _properties(schema: dict[str, Any]) -> dict[str, Any]:
    made: dict[str, Any] = {}
    for part in schema.get("allOf", ()):
        made |= _properties(resolved(part))
    return made | schema.get("properties", {})


def _operation(spec: dict[str, Any], path: dict[str, str], query: dict[str, str]) -> Operation:
    known = {(each["in"], each["name"]): each["schema"] for each in map(resolved, spec.get("parameters", ()))}
    faults = [f"query {name} is not described" for name in query if ("query", name) not in known]
    plain: dict[str, dict[str, Any]] = {"path": {}, "query": {}}
    for where, asked in (("path", path), ("query", query)):
        for name, text in asked.items():
            schema = known.get((where, name), {})
            value: Any = int(text) if schema.get("type") == "integer" and re.fullmatch(r"-?\d+", text) else text
            plain[where][name] = value
            faults += [f"{where} {name}: {fault}" for fault in _wrong(schema, value)]
    return Operation(spec["operationId"], spec, plain["path"], plain["query"], tuple(faults))


def _unknown(schema: dict[str, Any], body: Any) -> list[str]:
    """What the description does not know, and GitHub would pass over without a word."""
    known = resolved(schema).get("properties")
    return (
        [f"{name} is not described" for name in body if name not in known] if known and isinstance(body, dict) else []
    )


def _wrong(schema: dict[str, Any], value: Any) -> list[str]:
    whole = {"allOf": [schema], "components": described()["components"]}
    found = OAS30Validator(whole, format_checker=OAS30Validator.FORMAT_CHECKER).iter_errors(value)
    return [f"{'/'.join(map(str, each.absolute_path))}: {each.message[:200]}" for each in found]
