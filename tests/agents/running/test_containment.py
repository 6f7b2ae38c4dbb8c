"""What an agent does where it works: real processes in the real sandbox, and what is seen of them afterwards."""

from __future__ import annotations

import json
import os
import resource
import socket
from dataclasses import dataclass
from pathlib import Path

import pytest

from laneshift.agents.running.variables import VARIABLE
from laneshift.config import Settings
from laneshift.runs.fixer import Fixer, Told
from laneshift.runs.fixing.judging import ending
from laneshift.runs.workshop import Workshop
from laneshift.steps.runner.worked import Worked
from tests.repo.builders import repo_at
from tests.toy import shop_at

CODE, OTHER, LINK = "core/code.py", "core/other.py", "core/link.py"
FILES = {CODE: "VALUE = 1\n", OTHER: "VALUE = 2\n", ".gitignore": "*.hidden\n", "run.sh": "true\n"}
FLOOD_MIB = 100
SECRET = "a-secret-of-the-user"


@dataclass(frozen=True)
class Bench:
    """A repository, and agents sent to work in it: scripts of Python."""

    shop: Workshop

    def fixer(self, code: str, seconds: int = 240, memory_mib: int = 1024) -> Fixer:
        """An agent that is this program."""
        return Fixer("scripted", "", ("python", "-c", code, "{prompt_file}"), True, 2, seconds, memory_mib)

    def work(self, code: str, seconds: int = 240) -> Worked:
        """What became of its work."""
        tree, settings = self.shop.repository.tree("HEAD"), Settings()
        told = Told("mend it", (CODE,), "item")
        return self.shop.fixing.work(settings, tree, self.fixer(code, seconds), told)

    def outcome(self, code: str, seconds: int = 240) -> tuple[str, str]:
        """How the attempt ended before anybody judged its change."""
        return ending(self.fixer(code, seconds), self.work(code, seconds))


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A repository of a few files, one of them a link."""
    path = tmp_path_factory.mktemp("bench") / "repo"
    path.mkdir()
    repo_at(path, FILES)
    return path


@pytest.fixture
def bench(place: Path) -> Bench:
    """The bench, with the environment as it is now."""
    return Bench(shop_at(place))


def test_what_it_may_edit_is_taken_and_it_was_told_what_to_do(bench: Bench) -> None:
    worked = bench.work(
        "import sys; from pathlib import Path\n"
        "assert Path(sys.argv[1]).read_text() == 'mend it'\n"
        f"Path('{CODE}').write_text('VALUE = 3\\n')\n"
        "Path('core/__pycache__').mkdir(); Path('core/__pycache__/x.pyc').write_text('by the way')"
    )
    assert (worked.run.exit_code, worked.run.output) == (0, "")
    assert worked.files == {CODE: b"VALUE = 3\n"}
    assert worked.strays == ()


def test_whatever_else_it_touches_is_seen(bench: Bench) -> None:
    """Also what git ignores, what is no file, and what its tools would call a repository of its own."""
    worked = bench.work(
        "import os, shutil; from pathlib import Path\n"
        f"Path('{CODE}').write_text('VALUE = 3\\n')\n"
        f"Path('{OTHER}').unlink(); Path('{OTHER}').symlink_to('code.py')\n"
        "Path('a.hidden').write_text('x'); os.mkfifo('pipe'); os.chmod('run.sh', 0o755)\n"
        "Path('.gitignore').unlink(); Path('.git').mkdir(); Path('.git/config').write_text('x')\n"
        "Path('.gitattributes').write_text('* -diff'); Path('\\udcff\\x1b[2J').write_text('x')\n"
    )
    assert {stray.path: stray.what for stray in worked.strays} == {
        ".git/config": "added",
        ".gitattributes": "added",
        ".gitignore": "deleted",
        "a.hidden": "added",
        OTHER: "made into a link",
        "pipe": "made into something that is no file",
        "run.sh": "its mode was changed",
        "\udcff\x1b[2J": "added",
    }
    told = " ".join(map(str, worked.strays))
    assert told.isascii()
    assert told.isprintable()
    assert ending(bench.fixer(""), worked)[0] == "refused"


def test_one_that_hangs_is_ended(bench: Bench) -> None:
    code = (
        "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('at it', flush=True); time.sleep(90)"
    )
    assert bench.outcome(code, 1) == ("failed", "it did not end within 1 s")


def test_what_it_leaves_running_is_ended(bench: Bench) -> None:
    """Daemons with sessions of their own, which would go on editing after the look back."""
    token = f"laneshift-daemon-{os.getpid()}"
    worked = bench.work(
        "import os, sys, time\n"
        "for _ in range(20):\n"
        "    if os.fork() == 0:\n"
        "        os.setsid()\n"
        "        if os.fork() == 0:\n"
        f"            os.execv(sys.executable, [sys.executable, '-c', 'import time; time.sleep(90)', '{token}'])\n"
        "        os._exit(0)\n"
        "    os.wait()\n"
    )
    assert worked.run.ok
    assert "no-survivors" in worked.run.protections
    assert not [each for each in Path("/proc").glob("[0-9]*/cmdline") if token.encode() in _bytes(each)]


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError:
        return b""


def test_a_flood_of_output_fills_no_memory(bench: Bench) -> None:
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    worked = bench.work(
        f"import sys\nfor _ in range({FLOOD_MIB}): sys.stdout.write('flood ' * 174763)\n"
        f"open('{CODE}', 'w').write('#' * (20 << 20))\nopen('{OTHER}', 'w').write('#' * (20 << 20))\n"
    )
    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    assert worked.run.ok
    assert len(worked.run.output) < 1 << 20
    assert grown < 30 << 10, f"{grown} KiB"
    assert worked.files == {}
    assert {stray.path for stray in worked.strays} == {CODE, OTHER}
    assert all(stray.what.startswith("edited, and now more than") for stray in worked.strays)


def test_it_reaches_neither_the_network_nor_the_disk_nor_secrets(
    bench: Bench, place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What it is not given it cannot have; what the user lets it have is not in what is kept."""
    monkeypatch.setenv("USERS_TOKEN", SECRET)
    monkeypatch.setenv("LENT_TOKEN", "lent-for-work")
    monkeypatch.setenv(VARIABLE, "LENT_TOKEN, NOT_SET")
    outside = place.parent / "outside"
    home = place.parent / "home"
    (home / ".ssh").mkdir(parents=True)
    (home / ".ssh/id").write_text(SECRET)
    (home / ".netrc").write_text(SECRET)
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setenv("XDG_CONFIG_HOME", "")
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
        worked = Bench(shop_at(place)).work(
            "import json, os, pathlib, socket\n"
            "def tried(action):\n"
            "    try: action()\n"
            "    except OSError as error: return error.errno\n"
            "    return 0\n"
            f"seen = {{'network': tried(lambda: socket.create_connection(('127.0.0.1', {port}), 2)),\n"
            f"  'disk': tried(lambda: pathlib.Path({str(outside)!r}).write_text('x')),\n"
            f"  'repository': tried(lambda: pathlib.Path({str(place / 'run.sh')!r}).write_text('x')),\n"
            f"  'keys': os.listdir({str(home / '.ssh')!r}), 'netrc': open({str(home / '.netrc')!r}).read(),\n"
            "  'home': os.path.expanduser('~'), 'environment': dict(os.environ)}\n"
            "print(json.dumps(seen))"
        )
    seen = json.loads(worked.run.output)
    held = set(worked.run.protections)
    assert seen["network"] or "network" not in held
    assert (seen["disk"] and seen["repository"] and not outside.exists()) or "filesystem" not in held
    assert seen["home"] != str(home)
    assert SECRET not in worked.run.output or "users-secrets" not in held
    assert (seen["keys"], seen["netrc"]) == ([], "") or "users-secrets" not in held
    assert SECRET not in json.dumps(seen["environment"])
    assert ("users-secrets" in held) == ("filesystem" in held)
    assert seen["environment"]["LENT_TOKEN"] == "[LENT_TOKEN]"
    assert (place / "run.sh").read_text() == FILES["run.sh"]


@pytest.mark.parametrize(
    ("code", "why"),
    [
        (f"import os; open('{CODE}', 'w').write('x = 1'); os.kill(os.getpid(), 9)", "it ended with status -9"),
        (f"open('{CODE}', 'w').write('x = 1'); raise SystemExit(1)", "it ended with status 1"),
        ("pass", "it changed nothing"),
    ],
)
def test_one_that_does_not_end_well_changes_nothing(bench: Bench, code: str, why: str) -> None:
    outcome, told = bench.outcome(code)
    assert (outcome, told[: len(why)]) == ("failed", why)


def test_one_that_kills_its_parent_is_looked_back_on_all_the_same(bench: Bench) -> None:
    """In a process namespace of its own the parent cannot be killed; without one the attempt fails."""
    worked = bench.work(f"import os; open('{CODE}', 'w').write('x = 1'); os.kill(os.getppid(), 9)")
    assert worked.files == {CODE: b"x = 1"}
    assert worked.run.ok == ("pid-namespace" in worked.run.protections)
