"""Manifests: read with every fault at once, generated from the tree, and the same the second time."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from laneshift.code.index import Index
from laneshift.errors import Refused
from laneshift.lanes.manifest_text import FILE, Manifest, read, renewed, write
from laneshift.lanes.manifests import faults_of, generated, packages
from laneshift.repo.objects import Repository, Tree
from tests.lanes.ground import LANES, atlas_of, repository, tree_with

GOOD = b"""\
# kept
name: core.pay   # the module
lane: core
owner: 'team: pay'
description: Takes money.
slo: {p95_ms: 250}
gates: [imports, smoke]
artifacts:
  - docs/pay.md
"""
_WORDS = st.text(st.characters(categories=("L", "N", "P", "S"), include_characters=" ", codec="utf-8"), max_size=30)


def test_a_manifest_says_what_it_says() -> None:
    manifest, faults = read(GOOD, FILE)
    assert faults == ()
    gates, artifacts = ("imports", "smoke"), ("docs/pay.md",)
    assert manifest == Manifest("core.pay", "core", "team: pay", "Takes money.", 250.0, gates, artifacts)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (b"", "is empty"),
        (b"\xff", "is not UTF-8"),
        (b"a: [", "is not YAML"),
        (b"- a\n", "no table"),
        (b"a: &x 1\nb: *x\n", "anchors or aliases"),
        (b"name: !!python/object/apply:os.system ['true']\n", "uses a tag"),
        (b"--- 1\n--- 2\n", "more than one document"),
        (b"[" * 5000 + b"]" * 5000, "nested too deep"),
        (b"x" * 70_000, "is larger than"),
        (GOOD + b"name: again\n", "stands there twice"),
        (GOOD + b"speed: 1\n", "is no key"),
        (GOOD.replace(b"core.pay", b"12"), "is no text"),
        (GOOD.replace(b"core.pay", b"core..pay"), "is no dotted name"),
        (GOOD.replace(b"'team: pay'", b"' '"), "has no owner"),
        (GOOD.replace(b"250", b"-1"), "above 0"),
        (GOOD.replace(b"250", b".inf"), "above 0"),
        (GOOD.replace(b"{p95_ms: 250}", b"{}"), "has no p95_ms"),
        (GOOD.replace(b"{p95_ms: 250}", b"fast"), "no table"),
        (GOOD.replace(b"[imports, smoke]", b"imports"), "is no list"),
        (GOOD.replace(b"smoke", b"'a b'"), "is no name"),
        (GOOD.replace(b"docs/pay.md", b"../secret"), "no path inside"),
        (GOOD.replace(b"docs/pay.md", b"/etc/passwd"), "no path inside"),
        (GOOD.replace(b"Takes money.", b'"\\e[31m"'), "cannot be seen"),
    ],
)
def test_hostile_and_broken_manifests_are_refused_in_words(text: bytes, told: str) -> None:
    manifest, faults = read(text, FILE)
    assert manifest is None
    assert any(told in fault.what for fault in faults), faults


def test_every_fault_is_told_at_once_with_its_line() -> None:
    _, faults = read(b"nam: x\nlane: 1\nowner: ''\ngates: a\nartifacts: ['..']\n", FILE)
    lines = {fault.where for fault in faults}
    assert lines == {f"{FILE}:1", f"{FILE}:2", f"{FILE}:3", f"{FILE}:4"}
    assert len(faults) == 6


@settings(derandomize=True, max_examples=150)
@given(_WORDS, _WORDS, st.none() | st.floats(0.5, 1e6).map(lambda value: round(value, 3)))
def test_what_is_written_is_read(owner: str, description: str, p95_ms: float | None) -> None:
    manifest = Manifest("core.pay", "core", f"x{owner}", description, p95_ms, ("imports",), ("docs/a.md", "docs"))
    assert read(write(manifest), FILE) == (manifest, ())


def test_only_the_lines_that_change_change() -> None:
    old, _ = read(GOOD, FILE)
    assert old is not None
    new = Manifest("core.money", "labs", old.owner, old.description, old.p95_ms, old.gates, old.artifacts)
    expected = GOOD.replace(b"name: core.pay ", b"name: core.money ").replace(b"lane: core", b"lane: labs")
    assert renewed(GOOD, old, new) == expected
    assert renewed(GOOD, old, old) == GOOD


@pytest.fixture
def tree(tmp_path_factory: pytest.TempPathFactory) -> Tree:
    repo: Repository = repository(tmp_path_factory.mktemp("manifests") / "repo")
    files = {"core/pay/__init__.py": '"""Takes money.\n\nMore."""\n', "docs/pay.md": "x", "candidate/x.py": ""}
    return tree_with(repo.tree("HEAD"), files)


def made(tree: Tree, *chosen: str) -> dict[str, bytes]:
    modules = atlas_of(tree).modules
    facts = Index.open(tree.repository).facts(tree)
    return generated(tree, packages(tree, modules, LANES, chosen), modules, LANES, facts)


def test_all_of_them_are_the_outermost_packages_and_those_that_have_one(tree: Tree) -> None:
    assert set(made(tree)) == {f"{name}/{FILE}" for name in ("core", "labs", "serve")}
    assert made(tree, "core.pay") == made(tree, "core/pay/")
    one = made(tree, "core.pay")
    assert one == {f"core/pay/{FILE}": write(Manifest("core.pay", "core", "platform", "Takes money."))}
    assert set(made(tree_with(tree, dict(one)))) >= set(one)


def test_generating_again_changes_nothing_and_follows_a_move(tree: Tree) -> None:
    after = tree_with(tree, {**made(tree), f"core/pay/{FILE}": GOOD})
    again = made(after)
    assert again == {path: after.read(path) for path in again}
    assert len(again) == 4
    moved = tree_with(after, {"labs/pay/__init__.py": "", f"labs/pay/{FILE}": GOOD, f"core/pay/{FILE}": None})
    text = made(moved, "labs.pay")[f"labs/pay/{FILE}"]
    assert text == GOOD.replace(b"core.pay", b"labs.pay").replace(b"lane: core", b"lane: labs")


def test_validation_tells_what_the_tree_contradicts(tree: Tree) -> None:
    modules = atlas_of(tree).modules
    wrong = GOOD.replace(b"core.pay", b"core.buy").replace(b"lane: core", b"lane: serve").replace(b"pay.md", b"no.md")
    after = tree_with(tree, {f"core/pay/{FILE}": wrong})
    count, faults = faults_of(after, ["core/pay", "serve"], modules, LANES)
    assert (count, [fault.code for fault in faults]) == (
        1,
        ["lanes.manifest-name", "lanes.manifest-lane", "lanes.manifest-artifact", "lanes.no-manifest"],
    )
    assert faults_of(tree_with(tree, {f"core/pay/{FILE}": GOOD}), ["core/pay"], modules, LANES) == (1, ())


def test_an_unknown_module_and_a_manifest_that_cannot_be_read_are_refused(tree: Tree) -> None:
    with pytest.raises(Refused, match="is no package"):
        made(tree, "core.nothing")
    with pytest.raises(Refused) as caught:
        made(tree_with(tree, {f"core/pay/{FILE}": b"a: [", f"labs/{FILE}": b"- x"}))
    assert len(caught.value.faults) == 2
