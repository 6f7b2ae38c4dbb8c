"""A server on standard input and output that prints wherever it can: `python -m tests.agents.mcp.noisy REPOSITORY`."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

from laneshift.agents.desk.local import local_desk
from laneshift.agents.mcp.server import served
from laneshift.agents.mcp.stdio import serve
from laneshift.agents.mcp.tools import TOOLS
from laneshift.agents.mcp.wire import kept_apart
from laneshift.wiring import offices
from tests.toy import shop_at

NOISE = "this is no message"


def loud() -> None:
    """Say it in every way, and read what is not meant for it."""
    print(NOISE, flush=True)
    os.write(1, NOISE.encode() + b"\n")
    subprocess.run(["echo", NOISE], check=True)
    assert not sys.stdin.buffer.raw.read() or sys.stdin.closed


def main() -> None:
    """Serve, loudly."""
    asked = TOOLS["status"].ask

    def status(*given: Any) -> Any:
        loud()
        return asked(*given)

    TOOLS["status"] = replace(TOOLS["status"], ask=status)
    with kept_apart() as wire:
        loud()
        shop = shop_at(Path(sys.argv[1]))
        desk = local_desk(shop, offices(shop), "claude-code")
        serve(served(lambda _: desk), wire)
        loud()


if __name__ == "__main__":
    main()
