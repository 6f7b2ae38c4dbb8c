"""What a workflow on DBOS may do."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

from dbos import DBOS, SetWorkflowID
from dbos import error as dbos_errors
from sqlalchemy.exc import SQLAlchemyError

from laneshift.errors import Bug, LaneshiftError
from laneshift.runs.engine.executions import Execution, Executions, Outcome
from laneshift.runs.engine.fence import LeaseLost
from laneshift.runs.engine.port import Child, Json, Program
from laneshift.runs.engine.values import check_name, fingerprint, plain
from laneshift.runs.engine.work import Work

Registered = Callable[[Json], Coroutine[None, None, Json]]


@dataclass(frozen=True)
class Begun:
    """A workflow that was asked for. `joined` when its end may be announced by another process, or may be past."""

    key: str
    joined: bool


Begin = Callable[[Registered, Json], Awaitable[Begun]]

_LOST = (dbos_errors.DBOSWorkflowCancelledError, dbos_errors.DBOSWorkflowConflictIDError)
_DIVERGED = (dbos_errors.DBOSUnexpectedStepError, dbos_errors.DBOSStepNondeterminismError)
_DIVERGED_CURE = "cancel this run and start it again with a new attempt number; the workflow is not deterministic"


@dataclass(frozen=True)
class Shop:
    """What all contexts of one engine share. `read_outcome` asks the store; None means not ended."""

    program: Program
    registered: Mapping[str, Registered]
    executions: Executions
    work: Work
    begin: Begin
    read_outcome: Callable[[str], Awaitable[Outcome | None]]
    on_loss: Callable[[BaseException], None]


@dataclass(frozen=True)
class DbosContext:
    """The `Context` of one running workflow."""

    shop: Shop
    execution: Execution

    async def step(self, name: str, argument: Json) -> Json:
        """As the port says. The stored name carries a fingerprint of the argument, so that a replay can compare."""
        function = self.shop.program.steps.get(name)
        if function is None:
            raise Bug("engine.unknown-step", f"no step is registered as {name!r}")
        given = plain(argument)
        work = self.shop.work.heavy if name in self.shop.program.heavy else self.shop.work.light
        with guarded(self.shop.on_loss), self.execution.step():
            return await DBOS.run_step_async({"name": f"{name}#{fingerprint(given)}"}, work, name, function, given)

    async def spawn(self, workflow: str, key: str, argument: Json) -> Child:
        """As the port says."""
        function = self.shop.registered.get(workflow)
        if function is None:
            raise Bug("engine.unknown-workflow", f"no workflow is registered as {workflow!r}")
        ended = self.shop.executions.expect(check_name(key, "key"))
        try:
            with guarded(self.shop.on_loss), SetWorkflowID(key):
                begun = await self.shop.begin(function, plain(argument))
        except BaseException:
            ended.cancel()
            raise
        if begun.key != key:
            raise Bug("engine.replay-diverged", f"child {begun.key!r} was {key!r} this time", cure=_DIVERGED_CURE)
        return DbosChild(self.shop, key, ended, joined=begun.joined)

    async def wait(self, topic: str, seconds: float) -> Json | None:
        """As the port says."""
        with guarded(self.shop.on_loss):
            return await DBOS.recv_async(check_name(topic, "topic"), timeout_seconds=seconds)

    async def sleep(self, seconds: float) -> None:
        """As the port says."""
        with guarded(self.shop.on_loss):
            await DBOS.sleep_async(seconds)


@dataclass(frozen=True)
class DbosChild:
    """The `Child` that `DbosContext.spawn` gives."""

    shop: Shop
    key: str
    ended: asyncio.Future[Outcome]
    joined: bool

    async def result(self) -> Json:
        """As the port says. Nothing is stored for the asking: how the child ended is stored already."""
        with guarded(self.shop.on_loss):
            outcome = await ending(self.shop, self.key, self.ended, joined=self.joined)
        if isinstance(outcome.error, LaneshiftError):
            # The engine was lost and not the child: as a failure it would be stored as the end of who waits.
            raise asyncio.CancelledError from outcome.error
        return outcome.unwrap()


@contextmanager
def guarded(on_loss: Callable[[BaseException], None]) -> Iterator[None]:
    """Let only `StepFailed`, `LaneshiftError` and `CancelledError` reach the workflow. A lost store is no end."""
    try:
        yield
    except _LOST as error:
        raise asyncio.CancelledError from error
    except _DIVERGED as error:
        raise Bug("engine.replay-diverged", "a replay took another way", why=str(error), cure=_DIVERGED_CURE) from error
    except dbos_errors.DBOSConflictingWorkflowError as error:
        raise Bug("engine.key-taken", "this key belongs to another workflow", why=str(error)) from error
    except (LeaseLost, SQLAlchemyError) as error:
        on_loss(error)
        raise asyncio.CancelledError from error


async def ending(shop: Shop, key: str, ended: asyncio.Future[Outcome], *, joined: bool) -> Outcome:
    """How `key` ends. A workflow that was `joined` may have ended before anybody waited, so the store is asked."""
    while joined and not ended.done():
        stored = await shop.read_outcome(key)
        if stored is not None:
            return stored
        await asyncio.wait([ended], timeout=_LOOK_AGAIN_SECONDS)
    return await asyncio.shield(ended)


_LOOK_AGAIN_SECONDS = 30.0
"""A workflow that could not be started again ends in the store without a run here; nobody announces that."""
