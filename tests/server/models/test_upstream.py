"""Models of an upstream that others wrote: what it says comes through, and what goes wrong there is told here."""

from __future__ import annotations

import openai
import pytest
from llmock.scenarios import Fail, Reply, StreamFault, ToolCall

from tests.server.models.facade import EMBEDDER, SECRET, Facade

ASK = [{"role": "user", "content": "Say something."}]
TEXT = "one two three four five"
WEATHER = {
    "type": "function",
    "function": {"name": "get_weather", "parameters": {"type": "object", "properties": {"city": {"type": "string"}}}},
}


def said(asked: Facade, model: str = "mock", **more: object) -> str:
    """What the upstream says, through the facade."""
    with asked.client("up@example.org") as client:
        found = client.chat.completions.create(**{"model": model, "messages": ASK, **more})
        return str(found.choices[0].message.content)


def test_what_it_says_comes_through_whole_and_streamed_and_as_a_response(asked: Facade) -> None:
    asked.upstream.state.scenarios.add(Reply(TEXT, times=3))
    assert said(asked) == TEXT
    with asked.client("up@example.org") as client:
        stream = client.chat.completions.create(
            model="mock", messages=ASK, stream=True, stream_options={"include_usage": True}
        )
        chunks = list(stream)
        pieces = [choice.delta.content for chunk in chunks for choice in chunk.choices if choice.delta.content]
        assert pieces == ["one ", "two ", "three ", "four ", "five"], "as the upstream cut it"
        assert chunks[-1].usage is not None
        assert {chunk.model for chunk in chunks} == {"mock"}, "by its name here"
        assert client.responses.create(model="mock", input="Say something.").output_text == TEXT


def test_a_piece_is_passed_on_before_the_next_one_comes(asked: Facade) -> None:
    """The upstream is silent after three chunks for longer than the test would wait: what was said is here by then."""
    asked.upstream.state.scenarios.add(Reply(TEXT), StreamFault("stall", after_chunks=3, stall_seconds=600))
    with asked.client("up@example.org") as client:
        stream = client.chat.completions.create(model="mock", messages=ASK, stream=True)
        pieces = []
        for chunk in stream:
            pieces += [choice.delta.content for choice in chunk.choices if choice.delta.content]
            if len(pieces) == 2:
                break
        assert pieces == ["one ", "two "]
        stream.close()


def test_a_call_of_a_tool_goes_there_and_back(asked: Facade) -> None:
    asked.upstream.state.scenarios.add(Reply(tool_calls=(ToolCall("get_weather", {"city": "Paris"}),), times=2))
    with asked.client("up@example.org") as client:
        message = client.chat.completions.create(model="mock", messages=ASK, tools=[WEATHER]).choices[0].message
        assert message.tool_calls is not None
        assert '"Paris"' in message.tool_calls[0].function.arguments
        with client.chat.completions.stream(model="mock", messages=ASK, tools=[WEATHER]) as stream:
            streamed = stream.get_final_completion().choices[0].message.tool_calls
        assert streamed is not None
        assert streamed[0].function.arguments == message.tool_calls[0].function.arguments
        result = {"role": "tool", "tool_call_id": message.tool_calls[0].id, "content": "rain"}
        again = [*ASK, message.model_dump(exclude_none=True), result]
        asked.upstream.state.scenarios.add(Reply("it rains"))
        last = client.chat.completions.create(model="mock", messages=again, tools=[WEATHER])
        assert last.choices[0].message.content == "it rains"


def test_embeddings_come_through(asked: Facade) -> None:
    with asked.client("up@example.org") as client:
        found = client.embeddings.create(model=EMBEDDER, input=["one", "two"])
        assert (len(found.data), found.model) == (2, EMBEDDER)
        assert found.data[0].embedding != found.data[1].embedding


@pytest.mark.parametrize(
    ("status", "kind", "code"),
    [
        (400, openai.BadRequestError, "model.refused"),
        (401, openai.InternalServerError, "model.bad-key"),
        (403, openai.InternalServerError, "model.bad-key"),
        (404, openai.NotFoundError, "model_not_found"),
        (429, openai.RateLimitError, "rate_limit_exceeded"),
        (500, openai.InternalServerError, "model.no-answer"),
        (503, openai.InternalServerError, "model.no-answer"),
    ],
)
@pytest.mark.parametrize("streamed", [False, True])
def test_its_errors_are_told_by_whose_fault_they_are(
    asked: Facade, status: int, kind: type[openai.APIStatusError], code: str, streamed: bool
) -> None:
    asked.upstream.state.scenarios.add(Fail(status, retry_after=7, message=f"not with {SECRET}"))
    with pytest.raises(kind) as failed:
        said(asked, stream=streamed)
    assert failed.value.code == code
    assert SECRET not in failed.value.response.text
    if status == 429:
        assert failed.value.response.headers["retry-after"] == "7"
    assert said(asked) != "", "it is asked again at once: one failure opens nothing"


@pytest.mark.parametrize("fault", ["disconnect", "truncate", "malformed"])
def test_a_stream_that_breaks_off_is_an_error_and_no_answer(asked: Facade, fault: str) -> None:
    asked.upstream.state.scenarios.add(Reply(TEXT), StreamFault(fault, after_chunks=3))
    with asked.client("up@example.org") as client:
        stream = client.chat.completions.create(model="mock", messages=ASK, stream=True)
        with pytest.raises(openai.APIError):
            list(stream)
        asked.upstream.state.scenarios.add(Reply(TEXT), StreamFault(fault, after_chunks=3))
        events = list(client.responses.create(model="mock", input="Say something.", stream=True))
        assert events[-1].type == "response.failed"
        assert events[-1].response.error is not None
        assert client.responses.retrieve(events[-1].response.id).status == "failed"
    assert said(asked) != "", "what was counted against the upstream is forgotten once it answers"


def test_silence_ends_in_time(asked: Facade) -> None:
    asked.upstream.state.scenarios.add(Reply(TEXT), StreamFault("stall", after_chunks=3, stall_seconds=600))
    with asked.client("up@example.org") as client:
        # The upstream may be silent from the first on, where the machine stalls.
        with pytest.raises(openai.APIError) as late:
            list(client.chat.completions.create(model="hasty", messages=ASK, stream=True))
        assert "did not answer within" in str(late.value)


def test_failures_are_tried_again_where_the_settings_say_so(asked: Facade) -> None:
    asked.upstream.state.scenarios.add(Fail(500, times=2), Reply(TEXT))
    assert said(asked, "stubborn") == TEXT


def test_failures_open_the_breaker_and_a_probe_closes_it(asked: Facade) -> None:
    asked.upstream.state.scenarios.add(Fail(500, times=None))
    codes = []
    for _ in range(4):
        with pytest.raises(openai.InternalServerError) as failed:
            said(asked, "lasting")
        codes.append((failed.value.status_code, failed.value.code))
    assert codes == [(502, "model.no-answer")] * 2 + [(503, "model.broken")] * 2
    assert 3000 < int(failed.value.response.headers["retry-after"]) <= 3600
    for _ in range(2):
        with pytest.raises(openai.InternalServerError):
            said(asked, "fragile")
    asked.upstream.state.scenarios.clear()
    asked.upstream.state.scenarios.add(Reply(TEXT, times=None))
    assert said(asked) == TEXT, "others of the same upstream are no part of it"
    codes = []
    while not codes or codes[-1] != "well":
        try:
            codes.append("well" if said(asked, "fragile") == TEXT else "other")
        except openai.InternalServerError as error:
            codes.append(str(error.code))
    assert set(codes) <= {"well", "model.broken"}
    assert said(asked, "fragile") == TEXT


def test_usage_is_counted_for_each_principal_with_its_cost(asked: Facade) -> None:
    asked.upstream.state.scenarios.add(Reply(TEXT, times=3))
    with asked.client("counted@example.org") as client, asked.plain(client.api_key) as plain:
        one = client.chat.completions.create(model="mock", messages=ASK).usage
        stream = client.chat.completions.create(
            model="mock", messages=ASK, stream=True, stream_options={"include_usage": True}
        )
        other = next(chunk.usage for chunk in reversed(list(stream)) if chunk.usage)
        asked.upstream.state.scenarios.clear()
        asked.upstream.state.scenarios.add(Fail(500))
        with pytest.raises(openai.InternalServerError):
            client.chat.completions.create(model="mock", messages=ASK)
        (told,) = plain.get("/api/v1/usage").json()["items"]
        assert plain.get("/api/v1/usage?everybody=true").status_code == 200, "operators read metrics"
    assert one is not None
    prompt, completion = one.prompt_tokens + other.prompt_tokens, one.completion_tokens + other.completion_tokens
    assert (told["principal"], told["model"]) == ("person:counted@example.org", "mock")
    assert (told["requests"], told["failures"]) == (3, 1)
    assert (told["prompt"], told["completion"]) == (prompt, completion)
    assert told["cost"] == pytest.approx(2.5 * prompt + 10 * completion, abs=2)


def test_the_key_goes_to_the_upstream_alone(asked: Facade) -> None:
    asked.upstream.state.scenarios.add(Fail(401))
    with pytest.raises(openai.InternalServerError):
        said(asked)
    assert SECRET not in asked.log.read_text()
