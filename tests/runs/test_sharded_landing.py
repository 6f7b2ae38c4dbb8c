"""A landing whose whole suite runs in shards: it lands, holds and names as ever, and stops when shards disagree."""

from __future__ import annotations

from pathlib import Path

import pytest

from laneshift.errors import CheckFailed
from laneshift.runs import working
from laneshift.runs.whole_suite import WholeSuite
from laneshift.runs.working import Landing
from tests.repo.builders import git_cli
from tests.toy import QUICK, copy_of, planned, records, shop_at, toy, tree_of

NAMES = ("bad", "plain", "wild")
BATCH = "".join(f"labs.{name}\tlabs/{name}.py\tcore/{name}.py\n" for name in NAMES)

# The tests look for files, so that nothing leads to them and only a whole run sees what they see.
_CORE = "import os\nfrom pathlib import Path\ncore = Path(__file__).resolve().parents[1] / 'core'\n"
FILES = {
    **{f"labs/{name}.py": f"NAME = '{name}'\n" for name in NAMES},
    "laneshift.toml": QUICK.replace("workers = 1\n", "workers = 2\n").replace("[tests]\n", "[tests]\nshards = 0\n"),
    "tests/test_one.py": f"{_CORE}\n\ndef test_not_moved():\n    assert not (core / 'bad.py').exists()\n",
    "tests/test_two.py": f"{_CORE}import json\nimport pytest\n\nshard = 0\n"
    "if (core / 'wild.py').exists() and 'LANESHIFT_SHARD' in os.environ:\n"
    "    shard = json.loads(Path(os.environ['LANESHIFT_SHARD']).read_text())['number']\n\n\n"
    "@pytest.mark.parametrize('shard', [shard])\ndef test_varied(shard):\n    pass\n",
}


@pytest.fixture(scope="module")
def ready(tmp_path_factory: pytest.TempPathFactory, ready_toy: Path) -> Path:
    """Three items ready to land: one is bad, and with one the shards collect different tests. Take a copy."""
    path = toy(tmp_path_factory.mktemp("sharded") / "repo", FILES, warm=ready_toy)
    working.run(shop_at(path), planned(path, BATCH), workers=2)
    return path


def test_a_bad_item_is_held_on_a_sharded_run_and_the_rest_lands_on_one_that_is_known_to_be_short(
    ready: Path, tmp_path: Path
) -> None:
    path = copy_of(ready, tmp_path / "repo")
    shop = shop_at(path)
    outcome = working.land(shop, shop.plans.load("batch"), Landing(only=("labs.bad", "labs.plain")))
    assert outcome["items"] == ["labs.plain"]
    first, last = records(path, "suite.ran")
    assert first.facts["blamed"] == ["tests/test_one.py::test_not_moved"]
    assert (last.facts["blamed"], last.facts["tree"]) == ([], tree_of(path))
    shards = first.facts["shards"]
    assert len(shards) == 2
    assert sum(shard["tests"] for shard in shards) == first.facts["passed"] + len(first.facts["blamed"])
    assert last.facts["shards"] == []
    settings = shop.settings(shop.repository.tree("HEAD"))
    took = WholeSuite(settings.tests, shop.results)._took()
    assert "tests/test_one.py" in took
    assert len(list(path.glob(".git/laneshift/pool/*/tree"))) == 2


def test_shards_that_disagree_stop_the_landing(ready: Path, tmp_path: Path) -> None:
    path = copy_of(ready, tmp_path / "repo")
    before, shop = git_cli(path, "rev-parse", "main"), shop_at(path)
    with pytest.raises(CheckFailed) as failed:
        working.land(shop, shop.plans.load("batch"), Landing(only=("labs.plain", "labs.wild")))
    assert failed.value.code == "land.shards-disagree"
    assert "tests/test_two.py::test_varied[1]" in failed.value.why
    assert "tests.shards = 1" in failed.value.cure
    assert git_cli(path, "rev-parse", "main") == before
    assert records(path, "suite.ran") == records(path, "land.recorded") == []
