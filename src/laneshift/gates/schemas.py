"""Which schema a data file has to fit, and whether it does. Only files of the tree are read, never the network.

A schema is known by the settings (`gates.data.schemas`), by a `$schema` that names a file of the tree, by being a JSON
Schema itself (`$schema` names a draft), or by being an OpenAPI document. `RECOGNISERS` is where other kinds come in.
"""

from __future__ import annotations

import importlib
import json
import posixpath
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from laneshift.gates.data_files import parsed
from laneshift.lanes.globs import first_match
from laneshift.repo.objects import Tree

MISSING = "install laneshift with its extra `gates`"
"""The cure where a validator is not there."""

DRAFT = "draft"
OPENAPI = "openapi"
_DRAFT = re.compile(r"https?://json-schema\.org/(?:draft[-/][\w-]+/)*schema#?")
_ROOT = "http://tree.invalid/"
"""The base of references between files of the tree; a name that no network has, and that nothing ever asks for."""
_SHOWN = 300


class Unjudged(Exception):
    """A file has a schema, and cannot be held to it."""


@dataclass(frozen=True, slots=True)
class Known:
    """A parsed document, and what governs it: `openapi`, `draft`, or the path of a JSON Schema."""

    path: str
    document: Any
    schema: str


Recogniser = Callable[[str, Any], str]
"""Path and parsed document to what governs it, as `Known.schema`; empty for none."""


def governing(path: str, data: bytes, schemas: Mapping[str, str]) -> str:
    """What governs a file, as `Known.schema`; empty when no schema is known."""
    for glob, schema in schemas.items():
        if first_match([glob], path) and path != schema:
            return schema
    if not any(word in data for word in (b"$schema", b"openapi", b"swagger")):
        return ""
    document = parsed(path, data)
    return next((found for each in RECOGNISERS if (found := each(path, document))), "")


def governed(tree: Tree, globs: Iterable[str]) -> Iterator[str]:
    """The plain files that globs of the settings mean."""
    wanted = list(globs)
    if wanted:
        yield from (path for path, entry in tree.entries.items() if entry.is_regular and first_match(wanted, path))


def schema_error(known: Known, tree: Tree) -> str:
    """How the document does not fit; empty when it does.

    Raises `Unjudged` for a schema that cannot be used, `ImportError` without the validators.
    """
    if known.schema == OPENAPI:
        return _openapi_error(known.document)
    jsonschema: Any = importlib.import_module("jsonschema")
    if known.schema == DRAFT:
        try:
            jsonschema.validators.validator_for(known.document).check_schema(known.document)
        except jsonschema.SchemaError as error:
            return f"is no valid JSON Schema: {_message(error)}"
        return ""
    return _fit(known, tree, jsonschema)


def _fit(known: Known, tree: Tree, jsonschema: Any) -> str:
    referencing: Any = importlib.import_module("referencing")
    schema = _of_tree(tree, known.schema)
    specification = importlib.import_module("referencing.jsonschema").DRAFT202012

    def retrieve(uri: str) -> Any:
        if not uri.startswith(_ROOT):
            raise Unjudged(f"{known.schema} refers to {uri}, which is not in the repository")
        contents = _of_tree(tree, uri.removeprefix(_ROOT))
        return referencing.Resource.from_contents(contents, default_specification=specification)

    registry = referencing.Registry(retrieve=retrieve)
    try:
        kind = jsonschema.validators.validator_for(schema, default=jsonschema.Draft202012Validator)
        kind.check_schema(schema)
        based = {"$id": f"{_ROOT}{known.schema}", **schema} if isinstance(schema, dict) else schema
        error = next(iter(kind(based, registry=registry).iter_errors(_instance(known.document))), None)
    except jsonschema.SchemaError as wrong:
        raise Unjudged(f"{known.schema} is no valid JSON Schema: {_message(wrong)}") from wrong
    except (referencing.exceptions.Unresolvable, RecursionError, re.error) as wrong:
        cause = next((each for each in _causes(wrong) if isinstance(each, Unjudged)), wrong)
        raise Unjudged(f"{known.schema} cannot be followed: {cause}"[:_SHOWN]) from wrong
    return "" if error is None else f"does not fit {known.schema}: {_message(error)}"


def _openapi_error(document: Any) -> str:
    outside = sorted(set(_outside(document)))
    if outside:
        raise Unjudged(f"it refers to other documents, which are not followed: {outside[0]}")
    library: Any = importlib.import_module("openapi_spec_validator")
    try:
        library.validate(_instance(document))
    except library.validation.exceptions.ValidatorDetectError:
        return "says that it is OpenAPI, of a version that does not exist"
    except (ValueError, RecursionError) as error:
        return f"is no valid OpenAPI document: {_message(error)}"
    except Exception as error:
        if type(error).__module__.partition(".")[0] in {"openapi_spec_validator", "jsonschema", "referencing"}:
            return f"is no valid OpenAPI document: {_message(error)}"
        raise
    return ""


def _outside(node: Any) -> Iterator[str]:
    """References that lead out of the document."""
    pending = [node]
    while pending:
        found = pending.pop()
        if isinstance(found, dict):
            target = found.get("$ref")
            if isinstance(target, str) and not target.startswith("#"):
                yield target
            pending.extend(found.values())
        elif isinstance(found, list):
            pending.extend(found)


def _of_tree(tree: Tree, path: str) -> Any:
    entry = tree.entry(path)
    if entry is None or not entry.is_regular:
        raise Unjudged(f"the schema {path} is no file of the tree")
    document = parsed(path, tree.read(path))
    if not isinstance(document, dict | bool):
        raise Unjudged(f"{path} is no JSON Schema")
    return document


def _instance(document: Any) -> Any:
    """The document with the types of JSON: dates of TOML and YAML become text."""
    return json.loads(json.dumps(document, default=str))


def _message(error: BaseException) -> str:
    place = "/".join(str(part) for part in getattr(error, "absolute_path", ()))
    text = " ".join(str(getattr(error, "message", "") or error).split())[:_SHOWN]
    return f"{text} (at {place})" if place else text


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__


def _by_openapi(path: str, document: Any) -> str:  # noqa: ARG001 - every recogniser has the same signature
    if not isinstance(document, dict):
        return ""
    new, old = document.get("openapi"), document.get("swagger")
    return OPENAPI if (isinstance(new, str) and new.startswith("3.")) or str(old) == "2.0" else ""


def _by_schema_key(path: str, document: Any) -> str:
    named = document.get("$schema") if isinstance(document, dict) else None
    if not isinstance(named, str):
        return ""
    if _DRAFT.fullmatch(named):
        return DRAFT
    if re.match(r"[A-Za-z][A-Za-z0-9+.-]*:|//", named) or "\\" in named or "\0" in named:
        return ""  # somewhere else: no schema that is known here
    plain = posixpath.normpath(posixpath.join(posixpath.dirname(path), named.partition("#")[0]))
    return "" if plain.startswith(("..", "/")) or plain == "." else plain


RECOGNISERS: tuple[Recogniser, ...] = (_by_openapi, _by_schema_key)
