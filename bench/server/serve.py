"""One server in a process of its own: `python -m bench.server.serve FOLDER bare|full SECONDS`.

`bare` is a FastAPI application with two routes alone: one validates its body and gives it back, the other also records
it in the journal, as routes that are asked for work do. `full` is the application as `laneshift serve` assembles it,
with the same two behind a gate. Both are answered for by the same uvicorn. It prints one line of JSON once it listens.
Heads and bodies have to be whole within SECONDS.
"""

from __future__ import annotations

import asyncio
import json
import sys
from pathlib import Path
from typing import Annotated
from uuid import uuid4

import uvicorn
from fastapi import APIRouter, Depends, FastAPI
from pydantic import BaseModel

from laneshift.evidence.port import JournalPort
from laneshift.repo.objects import Repository
from laneshift.runs.events import silent
from laneshift.server.app import assemble
from laneshift.server.auth.keys import Wanted
from laneshift.server.auth.opened_keys import keys_of
from laneshift.server.auth.principal import Principal
from laneshift.server.guard import Guard
from laneshift.server.limits.chosen import limits_for
from laneshift.server.limits.heads import LARGEST_HEAD, bounded
from laneshift.server.logs import to_stderr
from laneshift.server.memory import settled
from laneshift.server.options import Options
from laneshift.server.parts import parts_for
from laneshift.server.serving import listening, serving
from laneshift.wiring import workshop

_PATIENCE = float(sys.argv[3]) if len(sys.argv) > 3 else 60.0
OPTIONS = Options(port=0, require_key=True, body_seconds=_PATIENCE, head_seconds=_PATIENCE)
_GUARD = Depends(Guard("self.read"))


class Told(BaseModel):
    """What the route takes and gives back."""

    name: str
    number: int


def recorded(journal: JournalPort, body: Told) -> Told:
    """The body, once it is on record."""
    journal.append(f"bench/{uuid4()}", "bench.asked", body.model_dump())
    return body


def bare(folder: Path) -> tuple[uvicorn.Server, str]:
    """The routes, and nothing before them."""
    app = FastAPI(openapi_url=None)
    journal = workshop(Repository.open(folder), silent).journal

    @app.post("/bench")
    async def told(body: Told) -> Told:
        return body

    @app.post("/bench/records")
    def records(body: Told) -> Told:
        return recorded(journal, body)

    @app.get("/bench")
    async def asked() -> Told:
        return Told(name="bench", number=1)

    own = bounded(OPTIONS.head_seconds)
    config = uvicorn.Config(
        app,
        http=own,
        ws="none",
        log_config=None,
        access_log=False,
        server_header=False,
        limit_concurrency=OPTIONS.connections,
        h11_max_incomplete_event_size=LARGEST_HEAD,
    )
    # As ours does for itself, so that what is compared is the layers alone.
    settled()
    return uvicorn.Server(config), ""


def full(folder: Path) -> tuple[uvicorn.Server, str]:
    """The routes behind everything that a server has, and an access key for them."""
    shop = workshop(Repository.open(folder), silent)
    keys = keys_of(shop)
    _, key = keys.create(Wanted("person", "bench@example.org", ("reader", "approver")), "bench")
    keys.store.close()
    router = APIRouter()

    @router.post("/bench")
    async def told(_: Annotated[Principal, _GUARD], body: Told) -> Told:
        return body

    @router.post("/bench/records")
    def records(_: Annotated[Principal, _GUARD], body: Told) -> Told:
        return recorded(shop.journal, body)

    @router.get("/bench")
    async def asked(_: Annotated[Principal, _GUARD]) -> Told:
        return Told(name="bench", number=1)

    to_stderr()
    application = assemble(parts_for(shop, OPTIONS), layers=limits_for(shop).layers, more=[router])
    return serving(application, OPTIONS), key


def main() -> None:
    """Serve until terminated."""
    folder, kind = Path(sys.argv[1]), sys.argv[2]
    server, key = full(folder) if kind == "full" else bare(folder)
    listener = listening(OPTIONS)
    sys.stdout.write(json.dumps({"port": listener.getsockname()[1], "key": key}) + "\n")
    sys.stdout.flush()
    asyncio.run(server.serve([listener]))


if __name__ == "__main__":
    main()
