"""Which schema a data file has to fit, and whether it does. Only files of the tree are read, never the network.

A schema is known by the settings (`gates.data.schemas`), by a form of laneshift's own, by a `$schema` that names a file
of the tree, by being a JSON Schema itself (`$schema` names a draft), or by being an OpenAPI document. `RECOGNISERS` is
where other kinds come in.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from laneshift.errors import install
from laneshift.gates.data_files import parsed
from laneshift.gates.json_schemas import misfit, schema_fault
from laneshift.gates.known import Known
from laneshift.gates.openapi import openapi_fault
from laneshift.gates.own_formats import form_of, may_be_own
from laneshift.lanes.globs import first_match
from laneshift.repo.objects import Tree

MISSING = install("gates")
"""The cure where a validator is not there."""

DRAFT = "draft"
OPENAPI = "openapi"
OWN = "own"
_DRAFT = re.compile(r"https?://json-schema\.org/(?:[\w-]+/)*schema#?")

Recogniser = Callable[[str, Any], str]
"""Path and parsed document to what governs it, as `Known.schema`; empty for none."""


def governing(path: str, data: bytes, schemas: Mapping[str, str]) -> str:
    """What governs a file, as `Known.schema`; empty when no schema is known."""
    for glob, schema in schemas.items():
        if first_match([glob], path) and path != schema:
            return schema
    # Reading a large file twice takes longer than looking for a word.
    if not may_be_own(path) and not any(word in data for word in (b"$schema", b"openapi", b"swagger")):
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
    if known.schema == OWN:
        form = form_of(known.path, known.document)
        fault = "" if form is None else form.fault(known.path, known.data)
        return f"is not what {form.name} is: {fault}" if form is not None and fault else ""
    if known.schema == OPENAPI:
        return openapi_fault(known, tree)
    return schema_fault(known, tree) if known.schema == DRAFT else misfit(known, tree)


def _by_form(path: str, document: Any) -> str:
    return OWN if form_of(path, document) is not None else ""


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


RECOGNISERS: tuple[Recogniser, ...] = (_by_form, _by_openapi, _by_schema_key)
