"""The page of an item tells every attempt at mending it, and nothing that an agent wrote is markup."""

from __future__ import annotations

from laneshift.evidence.canonical import canonical
from tests.server.pages.test_rendered import EVIL, Tags
from tests.server.serving import Served

ITEM = "labs.report"


def test_attempts_are_shown_with_their_outcome_and_their_diff(server: Served, admin: str) -> None:
    shop = server.parts.shop
    plan = server.parts.plans.load("core").id
    key = f"{plan}/run-1/{ITEM}/fixer-"
    told = {"plan": plan, "item": ITEM, "agent": "claude-code", "step": "test"}
    details = shop.store.put(canonical({"diff": f"+{EVIL}\n", "prompt": ""}))
    why = f"core/report.py:1: {EVIL}"
    shop.journal.append(f"{key}1/began", "fix.began", {**told, "attempt": 1})
    ended = {"outcome": "refused", "why": why, "paths": ["core/report.py"], "fix": "", "details": details, "log": ""}
    shop.journal.append(f"{key}1/ended", "fix.ended", {**told, "attempt": 1, **ended})
    shop.journal.append(f"{key}2/began", "fix.began", {**told, "attempt": 2})
    with server.client(admin) as client:
        answer = client.get(f"/runs/{plan}/items/{ITEM}")
        other = client.get(f"/runs/{plan}/items/labs.shapes")
    text = Tags(answer.text).text
    assert answer.status_code == 200
    assert f"claude-code after test in run-1: refused: {why}" in text
    assert f"+{EVIL}" in text
    assert "claude-code after test in run-1: under way" in text
    assert "<script>alert" not in answer.text
    assert "Attempts to mend it" not in other.text
