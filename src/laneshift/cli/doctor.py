"""`laneshift doctor`: what on this machine and in this repository would stop or weaken a batch."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.text import Text

from laneshift.cli.session import AsJson, Directory, Session, Verbose, session

_STYLES = {"ok": "green", "warn": "yellow", "fail": "bold red"}


def add(app: typer.Typer) -> None:
    """Give the program this verb."""
    app.command("doctor")(doctor)


def doctor(
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Show only what is not as it should be.")] = False,
    gates: Annotated[
        bool, typer.Option("--gates", help="Plant each gate's seeded fault in a scratch copy, and see who catches it.")
    ] = False,
    check_message: Annotated[
        Path | None, typer.Option("--check-message", metavar="FILE", help="Check only the commit message in FILE.")
    ] = None,
    check_push: Annotated[str | None, typer.Option("--check-push", hidden=True)] = None,
    install_hooks: Annotated[
        bool, typer.Option("--install-hooks", help="Have git check what people commit and push by hand.")
    ] = False,
    remove_hooks: Annotated[bool, typer.Option("--remove-hooks", help="Take these hooks away.")] = False,
    policy: Annotated[
        str, typer.Option("--policy", metavar="ACTION", help="Only tell whether the policies of the server permit it.")
    ] = "",
    who: Annotated[
        str, typer.Option("--as", metavar="KIND:EMAIL", help="With --policy: who asks, person:… or agent:….")
    ] = "person:somebody",
    role: Annotated[list[str] | None, typer.Option("--role", help="With --policy: their role; repeatable.")] = None,
    batch: Annotated[str, typer.Option("--batch", metavar="PLAN", help="With --policy: of this plan or batch.")] = "",
    flow: Annotated[str, typer.Option("--flow", metavar="NAME", help="With --policy: of this flow.")] = "",
    tests: Annotated[
        bool, typer.Option("--tests/--no-tests", help="Try the project's tests on HEAD, for a minute at most.")
    ] = True,
    reclaim: Annotated[
        bool, typer.Option("--reclaim", help="Only empty checkouts that nobody uses, and say how much disk that freed.")
    ] = False,
    directory: Directory = Path(),
    as_json: AsJson = False,
    verbose: Verbose = False,
) -> None:
    """Try what a batch needs: tools, isolation, engine, disk, locks, settings. Exit 1 when something fails."""
    with session(directory, as_json, verbose) as talk:
        if gates:
            from laneshift.cli.doctor_gates import show_gates

            raise typer.Exit(0 if show_gates(talk) else 1)
        if reclaim:
            from laneshift.cli.doctor_reclaim import show_freed

            show_freed(talk)
            return
        if policy:
            from laneshift.cli.doctor_policy import explain

            raise typer.Exit(explain(talk, policy, who, role or ["reader"], batch, flow))
        if check_message is not None or check_push is not None or install_hooks or remove_hooks:
            from laneshift.cli import hooks

            hooks.asked(talk, check_message, check_push, install=install_hooks, remove=remove_hooks, quiet=quiet)
            return
        raise typer.Exit(1 if _examined(talk, directory, quiet=quiet, tests=tests) == "fail" else 0)


def _examined(talk: Session, directory: Path, *, quiet: bool, tests: bool) -> str:
    """Try everything and show it; the worst status that was seen."""
    from laneshift.cli.doctor_trial import ready, trial
    from laneshift.repo.objects import Repository
    from laneshift.runs.doctor.examine import examine
    from laneshift.runs.doctor.row import worst
    from laneshift.runs.leading_on import next_command, settle_command

    rows = examine(directory, os.environ, suite=trial(talk) if tests else None)
    counts = {status: sum(row.status == status for row in rows) for status in _STYLES}

    def show(console: Console) -> None:
        width = max(len(row.check) for row in rows)
        for row in rows:
            if quiet and row.status == "ok":
                continue
            line = Text.assemble((f"{row.status:<4}", _STYLES[row.status]), f"  {row.check:<{width}}  {row.what}")
            console.print(line, soft_wrap=True)
            for label, text in (("why", row.why), ("cure", row.cure)):
                if text and row.status != "ok":
                    console.print(Text(f"{'':>{width + 8}}{label}: {text}"), soft_wrap=True)
        console.print(", ".join(f"{number} {status}" for status, number in counts.items()), highlight=False)

    whole = worst(rows)
    data = {"status": whole, "counts": counts, "rows": [row.as_json() for row in rows]}
    talk.result(data, show, next_command(rows, lambda: ready(talk), lambda: settle_command(Repository.open(directory))))
    return whole
