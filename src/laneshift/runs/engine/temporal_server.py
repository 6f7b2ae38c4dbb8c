"""Where the Temporal server is, and how it is reached. The key of its interface is shown nowhere."""

from __future__ import annotations

import atexit
import logging
import time
import warnings
from dataclasses import dataclass, field
from functools import cache

from temporalio.client import Client
from temporalio.runtime import Runtime, TelemetryConfig
from temporalio.service import RPCError

from laneshift.errors import NeedsPerson

_LAST_ANSWERS_SECONDS = 0.3


@dataclass(frozen=True)
class Server:
    """`address` is `host:port`. With `key`, every request carries it, over TLS only."""

    address: str
    namespace: str
    tls: bool = False
    key: str = field(default="", repr=False)

    def meaning(self, error: BaseException) -> NeedsPerson:
        """What an error of the server means to a person."""
        why = str(error).replace(self.key, "***") if self.key else str(error)
        return NeedsPerson(
            "engine.server-failed",
            "the Temporal server failed or cannot be reached",
            where=f"{self.address}/{self.namespace}",
            why=why[:2000],
            cure="check that the server runs and has this namespace, then run `laneshift resume`",
        )


async def connect(server: Server) -> Client:
    """A connection. Raises `NeedsPerson` when there is none to be had."""
    _quieten()
    try:
        client = await Client.connect(
            server.address,
            namespace=server.namespace,
            tls=server.tls,
            api_key=server.key or None,
            runtime=_runtime(),
        )
        await client.count_workflows()
    except (RuntimeError, RPCError) as error:
        raise server.meaning(error) from error
    return client


@cache
def _runtime() -> Runtime:
    # Its threads are not Python's. An answer that they deliver while the interpreter is taken down aborts the process
    # after all is done, so the last ones get a moment before that.
    atexit.register(time.sleep, _LAST_ANSWERS_SECONDS)
    return Runtime(telemetry=TelemetryConfig(logging=None))


def _quieten() -> None:
    """What Temporal has to say reaches a person through our errors only."""
    # A step that lost its lease is cancelled by the server after it has ended: no news for anybody.
    warnings.filterwarnings("ignore", message="Cannot find activity to cancel", category=UserWarning)
    logger = logging.getLogger("temporalio")
    logger.propagate = False
    if not logger.handlers:
        logger.addHandler(logging.NullHandler())
