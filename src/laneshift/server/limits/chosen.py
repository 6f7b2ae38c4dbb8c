"""Which limits a server has: by the settings of the branch that batches land on, in its memory or in Redis."""

from __future__ import annotations

import os
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field

from starlette.types import ASGIApp

from laneshift.config import Server
from laneshift.config.redis_url import VARIABLE, not_installed
from laneshift.runs.namespace import namespace
from laneshift.runs.workshop import Workshop
from laneshift.server.auth.policy_source import source_of
from laneshift.server.limits.bucket import Rate
from laneshift.server.limits.closing import Closing
from laneshift.server.limits.idempotency import Answers, Idempotency
from laneshift.server.limits.own_answers import OwnAnswers
from laneshift.server.limits.own_buckets import OwnBuckets
from laneshift.server.limits.quotas import Buckets, Quotas


@dataclass(frozen=True)
class Limits:
    """Quotas, and answers that are kept. `probes` is what `/readyz` looks at besides; `close` lets go of both."""

    settings: Server
    buckets: Buckets
    answers: Answers
    probes: Mapping[str, Callable[[], None]] = field(default_factory=dict)
    close: Callable[[], Awaitable[None]] | None = None

    @property
    def open(self) -> bool:
        """Whether requests are let in uncounted while the store is gone."""
        return self.settings.quotas.when_gone == "open"

    @property
    def layers(self) -> tuple[Callable[[ASGIApp], ASGIApp], ...]:
        """What `assemble` is given: requests are counted before anything is kept for them."""
        own = (self._quotas, lambda app: Idempotency(app, self.answers))
        close = self.close
        return own if close is None else (*own, lambda app: Closing(app, close))

    def _quotas(self, app: ASGIApp) -> ASGIApp:
        own = self.settings.quotas
        return Quotas(app, self.buckets, Rate(own.rate, own.burst), when_gone=own.when_gone)


def limits_for(shop: Workshop, environment: Mapping[str, str] = os.environ) -> Limits:
    """The limits of a server for the repository of `shop`.

    Raises `Refused`: `redis.bad-url`, `redis.not-installed`, and what reading settings raises.
    """
    tip = source_of(shop).tip()
    settings = shop.settings(shop.repository.tree(tip)).server
    kept, lease = float(settings.idempotency.seconds), float(settings.idempotency.lease)
    url = environment.get(VARIABLE, "")
    if not url:
        return Limits(settings, OwnBuckets(), OwnAnswers(kept, lease))
    try:
        # Imported here: a server of its own needs no Redis, and most are.
        from laneshift.server.limits.redis_answers import RedisAnswers  # noqa: PLC0415
        from laneshift.server.limits.redis_buckets import RedisBuckets  # noqa: PLC0415
        from laneshift.server.limits.redis_link import link_to  # noqa: PLC0415
    except ModuleNotFoundError as error:
        raise not_installed(error) from error
    link = link_to(url, namespace(shop, tip))
    return Limits(settings, RedisBuckets(link), RedisAnswers(link, kept, lease), {"redis": link.probe}, link.close)
