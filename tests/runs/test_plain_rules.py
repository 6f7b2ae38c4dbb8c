"""Rules that are read without the settings are those that the settings say; anything else is left to them."""

from __future__ import annotations

import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import settings as trying
from hypothesis import strategies as st

from laneshift.config import Settings, load
from laneshift.errors import Refused
from laneshift.lanes.model import BASELINE, Rules
from laneshift.runs.plain_rules import plain_rules

LANE = "[lanes.core]\npaths = ['core/**']\n"
PLAIN = {
    "nothing": "",
    "lanes": f"{LANE}may_import = []\n[lanes.labs]\npaths = ['labs/**', 'x/*.py', 'a.py']\nlevel = 'experimental'\n",
    "names": f"{LANE}aliases = ['c']\nlint = ['a', '--b']\n[lanes.b]\npaths = ['b']\nmay_import = ['c']\n",
    "more": f"lanes_baseline = '.laneshift/a-b.txt'\nsource_roots = ['src', 'a/lib']\n{LANE}",
}
LEFT = {
    "another table": f"{LANE}[tests]\nitem_seconds = 5\n",
    "another key": f"{LANE}color = 'red'\n",
    "thresholds": f"{LANE}thresholds = {{ coverage = 0.5 }}\n",
    "no paths": "[lanes.core]\npaths = []\n",
    "no list": "[lanes.core]\npaths = 'core/**'\n",
    "no texts": "[lanes.core]\npaths = [1]\n",
    "no lane": "lanes = ['core']\n",
    "a level": f"{LANE}level = 'high'\n",
    "no list of lanes": f"{LANE}may_import = ''\n",
    "no list at all": f"{LANE}may_import = false\n",
    "a level of another type": f"{LANE}level = []\n",
    "a name": "[lanes.'a b']\npaths = ['a']\n",
    "an unknown lane": f"{LANE}may_import = ['nobody']\n",
    "the same glob": f"{LANE}[lanes.b]\npaths = ['core/**/']\n",
    "a bad glob": "[lanes.core]\npaths = ['../x']\n",
    "out of the tree": f"lanes_baseline = '../x'\n{LANE}",
    "dots": f"source_roots = ['src/../..']\n{LANE}",
    "no TOML": "[lanes",
}


def by_settings(own: bytes | None, shared: bytes | None = None) -> Rules | None:
    """What the settings say; None where they are refused."""
    try:
        return Rules.of(load({"laneshift.toml": own, "pyproject.toml": shared}.get))
    except Refused:
        return None


@pytest.mark.parametrize("text", PLAIN.values(), ids=PLAIN)
def test_plain_rules_are_those_of_the_settings(text: str) -> None:
    assert plain_rules(text.encode(), None) == by_settings(text.encode()) is not None
    table = text.replace("[lanes", "[tool.laneshift.lanes")
    shared = f"[project]\nname = 'x'\n[tool.laneshift]\n{table}".encode()
    assert plain_rules(None, shared) == by_settings(None, shared) == by_settings(text.encode())
    assert plain_rules(text.encode(), b"[tool.laneshift]\nx = 1\n") == by_settings(text.encode())


@pytest.mark.parametrize("text", LEFT.values(), ids=LEFT)
def test_what_is_not_plain_is_left_to_the_settings(text: str) -> None:
    assert plain_rules(text.encode(), None) is None


def test_no_settings_are_plain() -> None:
    assert Settings().lanes_baseline == BASELINE
    for shared in (None, b"", b"[project]\nname = 'x'\n", b"[tool.other]\nx = 1\n"):
        assert plain_rules(None, shared) == by_settings(None, shared) is not None
    for odd in (b"\xff", b"tool = 1\n", b"[tool]\nlaneshift = 1\n"):
        assert plain_rules(None, odd) is None


_VALUES = st.sampled_from(
    (
        "[]",
        "['core']",
        "['a/**', './b']",
        "'core'",
        "1",
        "true",
        "['a', 1]",
        "['/x']",
        "['**']",
        "['src/']",
        "'production'",
    )
)
_KEYS = st.sampled_from(("paths", "level", "may_import", "aliases", "owners", "lint", "thresholds", "x"))
_TABLES = st.dictionaries(_KEYS, _VALUES, max_size=4)
_TOPS = st.dictionaries(st.sampled_from(("lanes_baseline", "source_roots", "target", "workers")), _VALUES, max_size=2)


@trying(max_examples=200, derandomize=True, deadline=None)
@given(_TOPS, st.dictionaries(st.sampled_from(("core", "a", "b c")), _TABLES, max_size=3))
def test_nothing_that_the_settings_refuse_is_plain(tops: dict[str, str], lanes: dict[str, dict[str, str]]) -> None:
    lines = [f"{key} = {value}" for key, value in tops.items()]
    for name, table in lanes.items():
        lines += [f"[lanes.'{name}']", *(f"{key} = {value}" for key, value in table.items())]
    data = "\n".join(lines).encode()
    found = plain_rules(data, None)
    assert found in (None, by_settings(data))


def test_plain_rules_load_no_settings() -> None:
    text = (
        "import sys; from laneshift.runs.plain_rules import plain_rules; print(plain_rules(sys.argv[1].encode(), None))"
    )
    text += "; sys.exit('pydantic' in sys.modules or 'laneshift.config' in sys.modules)"
    told = subprocess.run([sys.executable, "-c", text, PLAIN["lanes"]], check=True, capture_output=True, text=True)
    assert told.stdout.startswith("Rules(")
