"""Values, failures and names as they are kept by Temporal. Values are JSON text, so that the order of keys survives."""

from __future__ import annotations

import json
from dataclasses import dataclass

from temporalio.client import WorkflowExecution, WorkflowExecutionStatus
from temporalio.exceptions import ApplicationError, CancelledError, TerminatedError

from laneshift.errors import Bug
from laneshift.runs.engine.executions import cancelled
from laneshift.runs.engine.history import Row
from laneshift.runs.engine.port import Json, StepFailed
from laneshift.runs.engine.values import encode

MESSAGE = "message"
NOBODY = ""
"""The topic for which no workflow can wait, because topics are not empty."""
JOIN = "laneshift:join"
"""The activity that waits for a workflow which somebody else started."""

_FAILED = "StepFailed"
_DIVERGED = "TMPRL1100"
"""Temporal's own code for a replay that does not fit the history."""
_STATES = {
    WorkflowExecutionStatus.COMPLETED: "SUCCESS",
    WorkflowExecutionStatus.FAILED: "ERROR",
    WorkflowExecutionStatus.TIMED_OUT: "ERROR",
    WorkflowExecutionStatus.CANCELED: "CANCELLED",
    WorkflowExecutionStatus.TERMINATED: "CANCELLED",
}


@dataclass(frozen=True)
class Queues:
    """The task queues of one scope and version: another version never sees this one's tasks."""

    scope: str
    version: str

    @property
    def light(self) -> str:
        """Workflows and light steps."""
        return f"laneshift:{self.scope}:{self.version}"

    @property
    def heavy(self) -> str:
        """Heavy steps."""
        return f"{self.light}:heavy"

    def version_of(self, queue: str) -> str | None:
        """The version whose workflows are on `queue`, or None when it is not of this scope."""
        start = f"laneshift:{self.scope}:"
        return queue[len(start) :] if queue.startswith(start) else None


def failure(error: StepFailed) -> ApplicationError:
    """A failure that Temporal stores and never retries."""
    # The message is stored as UTF-8, which not every text of ours is; the facts are ASCII.
    return ApplicationError(ascii(error.facts.get("code", "")), encode(error.facts), type=_FAILED, non_retryable=True)


def failed(key: str, cause: BaseException | None) -> StepFailed:
    """What a failure that Temporal hands back means."""
    if isinstance(cause, ApplicationError) and cause.type == _FAILED and cause.details:
        return StepFailed(json.loads(cause.details[0]))
    if isinstance(cause, CancelledError | TerminatedError):
        error = cancelled(key).error
        if isinstance(error, StepFailed):
            return error
    text = str(cause)
    if _DIVERGED in text:
        cure = "cancel this run and start it again with a new attempt number; the workflow is not deterministic"
        bug = Bug("engine.replay-diverged", "a replay took another way", where=key, why=text, cure=cure)
    else:
        bug = Bug("engine.temporal-failed", "the durable engine ended a workflow", where=key, why=text)
    return StepFailed(bug.as_dict())


def row_of(found: WorkflowExecution, queues: Queues) -> Row | None:
    """The execution in our words, or None when it is not of this scope."""
    version = queues.version_of(found.task_queue)
    if version is None:
        return None
    state = _STATES.get(found.status, "PENDING") if found.status else "PENDING"
    return Row(found.id, found.workflow_type, state, version, found.parent_id)


def decode(text: str) -> Json:
    """The value again."""
    value: Json = json.loads(text)
    return value
