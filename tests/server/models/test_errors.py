"""Every error below `/v1` as the official client's class for it."""

from __future__ import annotations

import openai
import pytest

from tests.server.models.facade import Facade

ASK = [{"role": "user", "content": "What is 6 * 7?"}]
WRONG = [
    ({"model": "none"}, openai.NotFoundError, "model", "model_not_found"),
    ({"messages": []}, openai.BadRequestError, "messages", "invalid_value"),
    ({"messages": [{"role": "king", "content": "x"}]}, openai.BadRequestError, "messages.0.role", "invalid_value"),
    ({"messages": [{"role": "user"}]}, openai.BadRequestError, "messages.0", "invalid_value"),
    ({"messages": [{"role": "user", "content": 5}]}, openai.BadRequestError, "messages.0.content", "invalid_value"),
    ({"stop": ["a"] * 5}, openai.BadRequestError, "stop", "invalid_value"),
    ({"tool_choice": 7}, openai.BadRequestError, "tool_choice", "invalid_value"),
    ({"temperature": 3}, openai.BadRequestError, "temperature", "invalid_value"),
    ({"n": 0}, openai.BadRequestError, "n", "invalid_value"),
    ({"max_tokens": "many"}, openai.BadRequestError, "max_tokens", "invalid_value"),
    ({"tool_choice": "required"}, openai.BadRequestError, None, "invalid_value"),
    (
        {"messages": [{"role": "tool", "content": "x", "tool_call_id": "y"}]},
        openai.BadRequestError,
        "messages.0.tool_call_id",
        "invalid_value",
    ),
    (
        {"messages": [{"role": "user", "content": [{"type": "image_url", "image_url": {"url": "http://x"}}]}]},
        openai.BadRequestError,
        "messages.0.content.0",
        "unsupported_value",
    ),
]


@pytest.mark.parametrize(("change", "kind", "param", "code"), WRONG)
def test_a_request_that_cannot_be_is_refused_by_its_parameter(
    asked: Facade, change: dict[str, object], kind: type[openai.APIStatusError], param: str | None, code: str
) -> None:
    with asked.client("wrong@example.org") as client, pytest.raises(kind) as refused:
        client.chat.completions.create(**{"model": "matriz", "messages": ASK, **change})
    error = refused.value
    assert (error.param, error.code, error.type) == (param, code, "invalid_request_error")
    assert error.request_id


def test_who_has_no_key_and_who_may_not(asked: Facade) -> None:
    with asked.client(api_key="lsk_wrong") as client, pytest.raises(openai.AuthenticationError) as nobody:
        client.models.list()
    assert (nobody.value.code, nobody.value.type) == ("invalid_api_key", "invalid_request_error")
    with asked.client("reader@example.org", "reader") as client, pytest.raises(openai.PermissionDeniedError) as denied:
        client.chat.completions.create(model="matriz", messages=ASK)
    assert (denied.value.code, denied.value.type) == ("insufficient_permissions", "permission_error")
    with asked.client("robot@example.org", "suggest_only") as client:
        assert client.chat.completions.create(model="matriz", messages=ASK).choices


def test_the_same_key_for_another_request_and_other_ways_to_be_wrong(asked: Facade) -> None:
    with asked.client("once@example.org") as client:
        once = {"Idempotency-Key": "one"}
        first = client.chat.completions.create(model="matriz", messages=ASK, extra_headers=once)
        assert client.chat.completions.create(model="matriz", messages=ASK, extra_headers=once).id == first.id
        with pytest.raises(openai.UnprocessableEntityError) as other:
            client.chat.completions.create(model="matriz", messages=ASK, n=2, extra_headers=once)
        assert other.value.code == "idempotency.other-body"
        with pytest.raises(openai.NotFoundError):
            client.get("/nothing", cast_to=object)
        with pytest.raises(openai.APIStatusError) as method:
            client.put("/models", cast_to=object)
        assert method.value.status_code == 405
        with pytest.raises(openai.APIStatusError) as large:
            client.embeddings.create(model="matriz", input="x" * (9 << 20))
        assert (large.value.status_code, large.value.code) == (413, "request_too_large")


def test_a_spent_bucket_of_requests_and_headers_that_are_true(asked: Facade) -> None:
    with asked.client("rare@example.org") as client:
        left = []
        for _ in range(2):
            raw = client.chat.completions.with_raw_response.create(model="rare", messages=ASK)
            assert raw.headers["x-ratelimit-limit-requests"] == "2"
            left.append(int(raw.headers["x-ratelimit-remaining-requests"]))
        assert left == [1, 0]
        with pytest.raises(openai.RateLimitError) as spent:
            client.chat.completions.create(model="rare", messages=ASK)
        headers = spent.value.response.headers
        assert (spent.value.code, spent.value.type) == ("rate_limit_exceeded", "requests")
        assert int(headers["retry-after"]) > 100
        assert headers["x-ratelimit-remaining-requests"] == "0"
        assert "m" in headers["x-ratelimit-reset-requests"]
        assert client.chat.completions.create(model="matriz", messages=ASK).choices, "each model has its own"
    with asked.client("other@example.org") as other:
        assert other.chat.completions.create(model="rare", messages=ASK).choices, "and so has everybody"


def test_tokens_are_taken_for_the_answer_too_and_owed(asked: Facade) -> None:
    with asked.client("terse@example.org") as client:
        raw = client.chat.completions.with_raw_response.create(model="terse", messages=ASK)
        usage = raw.parse().usage
        assert usage is not None
        assert raw.headers["x-ratelimit-limit-tokens"] == "60"
        assert int(raw.headers["x-ratelimit-remaining-tokens"]) == max(0, 60 - usage.total_tokens)
        while True:
            try:
                client.chat.completions.create(model="terse", messages=ASK)
            except openai.RateLimitError as error:
                spent = error
                break
        assert (spent.type, spent.code) == ("tokens", "rate_limit_exceeded")
        assert int(spent.response.headers["retry-after"]) > 100
        long = [{"role": "user", "content": "word " * 100}]
        with pytest.raises(openai.RateLimitError) as large:
            client.chat.completions.create(model="terse", messages=long)
        assert large.value.response.headers["x-should-retry"] == "false"
