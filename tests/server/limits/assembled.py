"""The assembled server with limits as its settings have them, asked over real HTTP."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx

from laneshift.config.redis_url import VARIABLE
from laneshift.server.limits.chosen import limits_for
from laneshift.server.options import Options
from tests.server.serving import Served, served
from tests.toy import QUICK, planned, shop_at, toy

RUNS = "/api/v1/plans/one/runs"
SLOW = 0.001
"""Tokens a second: nothing comes back while a test runs."""


def limited_by(path: Path, burst: int, rate: float = SLOW, when_gone: str = "closed") -> Path:
    """A repository with a plan named `one`, whose server lets everybody ask `burst` times."""
    told = f'[server.quotas]\nrate = {rate}\nburst = {burst}\nwhen_gone = "{when_gone}"\n'
    toy(path, {"laneshift.toml": f"{QUICK}{told}"})
    planned(path, "labs.stays\tlabs/stays.py\tcore/stays.py\n", "one.tsv")
    return path


@contextmanager
def limited(path: Path, redis: str = "", options: Options | None = None) -> Iterator[Served]:
    """The server of the repository at `path`, with limits in its memory or at the address `redis`."""
    limits = limits_for(shop_at(path), {VARIABLE: redis} if redis else {})
    with served(path, options, layers=limits.layers) as found:
        yield found


def left(answer: httpx.Response) -> int:
    """What the answer says is left of the burst."""
    return int(answer.headers["x-ratelimit-remaining"])
