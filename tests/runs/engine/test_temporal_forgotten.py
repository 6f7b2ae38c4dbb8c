"""What another worker has the Temporal server forget while this one is about to wait for its end."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

from laneshift.runs.engine.port import Context, Json, Program
from laneshift.runs.engine.temporal_engine import TemporalEngine
from laneshift.runs.engine.temporal_records import Records
from laneshift.runs.engine.temporal_server import Server, connect
from laneshift.runs.engine.temporal_values import Queues
from tests.runs.engine.driving import failing, opened

SCOPE, VERSION = "tests", "v1"


@dataclass(frozen=True)
class Other:
    """Another worker of the same scope."""

    server: Server

    def forgets(self, key: str) -> str:
        """It does not go on before the server has done so."""
        asyncio.run(self.gone(key))
        return key

    async def gone(self, key: str) -> None:
        records = Records(await connect(self.server), Queues(SCOPE, VERSION), {}, {})
        await records.delete([key])
        while await records.find(key) is not None:
            await asyncio.sleep(0.05)


class Late(TemporalEngine):
    """Just as it has joined a beginning, the other one forgets that; each beginning once."""

    other: Other
    joined: list[str]

    async def _wake(self, key: str) -> None:
        await super()._wake(key)
        self.joined.append(key)
        await self.other.gone(key)


async def said(_context: Context, argument: Json) -> Json:
    return argument


def test_a_joined_beginning_that_is_forgotten_is_told_as_that_and_can_be_begun_again(
    temporal_server: str, temporal_namespace: str
) -> None:
    server = Server(temporal_server, temporal_namespace)
    engine = Late(server, program := Program({"say": said}, {}), 1, VERSION, SCOPE, 5.0)
    engine.other, engine.joined = Other(server), []
    with opened(lambda *_: engine, program):
        assert engine.run("say", "k", 1) == 1
        facts = failing(lambda: engine.run("say", "k", 2))
        assert (facts["code"], facts["where"]) == ("engine.forgotten", "k")
        assert engine.run("say", "k", 3) == 3
        assert engine.joined == ["k"]


def test_a_joined_child_that_is_forgotten_is_told_as_that(temporal_server: str, temporal_namespace: str) -> None:
    server = Server(temporal_server, temporal_namespace)

    async def parent(context: Context, _argument: Json) -> Json:
        child = await context.spawn("say", "child", 2)
        await context.step("forget", "child")
        return await child.result()

    program = Program({"say": said, "parent": parent}, {"forget": Other(server).forgets})
    with opened(lambda *_: TemporalEngine(server, program, 1, VERSION, SCOPE, 5.0), program) as engine:
        assert engine.run("say", "child", 1) == 1
        assert failing(lambda: engine.run("parent", "p", None))["code"] == "engine.forgotten"
