"""After the landing: it is verified, taken back, and landed again."""

from __future__ import annotations

import re
import shutil

from demo import batch
from demo.shell import Shell
from demo.shipping import status
from demo.stage import Landed, Stage, Start

_FINDINGS = re.compile(r"findings: 0\b")


def verify(stage: Stage) -> None:
    """Every landed tree is computed again from its intent."""
    with stage.act("Verify: compute every landed tree again from its intent, and check the journal"):
        done = stage.shell.show("laneshift", "verify", batch.NAME)
        stage.promises.equal("verify ends with exit status 0", done.code, 0)
        stage.promises.hold("and has no findings", bool(_FINDINGS.search(done.out)), done.out)
        _elsewhere(stage)


def _elsewhere(stage: Stage) -> None:
    """A fresh clone with the exported journal, and nothing else of this repository, proves the same trees."""
    journal, folder = stage.folder.resolve() / "journal.jsonl", stage.folder / "elsewhere"
    shutil.rmtree(folder, ignore_errors=True)
    stage.shell.show("laneshift", "verify", batch.NAME, "--export", str(journal), tail=1)
    stage.shell.line("git", "clone", "--quiet", ".", str(folder.resolve()))
    done = Shell(folder, stage.console).show("laneshift", "verify", batch.NAME, "--journal", str(journal))
    stage.promises.equal("a fresh clone proves every landed tree by the exported journal alone", done.code, 0)
    stage.promises.hold("and has no findings there either", bool(_FINDINGS.search(done.out)), done.out)


def roll_back(stage: Stage, start: Start) -> None:
    """The tree after the rollback is the tree before the landing."""
    with stage.act("Roll the whole batch back"):
        done = stage.shell.show("laneshift", "rollback", batch.NAME)
        stage.promises.equal("rollback ends with exit status 0", done.code, 0)
        tree = stage.shell.show("git", "rev-parse", "main^{tree}").out.strip()
        stage.promises.equal(f"the tree is the base's again: {start.tree}", tree, start.tree)
        dirty = stage.shell.line("git", "status", "--porcelain")
        stage.promises.equal("and the work tree is clean", dirty, "")


def land_again(stage: Stage, landed: Landed) -> None:
    """The same intents on the same tree give the same tree, whose test result is known."""
    with stage.act("Land it again: the tree is the one that was tested, so this is quick"):
        done = stage.shell.live("laneshift", "land", landed.plan)
        stage.promises.hold("landing ends as before", done.code in (0, 1), done.code)
        tree = stage.shell.line("git", "rev-parse", "main^{tree}")
        stage.promises.equal(f"the tree is the one that landed first: {landed.tree}", tree, landed.tree)
        states = {item["id"]: item["state"] for item in status(stage)["items"]}
        stage.promises.equal("every item is where it was", states, landed.states)
