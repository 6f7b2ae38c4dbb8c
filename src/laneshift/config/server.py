"""Settings about the server: how often somebody may ask, and how long an answer is kept for whoever asks again."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, Field

from laneshift.config.models import Answers, Responses
from laneshift.config.values import STRICT


class Quotas(BaseModel):
    """Each principal may ask `rate` times a second on average, and `burst` times at once.

    `when_gone` is what becomes of requests while Redis does not answer: `open` lets all in, `closed` none.
    """

    model_config = STRICT
    rate: float = Field(default=20.0, gt=0, le=100_000)
    burst: int = Field(default=200, ge=1, le=1_000_000)
    when_gone: Literal["open", "closed"] = "closed"


class Idempotent(BaseModel):
    """`seconds` is how long an answer is kept for its key; `lease` when a key is free whose server has died."""

    model_config = STRICT
    seconds: int = Field(default=86_400, ge=60, le=2_592_000)
    lease: int = Field(default=60, ge=5, le=3600)


class Server(BaseModel):
    """What `laneshift serve` limits. Where it listens is said when it is started."""

    model_config = STRICT
    quotas: Quotas = Quotas()
    idempotency: Idempotent = Idempotent()
    responses: Responses = Responses()
    answers: Answers = Answers()
