"""The whole suite in several real sessions: the same outcomes as in one, and no pass when the sessions disagree."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.steps.runner.conftest import EVERYTHING, GOOD, PACKAGE, Projects

TWO = {"tests/test_a.py": GOOD, "tests/test_b.py": GOOD}
_WHERE = "import json, os\npart = json.load(open(os.environ['LANESHIFT_SHARD']))\n"
"""For seeded faults: which shard this is."""
_BOTH = (
    f"{_WHERE}import time\ndef all_taken(count):\n    while os.lseek(part['tickets'], 0, 1) < count: time.sleep(0.01)\n"
)
"""For tests that have to run in different sessions: they wait until so many files are taken."""


def test_shards_find_what_one_session_finds(fallback: Projects, command: list[str]) -> None:
    files = {**PACKAGE, **TWO, "tests/test_all.py": EVERYTHING, "tests/test_broken.py": "import nothing_of_this_name\n"}
    one = fallback(files, command=command).suite()
    whole = fallback(files, command=command, shards=2).whole()
    assert whole.trouble == "", whole.result.run.output
    assert whole.result.outcomes == one.outcomes
    assert whole.result.collection_errors == one.collection_errors == ("tests/test_broken.py",)
    assert sum(shard.tests for shard in whole.shards) == len(one.outcomes)
    assert sum(shard.files for shard in whole.shards) == 3
    assert set(whole.microseconds) == {"tests/test_a.py", "tests/test_all.py", "tests/test_b.py"}


def test_each_shard_has_a_place_of_its_own(project: Projects) -> None:
    told = _BOTH + "from pathlib import Path\nHERE = Path(__file__).resolve().parents[1]\ndef test_{name}():\n"
    told += "    seen = Path(os.environ['TMPDIR'], 'seen')\n    assert not seen.exists()\n    seen.write_text('x')\n"
    told += "    mine = HERE / 'written'\n    assert not mine.exists()\n    mine.write_text('x')\n    all_taken(2)\n"
    files = {f"tests/test_{name}.py": told.replace("{name}", name) for name in "ab"}
    apart = project(files, shards=2).whole()
    assert apart.result.green, apart.result.run.output
    assert [shard.tests for shard in apart.shards] == [1, 1]


def test_a_session_takes_the_next_file_when_it_is_free(fallback: Projects) -> None:
    # While the first file, the longest, is not over, the other session gets hold of all that are left, and of no more.
    long = f"{_BOTH}def test_long(): all_taken(6)\n"
    files = {"tests/test_long.py": long, **{f"tests/test_{name}.py": GOOD for name in "abcd"}}
    whole = fallback(files, shards=2).whole({**dict.fromkeys(files, 0), "tests/test_long.py": 9_000_000})
    assert (whole.trouble, whole.result.passed) == ("", 5)
    assert sorted(shard.files for shard in whole.shards) == [1, 4]


def test_files_stay_whole_and_fixtures_live_as_long_as_in_one_session(fallback: Projects) -> None:
    conftest = """
import pytest
ALIVE = []
def living(name):
    ALIVE.append(name)
    yield ALIVE
    ALIVE.remove(name)
@pytest.fixture(scope="session")
def long(): yield from living("session")
@pytest.fixture(scope="package")
def package(long): yield from living("package")
@pytest.fixture(scope="module")
def short(package): yield from living("module")
def pytest_sessionfinish(): assert ALIVE == []
def pytest_collection_modifyitems(items): items.sort(key=lambda item: item.name)
"""
    tests = "".join(f"def test_{n}(short): assert short == ['session', 'package', 'module']\n" for n in range(3))
    last = "NEXT = []\ndef test_3(short, request): NEXT.append(request.session.testscollected)\n"
    files = {f"tests/{name}/test_{name}{n}.py": tests + last for name in "ab" for n in range(3)}
    made = fallback({"conftest.py": conftest, **{f"tests/{name}/__init__.py": "" for name in "ab"}, **files}, shards=2)
    whole = made.whole()
    assert (whole.trouble, whole.result.green, whole.result.passed) == ("", True, 24), whole.result.run.output
    assert all(shard.tests == 4 * shard.files for shard in whole.shards)


def test_a_fixture_that_fails_at_the_end_makes_the_last_test_of_its_session_red(fallback: Projects) -> None:
    fixture = "@pytest.fixture(scope='session', autouse=True)\ndef ends():\n    yield\n    assert False\n"
    whole = fallback({**TWO, "conftest.py": f"import pytest\n{fixture}"}, shards=2).whole()
    assert (whole.trouble, whole.result.run.exit_code) == ("", 1)
    assert set(whole.result.outcomes.values()) <= {"error", "passed"}
    assert set(whole.result.failing) <= {"tests/test_a.py::test_good", "tests/test_b.py::test_good"}
    assert whole.result.failing


def test_more_shards_than_files_are_fine(fallback: Projects) -> None:
    whole = fallback({"tests/test_a.py": GOOD}, shards=2).whole()
    assert (whole.trouble, whole.result.green) == ("", True)
    assert sorted((shard.tests, shard.exit_code) for shard in whole.shards) == [(0, 0), (1, 0)]


def test_a_process_that_a_plugin_forks_takes_no_file(fallback: Projects) -> None:
    hook = "import os\ndef pytest_runtest_protocol(nextitem):\n    if not (child := os.fork()):\n"
    hook += "        os._exit(bool(nextitem and nextitem.listchain()))\n    os.waitpid(child, 0)\n"
    whole = fallback({**TWO, "tests/test_c.py": GOOD, "conftest.py": hook}, shards=2).whole()
    assert (whole.trouble, whole.result.passed) == ("", 3)


def test_where_somebody_else_runs_the_tests_files_are_divided_beforehand(fallback: Projects) -> None:
    loop = "def pytest_runtestloop(session):\n    from _pytest.main import pytest_runtestloop as all_of\n"
    whole = fallback({**TWO, "conftest.py": f"{loop}    return all_of(session)\n"}, shards=2).whole()
    assert (whole.trouble, whole.result.green) == ("", True), whole.result.run.output
    assert [(shard.files, shard.tests) for shard in whole.shards] == [(1, 1), (1, 1)]


def test_what_the_projects_own_options_leave_out_stays_out(fallback: Projects) -> None:
    marked = "import pytest\n@pytest.mark.slow\ndef test_slow(): assert False\ndef test_quick(): pass\n"
    ini = "[pytest]\naddopts = -m 'not slow'\nmarkers = slow\n"
    whole = fallback({**TWO, "tests/test_c.py": marked, "pytest.ini": ini}, shards=2).whole()
    assert whole.result.green, whole.result.run.output
    assert whole.result.passed == 3
    assert whole.result.deselected == ("tests/test_c.py::test_slow",)


def test_a_command_that_is_not_pytest_is_never_divided(fallback: Projects) -> None:
    count = "import pathlib; p = pathlib.Path('ran'); assert not p.exists(); p.write_text('x')"
    whole = fallback({"README": "x"}, command=["python", "-c", count], shards=3).whole()
    assert whole.result.outcomes == {"command": "passed"}
    assert whole.shards == ()


_VARIED = "@pytest.mark.parametrize('n', [part['number']])\ndef test_c(n): pass\n"
_DROPS = "def pytest_collection_finish(session):\n    session.items[1:] = []\n"
_KEEPS = "def pytest_sessionstart(session):\n    session.config.pluginmanager.unregister(name='laneshift-shard')\n"
_LEAVES = "import pytest\ndef test_good(): pytest.exit('enough', returncode=0)\ndef test_c(): pass\n"
SEEDED = {
    "another collection in each": (
        {"tests/test_c.py": f"{_WHERE}import pytest\n{_VARIED}"},
        "the shards did not collect the same tests",
    ),
    "a file that one of them cannot import": (
        {"tests/test_c.py": f"{_WHERE}assert part['number'] == 0\ndef test_c(): pass\n"},
        "error in tests/test_c.py",
    ),
    "a test that takes its session along": (
        {"tests/test_a.py": "import os\ndef test_a(): os._exit(0)\n"},
        "ended before its session did",
    ),
    "a shard that drops a test": (
        {"conftest.py": _DROPS, "tests/test_a.py": f"{GOOD}def test_dropped(): pass\n"},
        "ran in no shard: 2 (tests/test_a.py::test_dropped, tests/test_b.py::test_good)",
    ),
    "shards that keep all tests": ({"conftest.py": _KEEPS}, "more than one shard: 2"),
    "a test that takes all files away": (
        {
            "tests/test_a.py": f"{_BOTH}def test_a(): os.lseek(part['tickets'], 99, 1)\n",
            "tests/test_b.py": f"{_BOTH}def test_b(): all_taken(99)\n",
            "tests/test_c.py": "def test_late(): pass\n",
        },
        "tests/test_c.py::test_late)",
    ),
    "a test that closes the way to files": (
        {"tests/test_a.py": f"{_BOTH}def test_a(): os.close(part['tickets'])\n"},
        "ended with status 3",
    ),
    "a session that is told to stop": ({"tests/test_b.py": _LEAVES}, "ran in no shard: 1 (tests/test_b.py::test_c)"),
}


@pytest.mark.parametrize("fault", SEEDED)
def test_sessions_that_are_not_one_run_are_never_green(fallback: Projects, fault: str) -> None:
    files, why = SEEDED[fault]
    whole = fallback({**TWO, **files}, shards=2).whole()
    assert why in whole.trouble, whole.result.run.output
    assert not whole.result.green


def test_a_shard_that_does_not_end_is_stopped(fallback: Projects) -> None:
    slow = "import time\ndef test_a(): time.sleep(600)\n"
    whole = fallback({**TWO, "tests/test_a.py": slow}, shards=2).whole(seconds=3)
    assert whole.result.run.timed_out
    assert "was stopped after" in whole.trouble
    assert not whole.result.green


def test_nothing_is_left_on_the_disk_or_running(fallback: Projects, tmp_path: Path) -> None:
    made = fallback(TWO, shards=2)
    assert made.whole().result.green
    assert list(made.scratch_parent.iterdir()) == []
    assert made.living() == []
    pools = list(tmp_path.glob("*/.git/laneshift/pool/*/tree"))
    assert len(pools) == 2
