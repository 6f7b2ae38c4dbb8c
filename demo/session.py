"""A first session as a picture: `python -m demo.session` runs it for real and writes `docs/first-session.svg`."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
from io import StringIO
from pathlib import Path

from rich.console import Console
from rich.text import Text

PICTURE = Path("docs/first-session.svg")
COMMANDS = (
    "laneshift init --write",
    "git add -A && git commit -qm 'build(repo): configure laneshift'",
    "cat core.tsv",
    "laneshift plan core.tsv",
    "laneshift run core",
    "laneshift land core",
    "laneshift verify core",
    "laneshift rollback core",
)
FILES = {
    ".gitignore": "core.tsv\n",
    "labs/__init__.py": "",
    "labs/rank.py": "def rank(values):\n    return sorted(values, reverse=True)\n",
    "labs/score.py": "def best(values):\n    return max(values)\n",
    "core/__init__.py": "",
    "core/app.py": "from labs.rank import rank\nfrom labs.score import best\n\nANSWER = best(rank([3, 42, 7]))\n",
    "tests/conftest.py": "",
    "tests/test_app.py": "import core.app\n\n\ndef test_answer():\n    assert core.app.ANSWER == 42\n",
    "tests/test_rank.py": "from labs.rank import rank\n\n\ndef test_rank():\n    assert rank([1, 2]) == [2, 1]\n",
    "core.tsv": "labs.rank\tlabs/rank.py\tcore/rank.py\nlabs.score\tlabs/score.py\tcore/score.py\n",
}
_WIDTH = 112
_SHOWN = 9
_WHEN = "2026-01-05T09:00:00Z"


def main() -> int:
    """Run every command and keep what it printed. Exit 1 where one fails."""
    console = Console(record=True, width=_WIDTH, file=StringIO(), force_terminal=True)
    with tempfile.TemporaryDirectory() as folder:
        place = _repository(Path(folder) / "shop")
        for command in COMMANDS:
            done = _run(place, command)
            if done.returncode != 0:
                sys.stderr.write(f"{command}: exit {done.returncode}\n{done.stdout}{done.stderr}")
                return 1
            _show(console, command, done.stdout)
    picture = console.export_svg(title="laneshift", unique_id="first-session")
    # Whoever looks at it shall not have to fetch a font from somebody else.
    PICTURE.write_text(re.sub(r"\s*@font-face \{.*?\}", "", picture, flags=re.DOTALL), encoding="utf-8")
    return 0


def _repository(place: Path) -> Path:
    for name, text in FILES.items():
        path = place / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    _run(place, "git init -q -b main && git add -A && git commit -qm 'The shop as it is'")
    return place


def _run(place: Path, command: str) -> subprocess.CompletedProcess[str]:
    """The command as a shell runs it, far from the settings of whoever makes the picture."""
    own = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1", "LC_ALL": "C.UTF-8", "HOME": str(place.parent)}
    own |= {f"GIT_{who}_{what}": said for who in ("AUTHOR", "COMMITTER") for what, said in _ADA.items()}
    own["PATH"] = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    own |= {name: os.environ[name] for name in ("PYTHONPATH",) if name in os.environ}
    configured = f"git config user.name {_ADA['NAME']} 2>/dev/null; git config user.email {_ADA['EMAIL']} 2>/dev/null; "
    return subprocess.run(
        ["/bin/sh", "-c", configured + command], cwd=place, env=own, capture_output=True, text=True, check=False
    )


_ADA = {"NAME": "Ada", "EMAIL": "ada@example.org", "DATE": _WHEN}


def _show(console: Console, command: str, said: str) -> None:
    console.print(Text.assemble(("$ ", "bold green"), (command, "bold")))
    lines = said.expandtabs(24).splitlines()
    if len(lines) > _SHOWN:
        console.print(Text("…", "dim"))
    for line in lines[-_SHOWN:]:
        style = "cyan" if line.startswith("next:") else ""
        console.print(Text(line, style))
    console.print()


if __name__ == "__main__":
    sys.exit(main())
