"""Whether a document is OpenAPI: by its published schema, and by the rules that no schema can say.

A document that breaks its schema is refused. What only the rules say is a remark: many published documents have
defaults that do not fit, and their changes can be compared all the same.
"""

from __future__ import annotations

import importlib
import importlib.resources
import json
from typing import Any

from laneshift.errors import Refused, install
from laneshift.gates.known import SHOWN, Known, Unjudged
from laneshift.gates.openapi import openapi_fault
from laneshift.gates.schemas import OPENAPI
from laneshift.repo.objects import Tree
from laneshift.reports.openapi.model import Document
from laneshift.reports.openapi.pointers import target_of
from laneshift.reports.openapi.references import kind_of, references

ENDLESS = "has parts that contain themselves, so its defaults were not held against their schemas"
"""The validator follows `allOf` and `oneOf` without end where a part is a part of itself, which is allowed."""
LARGE = "is large, so that it was held against its schema alone"
_LARGEST_RULED = 4 << 20
"""Bytes up to which the rules are looked at: they take minutes where the schema takes a moment."""
_DRAFT = "https://json-schema.org/draft/2020-12/schema"


def remark(document: Document, tree: Tree) -> str:
    """What the rules say against a document, empty for nothing. `tree` is any: a reference never leaves the document.

    Raises `Refused`: `openapi.invalid` for one that does not fit its schema, `openapi.no-validator` without the extra.
    """
    try:
        import jsonschema_rs

        schema = _schema(document.dialect)
        misfit = next(iter(jsonschema_rs.validator_for(schema).iter_errors(document.data)), None)
        if misfit is not None:
            place = "/".join(map(str, misfit.instance_path)) or "the document"
            raise Refused(
                "openapi.invalid",
                f"{document.name} is no valid OpenAPI document: {' '.join(misfit.message.split())[:SHOWN]}",
                where=f"{document.name} {place}"[:SHOWN],
            )
        _refuse_misplaced(document, schema)
        if document.size > _LARGEST_RULED:
            return LARGE
        fault = openapi_fault(Known(document.name, document.data, OPENAPI), tree)
    except ModuleNotFoundError as error:
        what = f"{error.name} is not installed, so no document can be validated"
        raise Refused("openapi.no-validator", what, cure=install("gates")) from error
    except Unjudged as error:
        return str(error)
    return ENDLESS if "recursion" in fault else fault


def _refuse_misplaced(document: Document, schema: dict[str, Any]) -> None:
    """Refuse references that lead to something else than what has to stand in their place."""
    import jsonschema_rs

    validators: dict[str, Any] = {}
    seen = set()
    for place, reference in references(dict(document.data)):
        kind = kind_of(place)
        if (kind, reference) in seen:
            continue
        seen.add((kind, reference))
        if kind not in validators:
            validators[kind] = jsonschema_rs.validator_for(_part(schema, kind, document.dialect))
        if not validators[kind].is_valid(target_of(document.data, str(reference))):
            what = f"{document.name}: the reference {str(reference)[:200]!r} leads to no {kind.replace('-', ' ')}"
            raise Refused("openapi.bad-ref", what, where=f"{document.name} {'/'.join(place)}"[:SHOWN])


def _part(schema: dict[str, Any], kind: str, dialect: tuple[int, int]) -> dict[str, Any]:
    """The published schema of one kind of thing."""
    if dialect >= (3, 1):
        return {"$ref": _DRAFT} if kind == "schema" else {"$ref": f"#/$defs/{kind}", "$defs": schema["$defs"]}
    name = {"callbacks": "Callback"}.get(kind, "".join(part.capitalize() for part in kind.split("-")))
    return {"$schema": schema["$schema"], "$ref": f"#/definitions/{name}", "definitions": schema["definitions"]}


def _schema(dialect: tuple[int, int]) -> dict[str, Any]:
    package = importlib.import_module("openapi_spec_validator")
    folder = importlib.resources.files(package.__name__) / "resources" / "schemas" / f"v{dialect[0]}.{dialect[1]}"
    text = (folder / "schema.json").read_text(encoding="utf-8")
    # What a schema may be is left open in 3.1, for documents that have a dialect of their own.
    schema: dict[str, Any] = json.loads(text.replace('"$dynamicRef": "#meta"', f'"$ref": "{_DRAFT}"'))
    return schema
