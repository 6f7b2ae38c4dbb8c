"""The body of a change: everything that it has to say, tables that are tables, and names that stay names."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from markdown_it.token import Token

from laneshift.forge.github.calls import Calls, Place
from laneshift.forge.github.changes import GitHubChanges
from laneshift.forge.github.checks import GitHubChecks
from laneshift.forge.github.markers import LONGEST, key_of, marked
from laneshift.forge.port import Change
from laneshift.runs.reviews.body import LIMIT, body_of, title_of
from laneshift.runs.reviews.facts import (
    AgentFacts,
    CanaryFacts,
    ChangeFacts,
    GateFacts,
    ItemFacts,
    SuiteFacts,
    gates_of,
)
from laneshift.runs.reviews.names import branch_of
from laneshift.runs.reviews.names import key_of as key_for
from laneshift.runs.reviews.statuses import checks_of
from laneshift.runs.reviews.written import named, table
from tests.forge.github.hub import Hub
from tests.forge.github.serving import KEY, serving

HOSTILE = [
    "@everyone fixes #1",
    "a|b|c",
    "tick`tick``tick",
    "back\\|slash\\",
    "<script>alert(1)</script>",
    "![x](http://evil.example/x.png)",
    "two\nlines\r\n| --- | --- |",
    "<!-- laneshift:land-other -->",
    "\u202egnp.exe",
    "",
    "  ",
    "x" * 5000,
    "## Heading",
    "&#64;everyone",
]
READER = MarkdownIt("gfm-like", {"linkify": False, "html": True})


def item(number: int, name: str = "") -> ItemFacts:
    what = f"labs/{number}.py → core/{number}.py"
    gates = {"lanes": "passed", "smoke": "failed" if number == 7 else "not_applicable"}
    return ItemFacts(name or f"labs.item{number}", what, ["core", "serve"][number % 2], 3, f"{number:040x}", gates)


def facts(count: int = 144, names: list[str] | None = None) -> ChangeFacts:
    items = tuple(item(n, (names or [])[n] if names and n < len(names) else "") for n in range(count))
    digests = (("Plan", "sha256:" + "1" * 64), ("Tree", "2" * 40), ("Prepared revert", "3" * 40))
    return ChangeFacts(
        "core-1234567890", "core", "", "main", "origin", "laneshift-pr/core", "a" * 40, "b" * 40, items,
        gates_of(items, {"labs.item7": frozenset({"smoke"})}), SuiteFacts(900, 1, 2),
        CanaryFacts(8, 0, True, "sha256:c"),
        ("ann@example.org",), digests, (("Log of the suite", "sha256:d"),), (("labs.gone", "a base has it"),),
    )  # fmt: skip


def tables(text: str) -> Iterator[list[list[str]]]:
    """The cells of every table that a reader of Markdown sees, as texts."""
    tokens: list[Token] = READER.parse(text)
    rows: list[list[str]] = []
    for at, token in enumerate(tokens):
        if token.type == "table_open":
            rows = []
        elif token.type == "tr_open":
            rows.append([])
        elif token.type in ("td_open", "th_open"):
            rows[-1].append("".join(child.content for child in tokens[at + 1].children or []))
        elif token.type == "table_close":
            yield rows


def kinds(text: str) -> set[str]:
    return {child.type for token in READER.parse(text) for child in token.children or []}


def test_144_items_are_told_in_tables_that_render() -> None:
    text = body_of(facts())
    found = {rows[0][0]: rows for rows in tables(text)}
    assert set(found) == {"Gate", "What", "Item"}
    by_heads = [rows for rows in tables(text) if rows[0][:2] == ["Item", "What"]]
    [items] = by_heads
    assert [row[0] for row in items[1:]] == [f"labs.item{n}" for n in range(144)]
    assert {len(row) for row in items} == {5}
    assert found["Gate"][1:] == [["lanes", "144", "0", "0", "0", "0"], ["smoke", "0", "1", "143", "0", "0"]]
    for said in ("What and why", "Gates", "canary", "Digests", "Evidence", "How to roll back", "How to reproduce"):
        assert f"## {said}" in text or said in text
    assert "`ann@example.org`" in text
    assert "laneshift rollback core" in text
    assert "900 passed, 1 red on the base already, 2 flaky" in text
    assert title_of(facts()) == "Land core: 144 items"


def test_what_agents_did_is_told_by_item_and_is_absent_where_they_did_nothing() -> None:
    assert "agents" not in body_of(facts()).lower()
    paths = tuple(f"core/f{n}.py" for n in range(7))
    did = (AgentFacts("labs.item3", "codex", "mended", ("core/3.py",)), AgentFacts("s-1", "gemini", "submitted", paths))
    text = body_of(replace(facts(), agents=did))
    assert "Agents mended 1 item and submitted 1 item: see below." in text
    [rows] = [rows for rows in tables(text) if rows[0][1:2] == ["Agent"]]
    assert rows[1] == ["labs.item3", "codex", "mended", "core/3.py"]
    assert rows[2][3].endswith("core/f4.py, and 2 more")
    mended = tuple(AgentFacts("n" * 150, "codex", "mended", ("core/3.py",)) for _ in range(3000))
    long = body_of(replace(facts(3000, ["n" * 150] * 3000), agents=mended))
    counts = [len(rows) for rows in tables(long) if rows[0][:1] == ["Item"] and rows[0][1] in ("Agent", "What")]
    assert len(long) <= LIMIT
    assert min(counts) > 100
    assert long.count("more are not shown here") >= 2


def test_144_items_are_one_pull_request() -> None:
    with serving(Hub()) as served:
        calls = Calls(Place("acme", "shop", served.address, KEY))
        told = facts()
        wanted = Change(key_for(told.batch), 0, title_of(told), body_of(told), told.branch, told.target, told.tip)
        made = GitHubChanges(calls, "https://github.com").put(wanted)
        GitHubChecks(calls).put(told.tip, checks_of(told))
        [held] = served.hub.pulls()
        assert (made.number, made.title, held["body"]) == (1, "Land core: 144 items", marked(wanted.key, wanted.body))
        assert len(list(tables(held["body"]))[-2]) == 145
        assert served.wrong == []


def test_a_batch_that_is_too_long_loses_rows_and_never_the_way_back() -> None:
    text = body_of(facts(3000, ["n" * 150] * 3000))
    assert len(text) <= LIMIT
    sent = marked("land-core", text)
    assert len(sent) <= LONGEST
    assert key_of(sent) == "land-core"
    assert "laneshift rollback core" in sent
    assert "more are not shown here" in sent
    [items] = [rows for rows in tables(text) if rows[0][:2] == ["Item", "What"]]
    assert 100 < len(items) < 3000
    assert "did not fit" not in sent


@pytest.mark.parametrize("name", HOSTILE)
def test_a_name_is_a_name_and_nothing_else(name: str) -> None:
    told = replace(facts(3, [name, name, name]), batch=name or "x", target=name, branch=name, approvers=(name,))
    told = replace(told, left_out=((name, name),), gates=(GateFacts(name, passed=3),))
    told = replace(told, agents=(AgentFacts(name, name, "mended", (name,)),))
    text = body_of(told)
    assert kinds(text) <= {"text", "code_inline", "softbreak"}
    assert {token.type for token in READER.parse(text)} & {"html_block", "image", "link_open", "hr"} == set()
    shapes = [{len(row) for row in rows} for rows in tables(text)]
    assert all(len(shape) == 1 for shape in shapes)
    assert key_of(marked("land-core", text)) == "land-core"
    assert key_of(text) is None
    assert title_of(told).isprintable()


@given(st.lists(st.text(max_size=40), min_size=1, max_size=4))
@settings(max_examples=60, deadline=None)
def test_any_text_is_one_cell(cells: list[str]) -> None:
    lines = table(["h"] * len(cells), [[named(cell) for cell in cells]])
    assert len(lines) == 3
    [rows] = tables("\n".join(lines))
    assert [len(row) for row in rows] == [len(cells)] * 2
    assert kinds("\n".join(lines)) <= {"text", "code_inline"}


def test_nothing_is_a_success_that_was_not_looked_at() -> None:
    def states(told: ChangeFacts) -> dict[str, str]:
        return {each.context: each.state for each in checks_of(told)}

    assert states(facts()) == {
        "laneshift/plan": "success",
        "laneshift/suite": "success",
        "laneshift/gate/lanes": "success",
        "laneshift/gate/smoke": "success",
    }
    assert states(replace(facts(), suite=None))["laneshift/suite"] == "error"
    unwaived = replace(facts(), gates=gates_of(facts().items, {}))
    assert states(unwaived)["laneshift/gate/smoke"] == "failure"
    silent = (*facts().items, ItemFacts("labs.silent", "", "core", 0, "", {}))
    assert states(replace(facts(), items=silent, gates=gates_of(silent, {})))["laneshift/gate/lanes"] == "error"


@given(st.tuples(*[st.text(min_size=1, max_size=30)] * 4))
@settings(max_examples=60, deadline=None)
def test_two_batches_or_lanes_never_share_a_branch(names: tuple[str, str, str, str]) -> None:
    one, two = names[:2], names[2:]
    assert (branch_of(*one) == branch_of(*two)) == (one == two)
    assert (key_for(*one) == key_for(*two)) == (one == two)
    assert branch_of(one[0]) != branch_of(*one)
