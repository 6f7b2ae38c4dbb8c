"""The access keys of a repository: beside the journal, for the command line and for every server on this machine."""

from __future__ import annotations

from laneshift.runs.workshop import Workshop
from laneshift.server.auth.key_store import KeyStore
from laneshift.server.auth.keys import AccessKeys


def keys_of(shop: Workshop) -> AccessKeys:
    """The keys. Raises as `KeyStore.open` does."""
    return AccessKeys(KeyStore.open(shop.repository.state_dir / "access" / "keys.sqlite"), shop.clock)
