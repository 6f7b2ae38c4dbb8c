"""A full disk stops the work and is told; no item is blamed for it, and the work goes on once there is room."""

from __future__ import annotations

import errno
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import typer

from laneshift.cli.session import session
from laneshift.errors import CheckFailed, LaneshiftError, no_room
from laneshift.runs import working
from laneshift.runs.engine.values import facts_of
from laneshift.runs.failure import is_machines
from tests.monorepo import BATCH
from tests.toy import planned, records, shop_at, toy


@contextmanager
def stopped_up(path: Path) -> Iterator[None]:
    """Leave git no way to store an object: a file is where each missing folder would have to be made."""
    made = [place for number in range(256) if not (place := path / f".git/objects/{number:02x}").exists()]
    for place in made:
        place.write_text("in the way")
    try:
        yield
    finally:
        for place in made:
            place.unlink()


def test_a_run_that_cannot_write_stops_and_blames_no_item(tmp_path: Path) -> None:
    path = toy(tmp_path / "repo")
    plan = planned(path, BATCH)
    with stopped_up(path), pytest.raises(LaneshiftError) as caught:
        working.run(shop_at(path), plan, workers=1)
    assert caught.value.code == "repo.not-writable"
    state = working.state_of(shop_at(path), plan)
    assert state.unfinished == []
    assert {item.state for item in state.items.values()} == {"waiting"}
    assert records(path, "item.settled") == []
    done = working.run(shop_at(path), plan, workers=1)
    assert {item.state for item in done.items.values()} == {"ready-to-land"}


def test_a_command_without_room_tells_so_and_is_no_bug(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(typer.Exit) as ended, session(tmp_path, as_json=True, verbose=False):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), "/there/plan")
    error = json.loads(capsys.readouterr().out)["error"]
    assert (ended.value.exit_code, error["code"], error["where"]) == (1, "machine.no-room", "/there/plan")
    with pytest.raises(typer.Exit) as crashed, session(tmp_path, as_json=True, verbose=False):
        raise OSError(errno.EBADF, "something else")
    assert crashed.value.exit_code == 3


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EROFS])
def test_words_and_numbers_of_the_system_are_understood(number: int) -> None:
    error = OSError(number, os.strerror(number), "/there/file")
    told = no_room(error)
    assert isinstance(told, CheckFailed)
    assert (told.where, told.why) == ("/there/file", os.strerror(number))
    assert is_machines(facts_of(error, "engine.step-crashed", "the step x"))
    assert is_machines({"code": "git.failed", "why": f"fatal: write error: {os.strerror(number)}"})


@pytest.mark.parametrize(
    "facts",
    [
        {},
        {"code": "steps.crashed", "why": "No space left on device"},
        {"code": "moves.conflict", "what": "No space left on device.py: No space left on device"},
        {"code": "git.failed", "why": "fatal: not a tree object"},
        facts_of(ValueError("No space left on device"), "engine.step-crashed", "the step x"),
        facts_of(FileNotFoundError(errno.ENOENT, "gone"), "engine.step-crashed", "the step x"),
    ],
)
def test_nothing_else_is_taken_for_the_machine(facts: dict[str, Any]) -> None:
    assert not is_machines(facts)
