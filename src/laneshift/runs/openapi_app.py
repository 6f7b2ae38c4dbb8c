"""The OpenAPI document that the configured application serves, asked for in the sandbox."""

from __future__ import annotations

from laneshift.code.modules import Modules
from laneshift.errors import CheckFailed, Refused
from laneshift.evidence.canonical import Json, canonical
from laneshift.gates.app import told_by
from laneshift.gates.sandbox import Limits
from laneshift.repo.objects import Tree
from laneshift.runs.workshop import Workshop

NAME = "the application"


def app_document(shop: Workshop, tree: Tree) -> bytes:
    """The document of the application of a tree, as JSON.

    Raises `Refused` (`openapi.no-app`) where the settings name none, `CheckFailed` (`openapi.app`) for an application
    that does not start, does not answer, or has no operation.
    """
    settings = shop.settings(tree)
    app = settings.gates.app
    if app is None:
        raise Refused(
            "openapi.no-app",
            "the settings name no application whose document could be compared",
            where="gates.app",
            cure='name two documents, or set [gates.app] target = "package.module:app"',
        )
    roots = Modules.of((path for path in tree.entries if path.endswith(".py")), settings.source_roots).roots
    limits = Limits(settings.tests.item_seconds, settings.tests.memory_mib)
    told, output = told_by(shop.sandbox(settings), tree.oid, app, roots, limits, "document", {})
    if "document" not in told:
        fault = str(told.get("fault", "it told nothing"))
        raise CheckFailed("openapi.app", f"{app.target}: {fault}", where="gates.app", why=output[-500:])
    document: Json = told["document"]
    return canonical(document) + b"\n"
