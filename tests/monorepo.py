"""A small monorepo with lanes, real tests, and one module for each way in which an item can end."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from laneshift.repo.objects import Repository
from tests.repo.builders import git_cli, repo_at

LANES = """\
[lanes.labs]
paths = ["labs/**"]
level = "experimental"

[lanes.core]
paths = ["core/**"]
may_import = ["core", "labs"]

[lanes.tests]
paths = ["tests/**"]
"""
"""Modules go from `labs` to `core`, which may lean on `labs`."""

CONFIG = f"""\
{LANES}
[tests]
smoke = ["tests/test_smoke.py"]
item_seconds = 600
suite_seconds = 600
"""

FILES: dict[str, str] = {
    "laneshift.toml": CONFIG,
    "labs/__init__.py": "",
    "labs/shapes.py": "import math\n\nPI = math.pi\n\n\ndef area(radius, *, scale=1):\n"
    "    return scale * PI * radius**2\n",
    "labs/report.py": "from .shapes import area\nfrom labs import shapes\n\n\ndef line(radius):\n"
    "    return f'{area(radius):.1f} {shapes.PI:.2f}'\n",
    "labs/registry.py": "import importlib\n\nNAMES = ['labs.shapes', 'labs.report']\n\n\ndef load(name):\n"
    "    return importlib.import_module(name)\n",
    "labs/plugin.py": "VALUE = 41\n",
    "labs/stays.py": "def answer():\n    return 42\n",
    "core/__init__.py": "",
    "core/app.py": "from labs.report import line\nimport labs.shapes as shapes\n\n\ndef run():\n"
    "    return line(1) + str(shapes.area(0))\n",
    "core/loader.py": "import importlib\n\n\ndef plugin(lane):\n"
    "    return importlib.import_module('.'.join([lane, 'plugin']))\n",
    "tests/test_shapes.py": "from unittest import mock\n\nfrom labs.shapes import area\n\n\ndef test_area():\n"
    "    assert round(area(2)) == 13\n\n\ndef test_patched():\n    with mock.patch('labs.shapes.PI', 3):\n"
    "        assert area(1) == 3\n",
    "tests/test_app.py": "from core.app import run\n\n\ndef test_run():\n    assert run() == '3.1 3.140.0'\n",
    "tests/test_registry.py": "from labs.registry import NAMES, load\n\n\ndef test_every_name_loads():\n"
    "    assert all(load(name) for name in NAMES)\n",
    "tests/test_plugin.py": "from core.loader import plugin\n\n\ndef test_plugin_is_found_by_a_computed_name():\n"
    "    assert plugin('labs').VALUE == 41\n",
    "tests/test_smoke.py": "import core.app\nimport labs.stays\n\n\ndef test_imports():\n"
    "    assert core.app.run()\n\n\ndef test_answer():\n    assert labs.stays.answer() == 42\n",
}

BATCH = "labs.shapes\tlabs/shapes.py\tcore/geometry/shapes.py\nlabs.report\tlabs/report.py\tcore/report.py\n"
"""Two moves that edit each other's lines and are green together."""

BREAKS = "labs.plugin\tlabs/plugin.py\tcore/plugin.py\n"
"""A move that turns a test red by design: its name is computed when the test runs."""

VERIFY = "labs.stays\tlabs/stays.py\tlabs/stays.py\n"
"""An item whose source is its destination."""


def monorepo(path: Path, changes: Mapping[str, str] | None = None) -> Repository:
    """The monorepo in a new repository at `path`, with `changes` to its files."""
    repository = repo_at(path, {**FILES, **(changes or {})})
    git_cli(path, "config", "user.name", "Ada Planner")
    git_cli(path, "config", "user.email", "ada@example.org")
    return repository
