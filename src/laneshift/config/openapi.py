"""Settings about the interface that a service promises, and how a change of it is judged."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, Field

from laneshift.config.values import STRICT, TreeFile


class OpenApi(BaseModel):
    """The committed document that changes are held against, and whether a doubt fails: `fail` or `pass`."""

    model_config = STRICT
    baseline: Annotated[TreeFile, Field(pattern=r"\.(json|ya?ml)$")] = "openapi.baseline.json"
    unsure: Literal["fail", "pass"] = "fail"
