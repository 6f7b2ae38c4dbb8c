"""What the Temporal server knows about the workflows of one scope.

Its list runs a moment behind. So what the list calls running is asked for by name, and so is what this process knows
to have been started. Both answers are exact.
"""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from temporalio.api.common.v1 import WorkflowExecution as ExecutionName
from temporalio.api.workflowservice.v1 import DeleteWorkflowExecutionRequest
from temporalio.client import Client, WorkflowExecution, WorkflowExecutionStatus
from temporalio.service import RPCError, RPCStatusCode

from laneshift.errors import Bug
from laneshift.runs.engine.history import Row
from laneshift.runs.engine.temporal_values import Queues, row_of

T = TypeVar("T")

_SETTLE_SECONDS = 0.3
_AT_ONCE = 50


@dataclass(frozen=True)
class Records:
    """`seen` are the keys that this process started, `forgotten` the runs that it told the server to delete."""

    client: Client
    queues: Queues
    seen: Mapping[str, None]
    forgotten: dict[str, str]

    async def rows(self) -> list[Row]:
        """Every workflow of the scope, oldest first."""
        listed = {found.id: found async for found in self.client.list_workflows()}
        ours = {key: found for key, found in listed.items() if row_of(found, self.queues) is not None}
        unsure = [key for key, found in ours.items() if found.status is WorkflowExecutionStatus.RUNNING]
        unsure += [key for key in list(self.seen) if key not in listed]
        for key, found in zip(unsure, await _gathered(self.find(key) for key in unsure), strict=True):
            if found is None:
                ours.pop(key, None)
            else:
                ours[key] = found
        kept = [found for found in ours.values() if self.forgotten.get(found.id) != found.run_id]
        aged = sorted(kept, key=lambda found: found.start_time)
        return [row for found in aged if (row := row_of(found, self.queues)) is not None]

    async def find(self, key: str) -> WorkflowExecution | None:
        """The workflow with this key, or None."""
        try:
            return await self.client.get_workflow_handle(key).describe()
        except RPCError as error:
            if error.status is RPCStatusCode.NOT_FOUND:
                return None
            raise

    async def check_kind(self, key: str, workflow: str) -> None:
        """Raise `Bug` when the key belongs to another workflow."""
        found = await self.find(key)
        if found is not None and found.workflow_type != workflow:
            raise Bug("engine.key-taken", "this key belongs to another workflow", why=f"{key} is {found.workflow_type}")

    async def cancel(self, key: str) -> bool:
        """Stop the workflow and all below it; false when there is none. The topmost first, so that none is added."""
        if await self.find(key) is None:
            return False
        await self._terminate(key)
        while below := [row.key for row in _below(key, await self.rows()) if not row.ended]:
            for one in below:
                await self._terminate(one)
            await asyncio.sleep(_SETTLE_SECONDS)
        return True

    async def delete(self, keys: Sequence[str]) -> None:
        """Tell the server to delete ended workflows."""
        await _gathered(self._delete(key) for key in keys)

    async def _delete(self, key: str) -> None:
        found = await self.find(key)
        if found is None:
            return
        name = ExecutionName(workflow_id=key, run_id=found.run_id)
        request = DeleteWorkflowExecutionRequest(namespace=self.client.namespace, workflow_execution=name)
        try:
            await self.client.workflow_service.delete_workflow_execution(request)
        except RPCError as error:
            if error.status is not RPCStatusCode.NOT_FOUND:
                raise
        self.forgotten[key] = found.run_id

    async def _terminate(self, key: str) -> None:
        try:
            await self.client.get_workflow_handle(key).terminate("cancelled by laneshift")
        except RPCError as error:
            if error.status is not RPCStatusCode.NOT_FOUND:  # it has ended meanwhile
                raise


def _below(key: str, rows: Iterable[Row]) -> list[Row]:
    found, above = [], {key}
    rows = list(rows)
    while more := [row for row in rows if row.parent in above and row.key not in above]:
        found += more
        above |= {row.key for row in more}
    return found


async def _gathered(work: Iterable[Coroutine[None, None, T]]) -> list[T]:
    """The results in order, only so many requests at a time."""
    slots = asyncio.Semaphore(_AT_ONCE)

    async def one(asked: Coroutine[None, None, T]) -> T:
        async with slots:
            return await asked

    return list(await asyncio.gather(*(one(asked) for asked in work)))
