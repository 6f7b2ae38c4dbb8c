"""The index of reports: what passes, what does not, and what is missing or cannot be read."""

from __future__ import annotations

import json
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from laneshift.errors import Refused
from laneshift.reports.health.data import data as health_data
from laneshift.reports.health.model import Health, count, judged
from laneshift.reports.index import data, html, index, markdown
from laneshift.reports.slsa import Module
from laneshift.reports.slsa import data as slsa_data
from laneshift.reports.slsa import report as slsa_report
from tests.cli.one_process import here
from tests.repo.builders import repo_at

SLSA = json.dumps(slsa_data(slsa_report("0" * 40, [Module("core", attested=True, verified=True)], 100.0)))
LOW = json.dumps(slsa_data(slsa_report("0" * 40, [Module("core", attested=True, verified=False)], 100.0)))
BILL = json.dumps({"bomFormat": "CycloneDX"})


def of(content: dict[str, str], *wanted: str) -> Any:
    there = {f"docs/{name}": text.encode() for name, text in content.items()}
    return index("docs", there.get, wanted)


def test_states_are_told_and_the_data_fits_its_schema() -> None:
    found = of({"slsa.json": SLSA, "slsa.html": "", "sbom.cdx.json": BILL})
    assert found.passes
    assert [(each.name, each.state, each.page) for each in found.entries] == [
        ("slsa", "passes", "docs/slsa.html"),
        ("sbom", "there", ""),
    ]
    schema = json.loads(files("laneshift.reports").joinpath("index.schema.json").read_text(encoding="utf-8"))
    Draft202012Validator(schema).validate(data(found))
    assert 'href="../docs/slsa.html"' in html(found, "pages")
    assert "(<slsa.html>)" in markdown(found, "docs")


@pytest.mark.parametrize(
    ("content", "state"),
    [
        ({"slsa.json": LOW}, "fails"),
        ({"slsa.json": ""}, "unreadable"),
        ({"slsa.json": "{"}, "unreadable"),
        ({"slsa.json": '{"passes": true}'}, "unreadable"),
        ({"slsa.json": "[" * 100_000}, "unreadable"),
        ({"sbom.cdx.json": "{}"}, "unreadable"),
    ],
)
def test_what_does_not_pass_or_cannot_be_read_fails_it(content: dict[str, str], state: str) -> None:
    found = of({"stars.html": "", **content})
    assert [each.state for each in found.entries] == [state]
    assert not found.passes


def test_a_report_that_is_wanted_has_to_be_there() -> None:
    found = of({"slsa.json": SLSA}, "slsa", "coverage")
    assert [(each.name, each.state) for each in found.entries] == [("coverage", "missing"), ("slsa", "passes")]
    assert not found.passes


def test_nothing_is_an_error_and_so_is_a_name_that_no_report_has() -> None:
    with pytest.raises(Refused, match="no report here"):
        of({"README.md": "x"})
    with pytest.raises(Refused, match="is no report"):
        of({"slsa.json": SLSA}, "sla")


def test_the_command(tmp_path: Path) -> None:
    health = Health("0" * 40, 0, (judged("ruff", [count("findings", "findings", 0, 0)]),) * 10)
    latest = json.dumps(health_data(health))
    repo_at(tmp_path, {"docs/audits/health/latest.json": latest, "docs/audits/slsa.json": LOW})
    done = here(["report", "index", "--json", "--out", "docs/audits", "-C", str(tmp_path)])
    assert done.code == 1
    assert {each["name"]: each["state"] for each in done.data["reports"]} == {"health": "passes", "slsa": "fails"}
    assert done.data["next"] == "laneshift report slsa"
    assert "<svg" in (tmp_path / "docs/audits/index.html").read_text()
    assert here(["report", "index", "--from", "core", "-C", str(tmp_path)]).code == 2
