"""Contracts held against the code: each seeded fault is found and named, and what only adds passes."""

from __future__ import annotations

import contextlib
from typing import Any

import pytest

from laneshift.errors import CheckFailed, Refused
from laneshift.manifests.contracts.check import Report, check
from laneshift.manifests.contracts.draft import drafted
from tests.manifests.contracts.scene import CODE, CONTRACT, FILES, PLACE, Scene, changed


def one(report: Report, code: str) -> str:
    """The words of the one fault, which has this code."""
    assert [fault.code for fault in report.all_faults] == [code], [str(fault) for fault in report.all_faults]
    return f"{report.all_faults[0].what} | {report.all_faults[0].cure}"


def test_a_contract_that_is_kept_passes(scene: Scene) -> None:
    report = scene.check()
    assert report.passes, [str(fault) for fault in report.all_faults]
    assert (len(report.checked), report.notes) == (1, ())


FUNCTION = (
    'def place(order: dict, *, dry_run: bool = False) -> int:\n    bus.publish("order.placed", json.dumps(order))\n'
)
HEAD = "def place(order: dict, *, dry_run: bool = False) -> int:"


@pytest.mark.parametrize(
    ("old", "new", "code", "words"),
    [
        (HEAD, "def place_order(order: dict, *, dry_run: bool = False) -> int:", "no-such-function",
         "declares function place, which is not in acme.orders | did you mean 'place_order'?"),
        (HEAD, "class place:\n  def f(self):", "no-such-function", "which is a class in the code"),
        (HEAD, "def place(order: dict, now, *, dry_run: bool = False) -> int:", "signature", "'now' has to be given"),
        (HEAD, "def place(order: list, *, dry_run: bool = False) -> int:", "signature", "'order' is list instead"),
        (HEAD, "def place(order: dict, *, dry_run: bool = True) -> int:", "signature", "'dry_run' is True by default"),
        (HEAD, "def place(order: dict) -> int:", "signature", "'dry_run' is gone"),
        (HEAD, "def place(order: dict, *, dry_run: bool = False) -> str:", "signature", "returns str instead of int"),
        ("async def cancel", "def cancel", "signature", "is not awaited any more"),
        ("class Desk", "class Counter", "no-such-class", "declares class Desk"),
        ("def take", "def accept", "no-such-method", "declares method Desk.take"),
        ("order, /, rush=False", "order, /", "signature", "'rush' is gone"),
        ("def __init__(self, name)", "def __init__(self, name, size)", "signature", "Desk.__init__"),
        ('"order.placed"', '"order.made"', "no-such-event", "publishes 'order.placed' | did you mean 'order.made'?"),
        ('"order.paid"', '"order.payed"', "no-such-event", "subscribes to 'order.paid'"),
        ('"orders.cancel"', '"orders.stop"', "no-such-span", "has span 'orders.cancel'"),
    ],
)  # fmt: skip
def test_a_broken_promise_in_the_code_is_found_and_named(
    scene: Scene, old: str, new: str, code: str, words: str
) -> None:
    told = one(scene.check(scene.code(old, new)), f"contract.{code}")
    assert all(word in told for word in words.split(" | ")), told


def test_a_removed_function_is_found_whatever_else_has_its_name(scene: Scene) -> None:
    gone = CODE.replace(FUNCTION + "    return 1\n", "def other():\n    bus.publish('order.placed')\n    place = 1\n")
    assert "def place" not in gone
    told = one(scene.check({"acme/orders.py": gone}), "contract.no-such-function")
    assert "place" in told


@pytest.mark.parametrize(
    ("old", "new", "notes"),
    [
        ("dry_run: bool = False) -> int", "dry_run: bool = False, note: str = '') -> int", 1),
        ("(path)", "(path, mode='r')", 1),
        ("class Desk", "def more():\n    return 1\n\n\nclass Desk", 0),
        ("    return 1\n", "    bus.publish('order.new')\n    return 1\n", 0),
        ('reason="none"', 'reason="other"', 0),
        ('"order.placed"', "PLACED", 0),
    ],
)
def test_a_compatible_addition_passes(scene: Scene, old: str, new: str, notes: int) -> None:
    code = scene.code(old, new)
    if new == "PLACED":
        code["acme/orders.py"] = f'PLACED = "order.placed"\n{code["acme/orders.py"]}'
    report = scene.check(code, base=scene.base)
    assert report.passes, [str(fault) for fault in report.all_faults]
    assert [note.code for note in report.notes] == ["contract.behind"] * notes


def test_a_text_in_a_docstring_is_no_event(scene: Scene) -> None:
    code = CODE.replace('"order.placed"', '"order.made"').replace('"""Places orders."""', '"""order.placed"""')
    one(scene.check({"acme/orders.py": code}), "contract.no-such-event")


def test_inherited_methods_and_names_from_elsewhere_are_followed(scene: Scene) -> None:
    text = "class Base:\n    def shut(self):\n        return 1\n"
    assert "Desk.close" in one(scene.check({"acme/base.py": text}), "contract.no-such-method")
    api = changed("module", "acme.api", changed("contract_id", "acme.api@v1"))
    api["public_interface"]["functions"] = [
        {"name": "place", "signature": "(order: dict, *, dry_run: bool = False) -> int"},
        {"name": "drop", "signature": "(number)"},
    ]
    api["public_interface"]["events"] = {}
    del api["observability"], api["dependencies"], api["performance_contract"]
    api["deprecations"] = []
    import json

    report = scene.check({"contracts/acme.api.contract.json": json.dumps(api)})
    assert report.passes, [str(fault) for fault in report.all_faults]
    broken = {**scene.code("*, dry_run", "*, wet_run"), "contracts/acme.api.contract.json": json.dumps(api)}
    assert [fault.code for fault in scene.check(broken).all_faults] == ["contract.signature"] * 2


@pytest.mark.parametrize(
    ("path", "value", "code", "words"),
    [
        ("dependencies.internal.0", "acme.stroe", "broken-reference", "'acme.stroe' | did you mean 'acme.store'"),
        ("dependencies.external.0", "jsno", "broken-reference", "'jsno' | did you mean 'json'?"),
        ("dependencies.contracts", ["acme.order@v1"], "broken-reference", "did you mean 'acme.orders@v1'?"),
        (
            "quality_guarantees.tests.0",
            "tests/test_order.py",
            "broken-reference",
            "did you mean 'tests/test_orders.py'",
        ),
        ("deprecations.0.name", "Desk.opens", "broken-reference", "deprecations.name | did you mean 'Desk.open'"),
        ("deprecations.0.replacement", "Desk.nmaed", "broken-reference", "deprecations.replacement"),
        ("performance_contract.benchmarks", ["bench/bench_order.py"], "broken-reference", "bench/bench_orders.py"),
        ("performance_contract.benchmarks", ["bench/bench_orders.py::ran"], "broken-reference", "did you mean 'run'?"),
        ("performance_contract.benchmarks", ["tests/test_orders.py"], "no-benchmark", "nothing in it is one"),
        ("version", "2.0.0", "version", "version 2.0.0 is not of acme.orders@v1"),
        ("owner", " ", "no-owner", "has no owner"),
        ("public_interface.functions.0.signature", "(order", "bad-signature", "is no parameter list"),
        ("public_interface.functions.1.name", "place", "twice", "declares place twice"),
    ],
)
def test_a_fault_in_the_contract_is_found_and_named(scene: Scene, path: str, value: Any, code: str, words: str) -> None:
    report = scene.check(contract=changed(path, value))
    found = [f"{fault.what} | {fault.cure}" for fault in report.all_faults if fault.code == f"contract.{code}"]
    assert found, [str(fault) for fault in report.all_faults]
    assert all(word in found[0] for word in words.split(" | ")), found


def test_a_named_benchmark_has_to_measure_the_module(scene: Scene) -> None:
    other = {"bench/bench_other.py": "import json\n\n\ndef run():\n    json.dumps({})\n"}
    contract = changed("performance_contract.benchmarks", ["bench/bench_other.py"])
    assert "neither imports nor names" in one(scene.check(other, contract), "contract.no-benchmark")


def test_performance_without_a_benchmark_is_found_and_a_fixture_makes_one(scene: Scene) -> None:
    gone: dict[str, str | None] = {"bench/bench_orders.py": None}
    assert "no benchmark of acme.orders" in one(scene.check(gone), "contract.no-benchmark")
    test = "from acme import orders\n\n\ndef test_speed(benchmark):\n    assert benchmark(orders.place, {})\n"
    assert scene.check({**gone, "tests/test_speed.py": test}).passes
    unused = test.replace("benchmark", "bench_mark")
    assert not scene.check({**gone, "tests/test_speed.py": unused}).passes
    assert scene.check(gone, changed("performance_contract", {})).passes


DEEP = [
    "if 1:\n    pass\n" + "".join(f"elif {at}:\n    pass\n" for at in range(1500)),
    "def place(order=" + "+".join(["1"] * 1500) + "):\n    pass\n",
    "class Desk(" + ".".join(["a"] * 1500) + "):\n    pass\n",
    "def place(order: " + "a[" * 150 + "1" + "]" * 150 + "):\n    pass\n",
]


@pytest.mark.parametrize("code", DEEP)
def test_code_that_is_nested_without_end_is_a_fault_and_no_crash(scene: Scene, code: str) -> None:
    report = scene.check({"acme/orders.py": code})
    assert not report.passes
    with contextlib.suppress(Refused):
        drafted(scene.tree({"acme/deep.py": code}), scene.index, "acme.deep")


def test_code_that_cannot_be_parsed_is_no_pass(scene: Scene) -> None:
    report = scene.check({"acme/orders.py": "def place(:\n"})
    assert {"contract.no-code", "contract.no-such-event"} <= {fault.code for fault in report.all_faults}


def test_a_contract_about_nothing_and_no_contract_at_all_are_no_pass(scene: Scene) -> None:
    report = scene.check({"acme/orders.py": None, "bench/bench_orders.py": None, "acme/api.py": None})
    assert any("'acme.orders'" in f.what for f in report.all_faults if f.code == "contract.broken-reference")
    with pytest.raises(CheckFailed) as error:
        scene.check({PLACE: None})
    assert error.value.code == "contract.nothing-checked"
    with pytest.raises(Refused) as refused:
        check(scene.base, scene.index, None, ["acme.nothing"])
    assert refused.value.code == "contract.unknown"


def test_a_single_contract_is_chosen_by_module_id_or_path(scene: Scene) -> None:
    for name in ("acme.orders", "acme.orders@v1", PLACE):
        assert len(check(scene.base, scene.index, None, [name]).checked) == 1


def test_twins_and_misnamed_files_are_found(scene: Scene) -> None:
    import json

    copy = {"contracts/acme.store.contract.json": json.dumps(CONTRACT)}
    assert {fault.code for fault in scene.check(copy).all_faults} == {"contract.misnamed", "contract.twin"}


@pytest.mark.parametrize(("named", "passes"), [("acme.orders@v1", True), (PLACE, True), ("acme.order@v1", False)])
def test_contracts_that_a_manifest_names_have_to_be_there(scene: Scene, named: str, passes: bool) -> None:
    report = scene.check({"acme/module.manifest.json": f'{{"contracts": ["{named}"]}}'})
    assert report.passes == passes
    if not passes:
        assert "did you mean 'acme.orders@v1'?" in one(report, "contract.broken-reference")


def test_the_scene_is_whole() -> None:
    assert FILES["acme/orders.py"] == CODE
