"""What may be asked of `/v1/chat/completions`. What is not named here is handed to an upstream as it came."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

Json = Any
GIVEN = ConfigDict(extra="allow", strict=True)
"""As OpenAI reads requests: types are exact, and what is not known is no mistake."""

FunctionName = Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{1,64}$")]
Share = Annotated[float, Field(ge=0, le=1)]
Penalty = Annotated[float, Field(ge=-2, le=2)]
_LONGEST = 8 << 20


class Part(BaseModel):
    """A part of a message."""

    model_config = GIVEN
    type: Literal["text", "image_url", "input_audio", "file", "refusal"]
    text: str | None = None
    refusal: str | None = None

    @model_validator(mode="after")
    def _whole(self) -> Part:
        if self.type in ("text", "refusal") and getattr(self, self.type) is None:
            raise ValueError(f"a part of type {self.type} needs `{self.type}`")
        return self


class CalledFunction(BaseModel):
    """A function that a model called; its arguments are JSON text."""

    model_config = GIVEN
    name: str
    arguments: str


class Call(BaseModel):
    """A call of a function."""

    model_config = GIVEN
    id: str
    type: Literal["function"]
    function: CalledFunction


class Message(BaseModel):
    """One message of a conversation."""

    model_config = GIVEN
    role: Literal["developer", "system", "user", "assistant", "tool", "function"]
    content: Annotated[str, Field(max_length=_LONGEST)] | list[Part] | None = None
    name: str | None = None
    tool_call_id: str | None = None
    tool_calls: list[Call] | None = None
    refusal: str | None = None

    @model_validator(mode="after")
    def _whole(self) -> Message:
        called = self.tool_calls or (self.model_extra or {}).get("function_call") or self.refusal
        if self.content is None and self.role != "function" and not (self.role == "assistant" and called):
            raise ValueError(f"a message of the role {self.role} needs `content`")
        if self.role == "tool" and self.tool_call_id is None:
            raise ValueError("a message of the role tool needs `tool_call_id`")
        if self.role == "function" and self.name is None:
            raise ValueError("a message of the role function needs `name`")
        if isinstance(self.content, list) and not self.content:
            raise ValueError("`content` needs a part")
        return self


class Function(BaseModel):
    """A function of the caller; `parameters` is a JSON Schema."""

    model_config = GIVEN
    name: FunctionName
    description: str = ""
    parameters: dict[str, Json] = {}
    strict: bool | None = None


class FunctionTool(BaseModel):
    """A function as a tool."""

    model_config = GIVEN
    type: Literal["function"]
    function: Function


class Named(BaseModel):
    """The name of a function."""

    model_config = GIVEN
    name: str


class NamedTool(BaseModel):
    """The one tool that has to be called."""

    model_config = GIVEN
    type: Literal["function"]
    function: Named


class Described(BaseModel):
    """A JSON Schema with a name."""

    model_config = GIVEN
    name: FunctionName
    description: str = ""
    schema_: dict[str, Json] = Field(default={}, alias="schema")
    strict: bool | None = None


class ResponseFormat(BaseModel):
    """What the text of an answer has to be."""

    model_config = GIVEN
    type: Literal["text", "json_object", "json_schema"]
    json_schema: Described | None = None

    @model_validator(mode="after")
    def _whole(self) -> ResponseFormat:
        if self.type == "json_schema" and self.json_schema is None:
            raise ValueError("the type json_schema needs `json_schema`")
        return self


class StreamOptions(BaseModel):
    """What a stream tells besides."""

    model_config = GIVEN
    include_usage: bool | None = None


class ChatRequest(BaseModel):
    """A question to a model, as OpenAI's clients write it."""

    model_config = GIVEN
    model: str = Field(min_length=1, max_length=200)
    messages: list[Message] = Field(min_length=1, max_length=10_000)
    stream: bool | None = None
    stream_options: StreamOptions | None = None
    n: Annotated[int, Field(ge=1, le=128)] | None = None
    stop: str | Annotated[list[str], Field(max_length=4)] | None = None
    max_tokens: Annotated[int, Field(ge=1)] | None = None
    max_completion_tokens: Annotated[int, Field(ge=1)] | None = None
    seed: Annotated[int, Field(ge=-(2**63), lt=2**63)] | None = None
    temperature: Annotated[float, Field(ge=0, le=2)] | None = None
    top_p: Share | None = None
    frequency_penalty: Penalty | None = None
    presence_penalty: Penalty | None = None
    logprobs: bool | None = None
    top_logprobs: Annotated[int, Field(ge=0, le=20)] | None = None
    tools: list[FunctionTool] | None = Field(default=None, max_length=128)
    tool_choice: Literal["none", "auto", "required"] | NamedTool | None = None
    response_format: ResponseFormat | None = None

    @model_validator(mode="after")
    def _together(self) -> ChatRequest:
        """Raise for what each is fine by itself, and not with the others."""
        if self.stream_options is not None and not self.stream:
            raise ValueError("`stream_options` is for streams")
        if self.top_logprobs is not None and not self.logprobs:
            raise ValueError("`top_logprobs` needs `logprobs`")
        if self.tool_choice not in (None, "none", "auto") and not self.tools:
            raise ValueError("`tool_choice` needs `tools`")
        named = self.tool_choice.function.name if isinstance(self.tool_choice, NamedTool) else None
        if named is not None and named not in {tool.function.name for tool in self.tools or ()}:
            raise ValueError(f"`tool_choice` names {named!r}, which is none of `tools`")
        return self
