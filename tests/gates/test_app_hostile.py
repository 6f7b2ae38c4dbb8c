"""Applications that would rather forge their verdict than earn it: none of them passes."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from laneshift import config
from laneshift.gates.rate_limits import RateLimits
from laneshift.gates.routes import Routes
from laneshift.gates.sandbox import Limits
from laneshift.gates.verdict import Verdict
from laneshift.repo.pool import Pool
from laneshift.steps.runner.sandbox import IsolatedSandbox
from tests.gates.described import change_of, ports_of
from tests.gates.test_app import SETTINGS
from tests.gates.web import APP
from tests.repo.builders import repo_at

UNSERVED = APP + '\n\n@app.get("/gone")\ndef gone():\n    return JSONResponse({}, 404)\n'
"""One operation is documented and not there: whoever is asked honestly fails."""

FORGED = '{"operations": {"GET /a": ""}, "answers": [[200, {"ratelimit": "r=2"}]], "what": "GET /a"}'

PRINTS = f"""import os, sys

for mark in ("", "laneshift-app-probe:", "answer: "):
    for stream in (1, 2):
        os.write(stream, ("\\n" + mark + {FORGED!r} + "\\n").encode())
for place in {{".", "..", os.environ["TMPDIR"], os.environ["HOME"], os.path.dirname(os.environ["HOME"])}}:
    try:
        with open(os.path.join(place, "answer"), "w") as file:
            file.write({FORGED!r})
    except OSError as error:
        print(place, error)
"""

PATCHES = """try:
    import requests

    def fine(*_, **__):
        answer = requests.Response()
        answer.status_code = 200
        return answer

    requests.Session.request = requests.Session.send = requests.adapters.HTTPAdapter.send = fine
    import schemathesis
    schemathesis.Case.call = fine
except ImportError as error:
    print(error)
"""

SHADOW = f"""import pathlib
pathlib.Path("answer").write_text({FORGED!r})
print("\\nlaneshift-app-probe:" + {FORGED!r})
raise SystemExit(0)
"""

DIES = """

from fastapi import Response


@app.middleware("http")
async def dies(request: Request, call_next):
    if request.url.path != "/openapi.json":
        import os, signal
        os.kill(os.getppid(), signal.SIGKILL)
        os._exit(0)
    return await call_next(request)
"""

HUNTS = f"""import os, pathlib

mine = pathlib.Path(os.environ["HOME"]).parent
for other in mine.parent.glob("laneshift-*"):
    for name in ("answer", "door/answer", "answer.tmp"):
        try:
            other != mine and (other / name).write_text({FORGED!r})
        except OSError as error:
            print(other, error)
for process in pathlib.Path("/proc").glob("[0-9]*"):
    try:
        if process.joinpath("cwd").resolve().parent == mine.parent:
            process.joinpath("fd/1").open("w").write({FORGED!r})
    except OSError as error:
        print(process, error)
"""
"""Looks beside its own folder alone: other runs of the machine are none of its business."""


def verdict_of(tmp_path: Path, gate: Routes | RateLimits, files: dict[str, str], seconds: float = 120) -> Verdict:
    repository = repo_at(tmp_path / "repo", files)
    settings = SETTINGS.format(seconds=60)
    change = change_of(repository, {"web.py": f"{files['web.py']}\n"}, settings, limits=Limits(seconds))
    (tmp_path / "scratch").mkdir()
    sandbox = IsolatedSandbox(Pool(repository, 1), config.Tests(), scratch_parent=tmp_path / "scratch")
    return gate.check(change, replace(ports_of(repository), sandbox=sandbox))


NEVER_UP = {
    "prints a passing report and ends well": {"web.py": f"{PRINTS}\nos._exit(0)\n"},
    "prints one and is no application": {"web.py": f"{PRINTS}\napp = None\n"},
}


@pytest.mark.parametrize("files", NEVER_UP.values(), ids=NEVER_UP)
def test_an_application_that_is_not_there_errs_whatever_it_prints(tmp_path: Path, files: dict[str, str]) -> None:
    verdict = verdict_of(tmp_path, Routes(), files)
    assert verdict.status == "errored"
    assert "the application said: " in verdict.reason or "answers 500" in verdict.reason
    assert "laneshift-app-probe" in verdict.output


UNTRUE = {
    "prints a report, patches the client's libraries and looks for its folder": {
        "web.py": PRINTS + PATCHES + HUNTS + UNSERVED
    },
    "brings libraries of its own": {
        "web.py": UNSERVED,
        "requests.py": SHADOW,
        "schemathesis/__init__.py": SHADOW,
        "sitecustomize.py": "import builtins\nbuiltins.LANESHIFT = 1\n",
    },
}


@pytest.mark.parametrize("files", UNTRUE.values(), ids=UNTRUE)
def test_an_application_that_serves_too_little_fails_whatever_else_it_does(
    tmp_path: Path, files: dict[str, str]
) -> None:
    verdict = verdict_of(tmp_path, Routes(), files)
    assert (verdict.status, verdict.numerator, verdict.denominator) == ("failed", 2, 3), verdict
    assert verdict.details[0].startswith("GET /gone: answers 404")


@pytest.mark.parametrize("gate", [Routes(), RateLimits()], ids=lambda gate: gate.id)
def test_an_application_that_ends_its_server_does_not_pass(tmp_path: Path, gate: Routes | RateLimits) -> None:
    verdict = verdict_of(tmp_path, gate, {"web.py": APP + DIES})
    assert verdict.blocks
    assert verdict.numerator == 0


def test_an_application_whose_answer_never_ends_errs(tmp_path: Path) -> None:
    drips = (
        "import asyncio\n\n\nasync def app(scope, receive, send):\n"
        "    await send({'type': 'http.response.start', 'status': 200, 'headers': []})\n"
        "    while True:\n        await send({'type': 'http.response.body', 'body': b' ', 'more_body': True})\n"
        "        await asyncio.sleep(0.1)\n"
    )
    assert verdict_of(tmp_path, Routes(), {"web.py": drips}, seconds=3).status == "errored"
