"""The filter against changes that keep every name and signature and mean something else, and against plain ones."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from laneshift.code.safe_patch import Limits, Verdict, judge
from laneshift.repo.objects import Tree
from tests.code.safe_patch.conduct import MEANT
from tests.code.safe_patch.ground import FILES, Case, edit
from tests.code.safe_patch.plain import PLAIN
from tests.code.safe_patch.reach import REACHING
from tests.repo.builders import repo_at

ALL = (*MEANT, *REACHING)
J = "shop/jobs.py"
CAUGHT = (
    "import json\n\n\ndef read(text):\n    try:\n        text = json.loads(text)\n    except json.JSONDecodeError:\n"
)
CAUGHT += "        pass\n    except (KeyError, IOError):\n        pass\n    return text\n"


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Tree:
    files = {**FILES, "shop/caught.py": CAUGHT, "same.txt": "X = 1\n" * 20_000}
    return repo_at(Path(tmp_path_factory.mktemp("conduct")), files).tree("HEAD")


def judged(base: Tree, case: Case) -> Verdict:
    return judge(base, case.of(base), Limits(known=frozenset({"pytest"})), lambda path: True)


@pytest.mark.parametrize(("check", "case"), ALL, ids=[case.name for _, case in ALL])
def test_what_means_something_else_is_flagged_for_its_own_reason(base: Tree, check: str, case: Case) -> None:
    findings = judged(base, case).findings
    assert check in {finding.check for finding in findings}, findings


def test_plain_changes_pass(base: Tree) -> None:
    flagged = {case.name: found for case in PLAIN if (found := judged(base, case).findings)}
    assert len(flagged) <= 0.05 * len(PLAIN), flagged


def _caught(old: str, new: str) -> Case:
    return Case("caught", (("shop/caught.py", old, new),))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("json.JSONDecodeError", "OSError"),
        ("json.JSONDecodeError", "(json.JSONDecodeError, TypeError)"),
        ("json.JSONDecodeError", "JSONDecodeError"),
        ("    except json.JSONDecodeError:\n        pass\n", ""),
        ("except (KeyError, IOError)", "except"),
    ],
)
def test_a_handler_that_takes_other_errors_is_flagged(base: Tree, old: str, new: str) -> None:
    assert "handlers-changed" in {found.check for found in judged(base, _caught(old, new)).findings}


def test_a_handler_may_name_the_same_errors_in_another_way(base: Tree) -> None:
    renamed = Case(
        "renamed",
        (
            ("shop/caught.py", "import json\n", "import json\nfrom json import JSONDecodeError\n"),
            ("shop/caught.py", "except json.JSONDecodeError", "except JSONDecodeError"),
            ("shop/caught.py", "(KeyError, IOError)", "(OSError, KeyError)"),
        ),
    )
    assert judged(base, renamed).safe


def test_a_name_of_another_origin_is_another_error(base: Tree) -> None:
    other = _caught("import json\n", "import json\nfrom shop.audit import JSONDecodeError\n")
    swapped = Case("other", (*other.swaps, ("shop/caught.py", "except json.JSONDecodeError", "except JSONDecodeError")))
    assert "handlers-changed" in {found.check for found in judged(base, swapped).findings}


def test_many_equal_lines_do_not_stop_the_filter(base: Tree) -> None:
    started = time.process_time()
    after = "X = 1\n" * 19_000 + "X = 2\n"
    found = {finding.check for finding in judged(base, Case("same", files={"same.txt": after})).findings}
    assert "lines-deleted" in found
    assert time.process_time() - started < 60, "in order, this takes an hour"


def test_a_base_in_another_file_is_found(base: Tree) -> None:
    child = Case("child", files={"shop/child.py": "from shop import jobs\n\n\nclass Own(jobs.Base):\n    pass\n"})
    before = child.of(base)
    text = "from shop import jobs\n\n\nclass Own(jobs.Base):\n    def allowed(self):\n        return True\n"
    verdict = judge(before, Case("", files={"shop/child.py": text}).of(before), Limits(), lambda path: True)
    assert {finding.check for finding in verdict.findings} == {"rebound"}


def test_bases_in_a_circle_come_to_an_end(base: Tree) -> None:
    text = "class One(Two):\n    X = 1\n\n\nclass Two(One):\n    Y = 1\n"
    before = Case("", files={"shop/circle.py": text}).of(base)
    after = Case("", files={"shop/circle.py": text.replace("    X = 1", "    X = 1\n    Y = 2")}).of(base)
    assert not judge(before, after, Limits(), lambda path: True).safe


def test_one_statement_may_still_go(base: Tree) -> None:
    assert judged(base, edit("one goes", ("        self.other = 0\n", ""), path=J)).safe
