"""Steps of kind `http`: one request, with a key by which the other side can tell a repeat."""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Callable, Mapping
from typing import Annotated, Any, Literal

from pydantic import BaseModel, Field, model_validator

from laneshift.config.values import STRICT
from laneshift.errors import Refused
from laneshift.runs.flowing.effects import NOT_DONE, Done, Failed, Outcome, Work
from laneshift.runs.flowing.kinds.addresses import place_of
from laneshift.runs.flowing.kinds.calling import Answer, Request, call
from laneshift.runs.flowing.kinds.given import Secret, Value, given, told
from laneshift.runs.flowing.kinds.site import Site

Json = Any
BUSY = frozenset({408, 409, 425, 429, 500, 502, 503, 504})
"""Answers that may be others in a moment."""
LONGEST_SECONDS = 300.0
_SHOWN = 500
_KEY_DIGITS = 40
_WRITES = frozenset({"POST", "PUT", "PATCH", "DELETE"})

Status = Annotated[int, Field(ge=100, le=599)]
Header = Annotated[str, Field(pattern=r"^[A-Za-z0-9!#$%&'*+.^_`|~-]{1,100}$")]


class Look(BaseModel):
    """How to see whether the request was already done: a GET whose answer has one of the statuses `expect`."""

    model_config = STRICT
    url: str
    expect: list[Status] = [200]


class Http(BaseModel):
    """The settings. `expect` empty is any status from 200 to 299; a redirect is never followed. `bearer` is a token."""

    model_config = STRICT
    url: Value
    method: Literal["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"] = "GET"
    headers: Annotated[dict[Header, Value], Field(max_length=50)] = {}
    bearer: Secret | None = None
    body: str | None = None
    json_: Annotated[Json, Field(alias="json")] = None
    expect: list[Status] = []
    most_bytes: Annotated[int, Field(ge=0, le=64 << 20)] = 1 << 20
    look: Look | None = None

    @model_validator(mode="after")
    def _one_body(self) -> Http:
        if self.body is not None and self.json_ is not None:
            raise ValueError("`body` and `json` are two bodies")
        if self.method in ("GET", "HEAD") and (self.body is not None or self.json_ is not None):
            raise ValueError(f"a {self.method} has no body")
        return self


def perform(site: Site, work: Work) -> Outcome:
    """Send it; the value is {status, headers, text, json}. Raises as `call` does."""
    asked = given(Http, work.settings)
    if work.purpose == "look":
        return _looked(site, work, asked)
    answer = call(_request(site, work, asked))
    return outcome(answer, asked.expect, told(asked.url, site) if isinstance(asked.url, str) else "the address")


def faults(_site: Site, settings: Mapping[str, Json], open_: Callable[[Json], bool]) -> list[tuple[str, str]]:
    """An address that no step can call, beside what the record finds."""
    look = settings.get("look")
    urls = {"url": settings.get("url"), "look.url": look.get("url") if isinstance(look, Mapping) else None}
    found = []
    for place, url in urls.items():
        if isinstance(url, str) and not open_(url):
            try:
                place_of(url, ())
            except Refused as error:
                found.append((place, f"{error.what}: {error.why}"))
    return found


def outcome(answer: Answer, expect: list[int], where: str) -> Outcome:
    """What an answer means. A status that was not expected fails, as one worth another try or as one that is not."""
    if answer.status in expect if expect else 200 <= answer.status < 300:
        return Done(_value(answer))
    code = "flow.http-busy" if answer.status in BUSY else "flow.http-status"
    return Failed(code, f"{where} answered {answer.status}", answer.body[:_SHOWN].decode("utf-8", "replace"))


def request(
    site: Site,
    work: Work,
    url: str,
    method: str,
    headers: Mapping[str, Value],
    body: bytes | None,
    most: int,
    bearer: Secret | None = None,
) -> Request:
    """The request as it goes out. Raises `Refused` for addresses and headers that cannot be, and for secrets that would
    go over the network in the clear."""
    place = place_of(url, site.settings().flows.private_hosts)
    secret = bearer is not None or any(isinstance(each, Secret) for each in headers.values())
    if secret and place.scheme == "http" and not place.allowed:
        raise Refused(
            "flow.http-plain-secret",
            f"a secret would go to {place.host} without TLS",
            where=place.host,
            cure="call it by https",
        )
    sent = {"Host": place.authority, "User-Agent": "laneshift", "Accept": "*/*", "Connection": "close"}
    if method in _WRITES:
        sent["Idempotency-Key"] = idempotency_key(work)
    texts = {name: told(value, site) for name, value in headers.items()}
    if bearer is not None:
        texts["Authorization"] = f"Bearer {told(bearer, site)}"
    for name, text in texts.items():
        if not text.isascii() or not text.isprintable():
            raise Refused("flow.settings", f"the header {name} has characters that a header cannot have", where=name)
        # Names of headers differ by no case; what the flow says wins.
        sent = {known: old for known, old in sent.items() if known.lower() != name.lower()} | {name: text}
    deadline = min(work.deadline or float("inf"), time.time() + LONGEST_SECONDS)
    return Request(place, method, sent, body, most, deadline, work.stopped)


def idempotency_key(work: Work) -> str:
    """The same for every attempt of a step, and for no other step."""
    return "flow-" + hashlib.sha256(work.key.encode()).hexdigest()[:_KEY_DIGITS]


def _request(site: Site, work: Work, asked: Http) -> Request:
    headers, body = dict(asked.headers), asked.body.encode() if asked.body is not None else None
    if asked.json_ is not None:
        body = json.dumps(asked.json_, separators=(",", ":")).encode()
        if not any(name.lower() == "content-type" for name in headers):
            headers["Content-Type"] = "application/json"
    return request(site, work, told(asked.url, site), asked.method, headers, body, asked.most_bytes, asked.bearer)


def _looked(site: Site, work: Work, asked: Http) -> Outcome:
    if asked.look is None:
        return Failed(NOT_DONE, "the step says no way to look")
    answer = call(request(site, work, asked.look.url, "GET", asked.headers, None, asked.most_bytes, asked.bearer))
    if answer.status in asked.look.expect:
        return Done(_value(answer))
    if answer.status in BUSY:
        return Failed("flow.http-busy", f"{asked.look.url} answered {answer.status}")
    return Failed(NOT_DONE, f"{asked.look.url} answered {answer.status}")


def _value(answer: Answer) -> Json:
    text = answer.body.decode("utf-8", "replace")
    value: dict[str, Json] = {"status": answer.status, "headers": dict(answer.headers), "text": text}
    if "json" in answer.headers.get("content-type", ""):
        try:
            return {**value, "json": json.loads(text), "text": ""}
        except (ValueError, RecursionError):
            return value
    return value
