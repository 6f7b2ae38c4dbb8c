"""Settings about the inventory of an experimental lane: what makes a module worth promoting, and what makes it hard."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated

from pydantic import BaseModel, BeforeValidator, Field, model_validator

from laneshift.config.values import STRICT, Share, exact_decimal

Weight = Annotated[int, Field(ge=0, le=1000)]
Hours = Annotated[Decimal, BeforeValidator(exact_decimal), Field(ge=0, le=1000)]


class Score(BaseModel):
    """What each fact weighs in the score. Only the proportions count: the sum stands for 100.

    `archived` is the share that a module keeps of its score in a folder of old things.
    """

    model_config = STRICT
    size: Weight = 10
    classes: Weight = 10
    functions: Weight = 10
    docstrings: Weight = 15
    tests: Weight = 25
    importers: Weight = 15
    resolved: Weight = 10
    age: Weight = 5
    archived: Share = Decimal("0.5")

    @property
    def total(self) -> int:
        """What the weights come to."""
        of_code = self.size + self.classes + self.functions + self.docstrings
        return of_code + self.tests + self.importers + self.resolved + self.age

    @model_validator(mode="after")
    def _weighs_something(self) -> Score:
        if not self.total:
            raise ValueError("all weights are 0")
        return self


class Complexity(BaseModel):
    """The points that each fact adds to the complexity of a move, and where medium and high begin."""

    model_config = STRICT
    importer: Weight = 2
    unresolved: Weight = 10
    relative: Weight = 3
    untested: Weight = 15
    hundred_lines: Weight = 2
    effects: Weight = 5
    open: Weight = 5
    medium: int = Field(default=25, ge=1, le=1_000_000)
    high: int = Field(default=60, ge=1, le=1_000_000)

    @model_validator(mode="after")
    def _ascend(self) -> Complexity:
        if self.medium >= self.high:
            raise ValueError("`high` has to be above `medium`")
        return self


class Effort(BaseModel):
    """The hours that each fact adds to what a person has to do."""

    model_config = STRICT
    base: Hours = Decimal("0.5")
    hundred_lines: Hours = Decimal("0.25")
    importer: Hours = Decimal("0.05")
    unresolved: Hours = Decimal("0.5")
    relative: Hours = Decimal("0.1")
    untested: Hours = Decimal(2)
    effects: Hours = Decimal("0.5")


class Inventory(BaseModel):
    """How `laneshift plan --inventory` judges. Modules with fewer lines of code or a lower score are left out."""

    model_config = STRICT
    least_lines: int = Field(default=1, ge=0, le=1_000_000)
    # A new file that nobody tests, uses or explains earns 15: its imports resolve, and it is young.
    least_score: int = Field(default=25, ge=0, le=100)
    score: Score = Score()
    complexity: Complexity = Complexity()
    effort: Effort = Effort()
