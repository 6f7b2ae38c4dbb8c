"""A small repository with one module that promises everything there is to promise, and helpers to break it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from laneshift.code.index import Index
from laneshift.manifests.contracts.check import Report, check
from laneshift.manifests.contracts.draft import drafted
from laneshift.repo.objects import File, Tree
from tests.repo.builders import repo_at

CODE = '''\
"""Places orders."""

from __future__ import annotations

import json

from acme import store
from acme.base import Base


def place(order: dict, *, dry_run: bool = False) -> int:
    bus.publish("order.placed", json.dumps(order))
    return 1


async def cancel(number, reason="none"):
    with tracer.start_as_current_span("orders.cancel"):
        return store.drop(number)


class Desk(Base):
    def __init__(self, name):
        self.name = name

    @staticmethod
    def open(path):
        return Desk(path)

    @classmethod
    def named(cls, name):
        return cls(name)

    def take(self, order, /, rush=False):
        bus.subscribe("order.paid", self.take)
'''
FILES = {
    "acme/__init__.py": "",
    "acme/base.py": "class Base:\n    def close(self, force=False):\n        return force\n",
    "acme/store.py": "def drop(number):\n    return number\n",
    "acme/orders.py": CODE,
    "acme/api.py": "from acme.orders import Desk, place as put\nfrom acme.store import *\n\nplace = put\n",
    "bench/bench_orders.py": "import acme.orders\n\n\ndef run():\n    acme.orders.place({})\n",
    "tests/test_orders.py": "from acme import orders\n\n\ndef test_place():\n    assert orders.place({})\n",
}
PLACE = "contracts/acme.orders.contract.json"
CONTRACT: dict[str, Any] = {
    "schema_version": "1.0",
    "contract_id": "acme.orders@v1",
    "module": "acme.orders",
    "version": "1.2.0",
    "status": "active",
    "tier": "T1_critical",
    "owner": "shop",
    "purpose": "Places orders.",
    "capabilities": [{"name": "ordering", "type": "command", "guarantees": ["an order is placed once"]}],
    "public_interface": {
        "classes": [
            {
                "name": "Desk",
                "methods": [
                    {"name": "__init__", "signature": "(name)"},
                    {"name": "open", "signature": "(path)"},
                    {"name": "named", "signature": "(cls, name)"},
                    {"name": "take", "signature": "(self, order, /, rush=False)"},
                    {"name": "close", "signature": "(force=False)"},
                ],
            }
        ],
        "functions": [
            {"name": "place", "signature": "(order: dict, *, dry_run: bool = False) -> int"},
            {"name": "cancel", "signature": "(number, reason=...)", "is_async": True},
        ],
        "events": {"publishes": ["order.placed"], "subscribes": ["order.paid"]},
    },
    "dependencies": {"internal": ["acme.store"], "external": ["json"], "contracts": []},
    "quality_guarantees": {"min_coverage": 80, "tests": ["tests/test_orders.py"], "statements": []},
    "performance_contract": {"p95_ms": 20, "throughput": 100.5, "memory": 64},
    "observability": {"spans": ["orders.cancel"], "metrics": [], "logging": "acme.orders"},
    "breaking_changes": [{"version": "1.0.0", "description": "the first"}],
    "deprecations": [{"name": "Desk.open", "since": "1.1.0", "removal": "2.0.0", "replacement": "Desk.named"}],
}


def changed(path: str, value: Any, contract: Mapping[str, Any] = CONTRACT) -> dict[str, Any]:
    """A copy of the contract with the value at a dotted path replaced; None takes it away."""
    made: dict[str, Any] = json.loads(json.dumps(contract))
    *above, last = path.split(".")
    table: Any = made
    for part in above:
        table = table[int(part)] if isinstance(table, list) else table[part]
    key: Any = int(last) if isinstance(table, list) else last
    if value is None:
        del table[key]
    else:
        table[key] = value
    return made


class Scene:
    """A repository whose trees are checked in process."""

    def __init__(self, path: Path) -> None:
        self.repository = repo_at(path, {**FILES, PLACE: json.dumps(CONTRACT)})
        self.index = Index.open(self.repository)
        self.base = self.repository.tree("HEAD")

    def tree(self, files: Mapping[str, str | None], contract: Mapping[str, Any] | None = None) -> Tree:
        """The base with files written or (None) deleted, and another contract."""
        changes = {path: None if text is None else File(text.encode()) for path, text in files.items()}
        if contract is not None:
            changes[PLACE] = File(json.dumps(contract).encode())
        return self.base.edit(changes)

    def check(
        self, files: Mapping[str, str | None] | None = None, contract: Mapping[str, Any] | None = None, **more: Any
    ) -> Report:
        """What a check of such a tree says."""
        return check(self.tree(files or {}, contract), self.index, **more)

    def with_draft(self, tree: Tree, module: str) -> tuple[Tree, dict[str, Any]]:
        """A tree with a draft for a module, and the draft."""
        path, data = drafted(tree, self.index, module)
        return tree.edit({path: File(data)}), json.loads(data)

    def code(self, old: str, new: str) -> dict[str, str | None]:
        """The module's code with one text replaced by another."""
        assert old in CODE
        return {"acme/orders.py": CODE.replace(old, new)}
