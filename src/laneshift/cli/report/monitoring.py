"""`laneshift report monitoring`: the questions of the dashboards, answered from the journal."""

from __future__ import annotations

from typing import Annotated

import typer

from laneshift.cli.opened import opened
from laneshift.cli.report.options import Common, with_common
from laneshift.cli.report.telling import Pages, Telling
from laneshift.cli.session import session


def join(app: typer.Typer) -> None:
    """Give the group this verb."""
    app.command("monitoring")(with_common(monitoring))


def monitoring(
    since: Annotated[int, typer.Option("--since", metavar="DAYS", min=1, max=366, help="Days to look back.")] = 7,
    *,
    common: Common,
) -> None:
    """Times, errors, queue, keys and what landed, over the last days. Exit 1 where an alert would fire now."""
    with session(common.directory, common.as_json, common.verbose) as talk:
        from laneshift.cli.report.monitoring_asked import made
        from laneshift.cli.report.monitoring_view import show, then
        from laneshift.reports.monitoring.data import data
        from laneshift.reports.monitoring.pages import html, markdown

        telling = Telling(talk, common)
        shop = opened(talk)
        report = made(shop, common.tree, since)
        pages = Pages("monitoring", data(report), markdown(report), html(report), report.passes)
        files = telling.put(shop.repository, pages)
        telling.end(pages, files, lambda console: show(console, report, files), then(report))
