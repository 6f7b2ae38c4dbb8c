"""The twelve shipped flows, each with a repository in which it has something to do, and what is so when it has done it.

`points` are where the default suite kills it; `make flows` kills it at every point.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from laneshift.evidence.keys.vault import Vault
from laneshift.runs.flowing.kinds.acting_records import MARKS
from laneshift.runs.key_rotation import Operator, rotate
from laneshift.runs.lane_baseline import baseline
from tests.monorepo import monorepo
from tests.repo.builders import commit_files, git_cli
from tests.runs.flowing.kinds.scene import QUICK
from tests.runs.flowing.shipped.walking import Ended, told
from tests.toy import shop_at, tree_of

MOVE = "labs.report\tlabs/report.py\tcore/report.py\n"
RUFF = 'lint.select = ["F"]\n'
API = '{"openapi": "3.1.0", "info": {"title": "T", "version": "1"}, "paths": {}}\n'
RULE = "id: calls\nlanguage: python\nrule:\n  pattern: old($A)\nfix: new($A)\n"
LEFT_OUT = ["smoke", "unit", "imports", "manifests", "contracts", "openapi", "coverage", "dependencies"]
FEW = f"\n[health]\nwithout = {LEFT_OUT}\n"
AUDIT = "# Audit\n\n## Findings\n\n- [high] core/app.py: rounds twice\n- [low] labs/plugin.py: a bare number\n"
REACH = "from tests import test_smoke\n\n\nDEEP = test_smoke\n"
DAY = 86_400
Facts = dict[str, Any]


@dataclass(frozen=True)
class Case:
    """One flow: its files besides the monorepo's, what is made ready, its inputs, and what has to be so at its end."""

    flow: str
    holds: Callable[[Ended, Path], None]
    files: Mapping[str, str] = field(default_factory=dict)
    ready: Callable[[Path], None] = lambda _path: None
    inputs: Mapping[str, Any] = field(default_factory=dict)
    points: Sequence[str] = ()
    state: str = "done"
    code: str = ""
    exact: bool = True
    """Whether two walks come to the very same, so that nothing that was measured is in it."""

    def made(self, path: Path) -> Path:
        """Its repository, at `path`."""
        monorepo(path, {"laneshift.toml": QUICK, **self.files})
        self.ready(path)
        return path

    def environ(self, place: Path) -> dict[str, str]:
        """Keys of the test's own."""
        return {"LANESHIFT_KEYS": str(place / "keys")}


def values(ended: Ended) -> Facts:
    """The value of each step that was done."""
    steps = told(ended.run)["steps"]
    return {name: each["value"] for name, each in steps.items() if each["state"] == "done"}


def _health(ended: Ended, path: Path) -> None:
    found = values(ended)
    assert found["health"]["names"] == ["ruff"]
    assert [(each.key, each.state) for each in ended.world["issues"]] == [("health", "open")]
    assert "F401" in ended.world["issues"][0].body
    assert ended.world["refs"][f"{MARKS}nightly-health"] == git_cli(path, "rev-parse", "HEAD")
    assert found["before"]["known"] is False


def _shipped(ended: Ended, path: Path) -> None:
    _landed(ended)
    assert values(ended)["approve"]["by"] == ["person:ada@example.org"]
    assert ended.world["records"]["request.made"] == 3
    assert git_cli(path, "show", "main:core/report.py")


def _landed(ended: Ended) -> None:
    counts = ended.world["records"]
    assert counts["land.recorded"] == 1
    assert len(ended.world["plans"]) == 1


def _keys(ended: Ended, path: Path) -> None:
    found = values(ended)["check"]
    assert (found["due"], found["fails"]) == (["journal"], True)
    assert [(each.key, each.number, each.state) for each in ended.world["issues"]] == [("keys-journal", 1, "open")]
    assert ended.world["records"]["key.warned"] == 1


def _old_key(path: Path) -> None:
    shop = replace(shop_at(path), clock=lambda: int(time.time()) - 95 * DAY)
    rotate(shop, Vault(path.parent / "keys"), "journal", "ed25519", Operator("ada@example.org", "the first"))


def _manifests(ended: Ended, path: Path) -> None:
    _landed(ended)
    assert values(ended)["stale"]["stale"] > 0
    names = git_cli(path, "ls-tree", "-r", "--name-only", "main", "core").splitlines()
    assert any(name.endswith("module.manifest.json") for name in names)


def _codemod(ended: Ended, path: Path) -> None:
    found = ended.world["changes"]
    assert [(each.number, each.head, each.base, each.state) for each in found] == [
        (number, f"laneshift/codemod/batch-{number}", "main", "open") for number in (1, 2, 3)
    ]
    for each in found:
        assert ended.world["refs"][f"refs/heads/{each.head}"] == each.commit
        changed = git_cli(path, "diff", "--name-only", f"{each.commit}~", each.commit).splitlines()
        assert len(changed) <= 2
        assert "new(" in git_cli(path, "show", each.commit)
    assert not ended.world["issues"]


def _audit(ended: Ended, path: Path) -> None:
    assert values(ended)["issues"]["findings"] == 2
    assert [(each.number, each.state) for each in ended.world["issues"]] == [(1, "open"), (2, "open")]


def _released(ended: Ended, path: Path) -> None:
    assert ended.world["refs"][f"{MARKS}release"] == git_cli(path, "rev-parse", "HEAD")
    found = values(ended)
    assert {found[gate]["status"] for gate in ("smoke", "lint", "api")} == {"passed"}
    assert (found["smoke"]["good"], found["smoke"]["of"]) == (2, 2)


def _lanes(ended: Ended, path: Path) -> None:
    found = values(ended)
    assert [each["lane"] for each in found["examine"]] == found["lanes"]["names"] == ["labs", "core", "tests"]
    assert [each["count"] > 0 for each in found["examine"]] == [False, True, False]
    assert [(each.key, each.state) for each in ended.world["issues"]] == [("lanes", "open")]
    assert "- core: " in ended.world["issues"][0].body


def _known(path: Path) -> None:
    """A list of known violations, of which one has gone since."""
    commit_files(path, {"core/deep.py": REACH}, "reach")
    shop = shop_at(path)
    found = baseline(shop.index, shop.repository.tree("HEAD"), None)
    commit_files(path, {found.path: found.data}, "list")
    commit_files(path, {"core/deep.py": None}, "mend")


def _ratchet(ended: Ended, path: Path) -> None:
    found = values(ended)["shorten"]
    assert found["before"] > found["count"]
    change = ended.world["changes"][0]
    assert (change.key, change.head, change.number) == ("lanes-ratchet", "laneshift/lanes-ratchet", 1)
    assert git_cli(path, "diff", "--name-only", "main", change.commit) == found["path"]


def _damaged(path: Path) -> None:
    """Evidence that is not what its digest says."""
    shop = shop_at(path)
    digest = shop.store.put(b"what was found").removeprefix("sha256:")
    file = next(each for each in (path / ".git/laneshift/evidence").rglob("*") if digest[-20:] in each.name)
    file.chmod(0o600)
    file.write_bytes(b"what was not")


def _verified(ended: Ended, path: Path) -> None:
    assert [(each.key, each.state) for each in ended.world["issues"]] == [("records", "open")]
    assert told(ended.run)["steps"]["verify"]["state"] == "failed"


def _stale(path: Path) -> None:
    """A branch whose one change comes over, and whose other does not."""
    git_cli(path, "switch", "-q", "-c", "develop")
    commit_files(path, {"labs/stays.py": "def answer():\n    return 43\n", "labs/more.py": "MORE = 1\n"}, "develop")
    git_cli(path, "switch", "-q", "main")
    commit_files(path, {"labs/stays.py": "def answer():\n    return 6 * 7\n"}, "main")


def _absorbed(ended: Ended, path: Path) -> None:
    found = values(ended)["absorb"]
    assert [each["path"] for each in found["left"]] == ["labs/stays.py"]
    assert [(each.key, each.head) for each in ended.world["changes"]] == [("absorb", "laneshift/absorbed/develop")]
    assert [(each.key, each.state) for each in ended.world["issues"]] == [("absorb", "open")]
    assert git_cli(path, "show", "laneshift/absorbed/develop:labs/more.py") == "MORE = 1"


def _taken_back(ended: Ended, path: Path) -> None:
    _landed(ended)
    assert ended.world["records"]["rollback.recorded"] == 1
    assert ended.world["records"]["request.made"] == 3
    assert tree_of(path, "main") == tree_of(path, values(ended)["plan"]["base"])
    assert told(ended.run)["steps"]["land"]["state"] == "undone"


SAYS_NO = ["python", "-I", "-c", "import os, sys; sys.exit(os.path.exists('core/report.py'))"]

CASES = [
    Case(
        "nightly-health",
        _health,
        {"ruff.toml": RUFF, "core/bad.py": "import os\n", "laneshift.toml": QUICK + FEW},
        inputs={"run_tests": False},
        points=["before/do/before", "health/do/after", "tell/do/after", "remember/do/after"],
    ),
    Case(
        "ship-with-approval",
        _shipped,
        {"batches/next.tsv": MOVE},
        points=["plan/do/after", "canary/do/in:child", "land/do/after"],
    ),
    Case(
        "key-check",
        _keys,
        ready=_old_key,
        points=["check/do/in:1", "check/do/after", "late/do/after"],
        state="failed",
        code="keys.late",
    ),
    Case(
        "weekly-manifests",
        _manifests,
        inputs={"paths": ["core"], "depth": 1},
        points=["stale/do/after", "ship/do/in:child"],
    ),
    Case(
        "codemod-batches",
        _codemod,
        {"rules/calls.yml": RULE, **{f"app/m{n}.py": f"def go():\n    return old({n})\n" for n in range(5)}},
        inputs={"codemod": "ast-grep:rules/calls.yml", "size": 2},
        points=["branches/do/in:2", "branches/do/after", "review.0/do/before", "review.1/do/in:1", "review.2/do/after"],
    ),
    Case(
        "audit-issues",
        _audit,
        {"docs/audit.md": AUDIT},
        inputs={"files": ["docs/audit.md"], "comments": False},
        points=["issues/do/before", "issues/do/in:3", "issues/do/after"],
    ),
    Case(
        "release-gate",
        _released,
        {"ruff.toml": RUFF, "openapi.json": API},
        points=["tip/do/after", "lint/do/before", "release/do/after"],
    ),
    Case(
        "lane-report",
        _lanes,
        {"core/deep.py": REACH},
        points=["lanes/do/before", "examine.1/do/after", "tell/do/in:1", "tell/do/after"],
    ),
    Case(
        "lanes-ratchet",
        _ratchet,
        ready=_known,
        points=["shorten/do/in:2", "shorten/do/after", "review/do/before", "review/do/after"],
    ),
    Case(
        "verify-records",
        _verified,
        ready=_damaged,
        state="failed",
        code="verify.findings",
        points=["verify/do/after", "tell/do/in:1", "tell/do/after", "late/do/before"],
    ),
    Case(
        "absorb-branch",
        _absorbed,
        ready=_stale,
        points=["absorb/do/in:1", "absorb/do/after", "review/do/after", "conflicts/do/before"],
    ),
    Case(
        "guarded-landing",
        _taken_back,
        {"batches/next.tsv": MOVE},
        inputs={"command": SAYS_NO},
        points=["run/do/after", "watch/do/before", "land/undo/in:child", "land/undo/after"],
        state="failed",
        code="flow.command",
    ),
]


def _slower(path: Path) -> None:
    """A benchmark that takes ten times as long since the last night."""
    slow = "import time\nwhile time.process_time() < 0.3:\n    sum(range(9999))\n"
    git_cli(path, "update-ref", f"{MARKS}nightly-health", "HEAD")
    commit_files(path, {"bench/one.py": slow}, "slower")


def _regression(ended: Ended, path: Path) -> None:
    assert len(values(ended)["benchmarks"]["regressions"]) == 1
    assert [each.state for each in ended.world["issues"]] == ["open"]
    assert ended.world["refs"][f"{MARKS}nightly-health"] == git_cli(path, "rev-parse", "HEAD")


MORE = [
    Case(
        "nightly-health",
        _regression,
        {
            "ruff.toml": RUFF,
            "bench/one.py": "pass\n",
            "laneshift.toml": f"{QUICK}{FEW}[bench]\npairs = 10\nrepeats = 1\nthreshold = 0.5\n",
        },
        ready=_slower,
        inputs={"run_tests": False, "benchmark": "python -I bench/one.py"},
        exact=False,
    )
]
"""What takes too long for the default suite."""
