"""Units of systemd and the container file: every command in them exists, and nothing that guards them is missing."""

from __future__ import annotations

import re
import shlex
import shutil
import subprocess
import tomllib
from configparser import ConfigParser
from pathlib import Path

import pytest

from laneshift.cli.commands import Commands
from tests.runs.proposing.workflow_rules import parsed

ROOT = Path(__file__).resolve().parents[2]
UNITS = sorted((ROOT / "packaging/systemd").iterdir())
SERVICES = [unit for unit in UNITS if unit.suffix == ".service"]


def read(unit: Path) -> ConfigParser:
    found = ConfigParser(interpolation=None, strict=False)
    found.optionxform = str  # type: ignore[assignment,method-assign]
    found.read(unit)
    return found


@pytest.mark.parametrize("unit", SERVICES, ids=lambda unit: unit.name)
def test_each_service_is_shut_in_and_calls_what_exists(unit: Path) -> None:
    service = read(unit)["Service"]
    shut = {"User": "laneshift", "NoNewPrivileges": "yes", "ProtectSystem": "strict", "PrivateTmp": "yes"}
    assert shut.items() <= dict(service).items()
    words = shlex.split(service["ExecStart"].replace("%i", "1"))
    if words[0].endswith("/laneshift"):
        parsed(Commands(), "laneshift", words[1:])
    else:
        assert " ".join(words).split("backup.py ")[1].startswith("keep /srv/laneshift/repository ")


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="no systemd on this machine")
@pytest.mark.parametrize("fault", [False, True], ids=["as they are", "with a fault"])
def test_systemd_takes_them(fault: bool, tmp_path: Path) -> None:
    for unit in UNITS:
        text = unit.read_text().replace("/opt/laneshift/bin/laneshift", "/bin/true")
        (tmp_path / unit.name.replace("@", "@1")).write_text(
            text.replace("Restart=", "Restrat=" if fault else "Restart=")
        )
    files = [str(path) for path in sorted(tmp_path.iterdir())]
    done = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", *files], capture_output=True, text=True, check=False
    )
    told = [line for line in done.stderr.splitlines() if str(tmp_path) in line or "Restrat" in line]
    assert bool(told) is fault, done.stderr


def test_the_container_file_names_what_exists() -> None:
    text = (ROOT / "packaging/Containerfile").read_text()
    [extras] = re.findall(r"\$wheel\[([a-z,]+)\]", text)
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    assert set(extras.split(",")) <= set(project["optional-dependencies"])
    assert re.search(r'ENTRYPOINT \["laneshift"\]\nCMD \["worker"\]\n\Z', text)
    parsed(Commands(), "laneshift", ["worker"])
    assert text.index("USER laneshift") < text.index("ENTRYPOINT"), "it does not run as root"
    assert set(re.findall(r"^([A-Z]+) ", text, re.MULTILINE)) == {
        *("FROM", "COPY", "RUN", "USER", "WORKDIR", "ENTRYPOINT", "CMD"),
    }  # fmt: skip
