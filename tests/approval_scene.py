"""A repository where two people have to approve: its keys, its settings, a plan whose canary ran, and approvals."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from laneshift.errors import LaneshiftError
from laneshift.evidence.canonical import canonical
from laneshift.rollout.pins import pins_digest
from laneshift.rollout.subject import Envelope, Subject
from laneshift.runs import working
from laneshift.runs.approval_asking import Asked, begin
from laneshift.runs.approval_envelope import bytes_of
from laneshift.runs.approval_facts import facts_of
from laneshift.runs.approval_judging import Given, signed
from laneshift.runs.canarying import TYPE
from laneshift.runs.lock_file import batch_place
from laneshift.runs.plan import Plan
from laneshift.runs.planning import Order, make_plan
from laneshift.runs.workshop import Workshop
from tests.monorepo import BATCH
from tests.ssh_keys import make_key, public
from tests.toy import QUICK, copy_of, records, shop_at, toy

ADA, BOB, CYD, EVE, BOT = (f"{name}@example.org" for name in ("ada", "bob", "cyd", "eve", "robot"))
HOURS = 24
SETTINGS = f"""{QUICK}
[approval]
people = ["{ADA}", "{BOB}", "{CYD}"]
signers = "keys/signers"
revoked = "keys/revoked"
two_person = true
hours = {HOURS}
auto_approve = ["tests"]

[agents.robot]
email = "{BOT}"
owner = "{BOB}"

[pins]
star_rules = "rules/stars.toml"
canon = "rules/canon/*.md"
schemas = ["rules/schema.json"]
"""
RULES = {"rules/stars.toml": "stars = 1\n", "rules/canon/one.md": "one\n", "rules/schema.json": "{}\n"}


@dataclass(frozen=True)
class Scene:
    """A repository at `path` with one plan, and the private keys of everybody by name."""

    path: Path
    keys: Mapping[str, Path]

    def shop(self, later: int = 0) -> Workshop:
        """The real parts, with a clock that goes `later` seconds ahead."""
        shop = shop_at(self.path)
        return replace(shop, clock=lambda: int(shop.clock()) + later) if later else shop

    @property
    def plan(self) -> Plan:
        """The newest plan."""
        return shop_at(self.path).plans.load("batch")

    def subject(self, approver: str = ADA, **changes: Any) -> Subject:
        """What this person would sign now, with something changed."""
        shop = self.shop()
        facts, now = facts_of(shop, self.plan), shop.clock()
        whole = Subject(facts.repository, facts.plan, facts.pins, facts.canary, approver, now, now + HOURS * 3600)
        return replace(whole, **changes)

    def envelope(self, approver: str = ADA, key: str = "", **changes: Any) -> Envelope:
        """An approval as this person would make it with their own key, or another one."""
        return signed(self.subject(approver, **changes), str(self.keys[key or approver.partition("@")[0]]))

    def give(self, approver: str = ADA, key: str = "", shop: Workshop | None = None, **changes: Any) -> Given:
        """Record an approval that was signed elsewhere, as the command does."""
        return self.offer(bytes_of(self.envelope(approver, key, **changes)), shop)

    def offer(self, data: bytes, shop: Workshop | None = None) -> Given:
        """Record these bytes as an approval, as the command does."""
        file = self.path / ".git" / "offered.json"
        file.write_bytes(data)
        return begin(shop or self.shop(), self.plan, Asked(envelope=file)).finish()

    def codes(self, kind: str = "approval.refused") -> list[str]:
        """Why approvals were refused, by the journal."""
        return [str(record.facts["code"]) for record in records(self.path, kind)]

    def copy(self, path: Path) -> Scene:
        """The same in another place."""
        return replace(self, path=copy_of(self.path, path))


def signers(keys: Mapping[str, Path], **more: str) -> str:
    """Everybody's key; `more` are further lines by what they stand for."""
    own = {name: key for name, key in keys.items() if name in ("ada", "bob", "cyd", "eve", "robot")}
    lines = [f"{name}@example.org {public(key)}" for name, key in own.items()]
    return "\n".join(["# who is who", *lines, f"{ADA} {public(keys['second'])}", *more.values(), ""])


def scene_at(folder: Path, changes: Mapping[str, str] | None = None, settings: str = SETTINGS) -> Scene:
    """A new repository whose plan of two moves has had its canary."""
    place = folder / "keys"
    place.mkdir(parents=True)
    kinds = {"bob": ("ecdsa",), "cyd": ("rsa", "-b", "2048")}
    names = ("ada", "bob", "cyd", "eve", "robot", "second", "stranger")
    keys = {name: make_key(place, name, *kinds.get(name, ("ed25519",))) for name in names}
    files = {"laneshift.toml": settings, "keys/signers": signers(keys), "keys/revoked": "# nobody yet\n", **RULES}
    path = toy(folder / "repo", {**files, **(changes or {})})
    scene = Scene(path, keys)
    planned_at(path)
    shop = shop_at(path)
    working.canary(shop, scene.plan, 1)
    shop.journal.close()
    return scene


def planned_at(path: Path) -> Plan:
    """Plan the two moves from a file, as the command does."""
    file = path / ".git" / "batch.tsv"
    file.write_text(BATCH)
    shop = shop_at(path)
    place = batch_place(str(file), shop.repository.work_dir)
    return make_plan(shop, Order("batch.tsv", file.read_bytes(), place=place)).plan


def canary_by_hand(
    shop: Workshop,
    plan: Plan,
    number: int = 9,
    *,
    bad: int = 0,
    ok: bool = True,
    other: Mapping[str, Any] | None = None,
) -> str:
    """Record a canary that says what the test wants it to say; the digest of its result."""
    document = {
        "type": TYPE,
        "plan": plan.digest,
        "pins": pins_digest(plan.pins),
        "size": "0.5",
        "strata": [],
        "items": [],
        "gates": {},
        "done": 2,
        "bad": bad,
        "bound": "0.8",
        "combined": {"result": "green", "tree": "", "blamed": [], "culprits": [], "dropped": []},
        **(other or {}),
    }
    result = shop.store.put(canonical(document))
    facts = {"plan": plan.id, "size": "0.5", "items": [], "result": result, "bad": bad, "done": 2, "ok": ok}
    shop.journal.append(f"{plan.id}/canary-{number}/recorded", "canary.recorded", facts)
    return result


def code_of(error: LaneshiftError) -> tuple[str, int]:
    """What tells errors apart."""
    return error.code, error.exit_code
