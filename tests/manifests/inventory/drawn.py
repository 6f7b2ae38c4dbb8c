"""Drawn facts and surveys of a lane called labs, with lanes above it."""

from __future__ import annotations

from hypothesis import strategies as st

from laneshift.config import Lane, Settings
from laneshift.config.inventory import Inventory
from laneshift.lanes.model import Lanes
from laneshift.manifests.inventory.records import NO_LANE, ModuleFacts, Survey

SETTINGS = Settings(
    lanes={
        "labs": Lane(paths=["labs/**"], level="experimental"),
        "core": Lane(paths=["core/**"], may_import=["core"]),
        "matriz": Lane(paths=["matriz/**"]),
        "serve": Lane(paths=["serve/**"], level="production"),
        "tests": Lane(paths=["tests/**"]),
    },
    inventory=Inventory(least_score=0),
)
LANES = Lanes.of(SETTINGS.lanes)
LABS = LANES.lanes[0]

_word = st.sampled_from(["a", "b", "cee", "dee", "archive"])
_lane = st.sampled_from(["labs", "core", "matriz", "serve", "tests", NO_LANE])
_few = st.integers(0, 12)


@st.composite
def facts(draw: st.DrawFn, path: str = "labs/a.py") -> ModuleFacts:
    """Facts of the module at `path`, of any size and with any neighbours."""
    documentable = draw(st.integers(1, 30))
    pairs = st.lists(st.tuples(_lane, _word), max_size=8, unique=True)
    return ModuleFacts(
        path,
        path.removesuffix(".py").replace("/", "."),
        draw(st.one_of(_few, st.integers(0, 10**7))),
        draw(_few),
        draw(st.integers(0, 500)),
        draw(st.integers(0, documentable)),
        documentable,
        tests=tuple(f"tests/test_{at}.py" for at in range(draw(st.integers(0, 3)))),
        importers=tuple(sorted((lane, f"{lane}/{word}.py") for lane, word in draw(pairs))),
        imports=tuple(sorted((lane, f"{lane}.{word}") for lane, word in draw(pairs))),
        relative=draw(_few),
        unresolved=tuple(f"labs.gone{at}" for at in range(draw(st.integers(0, 5)))),
        effects=draw(st.integers(0, 2)),
        is_open=draw(st.booleans()),
        age_days=draw(st.integers(0, 10**5)),
    )


@st.composite
def surveys(draw: st.DrawFn) -> Survey:
    """Some modules of labs, some of them with namesakes above."""
    place = st.lists(_word, min_size=1, max_size=3).map(lambda parts: f"labs/{'/'.join(parts)}.py")
    paths = sorted(draw(st.sets(place, max_size=8)))
    others = draw(st.sets(st.sampled_from(["core/a.py", "core/A.py", "matriz/b/x.py", "core/cee/__init__.py"])))
    code = draw(st.fixed_dictionaries({"core": _few, "matriz": _few}))
    return Survey(
        tree="0" * 40,
        modules=tuple(draw(facts(path)) for path in paths),
        left_out=(),
        paths=frozenset([*paths, *others]),
        roots=("",),
        code=code,
        files={**code, "tests": 3},
    )
