"""A manifest of others: every fault at once, each with its place, and nothing that the bytes may hold gets through."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from typing import Any

import jsonschema
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from laneshift.manifests.inventory.form import schema
from laneshift.manifests.inventory.ordering import in_order
from laneshift.manifests.inventory.reading import Wanted, read

VALID = jsonschema.Draft202012Validator(schema())


def module(name: str = "labs.a", **changes: Any) -> dict[str, Any]:
    path = name.replace(".", "/") + ".py"
    return {
        "module": name,
        "score": 93.2,
        "current_location": path,
        "target_location": path.replace("labs", "core", 1),
        "location_reasoning": "",
        "complexity": "low",
        "effort_hours": 2,
        "risk_level": "low",
        "complexity_rationale": "",
        "loc": 9,
        "classes": 1,
        "functions": 2,
        "imports_core": False,
        "imports_matriz": True,
        "integration_steps": ["step"] * 9,
        "dependencies": {},
        "metadata": {"last_modified_days": 3, "in_archive": False, "in_candidate_labs": True},
        **changes,
    }


def manifest(*modules: dict[str, Any], **changes: Any) -> dict[str, Any]:
    levels = [each.get("complexity") for each in modules]
    return {
        "generated": "2025-01-01T00:00:00",
        "total_modules": len(modules),
        "complexity_breakdown": {level: levels.count(level) for level in ("low", "medium", "high")},
        "total_effort_hours": sum(each["effort_hours"] for each in modules if isinstance(each["effort_hours"], int)),
        "modules": list(modules),
        **changes,
    }


def codes(data: bytes) -> list[str]:
    found = read("m.json", data)
    return sorted({fault.code for fault in (*found.faults, *(f for row in found.rows for f in row.faults))})


def dumped(document: Any) -> bytes:
    return json.dumps(document, indent=1).encode()


def test_a_manifest_of_another_program_is_read() -> None:
    foreign = module(risk_level="medium-high", dependencies={"core": True, "matriz": False})
    found = read("m.json", b"\xef\xbb\xbf" + dumped(manifest(foreign)))
    assert not found.faults
    assert found.rows[0].wanted == Wanted("labs.a", "labs/a.py", "core/a.py", 93.2, "low", "high", frozenset())


def test_every_fault_is_told_at_once_with_its_line() -> None:
    bad = [
        module("labs.a", loc=10**30),
        module("labs.b", score=101, extra=1, integration_steps=["one"]),
        module("labs.c", complexity="simple", loc=True, effort_hours="2"),
    ]
    found = read("m.json", dumped(manifest(*bad, total_modules=7, surprise=1)))
    assert [row.wanted for row in found.rows] == [None, None, None]
    told = [str(fault) for row in found.rows for fault in row.faults]
    for text in (
        "loc: a number",
        "score: ",
        "extra: ",
        "integration_steps: ",
        "complexity: ",
        "loc: ",
        "effort_hours: ",
    ):
        assert any(text in each for each in told), text
    lines = dumped(manifest(*bad)).decode().splitlines()
    starts = [at for at, line in enumerate(lines, start=1) if line.strip() == "{" and at > 1]
    assert [row.number for row in found.rows] == starts[: len(bad)]
    assert found.rows[0].where == f"m.json:{starts[0]} (module 1)"
    assert any("surprise" in fault.what for fault in found.faults)


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "inventory.not-json"),
        (b"\xff", "inventory.not-json"),
        (b"{}", "inventory.bad-form"),
        (b"[]", "inventory.bad-form"),
        (b"null", "inventory.bad-form"),
        (b'{"modules": {}}', "inventory.bad-form"),
        (b'{"modules": [1, null, []]}', "inventory.bad-form"),
        (b"[" * 200_000, "inventory.not-json"),
        (dumped(manifest(module())).replace(b"93.2", b"NaN"), "inventory.bad-number"),
        (dumped(manifest(module())).replace(b"93.2", b"-Infinity"), "inventory.bad-number"),
        (dumped(manifest(module())).replace(b"93.2", b"1e999"), "inventory.bad-number"),
        (dumped(manifest(module())).replace(b'"loc": 9', b'"loc": ' + b"9" * 50_000), "inventory.bad-number"),
        (dumped(manifest(module())).replace(b'"loc": 9', b'"loc": -9'), "inventory.bad-form"),
        (dumped(manifest(module())).replace(b'"loc": 9', b'"loc": 9.5'), "inventory.bad-form"),
        (dumped(manifest(module())).replace(b'"loc"', b'"module": "labs.b", "loc"'), "inventory.twice"),
        (dumped(manifest(module())).replace(b'"in_archive"', b'"in_archive": 1, "in_archive"'), "inventory.twice"),
        (dumped(manifest(module())).replace(b'"generated"', b'"modules": [], "generated"'), "inventory.twice"),
        (dumped(manifest(module(), total_modules=2)), "inventory.bad-total"),
        (dumped(manifest(module(), total_effort_hours=3)), "inventory.bad-total"),
        (dumped(manifest(module(complexity="high"))).replace(b'"high": 1', b'"high": 0'), "inventory.bad-total"),
        (dumped(manifest(module(dependencies={"x": [float("nan")]}))), "inventory.bad-number"),
    ],
)
def test_what_is_wrong_is_refused_by_name(data: bytes, code: str) -> None:
    assert code in codes(data)


def test_depth_without_end_is_a_fault_and_no_crash() -> None:
    deep: Any = []
    for _ in range(200):
        deep = [deep]
    assert codes(dumped(manifest(module(dependencies={"x": deep})))) == ["inventory.bad-form"]


def test_what_others_wrote_is_shown_without_its_control_characters() -> None:
    found = read("m.json", dumped(manifest(module(**{"\x1b[2J\u202e": 1}))))
    told = [str(fault) for row in found.rows for fault in row.faults]
    assert told
    assert all(text.isascii() and text.isprintable() for text in told)


VALUES = st.sampled_from([None, True, -1, 0, 1, 1.5, 10**10, "", "low", "x" * 5000, [], {}, ["a"] * 9])


@settings(derandomize=True, max_examples=300, deadline=None)
@given(st.sampled_from(sorted(module())), VALUES, st.booleans())
def test_the_reader_and_the_schema_agree_on_changed_fields(field: str, value: Any, gone: bool) -> None:
    told = manifest(module())
    if gone:
        del told["modules"][0][field]
    else:
        told["modules"][0][field] = value
    accepted = read("m.json", dumped(told)).rows[0].wanted is not None
    assert accepted == VALID.is_valid(told)


@settings(derandomize=True, max_examples=200, deadline=None)
@given(st.binary(max_size=200), st.integers(0, 2000), st.integers(0, 40))
def test_no_bytes_make_it_fail(noise: bytes, at: int, cut: int) -> None:
    whole = dumped(manifest(module(), module("labs.b")))
    found = read("m.json", whole[:at] + noise + whole[at + cut :])
    assert all((row.wanted is None) == bool(row.faults) for row in found.rows)


def wanted(name: str, *needs: str, score: float = 1.0) -> Wanted:
    return Wanted(name, f"{name}.py", f"core/{name}.py", score, "low", "low", frozenset(needs))


def names(*given_: Wanted, order: Callable[[list[Wanted]], list[Wanted]] = list) -> list[str]:
    return [each.module for each in in_order(order(list(given_)))]


def test_what_others_need_goes_first_and_of_the_rest_the_best() -> None:
    chain = (wanted("a", "b", score=9), wanted("b", "c", score=5), wanted("c"), wanted("d", score=3))
    assert names(*chain) == names(*chain, order=lambda all_: all_[::-1]) == ["d", "c", "b", "a"]
    round_ = (wanted("a", "b", score=2), wanted("b", "a"), wanted("c", "a", score=9), wanted("d", score=1))
    assert names(*round_) == ["a", "b", "c", "d"]


@settings(derandomize=True, max_examples=200, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 9), st.sets(st.integers(0, 9), max_size=4), st.integers(0, 3)), max_size=12))
def test_each_stays_once_and_a_need_comes_first_unless_it_comes_round(
    drawn: list[tuple[int, set[int], int]],
) -> None:
    given_ = [wanted(str(name), *map(str, needs), score=score) for name, needs, score in drawn]
    found = in_order(given_)
    assert sorted(map(id, found)) == sorted(map(id, given_))
    acyclic = [
        wanted(str(name), *(str(need) for need in needs if need < name), score=score) for name, needs, score in drawn
    ]
    order = in_order(copy.copy(acyclic))
    for at, each in enumerate(order):
        later = {other.module for other in order[at + 1 :]} - {each.module}
        assert not each.needs & later
