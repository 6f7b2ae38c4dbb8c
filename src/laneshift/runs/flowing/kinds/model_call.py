"""Steps of kind `model`: one question to a model by OpenAI's interface. What it answers is advice.

The request goes out by the same door as those of kind `http`, so the same addresses are refused and the same bounds
hold. No gate and no approval rests on a model: definitions that try are refused (`flows/advice`).
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import BaseModel, Field, model_validator

from laneshift.config.values import STRICT
from laneshift.runs.flowing.effects import Done, Failed, Outcome, Work
from laneshift.runs.flowing.kinds.calling import Answer, call
from laneshift.runs.flowing.kinds.given import Secret, Value, given
from laneshift.runs.flowing.kinds.http_call import outcome, request
from laneshift.runs.flowing.kinds.site import Site

Json = Any


class Message(BaseModel):
    """One message of the conversation."""

    model_config = STRICT
    role: Literal["system", "user", "assistant"]
    content: str


class Model(BaseModel):
    """The settings. `url` is the base address, such as https://models.example.org/v1; `prompt` is one user message."""

    model_config = STRICT
    url: str
    model: Annotated[str, Field(min_length=1, max_length=200)]
    api_key: Secret | None = None
    prompt: str = ""
    messages: Annotated[list[Message], Field(max_length=200)] = []
    temperature: Annotated[float | int, Field(ge=0, le=2)] = 0
    most_tokens: Annotated[int, Field(ge=1, le=1_000_000)] = 1024
    most_bytes: Annotated[int, Field(ge=1, le=16 << 20)] = 1 << 20

    @model_validator(mode="after")
    def _one_question(self) -> Model:
        if bool(self.prompt) == bool(self.messages):
            raise ValueError("a question is either `prompt` or `messages`")
        return self


def perform(site: Site, work: Work) -> Outcome:
    """Ask; the value is {advice: true, text, model, finish, usage}. Raises as `call` does."""
    asked = given(Model, work.settings)
    messages = [each.model_dump() for each in asked.messages] or [{"role": "user", "content": asked.prompt}]
    body = {
        "model": asked.model,
        "messages": messages,
        "temperature": asked.temperature,
        "max_tokens": asked.most_tokens,
        "stream": False,
    }
    headers: dict[str, Value] = {"Content-Type": "application/json", "Accept": "application/json"}
    url = f"{asked.url.rstrip('/')}/chat/completions"
    written = json.dumps(body).encode()
    answer = call(request(site, work, url, "POST", headers, written, asked.most_bytes, asked.api_key))
    found = outcome(answer, [200], url)
    return _advice(answer, asked.model) if isinstance(found, Done) else found


def _advice(answer: Answer, model: str) -> Outcome:
    try:
        told = json.loads(answer.body)
        choice = told["choices"][0]
        text = choice["message"]["content"]
        usage = told.get("usage") or {}
    except (ValueError, RecursionError, KeyError, IndexError, TypeError, AttributeError) as error:
        return Failed(
            "flow.model-answer", "the model's answer is no chat completion", f"{type(error).__name__}: {error}"
        )
    if not isinstance(text, str) or not text:
        return Failed("flow.model-answer", "the model gave no text", str(choice.get("finish_reason", "")))
    counted = {name: usage[name] for name in _COUNTS if isinstance(usage, Mapping) and isinstance(usage.get(name), int)}
    finish = str(choice.get("finish_reason", ""))
    return Done(
        {"advice": True, "text": text, "model": str(told.get("model", model)), "finish": finish, "usage": counted}
    )


_COUNTS = ("prompt_tokens", "completion_tokens", "total_tokens")
