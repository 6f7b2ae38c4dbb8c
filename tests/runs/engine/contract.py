"""What every durable engine must do, written against the port. An engine joins by giving the `opens` fixture."""

from __future__ import annotations

from tests.runs.engine.contract_failing import Failing, Working
from tests.runs.engine.contract_resuming import Resuming
from tests.runs.engine.contract_running import Running
from tests.runs.engine.contract_waiting import Waiting


class EngineContract(Running, Failing, Working, Waiting, Resuming):
    """All of it."""
