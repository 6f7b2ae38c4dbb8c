"""OpenAPI for `laneshift report health`: documents of the tree, the application's own, and what changed in it."""

from __future__ import annotations

from collections.abc import Callable

from laneshift.config import Settings
from laneshift.errors import Refused
from laneshift.repo.objects import Tree
from laneshift.reports.health import kept
from laneshift.reports.health.model import Section
from laneshift.reports.health.openapi import candidates, look, section
from laneshift.reports.openapi.comparing import Compared, compare
from laneshift.reports.openapi.document import document
from laneshift.reports.openapi.validity import remark
from laneshift.runs.openapi_app import NAME, app_document
from laneshift.runs.workshop import Workshop

Kept = Callable[[Callable[[], Section]], Section]


def openapi(shop: Workshop, tree: Tree, settings: Settings, keep: Kept) -> Section:
    """The section. `keep` keeps what was found in a tree alone; what an application serves depends on more than that.

    Raises what looking, serving and comparing do.
    """
    inputs = {"section": "openapi", "tree": tree.oid}
    names = kept.paths(shop.results, inputs, lambda: candidates(tree))
    if settings.gates.app is None:
        return keep(lambda: section(look(tree, names)))
    data = app_document(shop, tree)
    fault = _fault(data, tree)
    compared = None if fault else _compared(tree, settings, data)
    return section(look(tree, names, (NAME, fault)), compared)


def _fault(data: bytes, tree: Tree) -> str:
    """What is wrong with the document that the application serves; empty for nothing."""
    try:
        return remark(document(NAME, data), tree)
    except Refused as error:
        if error.code == "openapi.no-validator":
            raise
        return error.what


def _compared(tree: Tree, settings: Settings, data: bytes) -> Compared | None:
    """What changed since the baseline; None where none is committed. Raises `Refused` for a damaged one."""
    path = settings.openapi.baseline
    entry = tree.entry(path)
    if entry is None:
        return None
    if not entry.is_regular:
        raise Refused("openapi.no-baseline", "the baseline is no file", where=path)
    old = document(path, tree.read(path))
    return compare(old, document(NAME, data), unsure_passes=settings.openapi.unsure == "pass")
