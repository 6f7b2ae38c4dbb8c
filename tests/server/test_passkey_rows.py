"""Rows of passkeys in both databases, and what of them must never happen twice, however many ask at once."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import sqlalchemy as sa

from laneshift.errors import CheckFailed, LaneshiftError, Refused
from laneshift.server.auth.passkeys import challenges as challenging
from laneshift.server.auth.passkeys.challenges import SECONDS, Challenges
from laneshift.server.auth.passkeys.database import AccessRows, rows_in_database, rows_in_file
from laneshift.server.auth.passkeys.enrolments import Enrolments
from laneshift.server.auth.passkeys.people import People, Person, StoredPasskey
from laneshift.server.auth.passkeys.sessions import Sessions
from laneshift.server.auth.passkeys.tables import SESSIONS
from tests.approval_scene import ADA, BOB
from tests.authenticator import Authenticator
from tests.evidence.in_database import opened

CROWD = 16
NOW = 1_000_000


@pytest.fixture(params=["file", "database"])
def rows(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[AccessRows]:
    if request.param == "file":
        found = rows_in_file(tmp_path / "access" / "people.sqlite")
    else:
        found = rows_in_database(opened(request.getfixturevalue("postgres_url")))
    yield found
    found.close()


def passkey(person: str, counter: int = 0) -> StoredPasskey:
    made = Authenticator()
    return StoredPasskey(made.id, person, made.cose, made.der, counter, NOW, "a test")


def known(rows: AccessRows, name: str = ADA, counter: int = 0) -> StoredPasskey:
    found = passkey(name, counter)
    People(rows).add(Person(name, ("admin",), NOW, "a test"), found)
    return found


def crowd(act: Callable[[], object]) -> list[object]:
    """What everybody is told who does the same at once."""

    def told(_: int) -> object:
        try:
            return act()
        except LaneshiftError as error:
            return error.code

    with ThreadPoolExecutor(CROWD) as pool:
        return list(pool.map(told, range(CROWD)))


def test_one_of_a_crowd_takes_a_challenge_a_link_and_a_count(rows: AccessRows) -> None:
    challenges, enrolments, people = Challenges(rows), Enrolments(rows), People(rows)
    asked = challenges.ask("sign-in", "binder", bytes(32), {"a": "b"}, NOW)
    taken = crowd(lambda: challenges.take(asked.id, "binder", NOW))
    assert taken.count(asked) == 1
    assert taken.count("passkeys.bad-challenge") == CROWD - 1
    link = enrolments.make(ADA, ("admin", "admin"), "a test", NOW, 60)
    wanted = enrolments.find(link, NOW)
    assert wanted.roles == ("admin",)
    assert crowd(lambda: enrolments.take(wanted.hash, NOW)).count(wanted) == 1
    ada = known(rows, counter=4)
    assert sorted(map(str, crowd(lambda: people.used(ada.id, 5)))) == ["False"] * (CROWD - 1) + ["True"]
    assert [people.used(ada.id, counter) for counter in (5, 4, 0, 7)] == [False, False, False, True]
    still = known(rows, BOB)
    assert [people.used(still.id, 0), people.used(still.id, 0), people.used(still.id, 1)] == [True, True, True]
    assert not people.used(still.id, 0), "one that counted counts on"


def test_what_is_over_or_another_repositorys_is_not_there(rows: AccessRows) -> None:
    challenges, enrolments, sessions = Challenges(rows), Enrolments(rows), Sessions(rows)
    ada = known(rows)
    asked = challenges.ask("sign-in", "binder", bytes(32), {}, NOW)
    for binder, when in (("other", NOW), ("binder", NOW + SECONDS)):
        with pytest.raises(Refused) as bad:
            challenges.take(asked.id, binder, when)
        assert bad.value.code == "passkeys.bad-challenge"
    link, text = enrolments.make(BOB, ("reader",), "a test", NOW, 60), sessions.begin(ADA, ada.id, NOW, 60)
    elsewhere = AccessRows(rows.engine, "another", rows.where)
    assert Sessions(elsewhere).principal(text, NOW) is None
    assert People(elsewhere).passkey(ada.id) is None
    assert not People(elsewhere).any()
    assert not Enrolments(elsewhere).any_live(NOW)
    found = sessions.principal(text, NOW + 59)
    assert found is not None
    assert (found.name, found.roles) == (ADA, ("admin",))
    assert sessions.principal(text, NOW + 60) is None
    assert sessions.principal(text + "x" * 200, NOW) is None
    assert enrolments.any_live(NOW + 59)
    assert not enrolments.any_live(NOW + 60)
    with pytest.raises(Refused) as late:
        enrolments.find(link, NOW + 60)
    assert late.value.code == "passkeys.bad-link"
    with rows.transaction() as connection:
        kept = connection.execute(sa.select(SESSIONS)).mappings().one()
    assert text not in map(str, kept.values())
    for name in ("a\nb", "", "*"):
        with pytest.raises(Refused, match="name"):
            enrolments.make(name, ("admin",), "a test", NOW, 60)


def test_roles_are_those_of_the_last_link_and_a_person_goes_with_everything(rows: AccessRows) -> None:
    people, sessions = People(rows), Sessions(rows)
    first = known(rows)
    people.add(Person(ADA.upper(), ("reader",), NOW + 1, "a test"), passkey(ADA))
    text = sessions.begin(ADA, first.id, NOW, 60)
    found = sessions.principal(text, NOW)
    assert found is not None
    assert (found.name, found.roles) == (ADA, ("reader",))
    assert [each.name for each in people.all()] == [ADA]
    assert len(people.passkeys(ADA.title())) == 2
    with pytest.raises(Refused, match="already"):
        people.add(Person(BOB, ("admin",), NOW, "a test"), first)
    assert people.person(BOB) is None
    people.remove(ADA)
    assert (people.all(), people.passkeys(), sessions.all(NOW)) == ([], [], [])
    assert sessions.principal(text, NOW) is None


def test_nobody_fills_the_database_with_challenges(rows: AccessRows, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(challenging, "_MOST", 3)
    challenges = Challenges(rows)
    for _ in range(3):
        challenges.ask("sign-in", "binder", bytes(32), {}, NOW)
    with pytest.raises(CheckFailed) as busy:
        challenges.ask("sign-in", "binder", bytes(32), {}, NOW)
    assert busy.value.code == "serve.busy"
    assert challenges.ask("sign-in", "binder", bytes(32), {}, NOW + SECONDS).purpose == "sign-in"


def test_a_file_that_is_no_database_of_ours_lets_nobody_in(tmp_path: Path) -> None:
    path = tmp_path / "people.sqlite"
    path.write_bytes(b"no database at all" * 100)
    with pytest.raises(CheckFailed) as damaged:
        rows_in_file(path)
    assert damaged.value.code == "access.unreadable"
    link = tmp_path / "link.sqlite"
    link.symlink_to(path)
    with pytest.raises(Refused) as symlink:
        rows_in_file(link)
    assert symlink.value.code == "evidence.not-a-file"
