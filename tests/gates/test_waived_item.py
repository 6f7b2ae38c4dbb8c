"""An item that a gate fails: held back without a waiver, landed as waived with one, and held back again without."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path

import pytest

from laneshift.gates.waivers import NAMESPACE, Waiver
from laneshift.runs import working
from laneshift.runs.inspecting import steps_of
from tests.gates.test_waivers import ANN, signed
from tests.repo.builders import commit_files
from tests.ssh_keys import make_key, public
from tests.toy import QUICK, laneshift, planned, shop_at, toy

SWALLOWS = "def load(call):\n    try:\n        return call()\n    except ValueError:\n        return None\n"
WAIVER = ".laneshift/waivers/quiet.toml"
BATCH = "labs.quiet\tlabs/quiet.py\tcore/quiet.py\n"
RULES = f'{QUICK}\n[approval]\npeople = ["{ANN}"]\nrequired = false\nsigners = "signers"\n'


def quiet_toy(folder: Path) -> Path:
    """A repository with one module that the gate `logs` fails, and `folder/ann`, the key of who may waive that."""
    test = "from labs.quiet import load\n\n\ndef test_load():\n    assert load(dict) == {}\n"
    key = make_key(folder, "ann")
    files = {"labs/quiet.py": SWALLOWS, "tests/test_quiet.py": test, "signers": f"{ANN} {public(key)}\n"}
    return toy(folder / "toy", {**files, "laneshift.toml": RULES})


def signed_until(folder: Path, days: int, reason: str = "its caller logs") -> dict[str, str]:
    """The file of a waiver for the module, signed by Ann, that holds for so many days."""
    until = dt.datetime.now(dt.UTC).date() + dt.timedelta(days=days)
    waiver = Waiver("", "logs", ("labs.quiet",), (), reason, ANN, until, "")
    return {WAIVER: signed(waiver, folder / "ann")}


@pytest.fixture
def mine(tmp_path: Path) -> Path:
    return quiet_toy(tmp_path)


def test_a_waiver_lets_one_failure_pass_and_is_told_everywhere(mine: Path, tmp_path: Path) -> None:
    shop, plan = shop_at(mine), planned(mine, BATCH)
    held = working.run(shop, plan, 1).items["labs.quiet"]
    assert (held.state, held.step) == ("quarantined", "gates")
    assert "exception handlers" in held.cause

    commit_files(mine, signed_until(tmp_path, 30))
    shop, again = shop_at(mine), planned(mine, BATCH)
    assert working.run(shop, again, 1).items["labs.quiet"].state == "ready-to-land"

    [gates] = [step for step in steps_of(shop, again, "labs.quiet") if step.step == "gates"]
    assert gates.facts["logs"] == "waived"
    assert gates.summary.endswith("waived: logs")
    [told] = [verdict for verdict in gates.seen["verdicts"] if verdict["gate"] == "logs"]
    assert "its caller logs" in told["waiver"]
    assert json.loads(shop.store.get(told["evidence"]))["details"] == told["details"]
    whole = laneshift(mine, "inspect", again.id)
    assert "waived: labs.quiet: gate logs failed" in whole.out
    assert laneshift(mine, "inspect", again.id, "--json").data["waived"]["labs.quiet"][0]["gate"] == "logs"
    shown = laneshift(mine, "inspect", again.id, "labs.quiet")
    assert "gate logs failed and is waived" in shown.out
    assert NAMESPACE not in shown.out
    imports = next(verdict for verdict in gates.seen["verdicts"] if verdict["gate"] == "imports")
    assert imports["inputs"].startswith("sha256:")
    assert imports["evidence"].startswith("sha256:")
    assert imports["milliseconds"] >= 0
