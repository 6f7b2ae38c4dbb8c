"""What every route works with. Made once by `parts_for`, handed down."""

from __future__ import annotations

import getpass
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache
from threading import Lock
from typing import Any

from sqlalchemy import MetaData

from laneshift.agents.claims.port import Claims
from laneshift.config import is_principal
from laneshift.errors import Refused
from laneshift.matriz.budget import Budget
from laneshift.matriz.engine import Engine
from laneshift.matriz.memory.indexes import Indexes
from laneshift.matriz.traces import Traces
from laneshift.runs.answering.making import Answering
from laneshift.runs.dreaming.jobs import Dreams
from laneshift.runs.flowing.live import LiveRuns
from laneshift.runs.workshop import Workshop
from laneshift.server.answerers.allowance import Allowance
from laneshift.server.answerers.background import Background
from laneshift.server.answerers.chosen import models_for
from laneshift.server.answerers.kept_responses import KeptResponses
from laneshift.server.answerers.shelf import Shelf
from laneshift.server.answerers.tables import META
from laneshift.server.answerers.usage import Ledger
from laneshift.server.auth.decision_log import DecisionLog
from laneshift.server.auth.keys import AccessKeys
from laneshift.server.auth.opened_keys import keys_of
from laneshift.server.auth.opened_log import log_of
from laneshift.server.auth.passkeys.access import Passkeys, SessionResolver, passkeys_of
from laneshift.server.auth.passkeys.database import AccessRows, rows_in_database, rows_in_file
from laneshift.server.auth.passkeys.tables import META as PEOPLE
from laneshift.server.auth.policy_point import PolicyPoint
from laneshift.server.auth.policy_source import source_of
from laneshift.server.auth.resolvers import KeyResolver, LocalResolver, Resolver
from laneshift.server.feed import Feed
from laneshift.server.kept import Kept
from laneshift.server.limits.hosts import own_origin
from laneshift.server.live_states import LiveStates
from laneshift.server.options import Options
from laneshift.server.plan_shelf import PlanShelf
from laneshift.wiring import answering, live_flows, memory, metrics_text, open_claims, shared_database, trace_shelf

_REPORTS = 8

Probe = Callable[[], None]
"""Raises when what it looks at does not work."""


@dataclass(frozen=True)
class Parts:
    """The parts of one server. `probes` are what `/readyz` looks at, by name."""

    shop: Workshop
    options: Options
    keys: AccessKeys
    log: DecisionLog
    policy: PolicyPoint
    resolvers: tuple[Resolver, ...]
    plans: PlanShelf
    states: LiveStates
    feed: Feed
    passkeys: Passkeys
    flows: LiveRuns
    indexes: Indexes
    dreams: Dreams
    answers: Answering
    engine: Engine
    """Runs the nodes of `answers`, and keeps what they did."""
    models: Shelf
    allowance: Allowance
    ledger: Ledger
    responses: KeptResponses
    background: Background
    claims: Callable[[], Claims]
    """Who holds which packs; opened by the first that asks."""
    link: str = field(default="", repr=False)
    """The text of the link of whoever was to be enrolled, "" for nobody."""
    probes: Mapping[str, Probe] = field(default_factory=dict)
    turn: Lock = field(default_factory=Lock)
    """Held while something is computed that takes long, such as a plan: one at a time, so that others are answered."""
    computed: Kept[dict[str, Any]] = field(default_factory=lambda: Kept(_REPORTS))
    """Reports, by what they were computed from."""
    metrics: Callable[[], bytes] | None = None
    """The text that Prometheus reads; None where the extra monitoring is not installed."""

    def close(self) -> None:
        """Let go of files, and of work that nobody waits for."""
        self.dreams.close()
        self.answers.close()
        self.engine.close()
        self.log.close()
        self.keys.store.close()
        self.passkeys.rows.close()
        self.indexes.close()
        self.ledger.rows.close()

    @property
    def hidden(self) -> tuple[str, ...]:
        """Folders of this machine that no answer names."""
        repository = self.shop.repository
        places = [repository.common_dir, repository.work_dir]
        return tuple(sorted({str(place) for place in places if place is not None}, key=len, reverse=True))


def parts_for(shop: Workshop, options: Options) -> Parts:
    """The parts of a server for the repository of `shop`.

    Raises `Refused`: `serve.no-auth` where others could reach it and nobody could say who they are, `policy.broken`
    for policies that cannot be used, and what the records raise.
    """
    keys = keys_of(shop)
    passkeys = _passkeys(shop, options)
    link = passkeys.link(options.enroll, ("admin",), "laneshift serve --enroll") if options.enroll else ""
    ways: tuple[Resolver, ...] = (KeyResolver(keys), SessionResolver(passkeys))
    if not any(way.configured() for way in ways) and (options.require_key or not options.loopback):
        raise Refused(
            "serve.no-auth",
            f"nobody could say who they are to a server at {options.host}",
            cure="laneshift access keys create --person YOU@EXAMPLE.ORG --role admin",
        )
    local: tuple[Resolver, ...] = ()
    if options.loopback and not options.require_key:
        local = (LocalResolver(_user(), ways),)
    log = log_of(shop)
    source = source_of(shop)
    policy = PolicyPoint(source, log)
    settings = shop.settings(shop.repository.tree(source.tip()))
    rows = _rows(shop, "models.sqlite", META, hasty=True)
    kept = settings.server.responses
    states = LiveStates(shop.journal)
    traces = Traces(trace_shelf(shop))
    usual = Budget()
    budget = usual.times(settings.server.answers.seconds / usual.total)
    indexes = memory(shop)
    answers = answering(shop, states=states.of, keep=traces.keep, indexes=indexes, budget=budget)
    return Parts(
        shop=shop,
        options=options,
        keys=keys,
        log=log,
        policy=policy,
        resolvers=(*ways, *local),
        plans=PlanShelf(shop.plans),
        states=states,
        feed=Feed(shop.journal),
        passkeys=passkeys,
        flows=live_flows(shop),
        indexes=indexes,
        dreams=Dreams(shop),
        answers=answers,
        engine=Engine(answers.matriz.orchestrator, traces),
        models=models_for(shop, settings, answers.matriz),
        allowance=Allowance(models=settings.models),
        ledger=Ledger(rows, shop.clock, settings.models),
        background=Background(),
        responses=KeptResponses(rows, shop.clock, kept.seconds, kept.most),
        claims=cache(lambda: open_claims(shop)),
        link=link,
        probes=_probes(shop, policy),
        metrics=metrics_text(shop),
    )


def _passkeys(shop: Workshop, options: Options) -> Passkeys:
    return passkeys_of(shop, _rows(shop, "people.sqlite", PEOPLE), options, own_origin(options))


def _rows(shop: Workshop, name: str, meta: MetaData, *, hasty: bool = False) -> AccessRows:
    """The tables of `meta`, in a file of this name or beside the records in their database."""
    database = shared_database(shop)
    own = shop.repository.state_dir / "access" / name
    return rows_in_file(own, meta, hasty=hasty) if database is None else rows_in_database(database, meta)


def _probes(shop: Workshop, policy: PolicyPoint) -> dict[str, Probe]:
    def database() -> None:
        shop.journal.tip()

    def git() -> None:
        shop.repository.tree("HEAD")

    def policies() -> None:
        found = policy.current()
        if isinstance(found, Exception):
            raise found

    return {"database": database, "git": git, "policies": policies}


def _user() -> str:
    """The name of the user who runs the server, if it can be that of a principal."""
    try:
        name = getpass.getuser()
    except (KeyError, OSError, ImportError):
        name = ""
    return name if is_principal(name) else "local"
