"""The inventory of a lane, from what was found there and the settings. Pure: equal facts give an equal inventory."""

from __future__ import annotations

from collections.abc import Sequence

from laneshift import config
from laneshift.code.modules import Modules
from laneshift.lanes.globs import first_match
from laneshift.lanes.model import Lane, Lanes
from laneshift.manifests.inventory.complexity import costs, dangers, hours, level, rationale, risk
from laneshift.manifests.inventory.destination import Choice, election, lanes_above
from laneshift.manifests.inventory.placing import Taken, places
from laneshift.manifests.inventory.records import NO_LANE, Entry, Inventory, LeftOut, ModuleFacts, Survey
from laneshift.manifests.inventory.roles import in_archive, in_candidate_labs
from laneshift.manifests.inventory.score import score


def build(survey: Survey, lanes: Lanes, lane: Lane, settings: config.Settings, wanted: str = "") -> Inventory:
    """Judge every module of `survey`, which is about `lane`. `wanted` names the lane above; empty chooses.

    Raises `Refused` as `lanes_above` does.
    """
    above = lanes_above(lanes, lane, survey, wanted)
    taken = Taken(survey.paths)
    modules = Modules(survey.roots, {})
    entries: list[Entry] = []
    left_out = list(survey.left_out)
    # By path, so that who comes first where two want one place does not hang on the order in which files are listed.
    for facts in sorted(survey.modules, key=lambda each: each.path):
        archived = in_archive(facts.path)
        points = score(facts, settings.inventory.score, in_archive=archived)
        if points < settings.inventory.least_score:
            left_out.append(LeftOut(facts.path, f"scores less than {settings.inventory.least_score}"))
            continue
        found = _placed(facts, lane, election(facts, lane, above, survey), lanes, taken, modules, settings)
        if found is None:
            left_out.append(LeftOut(facts.path, "no free place above that an import could name and exceptions allow"))
            continue
        target, choice = found
        taken.give(target)
        entries.append(_entry(facts, points, target, choice, lanes, settings.inventory, archived=archived))
    entries.sort(key=lambda entry: (-entry.score, entry.facts.module, entry.facts.path))
    left_out.sort(key=lambda each: each.path)
    return Inventory(survey.tree, tuple(entries), tuple(left_out))


def _placed(
    facts: ModuleFacts,
    lane: Lane,
    ranked: Sequence[Choice],
    lanes: Lanes,
    taken: Taken,
    modules: Modules,
    settings: config.Settings,
) -> tuple[str, Choice] | None:
    """The first free place in the best lane that has one, with the reason for both."""
    for choice in ranked:
        met = ""
        for place in places(facts.path, lane, choice.lane, lanes):
            if not taken.free(place.path):
                met = met or place.path
            elif modules.name_of(place.path) and not first_match(settings.exceptions.do_not_promote, place.path):
                aside = f"; {met} is taken, so it keeps a name of where it was" if met else ""
                below = f"what is below {place.left} goes below {place.entered}"
                return place.path, Choice(choice.lane, f"{choice.reason}; {below}{aside}")
    return None


def _entry(
    facts: ModuleFacts,
    points: float,
    target: str,
    choice: Choice,
    lanes: Lanes,
    settings: config.Inventory,
    *,
    archived: bool,
) -> Entry:
    found = costs(facts, settings.complexity)
    hard = level(found, settings.complexity)
    told = dangers(facts, _blocked(facts, choice.lane, lanes), _relied_on(facts, lanes))
    risky = risk(told, hard)
    return Entry(
        facts=facts,
        score=points,
        target=target,
        lane=choice.lane.name,
        location_reasoning=choice.reason,
        complexity=hard,
        risk=risky,
        rationale=rationale(found, hard, told, risky),
        hours=hours(facts, settings.effort),
        imports_core=_imports(facts, "core", lanes),
        imports_matriz=_imports(facts, "matriz", lanes),
        in_archive=archived,
        in_candidate_labs=in_candidate_labs(facts.path),
    )


def _blocked(facts: ModuleFacts, lane: Lane, lanes: Lanes) -> list[str]:
    return [name for of, name in facts.imports if of != NO_LANE and not lanes.may_import(lane.name, of)]


def _relied_on(facts: ModuleFacts, lanes: Lanes) -> int:
    return sum(1 for of, _ in facts.importers if (lane := lanes.get(of)) is not None and lane.level == "production")


def _imports(facts: ModuleFacts, name: str, lanes: Lanes) -> bool:
    wanted = lanes.get(name)
    return wanted is not None and any(of == wanted.name for of, _ in facts.imports)
