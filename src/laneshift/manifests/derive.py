"""The fields of one manifest that the code decides. Pure: the same world and unit give the same fields.

A field is left out of the answer where the code does not let it be known (a file that does not parse), so that what a
manifest says stays; it is `ABSENT` where the code was read and has nothing of the kind to name.
"""

from __future__ import annotations

from laneshift.code.facts import Facts
from laneshift.manifests.discovery import Unit
from laneshift.manifests.exports import SORTS
from laneshift.manifests.fields import VERSION, Key
from laneshift.manifests.merging import ABSENT, Fields
from laneshift.manifests.outside import external, talks, wanted
from laneshift.manifests.signals import Signals
from laneshift.manifests.world import World

_MANY = 40


def derived(world: World, unit: Unit) -> Fields:
    """Every derived field of a unit, and the version of the schema."""
    facts = {path: world.facts[path] for path in unit.files}
    parsed = all(each.parses for each in facts.values())
    fields: dict[Key, object] = {("schema_version",): VERSION}
    fields |= _identity(world, unit)
    fields |= _dependencies(world, unit, facts)
    fields |= _testing(world, unit)
    fields |= _exports(world, unit)
    if parsed:
        fields |= _observability(unit, [world.signals_of(path) for path in unit.files])
        fields |= _security(world, unit, facts)
    return fields


def seeds(world: World, unit: Unit) -> Fields:
    """What a new manifest proposes: the status and the owner that the settings give the lane, where they do."""
    lane = world.lanes.lane_of(unit.files[0])
    if lane is None or not world.settings.lanes:
        return {}
    fields: dict[Key, object] = {("module", "status"): lane.level}
    if lane.owners:
        fields["metadata", "owner"] = lane.owners[0]
    return fields


def _identity(world: World, unit: Unit) -> dict[Key, object]:
    lane = world.lanes.lane_of(unit.files[0])
    return {
        ("module", "name"): unit.name,
        ("module", "path"): unit.path,
        ("module", "type"): unit.kind,
        ("module", "lane"): ABSENT if lane is None else lane.name,
    }


def _dependencies(world: World, unit: Unit, facts: dict[str, Facts]) -> dict[Key, object]:
    name = unit.name
    asked: dict[str, tuple[set[str], bool]] = {}
    for path, each in facts.items():
        for top, (names, optional) in wanted(each.imports, world.graph.outside(path)).items():
            before = asked.get(top, (set(), True))
            asked[top] = before[0] | names, before[1] and optional
    members = world.circles.get(name)
    found: dict[Key, object] = {
        ("dependencies", "internal"): sorted(world.edges.get(name, ())),
        ("dependencies", "circular_dependencies"): [] if members is None else [list(members)],
    }
    if all(each.parses for each in facts.values()):
        found["dependencies", "external"] = external(asked, world.declared_for(unit.files[0].rpartition("/")[0]))
    return found


def _exports(world: World, unit: Unit) -> dict[Key, object]:
    surface = world.exports.of_files(unit.files) if unit.kind != "module" else world.exports.of_file(unit.files[0])
    if not surface.known:
        return {}
    fields: dict[Key, object] = {}
    for sort in SORTS:
        names = sorted(surface.names[sort])
        optional = sort in ("modules", "others")
        fields["exports", sort] = ABSENT if optional and not names else names
    return fields


def _testing(world: World, unit: Unit) -> dict[Key, object]:
    paths = sorted(world.testers.get(unit.name, frozenset()) - frozenset(unit.files))
    if len(paths) > _MANY:
        paths = sorted({path.rpartition("/")[0] or path for path in paths})
    return {("testing", "has_tests"): bool(paths), ("testing", "test_paths"): paths}


def _observability(unit: Unit, signals: list[Signals]) -> dict[Key, object]:
    loggers = sorted({name for each in signals for name in each.loggers})
    named = [name for name in loggers if name != "__name__"]
    logger = unit.name if "__name__" in loggers else named[0] if named else ABSENT
    return {
        ("observability", "spans"): sorted({name for each in signals for name in each.spans}),
        ("observability", "metrics"): sorted({name for each in signals for name in each.metrics}),
        ("observability", "logging", "logger_name"): logger,
        ("observability", "events", "publishes"): sorted({name for each in signals for name in each.publishes}),
        ("observability", "events", "subscribes"): sorted({name for each in signals for name in each.subscribes}),
    }


def _security(world: World, unit: Unit, facts: dict[str, Facts]) -> dict[Key, object]:
    secrets = sorted({name for path in unit.files for name in world.signals_of(path).secrets})
    return {
        ("security", "secrets_used"): secrets,
        ("security", "network_calls"): any(talks(each.imports) for each in facts.values()),
    }
