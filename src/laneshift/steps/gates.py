"""Step 8, gates: every gate gives a verdict; one that failed or erred stops the item."""

from __future__ import annotations

from laneshift.code.commit_text import Provenance, compose
from laneshift.code.intents import moved_modules, rewritten_importers
from laneshift.gates.context import Change, Claims, Ports, Settled
from laneshift.gates.door import gates_of
from laneshift.gates.judging import judged
from laneshift.gates.verdict import Status, Verdict
from laneshift.gates.waivers import Waivers, waived
from laneshift.repo.objects import Tree
from laneshift.steps.beside import WAITS_FOR, moved_too
from laneshift.steps.newly_broken import newly_broken
from laneshift.steps.sessions import Knowing
from laneshift.steps.test import changes_code, moved_name, selection
from laneshift.steps.work import Outcome, Parts, Work

_SMOKE_FILES = 4
_IMPORTERS = 40


def gates(work: Work, parts: Parts) -> Outcome:
    """Verdicts are facts; their numbers may differ between machines and are observations."""
    change = describe(work, parts)
    ports = Ports(
        Knowing(parts.sandbox, parts.sessions),
        lambda tree: parts.graph(tree, near=work.base_tree).unresolved,
        parts.baseline,
        parts.standing,
        parts.contracts,
    )
    found = judged(gates_of(parts.settings), change, ports, parts.memory)
    waivers = parts.waivers()
    verdicts = waived(found, waivers, change.item, change.touched)
    facts = {verdict.gate: verdict.status.value for verdict in verdicts}
    seen = {"verdicts": [verdict.as_json() for verdict in verdicts], "waivers": waivers.as_json()}
    log = "\n".join([*(_line(verdict) for verdict in verdicts), *_told(waivers)])
    blocking = [verdict for verdict in verdicts if verdict.blocks]
    if blocking:
        first = blocking[0]
        return Outcome("failed", f"gate {first.gate} {first.status}: {first.reason}", work.tree, facts, seen, log)
    return Outcome("passed", _summary(verdicts), work.tree, facts, seen, log)


def _summary(verdicts: list[Verdict]) -> str:
    excused = [verdict.gate for verdict in verdicts if verdict.status is Status.WAIVED]
    told = f"{len(verdicts)} gates, none blocks"
    return f"{told}; waived: {', '.join(excused)}" if excused else told


def _told(waivers: Waivers) -> list[str]:
    held = [f"waiver in force: {waiver}" for waiver in waivers.in_force]
    return [*held, *(f"waiver {waiver}" for waiver in waivers.refused)]


def describe(work: Work, parts: Parts) -> Change:
    """The change as gates look at it."""
    tests = parts.settings.tests
    configured = [moved_name(name, work.intent) for name in tests.smoke]
    smoke = configured or (list(selection(work, parts)[:_SMOKE_FILES]) if changes_code(work) else [])
    if work.verify_only:
        modules = _own_modules(work, parts)
        return Change(
            work.base_tree, work.base_tree, {}, modules, {}, _roots(work.base_tree, parts), smoke, smoke,
            tests.smoke_pass_rate, Claims(frozenset(), _passed(work), "", frozenset()), parts.limits,
            parts.settings, parts.lanes, work.intent.item,
        )  # fmt: skip
    applied = parts.applied(work)
    result = applied.result
    after = parts.graph(applied.integrated, near=work.base_tree).modules
    before = parts.graph(work.base_tree).modules
    paths = {new: old for old, new in result.relocations.items()}
    modules = {
        new: before.by_path[old] for new, (_, old) in moved_modules(result, after).items() if old in before.by_path
    }
    return Change(
        before=work.base_tree,
        after=work.tree,
        paths=paths,
        modules=modules,
        importers={name: name for name in rewritten_importers(result, after)[:_IMPORTERS]},
        roots=after.roots,
        smoke=smoke,
        smoke_before=list(tests.smoke) or [paths.get(path, path) for path in smoke if path not in applied.tests],
        smoke_pass_rate=tests.smoke_pass_rate,
        claims=_claims(work, parts),
        limits=parts.limits,
        settings=parts.settings,
        lanes=parts.lanes,
        item=work.intent.item,
        settled=_settled(work, parts),
    )


def _settled(work: Work, parts: Parts) -> Settled | None:
    """The tree that step check_deps judged the item on, where it waits for others."""
    items = work.facts.get("check_deps", {}).get(WAITS_FOR, ())
    if not items:
        return None
    applied = parts.applied(work)
    found = moved_too(parts, applied.tree, applied.result.relocations, items)
    modules = newly_broken(parts, work.base_tree, found.tree, found.relocations).modules
    paths = {new: old for old, new in found.relocations.items()}
    return Settled(found.tree, paths, {new: old for old, new in modules.items()})


def _claims(work: Work, parts: Parts) -> Claims:
    """What the item said in its steps: files from the edits, tests from the run, the text of its commit."""
    applied = parts.applied(work)
    result = applied.result
    files = {*result.placed, *result.python, *result.other, *applied.tests}
    text = compose(work.intent, applied, work.lane, Provenance(work.intent_digest, work.intent_digest, work.task))
    return Claims(frozenset(files), _passed(work), text, frozenset(scopes(parts)))


def scopes(parts: Parts) -> list[str]:
    """The scopes that a commit may name: every lane and those of the configuration."""
    return [*parts.lanes.names, *parts.settings.commit_scopes]


def _passed(work: Work) -> int:
    return int(work.seen.get("test", {}).get("passed", 0))


def _own_modules(work: Work, parts: Parts) -> dict[str, str]:
    known = parts.graph(work.base_tree).modules.by_path
    src = work.intent.src
    return {name: name for path, name in known.items() if path == src or path.startswith(f"{src}/")}


def _roots(tree: Tree, parts: Parts) -> tuple[str, ...]:
    return parts.graph(tree).modules.roots


def _line(verdict: Verdict) -> str:
    numbers = f"{verdict.numerator}/{verdict.denominator}" if verdict.denominator else "-"
    first = f"{verdict.gate} {verdict.status} {numbers} {verdict.reason}"
    excused = [f"waived by {verdict.waiver}"] if verdict.waiver else []
    return "\n  ".join([first, *excused, *verdict.details])
