"""Plans in a PostgreSQL database, for clones that share no folder."""

from __future__ import annotations

from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from laneshift.errors import Refused
from laneshift.evidence.database import Database
from laneshift.evidence.tables import PLANS
from laneshift.runs.plan import Plan
from laneshift.runs.plan_files import not_found, of_this_schema, plan_file
from laneshift.runs.plan_text import LARGEST, plan_in, text_of, too_large

_TURN = "plans"


class PlanRows:
    """The plans of one repository. What a person names as a file is still read from there."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._mine = PLANS.c.repository == database.repository

    def save(self, plan: Plan) -> str:
        """Keep the plan and make it the newest of its batch; its id.

        Raises `Refused` (`plan.unreadable`) for one that is too large, and as `Database.write` does.
        """
        text = text_of(plan)
        if len(text) > LARGEST:
            raise too_large(plan.id)

        def write(connection: sa.Connection) -> None:
            last = connection.execute(sa.select(sa.func.max(PLANS.c.turn)).where(self._mine)).scalar()
            row = {"repository": self._database.repository, "id": plan.id, "batch": plan.batch}
            new = insert(PLANS).values(**row, content=text, turn=int(last or 0) + 1)
            connection.execute(
                new.on_conflict_do_update(
                    index_elements=[PLANS.c.repository, PLANS.c.id],
                    set_={"turn": new.excluded.turn, "content": new.excluded.content},
                )
            )

        self._database.write(write, _TURN)
        return plan.id

    def load(self, name: str) -> Plan:
        """The newest plan of this batch, the plan with this id, or the plan in this file.

        Raises `Refused` when there is none, or when its content is not what its digest says.
        """
        # A database takes less for text than a command line does, and no plan is called by what it would not take.
        for which in (PLANS.c.batch == name, PLANS.c.id == name) if name.isprintable() else ():
            found = self._rows(which, newest_first=True, most=1)
            if found:
                return plan_in(*found[0])
        if name.endswith(".json") and Path(name).is_file():
            return plan_file(Path(name))
        raise not_found(name, self.batches())

    def keep(self, plan: Plan) -> None:
        """Keep a plan that came from a file; one that is kept stays as it is."""
        if not self.has(plan.id):
            self.save(plan)

    def readable(self, batch: str) -> list[Plan]:
        """The plans of this batch that are whole, by their ids; damaged ones are left out."""
        found = []
        for text, where in self._rows(PLANS.c.batch == batch):
            try:
                found.append(plan_in(text, where))
            except Refused:
                continue
        return found

    def has(self, plan: str) -> bool:
        """Whether the plan with this id is kept."""
        return bool(self._rows(PLANS.c.id == plan, most=1))

    def batches(self) -> list[str]:
        """Names of the batches that have a plan, in order."""
        wanted = sa.select(PLANS.c.batch).where(self._mine).distinct()
        return sorted(self._database.read(lambda connection: list(connection.execute(wanted).scalars())))

    def latest(self, batch: str) -> str:
        """The id of the newest plan of this batch; "" for a batch that has none."""
        if not batch.isprintable():
            return ""
        mine = sa.and_(self._mine, PLANS.c.batch == batch)
        wanted = sa.select(PLANS.c.id).where(mine).order_by(PLANS.c.turn.desc()).limit(1)
        return str(self._database.read(lambda connection: connection.execute(wanted).scalar()) or "")

    def all(self) -> list[Plan]:
        """Every plan of this schema that was made, older ones of a batch included, by their ids."""
        return list(of_this_schema(lambda row: plan_in(*row), self._rows(sa.true())))

    def newest(self) -> list[Plan]:
        """The newest plan of each batch."""
        return [self.load(batch) for batch in self.batches()]

    def _rows(
        self, which: sa.ColumnElement[bool], *, newest_first: bool = False, most: int | None = None
    ) -> list[tuple[str, str]]:
        """Text and place of the plans that match."""
        order = PLANS.c.turn.desc() if newest_first else PLANS.c.id
        wanted = sa.select(PLANS.c.content, PLANS.c.id).where(self._mine, which).order_by(order).limit(most)
        found = self._database.read(lambda connection: connection.execute(wanted).all())
        return [(str(content), f"{self._database.where}: plan {plan}") for content, plan in found]
