"""A waiver that held during the run is judged again on the target when the item lands, by the clock of that moment."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from laneshift.errors import NeedsPerson
from laneshift.runs import working
from laneshift.runs.arguments import Landing
from laneshift.runs.workshop import Workshop
from tests.gates.test_waived_item import BATCH, WAIVER, quiet_toy, signed_until
from tests.remote import remote_of
from tests.repo.builders import commit_files, git_cli
from tests.ssh_keys import public
from tests.toy import WatchedSandbox, copy_of, laneshift, planned, records, shop_at, tree_of

DAY = 24 * 3600


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with Ann's key, and the toy with one item that is ready to land by a waiver of thirty days."""
    folder = tmp_path_factory.mktemp("waived")
    path = quiet_toy(folder)
    commit_files(path, signed_until(folder, 30))
    plan = planned(path, BATCH)
    assert working.run(shop_at(path), plan, 1).items["labs.quiet"].state == "ready-to-land"
    return folder


@pytest.fixture
def ready(folder: Path, tmp_path: Path) -> Path:
    return copy_of(folder / "toy", tmp_path / "toy")


def land(shop: Workshop) -> dict[str, object]:
    return working.land(shop, shop.plans.load("batch"))


def refused(path: Path, shop: Workshop) -> str:
    """Why the landing stops; the target is what it was, and the item stays ready."""
    before = tree_of(path)
    with pytest.raises(NeedsPerson) as stopped:
        land(shop)
    assert (stopped.value.code, stopped.value.exit_code) == ("waivers.lapsed", 4)
    assert tree_of(path) == before
    assert working.state_of(shop, shop.plans.load("batch")).items["labs.quiet"].state == "ready-to-land"
    [fault] = stopped.value.faults
    assert fault.where == "labs.quiet"
    return fault.what


def test_what_holds_still_lands_and_says_by_what(ready: Path) -> None:
    assert land(shop_at(ready))["result"] == "landed"
    judged = records(ready, "gates.waivers-judged")
    assert judged
    assert all("its caller logs" in record.facts["waivers"][0] for record in judged)
    assert "waived: labs.quiet: gate logs failed" in laneshift(ready, "status", "--verbose").out


def test_one_that_expired_since_the_run_stops_the_landing(ready: Path) -> None:
    shop = shop_at(ready)
    later = shop.clock() + 31 * DAY
    why = refused(ready, replace(shop, clock=lambda: later))
    assert "gate logs failed" in why
    assert "it expired on" in why
    assert records(ready, "suite.ran") == []


def slow(path: Path) -> Workshop:
    """Parts for which a month passes while the suite runs."""
    shop, passed = shop_at(path), [0]

    def heard(moment: str, *_: object) -> None:
        passed[0] = 31 * DAY if moment == "after" else passed[0]

    return replace(
        shop,
        clock=lambda: shop.clock() + passed[0],
        sandbox=lambda settings: WatchedSandbox(shop.sandbox(settings), heard),
    )


def test_one_that_expires_while_the_suite_runs_stops_the_swap(ready: Path) -> None:
    assert "it expired on" in refused(ready, slow(ready))
    assert len(records(ready, "suite.ran")) == 1


def test_one_that_expires_while_the_suite_runs_stops_the_push(ready: Path, tmp_path: Path) -> None:
    bare, shop = remote_of(ready, tmp_path / "bare.git"), slow(ready)
    before = git_cli(bare, "rev-parse", "main")
    with pytest.raises(NeedsPerson) as stopped:
        working.land(shop, shop.plans.load("batch"), Landing(remote="origin"))
    assert stopped.value.code == "waivers.lapsed"
    assert git_cli(bare, "rev-parse", "main") == before
    assert len(records(ready, "suite.ran")) == 1


CHANGES: dict[str, tuple[Callable[[Path, Path], Mapping[str, str | None]], str]] = {
    "edited": (
        lambda path, _: {WAIVER: (path / WAIVER).read_text().replace("its caller logs", "nobody cares")},
        "changed after it was signed",
    ),
    "taken away": (lambda *_: {WAIVER: None}, "not there any more"),
    "without its key": (lambda *_: {"signers": "# nobody\n"}, "is not one of ann@acme.example"),
}


@pytest.mark.parametrize(("change", "says"), CHANGES.values(), ids=CHANGES)
def test_one_that_the_target_no_longer_has_stops_the_landing(
    change: Callable[[Path, Path], Mapping[str, str | None]], says: str, ready: Path, folder: Path
) -> None:
    commit_files(ready, change(ready, folder))
    assert says in refused(ready, shop_at(ready))


def test_the_command_ends_with_4_and_a_new_waiver_lets_it_land(ready: Path, folder: Path) -> None:
    commit_files(ready, {WAIVER: None})
    stopped = laneshift(ready, "land", "batch", "--json")
    assert (stopped.code, stopped.data["error"]["code"]) == (4, "waivers.lapsed")
    commit_files(ready, signed_until(folder, 5, "renewed"))
    landed = laneshift(ready, "land", "batch", "--json")
    assert (landed.code, landed.data["landing"]["result"]) == (0, "landed")
    assert public(folder / "ann") not in landed.out
