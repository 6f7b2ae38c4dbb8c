"""Where people review and are asked to do something."""

from __future__ import annotations

import os

from laneshift.config import Forge as ForgeSettings
from laneshift.forge.local import LocalIssues
from laneshift.forge.local_changes import LocalChanges
from laneshift.forge.local_checks import LocalChecks
from laneshift.forge.local_comments import LocalComments
from laneshift.forge.port import Changes, Comments, Forge, Issues
from laneshift.repo.objects import Repository
from laneshift.runs.landing_branch import landing_settings
from laneshift.wiring.missing import not_installed


def forge(repository: Repository) -> Forge:
    """Where people review and are asked to do something, as the settings of the landing branch say.

    Those of another branch do not count: they could have the key sent to somebody else. Raises `Refused` for settings
    that cannot be read and where the extra github is missing, `NeedsPerson` (`forge.no-token`).
    """
    settings = landing_settings(repository).forge
    if settings.kind == "local":
        return _local(repository, settings)
    try:
        from laneshift.forge.github.opening import opened  # noqa: PLC0415
    except ImportError as error:
        raise not_installed("github", "forge.not-installed", "what speaks to GitHub") from error
    return opened(settings, os.environ)


def _local(repository: Repository, settings: ForgeSettings) -> Forge:
    """The forge that is kept in this repository."""
    place = repository.state_dir / "forge"
    return Forge(
        "local",
        LocalIssues(place / "issues"),
        LocalChanges(place / "changes", repository),
        LocalComments(place / "comments"),
        LocalChecks(place / "checks"),
        settings.per,
        tuple(settings.labels),
    )


def issues(repository: Repository) -> Issues:
    """Where people are asked to do something."""
    return forge(repository).issues


def changes(repository: Repository) -> Changes:
    """Where people review branches."""
    return forge(repository).changes


def comments(repository: Repository) -> Comments:
    """Where changes are commented on."""
    return forge(repository).comments
