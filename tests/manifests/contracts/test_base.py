"""Promises that were made on a base: taking one back needs a new major version, adding one does not."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.manifests.contracts.scene import CODE, CONTRACT, PLACE, Scene, changed

FUNCTIONS = CONTRACT["public_interface"]["functions"]
BREAKS: list[tuple[str, Any, str, str, str]] = [
    ("public_interface.functions", FUNCTIONS[1:], "def place(", "def put(", "has no function place any more"),
    ("public_interface.functions.0.signature", "(order: dict, now, *, dry_run: bool = False) -> int",
     "place(order: dict,", "place(order: dict, now,", "changes function place: 'now' has to be given now"),
    ("public_interface.functions.0.name", "put", "def place(", "def put(", "has no function place any more"),
    ("public_interface.events.publishes.0", "order.made", "order.placed", "order.made",
     "no longer publishes 'order.placed' (is it 'order.made' now?)"),
    ("public_interface.events.subscribes", [], "X", "X", "no longer subscribes to 'order.paid'"),
    ("public_interface.classes.0.name", "Counter", "class Desk", "class Counter", "has no class Desk any more"),
    ("public_interface.classes.0.methods.3", None, "X", "X", "has no method Desk.take any more"),
    ("public_interface.functions.1.is_async", False, "async def", "def", "is not awaited any more"),
    ("performance_contract.p95_ms", 30, "X", "X", "promises less of p95_ms: 30 instead of 20"),
    ("performance_contract.throughput", 100, "X", "X", "promises less of throughput: 100 instead of 100.5"),
    ("performance_contract.memory", None, "X", "X", "promises less of memory: nothing instead of 64"),
    ("capabilities.0.guarantees", [], "X", "X", "does not guarantee 'an order is placed once'"),
    ("capabilities", [], "X", "X", "has no capability 'ordering' any more"),
]  # fmt: skip


@pytest.mark.parametrize(("path", "value", "old", "new", "words"), BREAKS)
def test_a_break_needs_a_new_major(scene: Scene, path: str, value: Any, old: str, new: str, words: str) -> None:
    contract = changed(path, value)
    if "Counter" in new:
        contract = changed("deprecations", [], contract)
    code = {"acme/orders.py": CODE.replace(old, new)}
    report = scene.check(code, contract, base=scene.base)
    found = [fault for fault in report.all_faults if fault.code == "contract.breaks"]
    assert any(words in fault.what for fault in found), [str(fault) for fault in report.all_faults]
    assert "acme.orders@v2" in found[0].cure
    raised = changed("contract_id", "acme.orders@v2", changed("version", "2.0.0", contract))
    told = scene.check(code, raised, base=scene.base).all_faults
    assert [fault for fault in told if fault.code == "contract.breaks"] == []
    if value is not None and path != "public_interface.classes.0.methods.3":
        assert told == (), [str(fault) for fault in told]


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("public_interface.functions.0.signature", "(order: dict, *, dry_run: bool = False, note: str = '') -> int"),
        ("public_interface.events.publishes", ["order.placed", "order.new"]),
        ("performance_contract.p95_ms", 10),
        ("capabilities.0.guarantees", ["an order is placed once", "and quickly"]),
        ("purpose", "Something else to say."),
        ("observability.spans", []),
    ],
)
def test_an_addition_needs_none(scene: Scene, path: str, value: Any) -> None:
    code = CODE.replace("dry_run: bool = False)", "dry_run: bool = False, note: str = '')")
    code = code.replace("    return 1\n", "    bus.publish('order.new')\n    return 1\n")
    report = scene.check({"acme/orders.py": code}, changed(path, value), base=scene.base)
    assert report.passes, [str(fault) for fault in report.all_faults]


def test_a_later_major_should_tell_what_it_broke(scene: Scene) -> None:
    second = changed("contract_id", "acme.orders@v2", changed("version", "2.0.0"))
    report = scene.check(contract=second)
    assert report.passes
    assert [note.code for note in report.notes] == ["contract.break-untold"]
    told = changed("breaking_changes.0.version", "2.0.0", second)
    assert scene.check(contract=told).notes == ()


def test_a_contract_goes_away_only_after_it_was_deprecated(scene: Scene) -> None:
    report = scene.check({PLACE: None}, base=scene.base)
    assert [fault.code for fault in report.all_faults] == ["contract.removed"]
    deprecated = scene.tree({}, changed("status", "deprecated"))
    assert scene.check({PLACE: None}, base=deprecated).passes


def test_a_major_never_goes_back_and_a_move_is_followed_by_the_name(scene: Scene) -> None:
    ahead = scene.tree({}, changed("contract_id", "acme.orders@v3", changed("version", "3.0.0")))
    assert [f.code for f in scene.check(base=ahead).all_faults] == ["contract.major-back"]
    moved = changed("module", "acme.desk")
    files = {"acme/desk.py": CODE, "acme/orders.py": None, PLACE: None, "acme/api.py": None}
    files |= {"contracts/acme.desk.contract.json": json.dumps(moved)}
    files |= {"bench/bench_orders.py": "import acme.desk\n"}
    report = scene.check(files, base=scene.base)
    assert report.passes, [str(fault) for fault in report.all_faults]
    smaller = changed("public_interface.events.publishes", [], moved)
    files |= {"contracts/acme.desk.contract.json": json.dumps(smaller)}
    assert [f.code for f in scene.check(files, base=scene.base).all_faults] == ["contract.breaks"]


def test_a_contract_that_cannot_be_read_any_more_is_one_fault(scene: Scene) -> None:
    report = scene.check({PLACE: "{"}, base=scene.base)
    assert [fault.code for fault in report.all_faults] == ["contract.unreadable"]
