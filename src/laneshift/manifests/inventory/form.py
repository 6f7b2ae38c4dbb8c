"""The form of `integration_manifest.json`: what each field may hold. The packaged JSON schema says the same."""

from __future__ import annotations

import json
from importlib.resources import files
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

_MOST = 10**9
_TEXT = 4096
_LONG = 100_000

Count = Annotated[int, Field(ge=0, le=_MOST)]
Hours = Annotated[float, Field(ge=0, le=_MOST, allow_inf_nan=False)]
Text = Annotated[str, Field(max_length=_TEXT)]
Level = Literal["low", "medium", "high"]

_FORM = ConfigDict(frozen=True, extra="forbid", strict=True)


class Metadata(BaseModel):
    """What is known about the file besides its code."""

    model_config = _FORM
    last_modified_days: Count
    in_archive: bool
    in_candidate_labs: bool


class Module(BaseModel):
    """One module. Manifests of other programs have `medium-high` risks and other dependencies; both are read."""

    model_config = _FORM
    module: Text
    score: Annotated[float, Field(ge=0, le=100, allow_inf_nan=False)]
    current_location: Text
    target_location: Text
    location_reasoning: Text
    complexity: Level
    effort_hours: Hours
    risk_level: Literal["low", "medium", "medium-high", "high"]
    complexity_rationale: Annotated[str, Field(max_length=_LONG)]
    loc: Count
    classes: Count
    functions: Count
    imports_core: bool
    imports_matriz: bool
    integration_steps: Annotated[list[Annotated[str, Field(max_length=_LONG)]], Field(min_length=9, max_length=9)]
    dependencies: dict[str, Any]
    metadata: Metadata


class Breakdown(BaseModel):
    """How many modules have each complexity."""

    model_config = _FORM
    low: Count
    medium: Count
    high: Count


class Head(BaseModel):
    """The file but for its modules. `left_out`, `written` and `next` are what `--json` adds."""

    model_config = _FORM
    generated: Text
    total_modules: Count
    complexity_breakdown: Breakdown
    total_effort_hours: Hours
    left_out: list[Any] = []
    written: Text = ""
    next: Text = ""


class Manifest(Head):
    """The file."""

    modules: list[Module]


class Top(Head):
    """The file for a reader who looks at each module by itself, so that each fault has its place."""

    modules: list[Any]


def schema() -> dict[str, Any]:
    """The JSON Schema (draft 2020-12) that the package carries."""
    found: dict[str, Any] = json.loads(files(__package__).joinpath("schema.json").read_bytes())
    return found


def derived_schema() -> dict[str, Any]:
    """The JSON Schema that follows from the records above."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": "urn:laneshift:integration-manifest:1",
        **Manifest.model_json_schema(),
    }
