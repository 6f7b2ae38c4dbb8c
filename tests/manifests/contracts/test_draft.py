"""A draft holds as it is, whatever the code; and how many critical modules have a contract that holds."""

from __future__ import annotations

import json
from fractions import Fraction

import pytest

from laneshift.errors import CheckFailed, Refused
from laneshift.manifests.contracts.check import check
from laneshift.manifests.contracts.coverage import coverage
from laneshift.manifests.contracts.draft import drafted
from laneshift.repo.objects import File
from tests.manifests.contracts.scene import CONTRACT, PLACE, Scene, changed

HARD = '''\
"""Hard \\x1b to read."""
from __future__ import annotations
from typing import overload
import functools

LIMIT = object()

@overload
def f(a: int) -> int: ...
@overload
def f(a: str) -> str: ...
def f(a, b=LIMIT, *rest, c: "list[int]" = [], d=lambda x: x, **more): return a

try:
    from fast import g
except ImportError:
    def g(x, /, y=1.5e300, *, z=-1): return x

if LIMIT:
    async def h(): return None
else:
    def h(other): return other

k = f

class Meta(type): pass

class C(dict, metaclass=Meta):
    def __init__(self, cls, name="x\\n"): self.cls = cls
    @property
    def p(self): return 1
    @p.setter
    def p(self, value): pass
    @staticmethod
    def s(cls): return cls
    @classmethod
    def m(cls, other=...): return other
    @functools.cached_property
    def q(this): return 2
    def again(self): return 1
    def again(self, twice): return 2
    def _own(self): return 3
    class Inner: pass

def été(naïve="✓"): bus.publish("tea.event"); return naïve
'''


def test_a_draft_of_anything_python_has_holds_at_once(scene: Scene) -> None:
    tree, document = scene.with_draft(scene.tree({"acme/hard.py": HARD}), "acme.hard")
    report = check(tree, scene.index, scene.base)
    assert report.passes, [str(fault) for fault in report.all_faults]
    interface = document["public_interface"]
    told = {each["name"]: each["signature"] for each in interface["functions"]}
    assert told["f"] == "(a, b=..., *rest, c: list[int] = [], d=..., **more)"
    assert {"f", "h", "été"} <= set(told)
    methods = {each["name"]: each["signature"] for each in interface["classes"][0]["methods"]}
    assert methods == {
        "__init__": "(cls, name='x\\n')", "p": "()", "s": "(cls)", "m": "(other=...)", "q": "()", "again": "(twice)",
    }  # fmt: skip
    assert interface["events"]["publishes"] == ["tea.event"]
    assert document["purpose"] == "Hard   to read."


@pytest.mark.parametrize("module", ["acme", "acme.api", "acme.store", "acme/base.py", "tests.test_orders"])
def test_each_module_of_the_scene_has_a_draft_that_holds(scene: Scene, module: str) -> None:
    tree, _ = scene.with_draft(scene.base, module)
    report = check(tree, scene.index)
    assert report.passes, [str(fault) for fault in report.all_faults]
    assert drafted(scene.base, scene.index, module) == drafted(scene.base, scene.index, module)


def test_a_draft_takes_owner_and_tier_from_the_manifest(scene: Scene) -> None:
    manifest = '{"metadata": {"owner": "shop"}, "testing": {"quality_tier": "T1_critical"}}'
    _, document = scene.with_draft(scene.tree({"acme/module.manifest.json": manifest}), "acme")
    assert (document["owner"], document["tier"]) == ("shop", "T1_critical")


def test_a_draft_that_no_longer_fits_the_code_is_found(scene: Scene) -> None:
    tree, _ = scene.with_draft(scene.tree({"acme/hard.py": HARD}), "acme.hard")
    for old, new in (("def été", "def ete"), ("def again(self, twice)", "def again(self, thrice)"), ("tea.", "hot.")):
        broken = tree.edit({"acme/hard.py": File(HARD.replace(old, new).encode())})
        assert len(check(broken, scene.index, None, ["acme.hard"]).all_faults) == 1, old


def test_what_cannot_be_drafted_is_refused(scene: Scene) -> None:
    tree = scene.tree({"acme/bad.py": "def f(:\n"})
    for module, code in (
        ("acme.orders", "contract.exists"),
        ("acme.nothing", "contract.no-such-module"),
        ("../acme", "contract.no-such-module"),
        ("acme.bad", "contract.no-code"),
    ):
        with pytest.raises(Refused) as error:
            drafted(tree, scene.index, module)
        assert error.value.code == code
    with pytest.raises(Refused, match=r"no module") as error:
        drafted(scene.base, scene.index, "acme.stroe")
    assert error.value.cure.startswith("did you mean 'acme.store'")


def manifest(tier: str) -> str:
    return json.dumps({"testing": {"quality_tier": tier}})


def test_coverage_of_nothing_is_an_error_and_never_all(scene: Scene) -> None:
    for files in ({}, {"acme/module.manifest.json": manifest("T2_important")}):
        with pytest.raises(CheckFailed) as error:
            coverage(scene.tree(files), scene.index)
        assert error.value.code == "contract.no-critical-module"


def test_coverage_counts_contracts_that_hold_and_explains_the_others(scene: Scene) -> None:
    files: dict[str, str | None] = {
        "acme/orders/__init__.py": "def place():\n    return 1\n",
        "acme/other/__init__.py": "X = 1\n",
        "acme/orders.py": None,
        "acme/api.py": None,
        "bench/bench_orders.py": None,
        "acme/orders/module.manifest.json": manifest("T1_critical"),
        "acme/other/module.manifest.json": manifest("T1_critical"),
        "acme/module.manifest.json": "{",
    }
    found = coverage(scene.tree(files), scene.index)
    assert (found.modules, found.covered, found.share) == (("acme.orders", "acme.other"), (), Fraction(0))
    reasons = dict(found.missing)
    assert reasons["acme.other"] == "has no contract"
    assert reasons["acme.orders"].startswith(f"{PLACE}: place(")
    assert [fault.where for fault in found.unread] == ["acme/module.manifest.json"]
    interface = {"functions": [{"name": "place", "signature": "()"}]}
    plain = changed("public_interface", interface, {**CONTRACT, "deprecations": []})
    for key in ("dependencies", "quality_guarantees", "performance_contract", "observability"):
        del plain[key]
    better = coverage(scene.tree({**files, PLACE: json.dumps(plain)}), scene.index)
    assert (better.covered, better.share) == (("acme.orders",), Fraction(1, 2))
    unreadable = coverage(scene.tree({**files, PLACE: "{"}), scene.index)
    assert dict(unreadable.missing)["acme.orders"] == f"{PLACE} cannot be read"
