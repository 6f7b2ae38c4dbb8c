"""Of a value that may be of several shapes, the faults of the shape that was meant are told, by its own places."""

from __future__ import annotations

from typing import Any, Literal

import pytest
from pydantic import BaseModel, Field, ValidationError

from laneshift.server.bad_values import MOST, meant


class Part(BaseModel):
    type: Literal["text"]
    text: str = Field(min_length=1)


class Turn(BaseModel):
    kind: Literal["turn"]
    content: str | list[Part]


class Call(BaseModel):
    kind: Literal["call"]
    turn: str


class Asked(BaseModel):
    input: str | list[str] | list[int] | list[list[int]] | None = Field(default=None, max_length=3)
    turns: str | list[Turn | Call] = ""
    need: int


def told(**body: Any) -> list[tuple[str, str]]:
    with pytest.raises(ValidationError) as caught:
        Asked.model_validate(body)
    return [(each.where, each.what) for each in meant(caught.value.errors(), body)]


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ({}, [("need", "Field required")]),
        ({"need": 1, "input": ["a", 1, "b"]},
         [("input.1", "Input should be a valid string")]),
        ({"need": 1, "turns": 7},
         [("turns", "Input should be a valid string"), ("turns", "Input should be a valid list")]),
        ({"need": 1, "turns": [{"kind": "turn", "content": [{"type": "text", "text": 5}]}]},
         [("turns.0.content.0.text", "Input should be a valid string")]),
        ({"need": 1, "turns": [{"kind": "turn", "content": [{"type": "text", "text": ""}]}]},
         [("turns.0.content.0.text", "String should have at least 1 character")]),
        ({"need": "x", "turns": [{"kind": "call"}]},
         [("turns.0.turn", "Field required"),
          ("need", "Input should be a valid integer, unable to parse string as an integer")]),
    ],
)  # fmt: skip
def test_the_shape_that_was_meant_is_told(body: dict[str, Any], expected: list[tuple[str, str]]) -> None:
    assert told(**body) == expected


def test_a_list_of_thousands_is_told_in_part() -> None:
    assert len(told(need=1, turns=[{"kind": "call", "turn": 1}] * 5000)) == MOST


def test_what_is_no_body_at_all_is_told_as_a_whole() -> None:
    with pytest.raises(ValidationError) as caught:
        Asked.model_validate([])
    assert [each.where for each in meant(caught.value.errors(), [])] == [""]
