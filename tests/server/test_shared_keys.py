"""Access keys beside records in PostgreSQL: one repository's servers share them, and nobody else has them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

import pytest

from laneshift.errors import CheckFailed, LaneshiftError
from laneshift.server.auth.key_store import KeyStore
from laneshift.server.auth.keys import AccessKeys, Wanted
from laneshift.server.auth.shared_keys import MOVED, SharedKeys, shared_keys
from tests.evidence.in_database import by_hand, opened
from tests.repo.builders import git_cli
from tests.server.serving import served
from tests.toy import laneshift, toy

ADA = Wanted("person", "ada@example.org", ("admin",))
NOW = 1_000_000


@pytest.fixture
def own(tmp_path: Path) -> Path:
    """The file that a clone had."""
    (tmp_path / "access").mkdir()
    return tmp_path / "access" / "keys.sqlite"


@pytest.fixture
def store(postgres_url: str, own: Path) -> Iterator[SharedKeys]:
    found = shared_keys(opened(postgres_url), own)
    yield found
    found.close()


def test_keys_of_another_repository_are_nobodys_here(store: SharedKeys, postgres_url: str, own: Path) -> None:
    ours, theirs = AccessKeys(store, lambda: NOW), AccessKeys(shared_keys(opened(postgres_url, "other"), own), int)
    key, text = ours.create(ADA, "somebody")
    assert theirs.prove(text) is None
    assert (theirs.store.all(), theirs.configured()) == ([], False)
    with pytest.raises(LaneshiftError) as caught:
        theirs.revoke(key.id, "eve")
    assert caught.value.code == "access.no-key"
    assert ours.prove(text) is not None
    theirs.store.close()


def test_keys_that_a_clone_had_are_taken_along_once(store: SharedKeys, postgres_url: str, own: Path) -> None:
    before = AccessKeys(KeyStore.open(own), lambda: NOW)
    (good, text), (bad, other) = before.create(ADA, "somebody"), before.create(ADA, "somebody")
    before.revoke(bad.id, "eve")
    kept = before.store.all()
    before.store.close()
    shared = AccessKeys(shared_keys(opened(postgres_url), own), lambda: NOW)
    assert shared.store.all() == kept
    assert shared.prove(text) is not None
    assert shared.prove(other) is None
    assert [each.name for each in own.parent.iterdir()] == [MOVED]
    shared.revoke(good.id, "ada")
    # Killed before the file was put aside: it comes again, and brings nothing back to life.
    own.with_name(MOVED).rename(own)
    again = AccessKeys(shared_keys(opened(postgres_url), own), lambda: NOW)
    assert again.prove(text) is None
    assert len(again.store.all()) == len(kept)
    assert not own.exists()
    for each in (shared, again):
        each.store.close()


def test_a_link_in_the_place_of_the_file_is_not_followed(store: SharedKeys, postgres_url: str, own: Path) -> None:
    KeyStore.open(own.with_name("elsewhere.sqlite")).close()
    own.symlink_to("elsewhere.sqlite")
    with pytest.raises(LaneshiftError) as caught:
        shared_keys(opened(postgres_url), own)
    assert caught.value.code == "evidence.not-a-file"


def test_nobody_is_let_in_when_the_database_is_not_what_it_was(store: SharedKeys, postgres_url: str) -> None:
    keys = AccessKeys(store, lambda: NOW)
    _, text = keys.create(ADA, "somebody")
    assert keys.prove(text) is not None
    by_hand(postgres_url, "ALTER TABLE laneshift.access_keys RENAME TO gone")
    for ask in (keys.known, keys.prove):
        with pytest.raises(CheckFailed) as caught:
            ask(text)
        assert caught.value.code == "access.unreadable"


def test_what_one_server_revokes_all_refuse_at_the_next_request(
    tmp_path: Path, postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two clones with a server each, and the command line of one of them."""
    settings = {
        "LANESHIFT_DATABASE_URL": postgres_url.replace("postgresql+psycopg", "postgresql"),
        "LANESHIFT_RECORDS": "database",
        "LANESHIFT_REPOSITORY": "tests/keys",
    }
    for name, value in settings.items():
        monkeypatch.setenv(name, value)
    toy(tmp_path / "one")
    git_cli(tmp_path, "clone", "-q", "one", "two")
    made = laneshift(tmp_path / "one", "access", "keys", "create", "--person", "ada@example.org", "--json")
    assert made.code == 0, made.err
    with ExitStack() as running:
        servers = [running.enter_context(served(tmp_path / name)) for name in ("one", "two")]
        key, text = servers[0].parts.keys.create(replace(ADA, roles=("admin",)), "a test")
        clients = [running.enter_context(server.client(text)) for server in servers]
        reader = running.enter_context(servers[1].client(made.data["text"]))
        assert [client.get("/api/v1/me").status_code for client in (*clients, reader)] == [200, 200, 200]
        assert clients[0].delete(f"/api/v1/keys/{made.data['key']['id']}").is_success
        assert reader.get("/api/v1/me").status_code == 401
        assert laneshift(tmp_path / "two", "access", "keys", "revoke", key.id).code == 0
        assert [client.get("/api/v1/me").status_code for client in clients] == [401, 401]
    assert not (tmp_path / "one" / ".git" / "laneshift" / "access" / "keys.sqlite").exists()
