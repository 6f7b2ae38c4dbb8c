"""Settings about the forge: where people review what is to land, and with whose key laneshift speaks there."""

from __future__ import annotations

import re
from typing import Annotated, Literal, Self
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, Field, model_validator

from laneshift.config.values import STRICT

PUBLIC = "https://api.github.com"
"""Where GitHub itself answers; every other address is somebody's own server."""
API = "LANESHIFT_FORGE_API"
"""The environment variable that says which server, besides GitHub itself, is given the key."""
_PUBLIC_KEYS = frozenset({"GITHUB_TOKEN", "GH_TOKEN"})
_KEY = re.compile(r"LANESHIFT_FORGE_TOKEN(_[A-Z0-9]+)*")
_REPOSITORY = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9_-]{0,38})/[A-Za-z0-9._-]{1,100}")
_LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})


def _repository(text: str) -> str:
    if text and (not _REPOSITORY.fullmatch(text) or text.partition("/")[2] in (".", "..")):
        raise ValueError(f"{text!r} is not OWNER/NAME")
    return text


def _api(text: str) -> str:
    """An address such as https://github.example.org/api/v3, without a slash at its end; http for this machine alone."""
    try:
        parts = urlsplit(text)
        plain = not (parts.username or parts.password or parts.query or parts.fragment)
        kept = parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in _LOOPBACK)
        fine = (
            plain and kept and bool(parts.hostname) and (parts.port or 1) > 0 and text.isascii() and text.isprintable()
        )
    except ValueError:
        fine = False
    if not fine or " " in text:
        raise ValueError("api is no address such as https://github.example.org/api/v3")
    return text.rstrip("/")


def _variable(text: str) -> str:
    if text not in _PUBLIC_KEYS and not _KEY.fullmatch(text):
        raise ValueError(f"{text!r} names no key of a forge: GITHUB_TOKEN, GH_TOKEN or LANESHIFT_FORGE_TOKEN_…")
    return text


class Forge(BaseModel):
    """`local` keeps issues and changes in this repository; `github` has them in `repository` (OWNER/NAME) at `api`.

    `token_env` names the environment variable with the key; no setting holds a key. `per` is what one pull request
    brings: the whole batch, or what is for one lane. `labels` are given to each. `patience` is for how many seconds a
    request waits in all when the forge says that there were too many.
    """

    model_config = STRICT
    kind: Literal["local", "github"] = "local"
    repository: Annotated[str, AfterValidator(_repository)] = ""
    api: Annotated[str, AfterValidator(_api)] = PUBLIC
    token_env: Annotated[str, AfterValidator(_variable)] = "GITHUB_TOKEN"  # noqa: S105 - the name of a variable
    per: Literal["batch", "lane"] = "batch"
    labels: list[Annotated[str, Field(min_length=1, max_length=50, pattern=r"^[^\x00-\x1f,]+$")]] = Field(
        default=[], max_length=20
    )
    patience: int = Field(default=120, ge=0, le=3600)

    @model_validator(mode="after")
    def _fits(self) -> Self:
        """A key of GitHub's is sent to GitHub alone, so that no setting can have it sent anywhere else."""
        if self.kind == "github" and not self.repository:
            raise ValueError("forge.repository has to say OWNER/NAME")
        if self.kind == "github" and (self.api == PUBLIC) != (self.token_env in _PUBLIC_KEYS):
            raise ValueError(
                f"forge.token_env: {' and '.join(sorted(_PUBLIC_KEYS))} are for {PUBLIC} alone, "
                "and LANESHIFT_FORGE_TOKEN_… for every other address"
            )
        return self
