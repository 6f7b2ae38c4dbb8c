"""Repositories of several shapes, for `init` to look at: path to text."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from laneshift.repo.objects import Repository
from laneshift.runs.proposing.propose import Proposed, propose
from tests.repo.builders import git_cli, repo_at

TEST = "import pytest\n\n\ndef test_it():\n    assert pytest\n"
PLAIN = "import unittest\n\n\nclass Case(unittest.TestCase):\n    def test_it(self):\n        self.assertTrue(1)\n"

LANED = {
    "labs/__init__.py": "",
    "labs/rank.py": "def rank():\n    return 1\n",
    "core/__init__.py": "",
    "core/app.py": "from labs.rank import rank\n\nVALUE = rank()\n",
    "serve/__init__.py": "",
    "serve/web.py": "import core.app\n",
    "tests/test_smoke.py": "import core.app\n\n\ndef test_value():\n    assert core.app.VALUE == 1\n",
    "tests/conftest.py": "",
    "setup.py": "",
}
"""Folders whose names are levels."""

SRC = {
    "src/shop/__init__.py": "",
    "src/shop/_experimental/__init__.py": "",
    "src/shop/_experimental/new.py": "X = 1\n",
    "src/shop/cart.py": "Y = 1\n",
    "tests/unit/test_cart.py": TEST,
    "tests/integration/test_all.py": TEST,
    "pyproject.toml": '[project]\nname = "shop"\n',
}

SEVERAL = {
    "packages/alpha/pyproject.toml": "",
    "packages/alpha/src/alpha/__init__.py": "",
    "packages/alpha/src/alpha/a.py": "A = 1\n",
    "packages/alpha/tests/test_a.py": TEST,
    "packages/beta-two/pyproject.toml": "",
    "packages/beta-two/src/beta/__init__.py": "",
    "packages/beta-two/src/beta/b.py": "from alpha.a import A\n",
    "packages/beta-two/tests/test_b.py": TEST,
    "scripts/go.py": "import beta.b\n",
}
"""Two distributions beside each other."""

NAMESPACE = {
    "acme-api/pyproject.toml": "",
    "acme-api/src/acme/trace/__init__.py": "",
    "acme-api/src/acme/trace/span.py": "class Span:\n    pass\n",
    "acme-api/tests/__init__.py": "",
    "acme-api/tests/test_span.py": "from acme.trace.span import Span\n",
    "acme-sdk/pyproject.toml": "",
    "acme-sdk/src/acme/sdk/__init__.pyi": "",
    "acme-sdk/src/acme/sdk/export/__init__.py": "from acme.trace.span import Span\n",
    "acme-sdk/tests/__init__.py": "",
    "acme-sdk/tests/test_export.py": "import acme.sdk.export\n",
}
"""Two distributions that share a namespace package, as opentelemetry's do; their folders are no words of Python."""


BARE_NAMESPACE = {
    "dists/acme_trace/pyproject.toml": "",
    "dists/acme_trace/acme/trace/__init__.py": "",
    "dists/acme_trace/test_trace.py": "import acme.trace\n",
    "dists/acme_ai/setup.py": "",
    "dists/acme_ai/acme/cloud/ai/__init__.py": "import functools\n",
    "dists/acme_ai/tests/test_ai.py": "from acme.cloud.ai import go\n",
}
"""Distributions that share a namespace without a folder `src`, as jaraco's and google's do."""


def proposed(path: Path, files: Mapping[str, str | bytes]) -> Proposed:
    """What `init` proposes for these files."""
    repository = repo_at(path, files)
    git_cli(path, "config", "user.name", "Ada")
    git_cli(path, "config", "user.email", "ada@example.org")
    return propose(repository, repository.tree("HEAD"))


def repository_at(path: Path) -> Repository:
    """The repository again."""
    return Repository.open(path)
