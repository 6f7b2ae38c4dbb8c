"""All that a server needs of passkeys: the rows, and the site as the settings have it now."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from anyio.to_thread import run_sync
from starlette.requests import HTTPConnection

from laneshift.config import Settings
from laneshift.errors import Refused
from laneshift.runs.workshop import Workshop
from laneshift.server.auth.passkeys.challenges import Challenges
from laneshift.server.auth.passkeys.cookies import session_in
from laneshift.server.auth.passkeys.database import AccessRows
from laneshift.server.auth.passkeys.enrolments import Enrolments
from laneshift.server.auth.passkeys.people import People
from laneshift.server.auth.passkeys.sessions import Sessions
from laneshift.server.auth.passkeys.site import LiveSite, live_site
from laneshift.server.auth.policy_source import source_of
from laneshift.server.auth.principal import Principal
from laneshift.server.options import Options

_LINK_SECONDS = 3600


@dataclass(frozen=True)
class Passkeys:
    """The passkeys of one server. `own` says of an origin whether it is that of a page of this server.

    `settings` gives those of the branch that batches land on, as it is now.
    """

    rows: AccessRows
    options: Options
    own: Callable[[str], bool]
    settings: Callable[[], Settings]
    clock: Callable[[], int]
    people: People = field(init=False)
    sessions: Sessions = field(init=False)
    challenges: Challenges = field(init=False)
    enrolments: Enrolments = field(init=False)

    def __post_init__(self) -> None:
        """Make the four from the rows."""
        for name, kind in _KINDS.items():
            object.__setattr__(self, name, kind(self.rows))

    def site(self) -> LiveSite:
        """The site. Raises as `live_site` does."""
        options = self.options
        return live_site(self.settings(), self.own, loopback=options.loopback, https=options.scheme == "https")

    def configured(self) -> bool:
        """Whether anybody has a passkey, or a link for one.

        Also while the settings switch passkeys off: who set them up meant that nobody comes in without.
        """
        return self.people.any() or self.enrolments.any_live(self.clock())

    def link(self, name: str, roles: tuple[str, ...], by: str, seconds: int = _LINK_SECONDS) -> str:
        """The text of a new enrolment, for `seconds`. Raises as `site` and `Enrolments.make` do."""
        self.site()
        return self.enrolments.make(name, roles, by, self.clock(), seconds)

    def asker(self, asked: HTTPConnection) -> Principal | None:
        """Whose session the request has; None for none, or for one that is over.

        An old cookie is no claim: browsers send it by themselves, and whoever has one has to be able to sign in again.
        """
        try:
            text = session_in(asked, secure=self.site().secure)
        except Refused:
            return None
        return self.sessions.principal(text, self.clock()) if text else None


class SessionResolver:
    """Browsers in which somebody is signed in."""

    def __init__(self, passkeys: Passkeys) -> None:
        self._passkeys = passkeys

    def configured(self) -> bool:
        """Whether there is a passkey, or a link for the first."""
        return self._passkeys.configured()

    async def resolve(self, asked: HTTPConnection) -> Principal | None:
        """As the port says; an old session is no credential."""
        if "cookie" not in asked.headers:
            return None
        return await run_sync(self._passkeys.asker, asked)


def passkeys_of(shop: Workshop, rows: AccessRows, options: Options, own: Callable[[str], bool]) -> Passkeys:
    """Those of the repository of `shop`. Raises as `source_of` does."""
    source = source_of(shop)
    kept: dict[str, Settings] = {}

    def settings() -> Settings:
        tip = source.tip()
        found = kept.get(tip)
        if found is None:
            found = shop.settings(shop.repository.tree(tip))
            kept.clear()
            kept[tip] = found
        return found

    return Passkeys(rows, options, own, settings, shop.clock)


_KINDS = {"people": People, "sessions": Sessions, "challenges": Challenges, "enrolments": Enrolments}
