"""Have the model call a function of yours, and go on with what it gave. Reads LANESHIFT_URL and LANESHIFT_API_KEY."""

from __future__ import annotations

import json
import os
import sys

from openai import APIConnectionError, APIStatusError, OpenAI
from openai.types.responses import FunctionToolParam, ResponseFunctionToolCall

QUESTION = "Who owns labs.pricing?"
OWNERS = {"labs.pricing": "the checkout team", "labs.money": "the ledger team"}
"""What only you know; in earnest this would be a service."""
OWNER_OF: FunctionToolParam = {
    "type": "function",
    "name": "owner_of",
    "description": "The team that owns a module.",
    "parameters": {
        "type": "object",
        "properties": {"module": {"type": "string"}},
        "required": ["module"],
        "additionalProperties": False,
    },
    "strict": True,
}


def owner_of(call: ResponseFunctionToolCall) -> str:
    """The result of one call, as JSON."""
    module = json.loads(call.arguments)["module"]
    return json.dumps({"module": module, "owner": OWNERS.get(module, "nobody")})


def talk(client: OpenAI) -> None:
    """Ask, run what is called, and tell the model what came of it."""
    print(QUESTION)
    first = client.responses.create(
        model="matriz", input=QUESTION, tools=[OWNER_OF], tool_choice={"type": "function", "name": "owner_of"}
    )
    calls = [each for each in first.output if isinstance(each, ResponseFunctionToolCall)]
    for call in calls:
        print(f"the model calls {call.name}({call.arguments})")
    results = [{"type": "function_call_output", "call_id": call.call_id, "output": owner_of(call)} for call in calls]
    last = client.responses.create(
        model="matriz",
        previous_response_id=first.id,
        input=results,  # type: ignore[arg-type]
        tools=[OWNER_OF],
    )
    print(last.output_text)


def main() -> int:
    """Print the round trip. 1 where the server refuses or is not there, 2 without a key."""
    key = os.environ.get("LANESHIFT_API_KEY", "")
    if not key:
        print("set LANESHIFT_API_KEY; `laneshift access keys create` makes one", file=sys.stderr)
        return 2
    url = os.environ.get("LANESHIFT_URL", "http://127.0.0.1:8321")
    try:
        with OpenAI(base_url=f"{url}/v1", api_key=key) as client:
            talk(client)
    except APIStatusError as error:
        print(f"the server refused it: {error.status_code} {error.code}: {error.message}", file=sys.stderr)
        return 1
    except APIConnectionError as error:
        print(f"no server answers at {url}: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
