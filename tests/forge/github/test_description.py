"""The server itself: it must catch requests and answers that GitHub's description does not allow."""

from __future__ import annotations

import json
from typing import Any

import pytest

from .description import answer_schema, described, faults_of_answer, operation, sample
from .hub import Hub
from .serving import KEY, Served

PULLS = "/repos/acme/shop/pulls"


def asked(method: str, target: str, body: Any = None) -> tuple[int, Served]:
    served = Served(Hub())
    data = b"" if body is None else json.dumps(body).encode()
    status, _, _ = served.answer(method, target, f"token {KEY}", data)
    return status, served


@pytest.mark.parametrize(
    ("method", "target", "body", "wrong"),
    [
        ("GET", f"{PULLS}?state=sideways", None, "query state"),
        ("GET", f"{PULLS}?per_page=many", None, "query per_page"),
        ("GET", f"{PULLS}?pages=1", None, "query pages is not described"),
        ("GET", "/repos/acme/shop/pulls/one", None, "path pull_number"),
        ("POST", PULLS, {"title": "x", "base": "main"}, "'head' is a required property"),
        ("POST", PULLS, {"title": 1, "head": "x", "base": "main"}, "title"),
        ("POST", PULLS, {"head": "x", "base": "main", "lables": []}, "lables is not described"),
        ("POST", PULLS, None, "no body"),
        ("PATCH", f"{PULLS}/1", {"state": "merged"}, "state"),
        ("POST", f"/repos/acme/shop/statuses/{'c' * 40}", {"state": "green"}, "state"),
        ("GET", "/repos/acme/shop/collaborators", None, "is not described"),
    ],
)
def test_a_request_that_is_not_as_described_is_caught(method: str, target: str, body: Any, wrong: str) -> None:
    status, served = asked(method, target, body)
    assert status in (404, 422)
    assert any(wrong in each for each in served.wrong), served.wrong


def test_an_answer_that_is_not_as_described_is_caught() -> None:
    spec = operation("POST", PULLS)
    assert spec is not None
    fine = sample(answer_schema(spec.spec, 201), {"number": 3, "head": {"ref": "x"}})
    assert faults_of_answer(spec.spec, 201, fine) == []
    assert faults_of_answer(spec.spec, 201, {**fine, "number": "3"})
    assert faults_of_answer(spec.spec, 201, {name: value for name, value in fine.items() if name != "head"})
    assert faults_of_answer(spec.spec, 418, {})


def test_every_operation_can_be_answered() -> None:
    held = described()
    assert held["x-source"].startswith("npm @octokit/openapi ")
    for path, methods in held["paths"].items():
        for method, spec in methods.items():
            [status] = [int(each) for each in spec["responses"] if each.startswith("2")]
            assert faults_of_answer(spec, status, sample(answer_schema(spec, status))) == [], (method, path)
