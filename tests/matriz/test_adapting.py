"""What callers have becomes what nodes take, or an error that names the field, what was expected and what came."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import Field

from laneshift.errors import Refused
from laneshift.matriz.adapting import MissingStepError, adapt, digest_of, feed, record_of
from laneshift.matriz.graph import From
from laneshift.matriz.node import Input, Output


class Wants(Input):
    module: str
    count: int = 1
    tags: tuple[str, ...] = ()


class Gave(Output):
    module: str
    inner: dict[str, int] = Field(default_factory=dict)


def faults(refused: pytest.ExceptionInfo[Refused]) -> list[tuple[str, str]]:
    return [(fault.where, fault.what) for fault in refused.value.faults]


def test_a_text_and_messages_become_one_record() -> None:
    assert record_of("who?") == {"asked": "who?", "earlier": [], "system": ""}
    messages = [
        {"role": "system", "content": "be brief"},
        {"role": "user", "content": "who imports a?"},
        {"role": "assistant", "content": None, "tool_calls": []},
        {"role": "developer", "content": "and kind"},
        {"role": "user", "content": [{"type": "text", "text": "and"}, {"type": "text", "text": "b?"}]},
        {"role": "assistant", "content": "nobody knows"},
    ]
    assert record_of(messages) == {
        "asked": "and\nb?",
        "earlier": [{"role": "user", "content": "who imports a?"}, {"role": "assistant", "content": ""}],
        "system": "be brief\nand kind",
    }


def test_a_dictionary_is_copied_and_an_output_is_its_fields() -> None:
    tags = ["x"]
    record = record_of({"module": "a", "tags": tags})
    tags.append("y")
    assert record == {"module": "a", "tags": ["x"]}
    assert record_of(Gave(confidence=1, module="a")) == {"confidence": 1.0, "reasons": [], "module": "a", "inner": {}}


@pytest.mark.parametrize(
    ("asked", "where", "what"),
    [
        (3, "question", "expected a text, messages or a record, got int 3"),
        (b"who?", "question", "expected a text, messages or a record, got bytes b'who?'"),
        (None, "question", "expected a text, messages or a record, got null"),
        ({"a": {1, 2}}, "question", "expected JSON, got Object of type set is not JSON serializable"),
        ({"a": float("nan")}, "question", "expected JSON, got Out of range float values are not JSON compliant"),
        ([], "messages", "expected a message of role user, got none"),
        ([{"role": "system", "content": "x"}], "messages", "expected a message of role user, got none"),
        (["who?"], "messages.0", "expected a message, got str 'who?'"),
        ([{"role": "user"}], "messages.0.content", "expected a text or parts, got null"),
        ([{"role": "king", "content": "x"}], "messages.0.role", None),
        (
            [{"role": "user", "content": [{"type": "image_url", "image_url": "x"}]}],
            "messages.0.content.0",
            "expected a part of text, got dict {'type': 'image_url', 'image_url': 'x'}",
        ),
    ],
)
def test_what_is_no_question_is_refused(asked: Any, where: str, what: str | None) -> None:
    with pytest.raises(Refused) as refused:
        record_of(asked)
    assert refused.value.code == "matriz.bad-question"
    found = dict(faults(refused))
    assert found[where].startswith(what or "expected one of system, ")


def test_every_faulty_message_is_named() -> None:
    with pytest.raises(Refused) as refused:
        record_of([{"role": "x", "content": 3}, {"role": "user", "content": "ok"}, "y"])  # type: ignore[list-item]
    assert [where for where, _ in faults(refused)] == ["messages.0.role", "messages.0.content", "messages.2"]


def test_each_field_comes_from_where_it_is_declared() -> None:
    fields = {"module": From("first", "module"), "count": From("first", "inner.a"), "tags": From(path="tags")}
    outputs = {"first": {"module": "m", "inner": {"a": 3}}}
    fed = feed(Wants, fields, {"tags": ["t"]}, outputs, "step")
    assert fed.given == Wants(module="m", count=3, tags=("t",))
    assert fed.digest == digest_of({"module": "m", "count": 3, "tags": ["t"]})


def test_what_is_optional_is_left_to_the_model_and_what_is_not_is_missed() -> None:
    fields = {
        "module": From(path="asked"),
        "count": From("gone", "n", optional=True),
        "tags": From(path="t", optional=True),
    }
    assert feed(Wants, fields, {"asked": "m"}, {}, "step").given == Wants(module="m")
    with pytest.raises(MissingStepError) as missing:
        feed(Wants, {"module": From("gone", "module")}, {}, {}, "step")
    assert missing.value.step == "gone"


def test_a_mismatch_names_the_field_what_is_expected_and_what_came() -> None:
    fields = {"module": From("first", "module"), "count": From(path="count"), "tags": From(path="tags")}
    with pytest.raises(Refused) as refused:
        feed(Wants, fields, {"count": "3", "tags": ["a", 4]}, {"first": {"module": None}}, "step")
    assert refused.value.code == "matriz.mismatch"
    assert faults(refused) == [
        ("step.module", "expected a valid string, got null"),
        ("step.count", "expected a valid integer, got str '3'"),
        ("step.tags.1", "expected a valid string, got int 4"),
    ]


def test_a_path_that_is_not_there_is_told_with_what_is() -> None:
    fields = {"module": From("first", "modul"), "count": From(path="deep.count")}
    with pytest.raises(Refused) as refused:
        feed(Wants, fields, {"deep": 3}, {"first": {"module": "m", "kind": "k"}}, "step")
    assert faults(refused) == [
        ("step.module", "expected first.modul, got nothing, only kind, module"),
        ("step.count", "expected the question.deep.count, got nothing, only deep"),
    ]


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({"modul": "a"}, [("Wants.module", "expected a value, got nothing"), ("Wants.modul", None)]),
        ("a text", [("Wants.module", "expected a value, got nothing"), ("Wants.asked", None)]),
    ],
)
def test_one_node_is_asked_by_the_names_of_its_fields_alone(asked: Any, found: list[tuple[str, str | None]]) -> None:
    with pytest.raises(Refused) as refused:
        adapt(Wants, asked)
    told = dict(faults(refused))
    for where, what in found:
        assert told[where].startswith(what or "expected no such field, got str ")
    assert adapt(Wants, {"module": "m", "count": 2}) == Wants(module="m", count=2)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


@settings(max_examples=150, derandomize=True, deadline=None)
@given(JSON)
def test_a_value_is_taken_as_it_is_or_refused(value: Any) -> None:
    """Nothing is made to fit: what a node is given is what came, or the field is named."""
    asked = {"module": "m", "count": value}
    if isinstance(value, int) and not isinstance(value, bool):
        assert adapt(Wants, asked) == Wants(module="m", count=value)
        return
    with pytest.raises(Refused) as refused:
        adapt(Wants, asked)
    assert all(where.startswith("Wants.count") for where, _ in faults(refused))
