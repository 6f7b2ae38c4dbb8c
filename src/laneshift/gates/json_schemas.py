"""JSON Schemas of the tree: documents held to them, and schemas held to their own draft and to what they refer to.

References lead to files of the tree: relative to the file, or to the `$id` that a schema has. Drafts that are published
are known; nothing else is, and the network is never asked.
"""

from __future__ import annotations

import importlib
import posixpath
import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import unquote, urljoin, urlsplit

from laneshift.gates.apart import Look, bounded
from laneshift.gates.data_files import parsed
from laneshift.gates.known import ROOT, SHOWN, Known, Unjudged, document_of, instance, message, unjudged_cause
from laneshift.repo.objects import Tree

_WHAT = "JSON Schema"
_MOST_FILES = 500
_LARGEST = 1 << 20
_SUFFIXES = (".json", ".yaml", ".yml")


def misfit(known: Known, tree: Tree) -> str:
    """How a document does not fit the schema that `known.schema` names; empty when it does.

    Raises as `registered`, and `Unjudged` when the schema's regular expressions do not come to an end.
    """
    return bounded(_misfit, known, tree)


def _misfit(known: Known, tree: Tree, look: Look) -> str:
    schema = document_of(tree, known.schema, _WHAT)
    look(schema)
    jsonschema, kind = _kind(schema, known.schema)
    registry, base = registered(schema, known.schema, tree, kind, look)
    try:
        kind.check_schema(schema)
        validator = kind({"$ref": base}, registry=registry)
        error = next(iter(validator.iter_errors(instance(known.document))), None)
    except jsonschema.SchemaError as wrong:
        raise Unjudged(f"{known.schema} is no valid JSON Schema: {message(wrong)}") from wrong
    except (importlib.import_module("referencing").exceptions.Unresolvable, RecursionError, re.error) as wrong:
        raise Unjudged(f"{known.schema} cannot be followed: {unjudged_cause(wrong) or wrong}"[:SHOWN]) from wrong
    return "" if error is None else f"does not fit {known.schema}: {message(error)}"


def schema_fault(known: Known, tree: Tree) -> str:
    """What is wrong with a document that is a schema itself; empty when nothing is. Raises as `registered`."""
    jsonschema, kind = _kind(known.document, known.path)
    try:
        kind.check_schema(known.document)
    except jsonschema.SchemaError as error:
        return f"is no valid JSON Schema: {message(error)}"
    except RecursionError as error:
        raise Unjudged(f"{known.path} is nested too deeply") from error
    referencing: Any = importlib.import_module("referencing")
    registry, base = registered(known.document, known.path, tree, kind)
    try:
        resolver = registry.resolver(base_uri=base)
        broken = next(_broken(resolver, registry[base], referencing.exceptions), "")
    except RecursionError as error:
        raise Unjudged(f"{known.path} is nested too deeply") from error
    return f"refers to {broken}, which is not there" if broken else ""


def registered(schema: Any, path: str, tree: Tree, kind: Any, look: Look = lambda _: None) -> tuple[Any, str]:
    """A registry of the schema, of the published drafts and of whatever the tree has, and the URI of the schema in it.

    `look` is shown each further document. Raises `Unjudged` for a schema that cannot be used, and when it is asked for
    what is not in the tree.
    """
    referencing: Any = importlib.import_module("referencing")
    drafts: Any = importlib.import_module("jsonschema_specifications").REGISTRY
    dialect = importlib.import_module("referencing.jsonschema").specification_with(kind.META_SCHEMA[_id_key(kind)])
    own = dialect.id_of(schema) if isinstance(schema, dict) else None
    base = urljoin(f"{ROOT}{path}", own or "").partition("#")[0]

    def resource(place: str) -> Any:
        found = document_of(tree, place, _WHAT)
        look(found)
        return referencing.Resource.from_contents(found, default_specification=dialect)

    def retrieve(uri: str) -> Any:
        if uri.startswith(ROOT):
            return resource(unquote(urlsplit(uri).path).lstrip("/"))
        place = _beside(uri, base, path, tree) or _with_id(uri, path, tree)
        if not place:
            raise Unjudged(f"{path} refers to {uri}, which is not in the repository")
        return resource(place)

    whole = drafts.combine(referencing.Registry(retrieve=retrieve))
    return whole.with_resource(base, dialect.create_resource(schema)), base


def _kind(schema: Any, path: str) -> tuple[Any, Any]:
    """The library, and its validator for the draft that a schema names; the latest where it names none."""
    jsonschema: Any = importlib.import_module("jsonschema")
    named = schema.get("$schema") if isinstance(schema, dict) else None
    latest = jsonschema.Draft202012Validator
    kind = latest if named is None else jsonschema.validators.validator_for({"$schema": str(named)}, default=None)
    if kind is None:
        raise Unjudged(f"{path} is written in {str(named)[:100]!r}, which is no draft that is known here")
    return jsonschema, kind


def _id_key(kind: Any) -> str:
    return "$id" if "$id" in kind.META_SCHEMA else "id"


def _broken(resolver: Any, resource: Any, exceptions: Any) -> Iterator[str]:
    """References of a schema, and of the schemas in it, that lead nowhere in a document that is there."""
    contents = resource.contents
    target = contents.get("$ref") if isinstance(contents, dict) else None
    if isinstance(target, str):
        try:
            resolver.lookup(target)
        except exceptions.Unresolvable as error:
            cause = unjudged_cause(error)
            if cause is not None:
                raise cause from error
            yield target[:SHOWN]
    for inner in resource.subresources():
        yield from _broken(resolver.in_subresource(inner), inner, exceptions)


def _beside(uri: str, base: str, path: str, tree: Tree) -> str:
    """The file that lies to `path` as `uri` lies to its `$id`; empty when there is none."""
    folder = urljoin(base, ".")
    if base.startswith(ROOT) or not uri.startswith(folder):
        return ""
    place = posixpath.normpath(posixpath.join(posixpath.dirname(path), unquote(uri.removeprefix(folder))))
    if place.startswith(("..", "/")) or (entry := tree.entry(place)) is None or not entry.is_regular:
        return ""
    named = _id_of(tree, place)
    return place if not named or urljoin(uri, named).partition("#")[0] == uri else ""


def _with_id(uri: str, path: str, tree: Tree) -> str:
    """A file below the folder of `path` that calls itself `uri`; empty when there is none among the first."""
    looked = 0
    for place, entry in tree.below(posixpath.dirname(path)):
        if not place.endswith(_SUFFIXES) or not entry.is_regular or tree.repository.blob_size(entry.oid) > _LARGEST:
            continue
        looked += 1
        if looked > _MOST_FILES:
            break
        if _id_of(tree, place).partition("#")[0] == uri:
            return place
    return ""


def _id_of(tree: Tree, path: str) -> str:
    document = parsed(path, tree.read(path))
    named = (document.get("$id") or document.get("id")) if isinstance(document, dict) else None
    return named if isinstance(named, str) else ""
