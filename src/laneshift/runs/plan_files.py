"""Where plans are kept: `plans/<id>.json` in the state folder, with the newest of each batch on record.

A plan file may also come from another clone; it is read with suspicion, and kept once work on it begins.
"""

from __future__ import annotations

import glob
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Protocol, TypeVar

from laneshift.errors import Refused
from laneshift.repo.doors import effect
from laneshift.repo.unfinished import unfinished_in
from laneshift.runs.plan import Plan
from laneshift.runs.plan_text import LARGEST, plan_in, text_of, too_large

T = TypeVar("T")


class Plans(Protocol):
    """The plans of one repository, wherever they are kept."""

    def save(self, plan: Plan) -> object:
        """Keep the plan and make it the newest of its batch."""
        ...

    def load(self, name: str) -> Plan:
        """The plan with this id, the newest plan of this batch, or the plan in this file."""
        ...

    def keep(self, plan: Plan) -> None:
        """Keep a plan that came from a file; one that is kept stays as it is."""
        ...

    def readable(self, batch: str) -> list[Plan]:
        """The plans of this batch that are whole."""
        ...

    def has(self, plan: str) -> bool:
        """Whether the plan with this id is kept."""
        ...

    def batches(self) -> list[str]:
        """Names of the batches that have a plan, in order."""
        ...

    def latest(self, batch: str) -> str:
        """The id of the newest plan of this batch; "" for a batch that has none."""
        ...

    def all(self) -> list[Plan]:
        """Every plan that was made, but for those of another schema: only the version that made one goes on with it."""
        ...

    def newest(self) -> list[Plan]:
        """The newest plan of each batch."""
        ...


class PlanFiles:
    """The plans of one repository."""

    def __init__(self, state_dir: Path) -> None:
        self._folder = state_dir / "plans"

    def save(self, plan: Plan) -> Path:
        """Write the plan and make it the newest of its batch."""
        self._folder.mkdir(parents=True, exist_ok=True)
        path = self._folder / f"{plan.id}.json"
        _write(path, text_of(plan))
        _write(self._folder / f"{plan.batch}.newest", plan.id + "\n")
        return path

    def load(self, name: str) -> Plan:
        """The plan with this id, the newest plan of this batch, or the plan in this file.

        Raises `Refused` when there is none, or when its content is not what its digest says.
        """
        for path in self._candidates(name):
            if path.is_file():
                return plan_file(path)
        raise not_found(name, self.batches())

    def keep(self, plan: Plan) -> None:
        """Keep a plan that came from a file, so that `status` and `resume` know it. One that is kept stays as it is."""
        if not (self._folder / f"{plan.id}.json").is_file():
            self.save(plan)

    def readable(self, batch: str) -> list[Plan]:
        """The plans of this batch that are whole; damaged ones are left out."""
        found = []
        for path in sorted(self._folder.glob(f"{glob.escape(batch)}-*.json")):
            try:
                plan = plan_file(path)
            except Refused:
                continue
            if plan.batch == batch:
                found.append(plan)
        return found

    def has(self, plan: str) -> bool:
        """Whether the plan with this id is kept."""
        return (self._folder / f"{plan}.json").is_file()

    def batches(self) -> list[str]:
        """Names of the batches that have a plan, in order."""
        return sorted(path.name.removesuffix(".newest") for path in self._folder.glob("*.newest"))

    def latest(self, batch: str) -> str:
        """The id of the newest plan of this batch; "" for a batch that has none."""
        pointer = self._folder / f"{batch}.newest"
        return pointer.read_text().strip() if "/" not in batch and pointer.is_file() else ""

    def all(self) -> list[Plan]:
        """Every plan of this schema that was made, older ones of a batch included."""
        return list(of_this_schema(plan_file, sorted(self._folder.glob("*.json"))))

    def newest(self) -> list[Plan]:
        """The newest plan of each batch."""
        return [self.load(batch) for batch in self.batches()]

    def _candidates(self, name: str) -> list[Path]:
        given = [Path(name)] if name.endswith(".json") else []
        if "/" in name or name.startswith("."):
            return given
        pointer = self._folder / f"{name}.newest"
        newest = [self._folder / f"{pointer.read_text().strip()}.json"] if pointer.is_file() else []
        return [*newest, self._folder / f"{name}.json", *given]


def plan_file(path: Path) -> Plan:
    """The plan in a file, wherever it came from. Raises `Refused` when it is none, or was changed."""
    try:
        if path.stat().st_size > LARGEST:
            raise too_large(str(path))
        text = path.read_text(encoding="utf-8")
    except (OSError, ValueError) as error:
        raise Refused("plan.unreadable", "this file is not a plan", where=str(path), why=str(error)[:400]) from error
    return plan_in(text, str(path))


def of_this_schema(read: Callable[[T], Plan], places: Iterable[T]) -> Iterator[Plan]:
    """What `read` makes of each place, without plans of another schema. Raises as `read` does for anything else."""
    for place in places:
        try:
            yield read(place)
        except Refused as error:
            if error.code != "plan.schema":
                raise


def not_found(name: str, batches: list[str] | None = None) -> Refused:
    """The error for a name that no plan has; `batches` are those that have one, None where they are not told."""
    why = "" if batches is None else f"planned batches: {', '.join(batches) or 'none'}"
    return Refused("plan.not-found", f"no plan {name!r}", why=why, cure="`laneshift plan FILE`")


def _write(path: Path, text: str) -> None:
    draft = Path(unfinished_in(str(path.parent)))
    with effect():
        draft.write_text(text, encoding="utf-8")
        draft.replace(path)
