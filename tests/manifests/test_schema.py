"""The schema: itself valid, the same to two validators, and with teeth where a manifest says T1."""

from __future__ import annotations

import copy
import json
from typing import Any

import jsonschema
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from laneshift.manifests.fields import DERIVED, ORDER, PARITY, SEEDED, schema
from laneshift.manifests.validator import complaints, is_valid
from tests.manifests.drawn import manifests

OTHER = jsonschema.Draft202012Validator(schema())
WHOLE: dict[str, Any] = {
    "schema_version": "1.2.0",
    "module": {"name": "core.engine", "path": "core/engine", "type": "package", "status": "production"},
    "testing": {"has_tests": True, "test_paths": ["tests/test_engine.py"], "quality_tier": "T1_critical"},
    "observability": {
        "spans": ["engine.run"],
        "metrics": ["engine_runs_total"],
        "logging": {"logger_name": "core.engine"},
        "events": {"publishes": [], "subscribes": ["job.done"]},
    },
    "dependencies": {"internal": ["core"], "external": [{"name": "PyYAML", "imports": ["yaml"], "version": ">=6"}]},
    "metadata": {"owner": "ada@example.org"},
}


def both(value: Any) -> bool:
    """What both validators say, which has to be the same."""
    answer = is_valid(value)
    assert OTHER.is_valid(value) == answer
    assert bool(list(complaints(value))) != answer
    return answer


def changed(path: str, value: Any) -> dict[str, Any]:
    """The whole manifest with one field changed; `...` takes it away."""
    made: dict[str, Any] = copy.deepcopy(WHOLE)
    inner: Any = made
    *above, last = path.split(".")
    for name in above:
        inner = inner.setdefault(name, {})
    if value is ...:
        inner.pop(last)
    else:
        inner[last] = value
    return made


def test_the_schema_is_one_and_names_every_field_of_the_program() -> None:
    jsonschema.Draft202012Validator.check_schema(schema())
    assert schema()["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert {*DERIVED, *SEEDED, *PARITY} <= ORDER.keys()
    assert both(WHOLE)


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("testing.has_tests", False),
        ("testing.has_tests", ...),
        ("testing.test_paths", []),
        ("testing.test_paths", ...),
        ("metadata.owner", ...),
        ("metadata.owner", "unassigned"),
        ("metadata", ...),
        ("observability.spans", []),
        ("observability.spans", ...),
        ("observability.metrics", []),
        ("observability.logging", ...),
        ("observability.logging", {"default_level": "INFO"}),
        ("observability", ...),
    ],
)
def test_t1_asks_for_tests_an_owner_a_span_a_metric_and_logging(path: str, value: Any) -> None:
    assert not both(changed(path, value))
    lower = changed(path, value)
    lower["testing"]["quality_tier"] = "T2_important"
    assert both(lower)


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("schema_version", "1.1.0"),
        ("module", ...),
        ("module.name", ...),
        ("module.name", "a b"),
        ("module.name", "a\n"),
        ("module.path", "/etc"),
        ("module.path", "a/../b"),
        ("module.path", "../b"),
        ("module.path", "a\\b"),
        ("module.path", "a\x00"),
        ("module.path", "a\n"),
        ("module.type", "folder"),
        ("module.status", "done"),
        ("module.ownr", "x"),
        ("owner", "x"),
        ("testing.quality_tier", "T1"),
        ("testing.test_paths", ["../x"]),
        ("testing.coverage_baseline", 101),
        ("matriz_integration.pipeline_nodes", ["soul"]),
        ("matriz_integration.latency_target_p95", 0),
        ("dependencies.circular_dependencies", [["a"]]),
        ("dependencies.external", [{"name": "x"}]),
        ("security.data_classification", "secret"),
        ("metadata.owner", "a\x1b[2J"),
        ("metadata.owner", ""),
        ("contracts", "a"),
        ("capabilities", [{"type": "api"}]),
    ],
)
def test_what_has_no_place_is_refused(path: str, value: Any) -> None:
    assert not both(changed(path, value))


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("module.path", "a..b/c"),
        ("module.name", "größe.x_1"),
        ("dependencies.external", ["requests>=2"]),
        ("dependencies.circular_dependencies", [["a", "b"]]),
        ("metadata.documentation_url", ""),
        ("extensions", {"anything": [None, {"x": 1.5}]}),
        ("matriz_integration", {"status": "partial", "pipeline_nodes": ["memory", "risk"], "latency_target_p95": 0.5}),
    ],
)
def test_what_has_a_place_is_taken(path: str, value: Any) -> None:
    assert both(changed(path, value))


@settings(derandomize=True, max_examples=150, deadline=None)
@given(manifests(), st.sampled_from(sorted(ORDER)), st.sampled_from([None, 1, "x", [], {}, ["a", "a"], -1]))
def test_two_validators_agree_on_random_manifests(data: bytes, key: tuple[str, ...], value: Any) -> None:
    made = json.loads(data.decode("utf-8-sig"))
    both(made)
    inner = made
    for name in key[:-1]:
        below = inner.setdefault(name, {})
        if not isinstance(below, dict):
            return
        inner = below
    inner[key[-1]] = value
    both(made)
