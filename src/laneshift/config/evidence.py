"""Settings about what is said and signed of landings."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, Field

from laneshift.config.values import STRICT, Folder


class Attestations(BaseModel):
    """`matrix` are the modules that each landing attests besides its items: folders or files of the repository.

    `builder` says who lands: a URI that those who verify know. `threshold` is what `report slsa` asks for, in percent
    of the matrix.
    """

    model_config = STRICT
    matrix: list[Annotated[Folder, Field(min_length=1)]] = []
    builder: Annotated[str, Field(pattern=r"^[a-z][a-z0-9+.-]*:[!-~]+$")] = "urn:laneshift:builder:local"
    threshold: float = Field(default=100.0, gt=0.0, le=100.0)
