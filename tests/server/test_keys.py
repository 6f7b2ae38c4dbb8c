"""Access keys: shown once, kept as hashes, for what they are for, and of no use from the moment they are revoked."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.requests import HTTPConnection

from laneshift.errors import CheckFailed, LaneshiftError, Refused
from laneshift.evidence.redaction import MASK, redact_text
from laneshift.server.auth import token
from laneshift.server.auth.key_store import Keys, KeyStore
from laneshift.server.auth.keys import AccessKeys, Wanted, told
from laneshift.server.auth.principal import Principal
from laneshift.server.auth.resolvers import KeyResolver
from laneshift.server.auth.shared_keys import shared_keys
from tests.evidence.in_database import opened

ADA = Wanted("person", "ada@example.org", ("admin",))
DAY = 86_400


class Clock:
    """A time that a test sets."""

    def __init__(self) -> None:
        self.now = 1_000_000

    def __call__(self) -> int:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def kept(tmp_path: Path) -> KeyStore:
    return KeyStore.open(tmp_path / "keys.sqlite")


@pytest.fixture(params=["file", "database"])
def stores(request: pytest.FixtureRequest, tmp_path: Path) -> Callable[[], Keys]:
    """Each call opens the same keys once more, as another process does."""
    own = tmp_path / "keys.sqlite"
    if request.param == "file":
        return lambda: KeyStore.open(own)
    url: str = request.getfixturevalue("postgres_url")
    return lambda: shared_keys(opened(url), own)


@pytest.fixture
def keys(stores: Callable[[], Keys], clock: Clock) -> Iterator[AccessKeys]:
    found = AccessKeys(stores(), clock)
    yield found
    found.store.close()


def test_a_key_is_proved_once_and_known_from_then_on(keys: AccessKeys) -> None:
    key, text = keys.create(ADA, "somebody")
    assert keys.known(text) is None
    proved = keys.prove(text)
    assert proved is not None
    assert (proved.kind, proved.name, proved.roles, proved.via) == ("person", ADA.name, ("admin",), f"key:{key.id}")
    assert keys.known(text) == proved


def test_only_a_hash_is_kept_and_no_two_are_alike(kept: KeyStore, clock: Clock) -> None:
    keys = AccessKeys(kept, clock)
    (one, first), (other, second) = keys.create(ADA, "somebody"), keys.create(ADA, "somebody")
    secret = first.rpartition("_")[2]
    data = b"".join(path.read_bytes() for path in kept.path.parent.iterdir())
    assert secret.encode() not in data
    assert bytes.fromhex(secret) not in data
    assert one.hash.startswith("scrypt$16384$8$1$")
    assert len({one.hash, other.hash}) == len({first, second}) == 2
    assert secret not in repr((one, token.parsed(first), keys.store.all(), told(one, 0)))


def test_a_revoked_key_is_refused_at_once_wherever_it_was_revoked(
    keys: AccessKeys, stores: Callable[[], Keys], clock: Clock
) -> None:
    key, text = keys.create(ADA, "somebody")
    assert keys.prove(text) is not None
    elsewhere = AccessKeys(stores(), clock)
    elsewhere.revoke(key.id, "eve")
    assert keys.known(text) is None
    assert keys.prove(text) is None
    clock.now += 5
    assert elsewhere.revoke(key.id, "somebody else").revoked_by == "eve"
    assert not keys.configured()


def test_a_key_counts_until_it_expires(keys: AccessKeys, clock: Clock) -> None:
    _, text = keys.create(Wanted("person", ADA.name, ("reader",), days=1), "somebody")
    _, forever = keys.create(Wanted("person", ADA.name, ("reader",), days=0), "somebody")
    assert keys.prove(text) is not None
    clock.now += DAY - 1
    assert keys.known(text) is not None
    clock.now += 1
    assert keys.known(text) is None
    assert keys.prove(text) is None
    clock.now += 10_000 * DAY
    assert keys.prove(forever) is not None


@pytest.mark.parametrize("place", range(-64, 0, 21))
def test_a_text_that_differs_anywhere_is_nobodys(keys: AccessKeys, place: int) -> None:
    _, text = keys.create(ADA, "somebody")
    other = "0" if text[place] != "0" else "1"
    assert keys.prove(f"{text[:place]}{other}{text[place:][1:]}") is None
    assert keys.prove(text) is not None


@given(st.text(max_size=120))
def test_what_is_no_key_is_nobodys(text: str) -> None:
    assert token.parsed(text) is None


def test_a_damaged_hash_proves_nothing() -> None:
    fresh = token.new()
    good = token.hashed(fresh)
    assert token.matches(fresh, good)
    for broken in (
        "",
        "scrypt$",
        good[:-2],
        good.replace("scrypt", "plain"),
        good.replace("16384", "16383"),
        f"{good}$",
    ):
        assert not token.matches(fresh, broken)


@pytest.mark.parametrize(
    ("wanted", "code"),
    [
        (Wanted("robot", "ada@example.org", ("admin",)), "access.bad-principal"),
        (Wanted("person", "-oProxyCommand=x", ("admin",)), "access.bad-principal"),
        (Wanted("person", "ada@example.org", ()), "access.bad-principal"),
        (Wanted("person", "ada@example.org", ("Admin",)), "access.bad-principal"),
        (Wanted("person", "ada@example.org", ("admin",), owner="bob@example.org"), "access.bad-principal"),
        (Wanted("agent", "bot@example.org", ("agent",)), "access.bad-principal"),
        (Wanted("person", "ada@example.org", ("admin",), scopes=("plan.raed",)), "access.bad-scope"),
        (Wanted("person", "ada@example.org", ("admin",), days=-1), "access.bad-key"),
        (Wanted("person", "ada@example.org", ("admin",), note="two\nlines"), "access.bad-key"),
    ],
)
def test_keys_for_nobody_in_particular_are_not_made(keys: AccessKeys, wanted: Wanted, code: str) -> None:
    with pytest.raises(Refused) as caught:
        keys.create(wanted, "somebody")
    assert caught.value.code == code
    assert keys.store.all() == []


def test_revoking_what_is_not_there_is_told(keys: AccessKeys) -> None:
    with pytest.raises(Refused) as caught:
        keys.revoke("nothing", "somebody")
    assert caught.value.code == "access.no-key"


def test_nobody_is_let_in_when_the_keys_cannot_be_read(kept: KeyStore, clock: Clock) -> None:
    keys = AccessKeys(kept, clock)
    _, text = keys.create(ADA, "somebody")
    keys.store.close()
    for path in kept.path.parent.iterdir():
        path.write_bytes(b"x" * 8192)
    with pytest.raises(CheckFailed) as caught:
        keys.prove(text)
    assert caught.value.code == "access.unreadable"


def test_another_database_is_not_taken_for_keys(tmp_path: Path) -> None:
    (tmp_path / "keys.sqlite").write_bytes(b"")
    with pytest.raises(LaneshiftError) as caught:
        KeyStore.open(tmp_path / "keys.sqlite")
    assert caught.value.code in {"access.not-keys", "access.unreadable"}


def test_the_text_of_a_key_is_masked_wherever_it_is_logged(keys: AccessKeys) -> None:
    _, text = keys.create(ADA, "somebody")
    for line in (text, f"GET /?k={text} 200", f'Authorization: Bearer {text}"'):
        assert text.rpartition("_")[2] not in redact_text(line)
        assert MASK in redact_text(line)


def test_a_crowd_with_a_new_key_has_it_proved_once_or_twice(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    keys = AccessKeys(KeyStore.open(tmp_path / "keys.sqlite"), lambda: 1_000)
    _, text = keys.create(Wanted("person", "ada@example.org", ("reader",)), "a test")
    proofs: list[str] = []
    prove = keys.prove
    monkeypatch.setattr(keys, "prove", lambda asked: proofs.append(asked) or prove(asked))
    asked = HTTPConnection({"type": "http", "headers": [(b"authorization", f"Bearer {text}".encode())]})

    async def crowd() -> list[Principal | None]:
        resolver = KeyResolver(keys)
        return await asyncio.gather(*(resolver.resolve(asked) for _ in range(100)))

    found = asyncio.run(crowd())
    assert {each.id for each in found if each} == {"person:ada@example.org"}
    assert len(found) == 100
    assert 1 <= len(proofs) <= 2
