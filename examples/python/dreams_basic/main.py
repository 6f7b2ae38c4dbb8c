"""Dream of landing four modules: nothing is done, and a seed gives the same again. Reads LANESHIFT_URL and _API_KEY."""

from __future__ import annotations

import os
import sys
import time
from typing import Any

from openai import APIConnectionError, APIStatusError, OpenAI

ENDED = ("completed", "failed", "cancelled")
WISH = {
    "scenario": [
        {"module": "labs.money", "src": "labs/money.py", "dst": "core/money.py"},
        {"module": "labs.pricing", "src": "labs/pricing.py", "dst": "core/pricing.py"},
        {"module": "labs.invoice", "src": "labs/invoice.py", "dst": "core/billing/invoice.py"},
        {"module": "labs.reminders", "src": "labs/reminders.py", "dst": "serve/reminders.py"},
    ],
    "num_paths": 3,
    "depth": 2,
    "seed": 7,
    "constraints": {"first": ["labs.money"]},
}
WRONG = {"scenario": "what if pricing moved to core?"}


def dreamt(client: OpenAI) -> dict[str, Any]:
    """The dream when it has ended. The client knows no dreams, but how to ask, and what its errors are."""
    told: Any = client.post("/dreams", body=WISH, cast_to=object)
    while told["status"] not in ENDED:
        time.sleep(0.1)
        told = client.get(f"/dreams/{told['id']}", cast_to=object)
    return dict(told)


def show(told: dict[str, Any]) -> None:
    """What each path came to, and what the best one lands."""
    result = told["result"]
    print(f"the dream is {told['status']}: {len(result['paths'])} paths, seed {result['wish']['seed']}")
    for path in result["paths"]:
        outcome = path["outcome"]
        counts = f"{len(outcome['lands'])} land, {len(outcome['stops'])} stop, {outcome['edits']} edits"
        print(f"{path['id']}: {counts}")
    best = next(path for path in result["paths"] if path["id"] == result["best"])
    print(f"best is {best['id']}, which lands {' '.join(best['outcome']['lands'])}")
    for item, why in best["outcome"]["stops"]:
        print(f"{item} stops at {why}")


def main() -> int:
    """Print a dream, and how a question without a reading is refused. 1 where that does not work, 2 without a key."""
    key = os.environ.get("LANESHIFT_API_KEY", "")
    if not key:
        print("set LANESHIFT_API_KEY; `laneshift access keys create` makes one", file=sys.stderr)
        return 2
    url = os.environ.get("LANESHIFT_URL", "http://127.0.0.1:8321")
    with OpenAI(base_url=f"{url}/v1", api_key=key) as client:
        try:
            show(dreamt(client))
        except (APIConnectionError, APIStatusError) as error:
            print(f"it does not work: {error}", file=sys.stderr)
            return 1
        try:
            client.post("/dreams", body=WRONG, cast_to=object)
        except APIStatusError as error:
            fault = error.body["faults"][0] if isinstance(error.body, dict) else {}
            print(f"refused: {error.status_code} {error.code}: {fault['what']} ({fault['cure']})")
    return 0


if __name__ == "__main__":
    sys.exit(main())
