"""A toy with an item that turns a test red, and agents that are scripts: what each does is in the item's own words."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from tests.toy import QUICK, toy

ITEM, FILE = "labs.where", "core/where.py"
BATCH = f"{ITEM}\tlabs/where.py\t{FILE}\n"
WHERE = 'def is_home():\n    return __name__.startswith("labs")\n'
RED = "from labs.where import is_home\n\n\ndef test_home():\n    assert is_home()\n"
MENDED = WHERE.replace("labs", "core")

# Mends at its second attempt; at the first it adds a file that git would not tell of.
STRAYS_FIRST = """\
import pathlib, sys
prompt = pathlib.Path(sys.argv[1]).read_text()
place = pathlib.Path("core/where.py")
if "earlier attempt" not in prompt:
    pathlib.Path(".gitignore").write_text("*.hidden\\n")
    pathlib.Path("core/left.hidden").write_text("nobody looks here")
place.write_text(place.read_text().replace('startswith("labs")', 'startswith("core")'))
print("mended")
"""
MENDS = """\
import pathlib
place = pathlib.Path("core/where.py")
place.write_text(place.read_text().replace('startswith("labs")', 'startswith("core")'))
"""
# A change that the filter has nothing against, and that mends nothing.
TRIES = """\
import pathlib
place = pathlib.Path("core/where.py")
place.write_text(place.read_text().replace('"labs")', '"labs.")'))
"""


def agent(name: str, script: str, more: str = "") -> str:
    """The settings of an agent that is a script in `tools/`."""
    return (
        f'\n[agents.{name}]\nemail = "{name}@example.org"\nowner = "ada@example.org"\n'
        f'run = "python tools/{script}.py {{prompt_file}}"\n{more}'
    )


def settings(*tables: str) -> str:
    """The toy's settings with these tables."""
    return QUICK.replace("[tests.environment]", "".join(tables) + "\n[tests.environment]")


def failing_toy(path: Path, *tables: str, files: Mapping[str, str] | None = None) -> Path:
    """The toy with the item, and with the agents' scripts. `files` are more of those."""
    own = {
        "labs/where.py": WHERE,
        "tests/test_where.py": RED,
        "tools/strays_first.py": STRAYS_FIRST,
        "tools/mends.py": MENDS,
        "tools/tries.py": TRIES,
        "laneshift.toml": settings(*tables),
    }
    return toy(path, {**own, **(files or {})})
