"""Settings about coding agents: who each is, what kind of work it is let do, how it is started, and its limits."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, Field, model_validator

from laneshift.config.values import STRICT, Principal

Kind = Literal["surgical", "suggest_only", "infrastructure", "batch"]
Role = Literal["suggesting", "claiming", "committing"]

PLACEHOLDERS = frozenset({"prompt_file", "worktree", "pack", "item"})
"""What the words of `run` may name between braces; each stands for a part of one argument."""

KIND_ROLES: dict[str, tuple[Role, ...]] = {
    "surgical": ("suggesting", "claiming", "committing"),
    "suggest_only": ("suggesting",),
    "infrastructure": ("suggesting", "claiming", "committing"),
    "batch": ("suggesting", "claiming", "committing"),
}
"""What each kind may do. Settings may take away from it, never add."""

_BRACED = re.compile(r"\{([^{}]*)\}|[{}]")
_LONGEST_RUN = 100


def run_faults(words: list[str]) -> Iterator[str]:
    """What keeps words from being the command of an agent: placeholders that nothing fills, no program, hidden text."""
    if len(words) > _LONGEST_RUN:
        yield f"it has more than {_LONGEST_RUN} words"
    if words and (not words[0] or _BRACED.search(words[0])):
        yield "its first word has to be the program itself"
    for word in words:
        if not word.isprintable():
            yield f"{word!r} has a character that cannot be seen"
        for found in _BRACED.finditer(word):
            if found[1] not in PLACEHOLDERS:
                known = ", ".join(f"{{{name}}}" for name in sorted(PLACEHOLDERS))
                yield f"{found[0]!r} in {word!r} is none of {known}"


def split_words(value: Any) -> Any:
    """The words of a command line, with quotes as a shell reads them and nothing else of what a shell does."""
    return shlex.split(value) if isinstance(value, str) else value


class Agent(BaseModel):
    """A coding agent: the address that its commits and plans carry, and the person who answers for it.

    `run` are the words that start it, without a shell; `mcp` has it speak with laneshift's own MCP server. Without a
    `kind` it may do nothing, unless its name is one of those that laneshift ships. Limits of 0 are those of its kind:
    `max_files` of one commit, `attempts` at one item, `seconds`, `memory_mib` and `output_kib` of one start.
    """

    model_config = STRICT
    email: Principal
    owner: Principal
    kind: Kind | None = None
    run: Annotated[list[str], BeforeValidator(split_words)] = []
    mcp: bool = False
    roles: list[Role] | None = None
    max_files: int = Field(default=0, ge=0, le=100_000)
    attempts: int = Field(default=0, ge=0, le=20)
    seconds: int = Field(default=0, ge=0, le=86_400)
    memory_mib: int = Field(default=0, ge=0, le=1 << 20)
    output_kib: int = Field(default=0, ge=0, le=1 << 20)

    @model_validator(mode="after")
    def _sound(self) -> Agent:
        faults = list(run_faults(self.run))
        if faults:
            raise ValueError(f"`run` cannot be started: {'; '.join(faults)}")
        if self.roles is not None and self.kind is not None:
            more = sorted(set(self.roles) - set(KIND_ROLES[self.kind]))
            if more:
                raise ValueError(f"`roles` gives {', '.join(more)}, which no agent of kind {self.kind} may do")
        return self
