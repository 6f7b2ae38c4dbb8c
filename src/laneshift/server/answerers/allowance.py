"""How much each principal may ask of each model: requests, and tokens of questions and answers together.

A question takes its own tokens before it is asked; those of the answer are taken once it is there, also where fewer are
left: whoever owes waits longer.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from laneshift.config.models import Bucket, Model
from laneshift.errors import Refused
from laneshift.server.limits.bucket import Rate, Taken
from laneshift.server.limits.own_buckets import OwnBuckets
from laneshift.server.limits.quotas import Buckets, StoreGone

_MINUTE = 60


class Spent(Exception):
    """Nothing is left: `error` says of what, `headers` when to ask again."""

    def __init__(self, error: Refused, headers: Mapping[str, str]) -> None:
        super().__init__(error.what)
        self.error, self.headers = error, headers


@dataclass
class Grant:
    """Leave for one question. `headers` say how things stand as far as they were counted."""

    allowance: Allowance
    by: str
    model: str
    asked: int
    _told: dict[str, str] = field(default_factory=dict)

    @property
    def headers(self) -> dict[str, str]:
        """OpenAI's headers, of this moment; none while nobody can say."""
        return dict(self._told)

    async def used(self, tokens: int) -> None:
        """That it came to so many tokens in all."""
        await self.allowance.use(self, tokens - self.asked)
        self.asked = tokens

    def tell(self, kind: str, taken: Taken, rate: Rate) -> None:
        """Note what is left of `requests` or `tokens`."""
        self._told |= told(kind, taken, rate)


@dataclass(frozen=True)
class Allowance:
    """`models` are the settings by name, where there are any. `open` lets all in while Redis is gone."""

    buckets: Buckets = field(default_factory=OwnBuckets)
    models: Mapping[str, Model] = field(default_factory=dict)
    open: bool = False

    async def admit(self, by: str, model: str, tokens: int) -> Grant:
        """Leave for a question of so many tokens.

        Raises `Spent` where there is none, and `Refused` (`quota.unknown`) where nobody can say.
        """
        grant = Grant(self, by, model, tokens)
        try:
            for kind, amount in (("requests", 1), ("tokens", tokens)):
                rate = self._rate(kind, model)
                taken = await self.buckets.take(_name(kind, by, model), rate, amount)
                grant.tell(kind, taken, rate)
                if not taken.allowed:
                    raise _spent(kind, model, taken, rate, grant.headers)
        except StoreGone as error:
            if not self.open:
                raise Refused(
                    "quota.unknown", "nobody can say now how much was asked already", cure="try again soon"
                ) from error
        return grant

    async def use(self, grant: Grant, more: int) -> None:
        """Take `more` tokens, which were used already, or give back those that were not. A store that is gone
        takes nothing."""
        rate = self._rate("tokens", grant.model)
        try:
            taken = await self.buckets.take(_name("tokens", grant.by, grant.model), rate, more, used=True)
        except StoreGone:
            return
        grant.tell("tokens", taken, rate)

    def _rate(self, kind: str, model: str) -> Rate:
        found: Bucket = getattr(self.models.get(model) or Model(), kind)
        return Rate(found.rate, found.burst)


def told(kind: str, taken: Taken, rate: Rate) -> dict[str, str]:
    """The three headers of `requests` or of `tokens`."""
    return {
        f"x-ratelimit-limit-{kind}": str(rate.burst),
        f"x-ratelimit-remaining-{kind}": str(taken.remaining),
        f"x-ratelimit-reset-{kind}": _duration(taken.full_in(rate)),
    }


def _spent(kind: str, model: str, taken: Taken, rate: Rate, headers: Mapping[str, str]) -> Spent:
    code = "quota.exceeded" if kind == "requests" else "quota.tokens"
    if taken.amount > rate.burst:
        what = f"this has {taken.amount:g} {kind}, and {model} takes {rate.burst} at once"
        return Spent(Refused(code, what, cure="send less at a time"), {**headers, "x-should-retry": "false"})
    wait = str(taken.next_in(rate))
    what = f"too many {kind} were asked of {model}"
    return Spent(Refused(code, what, cure=f"try again in {wait} s"), {**headers, "Retry-After": wait})


def _name(kind: str, by: str, model: str) -> str:
    return f"model:{kind}:{model}:{by}"


def _duration(seconds: int) -> str:
    """As OpenAI writes it: 17s, 6m0s."""
    minutes, rest = divmod(seconds, _MINUTE)
    return f"{minutes}m{rest}s" if minutes else f"{rest}s"
