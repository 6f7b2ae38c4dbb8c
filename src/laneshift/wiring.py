"""The one file that chooses real parts for the ports."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

from laneshift import __version__
from laneshift.agents.claims.port import Claims
from laneshift.agents.running.fixers import AgentFixing
from laneshift.agents.running.variables import handed
from laneshift.code.index import Index
from laneshift.config import Forge as ForgeSettings
from laneshift.config import Settings, redis_url
from laneshift.errors import Refused, install
from laneshift.evidence.canonical import digest
from laneshift.evidence.journal import Journal
from laneshift.evidence.keys.ring import JournalKeys
from laneshift.evidence.keys.vault import Vault, vault_of
from laneshift.evidence.port import JournalPort, ResultsPort, StorePort
from laneshift.evidence.results import Results
from laneshift.evidence.store import Store
from laneshift.forge.local import LocalIssues
from laneshift.forge.local_changes import LocalChanges
from laneshift.forge.local_checks import LocalChecks
from laneshift.forge.local_comments import LocalComments
from laneshift.forge.port import Changes, Comments, Forge, Issues
from laneshift.matriz.traces import LIMIT as TRACES
from laneshift.matriz.traces import Shelf
from laneshift.repo.identity import identity_of
from laneshift.repo.objects import Repository
from laneshift.repo.pool import Pool
from laneshift.runs.engine.choose import RECORDS, Choice, choose
from laneshift.runs.engine.home import home
from laneshift.runs.engine.port import Engine, Program
from laneshift.runs.events import Event
from laneshift.runs.key_ring import ring_of
from laneshift.runs.landing_branch import landing_settings
from laneshift.runs.plan_files import PlanFiles, Plans
from laneshift.runs.workshop import Workshop
from laneshift.steps.runner.sandbox import IsolatedSandbox
from laneshift.telemetry import choice
from laneshift.telemetry.metric import fit
from laneshift.telemetry.telling import Telling

_NAME_DIGITS, _JOURNAL_DIGITS = 32, 8
_AGENTS = 16
"""How many agents may work on packs at a time on one machine."""


def rewriter(repository: Repository, settings: Settings) -> IsolatedSandbox:
    """What runs foreign codemods and trials: the sandbox that tests run in, on one checkout."""
    return _isolated(repository, settings, 1)


def timer(repository: Repository, settings: Settings) -> IsolatedSandbox:
    """What runs benchmarks: the sandbox that tests run in, on one checkout for each side of a pair."""
    return _isolated(repository, settings, 2)


def _isolated(repository: Repository, settings: Settings, checkouts: int, shards: int = 1) -> IsolatedSandbox:
    roots, own, pool = settings.source_roots, repository.work_dir, Pool(repository, checkouts)
    return IsolatedSandbox(pool, settings.tests, source_roots=roots, work_tree=own, shards=shards)


def workshop(repository: Repository, report: Callable[[Event], None]) -> Workshop:
    """The parts for one repository: files below its git folder and nothing to start, or records in a database.

    Raises `Refused` for an environment that cannot be used, and what opening the records raises.
    """
    state = repository.state_dir
    state.mkdir(parents=True, exist_ok=True)
    pool_size = os.cpu_count() or 1

    def sandbox(settings: Settings) -> IsolatedSandbox:
        workers = settings.workers or pool_size
        return _isolated(repository, settings, workers, settings.tests.shards or workers)

    records = _records(repository)
    ring = ring_of(repository, vault())
    telling = Telling(records.journal, lambda text: report(Event("telemetry", text)))
    shop = Workshop(
        repository=repository,
        plans=records.plans,
        journal=records.journal,
        store=records.store,
        results=records.results,
        index=Index.open(repository, processes=os.cpu_count() or 1),
        sandbox=sandbox,
        engine=lambda program, workers, plan: _engine(state, program, workers, records.scope, plan),
        now=now,
        tool=f"laneshift {__version__}",
        rewriter=lambda settings: rewriter(repository, settings),
        report=report,
        shared=records.shared,
        keys=JournalKeys(ring),
        ring=ring,
        name=os.environ.get("LANESHIFT_REPOSITORY", ""),
        telemetry=telling,
        fixing=AgentFixing(sandbox, handed(os.environ)),
        forge=lambda: forge(repository),
    )
    _tell(shop, choice.choose(os.environ))
    return shop


def _tell(shop: Workshop, wanted: choice.Choice) -> None:
    """Have everybody join who wants to know. Nothing of it is loaded where nobody does."""
    if wanted.remark:
        shop.report(Event("telemetry", wanted.remark))
    try:
        if wanted.file:
            from laneshift.telemetry.prometheus import Textfile  # noqa: PLC0415

            shop.telemetry.join(Textfile(_meter(shop), _label(shop), Path(wanted.file)))
        if wanted.agent:
            from laneshift.telemetry.dogstatsd import Agent  # noqa: PLC0415

            shop.telemetry.join(Agent(_meter(shop), _label(shop), wanted.agent))
    except ImportError as error:
        raise _not_installed("monitoring", "telemetry.not-installed", "what tells of measurements") from error
    if wanted.traces:
        _trace(shop)


def _trace(shop: Workshop) -> None:
    try:
        from laneshift.telemetry.otlp import Traces  # noqa: PLC0415
    except ImportError:
        # Its variables are everybody's, and may have been set without a thought of us.
        shop.report(Event("telemetry", f"traces are not sent without the extra monitoring: {install('monitoring')}"))
        return
    shop.telemetry.join(Traces(shop.journal, None if shop.shared else shop.repository.state_dir / "telemetry"))


def serve_metrics(shop: Workshop, address: str) -> tuple[str, Callable[[], None]]:
    """Serve metrics at `host:port`, where 0 is any port, until what this gives besides the URL is called.

    Raises `Refused` where that cannot be.
    """
    host, port = choice.address(address)
    try:
        from laneshift.telemetry.prometheus import Own, answer  # noqa: PLC0415
    except ImportError as error:
        raise _not_installed("monitoring", "telemetry.not-installed", "what serves metrics") from error
    meter = _meter(shop)
    port, end = answer(meter, _label(shop), host, port)
    shop.telemetry.join(Own(meter))
    shown = f"[{host}]" if ":" in host else host
    return f"http://{shown}:{port}/metrics", end


def metrics_text(shop: Workshop) -> Callable[[], bytes] | None:
    """What a scrape of `/metrics` is answered, as the text format of Prometheus; None without the extra monitoring."""
    try:
        from laneshift.telemetry.prometheus import Own, exposed  # noqa: PLC0415
    except ImportError:
        return None
    meter = _meter(shop)
    shop.telemetry.join(Own(meter))
    return exposed(meter, _label(shop))


def _meter(shop: Workshop) -> Any:
    from laneshift.runs.gauging import gauges  # noqa: PLC0415
    from laneshift.telemetry.meter import Meter  # noqa: PLC0415

    return Meter(shop.journal, shop.store, lambda: gauges(shop, lambda: ring_of(shop.repository, vault())))


def _label(shop: Workshop) -> str:
    return fit(shop.name or (shop.repository.work_dir or shop.repository.common_dir).name)


def vault() -> Vault:
    """Where this user's private keys are."""
    return vault_of(os.environ)


def forge(repository: Repository) -> Forge:
    """Where people review and are asked to do something, as the settings of the landing branch say.

    Those of another branch do not count: they could have the key sent to somebody else. Raises `Refused` for settings
    that cannot be read and where the extra github is missing, `NeedsPerson` (`forge.no-token`).
    """
    settings = landing_settings(repository).forge
    if settings.kind == "local":
        return local_forge(repository, settings)
    try:
        from laneshift.forge.github.opening import opened  # noqa: PLC0415
    except ImportError as error:
        raise _not_installed("github", "forge.not-installed", "what speaks to GitHub") from error
    return opened(settings, os.environ)


def local_forge(repository: Repository, settings: ForgeSettings) -> Forge:
    """The forge that is kept in this repository."""
    place = repository.state_dir / "forge"
    return Forge(
        "local",
        LocalIssues(place / "issues"),
        LocalChanges(place / "changes", repository),
        LocalComments(place / "comments"),
        LocalChecks(place / "checks"),
        settings.per,
        tuple(settings.labels),
    )


def issues(repository: Repository) -> Issues:
    """Where people are asked to do something."""
    return forge(repository).issues


def changes(repository: Repository) -> Changes:
    """Where people review branches."""
    return forge(repository).changes


def comments(repository: Repository) -> Comments:
    """Where changes are commented on."""
    return forge(repository).comments


def open_claims(shop: Workshop) -> Claims:
    """Who holds which items and files, kept beside the records. Raises as opening the records does."""
    from laneshift.agents.claims.opening import opened  # noqa: PLC0415

    return opened(shop, shared_database(shop))


def agent_desk(shop: Workshop) -> Any:
    """The `agents.running.pack_run.Desk` of the repository. Its class is not named in types, as above."""
    from laneshift.agents.running.pack_run import Desk  # noqa: PLC0415 - few commands start agents

    def bench(settings: Settings) -> IsolatedSandbox:
        # Of their own: an agent may work for an hour, and runs do not wait for that.
        pool = Pool(shop.repository, _AGENTS, "agents")
        return IsolatedSandbox(pool, settings.tests, source_roots=settings.source_roots)

    return Desk(shop, open_claims(shop), changes(shop.repository), bench, handed(os.environ))


def offices(shop: Workshop) -> Any:
    """The `agents.desk.desk.Offices` of the repository, opened once each. Its class is not named in types, as above."""
    from laneshift.agents.desk.desk import Offices  # noqa: PLC0415 - few commands speak with agents

    return Offices(cache(lambda: open_claims(shop)), cache(lambda: changes(shop.repository)))


def flow_site(shop: Workshop, actions: Mapping[str, Any], judges: Mapping[str, Any]) -> Any:
    """The `runs.flowing.kinds.site.Site` on which steps of flows work. Its class is not named in types, as above."""
    from laneshift.runs.flowing.kinds.site import Site  # noqa: PLC0415
    from laneshift.steps.runner import beside  # noqa: PLC0415

    place = forge(shop.repository)
    return Site(
        shop=shop,
        issues=place.issues,
        changes=place.changes,
        sandboxed=lambda settings: rewriter(shop.repository, settings),
        environ=os.environ,
        own=beside.run,
        actions=actions,
        judges=judges,
    )


@dataclass(frozen=True)
class _Records:
    """Where a repository's records are. `scope` names those who share them, to an engine that they share as well."""

    plans: Plans
    journal: JournalPort
    store: StorePort
    results: ResultsPort
    scope: Callable[[], str]
    shared: bool


def _records(repository: Repository) -> _Records:
    state = repository.state_dir
    # Looked at first: who keeps files here need not have an engine that can be reached to look at them.
    if os.environ.get(RECORDS) and (url := choose(os.environ).records):
        return _in_database(repository, url)
    return _Records(
        plans=PlanFiles(state),
        journal=Journal.open(state / "journal.sqlite"),
        store=Store(state / "evidence"),
        results=Results.open(state / "results.sqlite"),
        scope=lambda: home(state),
        shared=False,
    )


def _in_database(repository: Repository, url: str) -> _Records:
    # Imported here: loading a database takes longer than most commands, and few have one.
    from laneshift.evidence.postgres_journal import PostgresJournal  # noqa: PLC0415
    from laneshift.evidence.postgres_results import PostgresResults  # noqa: PLC0415
    from laneshift.evidence.postgres_store import PostgresStore  # noqa: PLC0415
    from laneshift.runs.plan_rows import PlanRows  # noqa: PLC0415

    database = _database(repository, url)
    return _Records(
        plans=PlanRows(database),
        journal=PostgresJournal(database),
        store=PostgresStore(database),
        results=PostgresResults(database),
        scope=lambda: database.repository,
        shared=True,
    )


def shared_database(shop: Workshop) -> Any:
    """The `evidence.database.Database` of the records of `shop`, by connections of its own; None for records in files.

    Its class is not named in types: naming it would load SQLAlchemy at the start of every command.
    Raises as opening the records does.
    """
    return _database(shop.repository, choose(os.environ).records) if shop.shared else None


def trace_shelf(shop: Workshop) -> Shelf:
    """Where traces are kept: in a file of their own, or beside the records in PostgreSQL.

    Raises as opening the records does.
    """
    database = shared_database(shop)
    if database is None:
        return Results.open(shop.repository.state_dir / "matriz" / "traces.sqlite", limit_bytes=TRACES)
    from laneshift.evidence.postgres_results import PostgresResults  # noqa: PLC0415

    # Under a name of their own, so that they and results of steps do not push each other out.
    return PostgresResults(replace(database, repository=f"{database.repository} traces"), TRACES)


def memory(shop: Workshop) -> Any:
    """The `matriz.memory.indexes.Indexes` of the repository, kept beside the records. Raises as opening them does."""
    from laneshift.matriz.embedding import choose as embedder  # noqa: PLC0415
    from laneshift.matriz.memory.database import rows_in_database, rows_in_file  # noqa: PLC0415
    from laneshift.matriz.memory.indexes import Indexes  # noqa: PLC0415
    from laneshift.matriz.memory.store import VectorStore  # noqa: PLC0415

    database = shared_database(shop)
    own = shop.repository.state_dir / "memory" / "vectors.sqlite"
    return Indexes(VectorStore(rows_in_file(own) if database is None else rows_in_database(database)), embedder())


def live_flows(shop: Workshop) -> Any:
    """The `LiveRuns` of the repository; with `LANESHIFT_REDIS_URL`, by snapshots that all processes share.

    Raises `Refused`: `redis.bad-url`, `redis.not-installed`, and where the repository cannot be told from others.
    """
    # Imported here: few commands look at flows.
    from laneshift.runs.flowing.live import LiveRuns  # noqa: PLC0415
    from laneshift.runs.landing_branch import landing_tip  # noqa: PLC0415
    from laneshift.runs.namespace import namespace  # noqa: PLC0415

    url = os.environ.get(redis_url.VARIABLE, "")
    if not url:
        return LiveRuns(shop.journal)
    try:
        from laneshift.runs.flowing.live_redis import RedisSnapshots  # noqa: PLC0415
    except ModuleNotFoundError as error:
        raise redis_url.not_installed(error) from error
    # Clones with journals of their own have runs of their own, by the same names where a schedule started them.
    journal = shop.journal.checkpoint().origin.removeprefix("sha256:")[:_JOURNAL_DIGITS]
    space = f"{namespace(shop, landing_tip(shop))}:{journal}"
    url = redis_url.checked(url)
    return LiveRuns(shop.journal, RedisSnapshots(url, space, lambda text: shop.report(Event("flow", text))))


def answering(shop: Workshop, **parts: Any) -> Any:
    """The `runs.answering.making.Answering` of the repository, which answers as the model `matriz` does.

    `parts` are those of its function `answering`. Raises `Refused` (`matriz.bad-node`).
    """
    # Imported here: few commands ask.
    from laneshift.runs.answering.making import answering as made  # noqa: PLC0415

    return made(shop, **parts)


def _database(repository: Repository, url: str) -> Any:
    # Imported here, as above.
    from laneshift.runs.engine.postgres_records import records_in  # noqa: PLC0415

    first, name = identity_of(repository, os.environ.get("LANESHIFT_REPOSITORY", ""))
    known = digest({"first": first, "name": name}).removeprefix("sha256:")[:_NAME_DIGITS]
    try:
        return records_in(url, known, choose(os.environ).lease)
    except ImportError as error:
        raise _not_installed("postgres") from error


def now() -> int:
    """The time in unix seconds; `SOURCE_DATE_EPOCH` stands in for it, for reproducible plans."""
    fixed = os.environ.get("SOURCE_DATE_EPOCH", "")
    if not fixed:
        return int(time.time())
    if not fixed.isdigit():
        raise Refused("usage.bad-epoch", f"SOURCE_DATE_EPOCH is {fixed!r}, not a number of seconds")
    return int(fixed)


def shared_engine() -> None:
    """Raise `Refused` unless several processes can work together with the engine that the environment names."""
    if not choose(os.environ).shared:
        raise Refused(
            "engine.one-process",
            "on SQLite one process does all the work, the one that `laneshift run` starts",
            cure="set LANESHIFT_DATABASE_URL or LANESHIFT_ENGINE as docs/scale-out.md says",
        )


@contextmanager
def _engine(state: Path, program: Program, workers: int, scope: Callable[[], str], plan: str) -> Iterator[Engine]:
    choice = choose(os.environ)
    try:
        engine = _opened(choice, state, program, workers, scope, plan)
    except ImportError as error:
        raise _not_installed(choice.kind) from error
    try:
        yield engine
    finally:
        engine.close()


def _opened(choice: Choice, state: Path, program: Program, workers: int, scope: Callable[[], str], plan: str) -> Engine:
    # Imported here: loading an engine takes longer than most commands, and few of them need it.
    if choice.kind == "postgres":
        from laneshift.runs.engine.postgres_engine import PostgresEngine  # noqa: PLC0415

        return PostgresEngine(choice.database, program, workers, __version__, f"{plan}.{scope()}", choice.lease)
    if choice.kind == "temporal":
        from laneshift.runs.engine.temporal_engine import TemporalEngine  # noqa: PLC0415
        from laneshift.runs.engine.temporal_server import Server  # noqa: PLC0415

        server = Server(choice.address, choice.namespace, choice.tls, choice.key)
        return TemporalEngine(server, program, workers, __version__, f"{plan}.{scope()}", choice.lease)
    from laneshift.runs.engine.sqlite_engine import SqliteEngine  # noqa: PLC0415

    folder = state / "runs"
    folder.mkdir(exist_ok=True)
    return SqliteEngine(folder / f"{plan}.sqlite", program, workers, __version__)


def _not_installed(extra: str, code: str = "engine.not-installed", what: str = "") -> Refused:
    return Refused(code, f"{what or f'the engine {extra}'} is not installed", cure=install(extra))
