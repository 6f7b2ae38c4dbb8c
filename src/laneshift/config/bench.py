"""Settings about how fast the project is, and what counts as a regression."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, Field

from laneshift.config.gates import Argv
from laneshift.config.values import STRICT, Folder, exact_decimal

Threshold = Annotated[Decimal, BeforeValidator(exact_decimal), Field(ge=Decimal("0.03"), le=10)]


class Bench(BaseModel):
    """How benchmarks are compared. `command` is one benchmark, or with `{json}` a program that writes several.

    `threshold` is the slowdown that matters, as a share: 0.10 is 10 %. `pairs` are processes of base and candidate,
    `repeats` how often each process runs a command that writes nothing. `measure` is what is compared: seconds on the
    clock, of the processor, or both. `seconds` is what one process may take, `seed` what the order of pairs is drawn
    from. `baseline` is the file of the tree with figures to describe new ones against.
    """

    model_config = STRICT
    command: Argv | None = None
    threshold: Threshold = Decimal("0.10")
    pairs: int = Field(default=30, ge=10, le=1000)
    repeats: int = Field(default=5, ge=1, le=1000)
    measure: Literal["both", "wall", "processor"] = "both"
    seconds: int = Field(default=300, ge=1)
    seed: int = Field(default=1, ge=0)
    baseline: Annotated[Folder, Field(min_length=1)] = ".laneshift/bench-baseline.json"
