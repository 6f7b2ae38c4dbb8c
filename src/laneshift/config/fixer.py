"""Settings about who mends an item that failed in a run."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, BeforeValidator, Field, model_validator

from laneshift.config.agents import run_faults, split_words
from laneshift.config.values import STRICT


class Fixer(BaseModel):
    """Who is offered an item that failed: an agent of `agents` by its name, or the words of a command. None by default.

    `attempts` is how often at one item of a run, `seconds` how long each may take; 0 leaves it to the agent.
    Without `network` nothing outside can be reached.
    """

    model_config = STRICT
    agent: str = Field(default="", max_length=40)
    run: Annotated[list[str], BeforeValidator(split_words)] = []
    attempts: int = Field(default=2, ge=1, le=2)
    seconds: int = Field(default=0, ge=0, le=86_400)
    network: bool = False

    @model_validator(mode="after")
    def _one(self) -> Fixer:
        if self.agent and self.run:
            raise ValueError("`agent` names who mends, `run` is a command that does: give one of them")
        faults = list(run_faults(self.run))
        if faults:
            raise ValueError(f"`run` cannot be started: {'; '.join(faults)}")
        return self
