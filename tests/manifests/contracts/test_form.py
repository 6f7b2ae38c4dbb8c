"""The form of a contract: the schema that is shipped is the one that is enforced, and hostile files are only faults."""

from __future__ import annotations

import json
from importlib.resources import files
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from laneshift.manifests.contracts.form import Contract, name_and_major, schema
from laneshift.manifests.contracts.reading import read
from tests.manifests.contracts.scene import CONTRACT, PLACE, changed

SHIPPED = json.loads(
    files("laneshift.manifests.contracts").joinpath("contract.schema.json").read_text(encoding="utf-8")
)
VALIDATOR = Draft202012Validator(SHIPPED)
SPEC = {
    "contract_id", "module", "version", "status", "tier", "owner", "purpose", "capabilities", "public_interface",
    "dependencies", "quality_guarantees", "performance_contract", "security", "observability", "breaking_changes",
    "deprecations",
}  # fmt: skip


def leaves(value: Any, path: str = "") -> list[str]:
    """The dotted path of everything in a document."""
    pairs = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    below = [leaf for key, part in pairs for leaf in leaves(part, f"{path}.{key}".lstrip("."))]
    return [*([path] if path else []), *below]


WRONG = st.one_of(
    st.none(), st.booleans(), st.integers(-5, 10**16), st.floats(allow_nan=False), st.text(max_size=8),
    st.lists(st.integers(), max_size=2), st.dictionaries(st.sampled_from(["name", "x"]), st.text(max_size=3)),
)  # fmt: skip


def test_the_shipped_schema_is_that_of_the_form_and_has_every_field() -> None:
    Draft202012Validator.check_schema(SHIPPED)
    assert schema() == SHIPPED
    assert set(SHIPPED["properties"]) == SPEC | {"schema_version"}
    assert SHIPPED["additionalProperties"] is False
    assert set(SHIPPED["$defs"]["Interface"]["properties"]) == {"classes", "functions", "events"}
    assert {"p95_ms", "throughput", "memory"} <= set(SHIPPED["$defs"]["Performance"]["properties"])


def test_a_contract_is_read_with_every_field() -> None:
    found = read(json.dumps(CONTRACT).encode(), PLACE)
    assert found.faults == ()
    assert found.contract is not None
    assert (found.contract.name, found.contract.major) == ("acme.orders", 1)
    assert not list(VALIDATOR.iter_errors(CONTRACT))


@settings(derandomize=True, max_examples=120, deadline=None)
@given(st.sampled_from(sorted(leaves(CONTRACT))), WRONG)
def test_what_the_form_takes_the_schema_takes(path: str, value: Any) -> None:
    document = changed(path, value) if value is not None else changed(path, None)
    found = read(json.dumps(document).encode(), PLACE)
    if found.contract is not None:
        assert not list(VALIDATOR.iter_errors(document)), document
    else:
        assert found.faults


@pytest.mark.parametrize("key", sorted({"contract_id", "module", "version", "status", "tier", "owner", "purpose"}))
def test_what_is_missing_is_named_by_both(key: str) -> None:
    document = changed(key, None)
    assert [fault.what for fault in read(json.dumps(document).encode(), PLACE).faults] == [f"{key}: Field required"]
    assert len(list(VALIDATOR.iter_errors(document))) == 1


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"[]",
        b"\xff\xfe",
        b'{"module": NaN}',
        b'{"module": "a", "module": "b"}',
        b'{"p": 1e999}',
        b"[" * 100_000,
        b'{"a":' * 50 + b"1" + b"}" * 50,
    ],
)
def test_what_is_no_json_that_all_read_alike_is_one_fault(data: bytes) -> None:
    found = read(data, PLACE)
    assert [fault.code for fault in found.faults] == ["contract.unreadable"]


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("contract_id", "acme.orders"),
        ("contract_id", "acme.orders@v0"),
        ("contract_id", "../x@v1"),
        ("contract_id", "acme.orders@v1\n"),
        ("module", "acme..orders"),
        ("module", "acme.class"),
        ("version", "1.2"),
        ("version", "01.2.3"),
        ("tier", "T9"),
        ("purpose", "a\x1b[31m"),
        ("quality_guarantees.tests.0", "../outside.py"),
        ("quality_guarantees.tests.0", "/etc/passwd"),
        ("performance_contract.p95_ms", 0),
        ("performance_contract.p95_ms", "20"),
        ("performance_contract.p95_ms", True),
        ("quality_guarantees.min_coverage", 100.1),
        ("public_interface.functions.0.name", "place order"),
        ("surprise", 1),
    ],
)
def test_values_that_are_out_of_bounds_are_refused(path: str, value: Any) -> None:
    found = read(json.dumps(changed(path, value)).encode(), PLACE)
    assert found.contract is None
    assert path.split(".", maxsplit=1)[0] in found.faults[0].what


def test_an_id_is_a_name_and_a_major() -> None:
    assert name_and_major("a.b-c@v12") == ("a.b-c", 12)
    with pytest.raises(ValueError, match="no name@vN"):
        name_and_major("a@v01")
    assert Contract.model_validate(CONTRACT).performance_contract.has_targets
