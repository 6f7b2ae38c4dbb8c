"""Settings about the report of a repository's health: what it has to show, and how much of what may be wrong."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Literal

from pydantic import BaseModel, Field, model_validator

from laneshift.config.values import STRICT, Folder, PositiveShare

SECTIONS = (
    "ruff",
    "smoke",
    "unit",
    "imports",
    "lanes",
    "manifests",
    "contracts",
    "openapi",
    "coverage",
    "dependencies",
)
"""The parts of the report, in its order."""

Section = Literal[
    "ruff", "smoke", "unit", "imports", "lanes", "manifests", "contracts", "openapi", "coverage", "dependencies"
]
Most = Annotated[int, Field(ge=0)] | Literal["any"]
"""How many there may be; `any` counts them and fails for none."""


class Health(BaseModel):
    """`folder` is where the report lies, `without` the sections that a team does without: they are told as left out.

    `smoke` and `unit` are the least shares, and so is `coverage` where `[coverage]` asks nothing; the others are the
    most that there may be. `history` is how many earlier runs the trend shows.
    """

    model_config = STRICT
    folder: Annotated[Folder, Field(min_length=1)] = "docs/audits"
    without: list[Section] = []
    history: int = Field(default=30, ge=1, le=365)
    ruff: Most = 0
    smoke: PositiveShare = Decimal("0.9")
    unit: PositiveShare = Decimal(1)
    coverage: PositiveShare = Decimal("0.8")
    syntax_errors: Most = 0
    unresolved: Most = 0
    cycles: Most = 0
    known_violations: Most = "any"
    undeclared: Most = 0
    unpinned: Most = "any"
    vulnerable: Most = 0

    @model_validator(mode="after")
    def _something_is_left(self) -> Health:
        if not set(SECTIONS) - set(self.without):
            raise ValueError("health.without: every section is left out, and a report about nothing cannot pass")
        return self
