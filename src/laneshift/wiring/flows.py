"""What flows work with, and what answers questions.

Few commands look at flows or ask, so all of it is loaded where it is asked for, and its classes are not named in types.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from functools import partial
from typing import Any

from laneshift.config import redis_url
from laneshift.runs.events import Event
from laneshift.runs.workshop import Workshop
from laneshift.wiring.forges import forge
from laneshift.wiring.sandboxes import rewriter

_JOURNAL_DIGITS = 8


def flow_site(shop: Workshop, actions: Mapping[str, Any], judges: Mapping[str, Any]) -> Any:
    """The `runs.flowing.kinds.site.Site` on which steps of flows work."""
    from laneshift.runs.flowing.kinds.site import Site  # noqa: PLC0415
    from laneshift.steps.runner import beside  # noqa: PLC0415

    place = forge(shop.repository)
    return Site(
        shop=shop,
        issues=place.issues,
        changes=place.changes,
        sandboxed=partial(rewriter, shop.repository),
        environ=os.environ,
        own=beside.run,
        actions=actions,
        judges=judges,
    )


def live_flows(shop: Workshop) -> Any:
    """The `LiveRuns` of the repository; with `LANESHIFT_REDIS_URL`, by snapshots that all processes share.

    Raises `Refused`: `redis.bad-url`, `redis.not-installed`, and where the repository cannot be told from others.
    """
    from laneshift.runs.flowing.live import LiveRuns  # noqa: PLC0415
    from laneshift.runs.landing_branch import landing_tip  # noqa: PLC0415
    from laneshift.runs.namespace import namespace  # noqa: PLC0415

    url = os.environ.get(redis_url.VARIABLE, "")
    if not url:
        return LiveRuns(shop.journal)
    try:
        from laneshift.runs.flowing.live_redis import RedisSnapshots  # noqa: PLC0415
    except ModuleNotFoundError as error:
        raise redis_url.not_installed(error) from error
    # Clones with journals of their own have runs of their own, by the same names where a schedule started them.
    journal = shop.journal.checkpoint().origin.removeprefix("sha256:")[:_JOURNAL_DIGITS]
    space = f"{namespace(shop, landing_tip(shop))}:{journal}"
    url = redis_url.checked(url)
    return LiveRuns(shop.journal, RedisSnapshots(url, space, lambda text: shop.report(Event("flow", text))))


def answering(shop: Workshop, **parts: Any) -> Any:
    """The `runs.answering.making.Answering` of the repository, which answers as the model `matriz` does.

    `parts` are those of its function `answering`. Raises `Refused` (`matriz.bad-node`).
    """
    from laneshift.runs.answering.making import answering as made  # noqa: PLC0415

    return made(shop, **parts)
