"""Settings about the project itself: its lanes, its tests, and where it lands."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, Field

from laneshift.config.values import STRICT


class Thresholds(BaseModel):
    """What a module has to reach before it may enter a lane: statement coverage as a share, p95 in milliseconds."""

    model_config = STRICT
    coverage: float | None = Field(default=None, gt=0.0, le=1.0)
    p95_ms: float | None = Field(default=None, gt=0.0)


class Lane(BaseModel):
    """A named region of the repository, its stability and the lanes it may import.

    `owners` are who answers for it, `lint` the command that modules which enter it have to pass, run with their paths.
    """

    model_config = STRICT
    paths: Annotated[list[str], Field(min_length=1)]
    level: str = Field(default="integration", pattern="^(experimental|integration|production)$")
    may_import: list[str] | None = None
    aliases: list[str] = []
    owners: list[str] = []
    lint: list[str] = []
    thresholds: Thresholds = Thresholds()


class Tests(BaseModel):
    """How the project's own tests run. Seconds and mebibytes."""

    model_config = STRICT
    command: list[str] = ["python", "-m", "pytest"]
    paths: list[str] = []
    always: list[str] = []
    smoke: list[str] = []
    smoke_pass_rate: float = Field(default=0.9, ge=0.0, le=1.0)
    selection: Literal["imports", "traced"] = "imports"
    selection_limit: int = Field(default=12, ge=1)
    item_seconds: int = Field(default=300, ge=1)
    suite_seconds: int = Field(default=3600, ge=1)
    memory_mib: int = Field(default=4096, ge=64)
    shards: int = Field(default=1, ge=0, le=256)
    environment: dict[str, str] = {}
    audit: float = Field(default=0.0, ge=0.0, le=1.0)


class Landing(BaseModel):
    """How what is ready reaches the target. A train is at most `train_size` items, `auto` as the bad ones allow.

    `remote` names the git remote to land on; empty, the local branch is all that moves. `attempts` is on how many bases
    a landing is tested before it gives way to others who land faster. With `by` as `pull-request` people merge what was
    tested, at the forge, and nothing else moves the target.
    """

    model_config = STRICT
    train_size: Annotated[int, Field(ge=1)] | Literal["auto"] = "auto"
    remote: str = Field(default="", max_length=200, pattern=r"^([A-Za-z0-9_][A-Za-z0-9._+/-]*)?$")
    attempts: int = Field(default=5, ge=1, le=100)
    by: Literal["swap", "pull-request"] = "swap"
