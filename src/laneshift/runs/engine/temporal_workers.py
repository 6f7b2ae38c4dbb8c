"""The two workers of this process on Temporal: one for workflows and light steps, one for heavy steps."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from temporalio import activity
from temporalio.api.workflowservice.v1 import RecordActivityTaskHeartbeatRequest
from temporalio.client import Client, WorkflowFailureError
from temporalio.common import RawValue
from temporalio.exceptions import ApplicationError
from temporalio.service import RPCError, RPCStatusCode
from temporalio.worker import UnsandboxedWorkflowRunner, Worker
from temporalio.workflow import NondeterminismError

from laneshift.errors import LaneshiftError
from laneshift.runs.engine.executions import forgotten
from laneshift.runs.engine.fence import Fence, LeaseLost
from laneshift.runs.engine.port import Json, StepFailed
from laneshift.runs.engine.temporal_context import AnyWorkflow, TemporalShop
from laneshift.runs.engine.temporal_records import Records
from laneshift.runs.engine.temporal_values import JOIN, decode, failed, failure
from laneshift.runs.engine.values import encode
from laneshift.runs.engine.work import Work

_LIGHT_AT_ONCE = 1000
_GRACE = timedelta(seconds=0.8)
_STICKY = timedelta(seconds=2)
"""How long a workflow waits for the process that has it in memory, before another one replays it."""
_BEATS = 4


@dataclass
class Workers:
    """They belong to the engine's loop. `on_loss` is told when one of them ends by itself."""

    client: Client
    shop: TemporalShop
    heavy: int
    on_loss: Callable[[BaseException], None]
    _running: list[tuple[Worker, asyncio.Task[None]]] = field(default_factory=list)

    async def start(self) -> None:
        """Begin to take tasks."""
        self._work = Work(self.heavy)
        queues, perform = self.shop.queues, self._activity()
        light = Worker(
            self.client,
            task_queue=queues.light,
            workflows=[AnyWorkflow],
            activities=[perform],
            workflow_runner=UnsandboxedWorkflowRunner(),
            workflow_failure_exception_types=[NondeterminismError],
            max_concurrent_activities=_LIGHT_AT_ONCE,
            sticky_queue_schedule_to_start_timeout=_STICKY,
            graceful_shutdown_timeout=_GRACE,
        )
        heavy = Worker(
            self.client,
            task_queue=queues.heavy,
            activities=[perform],
            max_concurrent_activities=self.heavy,
            graceful_shutdown_timeout=_GRACE,
        )
        for worker in (light, heavy):
            task = asyncio.create_task(worker.run())
            task.add_done_callback(self._ended)
            self._running.append((worker, task))

    async def stop(self) -> None:
        """Take no more, and give steps in flight a moment."""
        await asyncio.gather(*(worker.shutdown() for worker, _ in self._running))
        await asyncio.gather(*(task for _, task in self._running), return_exceptions=True)

    def _ended(self, task: asyncio.Task[None]) -> None:
        if not task.cancelled() and (error := task.exception()) is not None:
            self.on_loss(error)

    def _activity(self) -> Callable[[Sequence[RawValue]], object]:
        @activity.defn(dynamic=True)
        async def perform(args: Sequence[RawValue]) -> str:
            given = decode(activity.payload_converter().from_payload(args[0].payload, str))
            beating = asyncio.create_task(_beat(self.shop.heartbeat.total_seconds() / _BEATS))
            try:
                return encode(await self._perform(activity.info().activity_type, given))
            except StepFailed as error:
                raise failure(error) from error
            except LaneshiftError as error:
                raise failure(StepFailed(error.as_dict())) from error
            except LeaseLost as error:
                raise ApplicationError(str(error), type="LeaseLost") from error
            finally:
                beating.cancel()

        return perform

    async def _perform(self, name: str, given: Json) -> Json:
        if name == JOIN:
            return await self._join(given["workflow"], given["key"])
        # The slots of the worker hold heavy steps back, so that no other process waits for them.
        return await self._work.light(name, self.shop.program.steps[name], given, self._fence())

    def _fence(self) -> Fence:
        info, loop = activity.info(), asyncio.get_running_loop()
        request = RecordActivityTaskHeartbeatRequest(
            task_token=info.task_token, namespace=self.client.namespace, identity=self.client.identity
        )

        def check() -> None:
            asked = self.client.workflow_service.record_activity_task_heartbeat(request)
            try:
                answer = asyncio.run_coroutine_threadsafe(asked, loop).result(self.shop.heartbeat.total_seconds())
            except (RPCError, TimeoutError, RuntimeError) as error:
                raise LeaseLost("the server gave this step to another worker, or cannot be asked") from error
            if answer.cancel_requested:
                raise LeaseLost("this step was cancelled")

        return Fence(info.attempt, check)

    async def _join(self, workflow: str, key: str) -> Json:
        await Records(self.client, self.shop.queues, {}, {}).check_kind(key, workflow)
        try:
            text: str = await self.client.get_workflow_handle(key, result_type=str).result()
        except WorkflowFailureError as error:
            raise failed(key, error.cause) from error
        except RPCError as error:
            if error.status is RPCStatusCode.NOT_FOUND:
                raise forgotten(key) from error
            raise
        return decode(text)


async def _beat(seconds: float) -> None:
    while True:
        activity.heartbeat()
        await asyncio.sleep(seconds)
