"""The door for gates: plugins from a real distribution in a site folder, commands, and everything that is refused."""

from __future__ import annotations

import json
import subprocess
import sys
from importlib.metadata import EntryPoint
from pathlib import Path

import pytest

from laneshift.config import BUILT_IN, Settings
from laneshift.errors import Refused
from laneshift.gates.door import GROUP, gates_of
from tests.gates.described import change_of, ports_of, settings_of
from tests.repo.builders import repo_at

PLUGIN = '''"""A gate as a plugin: no changed Python file has a line with a tab."""

from laneshift.gates.verdict import Exempt, counted


class NoTabs:
    id = "no-tabs"
    description = "changed Python files have no tabs"
    cost = 0.1
    runs_code = False
    runs = 0

    def applies(self, change):
        return None if self._files(change) else Exempt.NOTHING_OF_ITS_KIND

    def inputs(self, change):
        return {"files": [[path, change.after.entry(path).oid] for path in self._files(change)]}

    def check(self, change, ports):
        files = self._files(change)
        bad = tuple(f"{path} has a tab" for path in files if b"\\t" in change.after.read(path))
        return counted(self.id, len(files), bad, "changed Python files")

    def _files(self, change):
        return [path for path in change.changed() if path.endswith(".py")]
'''


def site(folder: Path, module: str, text: str, entry: str) -> Path:
    """A site folder with one distribution that brings an entry point."""
    info = folder / f"{module}-1.5.dist-info"
    info.mkdir(parents=True)
    (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {module}\nVersion: 1.5\n")
    (info / "entry_points.txt").write_text(f"[{GROUP}]\n{entry}\n")
    (folder / f"{module}.py").write_text(text)
    return folder


SHOW = """
import json, sys
from pathlib import Path
from laneshift.config import Settings
from laneshift.errors import Refused
from laneshift.gates.door import gates_of
from laneshift.runs.gate_set import gate_set
sys.path.insert(0, sys.argv[3])
from laneshift.repo.objects import Repository
from tests.gates.described import change_of, memory, ports_of
from laneshift.gates.judging import judged
try:
    gates = gates_of(Settings())
except Refused as error:
    print(json.dumps({"code": error.code, "faults": [str(fault) for fault in error.faults]}))
    raise SystemExit
own = [gate for gate in gates if gate.id == "no-tabs"]
repository = Repository.open(Path(sys.argv[1]))
change = change_of(repository, {"core/a.py": sys.argv[2]})
verdict = judged(own, change, ports_of(repository), memory()[0])[0]
versions = {each["gate"]: each["version"] for each in gate_set(Settings())}
print(json.dumps({"gates": [gate.id for gate in gates], "verdict": verdict.as_json(), "versions": versions}))
"""


def shown(folder: Path, repository: Path, text: str) -> dict[str, object]:
    """What a fresh interpreter sees that has the site folder on its path."""
    root = Path(__file__).resolve().parents[2]
    done = subprocess.run(
        [sys.executable, "-c", SHOW, str(repository), text, str(root)],
        env={"PYTHONPATH": f"{root / 'src'}:{folder}", "PATH": "/usr/bin:/bin", "HOME": str(folder)},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)  # type: ignore[no-any-return]


def test_an_installed_plugin_judges_and_is_pinned_by_its_version(tmp_path: Path) -> None:
    folder = site(tmp_path / "site", "no_tabs_gate", PLUGIN, "no-tabs = no_tabs_gate:NoTabs")
    repo_at(tmp_path / "repo", {"core/a.py": "A = 1\n"})
    bad = shown(folder, tmp_path / "repo", "if 1:\n\tA = 2\n")
    good = shown(folder, tmp_path / "repo", "A = 2\n")
    assert bad["gates"] == good["gates"]
    assert {*BUILT_IN, "no-tabs"} == set(bad["gates"])  # type: ignore[call-overload]
    assert (bad["verdict"]["status"], good["verdict"]["status"]) == ("failed", "passed")  # type: ignore[index]
    assert bad["versions"]["no-tabs"] == "no_tabs_gate 1.5"  # type: ignore[index]


def test_a_plugin_that_cannot_be_imported_stops_the_start(tmp_path: Path) -> None:
    folder = site(tmp_path / "site", "bad_gate", "import nowhere_at_all\n", "bad = bad_gate:Bad")
    repo_at(tmp_path / "repo", {"core/a.py": "A = 1\n"})
    told = shown(folder, tmp_path / "repo", "A = 2\n")
    assert told["code"] == "gates.bad-plugin"
    assert "nowhere_at_all" in told["faults"][0]  # type: ignore[index]


def test_the_shipped_gates_come_cheapest_first() -> None:
    assert tuple(gate.id for gate in gates_of(Settings(), ())) == BUILT_IN


@pytest.mark.parametrize(
    ("name", "value", "says"),
    [
        ("smoke", "laneshift.gates.smoke:Smoke", "another gate has this name"),
        ("other", "laneshift.gates.smoke:Smoke", "name of its entry point"),
        ("nothing", "laneshift.gates.smoke:Nothing", "Nothing"),
        ("path", "pathlib:Path", "it is no gate"),
        ("licence", "tests.gates.test_door:Licence", "a command of the settings has this name"),
    ],
)
def test_a_plugin_that_is_no_gate_is_refused(name: str, value: str, says: str) -> None:
    settings = settings_of('[gates.licence]\nrun = "true"\npaths = "**"\n')
    with pytest.raises(Refused) as refused:
        gates_of(settings, [EntryPoint(name, value, GROUP)])
    assert refused.value.code == "gates.bad-plugin"
    assert says in str(refused.value.faults[0])


class Licence:
    """A whole gate whose name a command has taken."""

    id = "licence"
    description = "licences"
    cost = 1
    runs = 0
    runs_code = False
    applies = inputs = check = staticmethod(lambda *_: None)


COMMANDS = """
[gates.clean]
run = ["python", "-c", "import sys; sys.exit('print(' in open('core/a.py').read())"]
paths = ["core/**"]
[gates.gone]
run = "no-such-program-at-all --check"
paths = "core/**"
[gates.slow]
run = ["python", "-c", "import time; time.sleep(600)"]
paths = "core/**"
seconds = 1
"""


def test_commands_are_gates(tmp_path: Path) -> None:
    repository = repo_at(tmp_path / "repo", {"core/a.py": "A = 1\n"})
    ports, gates = ports_of(repository), {gate.id: gate for gate in gates_of(settings_of(COMMANDS), ())}
    sound = change_of(repository, {"core/a.py": "A = 2\n"}, COMMANDS)
    faulty = change_of(repository, {"core/a.py": "print(1)\n"}, COMMANDS)
    told = {name: gates[name].check(sound, ports) for name in ("clean", "gone", "slow")}
    assert {name: verdict.status.value for name, verdict in told.items()} == {
        "clean": "passed",
        "gone": "errored",
        "slow": "errored",
    }
    assert gates["clean"].check(faulty, ports).status.value == "failed"
    elsewhere = change_of(repository, {"docs/a.md": "print(\n"}, COMMANDS)
    assert gates["clean"].applies(elsewhere) is not None
    assert gates["clean"].applies(sound) is None


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ('[gates.smoke]\nrun = "true"\npaths = "**"\n', "'smoke' cannot be the name of a command"),
        ('[gates.Bad_Name]\nrun = "true"\npaths = "**"\n', "cannot be the name of a command"),
        ('[gates.x]\nrun = ""\npaths = "**"\n', "needs a program"),
        ('[gates.x]\nrun = "true"\npaths = []\n', "at least 1 item"),
        ('[gates.x]\nrun = "true"\npaths = "../**"\n', "glob"),
        ('[gates.x]\nrun = "it\'s"\npaths = "**"\n', "No closing quotation"),
        ("[gates]\ntypo = 1\n", "gates.typo"),
        ('[gates.app]\ntarget = "a/b.py"\n', "not of the form"),
        ("[gates.logs]\nshare = 1.5\n", "less than or equal to 1"),
    ],
)
def test_wrong_settings_are_refused(text: str, says: str) -> None:
    with pytest.raises(Refused) as refused:
        settings_of(text)
    assert says in " ".join(map(str, refused.value.faults))
