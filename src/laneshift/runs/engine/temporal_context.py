"""What a workflow on Temporal may do. Runs inside Temporal's deterministic event loop."""

from __future__ import annotations

import asyncio
from collections import defaultdict, deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from temporalio import workflow
from temporalio.common import RawValue, RetryPolicy, WorkflowIDReusePolicy
from temporalio.exceptions import ActivityError, ChildWorkflowError, WorkflowAlreadyStartedError

from laneshift.errors import Bug
from laneshift.runs.engine.port import Child, Json, Program, StepFailed
from laneshift.runs.engine.temporal_values import JOIN, MESSAGE, NOBODY, Queues, decode, failed, failure
from laneshift.runs.engine.values import check_name, encode, facts_of, fingerprint, plain

_LONGEST_STEP = timedelta(days=30)
_AGAIN = RetryPolicy(
    initial_interval=timedelta(seconds=0.5), backoff_coefficient=1.5, maximum_interval=timedelta(seconds=10)
)
"""For steps whose worker died. What a step raises is final."""


@dataclass(frozen=True)
class TemporalShop:
    """What all workflows of one engine share."""

    program: Program
    queues: Queues
    heartbeat: timedelta
    seen: dict[str, None] = field(default_factory=dict)
    """Keys started here: the server's list of workflows shows them a moment later."""
    forgotten: dict[str, str] = field(default_factory=dict)
    """Run ids by key: the server takes its time to delete what it was told to, and lists it till then."""

    def reuse(self, key: str) -> WorkflowIDReusePolicy:
        """A key that ended stays as it ended, unless it was forgotten."""
        policy = WorkflowIDReusePolicy
        return policy.ALLOW_DUPLICATE if key in self.forgotten else policy.REJECT_DUPLICATE


SHOPS: dict[str, TemporalShop] = {}
"""By task queue. Temporal makes the workflow objects, so they look here for what they belong to."""


@workflow.defn(dynamic=True, sandboxed=False)
class AnyWorkflow:
    """Every registered workflow, by the name that Temporal was given."""

    def __init__(self) -> None:
        self._mail: defaultdict[str, deque[Json]] = defaultdict(deque)

    @workflow.run
    async def run(self, args: Sequence[RawValue]) -> str:
        """The workflow; every way to fail ends in the facts of a `StepFailed`."""
        shop, info = SHOPS[workflow.info().task_queue], workflow.info()
        argument = decode(workflow.payload_converter().from_payload(args[0].payload, str))
        name = info.workflow_type
        try:
            function = shop.program.workflows[name]
            return encode(plain(await function(TemporalContext(shop, self._mail), argument)))
        except Exception as error:
            raise failure(StepFailed(facts_of(error, "engine.workflow-crashed", f"the workflow {name}"))) from error

    @workflow.signal(name=MESSAGE)
    def message(self, topic: str, value: str) -> None:
        """Keep a value until the workflow waits for it."""
        if topic != NOBODY:
            self._mail[topic].append(decode(value))


@dataclass
class TemporalContext:
    """The `Context` of one running workflow."""

    shop: TemporalShop
    mail: defaultdict[str, deque[Json]]
    _steps: int = 0

    async def step(self, name: str, argument: Json) -> Json:
        """As the port says. The stored id carries a fingerprint of the argument, so that a replay can compare."""
        if name not in self.shop.program.steps:
            raise Bug("engine.unknown-step", f"no step is registered as {name!r}")
        heavy = name in self.shop.program.heavy
        return await self._activity(name, plain(argument), heavy=heavy)

    async def spawn(self, workflow: str, key: str, argument: Json) -> Child:
        """As the port says."""
        if workflow not in self.shop.program.workflows:
            raise Bug("engine.unknown-workflow", f"no workflow is registered as {workflow!r}")
        handle = await _start_child(self.shop, workflow, check_name(key, "key"), encode(plain(argument)))
        return TemporalChild(self, workflow, key, handle)

    async def wait(self, topic: str, seconds: float) -> Json | None:
        """As the port says."""
        box = self.mail[check_name(topic, "topic")]
        try:
            await workflow.wait_condition(lambda: bool(box), timeout=seconds)
        except TimeoutError:
            return None
        return box.popleft()

    async def sleep(self, seconds: float) -> None:
        """As the port says."""
        await asyncio.sleep(seconds)

    async def join(self, name: str, key: str) -> Json:
        """The end of a workflow that this one did not start."""
        return await self._activity(JOIN, {"workflow": name, "key": key}, heavy=False)

    async def _activity(self, name: str, given: Json, *, heavy: bool) -> Json:
        self._steps += 1
        try:
            done: str = await workflow.execute_activity(
                name,
                encode(given),
                result_type=str,
                task_queue=self.shop.queues.heavy if heavy else self.shop.queues.light,
                activity_id=f"{self._steps}:{name}#{fingerprint(given)}",
                start_to_close_timeout=_LONGEST_STEP,
                heartbeat_timeout=self.shop.heartbeat,
                retry_policy=_AGAIN,
            )
        except ActivityError as error:
            raise failed(name, error.cause) from error
        return decode(done)


@dataclass
class TemporalChild:
    """The `Child` that `TemporalContext.spawn` gives. Without a handle, somebody else started it."""

    context: TemporalContext
    workflow: str
    key: str
    handle: asyncio.Task[str] | None

    async def result(self) -> Json:
        """As the port says."""
        if self.handle is None:
            return await self.context.join(self.workflow, self.key)
        try:
            return decode(await asyncio.shield(self.handle))
        except ChildWorkflowError as error:
            raise failed(self.key, error.cause) from error


async def _start_child(shop: TemporalShop, name: str, key: str, argument: str) -> asyncio.Task[str] | None:
    shop.seen[key] = None
    try:
        return await workflow.start_child_workflow(
            name,
            argument,
            id=key,
            result_type=str,
            task_queue=shop.queues.light,
            parent_close_policy=workflow.ParentClosePolicy.ABANDON,
            id_reuse_policy=shop.reuse(key),
        )
    except WorkflowAlreadyStartedError:
        return None
