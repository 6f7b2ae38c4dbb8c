"""`laneshift report`: what is so in this repository, as files and pages."""

from __future__ import annotations

import typer

from laneshift.cli.report import (
    agents,
    audit,
    bench,
    coverage,
    health,
    index,
    monitoring,
    openapi,
    sbom,
    slsa,
    stars,
)


def add(app: typer.Typer) -> None:
    """Give the program these verbs."""
    app.callback()(_group)
    audit.join(app)
    agents.join(app)
    bench.join(app)
    coverage.join(app)
    health.join(app)
    index.join(app)
    monitoring.join(app)
    openapi.join(app)
    sbom.join(app)
    slsa.join(app)
    stars.join(app)


def _group() -> None:
    """Reports: pure functions of what is measured, as JSON, Markdown and charts."""
