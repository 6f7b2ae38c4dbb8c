"""The official JavaScript client, unmodified, against the real server."""

from __future__ import annotations

import json

from tests.server.models.facade import Facade
from tests.server.models.node import run

CHECKS = 11


def test_every_check_of_the_script_went_well(asked: Facade) -> None:
    with asked.client("javascript@example.org") as client:
        found = run(
            "conformance.mjs",
            BASE_URL=f"{asked.url}/v1",
            API_KEY=client.api_key,
            READER_KEY=asked.key("reader@example.org", "reader"),
            EMBEDDER=asked.embedder,
        )
    told = json.loads(found)
    assert {name: what for name, what in told.items() if what != "well"} == {}
    assert len(told) == CHECKS
