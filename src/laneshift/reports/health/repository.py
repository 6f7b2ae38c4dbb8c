"""The sections that other rooms have measured already: lanes, manifests and contracts. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from laneshift.config.health import Health as Limits
from laneshift.errors import CheckFailed
from laneshift.manifests.contracts.check import Report as Contracts
from laneshift.manifests.contracts.reading import contracts_of
from laneshift.manifests.coverage import Coverage
from laneshift.repo.objects import Tree
from laneshift.reports.health.model import Section, count, judged, rate


@dataclass(frozen=True, slots=True)
class Lanes:
    """A check of lanes: files looked at of those there are, violations by what the ratchet says of them, shims past
    their day, and contracts of import-linter's that are broken. `notes` are the new violations in words."""

    checked: int
    python: int
    new: int
    known: int
    grown: int
    expired: int
    broken: int
    notes: tuple[str, ...] = ()


def lanes(found: Lanes, limits: Limits) -> Section:
    """New violations fail; known ones may stay, and only get fewer."""
    if found.checked <= 0:
        raise CheckFailed("health.lanes", "no Python file was checked")
    figures = [
        rate("checked", "files that were checked", found.checked, found.python),
        count("new", "new violations", found.new, 0),
        count("known", "known violations", found.known, limits.known_violations),
        count("grown", "violations added to the known ones", found.grown, 0),
        count("expired_shims", "shims past their day", found.expired, 0),
        count("broken_contracts", "broken import contracts", found.broken, 0),
    ]
    return judged("lanes", figures, found.notes, [(each.words, each.value) for each in figures[1:]])


def manifests(found: Coverage) -> Section:
    """Modules with a valid manifest, held to `manifests.goal`."""
    if found.discovered <= 0:
        raise CheckFailed("health.manifests", "there is no module in this tree", cure="see manifests.set_aside")
    without = sum(each.reason == "it has no manifest yet" for each in found.missing)
    share = rate("valid", "modules with a valid manifest", found.valid, found.discovered)
    goal = f"at least {found.goal * 100:g} %"
    figures = [
        type(share)(share.name, share.words, share.value, share.of, goal, found.reached, "more"),
        count("missing", "modules without a manifest", without),
        count("invalid", "manifests that are not valid, or refused", len(found.missing) - without),
    ]
    notes = [f"{each.path}: {each.reason}" for each in found.missing]
    return judged("manifests", figures, notes, [("valid", found.valid), *((f.words, f.value) for f in figures[1:])])


def some_contract(tree: Tree, folder: str) -> None:
    """Raise `CheckFailed` where there is no contract: that is known before anything is held against code."""
    if not contracts_of(tree, folder):
        raise CheckFailed(
            "health.contracts",
            "there is no contract to check",
            where=f"{folder}/",
            cure="laneshift contract draft MODULE, or name `contracts` in health.without",
        )


def contracts(found: Contracts) -> Section:
    """Contracts that hold, and every promise that is not kept."""
    total = len(found.checked)
    if not total and not found.faults:
        raise CheckFailed("health.contracts", "there is no contract to check")
    kept = sum(not each.faults for each in found.checked)
    figures = [count("broken", "promises that are not kept", len(found.all_faults), 0)]
    if total:
        figures.insert(0, rate("hold", "contracts that hold", kept, total))
    notes = [f"{fault.where}: {fault.what}" for fault in found.all_faults]
    return judged("contracts", figures, notes, [("hold", kept), ("broken", total - kept)])
