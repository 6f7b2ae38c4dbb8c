"""`laneshift ship` where a person has to approve: it stops for that person, and afterwards takes up the same plan."""

from __future__ import annotations

from pathlib import Path

from tests.cli.one_process import several
from tests.monorepo import BATCH
from tests.ssh_keys import make_key, public
from tests.toy import QUICK, records, refs, shop_at, toy, tree_of

ADA = "ada@example.org"
SHIP = ["ship", ".git/batch.tsv", "-j", "1"]
SETTINGS = f"""{QUICK}
[approval]
people = ["{ADA}"]
signers = "signers"
"""


def test_it_stops_for_the_approval_and_goes_on_with_the_same_plan(tmp_path: Path) -> None:
    key = make_key(tmp_path, "ada", "ed25519")
    path = toy(tmp_path / "repo", {"laneshift.toml": SETTINGS, "signers": f"{ADA} {public(key)}\n"})
    (path / ".git/batch.tsv").write_text(BATCH.splitlines()[0] + "\n")
    before = refs(path)["refs/heads/main"], tree_of(path)
    stopped, again, given, done = several(
        path,
        [
            [*SHIP, "--json"],
            [*SHIP, "--json"],
            ["approve", "batch", "--key", str(key), "--json"],
            [*SHIP, "--json"],
        ],
    )
    plan = shop_at(path).plans.load("batch")
    assert (stopped.code, stopped.data["next"]) == (4, f"laneshift approve {plan.id}")
    assert (stopped.data["ok"], stopped.data["done"]) == (True, 1)
    # The canary holds, so it is not run again; that nobody approved is what keeps it.
    assert (again.code, again.data["error"]["code"]) == (4, "approval.missing")
    assert again.data["error"]["cure"] == f"laneshift approve {plan.id}"
    assert len(records(path, "canary.recorded")) == 1
    assert (given.code, given.data["enough"]) == (0, True), given.out
    assert done.code == 0, done.out
    assert len(shop_at(path).plans.all()) == 1
    assert done.data["landing"]["items"] == ["labs.shapes"]
    assert (refs(path)["refs/heads/main"], tree_of(path)) == (done.data["landing"]["tip"], done.data["landing"]["tree"])
    assert before[1] != tree_of(path)
