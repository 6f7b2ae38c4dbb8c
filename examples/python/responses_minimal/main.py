"""Ask about the repository in one request. Reads LANESHIFT_URL and LANESHIFT_API_KEY."""

from __future__ import annotations

import os
import sys

from openai import APIConnectionError, APIStatusError, OpenAI

QUESTION = "Who imports labs.pricing?"
# A server that has just started still reads the repository, and one that has much to do may run out of its time. It
# says so, and asked again it knows more.
LATER = ("I am still reading", "time ended")
ATTEMPTS = 200


def answered(client: OpenAI) -> str:
    """The answer of the repository's own model, as Markdown."""
    text = ""
    for _ in range(ATTEMPTS):
        text = client.responses.create(model="matriz", input=QUESTION).output_text
        if not any(words in text for words in LATER):
            break
    return text


def main() -> int:
    """Print the question and the answer. 1 where the server refuses or is not there, 2 without a key."""
    key = os.environ.get("LANESHIFT_API_KEY", "")
    if not key:
        print("set LANESHIFT_API_KEY; `laneshift access keys create` makes one", file=sys.stderr)
        return 2
    url = os.environ.get("LANESHIFT_URL", "http://127.0.0.1:8321")
    try:
        with OpenAI(base_url=f"{url}/v1", api_key=key) as client:
            print(f"{QUESTION}\n\n{answered(client)}")
    except APIStatusError as error:
        print(f"the server refused it: {error.status_code} {error.code}: {error.message}", file=sys.stderr)
        return 1
    except APIConnectionError as error:
        print(f"no server answers at {url}: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
