"""The whole description, tried with generated requests: no fault of the server, nothing that is not described."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import hypothesis
import pytest
import schemathesis
from hypothesis import HealthCheck, Phase
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from laneshift.server.limits.chosen import limits_for
from laneshift.server.options import Options
from tests.landed import landed
from tests.monorepo import BATCH
from tests.server.serving import Served, served
from tests.toy import QUICK, planned, shop_at, toy

EXAMPLES = 8
CHECKS = [
    schemathesis.checks.not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]
ENDLESS = {"/api/v1/events"}
"""What answers for as long as somebody listens; tests/server/test_events.py listens."""


@pytest.fixture(scope="module")
def tried(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A server of its own: what is generated may change anything."""
    quotas = {"laneshift.toml": f"{QUICK}[server.quotas]\nrate = 100000\nburst = 1000000\n"}
    path: Path = toy(tmp_path_factory.mktemp("tried") / "repo", quotas)
    landed(path, planned(path, BATCH, "core.tsv"))
    limits = limits_for(shop_at(path), {})
    with served(path, Options(port=0, body_seconds=60.0), layers=limits.layers) as found:
        yield found


def test_generated_requests_are_answered_as_described(tried: Served) -> None:
    key = tried.key()
    with tried.client(key) as client:
        schema = schemathesis.openapi.from_dict(client.get("/openapi.json").json())
    seen = set()
    for found in schema.get_all_operations():
        operation = found.ok()
        if operation.path in ENDLESS:
            continue
        seen.add((operation.method.upper(), operation.path))

        @hypothesis.given(case=operation.as_strategy())
        @hypothesis.settings(
            max_examples=EXAMPLES,
            derandomize=True,
            deadline=None,
            database=None,
            phases=[Phase.explicit, Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        def answers(case: schemathesis.Case) -> None:
            case.call_and_validate(
                base_url=tried.url, checks=CHECKS, headers={"Authorization": f"Bearer {key}"}, timeout=60
            )

        answers()
    assert seen == {route for route in tried.routes if route[1] not in ENDLESS}
