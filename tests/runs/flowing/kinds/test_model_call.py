"""Model steps against a real server that talks as OpenAI's do: what comes back is advice, whatever it says."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from laneshift.runs.flowing.kinds.table import Table
from tests.runs.flowing.kinds.scene import Asked, done, failed, repository, serving, site_at, work

KEY = "sk-nobody-should-see-this"


@pytest.fixture(scope="module")
def table(tmp_path_factory: pytest.TempPathFactory) -> Table:
    path = repository(tmp_path_factory.mktemp("models") / "repo")
    return Table(site_at(path, {"MODEL_KEY": KEY}))


def completion(text: Any, **more: Any) -> bytes:
    choice = {"index": 0, "finish_reason": "stop", "message": {"role": "assistant", "content": text}}
    return json.dumps({"id": "1", "object": "chat.completion", "model": "m-1", "choices": [choice], **more}).encode()


def test_a_question_goes_out_and_advice_comes_back(table: Table) -> None:
    usage = {"prompt_tokens": 3, "completion_tokens": 2, "total_tokens": 5, "other": {}}
    with serving(lambda _: (200, {}, completion("split it in two", usage=usage))) as server:
        settings = {"url": f"{server.url}/v1/", "model": "m", "prompt": "How?", "api_key": {"env": "MODEL_KEY"}}
        value = done(table.perform(work("model", settings)))
    assert value == {
        "advice": True,
        "text": "split it in two",
        "model": "m-1",
        "finish": "stop",
        "usage": {"prompt_tokens": 3, "completion_tokens": 2, "total_tokens": 5},
    }
    asked = server.asked[0]
    assert (asked.method, asked.path) == ("POST", "/v1/chat/completions")
    assert asked.headers["Authorization"] == f"Bearer {KEY}"
    sent = json.loads(asked.body)
    assert sent["messages"] == [{"role": "user", "content": "How?"}]
    assert (sent["model"], sent["stream"], sent["temperature"]) == ("m", False, 0)


def test_messages_go_out_as_they_are(table: Table) -> None:
    messages = [{"role": "system", "content": "Be short."}, {"role": "user", "content": "Why?"}]
    with serving(lambda _: (200, {}, completion("so"))) as server:
        done(table.perform(work("model", {"url": server.url, "model": "m", "messages": messages})))
    assert json.loads(server.asked[0].body)["messages"] == messages
    assert "Authorization" not in server.asked[0].headers


@pytest.mark.parametrize(
    "body",
    [
        *(b"", b"null", b"[]", b"{}", b'{"choices": []}', b'{"choices": [{}]}', b"[" * 100_000),
        *(completion(None), completion(""), completion(["a"])),
    ],
)
def test_an_answer_that_is_none_fails(table: Table, body: bytes) -> None:
    with serving(lambda _: (200, {}, body)) as server:
        failure = failed(table.perform(work("model", {"url": server.url, "model": "m", "prompt": "?"})))
    assert failure.code == "flow.model-answer"


def test_a_model_that_echoes_the_key_does_not_bring_it_into_a_record(table: Table) -> None:
    def echo(asked: Asked) -> tuple[int, dict[str, str], bytes]:
        return 200, {}, completion(asked.headers["Authorization"])

    with serving(echo) as server:
        settings = {"url": server.url, "model": "m", "prompt": "?", "api_key": {"env": "MODEL_KEY"}}
        assert done(table.perform(work("model", settings)))["text"] == "Bearer [redacted]"


def test_a_busy_model_is_worth_another_try_and_an_unknown_one_is_not(table: Table) -> None:
    codes = []
    for status in (429, 404):
        with serving(lambda _, status=status: (status, {}, b"no")) as server:
            codes.append(failed(table.perform(work("model", {"url": server.url, "model": "m", "prompt": "?"}))).code)
    assert codes == ["flow.http-busy", "flow.http-status"]


def test_a_key_as_text_in_a_definition_is_refused(table: Table, tmp_path: Path) -> None:
    settings = {"url": "https://example.org/v1", "model": "m", "prompt": "?", "api_key": "sk-123"}
    assert [place for place, _ in table.faults("model", settings, lambda _: False)] == ["api_key"]
