"""What a model behind the facade is."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, Protocol

Json = Any
Finish = Literal["stop", "length", "tool_calls", "content_filter"]


@dataclass(frozen=True, slots=True)
class Tool:
    """A function of the caller. `parameters` is a JSON Schema."""

    name: str
    description: str = ""
    parameters: Mapping[str, Json] = field(default_factory=dict)
    strict: bool | None = None


@dataclass(frozen=True, slots=True)
class Format:
    """What the text has to be: a JSON object, or JSON that `schema` (of that `name`) describes."""

    name: str = ""
    schema: Mapping[str, Json] | None = None
    strict: bool | None = None


@dataclass(frozen=True, slots=True)
class Asked:
    """One question. `messages` are chat messages as OpenAI writes them, checked, oldest first.

    `tool_choice` is `none`, `auto`, `required`, or the name of a function after `=`. `limit` is the most tokens of each
    of the `n` answers, None for no limit. `more` are parameters that mean nothing here and are handed on as they came.
    `by` is the principal who asks.
    """

    messages: Sequence[Mapping[str, Json]]
    by: str = ""
    tools: tuple[Tool, ...] = ()
    tool_choice: str = "auto"
    n: int = 1
    stop: tuple[str, ...] = ()
    limit: int | None = None
    seed: int | None = None
    format: Format | None = None
    streamed: bool = False
    more: Mapping[str, Json] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class CallPiece:
    """A piece of a call of one of the caller's functions: the first of each `index` has its `id` and `name`."""

    index: int
    arguments: str = ""
    id: str = ""
    name: str = ""


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of the answer `choice`; the last of each has `finish`. `more` is handed on in the delta."""

    choice: int = 0
    text: str = ""
    refusal: str = ""
    calls: tuple[CallPiece, ...] = ()
    finish: Finish | None = None
    more: Mapping[str, Json] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Usage:
    """Tokens of the question and of all its answers. Comes once, last."""

    prompt: int
    completion: int
    cached: int = 0
    reasoning: int = 0

    @property
    def total(self) -> int:
        """Both together."""
        return self.prompt + self.completion


class ChatModel(Protocol):
    """A model that one can talk to."""

    @property
    def name(self) -> str:
        """What it is called here."""

    @property
    def owner(self) -> str:
        """Who has it."""

    @property
    def fingerprint(self) -> str:
        """What stands for everything its answers follow from besides the question; "" where nobody can say."""

    def tokens(self, asked: Asked) -> int:
        """About how many tokens the question has, for quotas; exact where the model counts itself."""

    def answer(self, asked: Asked) -> AsyncGenerator[Piece | Usage, None]:
        """The answer, piece by piece as it comes, and `Usage` last. Closing it ends the work.

        Raises `Refused` for a question that it cannot answer, `CheckFailed` (`model.*`) where it fails.
        """


@dataclass(frozen=True, slots=True)
class Embedded:
    """A vector for each text, and the tokens of all. Of the texts at the places `cut` only the beginning was read."""

    vectors: Sequence[Sequence[float]]
    tokens: int
    cut: tuple[int, ...] = ()


class EmbeddingModel(Protocol):
    """A model that turns texts into vectors."""

    @property
    def name(self) -> str:
        """What it is called here."""

    @property
    def owner(self) -> str:
        """Who has it."""

    def tokens(self, texts: Sequence[str]) -> int:
        """About how many tokens the texts have, for quotas."""

    async def embed(self, texts: Sequence[str], dimensions: int | None, by: str) -> Embedded:
        """The vectors, of length 1. Raises `Refused` (`model.bad-value`) for dimensions that it does not have."""
