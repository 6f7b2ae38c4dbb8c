"""`python -m demo`: the main job on a real project, from a batch file to landed commits and back."""

from __future__ import annotations

import subprocess
import sys
from collections import Counter
from pathlib import Path

from rich.console import Console
from rich.table import Table

from demo import encore, opening, proof, shipping
from demo.outcomes import Comparison
from demo.promises import PromiseBrokenError
from demo.stage import FOLDER, PROJECT, Landed, Stage, Start
from laneshift.errors import LaneshiftError


def main() -> int:
    """Play the demo. 0 when every promise held, 1 when one did not, 2 when the project cannot be fetched.

    `--whole` runs all of the project's tests once more on the landed tree, which takes another minute.
    """
    console = Console(soft_wrap=True, highlight=False)
    if FOLDER.is_symlink() or not Path("pyproject.toml").is_file():
        console.print("run it from the root of the repository: python -m demo")
        return 2
    try:
        play(Stage.set_up(FOLDER, console), whole="--whole" in sys.argv[1:])
    except PromiseBrokenError as broken:
        console.print(f"\nA promise does not hold: {broken}", style="bold red", markup=False)
        return 1
    except LaneshiftError as error:
        for text in (f"{error.what} [{error.code}]", error.where, error.why, error.cure):
            console.print(text, markup=False)
        return error.exit_code
    except ValueError as error:
        console.print(f"\nA test run cannot be believed: {error}", style="bold red", markup=False)
        return 1
    except subprocess.CalledProcessError as error:
        console.print(f"\n{' '.join(error.cmd)} ended with {error.returncode}: {error.stderr}", markup=False)
        return 1
    except KeyboardInterrupt:
        return 130
    return 0


def play(stage: Stage, *, whole: bool) -> None:
    """All acts, in order. Raises `PromiseBrokenError` at the first promise that does not hold."""
    start = opening.open_project(stage)
    shipping.refuse(stage, start)
    landed = shipping.ship(stage, start)
    proof.history(stage, start, landed)
    tests = proof.same_tests(stage, start, landed, whole=whole)
    encore.verify(stage)
    encore.roll_back(stage, start)
    encore.land_again(stage, landed)
    summary(stage, start, landed, tests)


def summary(stage: Stage, start: Start, landed: Landed, tests: Comparison) -> None:
    """What was shown, in one table, and where to go on."""
    table = Table(box=None, pad_edge=False, show_header=False)
    table.add_column(justify="right")
    table.add_column()
    for title, seconds in stage.acts:
        table.add_row(f"{seconds:.1f} s", title)
    table.add_row(f"{sum(seconds for _, seconds in stage.acts):.1f} s", "in all")
    stage.say("")
    stage.console.print(table)
    ends = ", ".join(f"{number} {name}" for name, number in sorted(Counter(landed.states.values()).items()))
    stage.say(f"items: {ends}")
    stage.say(f"tests: {len(start.passing)} passed before; {tests}")
    stage.say(
        f"trees: base {start.tree[:12]}, landed {landed.tree[:12]}, rolled back to the first, landed as the second"
    )
    stage.say(f"promises: {stage.promises.kept} held, none broken")
    stage.say(f"next: cd {FOLDER / PROJECT}")
    stage.say(f"next: laneshift inspect {landed.plan} networkx.classes.digraph --log test")
    stage.say("next: laneshift status")


if __name__ == "__main__":
    sys.exit(main())
