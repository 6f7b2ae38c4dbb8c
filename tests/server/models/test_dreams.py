"""`/v1/dreams` over real HTTP: asked for, followed to its end, cancelled, listed; every fault of a scenario at once."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from threading import Event
from typing import Any

import httpx
import pytest

from laneshift.runs.dreaming import jobs
from laneshift.runs.dreaming.asking import asked_of
from laneshift.runs.dreaming.jobs import ENDED, MOST_WAITING, Dreams
from tests.server.serving import OPERATOR, READER, Served, served
from tests.toy import refs, shop_at, toy

MOVES = [
    {"module": "labs.shapes", "src": "labs/shapes.py", "dst": "core/geometry/shapes.py"},
    {"module": "labs.report", "src": "labs/report.py", "dst": "core/report.py"},
]


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return toy(tmp_path_factory.mktemp("dreams") / "repo")


@pytest.fixture(scope="module")
def house(place: Path) -> Iterator[Served]:
    with served(place) as found:
        yield found


@pytest.fixture(scope="module")
def operator(house: Served) -> Iterator[httpx.Client]:
    with house.client(house.key(name=OPERATOR, roles=("operator",))) as client:
        yield client


def ended(client: httpx.Client, name: str) -> dict[str, Any]:
    """The dream when it has ended; the server's own limit ends it if nothing else does."""
    while (told := client.get(f"/v1/dreams/{name}").json())["status"] not in ENDED:
        Event().wait(0.02)
    return dict(told)


def test_a_dream_is_asked_for_followed_and_listed(house: Served, place: Path, operator: httpx.Client) -> None:
    before = refs(place)
    asked = {"scenario": MOVES, "num_paths": 3, "depth": 2, "seed": 7, "constraints": {"first": ["labs.report"]}}
    begun = operator.post("/v1/dreams", json=asked)
    assert (begun.status_code, begun.json()["object"]) == (202, "dream")
    name = begun.json()["id"]
    assert begun.headers["location"] == f"/v1/dreams/{name}"
    told = ended(operator, name)
    assert (told["status"], told["error"], told["by"]) == ("completed", None, f"person:{OPERATOR}")
    assert told["request"] == asked
    paths = told["result"]["paths"]
    assert [path["order"] for path in paths] == [["labs.report", "labs.shapes"], ["labs.shapes"], ["labs.report"]]
    assert {node["kind"] for path in paths for node in path["trace"]} == {"imagine", "expand", "critique"}
    assert refs(place) == before
    page = operator.get("/v1/dreams", params={"limit": 1}).json()
    assert (page["data"][0]["id"], page["data"][0]["result"], page["last_id"]) == (name, None, name)
    rest = operator.get("/v1/dreams", params={"after": name}).json()
    assert name not in [each["id"] for each in rest["data"]]
    assert operator.get("/v1/dreams", params={"after": "dream_none"}).status_code == 404


def test_the_same_wish_comes_to_the_same_bytes(operator: httpx.Client) -> None:
    wish = {"scenario": "what if labs.shapes and labs.report moved to core?", "num_paths": 4, "seed": 3}
    names = [operator.post("/v1/dreams", json=wish).json()["id"] for _ in range(2)]
    first, second = (ended(operator, name) for name in names)
    assert first["id"] != second["id"]
    assert json.dumps(first["result"]) == json.dumps(second["result"])
    assert [item["dst"] for item in first["result"]["wish"]["items"]] == ["core/shapes.py", "core/report.py"]


@pytest.mark.parametrize(
    ("body", "status", "code", "faults"),
    [
        ({}, 400, "http.bad-value", 1),
        ({"scenario": [], "depth": 99}, 400, "http.bad-value", 2),
        ({"scenario": "what if nothing.at.all moved to core?"}, 422, "dream.unclear", 1),
        ({"scenario": "how are you?"}, 422, "dream.unclear", 0),
        ({"scenario": [{**MOVES[0], "dst": "../x.py"}, {**MOVES[1], "src": "labs/gone.py"}]}, 422, "dream.refused", 3),
    ],
)
def test_a_scenario_with_faults_is_refused_with_all_of_them(
    operator: httpx.Client, body: dict[str, Any], status: int, code: str, faults: int
) -> None:
    done = operator.post("/v1/dreams", json=body)
    error = done.json()["error"]
    assert (done.status_code, error["laneshift"]) == (status, code), error
    assert len(error["faults"]) >= faults


def test_only_those_who_may_dream_do(house: Served, operator: httpx.Client) -> None:
    with house.client(house.key(name=READER, roles=("reader",))) as reader:
        assert reader.post("/v1/dreams", json={"scenario": MOVES}).status_code == 403
    with house.client() as nobody:
        assert nobody.get("/v1/dreams").status_code == 401
    unknown = operator.get("/v1/dreams/dream_000000000000000000000000")
    assert (unknown.status_code, unknown.json()["error"]["laneshift"]) == (404, "dream.no-such-dream")
    assert operator.get("/v1/dreams/..%2f..%2fpasswd").status_code == 404
    done = operator.post("/v1/dreams", json={"scenario": MOVES[:1], "num_paths": 1}).json()["id"]
    ended(operator, done)
    late = operator.post(f"/v1/dreams/{done}/cancel")
    assert (late.status_code, late.json()["error"]["laneshift"]) == (409, "dream.ended")


class Held:
    """Dreams whose thread waits at its first expansion until it is let go."""

    def __init__(self, place: Path) -> None:
        self.began, self.go = Event(), Event()
        self.clock = 0
        self.dreams = Dreams(shop_at(place))
        self.asked = asked_of({"scenario": MOVES, "num_paths": 4}, "dream")

    def waiting(self, *_: Any, heard: Any, cancelled: Any, **more: Any) -> Any:
        """As `dream`, and it stands still before it begins."""
        heard(1)
        self.began.set()
        assert self.go.wait(240)
        return self.real(*_, heard=heard, cancelled=cancelled, **more)

    real = staticmethod(jobs.dream)


@pytest.fixture
def held(place: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Held]:
    found = Held(place)
    monkeypatch.setattr(jobs, "dream", found.waiting)
    yield found
    found.go.set()
    found.dreams.close()


def test_cancelling_ends_what_runs_and_what_waits(held: Held) -> None:
    running, waiting = (held.dreams.start(held.asked, {}, "HEAD", "person:a") for _ in range(2))
    assert held.began.wait(240)
    assert held.dreams.get(running.id).status == "in_progress"
    assert held.dreams.cancel(waiting.id).status == "cancelled"
    held.dreams.cancel(running.id)
    held.go.set()
    held.dreams.close()
    ends = [held.dreams.get(job.id) for job in (running, waiting)]
    assert [job.status for job in ends] == ["cancelled", "cancelled"]
    assert ends[0].result is not None
    assert (ends[0].result["end"], ends[0].result["paths"]) == ("cancelled", [])


def test_too_many_are_refused_and_what_a_server_left_is_told_as_failed(held: Held, place: Path) -> None:
    started = [held.dreams.start(held.asked, {}, "HEAD", "person:a") for _ in range(MOST_WAITING)]
    with pytest.raises(Exception, match="wait already") as busy:
        held.dreams.start(held.asked, {}, "HEAD", "person:a")
    assert getattr(busy.value, "code", "") == "dream.busy"
    assert held.began.wait(240)
    other = Dreams(shop_at(place))
    left = other.get(started[-1].id)
    assert (left.status, (left.error or {})["code"]) == ("failed", "dream.interrupted")
    assert {job.id for job in started} <= {job.id for job in other.all()}
    other.close()
    for job in started:
        held.dreams.cancel(job.id)
