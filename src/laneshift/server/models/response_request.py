"""What may be asked of `/v1/responses`. What is not named here is handed to an upstream as it came."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, Discriminator, Field, Tag, model_validator

from laneshift.server.models.chat_request import GIVEN, FunctionName, Share

Json = Any
CallId = Annotated[str, Field(min_length=1, max_length=64)]


class InputPart(BaseModel):
    """A part of a message."""

    model_config = GIVEN
    type: Literal["input_text", "output_text", "refusal", "input_image", "input_file"]
    text: str | None = None
    refusal: str | None = None
    image_url: str | None = None
    detail: str | None = None

    @model_validator(mode="after")
    def _whole(self) -> InputPart:
        needed = {"input_text": "text", "output_text": "text", "refusal": "refusal"}.get(self.type)
        if needed is not None and getattr(self, needed) is None:
            raise ValueError(f"a part of type {self.type} needs `{needed}`")
        return self


class MessageItem(BaseModel):
    """A message; the type may be left out."""

    model_config = GIVEN
    type: Literal["message"] = "message"
    role: Literal["user", "assistant", "system", "developer"]
    content: str | list[InputPart]


class CallItem(BaseModel):
    """A call that a model made."""

    model_config = GIVEN
    type: Literal["function_call"]
    call_id: CallId
    name: FunctionName
    arguments: str


class ResultItem(BaseModel):
    """What a function gave."""

    model_config = GIVEN
    type: Literal["function_call_output"]
    call_id: CallId
    output: str | list[InputPart]


class ThoughtItem(BaseModel):
    """What a model thought; passed over."""

    model_config = GIVEN
    type: Literal["reasoning"]


def _kind(value: Json) -> str:
    found = value.get("type", "message") if isinstance(value, dict) else getattr(value, "type", "message")
    return found if isinstance(found, str) else "message"


Item = Annotated[
    Annotated[MessageItem, Tag("message")]
    | Annotated[CallItem, Tag("function_call")]
    | Annotated[ResultItem, Tag("function_call_output")]
    | Annotated[ThoughtItem, Tag("reasoning")],
    Discriminator(_kind),
]


class ResponseTool(BaseModel):
    """A function of the caller; tools that OpenAI's own servers run are none that this one has."""

    model_config = GIVEN
    type: Literal["function"]
    name: FunctionName
    description: str | None = None
    parameters: dict[str, Json] | None = None
    strict: bool | None = None


class NamedFunction(BaseModel):
    """The one function that has to be called."""

    model_config = GIVEN
    type: Literal["function"]
    name: str


class TextFormat(BaseModel):
    """What the text has to be."""

    model_config = GIVEN
    type: Literal["text", "json_object", "json_schema"]
    name: FunctionName | None = None
    schema_: dict[str, Json] | None = Field(default=None, alias="schema")
    strict: bool | None = None

    @model_validator(mode="after")
    def _whole(self) -> TextFormat:
        if self.type == "json_schema" and (self.schema_ is None or self.name is None):
            raise ValueError("the type json_schema needs `name` and `schema`")
        return self


class TextAsked(BaseModel):
    """How the text is to be."""

    model_config = GIVEN
    format: TextFormat | None = None


class ResponseRequest(BaseModel):
    """A question to a model, as OpenAI's clients write it for responses."""

    model_config = GIVEN
    model: str = Field(min_length=1, max_length=200)
    input: Annotated[str, Field(min_length=1)] | Annotated[list[Item], Field(min_length=1, max_length=10_000)]
    instructions: str | None = None
    previous_response_id: Annotated[str, Field(max_length=100)] | None = None
    stream: bool | None = None
    store: bool | None = None
    background: bool | None = None
    tools: list[ResponseTool] | None = Field(default=None, max_length=128)
    tool_choice: Literal["none", "auto", "required"] | NamedFunction | None = None
    parallel_tool_calls: bool | None = None
    max_output_tokens: Annotated[int, Field(ge=1)] | None = None
    text: TextAsked | None = None
    temperature: Annotated[float, Field(ge=0, le=2)] | None = None
    top_p: Share | None = None
    truncation: Literal["auto", "disabled"] | None = None
    metadata: dict[Annotated[str, Field(max_length=64)], Annotated[str, Field(max_length=512)]] | None = Field(
        default=None, max_length=16
    )

    @model_validator(mode="after")
    def _together(self) -> ResponseRequest:
        if self.tool_choice not in (None, "none", "auto") and not self.tools:
            raise ValueError("`tool_choice` needs `tools`")
        named = self.tool_choice.name if isinstance(self.tool_choice, NamedFunction) else None
        if named is not None and named not in {tool.name for tool in self.tools or ()}:
            raise ValueError(f"`tool_choice` names {named!r}, which is none of `tools`")
        if self.background and self.store is False:
            raise ValueError("what works in the background has to be stored")
        return self
