"""Make an index, put vectors in, search, and delete it all again. Reads LANESHIFT_URL and LANESHIFT_API_KEY."""

from __future__ import annotations

import os
import sys
from typing import Any

from openai import APIConnectionError, APIStatusError, NotFoundError, OpenAI

NAME = f"colours-{os.getpid()}-py"
COLOURS = [
    {"id": "red", "values": [1, 0, 0], "metadata": {"kind": "warm", "rank": 1}},
    {"id": "orange", "values": [1, 0.5, 0], "metadata": {"kind": "warm", "rank": 2}},
    {"id": "blue", "values": [0, 0, 1], "metadata": {"kind": "cold", "rank": 3}},
]


def found(client: OpenAI, more: dict[str, Any]) -> str:
    """The ids that a search gives, the nearest first."""
    asked = {"vector": [1, 0.1, 0], "k": 2, **more}
    told: Any = client.post(f"/indexes/{NAME}/search", body=asked, cast_to=object)
    return " ".join(hit["id"] for hit in told["data"])


def walk(client: OpenAI) -> None:
    """Create, read, update and delete."""
    made: Any = client.post("/indexes", body={"name": NAME, "metric": "cosine", "dimension": 3}, cast_to=object)
    print(f"created: {made['metric']}, {made['dimension']} dimensions, {made['count']} vectors")
    put: Any = client.post(f"/indexes/{NAME}/vectors", body={"vectors": COLOURS}, cast_to=object)
    print(f"upserted: {put['inserted']} new, {put['updated']} updated")
    print(f"nearest: {found(client, {})}")
    print(f"nearest that is cold: {found(client, {'filter': {'kind': 'cold'}})}")
    client.delete(f"/indexes/{NAME}/vectors/red", cast_to=object)
    print(f"nearest without red: {found(client, {})}")
    try:
        client.post(f"/indexes/{NAME}/search", body={"vector": [1, 0]}, cast_to=object)
    except APIStatusError as error:
        print(f"a vector of two numbers is refused: {error.status_code}")
    client.delete(f"/indexes/{NAME}", cast_to=object)
    try:
        client.get(f"/indexes/{NAME}", cast_to=object)
    except NotFoundError as error:
        print(f"deleted: {error.status_code}")


def main() -> int:
    """Print each step. 1 where the server refuses or is not there, 2 without a key."""
    key = os.environ.get("LANESHIFT_API_KEY", "")
    if not key:
        print("set LANESHIFT_API_KEY; `laneshift access keys create` makes one", file=sys.stderr)
        return 2
    url = os.environ.get("LANESHIFT_URL", "http://127.0.0.1:8321")
    try:
        with OpenAI(base_url=f"{url}/v1", api_key=key) as client:
            walk(client)
    except APIStatusError as error:
        print(f"the server refused it: {error.status_code} {error.code}: {error.message}", file=sys.stderr)
        return 1
    except APIConnectionError as error:
        print(f"no server answers at {url}: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
