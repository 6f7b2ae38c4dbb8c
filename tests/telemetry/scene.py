"""A batch with an item that lands, a culprit, a lane violation, a target that moves, a kill and a rollback."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from laneshift.evidence.keys.vault import Vault
from laneshift.runs import resuming, working
from laneshift.runs.key_rotation import Operator, rotate
from laneshift.runs.rolling_back import roll_back
from laneshift.runs.workshop import Workshop
from laneshift.telemetry.choice import AGENT, FILE
from laneshift.wiring import serve_metrics
from tests.chaos.dying import killed
from tests.monorepo import LANES
from tests.repo.builders import commit_files, git_cli, repo_at
from tests.telemetry.receivers import Collected, Datagrams, Series, parsed, scraped
from tests.toy import EXTRA, WatchedSandbox, planned, shop_at

ROOT = Path(__file__).resolve().parents[2]
SECRET = "ghp_0123456789abcdefghijABCDEFGHIJ012345"
BATCH = "".join(f"labs.{name}\tlabs/{name}.py\tcore/{name}.py\n" for name in ("left", "right", "leans"))
FILES = {
    "laneshift.toml": f"""\
workers = 1

{LANES}
[lanes.tools]
paths = ["tools/**"]

[ceilings]
per_day = 50

[tests]
smoke = ["tests/test_pair.py"]

[tests.environment]
PYTEST_DISABLE_PLUGIN_AUTOLOAD = "1"
""",
    "labs/__init__.py": "",
    "labs/left.py": "SIDE = 'left'\n",
    "labs/right.py": "SIDE = 'right'\n",
    "labs/leans.py": "from tools import kit\n\nKIT = kit\n",
    "core/__init__.py": "",
    "tools/__init__.py": "",
    "tools/kit.py": "SIZE = 1\n",
    "tests/test_pair.py": EXTRA["tests/test_pair.py"],
}


@dataclass
class Scene:
    """What is left of it: the repository, and what everybody was told."""

    path: Path
    datagrams: Datagrams
    collected: Collected
    file: dict[Series, float]
    text: str
    amid: dict[Series, float]
    """What a scrape in the middle of the landing gave."""
    killed: str
    """The item whose step was under way when the process was killed."""


def repository(path: Path) -> Path:
    """The repository, its batch planned."""
    repo_at(path, FILES)
    git_cli(path, "config", "user.name", "Ada Planner")
    git_cli(path, "config", "user.email", "ada@example.org")
    planned(path, BATCH)
    return path


def variables(folder: Path, datagrams: Datagrams, collected: Collected) -> dict[str, str]:
    """The environment in which everybody is told."""
    return {
        FILE: str(folder / "laneshift.prom"),
        AGENT: datagrams.url,
        "OTEL_EXPORTER_OTLP_ENDPOINT": collected.url,
        "OTEL_EXPORTER_OTLP_TIMEOUT": "5",
        "LANESHIFT_KEYS": str(folder / "keys"),
        "LANESHIFT_REPOSITORY": "toy",
    }


@contextmanager
def telling(path: Path) -> Iterator[Workshop]:
    """The real parts, which have told everything when this ends."""
    shop = shop_at(path)
    try:
        yield shop
    finally:
        shop.telemetry.close()


def played(folder: Path, datagrams: Datagrams, collected: Collected) -> Scene:
    """Everything that can happen to a batch, with all who are told listening."""
    with pytest.MonkeyPatch.context() as patch:
        path = repository(folder / "repo")
        for name, value in variables(folder, datagrams, collected).items():
            patch.setenv(name, value)
        with telling(path) as shop:
            rotate(shop, Vault(folder / "keys"), "journal", "ed25519", Operator("ada", f"first, with {SECRET}"))
        with telling(path) as shop:
            working.canary(shop, shop.plans.load("batch"), 1)
        killed = _killed(path)
        with telling(path) as shop:
            resuming.resume(shop, 1)
        amid = _landed(path, datagrams)
        with telling(path) as shop:
            roll_back(shop, shop.plans.load("batch"))
        text = (folder / "laneshift.prom").read_text()
    return Scene(path, datagrams, collected, parsed(text), text, amid, killed)


def _killed(path: Path) -> str:
    killed(path, "run", "after", "step.ended")
    return str(shop_at(path).journal.records(kind="step.ended")[-1].facts["item"])


def _landed(path: Path, datagrams: Datagrams) -> dict[Series, float]:
    """Land while the target moves under the first train that is green; what a scrape in between gave."""
    amid: dict[Series, float] = {}
    moved: list[str] = []
    with telling(path) as shop:
        url, end = serve_metrics(shop, "127.0.0.1:0")

        def heard(moment: str, _tree: str, selection: Sequence[str]) -> None:
            if moment == "before" and not amid:
                amid.update(scraped(url))
                datagrams.wait_for("laneshift.queue_oldest_age_seconds:")
            green = [record for record in shop.journal.records(kind="item.settled") if record.facts["state"] == "held"]
            if moment == "after" and not selection and green and not moved:
                moved.append(commit_files(path, {"notes.txt": "somebody else was here\n"}))

        watched = replace(shop, sandbox=lambda settings: WatchedSandbox(shop.sandbox(settings), heard))
        outcome = working.land(watched, shop.plans.load("batch"))
        assert (outcome["result"], len(moved)) == ("landed", 1)
        amid.update(scraped(url))
        end()
    return amid
