"""bash and git as contestants: one branch after the other, or every branch alone and all green ones merged untested."""

from __future__ import annotations

import shutil
from pathlib import Path

from bench.landing.counting import Pipe, counted
from bench.landing.ground import Ground
from bench.landing.mergetrain import ENVIRONMENT, GATE
from bench.landing.ours import number
from bench.landing.timing import Result, moved, spend
from corpus.project import clone, run

_SCRIPTS = Path(__file__).parent.absolute()
WORKERS = 2


def land(ground: Ground, folder: Path, pipe: Pipe, *, parallel: bool) -> Result:
    """Land every branch from a fresh clone in `folder`, which is removed again."""
    run(ground.origin, "update-ref", "refs/heads/main", ground.base)
    checkout = clone(ground.origin, folder / "checkout")
    run(checkout, "config", "user.name", "Bench")
    run(checkout, "config", "user.email", "bench@example.org")
    script = ("parallel.sh", str(checkout), str(WORKERS)) if parallel else ("serial.sh", str(checkout))
    command = ("bash", str(_SCRIPTS / script[0]), *script[1:], *GATE)
    pipe.taken()
    spent, told = spend(command, checkout, ENVIRONMENT, typed="".join(f"{branch}\n" for branch in ground.branches))
    rejected = frozenset(frozenset({number(branch)}) for branch in told.split())
    result = Result(moved(ground.origin, "main", ground.items), rejected, spent, counted(pipe.taken(), ground.items))
    shutil.rmtree(folder)
    return result
