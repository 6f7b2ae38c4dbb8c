"""GitHub as the settings describe it, with the key that the environment has."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from urllib.parse import urlsplit

from laneshift.config.forge import API, PUBLIC
from laneshift.config.forge import Forge as Settings
from laneshift.errors import NeedsPerson
from laneshift.forge.github.calls import Calls, Place
from laneshift.forge.github.changes import GitHubChanges
from laneshift.forge.github.checks import GitHubChecks
from laneshift.forge.github.comments import GitHubComments
from laneshift.forge.github.issues import GitHubIssues
from laneshift.forge.port import Forge


def opened(settings: Settings, environ: Mapping[str, str], sleep: Callable[[float], None] = time.sleep) -> Forge:
    """The forge; nothing is asked yet. `sleep` waits for so many seconds.

    Raises `NeedsPerson` where the environment has no key (`forge.no-token`), or names another server than the settings
    (`forge.other-api`): whoever can change a setting could have a key sent to themselves.
    """
    if settings.api != PUBLIC and environ.get(API, "").rstrip("/") != settings.api:
        raise NeedsPerson(
            "forge.other-api",
            "the settings name a server that the environment does not",
            where=settings.api,
            why=f"{API} has to say which server is given the key",
            cure=f"set {API}={settings.api} where {settings.token_env} is set, if that server is yours",
        )
    token = environ.get(settings.token_env, "").strip()
    if not token or not token.isascii() or not token.isprintable() or " " in token:
        raise NeedsPerson(
            "forge.no-token",
            f"{settings.token_env} has no key to speak to GitHub with",
            where=settings.token_env,
            cure=f"set {settings.token_env} to a key that may write to {settings.repository}",
        )
    owner, _, name = settings.repository.partition("/")
    calls = Calls(Place(owner, name, settings.api, token, settings.patience, sleep))
    pages = "https://github.com" if settings.api == PUBLIC else _site(settings.api)
    return Forge(
        "github",
        GitHubIssues(calls),
        GitHubChanges(calls, pages),
        GitHubComments(calls),
        GitHubChecks(calls),
        settings.per,
        tuple(settings.labels),
    )


def _site(api: str) -> str:
    """Where the pages of a server of one's own are: at the address that its API is below."""
    parts = urlsplit(api)
    return f"{parts.scheme}://{parts.netloc}"
