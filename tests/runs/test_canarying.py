"""The canary of 24 items with one that fails: who is in it, what it says about the rest, and what follows from it."""

from __future__ import annotations

import json
import subprocess
import sys
from decimal import Decimal
from math import sqrt
from pathlib import Path
from typing import Any

import pytest

from laneshift.evidence.canonical import digest
from laneshift.rollout.pins import pins_digest
from tests.cli.one_process import several
from tests.many import first, many
from tests.toy import Done, records, refs, shop_at

ITEMS = 24
_SCRIPT = Path(__file__).resolve().parents[2] / "docs/canary.py"


@pytest.fixture(scope="module")
def ran(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, str], list[Done]]:
    """The repository after plan, canary, status and a canary of another size that is none; its refs before."""
    path = many(tmp_path_factory.mktemp("canary") / "repo", ITEMS, first(ITEMS, "0.10")[:1])
    before = refs(path)
    commands = [
        ["plan", ".git/many.tsv", "--json"],
        ["canary", "many", "--json"],
        ["canary", "many"],
        ["status", "--json"],
        ["canary", "many", "--size", "0", "--json"],
    ]
    return path, before, several(path, commands)


def test_the_report_has_the_sample_the_failure_and_the_bound(ran: tuple[Path, dict[str, str], list[Done]]) -> None:
    path, _, (planned, done, *_) = ran
    wanted = list(first(ITEMS, "0.10"))
    assert planned.data["canary"] == wanted
    assert (done.code, done.data["ok"], done.data["bad"], done.data["done"]) == (1, False, 1, 2)
    assert [item["item"] for item in done.data["items"]] == wanted
    assert [item["state"] for item in done.data["items"]] == ["quarantined", "ready-to-land"]
    assert done.data["strata"] == [
        {"stratum": "core/core", "items": 18, "quota": 1},
        {"stratum": "serve/serve", "items": 6, "quota": 1},
    ]
    # One bad of two: at most one is as rare as 5 % where 1 - p * p = 0.05.
    assert abs(float(done.data["bound"]) - sqrt(0.95)) < 2e-6
    assert Decimal(done.data["bound"]) >= Decimal(sqrt(0.95))
    assert done.data["combined"]["result"] == "green"
    assert done.data["gates"]["imports"] == {"passed": 1}
    assert done.data["seconds"] > 0
    plan = shop_at(path).plans.load("many")
    assert (done.data["plan"], done.data["pins"]) == (plan.id, pins_digest(plan.pins))


def test_its_words_are_for_a_person(ran: tuple[Path, dict[str, str], list[Done]]) -> None:
    done = ran[2][2]
    told = done.out.splitlines()
    assert done.code == 1
    assert told[0].startswith(f"quarantined at test: {first(ITEMS, '0.10')[0]}: ")
    assert "stratum serve/serve: 1 of 6 item(s)" in told
    assert "1 of 2 item(s) failed (50.0 %): at most 97.5 % of all do, at 95 %" in told
    assert told[-2].startswith("the canary does not hold: sha256:")
    assert told[-1].startswith("next: laneshift inspect many-")


def test_it_moves_no_branch_but_those_of_its_items_and_is_on_record(
    ran: tuple[Path, dict[str, str], list[Done]],
) -> None:
    path, before, (_, done, _, status, wrong) = ran
    wanted = first(ITEMS, "0.10")
    own = {f"refs/heads/laneshift/many/{item}" for item in wanted}
    assert refs(path).keys() - before.keys() == own
    again, twice = records(path, "canary.recorded")
    # The failed item was tried again, to the same end: a result without times has one digest.
    assert again.facts == twice.facts
    assert again.facts["result"] == done.data["result"]
    stored = json.loads(shop_at(path).store.get(again.facts["result"]))
    assert digest(stored) == done.data["result"]
    assert (again.facts["bad"], again.facts["done"], again.facts["ok"]) == (1, 2, False)
    [batch] = status.data["batches"]
    assert batch["canary"]["items"] == list(wanted)
    assert batch["counts"]["waiting"] == ITEMS - 2
    assert batch["unfinished"] == []
    assert (wrong.code, wrong.data["error"]["code"]) == (2, "canary.bad-size")


def test_a_script_without_laneshift_arrives_at_the_same_members(
    ran: tuple[Path, dict[str, str], list[Done]],
) -> None:
    path = ran[0]
    file = path / ".git/laneshift/plans" / f"{shop_at(path).plans.load('many').id}.json"
    for share in ("0.10", "0.35", "1"):
        done = subprocess.run([sys.executable, "-I", _SCRIPT, file, share], capture_output=True, text=True, check=True)
        assert done.stdout.split() == list(first(ITEMS, share))


def test_a_canary_of_nothing_is_an_error(tmp_path: Path) -> None:
    path = many(tmp_path / "repo", 1, ())
    (path / ".git/many.tsv").write_text("labs.gone\tlabs/gone.py\tcore/gone.py\n")
    planned, done = several(path, [["plan", ".git/many.tsv", "--skip-refused"], ["canary", "many", "--json"]])
    error: Any = done.data["error"]
    assert (planned.code, done.code, error["code"]) == (0, 1, "canary.nothing-checked")
    assert records(path, "canary.started") == []
