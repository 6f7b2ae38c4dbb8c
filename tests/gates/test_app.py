"""Gates `routes` and `rate-limits` on real applications that cannot be judged, or are wrong in one place."""

from __future__ import annotations

from pathlib import Path

import pytest

from laneshift.gates.rate_limits import RateLimits
from laneshift.gates.routes import Routes
from laneshift.gates.verdict import Verdict
from tests.gates.described import change_of, ports_of
from tests.gates.web import APP
from tests.repo.builders import repo_at

SETTINGS = """
[gates.app]
target = "web:app"
start_seconds = {seconds}
[gates.routes]
cases = 2
[gates.rate-limits]
requests = 12
"""


def verdict_of(tmp_path: Path, gate: Routes | RateLimits, source: str, seconds: int = 60) -> Verdict:
    repository = repo_at(tmp_path / "repo", {"web.py": source})
    change = change_of(repository, {"web.py": f"{source}\n"}, SETTINGS.format(seconds=seconds))
    assert gate.applies(change) is None
    return gate.check(change, ports_of(repository))


UNJUDGED = {
    "an application that ends at once": ("raise SystemExit(0)\n", 60, "ended before it answered"),
    "one that never answers": (
        "import asyncio\n\n\nasync def app(scope, receive, send):\n    await asyncio.sleep(600)\n",
        1,
        "never answered within 1 s",
    ),
    "one without operations": ("from fastapi import FastAPI\n\napp = FastAPI()\n", 60, "has no operation"),
}


@pytest.mark.parametrize(("source", "seconds", "says"), UNJUDGED.values(), ids=UNJUDGED)
def test_an_application_that_cannot_be_asked_is_an_error(tmp_path: Path, source: str, seconds: int, says: str) -> None:
    verdict = verdict_of(tmp_path, Routes(), source, seconds)
    assert verdict.status == "errored"
    assert says in verdict.reason


def test_each_operation_that_does_not_answer_is_named(tmp_path: Path) -> None:
    broken = APP + (
        '\n\n@app.get("/breaks")\ndef breaks():\n    raise RuntimeError("x")\n'
        '\n\n@app.get("/gone")\ndef gone():\n    return JSONResponse({}, 404)\n'
    )
    verdict = verdict_of(tmp_path, Routes(), broken)
    assert (verdict.status, verdict.numerator, verdict.denominator) == ("failed", 2, 4)
    breaks, gone = verdict.details
    assert breaks == "GET /breaks: answers 500"
    assert gone.startswith("GET /gone: answers 404 to each of")


def test_a_limit_that_never_refuses_is_caught(tmp_path: Path) -> None:
    verdict = verdict_of(tmp_path, RateLimits(), APP.replace("left < 0", "False"))
    assert verdict.status == "failed"
    assert (verdict.denominator, len(verdict.details)) == (12, 2)
    assert "12 requests did not end in 429" in verdict.details[-1]
