"""Judging a series of answers: what is a limit, and what only looks like one."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from laneshift.gates.limit_headers import faults_in, remaining

REFUSAL = (429, {"retry-after": "30", "x-ratelimit-remaining": "0"})


def counting(*left: int) -> list[tuple[int, dict[str, str]]]:
    return [(200, {"x-ratelimit-remaining": str(value)}) for value in left]


@pytest.mark.parametrize(
    ("headers", "left"),
    [
        ({"ratelimit-remaining": "7"}, 7),
        ({"x-ratelimit-remaining": " 7"}, 7),
        ({"x-rate-limit-remaining": "7"}, 7),
        ({"ratelimit": "limit=10, remaining=7, reset=5"}, 7),
        ({"ratelimit": '"default";r=7;t=30'}, 7),
        ({"ratelimit": '"default";t=30'}, None),
        ({"x-ratelimit-remaining": "many"}, None),
        ({"x-ratelimit-limit": "10"}, None),
        ({}, None),
    ],
)
def test_what_remains_is_read_from_every_known_header(headers: dict[str, str], left: int | None) -> None:
    assert remaining(headers) == left


@pytest.mark.parametrize(
    "answers",
    [
        [*counting(3, 2, 1, 0), REFUSAL],
        [*counting(3, 2, 2, 1, 0), REFUSAL],
        [*counting(3, 2, 1, 0), (429, {"retry-after": "Wed, 21 Oct 2031 07:28:00 GMT"})],
    ],
)
def test_a_real_limit_has_no_fault(answers: Sequence[tuple[int, dict[str, str]]]) -> None:
    assert faults_in(answers, 500) == []


@pytest.mark.parametrize(
    ("answers", "says"),
    [
        ([*counting(9, 9, 9), REFUSAL], "a constant limits nothing"),
        ([*counting(9, 9, 9, 9, 8), REFUSAL], "did not change between 3 of 4 pairs"),
        ([*counting(1, 2, 3), REFUSAL], "rose from 1 to 3"),
        ([(200, {}), *counting(2, 1), REFUSAL], "1 of 3 responses carry no"),
        (counting(3, 2, 1), "did not end in 429"),
        ([*counting(3, 2, 1), (429, {})], "no Retry-After"),
        ([*counting(3, 2, 1), (429, {"retry-after": "soon"})], "no Retry-After"),
        ([REFUSAL], "no request is let through"),
        ([*counting(3), REFUSAL], "cannot be seen"),
    ],
)
def test_what_only_looks_like_a_limit_is_told(answers: Sequence[tuple[int, dict[str, str]]], says: str) -> None:
    assert says in " ".join(faults_in(answers, 500))
