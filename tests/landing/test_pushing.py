"""A push is judged by what the remote shows, however it ended: refused, overtaken, cut off, or never answered."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import pytest

from laneshift.errors import LaneshiftError, NeedsPerson, Refused
from laneshift.landing.pushing import Move, Moved, judged, move_target, see, tip_of
from laneshift.landing.sight import recovery_ref
from laneshift.repo.objects import Repository
from laneshift.repo.remotes import find
from tests.remote import MAIN, at, daemon, hook, marks, others_push, remote_of
from tests.repo.builders import commit_files, git_cli, repo_at


@dataclass
class World:
    """A clone with one commit that its remote does not have, and the move that pushes it."""

    here: Repository
    bare: Path
    move: Move
    asked: list[str] = field(default_factory=list)

    def go(self) -> Moved:
        return move_target(self.here, find(self.here, "origin"), self.move, lambda: self.asked.append("pushed"))

    def look(self) -> Moved:
        remote = find(self.here, "origin")
        return judged(remote, self.move, see(self.here, remote, self.move))


@pytest.fixture
def world(tmp_path: Path) -> World:
    here = repo_at(tmp_path / "mine", {"a": "1"})
    bare = remote_of(tmp_path / "mine", tmp_path / "bare.git")
    base = here.commit_id("HEAD")
    tip = commit_files(tmp_path / "mine", {"b": "2"})
    return World(here, bare, Move(MAIN, base, tip, recovery_ref("p/land-1", tip)))


def error_of(world: World) -> tuple[str, int]:
    moved = world.go()
    assert moved.there == world.move.old == at(world.bare)
    assert moved.error is not None
    assert not marks(world.bare)
    return moved.error.code, moved.error.exit_code


def raised(world: World) -> LaneshiftError:
    with pytest.raises(LaneshiftError) as caught:
        world.go()
    return caught.value


def test_target_and_recovery_ref_move_together_and_once(world: World) -> None:
    assert [world.go() for _ in range(2)] == [Moved(world.move.new)] * 2
    assert at(world.bare) == world.move.new
    assert marks(world.bare) == {world.move.recovery: world.move.new}
    assert world.asked == ["pushed"]


def test_others_who_were_faster_are_seen_before_the_push(world: World) -> None:
    theirs = others_push(world.bare, {"c": "3"})
    assert world.go() == Moved(theirs)
    assert (at(world.bare), marks(world.bare), world.asked) == (theirs, {}, [])
    assert world.here.tree(theirs).read("c") == b"3"


def test_others_who_push_between_the_look_and_the_push_lose_nothing(world: World) -> None:
    remote = find(world.here, "origin")
    moved = move_target(world.here, remote, world.move, lambda: world.asked.append(others_push(world.bare, {"c": "3"})))
    assert moved == Moved(world.asked[0])
    assert (at(world.bare), marks(world.bare)) == (world.asked[0], {})


def test_what_others_built_on_the_landing_holds_it(world: World) -> None:
    world.go()
    others_push(world.bare, {"c": "3"})
    assert world.go() == Moved(world.move.new)
    assert world.asked == ["pushed"]


def test_a_landing_that_others_undid_is_not_pushed_again(world: World) -> None:
    world.go()
    git_cli(world.bare, "update-ref", MAIN, world.move.old)
    moved = world.go()
    assert moved.there == world.move.old
    assert isinstance(moved.error, NeedsPerson)
    assert moved.error.code == "remote.taken-away"
    assert (at(world.bare), world.asked) == (world.move.old, ["pushed"])


def test_a_hook_that_refuses_is_heard(world: World) -> None:
    hook(world.bare, "pre-receive", "echo ticket missing >&2; exit 1")
    assert error_of(world) == ("remote.hook-refused", 1)
    hook(world.bare, "pre-receive", "exit 0")
    hook(world.bare, "update", "echo only on Fridays >&2; exit 1")
    moved = world.go()
    assert moved.error is not None
    assert moved.error.code == "remote.hook-refused"
    assert "only on Fridays" in moved.error.why


def test_a_protected_branch_is_told_from_a_hook(world: World) -> None:
    hook(world.bare, "update", f'[ "$1" != {MAIN} ] || {{ echo "GH006: Protected branch update failed" >&2; exit 1; }}')
    assert error_of(world) == ("remote.protected", 4)


def test_a_checked_out_branch_and_a_remote_without_transactions_are_refused(world: World) -> None:
    git_cli(world.bare, "config", "core.bare", "false")
    assert error_of(world) == ("remote.checked-out", 2)
    git_cli(world.bare, "config", "core.bare", "true")
    git_cli(world.bare, "config", "receive.advertiseAtomic", "false")
    assert error_of(world) == ("remote.no-atomic", 2)


def test_a_remote_that_hides_the_recovery_ref_has_landed_all_the_same(world: World) -> None:
    git_cli(world.bare, "config", "transfer.hideRefs", "refs/laneshift")
    assert world.go() == Moved(world.move.new)
    assert at(world.bare) == world.move.new


def test_a_connection_that_breaks_after_the_refs_moved_is_a_landing(world: World) -> None:
    hook(world.bare, "post-receive", "kill -9 $PPID")
    assert world.go() == Moved(world.move.new)
    assert marks(world.bare) == {world.move.recovery: world.move.new}


def test_a_connection_that_breaks_before_leaves_it_open(world: World) -> None:
    hook(world.bare, "pre-receive", "kill -9 $PPID")
    error = raised(world)
    assert (error.code, error.exit_code) == ("remote.unknown", 4)
    assert "laneshift resume" in error.cure
    assert world.look() == Moved(world.move.old)


def test_a_server_that_dies_before_it_answers_leaves_it_open(world: World) -> None:
    wrapper = world.bare.parent / "receive"
    wrapper.write_text("#!/bin/sh\nexit 1\n")
    wrapper.chmod(0o755)
    git_cli(world.here.common_dir, "config", "remote.origin.receivepack", str(wrapper))
    assert raised(world).code == "remote.unknown"


def test_a_remote_that_is_gone_after_the_push_leaves_it_open_until_it_is_seen_again(world: World) -> None:
    away = world.bare.with_name("away.git")
    hook(world.bare, "post-receive", f"mv {world.bare} {away}")
    error = raised(world)
    assert (error.code, error.exit_code) == ("remote.unknown", 4)
    away.rename(world.bare)
    assert world.look() == Moved(world.move.new)
    assert at(world.bare) == world.move.new


def test_a_remote_that_is_gone_before_is_asked_for_nothing(world: World) -> None:
    world.bare.rename(world.bare.with_name("away.git"))
    error = raised(world)
    assert isinstance(error, Refused)
    assert error.code == "remote.no-repository"
    assert world.asked == []


def test_a_branch_that_the_remote_does_not_have_is_named(world: World) -> None:
    git_cli(world.bare, "update-ref", "-d", MAIN)
    with pytest.raises(Refused) as caught:
        tip_of(world.here, find(world.here, "origin"), MAIN)
    assert caught.value.code == "remote.no-branch"
    assert world.go() == Moved("")


def test_over_a_socket_it_lands_is_denied_and_finds_nobody(world: World) -> None:
    def set_url(url: str) -> None:
        git_cli(world.here.common_dir, "remote", "set-url", "origin", f"{url}/bare.git")

    with daemon(world.bare.parent) as url:
        set_url(url)
        moved = world.go()
        assert moved.error is not None
        assert (moved.there, moved.error.code) == (world.move.old, "remote.denied")
    assert raised(world).code == "remote.unreachable"
    with daemon(world.bare.parent, "--enable=receive-pack") as url:
        set_url(url)
        assert world.go() == Moved(world.move.new)
    assert at(world.bare) == world.move.new
