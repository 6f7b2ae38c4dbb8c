"""The steps and gates of an item, tried on what was submitted: in the sandbox, by the settings of the pack's base."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from laneshift.agents.submitting.checks.self_report import claimed_tests
from laneshift.agents.submitting.ground import Ground
from laneshift.agents.submitting.judging import Looked
from laneshift.agents.submitting.keeping import codemod_of
from laneshift.agents.submitting.objecting import objection
from laneshift.agents.submitting.submission import Objection
from laneshift.agents.submitting.wording import source_of
from laneshift.code.intents import Intent, Rules
from laneshift.config import with_pytest
from laneshift.errors import LaneshiftError
from laneshift.evidence.canonical import digest
from laneshift.gates.judging import Memory
from laneshift.lanes.model import Lanes, top_folders
from laneshift.repo.objects import Tree
from laneshift.runs.events import Event
from laneshift.runs.failure import is_machines
from laneshift.runs.gate_set import HeldWaivers, machine_failed
from laneshift.runs.workshop import Workshop
from laneshift.steps.order import STEPS
from laneshift.steps.work import Author, Outcome, Parts, Work

_STEPS = tuple(name for name in STEPS if name not in ("review", "commit"))
_CURE = "run the commands of the pack, and mend what fails"


def gated(shop: Workshop, ground: Ground, rules: Tree, record: str) -> Looked:
    """What the steps say, up to the first that stops; then whether tests came to what the report says of them.

    `rules` is the tree that settings are read from. Raises only what the machine did wrong.
    """
    parts = _parts(shop, ground, rules)
    work = _work(ground, parts, record)
    if not work.lane:
        what = "nothing that changes lies in a lane, so no item could land it"
        return Looked((objection("no-lane", work.intent.src, what, "have a lane for it in the settings"),))
    for number, name in enumerate(_STEPS, 1):
        shop.report(Event("submit", name, done=number, total=len(_STEPS)))
        try:
            outcome = STEPS[name](work, parts)
        except LaneshiftError as error:
            if is_machines(error.as_dict()):
                raise
            outcome = Outcome("failed", f"{error.what} [{error.code}]", work.tree)
        if outcome.stops:
            return _stopped(name, outcome)
        work = replace(
            work,
            tree=outcome.tree,
            facts={**work.facts, name: outcome.facts},
            seen={**work.seen, name: outcome.observations},
        )
    return Looked(tuple(_reported(ground, parts)))


def _stopped(name: str, outcome: Outcome) -> Looked:
    if outcome.status == "errored":
        return Looked((), (f"{name}: {outcome.summary}",))
    first = next((line for line in outcome.log.splitlines() if line.strip()), "")
    return Looked((objection("gate", "", f"{name}: {outcome.summary}", _CURE, 0, first),))


def _reported(ground: Ground, parts: Parts) -> list[Objection]:
    """Tests that do not come to what the report says. They are run again: nobody's word is taken for a test."""
    said = claimed_tests(ground.report)
    if not said:
        return []
    ran = parts.sandbox.suite(ground.tip.oid, sorted(said), parts.limits).outcomes
    found = []
    for test, outcome in sorted(said.items()):
        real = {value for name, value in ran.items() if name == test or name.startswith(f"{test}[")} or {"missing"}
        if real != {outcome}:
            what = f"the report says {outcome!r} of this test, and it is {', '.join(sorted(real))}"
            found.append(objection("report-tests", test, what, "say what the tests show, or leave it out"))
    return found


def _parts(shop: Workshop, ground: Ground, rules: Tree) -> Parts:
    settings = ground.settings
    return Parts(
        repository=shop.repository,
        index=shop.index,
        sandbox=shop.sandbox(settings),
        pytest=shop.sandbox(with_pytest(settings)),
        settings=settings,
        lanes=Lanes.of(settings.lanes, () if settings.lanes else top_folders(rules.entries)),
        rules=Rules(tuple(settings.source_roots), settings.characterization_dir),
        store=shop.store,
        memory=Memory(shop.results.get, shop.results.put, shop.store.put, machine_failed),
        waivers=HeldWaivers(rules, settings, shop.clock),
    )


def _work(ground: Ground, parts: Parts, record: str) -> Work:
    source = source_of(ground, parts.lanes)
    intent = Intent(record, source, source, codemod_of(ground))
    lane = parts.lanes.lane_of(source)
    told: Mapping[str, Any] = intent.as_json()
    return Work(
        batch=ground.pack.plan,
        base=ground.steps[0].made.parents[0],
        base_tree=ground.base,
        tree=ground.base,
        intent=intent,
        intent_digest=digest(told),
        verify_only=False,
        lane=lane.name if lane is not None else "",
        task="",
        author=Author(ground.who.name, ground.who.email, 0),
    )
