"""Batches in TOML and JSON: the same items, with more to say about each."""

from __future__ import annotations

import json

import pytest

from laneshift.runs.batch import parse

MOVE = {"module": "labs.a", "src": "labs/a.py", "dst": "core/a.py"}
FULL = {**MOVE, "kind": "move", "owner": "Ada", "risk": "low", "task": "T-1", "exceptions": ["lanes"]}

TOML = """# a comment
[[items]]
module = "labs.a"
src = "labs//a.py"
dst = "core/a.py"
owner = "Ada"
risk = "low"
task = "T-1"
exceptions = ["lanes"]

  [[ items ]]
kind = "move"
module = "labs.b"
src = "labs/b.py"
dst = "core/b.py"
"""


def codes(name: str, data: bytes) -> list[str]:
    return [fault.code.removeprefix("batch.") for fault in parse(name, data).faults]


def as_json(*items: object, **more: object) -> bytes:
    return json.dumps({"items": list(items), **more}, indent=1).encode()


def test_toml_items_know_their_lines() -> None:
    read = parse("core.toml", TOML.encode())
    assert read.faults == ()
    assert [(line.number, line.where) for line in read.lines] == [
        (2, "core.toml:2 (item 1)"),
        (11, "core.toml:11 (item 2)"),
    ]
    first = read.lines[0]
    assert (first.src, first.owner, first.risk, first.task, first.exceptions) == (
        "labs/a.py",
        "Ada",
        "low",
        "T-1",
        ("lanes",),
    )


def test_stars_are_a_list_or_one_and_critical_is_a_truth() -> None:
    items = [
        {**MOVE, "stars": ["Trail", "Watch"], "critical": True},
        {**MOVE, "star": "Flow"},
        {**MOVE, "star": "Flow", "stars": ["Trail", "Flow"]},
        MOVE,
    ]
    lines = parse("core.json", as_json(*items)).lines
    assert [line.stars for line in lines] == [("Trail", "Watch"), ("Flow",), ("Flow", "Trail"), ()]
    assert [line.critical for line in lines] == [True, False, False, False]


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"critical": "yes"}, "bad-type"),
        ({"critical": 1}, "bad-type"),
        ({"stars": "Trail"}, "bad-type"),
        ({"stars": ["Trail", 3]}, "bad-type"),
        ({"star": ["Trail"]}, "bad-type"),
        ({"star": ""}, "bad-star"),
        ({"stars": ["Tr\u202eail"]}, "text-hidden"),
        ({"stars": ["T" * 201]}, "text-too-long"),
    ],
)
def test_what_is_no_star_and_no_truth_is_refused(more: dict[str, object], code: str) -> None:
    assert codes("core.json", as_json({**MOVE, **more})) == [code]


def test_toml_items_without_a_line_of_their_own_are_counted() -> None:
    read = parse("core.toml", b'items = [{module = "labs.a", src = "labs/a.py", dst = "core/a.py"}, 7]')
    assert [line.where for line in read.lines] == ["core.toml: item 1", "core.toml: item 2"]
    assert [fault.code for fault in read.faults] == ["batch.bad-item"]


def test_json_items_know_their_lines() -> None:
    text = '{\n "items": [\n  {"module": "labs.a",\n "src": "labs/a.py", "dst": "core/a.py"},\n\n %s, 3]}'
    read = parse("core.json", (text % json.dumps(FULL)).encode())
    assert [line.number for line in read.lines] == [3, 6, 6]
    assert [fault.where for fault in read.faults] == ["core.json:6 (item 3)"]


def test_json_items_may_stand_behind_other_keys() -> None:
    read = parse("core.json", b'{"x": {"items": [1]}, "y": [],\n"items": [{}]}')
    assert [line.number for line in read.lines] == [2]
    assert codes("core.json", b'{"x": {"items": [1]}, "items": [%s]}' % json.dumps(MOVE).encode()) == ["unknown-key"]


def test_the_three_forms_say_the_same() -> None:
    tsv = parse("core.tsv", b"labs.a\tlabs/a.py\tcore/a.py\n").lines
    toml = parse("core.toml", b'[[items]]\nmodule = "labs.a"\nsrc = "labs/a.py"\ndst = "core/a.py"\n').lines
    rich = parse("core.json", as_json(MOVE)).lines
    wanted = [("labs.a", "labs/a.py", "core/a.py", "move", (), True)]
    for lines in (tsv, toml, rich):
        found = [(line.module, line.src, line.dst, line.kind, line.faults, line.placed) for line in lines]
        assert found == wanted


@pytest.mark.parametrize(
    ("item", "expected"),
    [
        (FULL, []),
        ({**MOVE, "extra": 1}, ["unknown-key"]),
        ({**MOVE, "parameters": {}}, ["unknown-key"]),
        ({**MOVE, "owner": 3}, ["bad-type"]),
        ({**MOVE, "src": None}, ["bad-type"]),
        ({**MOVE, "exceptions": "lanes"}, ["bad-type"]),
        ({**MOVE, "exceptions": [1]}, ["bad-type"]),
        ({"module": "labs.a", "src": "labs/a.py"}, ["missing-key"]),
        ({}, ["missing-key", "missing-key", "missing-key"]),
        ({**MOVE, "risk": "none"}, ["bad-risk"]),
        ({**MOVE, "owner": "x\nTask: forged"}, ["text-hidden"]),
        ({**MOVE, "task": "x" * 201}, ["text-too-long"]),
        ({**MOVE, "exceptions": ["\u202e"]}, ["text-hidden"]),
        ({**MOVE, "src": "\ud800.py"}, ["path-hidden"]),
        ({**MOVE, "dst": "core/a\tb.py"}, ["path-control"]),
        ({**MOVE, "dst": "../a.py"}, ["path-parent"]),
        ({"kind": "codemod", "parameters": {"rule": "x"}}, ["missing-key", "missing-key", "bad-codemod"]),
        ({"kind": "manifest"}, ["missing-key", "missing-key"]),
        ({"kind": "manifest", "module": "labs", "src": "labs", "dst": "core"}, ["bad-manifest"]),
        ({"kind": "manifest", "module": "labs", "src": "labs", "parameters": {}}, ["unknown-key"]),
        ({"kind": "command"}, ["kind-unsupported"]),
        ({**MOVE, "kind": "Move\x1b"}, ["kind-unsupported"]),
        ({**MOVE, "kind": 1}, ["bad-type"]),
        ([], ["bad-item"]),
        ("labs.a\tlabs/a.py\tcore/a.py", ["bad-item"]),
        (None, ["bad-item"]),
    ],
)
def test_each_item_is_checked(item: object, expected: list[str]) -> None:
    read = parse("core.json", as_json(FULL, item))
    assert [fault.code.removeprefix("batch.") for fault in read.lines[1].faults] == expected
    assert read.faults == read.lines[1].faults
    assert read.lines[1].kind in ("move", "codemod", "manifest", "command")
    assert all(str(fault).isprintable() for fault in read.faults)


def test_an_item_with_faults_keeps_a_risk_that_is_known() -> None:
    read = parse("core.json", as_json({**FULL, "dst": "/x"}, {**FULL, "risk": "\x1b", "dst": "/x"}))
    assert [line.risk for line in read.lines] == ["low", ""]


def test_a_kind_that_cannot_be_run_names_those_that_can() -> None:
    fault = parse("core.json", as_json({"kind": "command"})).faults[0]
    assert fault.cure == "supported: move, codemod, manifest"


@pytest.mark.parametrize(
    ("name", "data", "expected"),
    [
        ("core.toml", b"[[items", ["not-toml"]),
        ("core.toml", b"\xff", ["not-toml"]),
        ("core.toml", b"x = " + b"[" * 100_000, ["not-toml"]),
        ("core.toml", b"x = " + b"9" * 10_000, ["not-toml"]),
        ("core.toml", b"", ["empty"]),
        ("core.toml", b"items = 3", ["no-items"]),
        ("core.toml", b"[items]\nx = 1", ["no-items"]),
        ("core.toml", b"other = 1", ["unknown-key"]),
        ("core.json", b"{", ["not-json"]),
        ("core.json", b"\xff", ["not-json"]),
        ("core.json", b"[" * 100_000, ["not-json"]),
        ("core.json", b"9" * 10_000, ["not-json"]),
        ("core.json", b"[]", ["no-items"]),
        ("core.json", b'{"items": {}}', ["no-items"]),
        ("core.json", b'{"items": []}', ["empty"]),
        ("core.json", b"{}", ["empty"]),
        ("core.json", b'{"items": [], "items": []}', ["not-json"]),
        ("core.json", b'{"items": [{"src": "a", "src": "b"}]}', ["not-json"]),
        ("core.JSON", b"{", ["not-json"]),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_as_a_whole(name: str, data: bytes, expected: list[str]) -> None:
    assert codes(name, data) == expected


def test_a_mark_at_the_start_is_accepted() -> None:
    assert codes("core.json", b"\xef\xbb\xbf" + as_json(MOVE)) == []
