"""Generated repositories whose items go through the real pipeline: measured before, run by the nine steps after.

What makes an item fail is drawn for each module, apart from its size. Half of what looks dangerous is harmless, and one
kind of fault cannot be seen beforehand.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping
from pathlib import Path

from bench.risk.outcomes import Seen
from corpus.project import run
from laneshift.code.index import Index
from laneshift.matriz.ground import Ground
from laneshift.matriz.knowledge import ATTENTION
from laneshift.matriz.risk.measuring import measured
from laneshift.repo.objects import Repository
from laneshift.runs import working
from laneshift.runs.events import silent
from laneshift.runs.planning import Order, make_plan
from laneshift.wiring import workshop

FAULTS = ("named", "unseen", "data", "lane")
DECOYS = ("names-others", "own-place", "many-strings")
_FAULTY, _DECOY = 0.3, 0.35
_SETTINGS = """workers = 1

[lanes.labs]
paths = ["labs/**"]
level = "experimental"

[lanes.junk]
paths = ["junk/**"]
level = "experimental"

[lanes.core]
paths = ["core/**"]
may_import = ["core", "labs"]

[lanes.tests]
paths = ["tests/**"]

[tests]
item_seconds = 120
suite_seconds = 240

[tests.environment]
PYTEST_DISABLE_PLUGIN_AUTOLOAD = "1"
"""


def seeded(folder: Path, seed: int, count: int) -> Iterator[Seen]:
    """`count` moves from `labs` to `core` in a new repository at `folder`. An item fails when it wants a person."""
    repository = repository_of(folder, seed, count)
    shop = workshop(repository, silent)
    batch = "".join(f"labs.m{n}\tlabs/m{n}.py\tcore/m{n}.py\n" for n in range(count))
    plan = make_plan(shop, Order("seeded.tsv", batch.encode(), skip_refused=True)).plan
    ground = Ground(repository.tree("HEAD"), Index.open(repository), repository.commit_id("HEAD")).warm()
    known = {item.id: measured(ground, item.src, item.dst) for item in plan.items}
    state = working.run(shop, plan, workers=1)
    while state.paused is not None:
        state = working.run(shop, plan, workers=1, go_on="the failures are what is looked for")
    for item in plan.items:
        found = state.items[item.id]
        failed = found.cause[:300] or found.state if found.state in ATTENTION else ""
        yield Seen(f"seeded-{seed}", item.src, item.dst, known[item.id], failed, known[item.id].dynamic > 0)


def files(seed: int, count: int) -> Mapping[str, str]:
    """Path to text of every file. Pure."""
    chance = random.Random(seed)
    found = {
        "laneshift.toml": _SETTINGS,
        "labs/__init__.py": "",
        "core/__init__.py": "",
        "junk/__init__.py": "",
        "junk/old.py": "VALUE = 1\n",
        "tests/test_all.py": "import labs\n\n\ndef test_labs():\n    assert labs.__name__ == 'labs'\n",
    }
    for number in range(count):
        draw = chance.random()
        kind = chance.choice(FAULTS) if draw < _FAULTY else chance.choice(DECOYS) if draw < _FAULTY + _DECOY else ""
        size = int(2 ** chance.uniform(1, 8))
        before = chance.sample(range(number), min(number, chance.randrange(3)))
        found.update(_module(number, kind, size, before))
    return found


def _module(number: int, kind: str, size: int, before: list[int]) -> dict[str, str]:
    name = f"m{number}"
    lines = [
        f'"""Module {number}."""',
        "from pathlib import Path",
        *(f"from labs.m{each} import VALUE as V{each}" for each in before),
    ]
    lines += ["from junk.old import VALUE as OLD"] if kind == "lane" else []
    lines += ["", f"VALUE = {number}"]
    lines += [f"NAMES = {[f'labs.{name}'] * 12}"] if kind == "many-strings" else []
    lines += ["HERE = Path(__file__).name"] if kind == "own-place" else []
    lines += [f"TEXT = (Path(__file__).parent / '{name}.txt')"] if kind == "data" else []
    for at in range(size):
        lines += ["", "", f"def f{at}(x):", f"    return x + {at}"]
    test = [
        f"import labs.{name}",
        "import importlib",
        "",
        "",
        f"def test_{name}():",
        f"    assert labs.{name}.VALUE == {number}",
    ]
    if kind == "named":
        test += [f"    assert importlib.import_module('%s.{name}' % labs.__name__).VALUE == {number}"]
    elif kind == "unseen":
        test += [f"    assert importlib.import_module('.'.join(['labs', 'm' + '{number}'])).VALUE >= 0"]
    elif kind == "names-others":
        test += [f"    assert '%s.{name}' % 'old' == 'old.' + 'm{number}'"]
    elif kind == "data":
        test += [f"    assert labs.{name}.TEXT.read_text() == 'data'"]
    found = {f"labs/{name}.py": "\n".join(lines) + "\n", f"tests/test_{name}.py": "\n".join(test) + "\n"}
    return found | ({f"labs/{name}.txt": "data"} if kind == "data" else {})


def repository_of(folder: Path, seed: int, count: int) -> Repository:
    """The generated repository, in one commit."""
    for path, text in files(seed, count).items():
        place = folder / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(text, encoding="utf-8")
    run(folder, "init", "--quiet", "--initial-branch=main")
    run(folder, "config", "user.name", "Bench")
    run(folder, "config", "user.email", "bench@example.org")
    run(folder, "add", "--all")
    run(folder, "commit", "--quiet", "--no-verify", "--message", "modules")
    return Repository.open(folder)
