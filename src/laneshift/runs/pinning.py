"""Pins: what a plan was made from, looked at again before each later command. What has moved stops the command.

What lies in a tree is looked at in the target's tip. A landing of the plan itself may rewrite a pinned file (a path in
the settings moves along with what it names), so what its own trees hold counts as pinned too.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict

from laneshift.config import Settings
from laneshift.errors import Fault, NeedsPerson, Refused
from laneshift.evidence.canonical import digest
from laneshift.gates.sandbox import Limits
from laneshift.repo.commits import is_ancestor
from laneshift.repo.fetching import has
from laneshift.repo.objects import Tree
from laneshift.repo.refs import read
from laneshift.repo.remote_names import tracking_ref
from laneshift.repo.uncommitted import is_at, uncommitted
from laneshift.rollout.lock import Locked
from laneshift.rollout.pins import FIELDS, Drift, drift, of_bytes, of_text
from laneshift.runs.batch import FROM_MANIFEST, STANDARD_INPUT
from laneshift.runs.codemod_tools import refuse_other_tools
from laneshift.runs.events import Event
from laneshift.runs.lock_file import NOWHERE, LockFile, batch_at, bytes_at
from laneshift.runs.pinned_inputs import CONFIG_FILES, TREE_FIELDS, config_digest, gates_digest, tree_digest
from laneshift.runs.plan import Plan
from laneshift.runs.workshop import Workshop

_LARGEST = 16 * 2**20
SUBMISSIONS = "--submission"
"""The option that takes what agents submitted, and no file."""
_AGAIN = "laneshift plan {words}; or put back what the plan was made with"


def pins_of(shop: Workshop, settings: Settings, tree: Tree, base: str, batch: bytes) -> dict[str, str]:
    """The pins of a plan on commit `base` with `tree`, in the order of FIELDS. `batch` is the batch file."""
    found = {
        "batch": of_bytes(batch),
        **{field: tree_digest(field, tree, settings) for field in TREE_FIELDS},
        "gates": gates_digest(settings),
        "tool": of_text(shop.tool),
        "base": of_text(base),
    }
    return {field: found[field] for field in FIELDS}


def refuse_uncommitted(shop: Workshop, tree: Tree, target: str, base: str) -> None:
    """Raise `Refused` (`config.not-committed`) when the work tree's settings are not those to be pinned."""
    written = _written_config(shop, target, base)
    if written not in (None, tree_digest("config", tree, Settings())):
        raise Refused(
            "config.not-committed",
            "the settings in the work tree are not those of the commit to plan on",
            where=next(path for path in CONFIG_FILES if uncommitted(shop.repository, path)),
            why="settings are read from the commit, so what is changed and not committed would not count",
            cure="commit the change, or take it back",
        )


def refuse_drift(shop: Workshop, plan: Plan) -> None:
    """Raise unless everything that `plan` was made from is what it was: before a command begins.

    Raises `Refused` (`pins.drift`) with a fault for each field: its name, the digest pinned, the digest now. It is
    `NeedsPerson` where a person has approved the plan, since the approval falls with it, and for the tool of a codemod.
    """
    settings = shop.settings(shop.repository.tree(plan.base))
    lock = LockFile(shop.repository.state_dir).get(plan.id)
    if lock is None:
        shop.report(
            Event("pins", f"no lock here has {plan.id}: where its batch file lies is not known, its digest counts")
        )
    tips = [tip for ref in _targets(plan, settings) if (tip := read(shop.repository, ref)) is not None]
    now = {
        **plan.pins,
        "gates": gates_digest(settings),
        "tool": of_text(shop.tool),
        **_batch_now(shop, lock),
        **(_tip_now(shop, plan, settings, tips[0]) if tips else {}),
    }
    if tips and not any(is_ancestor(shop.repository, plan.base, tip) for tip in tips):
        now["base"] = of_text(tips[0])
    if (written := _written_config(shop, plan.target, tips[0] if tips else plan.base)) is not None:
        known = {plan.pins["config"], now["config"], *_own(shop, plan, "config", settings)}
        now["config"] = now["config"] if written in known else written
    refuse_tools(shop, plan, settings, tips[0] if tips else plan.base)
    found = drift(plan.pins, now)
    told = {each.field for each in found}
    edited = [each for each in drift(plan.pins, lock.pins if lock else plan.pins) if each.field not in told]
    _refuse(shop, plan, [*found, *edited])


def refuse_tools(shop: Workshop, plan: Plan, settings: Settings, tip: str) -> None:
    """Raise `NeedsPerson` (`codemod.tool-drifted`) unless what made the plan's codemods is what it was."""
    intents = ((item.id, item.intent.codemod) for item in plan.items if item.codemod and item.status == "ready")
    codemods = [(item, codemod) for item, codemod in intents if codemod is not None and codemod.tools]
    if not codemods:
        return
    own = [shop.repository.tree(oid) for oid in _landings(shop, plan)]
    limits = Limits(settings.tests.item_seconds, settings.tests.memory_mib)
    refuse_other_tools(codemods, shop.repository.tree(tip), own, shop.rewriter(settings), limits)


def refuse_drift_at(shop: Workshop, plan: Plan, tip: str) -> None:
    """Raise as `refuse_drift` does unless `tip`, the commit to land on, has what `plan` pins in its tree."""
    settings = shop.settings(shop.repository.tree(plan.base))
    now = {**plan.pins, **_tip_now(shop, plan, settings, tip)}
    if not is_ancestor(shop.repository, plan.base, tip):
        now["base"] = of_text(tip)
    _refuse(shop, plan, drift(plan.pins, now))


def _refuse(shop: Workshop, plan: Plan, found: Sequence[Drift]) -> None:
    if not found:
        return
    told = {"plan": plan.id, "fields": [asdict(each) for each in found]}
    shop.journal.append(f"{plan.id}/drifted/{digest(told)}", "pins.drifted", told)
    approved = any(record.facts.get("plan") == plan.id for record in shop.journal.records(kind="approval.given"))
    kind = NeedsPerson if approved else Refused
    raise kind(
        "pins.drift",
        f"{', '.join(each.field for each in found)} drifted since {plan.id} was made",
        where=plan.id,
        why="the approval of this plan is void with it" if approved else "a plan holds for what it was made from alone",
        cure=_AGAIN.format(words=_words(shop, plan)) + (", and have it approved again" if approved else ""),
        faults=[
            Fault("pins.drift", each.field, f"{each.field} was pinned as {each.was} and is {each.now} now")
            for each in found
        ],
    )


def _words(shop: Workshop, plan: Plan) -> str:
    """What plans the batch again: its file, by its place where that is known here, and before it how it is taken."""
    lock = LockFile(shop.repository.state_dir).get(plan.id)
    if lock is None:
        # Without its lock nobody knows; an inventory is JSON, and a batch may be.
        also = f" (or {FROM_MANIFEST} {plan.batch_file}, of an inventory)" if plan.batch_file.endswith(".json") else ""
        return plan.batch_file + also
    if lock.values.get("batch", "").startswith(f"{SUBMISSIONS} "):
        return lock.values["batch"].rpartition(" ")[0]  # what agents submitted is in the journal, and in no file
    options, taken, _ = lock.values.get("batch", "").rpartition(f"{FROM_MANIFEST} ")
    once = "-" if plan.batch_file == STANDARD_INPUT else plan.batch_file
    return options + taken + (once if lock.file == NOWHERE else lock.file)


def _targets(plan: Plan, settings: Settings) -> list[str]:
    """Where the target is looked for, best first: what the remote showed last, then the branch of this clone."""
    remote = settings.landing.remote
    return [*([tracking_ref(remote, plan.target)] if remote else []), plan.target]


def _batch_now(shop: Workshop, lock: Locked | None) -> Mapping[str, str]:
    if lock is None or lock.file == NOWHERE:
        return {}
    return {"batch": of_bytes(batch_at(lock.file, shop.repository.work_dir))}


def _tip_now(shop: Workshop, plan: Plan, settings: Settings, tip: str) -> dict[str, str]:
    """The pins of what lies in the tree of `tip`; a digest that the plan's own landing made is the pinned one."""
    tree = shop.repository.tree(tip)
    if tree.oid == plan.base_tree:
        return {}
    found = {field: tree_digest(field, tree, settings) for field in TREE_FIELDS}
    for field, now in found.items():
        if now != plan.pins[field] and now in _own(shop, plan, field, settings):
            found[field] = plan.pins[field]
    return found


def _own(shop: Workshop, plan: Plan, field: str, settings: Settings) -> Iterator[str]:
    """The digests of `field` in the trees that landings of this plan made, or meant to make before they were killed."""
    for oid in _landings(shop, plan):
        yield tree_digest(field, shop.repository.tree(oid), settings)


def _landings(shop: Workshop, plan: Plan) -> Iterator[str]:
    """The trees that landings of this plan made, or meant to make, as far as they are here."""
    meant = shop.journal.records(kind="land.intended", prefix=f"{plan.id}/")
    yield from (oid for oid in dict.fromkeys(record.facts["tree"] for record in meant) if has(shop.repository, oid))


def _written_config(shop: Workshop, target: str, commit: str) -> str | None:
    """The digest of the settings as they lie in the work tree, where it stands on the target and they are changed."""
    repository = shop.repository
    root = repository.work_dir
    if root is None or not is_at(repository, target, commit):
        return None
    if not any(uncommitted(repository, path) for path in CONFIG_FILES):
        return None
    return config_digest(lambda path: bytes_at(root / path, _LARGEST))
