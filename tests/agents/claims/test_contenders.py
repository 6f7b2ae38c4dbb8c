"""Fifty processes fight for two hundred items: each item has one winner, on both kinds of places."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from tests import warm
from tests.agents.claims.stores import KINDS, Store
from tests.toy import with_tests

PROCESSES, ITEMS = 50, 200


@pytest.mark.parametrize("kind", KINDS)
def test_each_item_has_one_winner(kind: str, request: pytest.FixtureRequest, tmp_path: Path) -> None:
    url = request.getfixturevalue("claims_url") if kind == "database" else ""
    store = Store(kind, tmp_path, url)
    rows = store.rows()
    told = {"folder": str(tmp_path), "url": url, "name": store.name, "processes": PROCESSES, "items": ITEMS}
    done = warm.run("tests.agents.claims.contender", [json.dumps(told)], tmp_path, with_tests(os.environ))
    assert done.code == 0, done.err
    won = [json.loads(path.read_text()) for path in tmp_path.glob("won-*.json")]
    assert len(won) == PROCESSES
    items = [item for each in won for item, _ in each]
    assert sorted(items) == sorted(f"i{number}" for number in range(ITEMS))
    tokens = sorted(token for each in won for _, token in each)
    assert tokens == list(range(1, ITEMS + 1))
    assert {claim.items[0]: claim.token for claim in rows.all()} == {i: t for each in won for i, t in each}
    assert sum(bool(each) for each in won) > 1
    store.close()
