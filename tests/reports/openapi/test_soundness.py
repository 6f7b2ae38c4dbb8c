"""What is called safe is held against values: an independent judge, a validator of JSON Schema, decides what fits."""

from __future__ import annotations

import json
from typing import Any

import jsonschema_rs
from hypothesis import given, settings
from hypothesis import strategies as st

from laneshift.reports.openapi.comparing import Compared, compare
from laneshift.reports.openapi.document import document
from laneshift.reports.openapi.model import Verdict
from tests.reports.openapi.test_documents import ANSWER, GOOD

_SCALARS = st.one_of(
    st.just({"type": "string"}),
    st.just({"type": "integer"}),
    st.just({"type": "number"}),
    st.just({"type": "null"}),
    st.just({"type": ["string", "null"]}),
    st.sampled_from([{"enum": ["a"]}, {"enum": ["a", 1]}, {"enum": ["a", "bb", None]}, {"const": 1}]),
    st.builds(lambda low: {"type": "integer", "minimum": low}, st.integers(0, 2)),
    st.builds(lambda low: {"type": "number", "exclusiveMinimum": low}, st.integers(0, 2)),
    st.builds(lambda most: {"type": "string", "maxLength": most}, st.integers(0, 2)),
    st.just({"minLength": 1}),
    st.just({}),
    st.just(True),
)


def _objects(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    properties = st.dictionaries(st.sampled_from(["a", "b"]), inner, max_size=2)
    required = st.sets(st.sampled_from(["a", "b"])).map(sorted)
    more = st.sampled_from([None, False, {"type": "string"}])
    return st.builds(
        lambda named, needed, other: {
            "type": "object",
            "properties": named,
            "required": needed,
            **({} if other is None else {"additionalProperties": other}),
        },
        properties,
        required,
        more,
    )


def _wider(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    several = st.lists(inner, min_size=1, max_size=2)
    return st.one_of(
        _objects(inner),
        st.builds(lambda items: {"type": "array", "items": items}, inner),
        st.builds(lambda items, most: {"type": "array", "items": items, "maxItems": most}, inner, st.integers(0, 1)),
        several.map(lambda parts: {"anyOf": parts}),
        several.map(lambda parts: {"allOf": parts}),
    )


SCHEMAS = st.recursive(_SCALARS, _wider, max_leaves=5)
_LEAVES: list[Any] = [None, "", "a", "bb", 0, 1, 2.5, 3, True]
VALUES: list[Any] = [
    *_LEAVES,
    *([each] for each in _LEAVES),
    [],
    ["a", 1],
    {},
    *({name: each} for name in "abc" for each in [*_LEAVES, [1], {"a": "a"}]),
    *({"a": one, "b": other} for one in _LEAVES for other in _LEAVES),
]


def compared(old: Any, new: Any, *, sent: bool) -> Compared:
    def described(name: str, schema: Any) -> Any:
        content = {"application/json": {"schema": schema}}
        asked = {"requestBody": {"required": True, "content": content}, "responses": ANSWER}
        told = {"responses": {"200": {"description": "ok", "content": content}}}
        paths = {"/a": {"post": asked if sent else told}}
        return document(name, json.dumps({**GOOD, "openapi": "3.1.0", "paths": paths}).encode())

    return compare(described("a.json", old), described("b.json", new))


@settings(max_examples=150, deadline=None, derandomize=True)
@given(SCHEMAS, SCHEMAS)
def test_a_safe_request_takes_all_that_it_took(old: Any, new: Any) -> None:
    found = compared(old, new, sent=True)
    # A field that is new may have been sent before by whoever knew nothing of it: by convention that is no break.
    new_fields = any(each.code == "request.property-added" for each in found.findings)
    if found.of(Verdict.BREAKING) or found.of(Verdict.UNSURE) or new_fields:
        return
    before, after = jsonschema_rs.validator_for(old), jsonschema_rs.validator_for(new)
    assert [value for value in VALUES if before.is_valid(value) and not after.is_valid(value)] == []


@settings(max_examples=150, deadline=None, derandomize=True)
@given(SCHEMAS, SCHEMAS)
def test_a_safe_answer_gives_nothing_that_it_did_not_give(old: Any, new: Any) -> None:
    found = compared(old, new, sent=False)
    if found.of(Verdict.BREAKING) or found.of(Verdict.UNSURE):
        return
    before, after = jsonschema_rs.validator_for(old), jsonschema_rs.validator_for(new)
    assert [value for value in VALUES if after.is_valid(value) and not before.is_valid(value)] == []


@settings(max_examples=60, deadline=None, derandomize=True)
@given(SCHEMAS)
def test_a_schema_beside_itself_in_other_words(schema: Any) -> None:
    for other in ({"allOf": [schema]}, {"anyOf": [schema]}, {"allOf": [True, schema]}):
        for sent in (True, False):
            assert [each.text for each in compared(schema, other, sent=sent).findings] == []
