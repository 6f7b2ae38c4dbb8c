"""An answer of matriz as JSON, where that is asked for. Pure."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import jsonschema_rs

from laneshift.matriz.answering import Answer
from laneshift.server.answerers.errors import unsupported
from laneshift.server.answerers.port import Format

Json = Any
FIELDS = ("answer", "sources", "confidence", "knows", "partial", "trace")
"""What there is to say of an answer, by the names that a schema can ask for it."""


def formed(answer: Answer, wanted: Format) -> str:
    """The answer as JSON text: everything, or what the properties of the schema name.

    Raises `Refused` (`model.unsupported`) for a schema that does not describe any of this.
    """
    every = _every(answer)
    if wanted.schema is None:
        return json.dumps(every, ensure_ascii=False)
    try:
        validator = jsonschema_rs.validator_for(dict(wanted.schema))
    except (ValueError, TypeError) as error:
        raise unsupported("response_format.json_schema.schema", f"this is no JSON Schema: {error}") from error
    properties = wanted.schema.get("properties")
    told = {name: every[name] for name in properties if name in every} if isinstance(properties, Mapping) else every
    wrong = next(iter(validator.iter_errors(told)), None)
    if wrong is not None:
        what = f"no answer of this model can be as the schema describes: {wrong.message}"
        raise unsupported("response_format.json_schema.schema", what[:500], f"ask for {', '.join(FIELDS)}")
    return json.dumps(told, ensure_ascii=False)


def _every(answer: Answer) -> dict[str, Json]:
    sources = [{"kind": each.kind, "path": each.path, "line": each.line, "text": each.text} for each in answer.sources]
    values = (answer.text, sources, answer.confidence, answer.knows, answer.partial, answer.trace)
    return dict(zip(FIELDS, values, strict=True))
