"""The branch that batches land on: what counts for everybody is read there, and never on a branch under test."""

from __future__ import annotations

from laneshift.errors import Refused
from laneshift.repo.refs import read
from laneshift.repo.remote_names import tracking_ref
from laneshift.runs.planning import target_ref
from laneshift.runs.workshop import Workshop


def landing_refs(shop: Workshop) -> tuple[str, ...]:
    """Its full names, the first that exists counts: as the remote is known to have it, where there is one.

    Raises `Refused` where there can be no such branch.
    """
    repository = shop.repository
    settings = shop.settings(repository.tree("HEAD"))
    target = target_ref(repository, settings.target)
    remote = settings.landing.remote
    return (tracking_ref(remote, target), target) if remote else (target,)


def landing_tip(shop: Workshop) -> str:
    """The commit that it is at. Raises `Refused` (`landing.no-branch`) when it is gone."""
    refs = landing_refs(shop)
    for ref in refs:
        found = read(shop.repository, ref)
        if found is not None:
            return found
    raise Refused("landing.no-branch", f"none of {', '.join(refs)} is there")
