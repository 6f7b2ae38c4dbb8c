"""Settings about gates: those that ship with laneshift, the application that two of them run, and commands as gates."""

from __future__ import annotations

import re
import shlex
from decimal import Decimal
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, BeforeValidator, Field, model_validator

from laneshift.config.values import STRICT, Folder, Glob, Globs, PositiveShare, TreeFile

BUILT_IN = ("data", "self-report", "logs", "lanes", "imports", "smoke", "routes", "rate-limits")
"""The gates that every run has, cheapest first. No command and no plugin can take one of these names."""

_ID = re.compile(r"[a-z][a-z0-9-]{0,39}")
_TARGET = re.compile(r"[A-Za-z_]\w*(\.[A-Za-z_]\w*)*:[A-Za-z_]\w*(\.[A-Za-z_]\w*)*", re.ASCII)


def is_gate_id(text: str) -> bool:
    """Whether a gate may be called so: lower case letters, digits and dashes, 40 at most."""
    return _ID.fullmatch(text) is not None


def _words(value: Any) -> Any:
    """A command written as one text is split as a shell would split it; no shell ever runs it."""
    return shlex.split(value) if isinstance(value, str) else value


def _argv(words: list[str]) -> list[str]:
    if not words or not words[0] or any("\0" in word for word in words):
        raise ValueError("a command needs a program to run, and no NUL")
    return words


def _target(text: str) -> str:
    if not _TARGET.fullmatch(text):
        raise ValueError(f"{text!r} is not of the form package.module:name")
    return text


def _route(text: str) -> str:
    if not text.startswith("/") or text.startswith("//") or not text.isprintable() or " " in text:
        raise ValueError(f"{text!r} is not a path of the application, such as /openapi.json")
    return text


Argv = Annotated[list[str], BeforeValidator(_words), AfterValidator(_argv)]
"""A command: a list of words, or one text that is split as a shell would."""
Route = Annotated[str, Field(max_length=1000), AfterValidator(_route)]


class App(BaseModel):
    """The ASGI application. With `factory`, `target` is called without arguments to get it.

    `openapi` is the path at which it serves its OpenAPI document, `start_seconds` the time that it may take to answer.
    """

    model_config = STRICT
    target: Annotated[str, AfterValidator(_target)]
    factory: bool = False
    openapi: Route = "/openapi.json"
    start_seconds: int = Field(default=30, ge=1, le=600)


class Data(BaseModel):
    """Which JSON Schema of the tree holds for which files: glob to the path of the schema."""

    model_config = STRICT
    schemas: dict[Glob, TreeFile] = {}


class Logs(BaseModel):
    """The share of exception handlers that has to be exceeded."""

    model_config = STRICT
    share: PositiveShare = Decimal("0.85")


class RateLimits(BaseModel):
    """How many requests may be sent until one is refused; `path` is asked, or what the OpenAPI document has."""

    model_config = STRICT
    requests: int = Field(default=500, ge=5, le=20_000)
    path: Route | None = None


class Routes(BaseModel):
    """How many valid requests are tried on an operation before it counts as not answering."""

    model_config = STRICT
    cases: int = Field(default=5, ge=1, le=100)


class PlantedFile(BaseModel):
    """What `laneshift doctor --gates` writes to see whether a command catches it."""

    model_config = STRICT
    path: TreeFile
    text: str = Field(max_length=100_000)


class Command(BaseModel):
    """A command that is a gate: run in the sandbox when a change touches one of `paths`; status 0 is a pass."""

    model_config = STRICT
    run: Argv
    paths: Annotated[Globs, Field(min_length=1)]
    description: str = Field(default="", max_length=200)
    seconds: int = Field(default=300, ge=1, le=86_400)
    network: bool = False
    fault: PlantedFile | None = None


class Gates(BaseModel):
    """How items are checked. Tables of other names are commands: `[gates.licence] run = "reuse lint"`.

    `seconds` bounds each gate (0: what its runs may take, and a minute), `parallel` is how many of one item run at
    once, `waivers` the folder of the tree with waivers.
    """

    model_config = STRICT
    seconds: int = Field(default=0, ge=0, le=86_400)
    parallel: int = Field(default=2, ge=1, le=64)
    waivers: Annotated[Folder, Field(min_length=1)] = ".laneshift/waivers"
    app: App | None = None
    data: Data = Data()
    logs: Logs = Logs()
    rate_limits: RateLimits = Field(default=RateLimits(), alias="rate-limits")
    routes: Routes = Routes()
    commands: dict[str, Command] = {}

    @model_validator(mode="before")
    @classmethod
    def _commands_apart(cls, table: Any) -> Any:
        if not isinstance(table, dict) or "commands" in table:
            return table
        own = {field.alias or name for name, field in cls.model_fields.items()}
        others = {name: value for name, value in table.items() if name not in own and isinstance(value, dict)}
        wrong = [name for name in others if name in BUILT_IN or not is_gate_id(name)]
        if wrong:
            raise ValueError(f"{wrong[0]!r} cannot be the name of a command: it is taken, or no name of a gate")
        return {**{name: value for name, value in table.items() if name not in others}, "commands": others}
