"""Landing by review at GitHub: one pull request for the batch, whatever gets lost on the way."""

from __future__ import annotations

import json
import traceback
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from laneshift.config import Forge
from laneshift.config.forge import API
from laneshift.errors import LaneshiftError, NeedsPerson, Refused
from laneshift.forge.github.opening import opened
from laneshift.runs import resuming
from laneshift.runs.at_hand import at_hand
from laneshift.runs.verifying import verify
from laneshift.runs.workshop import Workshop
from tests.forge.github.hub import Hub
from tests.forge.github.serving import KEY, Fault, Served, serving
from tests.remote import at, others_push
from tests.repo.builders import git_cli
from tests.runs.remote_toy import ITEMS, land, states, with_remote
from tests.toy import laneshift, records, shop_at, tree_of

TOKEN = "LANESHIFT_FORGE_TOKEN"
BRANCH = "laneshift-pr/batch"
Scene = tuple[Path, Path, Served]


@pytest.fixture
def scene(ready_toy: Path, tmp_path: Path) -> Iterator[Scene]:
    """A repository with two items ready, its remote, and the GitHub that shows the remote."""
    mine, bare = with_remote(ready_toy, tmp_path)

    def branch(name: str) -> str | None:
        return git_cli(bare, "for-each-ref", "--format=%(objectname)", f"refs/heads/{name}").strip() or None

    with serving(Hub(branch=branch)) as served:
        yield mine, bare, served
        assert served.wrong == []


def shop_of(scene: Scene, key: str = KEY) -> Workshop:
    """The parts of the repository, with that GitHub as its forge. Its settings are pinned, so they cannot name it."""
    path, _, served = scene
    settings = Forge(kind="github", repository="acme/shop", api=served.address, token_env=TOKEN, labels=["laneshift"])
    return replace(shop_at(path), forge=lambda: opened(settings, {TOKEN: key, API: served.address}, lambda _: None))


def propose(scene: Scene, key: str = KEY, **how: Any) -> dict[str, Any]:
    return land(scene[0], shop_of(scene, key), by="pull-request", **how)


def resume(scene: Scene) -> list[LaneshiftError | None]:
    return [taken.error for taken in resuming.resume(shop_of(scene), 1)]


def test_one_pull_request_with_its_checks_and_what_is_merged_is_recorded(scene: Scene) -> None:
    mine, bare, served = scene
    base = at(bare)
    [told] = propose(scene)["changes"]
    [pull] = served.hub.pulls()
    assert at(bare, f"refs/heads/{BRANCH}") == told["tip"]
    assert (pull["number"], pull["head"]["ref"], pull["base"]["ref"]) == (told["number"], BRANCH, "main")
    assert told["link"] == f"{served.address}/acme/shop/pull/{pull['number']}"
    assert pull["labels"] == [{"name": "laneshift"}]
    assert all(f"`{item}`" in pull["body"] for item in ITEMS)
    assert {each["sha"] for each in served.hub.statuses} == {told["tip"]}
    assert {each["state"] for each in served.hub.statuses} == {"success"}
    assert at(bare) == base

    git_cli(bare, "update-ref", "refs/heads/main", told["tip"])
    served.hub.merge(pull["number"], told["tip"])
    assert resume(scene) == [None]
    assert states(mine) == ["landed", "landed"]
    shop = shop_at(mine)
    assert verify(shop, shop.plans.load("batch")).findings == ()


def test_a_squash_with_the_tested_tree_lands_as_what_the_forge_made(scene: Scene) -> None:
    mine, bare, served = scene
    [told] = propose(scene)["changes"]
    squashed = git_cli(bare, "commit-tree", told["tree"], "-p", at(bare), "-m", "squashed").strip()
    git_cli(bare, "update-ref", "refs/heads/main", squashed)
    served.hub.merge(told["number"], squashed)
    assert resume(scene) == [None]
    facts = records(mine, "land.recorded")[0].facts
    assert (facts["tip"], facts["tested"]) == (squashed, told["tip"])
    shop = shop_at(mine)
    plan = shop.plans.load("batch")
    assert verify(shop, plan).findings == ()
    at_hand(shop, plan).landing(facts)  # as another clone would make it again
    done = laneshift(mine, "rollback", "batch")
    assert done.code == 0, done.err
    assert tree_of(bare, "main") == shop.repository.tree(records(mine, "land.recorded")[0].facts["base"]).oid


def test_a_squash_of_something_else_is_no_landing(scene: Scene) -> None:
    mine, bare, served = scene
    [told] = propose(scene)["changes"]
    others_push(bare, {"core/late.py": "LATE = 1\n"})
    served.hub.merge(told["number"], at(bare))
    [error] = resume(scene)
    assert error is not None
    assert error.code == "change.merged-otherwise"
    assert not records(mine, "land.recorded")


@pytest.mark.parametrize("lost", ["pulls/create", "issues/add-labels", "repos/create-commit-status"])
def test_a_lost_answer_makes_no_second_one(scene: Scene, lost: str) -> None:
    served = scene[2]
    served.faults.append(Fault(lost, 502, after=True))
    propose(scene)
    assert len(served.hub.pulls()) == 1
    contexts = [each["context"] for each in served.hub.statuses]
    assert len(contexts) == len(set(contexts))


def test_a_forge_that_is_away_stops_the_landing_and_the_next_one_goes_on(scene: Scene) -> None:
    served = scene[2]
    served.faults.append(Fault("pulls/create", 503, times=99))
    with pytest.raises(LaneshiftError) as caught:
        propose(scene)
    assert caught.value.code == "forge.unavailable"
    served.faults.clear()
    assert propose(scene)["result"] == "proposed"
    assert len(served.hub.pulls()) == 1


def test_a_refused_key_is_told_and_no_key_is_ever_shown(scene: Scene) -> None:
    mine, _, _ = scene
    wrong = "ghp_" + "Wrong9876543210" * 2
    with pytest.raises(NeedsPerson) as caught:
        propose(scene, wrong)
    assert caught.value.code == "forge.bad-token"
    propose(scene)
    kept = [path.read_bytes() for path in (mine / ".git").rglob("*") if path.is_file()]
    trace = (
        "".join(traceback.format_exception(caught.value)) + repr(caught.value.as_dict()) + repr(shop_of(scene).forge())
    )
    told = [trace.encode(), json.dumps([dict(r.facts) for r in records(mine)]).encode(), *kept]
    assert not [text for text in told if wrong.encode() in text or KEY.encode() in text]


def test_no_key_and_no_remote_are_told_before_anything_is_done(scene: Scene) -> None:
    mine, _, served = scene
    with pytest.raises(Refused, match="no remote to push it to"):
        propose(scene, remote="")
    with pytest.raises(NeedsPerson, match=f"{TOKEN} has no key"):
        propose(scene, key="")
    assert served.asked == []
    assert not records(mine, "change.intended")
