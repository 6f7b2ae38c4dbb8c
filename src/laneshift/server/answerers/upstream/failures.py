"""What failures of an upstream are here: whose fault each is, and what of it a client may know. Pure."""

from __future__ import annotations

import math
from dataclasses import dataclass

import httpx2
import openai

from laneshift.errors import CheckFailed, LaneshiftError, Refused
from laneshift.server.answerers.errors import Later, no_answer, too_slow, unknown_model

FAILURES = (openai.OpenAIError, httpx2.HTTPError, httpx2.StreamError, TimeoutError, ValueError)
"""What a call of an upstream may raise: its answers, its silence, and what is no answer at all."""

_LONGEST = 300
_LONGEST_WAIT = 3600


@dataclass(frozen=True, slots=True)
class Failure:
    """`error` is what clients are told; `breaks` whether the upstream, rather than the request, is at fault."""

    error: LaneshiftError
    breaks: bool


def judged(error: Exception, name: str, seconds: float, key: str) -> Failure:
    """The failure of the model `name`. `key` is in nothing that is told."""
    if isinstance(error, openai.APITimeoutError | TimeoutError | httpx2.TimeoutException):
        return Failure(too_slow(name, seconds), breaks=True)
    if isinstance(error, openai.APIStatusError):
        return _status(error, name, key)
    if isinstance(error, openai.APIConnectionError | httpx2.HTTPError | httpx2.StreamError):
        return Failure(no_answer(name, "the connection to it failed"), breaks=True)
    if isinstance(error, openai.APIError):
        return Failure(no_answer(name, _said(error, key)), breaks=True)
    return Failure(no_answer(name, "what came is no answer"), breaks=True)


def _status(error: openai.APIStatusError, name: str, key: str) -> Failure:
    status = error.status_code
    if status in (401, 403):
        # Not its words: they may repeat a part of the key.
        wrong = CheckFailed("model.bad-key", f"the upstream of {name} does not let this server in")
        return Failure(wrong, breaks=True)
    if status == 404:
        return Failure(unknown_model(name, ()), breaks=False)
    if status == 429:
        wait = _wait(error.response.headers.get("retry-after", ""))
        return Failure(Later("model.busy", f"the upstream of {name} is asked too often", wait), breaks=False)
    if status in (400, 409, 413, 422):
        where = error.param if isinstance(error.param, str) else ""
        return Failure(Refused("model.refused", _said(error, key), where=where[:_LONGEST]), breaks=False)
    return Failure(no_answer(name, f"its upstream answered {status}"), breaks=True)


def _said(error: openai.APIError, key: str) -> str:
    body = error.body
    told = body.get("message") if isinstance(body, dict) else None
    text = told if isinstance(told, str) and told else "its upstream refuses this"
    return (text.replace(key, "***") if key else text)[:_LONGEST]


def _wait(text: str) -> int:
    try:
        seconds = float(text)
    except ValueError:
        return 1
    return min(_LONGEST_WAIT, max(1, math.ceil(seconds))) if math.isfinite(seconds) else 1
