"""`python -m tests.chaos [--rounds N] [--seed S] [--json]`: rounds of trouble, and what became of the items."""

from __future__ import annotations

import argparse
import json
import os
import signal
import sys
import tempfile
import threading
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from pathlib import Path
from types import FrameType

from laneshift.runs.engine.port import Program
from laneshift.runs.engine.postgres_engine import PostgresEngine
from tests.chaos import harms, planted, report
from tests.chaos.play import Result, play
from tests.chaos.rounds import KINDS, Round, draw
from tests.chaos.small_disk import can_mount
from tests.chaos.stages import SMALL, WHOLE, Stage, make_stages
from tests.runs.engine import servers

_ROUNDS = 200
_TEMPLATE = "migrated"


def main(arguments: Sequence[str] | None = None) -> int:
    """Play the rounds. 0 when no item was lost, doubled or wrongly landed and every round ended tidily, else 1."""
    parser = argparse.ArgumentParser(prog="python -m tests.chaos", description=__doc__)
    parser.add_argument("--rounds", type=int, default=_ROUNDS, help=f"how many; {_ROUNDS} when left out")
    parser.add_argument("--seed", type=int, default=1, help="of the first round; each round has the next one")
    parser.add_argument("--kind", choices=KINDS, action="append", help="only rounds of this kind; repeatable")
    parser.add_argument("--jobs", type=int, default=1, help="rounds at a time; 1 when left out")
    parser.add_argument("--small", action="store_true", help="a batch of two items instead of three")
    parser.add_argument("--plant", choices=planted.NAMES, help="commit this fault in every round: the report must fail")
    parser.add_argument("--keep", action="store_true", help="keep the repositories of failed rounds")
    parser.add_argument("--json", action="store_true", help="one JSON document")
    chosen = parser.parse_args(arguments)
    if chosen.rounds < 1 or chosen.seed < 0 or chosen.jobs < 1:
        parser.error("--rounds and --jobs must be at least 1, and --seed at least 0")
    signal.signal(signal.SIGTERM, _stopped)  # so that servers, mounts and folders go when the harness is told to
    env = {"LANESHIFT_CHAOS_PLANT": chosen.plant} if chosen.plant else {}
    with _quiet_home() as root:
        stages = make_stages(root / "stages", SMALL if chosen.small else WHOLE)
        results = list(_played(_seeds(chosen.seed, chosen.rounds, chosen.kind), stages, root, env, chosen.jobs))
        if chosen.keep and report.status(results):
            _kept(root, results)
    disk = "small tmpfs mounts" if can_mount() else "RLIMIT_FSIZE, since nothing can be mounted here"
    if chosen.json:
        sys.stdout.write(json.dumps(report.as_json(results, disk), indent=2) + "\n")
    else:
        sys.stdout.write("\n" + report.table(results, disk) + "\n")
    return report.status(results)


def _stopped(_number: int, _frame: FrameType | None) -> None:
    raise SystemExit(143)


def _seeds(first: int, many: int, kinds: Sequence[str] | None) -> list[Round]:
    """The rounds from the first seed on, those of other kinds left out."""
    found: list[Round] = []
    seed = first
    while len(found) < many:
        drawn = draw(seed)
        if not kinds or drawn.kind in kinds:
            found.append(drawn)
        seed += 1
    return found


def _played(
    rounds: Sequence[Round], stages: Mapping[str, Stage], root: Path, env: Mapping[str, str], jobs: int
) -> Iterator[Result]:
    """The results in the order of the rounds, `jobs` of which are played at a time."""
    alone = threading.Lock()  # who restarts the server would restart it for other rounds as well
    with ExitStack() as undo:
        cluster: servers.Cluster | None = None
        if any(drawn.engine == "postgres" for drawn in rounds):
            cluster = undo.enter_context(servers.cluster())
            undo.enter_context(_migrated(cluster))

        def played(drawn: Round) -> Result:
            folder = root / f"round-{drawn.seed}"
            if drawn.engine == "sqlite":
                return play(drawn, stages, folder, None, env)
            with alone, _database(cluster, drawn) as more:
                return play(drawn, stages, folder, cluster, {**env, **more})

        pool = undo.enter_context(ThreadPoolExecutor(jobs))
        undo.callback(pool.shutdown, cancel_futures=True)
        for result in pool.map(played, rounds):
            told = [f"{report.line(result)} ({result.seconds:.1f} s)", *report.findings(result)]
            sys.stderr.write("\n".join(told) + "\n")
            sys.stderr.flush()
            yield result


@contextmanager
def _migrated(cluster: servers.Cluster) -> Iterator[None]:
    """A database that has the tables already, for copies: making them takes a second."""
    with servers.database(cluster.url, _TEMPLATE) as url:
        PostgresEngine(url.render_as_string(), Program({}, {}), 1, "v0", "none", 10.0).close()
        yield


@contextmanager
def _database(cluster: servers.Cluster | None, drawn: Round) -> Iterator[dict[str, str]]:
    """The environment that names a database of the round's own."""
    assert cluster is not None
    with servers.database(cluster.url, f"round_{drawn.seed}", _TEMPLATE) as url:
        shown = url.render_as_string(hide_password=False).replace("+psycopg", "")
        yield {"LANESHIFT_DATABASE_URL": shown, "LANESHIFT_LEASE_SECONDS": str(harms.LEASE_SECONDS)}


@contextmanager
def _quiet_home() -> Iterator[Path]:
    """A folder for everything, with a home in it that has no git configuration of the developer's."""
    with tempfile.TemporaryDirectory(prefix="laneshift-chaos-") as folder:
        root = Path(folder)
        for name in [name for name in os.environ if name.startswith(("GIT_", "LANESHIFT_"))]:
            del os.environ[name]
        home = {"HOME": folder, "XDG_CONFIG_HOME": f"{folder}/.config"}
        os.environ.update(home, GIT_CONFIG_GLOBAL=os.devnull, GIT_CONFIG_NOSYSTEM="1", LC_ALL="C.UTF-8", TZ="UTC")
        yield root


def _kept(root: Path, results: Sequence[Result]) -> None:
    place = Path(tempfile.mkdtemp(prefix="laneshift-chaos-kept-"))
    for result in results:
        folder = root / f"round-{result.round.seed}"
        if folder.exists():
            folder.rename(place / folder.name)
    sys.stderr.write(f"kept in {place}\n")


if __name__ == "__main__":
    sys.exit(main())
