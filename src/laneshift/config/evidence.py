"""Settings about what is said of landings, and about the keys that sign it."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, Field, model_validator

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


class Keys(BaseModel):
    """`days` is how long a key signs, `warn` the day from which rotating it is due.

    `ring` is the file of the tree that pins the public keys: where it is named, no other key is believed. `algorithm`
    is that of keys for attestations; seals are notes, which are signed with Ed25519.
    """

    model_config = STRICT
    days: int = Field(default=90, ge=1, le=3650)
    warn: int = Field(default=80, ge=0)
    ring: Folder = ""
    algorithm: Literal["ed25519", "ecdsa-p256"] = "ed25519"

    @model_validator(mode="after")
    def _warned_in_time(self) -> Keys:
        if self.warn >= self.days:
            raise ValueError(f"keys.warn: day {self.warn} is not before day {self.days}, from which checks fail")
        return self
