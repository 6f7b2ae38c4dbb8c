"""What holds for every batch, however odd: nothing crashes, nothing leaves the repository, the classes add up."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from laneshift.code.modules import Modules
from laneshift.lanes.model import Lanes, top_folders
from laneshift.repo.objects import Tree
from laneshift.runs import paths
from laneshift.runs.batch import ParsedBatch, parse
from laneshift.runs.classify import Classified, classify
from tests.repo.builders import repo_at

FILES = ("labs/__init__.py", "labs/a.py", "labs/p/__init__.py", "labs/p/q.py", "core/b.py", "core/B/c.py", "root.py")
WORDS = ("labs", "core", "Core", "p", "a.py", "a", "b.py", "B", "q.py", "new", "x.py", "..", ".", "", ".git", "\\", "é")
ENDS = (".tsv", ".toml", ".json")

paths_written = st.one_of(
    st.sampled_from(FILES),
    st.lists(st.sampled_from(WORDS), min_size=1, max_size=4).map("/".join),
    st.text(max_size=12),
)
names = st.one_of(st.sampled_from(["labs.a", "labs.p", "labs.p.q", "core.b", "root"]), st.text(max_size=8))
rows = st.tuples(names, paths_written, paths_written).map("\t".join)
texts = st.lists(st.one_of(rows, rows, st.text(max_size=30)), max_size=8).map("\n".join)
datas = st.one_of(texts.map(lambda text: text.encode("utf-8", "surrogatepass")), st.binary(max_size=200))
values = st.recursive(
    st.none() | st.booleans() | st.integers() | paths_written, lambda inner: st.lists(inner, max_size=3), max_leaves=4
)
rich_items = st.dictionaries(
    st.sampled_from(["module", "src", "dst", "kind", "owner", "risk", "task", "exceptions", "odd"]), values
)


@pytest.fixture(scope="module")
def tree(tmp_path_factory: pytest.TempPathFactory) -> Tree:
    return repo_at(tmp_path_factory.mktemp("properties") / "repo", dict.fromkeys(FILES, "")).tree("HEAD")


def judge(batch: ParsedBatch, tree: Tree) -> Classified:
    lanes = Lanes.of({}, top_folders(tree.entries))
    return classify(batch, tree, Modules.of(tree.entries), lanes, lambda src, dst: len(src) % 2 == 0)


def check_all(batch: ParsedBatch, tree: Tree) -> Classified:
    found = judge(batch, tree)
    assert len(found.items) == len(batch.lines) == sum(found.counts.values())
    assert len({item.id for item in found.items}) == len(found.items)
    refused = [item for item in found.items if item.status == "refused"]
    places = {fault.where for fault in found.faults}
    assert {item.line.where for item in refused} <= places
    assert all(item.reason for item in refused)
    assert all(paths.visible(str(fault)) == str(fault) for fault in found.faults)
    for item in found.items:
        if item.status != "refused":
            assert item.lane
            assert not item.reason
            for path in (item.line.src, item.line.dst):
                check_inside(path)
    return found


def check_inside(path: str) -> None:
    parts = path.split("/")
    assert all(part not in ("", ".", "..") for part in parts)
    assert not any(part.lower().startswith(".git") for part in parts)
    assert "\\" not in path
    assert all(character.isprintable() for character in path)
    assert path == paths.normalise(path)


@settings(max_examples=400)
@given(data=datas, end=st.sampled_from(ENDS))
def test_no_batch_crashes_or_leaves_the_repository(tree: Tree, data: bytes, end: str) -> None:
    batch = parse(f"core{end}", data)
    if end == ".tsv":
        raw = data.removeprefix(b"\xef\xbb\xbf").split(b"\n")
        written = [line for line in raw if line.removesuffix(b"\r").strip(b" \t") and not line.startswith(b"#")]
        assert len(batch.lines) == len(written)
    check_all(batch, tree)


@settings(max_examples=200)
@given(items=st.lists(rich_items | values, max_size=4))
def test_no_rich_item_crashes(tree: Tree, items: list[object]) -> None:
    batch = parse("core.json", json_bytes(items))
    assert len(batch.lines) == len(items)
    check_all(batch, tree)


def json_bytes(items: list[object]) -> bytes:
    return json.dumps({"items": items}).encode()


moves = st.tuples(
    st.sampled_from(["labs/a.py", "labs/p", "labs/p/q.py", "core/b.py", "core/B", "root.py", "labs/gone.py"]),
    st.sampled_from(
        ["core/x.py", "core/X.py", "core/x", "core/x/y.py", "labs/p/z.py", "labs/a.py", "CORE/n.py", "core/n/", "b.py"]
    ),
)


@settings(max_examples=300)
@given(chosen=st.lists(moves, min_size=1, max_size=6), data=st.data())
def test_the_order_of_lines_refuses_nobody(tree: Tree, chosen: list[tuple[str, str]], data: st.DataObject) -> None:
    lines = [f"{src.removesuffix('.py').replace('/', '.')}\t{src}\t{dst}" for src, dst in chosen]
    order = data.draw(st.permutations(range(len(lines))))
    straight = check_all(parse("core.tsv", "\n".join(lines).encode()), tree)
    shuffled = check_all(parse("core.tsv", "\n".join(lines[at] for at in order).encode()), tree)
    codes = [sorted(f.code for f in straight.faults if f.where == item.line.where) for item in straight.items]
    for at, item in zip(order, shuffled.items, strict=True):
        assert item.status == straight.items[at].status
        assert sorted(fault.code for fault in shuffled.faults if fault.where == item.line.where) == codes[at]


@settings(max_examples=200)
@given(text=texts.filter(lambda text: "\r" not in text))
def test_both_line_ends_say_the_same(tree: Tree, text: str) -> None:
    data = text.encode("utf-8", "surrogatepass")
    unix, windows = parse("core.tsv", data), parse("core.tsv", data.replace(b"\n", b"\r\n"))
    assert unix == windows
    assert judge(unix, tree) == judge(windows, tree)


@settings(max_examples=200)
@given(chosen=st.lists(moves, min_size=1, max_size=5))
def test_what_is_ready_can_be_applied_together(tree: Tree, chosen: list[tuple[str, str]]) -> None:
    """Ready items relocate without ever writing over each other or over what stands, in either order."""
    lines = [f"{src.removesuffix('.py').replace('/', '.')}\t{src}\t{dst}" for src, dst in chosen]
    ready = judge(parse("core.tsv", "\n".join(lines).encode()), tree).of("ready")
    ends = set()
    for ordered in (ready, ready[::-1]):
        standing = set(tree.entries)
        for item in ordered:
            moving = {path for path in standing if path == item.line.src or path.startswith(f"{item.line.src}/")}
            arriving = {item.line.dst + path[len(item.line.src) :] for path in moving}
            assert moving
            assert not arriving & (standing - moving)
            standing = (standing - moving) | arriving
        assert len(standing) == len(tree.entries)
        ends.add(frozenset(standing))
        folded = {paths.collision_key(path) for path in standing}
        assert len(folded) == len(standing)
    assert len(ends) == 1
