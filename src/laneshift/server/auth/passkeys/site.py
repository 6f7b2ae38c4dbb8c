"""The site whose passkeys count on this server, by the settings of the branch that batches land on."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import urlsplit

from laneshift.config import Settings
from laneshift.errors import Refused

LOCALHOST = "localhost"


@dataclass(frozen=True, slots=True)
class LiveSite:
    """The site, and how long a session lasts. `is_own` says of an origin whether it is one of this site's."""

    rp_id: str
    is_own: Callable[[str], bool]
    session_seconds: int
    origin: str
    """Where its pages are, "" for wherever on this machine the server listens."""
    secure: bool
    """Whether its pages come by https alone, so that its cookies may."""

    def page(self, url: str, path: str) -> str:
        """The address of a page, for a server that listens at `url`: by name, since passkeys are for names."""
        return f"{self.origin or f'{urlsplit(url).scheme}://{LOCALHOST}:{urlsplit(url).port}'}{path}"


def live_site(settings: Settings, own: Callable[[str], bool], *, loopback: bool, https: bool) -> LiveSite:
    """The site by these settings. `own` knows the origins of a server that no setting names.

    Raises `Refused`: `passkeys.off` where no setting asks for passkeys, `passkeys.no-site` where others can reach the
    server and no setting says what it is called.
    """
    if not settings.features.webauthn:
        cure = "set [features] webauthn = true, and [webauthn] as docs/server.md says"
        raise Refused("passkeys.off", "nobody comes in by passkey here", cure=cure)
    wanted = settings.webauthn
    seconds = wanted.session_hours * 3600
    if wanted.rp_id:
        origins = frozenset(wanted.origins)
        secure = all(origin.startswith("https:") for origin in origins)
        return LiveSite(wanted.rp_id, origins.__contains__, seconds, wanted.origins[0], secure)
    if not loopback:
        cure = "set webauthn.rp_id and webauthn.origins"
        raise Refused("passkeys.no-site", "no setting says which site passkeys are for", cure=cure)
    return LiveSite(
        LOCALHOST, lambda origin: own(origin) and urlsplit(origin).hostname == LOCALHOST, seconds, "", https
    )
