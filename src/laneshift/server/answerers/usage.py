"""What each principal asked of each model, by days."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import ROUND_HALF_UP, Decimal

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from laneshift.config.models import Model
from laneshift.server.answerers.port import Usage
from laneshift.server.answerers.tables import USAGE
from laneshift.server.auth.passkeys.database import AccessRows

_COUNTED = ("requests", "failures", "prompt", "completion", "cost")


@dataclass(frozen=True, slots=True)
class Used:
    """What one principal asked of one model on one `day` (YYYY-MM-DD, UTC). `cost` is in millionths."""

    day: str
    principal: str
    model: str
    requests: int
    failures: int
    prompt: int
    completion: int
    cost: int


@dataclass(frozen=True)
class Ledger:
    """The sums. `clock` gives unix seconds, `models` are the settings with their prices."""

    rows: AccessRows
    clock: Callable[[], int]
    models: Mapping[str, Model] = field(default_factory=dict)

    def add(self, principal: str, model: str, usage: Usage, *, failed: bool) -> None:
        """Count one request. Raises `CheckFailed` where that cannot be written."""
        values = {
            "repository": self.rows.repository,
            "day": datetime.fromtimestamp(self.clock(), UTC).date().isoformat(),
            "principal": principal,
            "model": model,
            "requests": 1,
            "failures": int(failed),
            "prompt": usage.prompt,
            "completion": usage.completion,
            "cost": cost(self.models.get(model), usage),
        }
        with self.rows.transaction() as connection:
            insert = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert
            sums = {name: USAGE.c[name] + values[name] for name in _COUNTED}
            keys = [column.name for column in USAGE.primary_key]
            # The two inserts are classes of their own with the same methods, and no type says that.
            added: sa.Insert = insert(USAGE).values(values).on_conflict_do_update(index_elements=keys, set_=sums)
            connection.execute(added)

    def since(self, day: str, principal: str = "") -> list[Used]:
        """Everything from `day` on, of everybody or of one principal; the last day first."""
        own = [self.rows.mine(USAGE), USAGE.c.day >= day, *([USAGE.c.principal == principal] if principal else [])]
        columns = [USAGE.c[name] for name in ("day", "principal", "model", *_COUNTED)]
        order = (USAGE.c.day.desc(), USAGE.c.principal, USAGE.c.model)
        with self.rows.transaction() as connection:
            found = connection.execute(sa.select(*columns).where(*own).order_by(*order))
            return [Used(*row) for row in found]


def cost(model: Model | None, usage: Usage) -> int:
    """The price of so many tokens, in millionths."""
    if model is None:
        return 0
    # A price is that of a million tokens, so tokens times price are millionths already.
    whole = usage.prompt * model.input_price + usage.completion * model.output_price
    return int(whole.quantize(Decimal(1), ROUND_HALF_UP))
