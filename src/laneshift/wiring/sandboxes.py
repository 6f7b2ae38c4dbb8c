"""The sandboxes that run the code of the project, each on checkouts of a pool."""

from __future__ import annotations

import os

from laneshift.config import Settings
from laneshift.repo.objects import Repository
from laneshift.repo.pool import Pool
from laneshift.steps.runner.sandbox import IsolatedSandbox

_AGENTS = 16
"""How many agents may work on packs at a time on one machine."""
_AGENTS_POOL = "agents"


def rewriter(repository: Repository, settings: Settings) -> IsolatedSandbox:
    """What runs foreign codemods and trials: the sandbox that tests run in, on one checkout."""
    return _isolated(repository, settings, 1)


def timer(repository: Repository, settings: Settings) -> IsolatedSandbox:
    """What runs benchmarks: the sandbox that tests run in, on one checkout for each side of a pair."""
    return _isolated(repository, settings, 2)


def for_tests(repository: Repository, settings: Settings) -> IsolatedSandbox:
    """What runs tests: on as many checkouts, and in as many sessions of a whole suite, as the settings say."""
    workers = settings.workers or os.cpu_count() or 1
    return _isolated(repository, settings, workers, settings.tests.shards or workers)


def for_agents(repository: Repository, settings: Settings) -> IsolatedSandbox:
    """What agents work in: on checkouts of their own, since one may work for an hour, and runs do not wait for that."""
    pool = Pool(repository, _AGENTS, _AGENTS_POOL)
    return IsolatedSandbox(pool, settings.tests, source_roots=settings.source_roots)


def pools(repository: Repository) -> list[Pool]:
    """Every pool that the sandboxes above have their checkouts in."""
    return [Pool(repository, 1), Pool(repository, 1, _AGENTS_POOL)]


def _isolated(repository: Repository, settings: Settings, checkouts: int, shards: int = 1) -> IsolatedSandbox:
    roots, own, pool = settings.source_roots, repository.work_dir, Pool(repository, checkouts)
    return IsolatedSandbox(pool, settings.tests, source_roots=roots, work_tree=own, shards=shards)
