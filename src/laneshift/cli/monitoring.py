"""`laneshift monitoring`: what is measured, and dashboards and alerts over it."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from laneshift.cli.session import AsJson, Directory, Verbose, session


def add(app: typer.Typer) -> None:
    """Give the program these verbs."""
    app.callback()(_group)
    app.command("export")(export)
    app.command("metrics")(metrics)


def _group() -> None:
    """Monitoring: docs/monitoring.md says how metrics and traces are switched on."""


def export(
    folder: Annotated[str, typer.Argument(metavar="DIR", help="Write the files here, in the work tree.")],
    grafana: Annotated[bool, typer.Option("--grafana", help="A dashboard of Grafana over Prometheus.")] = False,
    datadog: Annotated[bool, typer.Option("--datadog", help="A dashboard and monitors of Datadog.")] = False,
    alerts: Annotated[bool, typer.Option("--alerts", help="Alert rules of Prometheus.")] = False,
    directory: Directory = Path(),
    as_json: AsJson = False,
    verbose: Verbose = False,
) -> None:
    """Write dashboards and alerts that ask for what laneshift tells. Without an option, all of them."""
    with session(directory, as_json, verbose) as talk:
        from laneshift.cli.lanes import looked_at, put
        from laneshift.repo.objects import Repository
        from laneshift.repo.paths import check_path
        from laneshift.reports.monitoring.files import KINDS, files
        from laneshift.runs.committing import MONITORING, commit_command

        asked = {"grafana": grafana, "datadog": datadog, "alerts": alerts}
        kinds = tuple(kind for kind in KINDS if asked[kind] or not any(asked.values()))
        place = "/".join(check_path(folder.rstrip("/")))
        repository = Repository.open(talk.directory)
        made = {f"{place}/{name}": data for name, data in files(kinds).items()}
        written = put(repository, looked_at(repository, ""), made)
        verb = "written" if written else "as it was"

        def show(console: Console) -> None:
            for path in made:
                console.print(f"{path}: {verb}", markup=False, soft_wrap=True)

        then = commit_command(repository, place, MONITORING)
        talk.result({"files": list(made), "written": written}, show, then)


def metrics(directory: Directory = Path(), as_json: AsJson = False, verbose: Verbose = False) -> None:
    """List every metric: its names in Prometheus and Datadog, kind, labels and meaning."""
    with session(directory, as_json, verbose) as talk:
        from laneshift.telemetry.catalogue import CATALOGUE

        rows = [
            {
                "prometheus": metric.prometheus,
                "datadog": metric.datadog,
                "kind": metric.kind,
                "labels": list(metric.label_names),
                "help": metric.help,
            }
            for metric in CATALOGUE
        ]

        def show(console: Console) -> None:
            table = Table("Prometheus", "Datadog", "kind", "labels", "what", box=None, pad_edge=False)
            for metric in CATALOGUE:
                cells = (metric.prometheus, metric.datadog, metric.kind, ", ".join(metric.label_names), metric.help)
                table.add_row(*(Text(cell, overflow="fold") for cell in cells))
            console.print(table)

        talk.result({"metrics": rows}, show, "laneshift monitoring export monitoring")
