"""How many processes a test run of this repository is worth."""

from __future__ import annotations

import os

import pytest


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers(config: pytest.Config) -> int:
    """Every core for the whole suite; none for a few files, where starting workers costs more than they save."""
    return (os.cpu_count() or 1) if config.args == ["networkx"] else 0
