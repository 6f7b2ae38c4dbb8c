"""Requests and answers against the OpenAPI description that OpenAI publishes."""

from __future__ import annotations

import json
from collections.abc import Iterator

import httpx
import pytest

from tests.server.models.facade import Facade
from tests.server.models.published import faults

ASK = [{"role": "user", "content": "What is 6 * 7?"}]
PARAMETERS = {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]}
TOOL = {"type": "function", "function": {"name": "get_weather", "parameters": PARAMETERS}}
OWN = {"type": "function", "name": "get_weather", "parameters": PARAMETERS, "strict": False}
CITY = [{"role": "user", "content": 'What is the weather of "Paris"?'}]
PARTS = {"role": "user", "content": [{"type": "input_text", "text": "What is 6 * 7?"}]}
CHAT: list[dict[str, object]] = [
    {"messages": ASK},
    {"messages": ASK, "n": 2, "seed": 1, "stop": ["="], "max_tokens": 3, "temperature": 0.5, "top_p": 0.5},
    {"messages": [{"role": "developer", "content": "Be short."}, *ASK], "max_completion_tokens": 5},
    {"messages": [{"role": "user", "content": [{"type": "text", "text": "What is 6 * 7?"}]}]},
    {"messages": CITY, "tools": [TOOL]},
    {"messages": CITY, "tools": [TOOL], "tool_choice": "required", "parallel_tool_calls": True},
    {"messages": CITY, "tools": [TOOL], "tool_choice": {"type": "function", "function": {"name": "get_weather"}}},
    {"messages": ASK, "response_format": {"type": "json_object"}, "metadata": {"a": "b"}, "user": "someone"},
]
RESPONSES: list[dict[str, object]] = [
    {"input": "What is 6 * 7?"},
    {"input": ASK, "instructions": "Be short.", "max_output_tokens": 16, "temperature": 1, "metadata": {"a": "b"}},
    {"input": [{"type": "message", **PARTS}], "store": False},
    {"input": CITY, "tools": [OWN], "tool_choice": "required"},
    {"input": "What is 6 * 7?", "text": {"format": {"type": "json_object"}}, "truncation": "auto"},
]
WRONG: list[dict[str, object]] = [
    {},
    {"messages": []},
    {"messages": "What?"},
    {"messages": [{"role": "king", "content": "x"}]},
    {"messages": [{"content": "x"}]},
    {"messages": [{"role": "user"}]},
    {"messages": [{"role": "user", "content": 1}]},
    {"messages": [{"role": "user", "content": []}]},
    {"messages": [{"role": "user", "content": [{"type": "text"}]}]},
    {"messages": [{"role": "user", "content": [{"type": "song", "text": "x"}]}]},
    {"messages": [{"role": "tool", "content": "x"}]},
    {"messages": ASK, "n": 0},
    {"messages": ASK, "n": 129},
    {"messages": ASK, "temperature": 2.5},
    {"messages": ASK, "temperature": "hot"},
    {"messages": ASK, "top_p": 1.5},
    {"messages": ASK, "presence_penalty": 3},
    {"messages": ASK, "frequency_penalty": -3},
    {"messages": ASK, "top_logprobs": 21, "logprobs": True},
    {"messages": ASK, "stop": ["a", "b", "c", "d", "e"]},
    {"messages": ASK, "stream": "yes"},
    {"messages": ASK, "tools": [{"type": "function"}]},
    {"messages": ASK, "tools": [{"type": "function", "function": {"parameters": {}}}]},
    {"messages": ASK, "tool_choice": "perhaps", "tools": [TOOL]},
    {"messages": ASK, "response_format": {"type": "poem"}},
    {"messages": ASK, "response_format": {"type": "json_schema"}},
    {"messages": ASK, "max_completion_tokens": "few"},
    {"messages": ASK, "seed": 1.5},
]


@pytest.fixture(scope="module")
def plain(running: Facade) -> Iterator[httpx.Client]:
    with running.plain(running.key("published@example.org")) as client:
        yield client


def events(answer: httpx.Response) -> list[tuple[str, str]]:
    """The names and data of server-sent events."""
    assert answer.headers["content-type"].startswith("text/event-stream")
    found = []
    for block in answer.text.strip().split("\n\n"):
        fields = dict(line.split(": ", 1) for line in block.split("\n"))
        found.append((fields.get("event", ""), fields["data"]))
    return found


@pytest.mark.parametrize("asked", CHAT)
def test_chat_is_asked_and_answered_as_published(plain: httpx.Client, asked: dict[str, object]) -> None:
    body = {"model": "matriz", **asked}
    assert faults("CreateChatCompletionRequest", body) == []
    whole = plain.post("/v1/chat/completions", json=body)
    assert whole.status_code == 200, whole.text
    assert faults("CreateChatCompletionResponse", whole.json()) == []
    streamed = plain.post(
        "/v1/chat/completions", json={**body, "stream": True, "stream_options": {"include_usage": True}}
    )
    *chunks, end = [data for _, data in events(streamed)]
    assert end == "[DONE]"
    for chunk in chunks:
        assert faults("CreateChatCompletionStreamResponse", json.loads(chunk)) == []


@pytest.mark.parametrize("asked", RESPONSES)
def test_responses_are_asked_and_answered_as_published(plain: httpx.Client, asked: dict[str, object]) -> None:
    body = {"model": "matriz", **asked}
    assert faults("CreateResponse", body) == []
    whole = plain.post("/v1/responses", json=body)
    assert whole.status_code == 200, whole.text
    assert faults("Response", whole.json()) == []
    if body.get("store") is not False:
        items = plain.get(f"/v1/responses/{whole.json()['id']}/input_items").json()
        assert faults("ResponseItemList", items) == []
    for name, data in events(plain.post("/v1/responses", json={**body, "stream": True})):
        told = json.loads(data)
        assert told["type"] == name
        assert faults("ResponseStreamEvent", told) == []


def test_models_embeddings_and_errors_are_as_published(plain: httpx.Client, running: Facade) -> None:
    assert faults("ListModelsResponse", plain.get("/v1/models").json()) == []
    assert faults("Model", plain.get("/v1/models/matriz").json()) == []
    body = {"model": running.embedder, "input": ["one", "two"], "encoding_format": "float", "dimensions": 8}
    assert faults("CreateEmbeddingRequest", body) == []
    assert faults("CreateEmbeddingResponse", plain.post("/v1/embeddings", json=body).json()) == []
    for answer in (plain.get("/v1/models/none"), plain.post("/v1/embeddings", json={}), plain.get("/v1/none")):
        assert answer.status_code in (400, 404)
        assert faults("ErrorResponse", answer.json()) == []


@pytest.mark.parametrize("change", WRONG)
def test_what_the_description_refuses_is_refused(plain: httpx.Client, change: dict[str, object]) -> None:
    body = {"model": "matriz", **change}
    assert faults("CreateChatCompletionRequest", body) != [], "a wrong request by the description too"
    answer = plain.post("/v1/chat/completions", json=body)
    assert (answer.status_code, answer.json()["error"]["type"]) == (400, "invalid_request_error"), answer.text
