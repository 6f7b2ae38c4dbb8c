"""Clones of the toy monorepo that share nothing but a remote and a database, and processes that work in them."""

from __future__ import annotations

import subprocess
import sys
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from laneshift.evidence.records import Record
from tests.monorepo import BATCH, BREAKS, VERIFY
from tests.repo.builders import git_cli
from tests.runs.engine.network import Line
from tests.toy import QUICK, environment, laneshift, lend_bytecode, toy

EPOCH = {"SOURCE_DATE_EPOCH": "1700000000"}
LEASE_SECONDS = 10.0
SHARED_BATCH = BATCH + BREAKS + VERIFY
"""Two items that land, one that is set aside, one that is verified only."""
_ALWAYS = 'smoke = ["tests/test_smoke.py"]\nalways = ["tests/test_gate.py"]\n'


def changes(gate: Path) -> dict[str, str]:
    """What the toy has besides: a remote to land on, and a test that waits for the file `gate`, for minutes."""
    settings = QUICK.replace('smoke = ["tests/test_smoke.py"]\n', _ALWAYS)
    waits = f"import time\nfrom pathlib import Path\n\n\ndef test_gate():\n    gate = Path({str(gate)!r})\n"
    waits += "    for _ in range(4000):\n        if gate.exists():\n            return\n        time.sleep(0.1)\n"
    return {"laneshift.toml": f'{settings}\n[landing]\nremote = "origin"\n', "tests/test_gate.py": waits}


@dataclass
class Fleet:
    """A remote, a first clone that plans, and as many others as a test wants."""

    folder: Path
    database: str
    gate: Path
    started: list[subprocess.Popen[str]] = field(default_factory=list)

    @property
    def remote(self) -> Path:
        """The bare repository where the clones meet."""
        return self.folder / "remote.git"

    def make(self, warm: Path) -> None:
        """The remote, with the toy on its branch. `warm` is a repository whose compiled bytecode is lent to clones."""
        self._warm = warm
        seed = toy(self.folder / "seed", changes(self.gate))
        git_cli(self.folder, "clone", "-q", "--bare", str(seed), str(self.remote))

    def clone(self, name: str) -> Path:
        """A clone of the remote."""
        path = self.folder / name
        git_cli(self.folder, "clone", "-q", str(self.remote), str(path))
        git_cli(path, "config", "user.name", "Ada Planner")
        git_cli(path, "config", "user.email", "ada@example.org")
        lend_bytecode(self._warm, path)
        (path / ".git/batch.tsv").write_text(SHARED_BATCH)
        return path

    def settings(self, database: str = "") -> dict[str, str]:
        """The environment of every process of the fleet; `database` stands in for the real address."""
        return {
            **EPOCH,
            "LANESHIFT_LEASE_SECONDS": str(LEASE_SECONDS),
            "LANESHIFT_DATABASE_URL": database or self.database,
            "LANESHIFT_RECORDS": "database",
        }

    def start(self, path: Path, *arguments: str, line: Line | None = None) -> subprocess.Popen[str]:
        """A command in a clone, at the end of a line if there is one; whoever made the fleet ends it."""
        database, prefix = (line.address(self.database), line.prefix) if line is not None else ("", [])
        process = subprocess.Popen(
            [*prefix, sys.executable, "-m", "laneshift", *arguments],
            cwd=path,
            env=environment(self.settings(database)),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        self.started.append(process)
        return process

    def run(self, path: Path, *arguments: str) -> Any:
        """A command in a clone, to its end."""
        return laneshift(path, *arguments, env=self.settings())

    def end(self) -> None:
        """Kill what is left."""
        for process in self.started:
            process.kill()
            process.communicate()


def made(records: list[Record]) -> dict[str, Any]:
    """What a batch came to: the tree after every step of every item, and how every item was settled."""
    ended = [record.facts for record in records if record.kind == "step.ended"]
    settled = [record.facts for record in records if record.kind == "item.settled"]
    return {
        "steps": {f"{facts['item']}/{facts['step']}": (facts["status"], facts["tree"]) for facts in ended},
        "settled": {facts["item"]: (facts["state"], facts.get("commit", "")) for facts in settled},
    }


def doubled(records: list[Record]) -> dict[str, int]:
    """Steps, settlements and landings that are on record more than once."""
    told = [record for record in records if record.kind in ("step.ended", "item.settled", "land.recorded")]
    named = Counter(f"{r.kind} {r.facts.get('item', '')} {r.facts.get('step', '')}" for r in told)
    return {name: count for name, count in named.items() if count > 1}
