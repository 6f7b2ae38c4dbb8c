"""What agents ask for, as records with bounds. A value that is not as described never gets to a use case."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

from laneshift.runs.dreaming.asking import MOST_ITEMS, MOST_QUESTION

MOST_PATCH = 1 << 20
MOST_SECONDS = 86_400
_COMMIT = r"^[0-9a-f]{40}([0-9a-f]{24})?$"
_NAME = r"^[^/\\\x00-\x1f\x7f]*$"

PlanName = Annotated[str, Field(max_length=300, pattern=_NAME, description="A plan's id, or its batch's name.")]
PackName = Annotated[str, Field(max_length=200, pattern=_NAME, description="The id of a pack of the plan.")]
ItemName = Annotated[str, Field(min_length=1, max_length=1000, description="The id of an item of the plan.")]
ClaimName = Annotated[str, Field(max_length=200, description="The id of a claim, as `claim` gave it.")]
Token = Annotated[int, Field(ge=0, le=2**53, description="The token of the claim, as `claim` gave it.")]
CommitName = Annotated[str, Field(pattern=_COMMIT, description="A whole commit id, in small hexadecimal digits.")]


class Asked(BaseModel):
    """What every question is: strictly typed, and nothing beside what is described."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class ListWork(Asked):
    """Which work: that of one plan, or of the newest plan of every batch."""

    plan: PlanName = ""
    limit: int = Field(default=100, ge=1, le=500, description="The most items that are told.")
    after: int = Field(default=0, ge=0, le=1_000_000, description="Leave out this many: `next` of the answer before.")


class Standing(Asked):
    """About one plan, or the newest plan of every batch."""

    plan: PlanName = ""


class ExplainFailure(Asked):
    """The item that did not go through."""

    plan: Annotated[PlanName, Field(min_length=1)]
    item: ItemName


class GetPack(Asked):
    """The pack whose brief is wanted."""

    plan: Annotated[PlanName, Field(min_length=1)]
    pack: Annotated[PackName, Field(min_length=1)]


class Claim(Asked):
    """The pack that is wanted for oneself. With the `claim` and `token` of one's own, it is held for longer."""

    plan: Annotated[PlanName, Field(min_length=1)]
    pack: Annotated[PackName, Field(min_length=1)]
    seconds: int = Field(default=1800, ge=10, le=MOST_SECONDS, description="How long, from now.")
    claim: ClaimName = ""
    token: Token = 0


class Release(Asked):
    """The claim to let go of."""

    claim: Annotated[ClaimName, Field(min_length=1)]
    token: Token
    why: str = Field(default="", max_length=500, description="The reason, for the record.")


class Submit(Asked):
    """A commit for a pack. `claim` and `token` may be left out: the claim that the agent holds of the pack counts."""

    plan: Annotated[PlanName, Field(min_length=1)]
    pack: Annotated[PackName, Field(min_length=1)]
    commit: CommitName
    claim: ClaimName = ""
    token: Token = 0
    report: dict[str, Any] | None = Field(
        default=None, max_length=50, description="What the agent says of its work; it is held against the diff."
    )


class DryRun(Asked):
    """One of four: a `plan`, `items` as a batch file has them, a `question` in words, or a `commit` or `patch` for a
    `pack` of a plan."""

    plan: PlanName = ""
    items: list[dict[str, Any]] = Field(default=[], max_length=MOST_ITEMS, description="Items as in a rich batch file.")
    question: str = Field(default="", max_length=MOST_QUESTION, description='"what if labs.a moved to core?"')
    pack: PackName = ""
    commit: CommitName | None = None
    patch: str = Field(default="", max_length=MOST_PATCH, description="A unified diff against the base of the pack.")
    paths: int = Field(default=1, ge=1, le=8, description="How many orders are tried.")
    depth: int = Field(default=1, ge=1, le=4, description="The most rounds of each.")
