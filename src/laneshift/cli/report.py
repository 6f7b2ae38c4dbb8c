"""`laneshift report`: what is so in this repository, as files and pages."""

from __future__ import annotations

import typer

from laneshift.cli import (
    report_agents,
    report_audit,
    report_bench,
    report_coverage,
    report_health,
    report_index,
    report_monitoring,
    report_openapi,
    report_sbom,
    report_slsa,
    report_stars,
)


def add(app: typer.Typer) -> None:
    """Give the program these verbs."""
    app.callback()(_group)
    report_audit.join(app)
    report_agents.join(app)
    report_bench.join(app)
    report_coverage.join(app)
    report_health.join(app)
    report_index.join(app)
    report_monitoring.join(app)
    report_openapi.join(app)
    report_sbom.join(app)
    report_slsa.join(app)
    report_stars.join(app)


def _group() -> None:
    """Reports: pure functions of what is measured, as JSON, Markdown and charts."""
