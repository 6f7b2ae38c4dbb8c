"""Steps of kind `command`: words, never a shell, in the sandbox of the tests, on a tree that is named.

The command sees a checkout of its own, which is gone afterwards, and the network where the step asks for it. What it
does to the world it does there; `LANESHIFT_FLOW_KEY` lets it tell a repeat.
"""

from __future__ import annotations

import json
import os
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, Field

from laneshift.config.values import STRICT
from laneshift.gates.sandbox import Limits, RunResult
from laneshift.runs.flowing.effects import NOT_DONE, Cancelled, Done, Failed, Outcome, TimedOut, Work
from laneshift.runs.flowing.kinds.given import ENV_NAME, Value, given, told
from laneshift.runs.flowing.kinds.site import Site

Json = Any
KEY = "LANESHIFT_FLOW_KEY"
_LOOK_SECONDS = 0.1
_SHOWN = 2000
_LEAST_SECONDS = 0.05


def _text(word: object) -> object:
    """A number as a text: `${ len(steps.a.value) }` alone gives one."""
    return str(word) if isinstance(word, int | float) and not isinstance(word, bool) else word


Word = Annotated[str, BeforeValidator(_text), Field(pattern=r"^[^\x00]*$", max_length=100_000)]
Words = Annotated[list[Word], Field(min_length=1, max_length=1000)]


class Command(BaseModel):
    """The settings. `tree` is a revision; `ok` are the exit codes that are no failure; `look` is a command that ends
    with 0 where the step was done already."""

    model_config = STRICT
    command: Words
    tree: str = ""
    network: bool = False
    memory_mib: Annotated[int, Field(ge=64, le=1 << 20)] | None = None
    environment: Annotated[dict[Annotated[str, Field(pattern=ENV_NAME)], Value], Field(max_length=100)] = {}
    output: Literal["text", "json", "lines"] = "text"
    ok: Annotated[list[Annotated[int, Field(ge=0, le=255)]], Field(min_length=1)] = [0]
    look: Words | None = None


def perform(site: Site, work: Work) -> Outcome:
    """Run it; the value is {code, tree, output or json or lines}. Raises `Refused` for what cannot be run."""
    asked = given(Command, work.settings)
    if work.purpose == "look":
        if asked.look is None:
            return Failed(NOT_DONE, "the step says no way to look")
        return _looked(_run(site, work, asked, asked.look), asked)
    return _ended(_run(site, work, asked, asked.command), asked)


def _run(site: Site, work: Work, asked: Command, words: list[str]) -> tuple[str, RunResult] | Outcome:
    settings = site.settings()
    tests, tree = settings.tests, site.tree(asked.tree)
    own = {name: told(value, site) for name, value in asked.environment.items()}
    tests = tests.model_copy(update={"environment": {**tests.environment, **own, KEY: work.key}})
    left = tests.suite_seconds if work.deadline is None else max(work.deadline - time.time(), _LEAST_SECONDS)
    limits = Limits(left, asked.memory_mib or tests.memory_mib, asked.network)
    with _until(work.stopped) as descriptor:
        result = site.sandboxed(settings.model_copy(update={"tests": tests})).stoppable(
            tree.oid, words, limits, descriptor
        )
    if work.stopped():
        return Cancelled(f"{words[0]} was ended because the step was cancelled")
    if result.timed_out:
        return TimedOut(f"{words[0]} was ended after {result.seconds:.0f} s")
    return tree.oid, result


def _looked(found: tuple[str, RunResult] | Outcome, asked: Command) -> Outcome:
    if not isinstance(found, tuple):
        return found
    tree, result = found
    if result.exit_code == 0:
        return _value(tree, result, asked)
    return Failed(NOT_DONE, f"the look ended with status {result.exit_code}")


def _ended(found: tuple[str, RunResult] | Outcome, asked: Command) -> Outcome:
    if not isinstance(found, tuple):
        return found
    tree, result = found
    if result.exit_code in asked.ok:
        return _value(tree, result, asked)
    told = result.output[-_SHOWN:].strip()
    return Failed("flow.command", f"{asked.command[0]} ended with status {result.exit_code}", told)


def _value(tree: str, result: RunResult, asked: Command) -> Outcome:
    value: dict[str, Json] = {"code": result.exit_code, "tree": tree}
    if asked.output == "lines":
        return Done({**value, "lines": result.output.splitlines()})
    if asked.output == "text":
        return Done({**value, "output": result.output})
    try:
        return Done({**value, "json": json.loads(result.output)})
    except (ValueError, RecursionError) as error:
        what = f"what {asked.command[0]} printed is no JSON document"
        return Failed("flow.command-output", what, f"{error}: {result.output[:_SHOWN]}")


@contextmanager
def _until(stopped: Callable[[], bool]) -> Iterator[int]:
    """A descriptor that has a writer until the step is cancelled."""
    read, write = os.pipe()
    over = threading.Event()

    def watch() -> None:
        while not over.wait(_LOOK_SECONDS):
            if stopped():
                break
        os.close(write)

    thread = threading.Thread(target=watch, name="laneshift-flow-command", daemon=True)
    thread.start()
    try:
        yield read
    finally:
        over.set()
        thread.join()
        os.close(read)
