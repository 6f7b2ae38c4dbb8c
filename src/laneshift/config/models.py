"""Settings about models behind `/v1`: upstreams, and how much may be asked of each model."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Annotated, Literal, Self
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, BeforeValidator, Field, model_validator

from laneshift.config.values import STRICT, exact_decimal

KEYS = "LANESHIFT_MODEL_KEY"
"""How names of variables with keys of upstreams begin: no setting can have another secret sent anywhere."""

_NAME = r"^[A-Za-z0-9][A-Za-z0-9._:/-]{0,99}$"
_KEY = re.compile(rf"{KEYS}(_[A-Z0-9]+)*")
_PARTS = re.compile(r"[!-~]{1,2000}")


def _base(text: str) -> str:
    """A base address such as https://models.example.org/v1, without a slash at its end."""
    try:
        parts = urlsplit(text)
        fine = parts.scheme in ("http", "https") and bool(parts.hostname) and (parts.port or 1) > 0
        fine = fine and parts.username is None and not parts.query and not parts.fragment
    except ValueError:
        fine = False
    if not fine or not _PARTS.fullmatch(text):
        raise ValueError(f"{text!r} is no base address such as https://models.example.org/v1")
    return text.rstrip("/")


def _variable(text: str) -> str:
    if text and not _KEY.fullmatch(text):
        raise ValueError(f"{text!r} names no key of a model: such variables are named {KEYS} or {KEYS}_…")
    return text


Price = Annotated[Decimal, BeforeValidator(exact_decimal), Field(ge=0, le=1_000_000)]
"""The price of a million tokens."""
Name = Annotated[str, Field(pattern=_NAME)]


class Bucket(BaseModel):
    """So much a second on average, and so much at once."""

    model_config = STRICT
    rate: float = Field(gt=0, le=100_000_000)
    burst: int = Field(ge=1, le=1_000_000_000)


class Breaker(BaseModel):
    """After `failures` in a row nobody is let through for `seconds`; then one is, to see whether it works again."""

    model_config = STRICT
    failures: int = Field(default=5, ge=1, le=1000)
    seconds: float = Field(default=10.0, gt=0, le=3600)


class Model(BaseModel):
    """One model by its name here. With `base_url` it is that of an OpenAI-compatible upstream, where it is `upstream`.

    `key` names the environment variable with the key for it. `seconds` is the time for a whole answer, `silence` for
    the first and each further piece of it. A request that never began is tried `retries` times more. Prices are those
    of a million tokens. `requests` and `tokens` are what each principal may ask of the model.
    """

    model_config = STRICT
    base_url: Annotated[str, AfterValidator(_base)] = ""
    upstream: Annotated[str, Field(max_length=200)] = ""
    kind: Literal["chat", "embeddings"] = "chat"
    key: Annotated[str, AfterValidator(_variable)] = ""
    seconds: float = Field(default=120.0, gt=0, le=3600)
    silence: float = Field(default=30.0, gt=0, le=3600)
    connect: float = Field(default=5.0, gt=0, le=300)
    retries: int = Field(default=2, ge=0, le=10)
    breaker: Breaker = Breaker()
    input_price: Price = Decimal(0)
    output_price: Price = Decimal(0)
    requests: Bucket = Bucket(rate=20.0, burst=200)
    tokens: Bucket = Bucket(rate=20_000.0, burst=400_000)

    @model_validator(mode="after")
    def _key_needs_an_address(self) -> Self:
        """TLS is not asked for: many upstreams are on the same machine, and the address is the team's choice."""
        if not self.base_url and (self.key or self.upstream):
            raise ValueError("`key` and `upstream` are for models with a base_url")
        return self


class Responses(BaseModel):
    """How long answers of `/v1/responses` are kept, in seconds, and how many of each principal."""

    model_config = STRICT
    seconds: int = Field(default=604_800, ge=60, le=31_536_000)
    most: int = Field(default=1000, ge=1, le=100_000)


class Answers(BaseModel):
    """How long `matriz` may take for an answer, in seconds. What is there by then is told as a part of one."""

    model_config = STRICT
    seconds: float = Field(default=0.25, ge=0.05, le=60)
