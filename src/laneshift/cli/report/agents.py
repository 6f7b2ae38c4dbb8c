"""`laneshift report agents`: what each agent and person took, landed and lost."""

from __future__ import annotations

import typer

from laneshift.cli.opened import opened
from laneshift.cli.report.options import Common, with_common
from laneshift.cli.report.telling import Pages, Telling
from laneshift.cli.session import session


def join(app: typer.Typer) -> None:
    """Give the group this verb."""
    app.command("agents")(with_common(agents))


def agents(common: Common) -> None:
    """Count items, files, lines, gate failures and time of each. Exit 1 where the journal and git do not agree."""
    with session(common.directory, common.as_json, common.verbose) as talk:
        from laneshift.cli.report.agents_view import show, then
        from laneshift.reports.agents.data import data
        from laneshift.reports.agents.pages import html, markdown
        from laneshift.server.agents_asked import made

        telling = Telling(talk, common)
        shop = opened(talk)
        report = made(shop, common.tree)
        pages = Pages("agents", data(report), markdown(report), html(report), report.passes)
        files = telling.put(shop.repository, pages)
        telling.end(pages, files, lambda console: show(console, report, files), then(report))
