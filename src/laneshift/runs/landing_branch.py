"""The branch that batches land on: what counts for everybody is read there, and never on a branch under test."""

from __future__ import annotations

from laneshift.config import Settings, load
from laneshift.errors import Refused
from laneshift.repo.objects import Repository, Tree
from laneshift.repo.refs import read
from laneshift.repo.remote_names import tracking_ref
from laneshift.runs.planning import target_ref
from laneshift.runs.workshop import Workshop


def landing_refs(shop: Workshop) -> tuple[str, ...]:
    """Its full names, the first that exists counts: as the remote is known to have it, where there is one.

    Raises `Refused` where there can be no such branch.
    """
    return _refs(shop.repository, shop.settings(shop.repository.tree("HEAD")))


def landing_settings(repository: Repository) -> Settings:
    """The settings that count for everybody; those that nobody wrote where there is no commit yet.

    Raises `Refused` for those that cannot be read.
    """
    if repository.handle.head_is_unborn:
        return Settings()
    head = repository.tree("HEAD")
    settings = _settings(head)
    if settings.target or not repository.handle.head_is_detached:
        found = next(filter(None, (read(repository, ref) for ref in _refs(repository, settings))), None)
        return _settings(repository.tree(found)) if found else settings
    return settings


def _settings(tree: Tree) -> Settings:
    return load(lambda path: tree.read(path) if path in tree else None)


def _refs(repository: Repository, settings: Settings) -> tuple[str, ...]:
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
