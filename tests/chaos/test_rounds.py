"""A few whole rounds, and rounds with a planted fault, which the report must not let pass."""

from __future__ import annotations

import signal
import subprocess
from collections import Counter
from pathlib import Path

import pytest

from tests.chaos import harms, report
from tests.chaos.play import differing, may_ask_again, play
from tests.chaos.rounds import KINDS, Harm, Round, draw
from tests.chaos.scene import Ended, Scene, tell
from tests.chaos.small_disk import can_mount, small_disk
from tests.chaos.stages import Stage
from tests.runs.engine.driving import until

pytestmark = pytest.mark.chaos


def one(verb: str, kind: str, at: float, way: int = 0, much: float = 0.0) -> Round:
    """A round with one harm."""
    return Round(0, verb, "sqlite", (Harm(kind, at, 0.0, way, much),), 0.0)


def test_a_seed_is_a_round_and_eight_of_them_have_every_kind() -> None:
    rounds = [draw(seed) for seed in range(200)]
    assert rounds == [draw(seed) for seed in range(200)]
    assert Counter(drawn.kind for drawn in rounds) == dict.fromkeys(KINDS, 25)
    assert {drawn.verb for drawn in rounds} == {"ship", "run", "land", "rollback"}
    assert all(drawn.engine == "postgres" for drawn in rounds if drawn.kind == "database")
    assert not [drawn for drawn in rounds if drawn.engine == "postgres" and drawn.verb == "rollback"]


@pytest.mark.parametrize(
    "chosen", [one("land", "point", 0.5, 1), one("rollback", "disk", 0.0, 0, 0.2)], ids=lambda chosen: chosen.kind
)
def test_a_round_ends_as_if_undisturbed(stages: dict[str, Stage], tmp_path: Path, chosen: Round) -> None:
    result = play(chosen, stages, tmp_path / "repo", None, {})
    assert (result.verdict.lost, result.verdict.doubled, result.verdict.wrong, result.untidy) == ((), (), (), ())
    assert result.resumes + result.asked_again > 0
    assert report.status([result]) == 0
    assert not (tmp_path / "repo").exists()


@pytest.mark.parametrize(
    ("more", "tree", "differ"),
    [
        ({}, "t", set()),
        ({"late": "tip"}, "t", set()),
        ({"late": "tip"}, "u", {"tree"}),
        ({"early": "base"}, "t", {"plans", "items"}),
        ({"early": "base", "late": "tip"}, "t", {"plans", "items"}),
    ],
)
def test_only_a_rival_that_came_after_the_landing_may_have_planned_anew(
    more: dict[str, str], tree: str, differ: set[str]
) -> None:
    before = {"plans": {"first": "base"}, "items": {"a": "landed"}, "refs": {}, "head": "tip", "tree": "t"}
    now = {**before, "plans": {"first": "base", **more}, "tree": tree}
    now["items"] = {"a": "already-done"} if more else before["items"]
    assert differing(now, before).keys() == differ


@pytest.mark.parametrize(
    ("told", "begun", "without_room", "may"),
    [
        ({"engine.lease-lost"}, True, False, False),
        ({"engine.database-failed", "engine.lease-lost"}, True, False, False),
        (set(), True, False, False),
        ({"engine.lease-lost", "git.failed"}, True, False, True),
        ({"engine.database-failed"}, False, False, True),
        (set(), True, True, True),
    ],
)
def test_a_lost_engine_is_no_reason_to_ask_again(told: set[str], begun: bool, without_room: bool, may: bool) -> None:
    assert may_ask_again(told, begun, without_room) is may


@pytest.mark.parametrize(
    ("document", "codes"),
    [
        ('{"error": {"code": "a.b"}}', ["a.b"]),
        ('{"resumed": [], "errors": [{"code": "a.b"}, {"code": "c.d"}]}', ["a.b", "c.d"]),
        ('{"landing": {"result": "stopped", "error": {"code": "e.f"}}}', ["e.f"]),
        ('{"landing": {"result": "landed"}}', []),
        ("killed", []),
    ],
)
def test_the_codes_that_a_process_told_are_read(document: str, codes: list[str]) -> None:
    assert Ended("ship", 1, document, "").errors == codes


def test_a_wrapped_command_hears_what_it_is_told() -> None:
    """`unshare` ignores what ends others, so that a worker in it would go on for ever."""
    wrapped = subprocess.Popen(["unshare", "--fork", "sleep", "300"])
    try:
        children = Path(f"/proc/{wrapped.pid}/task/{wrapped.pid}/children")
        until(lambda: bool(children.read_text().split()))
        tell(wrapped, signal.SIGTERM)
        assert wrapped.wait(240) != 0
    finally:
        wrapped.kill()
        wrapped.wait()


@pytest.mark.parametrize(
    ("plant", "count", "text"),
    [
        ("no-intent", "wrong", "labs.shapes: land.recorded without an intent on record"),
        ("twice", "doubled", "labs.shapes was landed 3 times"),  # by the command, and by the `resume` after it
    ],
)
def test_a_planted_fault_makes_the_report_fail(
    stages: dict[str, Stage], tmp_path: Path, plant: str, count: str, text: str
) -> None:
    env = {"LANESHIFT_CHAOS_PLANT": plant}
    result = play(one("land", "lock", 1.0), stages, tmp_path / "repo", None, env)
    assert text in getattr(result.verdict, count)
    assert report.counts([result])[count] > 0
    assert report.status([result]) == 1
    told = report.table([result], "nothing")
    assert "python -m tests.chaos --rounds 1 --seed 0" in told
    assert text in told
    assert report.as_json([result], "nothing")["results"][0]["good"] is False


def test_a_small_disk_is_full_until_it_is_freed_and_keeps_what_was_written(tmp_path: Path) -> None:
    folder = tmp_path / "state"
    folder.mkdir()
    (folder / "before").write_bytes(b"x" * 5000)
    if not can_mount():
        with pytest.raises(subprocess.CalledProcessError), small_disk(folder, 8192):
            pytest.fail("nothing can be mounted here, and yet it was")
        assert [file.name for file in folder.iterdir()] == ["before"]
        return
    with small_disk(folder, 8192) as free:
        with pytest.raises(OSError, match="No space left"):
            (folder / "large").write_bytes(b"y" * 100_000)
        free()
        (folder / "large").write_bytes(b"y" * 100_000)
    assert not folder.is_mount()
    assert {file.name: file.stat().st_size for file in folder.iterdir()} == {"before": 5000, "large": 100_000}


def test_where_nothing_can_be_mounted_no_file_may_grow(
    stages: dict[str, Stage], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(harms, "can_mount", lambda: False)
    scene = Scene(tmp_path / "repo", stages["land"])
    with harms.lasting(scene, Harm("disk", 0.0, 0.0, 0, 0.5)):
        assert scene.fate == ["--file-bytes", str((1 << 18) + (1 << 17))]
