"""A flow killed with -9 before, in and after each of its steps: the same end, and no effect twice.

By default at every third point; `make chaos` tries all of them, and `make flows` those of every flow that ships.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from laneshift.runs.flowing import keys
from tests.repo.builders import repo_at
from tests.runs.flowing.effects_server import Effects, effects_served
from tests.runs.flowing.killing import Forks, Scene, forks
from tests.sweeps import swept

pytestmark = pytest.mark.chaos

PARTS = """
[inputs.what]
type = "string"
default = "part"

[[steps]]
name = "send"
kind = "http"
method = "POST"
url = "URL/${inputs.what}"
[steps.compensate]
kind = "http"
method = "POST"
url = "URL/un-${inputs.what}"
"""

GOOD = """
[[steps]]
name = "first"
kind = "http"
method = "POST"
url = "URL/first"

[[steps]]
name = "heard"
kind = "wait"
signal = "go"

[[steps]]
name = "many"
kind = "http"
each = "steps.heard.value.value"
method = "POST"
url = "URL/many-${item}"
at_once = 2

[[steps]]
name = "left"
needs = ["many"]
kind = "http"
method = "POST"
url = "URL/left"
expect = [201]
may_fail = true
retry = { times = 1, first_seconds = 0.05 }

[[steps]]
name = "right"
needs = ["many"]
kind = "flow"
flow = "parts"
inputs = { what = "right" }

[[steps]]
name = "never"
needs = ["left", "right"]
kind = "http"
when = "steps.left.state == 'done'"
method = "POST"
url = "URL/never"

[[steps]]
name = "last"
kind = "http"
method = "POST"
url = "URL/last-${len(steps.many.value)}"
"""

BAD = """
[[steps]]
name = "one"
kind = "http"
method = "POST"
url = "URL/one"
[steps.compensate]
kind = "http"
method = "POST"
url = "URL/un-one"

[[steps]]
name = "part"
kind = "flow"
flow = "parts"

[[steps]]
name = "three"
kind = "http"
each = "['a', 'b']"
method = "POST"
url = "URL/three-${item}"
[steps.compensate]
kind = "http"
method = "POST"
url = "URL/un-three-${item}"

[[steps]]
name = "breaks"
kind = "http"
method = "POST"
url = "URL/breaks"
expect = [201]
"""


@pytest.fixture(scope="module")
def server() -> Iterator[Effects]:
    with effects_served() as effects:
        yield effects


@pytest.fixture(scope="module")
def children() -> Iterator[Forks]:
    with forks() as ready:
        yield ready


def scene(children: Forks, server: Effects, flow: str, code: int, **more: object) -> Scene:
    files = {
        "laneshift.toml": '[flows]\nprivate_hosts = ["127.0.0.1"]\n',
        **{
            f"laneshift/flows/{name}.toml": text.replace("URL", server.url)
            for name, text in (("parts", PARTS), ("good", GOOD), ("bad", BAD))
        },
    }

    def repository(path: Path) -> None:
        server.forget()
        repo_at(path, files)

    return Scene(children, repository, flow, lambda _: list(server.done), code=code, **more)  # type: ignore[arg-type]


def test_a_flow_that_ends_well_does_so_however_often_it_is_killed(
    tmp_path: Path, children: Forks, server: Effects
) -> None:
    good = scene(children, server, "good", 0, signals=(("go", "[1, 2, 3]"),))
    points, alone = good.alone(tmp_path / "alone")
    some = swept(points, points[::3])
    hit, killed = good.killed(tmp_path / "killed", some)
    # One by one, but for what went side by side and was past a point already.
    assert hit > len(some) // 2
    assert killed["ends"] == alone["ends"]
    assert sorted(killed["effects"]) == sorted(alone["effects"])
    wanted = ["/first", "/last-3", "/left", "/many-1", "/many-2", "/many-3", "/right"]
    assert sorted(alone["effects"]) == wanted
    assert max(server.asked.values()) > 1


def test_what_was_done_is_taken_back_once_in_reverse_order_however_often_it_is_killed(
    tmp_path: Path, children: Forks, server: Effects
) -> None:
    kinds = {keys.BEGAN, keys.STEP_BEGAN, keys.STEP_ENDED, keys.FANNED, keys.FAILING, keys.STOPPING, keys.ENDED}
    bad = scene(children, server, "bad", 1, kinds=frozenset({*kinds, "flow.taking-back"}))
    points, alone = bad.alone(tmp_path / "alone")
    # Each record once, before it and after it by turns; `test_replaying` dies on both sides of each.
    some = [point for number, point in enumerate(points) if number % 4 in (0, 3)]
    some = swept(some, some[::3])
    hit, killed = bad.killed(tmp_path / "killed", some)
    assert hit == len(some)
    assert killed == alone
    assert alone["effects"] == [
        *("/one", "/part", "/three-a", "/three-b", "/breaks"),
        *("/un-three-b", "/un-three-a", "/un-part", "/un-one"),
    ]
