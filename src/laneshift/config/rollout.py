"""Settings about how carefully a batch goes out: canary and stages, approval, ceilings, exceptions, pinned files."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Any

from pydantic import BaseModel, Field, field_validator, model_validator

from laneshift.config.values import (
    STRICT,
    Folder,
    Glob,
    Globs,
    PositiveShare,
    Principal,
    Share,
    TreeFile,
    Words,
)


class Rollout(BaseModel):
    """The share that goes first, the shares that follow, and the failure rate above which a run pauses.

    A failure rate equal to the limit does not pause. `critical` are globs of items that the canary must represent.
    """

    model_config = STRICT
    canary: PositiveShare = Decimal("0.10")
    stages: Annotated[list[PositiveShare], Field(min_length=1, max_length=20)] = [Decimal("0.25"), Decimal(1)]
    max_failure_rate: Share = Decimal("0.10")
    critical: Globs = []

    @field_validator("stages", mode="after")
    @classmethod
    def _ascend(cls, stages: list[Decimal]) -> list[Decimal]:
        if stages != sorted(set(stages)) or stages[-1] != 1:
            raise ValueError("the stages have to ascend and to end with 1.0")
        return stages


class Approval(BaseModel):
    """Who may approve, and how approvals are checked. `hours` is how long one holds at most.

    `signers`, `revoked` and `passkeys` are files of the tree. `required` is true by default when `people` are named.
    """

    model_config = STRICT
    people: list[Principal] = []
    signers: Folder = ""
    revoked: Folder = ""
    passkeys: Folder = ""
    two_person: bool = False
    hours: int = Field(default=168, ge=1, le=24 * 366)
    auto_approve: list[str] = []
    required: bool = False

    @model_validator(mode="before")
    @classmethod
    def _by_people(cls, table: Any) -> Any:
        if isinstance(table, dict) and "required" not in table:
            return {**table, "required": bool(table.get("people"))}
        return table

    @model_validator(mode="after")
    def _enough_people(self) -> Approval:
        names = {name.casefold() for name in self.people}
        if len(names) < len(self.people):
            raise ValueError("`people` names somebody twice; upper and lower case are the same person")
        if self.required and len(names) < (needed := 2 if self.two_person else 1):
            raise ValueError(f"an approval needs {needed} of `people`, and there are {len(names)}")
        return self


class Ceilings(BaseModel):
    """The most that one plan may promote. `per_day` 0 is no limit; `per_lane` has the lanes that have a limit.

    `supporting_floor` is the least share of Supporting among the items that have stars.
    """

    model_config = STRICT
    per_run: int = Field(default=800, ge=1)
    per_star: int = Field(default=200, ge=1)
    stars_per_module: int = Field(default=2, ge=1)
    per_lane: dict[str, Annotated[int, Field(ge=1)]] = {}
    per_day: int = Field(default=0, ge=0)
    supporting_floor: Share = Decimal("0.55")


class Forced(BaseModel):
    """The star that a path gets whatever the rules say, and why."""

    model_config = STRICT
    star: Words
    reason: Words


class Exceptions(BaseModel):
    """What is never promoted, what no item may touch, and what is promoted all the same."""

    model_config = STRICT
    do_not_promote: list[Glob] = []
    protected_paths: list[Glob] = []
    force_promote: dict[TreeFile, Forced] = {}


class Pins(BaseModel):
    """Files that a plan depends on besides its batch and its settings: paths or globs in the tree."""

    model_config = STRICT
    star_rules: Globs = []
    canon: Globs = []
    schemas: Globs = []
