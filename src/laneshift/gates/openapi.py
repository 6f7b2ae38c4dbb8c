"""OpenAPI documents, in one file or several of the tree. Nothing outside of it is ever read."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import unquote, urlsplit

from laneshift.gates.apart import Look, bounded
from laneshift.gates.known import ROOT, Known, Unjudged, document_of, instance, message, unjudged_cause
from laneshift.repo.objects import Tree

_LIBRARIES = frozenset({"openapi_spec_validator", "openapi_schema_validator", "jsonschema", "referencing", "pathable"})


class _Every(dict[str, Callable[[str], Any]]):
    """Handlers for every scheme that there is: the library asks the network for one that has none."""

    def __init__(self, handler: Callable[[str], Any]) -> None:
        super().__init__()
        self._handler = handler

    def __contains__(self, scheme: object) -> bool:
        return True

    def __getitem__(self, scheme: str) -> Callable[[str], Any]:
        return self._handler


def openapi_fault(known: Known, tree: Tree) -> str:
    """What is wrong with the document; empty when nothing is.

    Raises `Unjudged` for a reference out of the tree, and when its regular expressions do not come to an end: what is
    declared as a default is held to them.
    """
    return bounded(_fault, known, tree)


def _fault(known: Known, tree: Tree, look: Look) -> str:
    shortcuts: Any = importlib.import_module("openapi_spec_validator.shortcuts")
    paths: Any = importlib.import_module("jsonschema_path")
    document = instance(known.document)
    look(document)
    if leaving := next(_leaving(document), ""):
        raise Unjudged(f"it refers to {leaving[:200]}, which is not in the repository")

    def of_tree(uri: str) -> Any:
        if not uri.startswith(ROOT):
            raise Unjudged(f"{known.path} refers to {uri}, which is not in the repository")
        found = instance(document_of(tree, unquote(urlsplit(uri).path).lstrip("/"), "part of a document"))
        look(found)
        if leaving := next(_leaving(found), ""):
            raise Unjudged(f"{uri.removeprefix(ROOT)} refers to {leaving[:200]}, which is not in the repository")
        return found

    try:
        kind = shortcuts.get_validator_cls(document)
        whole = paths.SchemaPath.from_dict(document, base_uri=f"{ROOT}{known.path}", handlers=_Every(of_tree))
        kind(whole).validate()
    except shortcuts.ValidatorDetectError:
        return "says that it is OpenAPI, of a version that does not exist"
    except Exception as error:
        if cause := unjudged_cause(error):
            raise cause from error
        own = type(error).__module__.partition(".")[0] in _LIBRARIES
        if own or isinstance(error, (ValueError, RecursionError, LookupError)):
            return f"is no valid OpenAPI document: {message(error)}"
        raise
    return ""


def _leaving(document: Any) -> Iterator[str]:
    """References that name a scheme or a host: to files, the network, anything but this tree."""
    pending = [document]
    while pending:
        found = pending.pop()
        if isinstance(found, dict):
            target = found.get("$ref")
            if isinstance(target, str) and (urlsplit(target).scheme or urlsplit(target).netloc):
                yield target
            pending.extend(found.values())
        elif isinstance(found, list):
            pending.extend(found)
