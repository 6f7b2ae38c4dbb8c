"""The access keys of a repository: beside its records, for the command line and for every server that has these."""

from __future__ import annotations

from laneshift.runs.workshop import Workshop
from laneshift.server.auth.key_store import KeyStore
from laneshift.server.auth.keys import AccessKeys
from laneshift.wiring import shared_database


def keys_of(shop: Workshop) -> AccessKeys:
    """The keys. Raises as `KeyStore.open`, `shared_keys` and opening the records do."""
    own, database = shop.repository.state_dir / "access" / "keys.sqlite", shared_database(shop)
    if database is None:
        return AccessKeys(KeyStore.open(own), shop.clock)
    # Imported here: records in files need no SQLAlchemy.
    from laneshift.server.auth.shared_keys import shared_keys  # noqa: PLC0415

    return AccessKeys(shared_keys(database, own), shop.clock)
