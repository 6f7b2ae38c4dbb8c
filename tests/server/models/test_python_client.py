"""The official Python client, unmodified, against the real server."""

from __future__ import annotations

import base64
import json
import struct

import openai
import pytest

from tests.server.models.facade import Facade

ASK = [{"role": "user", "content": "What is 6 * 7?"}]
TOOL = {
    "name": "get_weather",
    "description": "The weather of a city.",
    "parameters": {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]},
}
WEATHER = {"type": "function", "function": TOOL}
CITY = [{"role": "user", "content": 'What is the weather of "Paris"?'}]


@pytest.fixture(scope="module")
def client(running: Facade) -> openai.OpenAI:
    return running.client("python@example.org")


def test_models_are_listed_and_looked_up(client: openai.OpenAI) -> None:
    names = [model.id for model in client.models.list()]
    assert names == sorted(names)
    assert {"matriz", "mock", "mock/embed"} < set(names)
    assert client.models.retrieve("mock/embed").owned_by == "127.0.0.1"
    assert client.models.retrieve("matriz").owned_by == "laneshift"


def test_a_chat_and_the_same_streamed_say_the_same(client: openai.OpenAI) -> None:
    whole = client.chat.completions.create(model="matriz", messages=ASK, seed=7)
    assert "42" in (whole.choices[0].message.content or "")
    assert whole.choices[0].finish_reason == "stop"
    assert whole.usage is not None
    assert whole.usage.total_tokens == whole.usage.prompt_tokens + whole.usage.completion_tokens
    stream = client.chat.completions.create(
        model="matriz", messages=ASK, seed=7, stream=True, stream_options={"include_usage": True}
    )
    chunks = list(stream)
    texts = [choice.delta.content or "" for chunk in chunks for choice in chunk.choices]
    assert "".join(texts) == whole.choices[0].message.content
    assert len([text for text in texts if text]) > 1
    assert chunks[0].choices[0].delta.role == "assistant"
    assert [chunk.usage for chunk in chunks if chunk.usage] == [whole.usage]
    assert (chunks[-1].choices, chunks[-1].usage) == ([], whole.usage)
    assert chunks[-2].choices[0].finish_reason == "stop"
    assert len({chunk.id for chunk in chunks}) == 1


def test_n_stop_and_most_tokens(client: openai.OpenAI) -> None:
    full = client.chat.completions.create(model="matriz", messages=ASK).choices[0].message.content or ""
    many = client.chat.completions.create(model="matriz", messages=ASK, n=3)
    assert [(choice.index, choice.message.content) for choice in many.choices] == [(at, full) for at in range(3)]
    short = client.chat.completions.create(model="matriz", messages=ASK, max_completion_tokens=2)
    assert short.choices[0].finish_reason == "length"
    assert full.startswith(short.choices[0].message.content or "nothing")
    assert short.usage is not None
    assert short.usage.completion_tokens == 2
    same = client.chat.completions.create(model="matriz", messages=ASK, max_tokens=2)
    assert same.choices[0].message.content == short.choices[0].message.content
    stopped = client.chat.completions.create(model="matriz", messages=ASK, stop=["=", "no such"])
    assert stopped.choices[0].message.content == full.partition("=")[0]
    assert stopped.choices[0].finish_reason == "stop"


def test_answers_as_json(client: openai.OpenAI) -> None:
    free = client.chat.completions.create(model="matriz", messages=ASK, response_format={"type": "json_object"})
    told = json.loads(free.choices[0].message.content or "")
    assert told["knows"] is True
    assert "42" in told["answer"]
    schema = {
        "type": "object",
        "properties": {"answer": {"type": "string"}, "confidence": {"type": "number"}},
        "required": ["answer", "confidence"],
        "additionalProperties": False,
    }
    named = {"type": "json_schema", "json_schema": {"name": "told", "schema": schema, "strict": True}}
    exact = client.chat.completions.create(model="matriz", messages=ASK, response_format=named)
    assert json.loads(exact.choices[0].message.content or "").keys() == {"answer", "confidence"}
    schema["required"] = ["answer", "colour"]
    with pytest.raises(openai.BadRequestError) as refused:
        client.chat.completions.create(model="matriz", messages=ASK, response_format=named)
    assert refused.value.code == "unsupported_value"


@pytest.mark.parametrize("choice", ["required", {"type": "function", "function": {"name": "get_weather"}}])
def test_a_tool_is_called_and_its_result_is_told(client: openai.OpenAI, choice: object) -> None:
    first = client.chat.completions.create(model="matriz", messages=CITY, tools=[WEATHER], tool_choice=choice)
    message = first.choices[0].message
    assert first.choices[0].finish_reason == "tool_calls"
    assert message.tool_calls is not None
    call = message.tool_calls[0]
    assert (call.type, call.function.name, json.loads(call.function.arguments)) == (
        "function",
        "get_weather",
        {"city": "Paris"},
    )
    result = {"role": "tool", "tool_call_id": call.id, "content": "18 degrees, rain"}
    again = [*CITY, message.model_dump(exclude_none=True), result]
    last = client.chat.completions.create(model="matriz", messages=again, tools=[WEATHER])
    assert last.choices[0].finish_reason == "stop"
    assert "18 degrees, rain" in (last.choices[0].message.content or "")


def test_a_streamed_call_comes_in_pieces(client: openai.OpenAI) -> None:
    with client.chat.completions.stream(model="matriz", messages=CITY, tools=[WEATHER]) as stream:
        kinds = [event.type for event in stream]
        message = stream.get_final_completion().choices[0].message
    assert kinds.count("tool_calls.function.arguments.delta") > 1
    assert message.tool_calls is not None
    assert json.loads(message.tool_calls[0].function.arguments) == {"city": "Paris"}


def test_a_tool_that_the_question_does_not_name_is_left_alone(client: openai.OpenAI) -> None:
    answer = client.chat.completions.create(model="matriz", messages=ASK, tools=[WEATHER])
    assert answer.choices[0].message.tool_calls is None
    assert "42" in (answer.choices[0].message.content or "")


def test_embeddings_as_numbers_and_packed(client: openai.OpenAI, running: Facade) -> None:
    model = running.embedder
    texts = ["a red apple", "the moon", "a red apple"]
    plain = client.embeddings.create(model=model, input=texts, encoding_format="float")
    packed = client.embeddings.create(model=model, input=texts, encoding_format="base64")
    assert [each.index for each in plain.data] == [0, 1, 2]
    for numbers, text in zip(plain.data, packed.data, strict=True):
        raw = base64.b64decode(str(text.embedding))
        assert list(struct.unpack(f"<{len(raw) // 4}f", raw)) == pytest.approx(numbers.embedding, abs=1e-7)
        assert sum(value * value for value in numbers.embedding) == pytest.approx(1, abs=1e-4)
    assert plain.data[0].embedding == pytest.approx(plain.data[2].embedding, abs=1e-5)
    usual = client.embeddings.create(model=model, input=texts[0])
    assert usual.data[0].embedding == pytest.approx(plain.data[0].embedding, abs=1e-4)
    few = client.embeddings.create(model=model, input="the moon", dimensions=16)
    assert len(few.data[0].embedding) == 16
    assert plain.usage.prompt_tokens > 0
    for wrong in ({"dimensions": 100_000}, {"input": [[1, 2, 3]]}, {"input": []}, {"input": ""}):
        with pytest.raises(openai.BadRequestError):
            client.embeddings.create(**{"model": model, "input": "x", **wrong})


def test_responses_go_on_from_each_other(client: openai.OpenAI) -> None:
    first = client.responses.create(model="matriz", input="What is 6 * 7?", instructions="Be short.")
    assert (first.status, first.error, first.instructions) == ("completed", None, "Be short.")
    assert "42" in first.output_text
    assert first.usage is not None
    assert first.usage.total_tokens == first.usage.input_tokens + first.usage.output_tokens
    second = client.responses.create(model="matriz", input="What is 5 + 5?", previous_response_id=first.id)
    assert second.previous_response_id == first.id
    items = list(client.responses.input_items.list(second.id, order="asc"))
    assert [item.type for item in items] == ["message"] * 3
    assert [item.id for item in client.responses.input_items.list(second.id, limit=2)] == [
        item.id for item in reversed(items)
    ]
    assert client.responses.retrieve(second.id) == second
    client.responses.delete(second.id)
    with pytest.raises(openai.NotFoundError):
        client.responses.retrieve(second.id)


def test_a_response_streams_its_events_in_the_documented_order(client: openai.OpenAI) -> None:
    events = list(client.responses.create(model="matriz", input="What is 6 * 7?", stream=True))
    kinds = [event.type for event in events if event.type != "response.output_text.delta"]
    assert kinds == [
        "response.created",
        "response.in_progress",
        "response.output_item.added",
        "response.content_part.added",
        "response.output_text.done",
        "response.content_part.done",
        "response.output_item.done",
        "response.completed",
    ]
    assert [event.sequence_number for event in events] == list(range(len(events)))
    deltas = [event.delta for event in events if event.type == "response.output_text.delta"]
    assert len(deltas) > 1
    whole = events[-1].response
    assert "".join(deltas) == whole.output_text
    assert client.responses.retrieve(whole.id) == whole, "kept before its end was told"


def test_a_response_that_is_cut_says_so(client: openai.OpenAI) -> None:
    events = list(client.responses.create(model="matriz", input="What is 6 * 7?", stream=True, max_output_tokens=2))
    last = events[-1]
    assert last.type == "response.incomplete"
    assert last.response.incomplete_details is not None
    assert last.response.incomplete_details.reason == "max_output_tokens"


def test_a_response_calls_a_tool_and_takes_its_result(client: openai.OpenAI) -> None:
    tool = {"type": "function", **TOOL}
    events = list(client.responses.create(model="matriz", input=CITY, tools=[tool], stream=True))
    kinds = [event.type for event in events if event.type != "response.function_call_arguments.delta"]
    assert kinds == [
        "response.created",
        "response.in_progress",
        "response.output_item.added",
        "response.function_call_arguments.done",
        "response.output_item.done",
        "response.completed",
    ]
    first = events[-1].response
    call = first.output[0]
    assert (call.type, call.name, json.loads(call.arguments)) == ("function_call", "get_weather", {"city": "Paris"})
    result = {"type": "function_call_output", "call_id": call.call_id, "output": "18 degrees, rain"}
    last = client.responses.create(model="matriz", input=[result], previous_response_id=first.id, tools=[tool])
    assert "18 degrees, rain" in last.output_text
    with pytest.raises(openai.BadRequestError) as refused:
        client.responses.create(model="matriz", input="And now?", previous_response_id=first.id)
    assert "has no output" in str(refused.value)


def test_a_response_in_the_background_is_looked_at_until_it_is_over(client: openai.OpenAI) -> None:
    made = client.responses.create(model="matriz", input="What is 6 * 7?", background=True)
    assert made.status == "queued"
    while (found := client.responses.retrieve(made.id)).status in ("queued", "in_progress"):
        continue
    assert (found.status, "42" in found.output_text) == ("completed", True)
    assert client.responses.cancel(made.id).status == "completed", "what is over stays as it is"
