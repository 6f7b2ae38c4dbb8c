"""`laneshift agent submit PACK`: have an agent's commit looked at as an adversary's, and kept where it is sound."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from laneshift.cli.session import AsJson, Directory, Verbose, session
from laneshift.errors import Refused

_LARGEST = 1 << 20


def join(app: typer.Typer) -> None:
    """Give `laneshift agent` this verb."""
    app.command("submit")(submit)


def submit(
    pack: Annotated[str, typer.Argument(help="The pack that the work is for.")],
    agent: Annotated[str, typer.Option("--agent", metavar="NAME", help="The agent, as the settings name it.")],
    commit: Annotated[
        str, typer.Option("--commit", metavar="REV", help="The last commit; by default what the claim's branch has.")
    ] = "",
    claim: Annotated[str, typer.Option("--claim", metavar="ID", help="By default the one that holds now.")] = "",
    token: Annotated[int, typer.Option("--token", min=0, help="The token of the claim.")] = 0,
    report: Annotated[
        Path | None, typer.Option("--report", metavar="FILE", help="What the agent says of its work, as JSON.")
    ] = None,
    directory: Directory = Path(),
    as_json: AsJson = False,
    verbose: Verbose = False,
) -> None:
    """Judge a commit: what it touches, what it says, its tests, its gates. Exit 1 where it is refused."""
    with session(directory, as_json, verbose) as talk:
        from laneshift.agents.submitting.asking import asked
        from laneshift.agents.submitting.submit import submit as judge
        from laneshift.cli.agent_submit_view import data, next_of, show
        from laneshift.cli.opened import opened
        from laneshift.wiring import open_claims

        told = _report(report) if report is not None else None
        shop = opened(talk)
        claims = open_claims(shop)
        judged = judge(shop, claims, asked(shop, claims, (pack, agent, commit), (claim, token), told))
        talk.result(data(judged), lambda out: show(out, judged), next_of(judged))
        raise typer.Exit(0 if judged.sound else 1)


def _report(file: Path) -> Any:
    """What the file holds. Raises `Refused` (`submit.bad-report`) for what is no JSON of bearable size."""
    import json

    from laneshift.evidence.json_text import once

    try:
        with file.open("rb") as opened:
            text = opened.read(_LARGEST + 1)
        if len(text) > _LARGEST:
            raise Refused("submit.bad-report", f"the report has more than {_LARGEST} bytes", where=str(file))
        return json.loads(text.decode(), object_pairs_hook=once)
    except (OSError, ValueError, RecursionError) as error:
        what = "the report cannot be read as JSON"
        raise Refused("submit.bad-report", what, where=str(file), why=str(error)[:200]) from error
