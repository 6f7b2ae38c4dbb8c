"""A plan: a batch resolved against a base commit. Everything a run depends on is in it, and its digest covers it all.

Author and time come from the plan too, so that two machines that run it make the same commits.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from functools import cache, cached_property, lru_cache
from typing import Any

from pydantic import TypeAdapter, ValidationError

from laneshift.code.codemods.records import Codemod
from laneshift.code.intents import Intent, Rules
from laneshift.errors import Refused
from laneshift.evidence.canonical import digest

SCHEMA = 2
MOST_STAGES = 21
"""The canary, and as many shares after it as the settings may have."""
_MOVES = 1024


@dataclass(frozen=True, slots=True)
class PlannedItem:
    """One line of the batch, with its class and what applying it alone to the base would do.

    `codemod` is the canonical JSON of an item's codemod, empty for a move; `fix` is that of what was mended in it,
    empty where nothing was. `stratum` is what the canary draws from, always where an item of it is `critical`; `stage`
    is the turn of the run that takes the item, from 1, and 0 for what a run does not work on.
    """

    id: str
    line: int
    module: str
    src: str
    dst: str
    status: str
    reason: str = ""
    lane: str = ""
    task: str = ""
    files: int = 0
    edits: int = 0
    notices: int = 0
    stratum: str = ""
    stage: int = 0
    critical: bool = False
    stars: tuple[str, ...] = ()
    codemod: str = ""
    fix: str = ""

    @property
    def intent(self) -> Intent:
        """The serialised meaning of the item. Raises `Refused` for a codemod or a fix that cannot be read."""
        return Intent(self.id, self.src, self.dst, _stored(self.codemod, self.id), _stored(self.fix, self.id))

    @property
    def intent_digest(self) -> str:
        """Identifies the intent in trailers and in the journal."""
        return digest(self.intent.as_json()) if self.codemod or self.fix else _digest_of(self.id, self.src, self.dst)

    @property
    def unfixed_digest(self) -> str:
        """Identifies the intent without its fix; empty for an item that has none."""
        return digest(self.intent.unfixed.as_json()) if self.fix else ""

    @property
    def verify_only(self) -> bool:
        """Whether the nine steps run without a commit."""
        return self.status == "verify-only"

    @property
    def to_run(self) -> bool:
        """Whether a run has anything to do for this item."""
        return self.status in ("ready", "verify-only")


@lru_cache(maxsize=_MOVES)
def _digest_of(item: str, src: str, dst: str) -> str:
    """The digest of a plain move, which every step asks for."""
    return digest(Intent(item, src, dst).as_json())


def _stored(text: str, item: str) -> Codemod | None:
    if not text:
        return None
    try:
        plain = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise Refused("codemod.unreadable", "this is no stored codemod", where=item) from error
    return Codemod.from_json(plain if isinstance(plain, dict) else {})


def _plain(item: dict[str, Any]) -> dict[str, Any]:
    """An item as plain data. What a move does not have is not there, so that older plans stay what they are."""
    kept = {name: value for name, value in item.items() if name not in ("codemod", "fix") or value}
    return {**kept, "stars": list(item["stars"])}


@dataclass(frozen=True)
class Plan:
    """A batch, resolved. `when` is in unix seconds; `base` is a commit id, `target` a full ref name.

    `pins` has a digest for each input that must not drift, by the names of `rollout.pins.FIELDS`.
    """

    batch: str
    batch_file: str
    base: str
    base_tree: str
    target: str
    author_name: str
    author_email: str
    when: int
    tool: str
    settings_digest: str
    rules: Rules
    pins: dict[str, str]
    items: tuple[PlannedItem, ...]
    schema: int = SCHEMA

    def as_json(self) -> dict[str, Any]:
        """Plain data, from which `from_json` makes an equal plan."""
        plain = asdict(self)
        plain["rules"]["roots"] = list(self.rules.roots)
        plain["items"] = [_plain(item) for item in plain["items"]]
        return plain

    @classmethod
    def from_json(cls, plain: Mapping[str, Any]) -> Plan:
        """Read a stored plan. Raises `Refused` when it is not one of this schema."""
        if plain.get("schema") != SCHEMA:
            raise Refused(
                "plan.schema",
                f"this plan has schema {plain.get('schema')!r}, this laneshift reads {SCHEMA}",
                cure="make the plan again with `laneshift plan`",
            )
        try:
            plan = _reader().validate_json(json.dumps(plain), strict=True)
        except ValidationError as error:
            raise Refused("plan.unreadable", "this file is not a plan", why=str(error)[:400]) from error
        if plan.as_json() != plain:
            raise Refused("plan.unreadable", "this file is not a plan", why="it has fields that a plan does not have")
        return plan

    @cached_property
    def digest(self) -> str:
        """Covers every field."""
        return digest(self.as_json())

    @cached_property
    def id(self) -> str:
        """The name people use: the batch and the beginning of the digest."""
        return f"{self.batch}-{self.digest.removeprefix('sha256:')[:10]}"

    def item(self, item_id: str) -> PlannedItem:
        """The item with this id. Raises `Refused` when the plan has none."""
        found = self._by_id.get(item_id)
        if found is None:
            raise Refused(
                "plan.no-such-item", f"plan {self.id} has no item {item_id!r}", cure="`laneshift inspect` lists them"
            )
        return found

    @cached_property
    def _by_id(self) -> dict[str, PlannedItem]:
        return {item.id: item for item in self.items}

    def counts(self) -> dict[str, int]:
        """How many items each class has; they add up to the lines of the batch."""
        classes = ("ready", "verify-only", "already-done", "refused")
        return {name: sum(item.status == name for item in self.items) for name in classes}


@cache
def _reader() -> TypeAdapter[Plan]:
    """Made once: that takes longer than reading a small plan."""
    return TypeAdapter(Plan)
