"""Runs for many who ask: whatever was kept, lost or left by others, what is told is what the journal says."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from laneshift.config.redis_url import checked
from laneshift.errors import Refused
from laneshift.runs.flowing import keys, records
from laneshift.runs.flowing.library import Library
from laneshift.runs.flowing.live import LiveRuns
from laneshift.runs.flowing.live_redis import RedisSnapshots
from laneshift.runs.flowing.snapshot import Snapshot, read, written
from laneshift.runs.flowing.state import flow_run, flow_runs, folded
from laneshift.runs.workshop import Workshop
from tests.runs.flowing.lived import asked, home, lived
from tests.server.limits.valkey import Valkey, alone
from tests.server.limits.valkeys import one, shared, three
from tests.toy import copy_of, shop_at

__all__ = ["one", "shared", "three"]


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, str]]:
    path = home(tmp_path_factory.mktemp("lived") / "repo")
    return path, lived(path)


@pytest.fixture
def runs(template: tuple[Path, dict[str, str]]) -> dict[str, str]:
    """The ids of the runs by how they stand."""
    return template[1]


@pytest.fixture
def shop(template: tuple[Path, dict[str, str]], tmp_path: Path) -> Workshop:
    return shop_at(copy_of(template[0], tmp_path / "repo"))


class Shelf:
    """Snapshots in memory, as text, with a count of what was asked."""

    def __init__(self) -> None:
        self.texts: dict[str, str] = {}
        self.put_count = 0

    def get(self, run: str) -> Snapshot | None:
        return read(self.texts[run]) if run in self.texts else None

    def put(self, snapshots: Sequence[Snapshot]) -> None:
        self.put_count += len(snapshots)
        self.texts |= {each.run.id: written(each) for each in snapshots}

    def drop(self, run: str) -> None:
        self.texts.pop(run, None)


def _redis(server: Valkey, space: str, told: list[str] | None = None, seconds: float = 60) -> RedisSnapshots:
    return RedisSnapshots(server.url, space, (told if told is not None else []).append, seconds)


def test_every_run_at_every_moment_is_the_same_after_text_and_back(shop: Workshop, runs: dict[str, str]) -> None:
    for run in runs.values():
        found = shop.journal.records(prefix=keys.of(run, ""))
        for end in range(1, len(found) + 1):
            now = Snapshot(folded(found[:end])[run], found[end - 1].digest)
            assert read(written(now)) == now


def test_a_snapshot_of_any_moment_leads_to_what_the_journal_says(shop: Workshop, runs: dict[str, str]) -> None:
    for run in runs.values():
        found = shop.journal.records(prefix=keys.of(run, ""))
        for end in range(1, len(found) + 1):
            shelf = Shelf()
            shelf.put([Snapshot(folded(found[:end])[run], found[end - 1].digest)])
            assert LiveRuns(shop.journal, shelf).of(run) == flow_run(shop.journal, run)
            assert shelf.get(run) == Snapshot(flow_run(shop.journal, run), found[-1].digest)


@pytest.mark.parametrize("text", ["", "x", "[]", "{}", '{"version":1,"run":{}}', '{"version":9}', "[" * 100_000])
def test_what_is_no_snapshot_is_folded_anew(shop: Workshop, runs: dict[str, str], text: str) -> None:
    shelf = Shelf()
    shelf.texts[runs["done"]] = text
    assert LiveRuns(shop.journal, shelf).of(runs["done"]) == flow_run(shop.journal, runs["done"])
    assert shelf.get(runs["done"]) is not None


def test_a_snapshot_that_is_not_of_this_journal_is_not_believed(shop: Workshop, runs: dict[str, str]) -> None:
    true = flow_run(shop.journal, runs["done"])
    last = shop.journal.records(prefix=keys.of(true.id, ""))[-1]
    lies = [
        Snapshot(replace(true, what="a lie", seq=true.seq + 5), last.digest),
        Snapshot(replace(true, what="a lie"), "sha256:" + "0" * 64),
        Snapshot(replace(true, what="a lie", seq=0), last.digest),
        Snapshot(flow_run(shop.journal, runs["failed"]), last.digest),
    ]
    for lie in lies:
        shelf = Shelf()
        shelf.texts[true.id] = written(lie)
        assert LiveRuns(shop.journal, shelf).of(true.id) == true
        assert shelf.get(true.id) == Snapshot(true, last.digest)


def test_only_what_is_new_is_left_for_the_others(shop: Workshop, runs: dict[str, str]) -> None:
    shelf = Shelf()
    live = LiveRuns(shop.journal, shelf)
    live.share()
    assert shelf.texts.keys() == {runs["waiting"], runs["asked"]}
    count = shelf.put_count
    live.share()
    live.of(runs["waiting"])
    assert shelf.put_count == count
    records.signal(shop, runs["waiting"], "go", 1, "ada@example.org")
    live.share()
    assert shelf.put_count == count + 1
    other = LiveRuns(shop.journal, shelf)
    assert other.of(runs["waiting"]).signals[0].value == 1
    assert shelf.put_count == count + 1


def test_all_of_them_are_told_as_they_stand(shop: Workshop, runs: dict[str, str]) -> None:
    live = LiveRuns(shop.journal)

    def told() -> list[tuple[str, str, int]]:
        return [(run.id, run.standing, run.attempt) for run in live.all()]

    def wanted() -> list[tuple[str, str, int]]:
        return [(run.id, run.standing, run.attempt) for run in flow_runs(shop.journal)]

    assert told() == wanted()
    records.retry(shop, Library(shop.repository).get("fails"), runs["failed"], "ada@example.org")
    records.cancel(shop, runs["waiting"], "ada@example.org")
    asked(shop, "greet")
    assert told() == wanted()
    assert len(told()) == len(runs) + 1
    assert live.of(runs["failed"]) == flow_run(shop.journal, runs["failed"])


def test_a_run_that_there_is_not_is_refused_and_left_nowhere(shop: Workshop) -> None:
    shelf = Shelf()
    live = LiveRuns(shop.journal, shelf)
    for name, code in (("greet-000000000000", "flow.no-run"), ("../x", "flow.bad-run"), ("x" * 400, "flow.bad-run")):
        with pytest.raises(Refused) as refused:
            live.of(name)
        assert refused.value.code == code
    assert shelf.texts == {}


def test_two_processes_share_runs_by_redis_and_what_redis_lost_comes_back(
    shop: Workshop, runs: dict[str, str], shared: Valkey
) -> None:
    space = f"laneshift:{shop.repository.common_dir.parent.parent.name}"
    one, two = (LiveRuns(shop.journal, _redis(shared, space)) for _ in range(2))
    one.share()
    assert two.of(runs["done"]) == flow_run(shop.journal, runs["done"])
    ours = _redis(shared, space)
    for run in (runs["waiting"], runs["done"]):
        kept = ours.get(run)
        assert kept is not None
        assert kept.run == flow_run(shop.journal, run) == two.of(run)
    _emptied(shared)
    assert ours.get(runs["done"]) is None
    # Whoever comes now folds it from the journal, and leaves it for the others.
    third = LiveRuns(shop.journal, _redis(shared, space))
    assert third.of(runs["done"]) == flow_run(shop.journal, runs["done"])
    kept = ours.get(runs["done"])
    assert kept is not None
    assert kept.run == flow_run(shop.journal, runs["done"])
    # What was known before the loss goes on: the next news are told, and shared.
    records.signal(shop, runs["waiting"], "go", None, "ada@example.org", id_="after-the-loss")
    for live in (one, two, third):
        assert [given.id for given in live.of(runs["waiting"]).signals] == ["after-the-loss"]
    assert ours.get(runs["waiting"]) is not None


def test_namespaces_do_not_leak(shop: Workshop, runs: dict[str, str], shared: Valkey) -> None:
    ours, theirs = _redis(shared, "laneshift:ours:1"), _redis(shared, "laneshift:theirs:1")
    for run in runs.values():
        LiveRuns(shop.journal, ours).of(run)
    assert all(ours.get(run) is not None for run in runs.values())
    assert all(theirs.get(run) is None for run in runs.values())
    theirs.drop(runs["done"])
    assert ours.get(runs["done"]) is not None


def test_an_older_snapshot_never_replaces_a_newer_one(shop: Workshop, runs: dict[str, str], shared: Valkey) -> None:
    ours = _redis(shared, "laneshift:older:1")
    found = shop.journal.records(prefix=keys.of(runs["done"], ""))
    moments = [Snapshot(folded(found[:end])[runs["done"]], found[end - 1].digest) for end in (1, len(found), 3)]
    for moment in moments:
        ours.put([moment])
    assert ours.get(runs["done"]) == moments[1]


def test_every_key_ends_by_itself_and_begins_with_its_namespace(
    shop: Workshop, runs: dict[str, str], one: Valkey
) -> None:
    for run in runs.values():
        LiveRuns(shop.journal, _redis(one, "laneshift:ending:1")).of(run)
    with one.client() as client:
        names = [name.decode() for name in client.scan_iter("laneshift:ending:*")]
        assert sorted(names) == sorted(f"laneshift:ending:1:flow:{{{run}}}" for run in runs.values())
        assert all(0 < client.pttl(name) <= 60_000 for name in names)


def test_redis_that_is_gone_is_said_once_and_holds_nobody_up(
    shop: Workshop, runs: dict[str, str], tmp_path: Path
) -> None:
    told: list[str] = []
    folder = tmp_path / "valkey"
    folder.mkdir()
    with alone(folder) as server:
        ours = _redis(server, "laneshift:gone:1", told)
        live = LiveRuns(shop.journal, ours)
        live.share()
        server.kill()
        for run in runs.values():
            assert LiveRuns(shop.journal, ours).of(run) == flow_run(shop.journal, run)
            assert live.of(run) == flow_run(shop.journal, run)
        assert len(told) == 1
        assert "journal" in told[0]


def test_an_address_that_is_none_is_refused_and_not_repeated() -> None:
    for bad in ("http://secret@x", "redis://", "redis://x:99999999", "nonsense", "redis://[x"):
        with pytest.raises(Refused) as refused:
            checked(bad)
        assert refused.value.code == "redis.bad-url"
        assert "secret" not in str(refused.value.as_dict())


def _emptied(server: Valkey) -> None:
    """Everything in it is lost, on every server of a cluster."""
    with server.client() as client:
        ports = [server.port]
        if server.url.startswith("redis+cluster"):
            nodes = client.execute_command("CLUSTER", "NODES")
            lines = [line.split()[1] for line in nodes.decode().splitlines()] if isinstance(nodes, bytes) else nodes
            ports = [int(str(address).partition("@")[0].rpartition(":")[2]) for address in lines]
    for port in ports:
        with type(server)(server.folder, port).client() as client:
            client.flushall()
