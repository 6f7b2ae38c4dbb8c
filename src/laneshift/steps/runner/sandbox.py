"""The real sandbox: a checkout from the pool, a private folder, a supervised process, and the outcome of every test."""

from __future__ import annotations

import json
import os
import secrets
import shutil
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath
from types import MappingProxyType
from typing import Protocol

from laneshift import config
from laneshift.errors import Refused
from laneshift.gates.sandbox import COMMAND, Limits, RunResult, Served, SuiteResult, Told, Trace, Whole
from laneshift.repo.objects import Tree
from laneshift.steps.runner import (
    capabilities,
    command,
    events,
    launch,
    plugins,
    scratch,
    serving,
    traces,
    verdict,
)
from laneshift.steps.runner.compiling import Compiler, Stay
from laneshift.steps.runner.environment import environment, paths_named
from laneshift.steps.runner.foreign import Ran, read_back
from laneshift.steps.runner.lending import Lent
from laneshift.steps.runner.scratch import private_folder
from laneshift.steps.runner.shards import Part, combined, worth
from laneshift.steps.runner.shared_files import shared_files
from laneshift.steps.runner.side_by_side import side_by_side
from laneshift.steps.runner.turns import Turns
from laneshift.steps.runner.users_secrets import users_secrets
from laneshift.steps.runner.worked import Errand, Worked, look_back

_USUAL_ROOTS = ("src", "lib", "python")
_LINE_BYTES = 8 << 20
_NO_TESTS = 5
_TIMER = Path(__file__).parent / "bench_timer.py"
_NOTHING = launch.Handed()


class Place(Protocol):
    """A tree on disk: its folder, and one for compiled bytecode."""

    @property
    def path(self) -> Path:
        """Absolute path of the checkout."""
        ...

    @property
    def cache_dir(self) -> Path:
        """Absolute path of the folder for bytecode of exactly this checkout."""
        ...

    @property
    def lease(self) -> int:
        """The descriptor of the lock on the checkout: whoever inherits it keeps the checkout."""
        ...


class Places(Protocol):
    """What the sandbox needs of the pool."""

    def checkout(self, tree: str) -> AbstractContextManager[Place]:
        """A folder that holds the tree with this id, for as long as the context is open."""
        ...


@dataclass(frozen=True, slots=True)
class _Site:
    """Where one run takes place, and the environment it has.

    `cache` is the checkout's, which a run only reads; `lent` what it may write to, None where it could to the other.
    """

    checkout: Path
    scratch: Path
    cache: Path
    lent: Lent | None
    env: Mapping[str, str]
    marker: str
    lease: int


class IsolatedSandbox:
    """Implements `gates.sandbox.Sandbox` with real processes. Safe to use from several threads."""

    def __init__(
        self,
        pool: Places,
        tests: config.Tests,
        *,
        python: str = sys.executable,
        source_roots: Sequence[str] = (),
        namespaces: Sequence[str] | None = None,
        work_tree: Path | None = None,
        scratch_parent: Path | None = None,
        grace_seconds: float = launch.GRACE_SECONDS,
        shards: int = 1,
    ) -> None:
        """Run the tests of `tests` on trees of `pool` with the interpreter `python`.

        `source_roots` (relative to the tree) go on PYTHONPATH; none means the root and its `src`, `lib` or `python`.
        `namespaces` None asks the machine once; an empty sequence forces the fallback without any. Tests
        that import code from `work_tree`, the user's own, are red: that is not the tree under test. The private
        folder of each run is made in `scratch_parent` (the system's temporary folder when None). `shards` is in how
        many sessions a whole suite runs, fewer where it is known to be short; as many at once as `pool` has room for.
        """
        for root in source_roots:
            if PurePosixPath(root).is_absolute() or ".." in PurePosixPath(root).parts or "\0" in root or ":" in root:
                raise Refused("runner.bad-root", f"{root!r} is not a folder of the tree", where="source_roots")
        self._pool = pool
        self._tests = tests
        self._python = python
        self._source_roots = tuple(source_roots)
        self._namespaces = None if namespaces is None else tuple(namespaces)
        self._work_tree = None if work_tree is None else str(work_tree.resolve())
        self._scratch_parent = scratch_parent
        self._grace_seconds = grace_seconds
        self._shards = shards
        scratch.sweep(scratch_parent)

    def run(self, tree: str, argv: Sequence[str], limits: Limits) -> RunResult:
        """Run `argv` at the root of the tree. See the port; raises `Refused` for words no process can have."""
        command.refuse_malformed(argv, "command")
        with self._site(tree) as site:
            return self._launch(site, argv, limits, {})

    def stoppable(self, tree: str, argv: Sequence[str], limits: Limits, until: int) -> RunResult:
        """As `run`, and ended as soon as the descriptor `until` is readable or has no writer any more."""
        command.refuse_malformed(argv, "command")
        with self._site(tree) as site:
            job = replace(self._job(site, argv, limits, {}), handed=launch.Handed(until=until))
            return self._observed(site, job, limits)

    def rewrite(self, tree: Tree, argv: Sequence[str], limits: Limits) -> Ran:
        """Run `argv` at the root of the tree, and tell what it did to the files. Raises as `run` does."""
        command.refuse_malformed(argv, "command")
        with self._site(tree.oid) as site:
            return read_back(site.checkout, tree, self._launch(site, argv, limits, {}))

    def work(self, tree: Tree, errand: Errand, limits: Limits) -> Worked:
        """Run an errand at the root of the tree, and tell what became of the files. Raises as `run` does."""
        command.refuse_malformed(errand.argv, "command")
        with self._site(tree.oid) as site:
            job = self._job(site, errand.words(site.checkout, site.scratch), limits, errand.variables)
            alone = replace(
                job, handed=launch.Handed(until=errand.until), hidden=users_secrets(Path.home(), os.environ)
            )
            run = self._observed(site, alone, limits)
            return look_back(site.checkout, tree, run, errand)

    def told(self, tree: str, argv: Sequence[str], limits: Limits) -> Told:
        """Run `argv`, in whose words `{json}` is a file to write and `{timer}` a program; what was written.

        Raises `Refused` as `run` does.
        """
        command.refuse_malformed(argv, "command")
        with self._site(tree) as site:
            answer = site.scratch / "told"
            timer = shutil.copyfile(_TIMER, site.scratch / _TIMER.name)
            words = [word.replace("{json}", str(answer)).replace("{timer}", str(timer)) for word in argv]
            run = self._launch(site, words, limits, {})
            return Told(run, serving.left_in(answer))

    def serve(self, tree: str, server: Sequence[str], client: Sequence[str], limits: Limits) -> Served:
        """Run `server` on the tree, and `client` beside it. See the port; raises `Refused` as `run` does."""
        command.refuse_malformed(server, "command")
        command.refuse_malformed(client, "command")
        with self._site(tree) as site, private_folder(self._scratch_parent) as folder:

            def host(handed: launch.Handed) -> RunResult:
                extra = {serving.DOOR: str(handed.descriptors[0])}
                return self._observed(site, replace(self._job(site, server, limits, extra), handed=handed), limits)

            return serving.served(folder, host, lambda: launch.run(self._client(folder, client), limits))

    def suite(self, tree: str, selection: Sequence[str], limits: Limits) -> SuiteResult:
        """Run the configured tests. See the port; raises `Refused` for ids outside the tree or no command at all."""
        whole = not selection or COMMAND in selection
        chosen = self._chosen(() if whole else selection)
        with self._site(tree) as site:
            if not command.is_pytest(self._tests.command):
                return verdict.coarse(self._launch(site, self._tests.command, limits, {}))
            part = self._pytest(site, chosen, limits, narrow=not whole)
            return verdict.of(part.run, part.session, () if whole else part.present, part.absent)

    def whole(self, tree: str, limits: Limits, took: Mapping[str, int]) -> Whole:
        """Run the whole suite. See the port; raises as `suite` does. A command that is not pytest is never divided."""
        chosen = self._chosen(())
        if not command.is_pytest(self._tests.command):
            return Whole(self.suite(tree, (), limits), {})
        sessions = worth(self._shards, took)
        if sessions == 1:
            with self._site(tree) as site:
                part = self._pytest(site, chosen, limits)
            return Whole(verdict.of(part.run, part.session, (), part.absent), part.session.microseconds)
        began, turns = time.monotonic(), Turns()

        def run(number: int) -> Part:
            facts = {"number": number, "of": sessions, **shared.facts, "microseconds": dict(took)}
            turns.wait_to_prepare(number)
            with turns.ending(), self._site(tree) as site:
                told = site.scratch / "shard"
                told.write_text(json.dumps(facts), "utf-8")
                turns.wait(number, lambda: shared.taken)
                handed = launch.Handed(shared.handed, turns.has_begun)
                return self._pytest(site, chosen, limits, extra={plugins.SHARD: str(told)}, handed=handed)

        with shared_files(self._scratch_parent) as shared:
            return combined(side_by_side(sessions, run), time.monotonic() - began)

    def trace(self, tree: str, selection: Sequence[str], limits: Limits) -> Trace:
        """Run the configured tests as `suite` does, and record what they run. See the port; raises as `suite` does."""
        chosen = self._chosen(selection)
        with self._site(tree) as site:
            if not command.is_pytest(self._tests.command):
                return Trace(verdict.coarse(self._launch(site, self._tests.command, limits, {})), {})
            told = site.scratch / "traces"
            extra = {plugins.TRACES: str(told)}
            part = self._pytest(site, chosen, limits, narrow=bool(selection), extra=extra)
            result = verdict.of(part.run, part.session, part.present if selection else (), part.absent)
            return Trace(result, traces.read(_lines(told)))

    def _chosen(self, selection: Sequence[str]) -> tuple[str, ...]:
        command.refuse_malformed(self._tests.command, "tests.command")
        return command.selected(selection or self._tests.paths)

    def _pytest(
        self,
        site: _Site,
        chosen: tuple[str, ...],
        limits: Limits,
        *,
        narrow: bool = False,
        extra: Mapping[str, str] = MappingProxyType({}),
        handed: launch.Handed = _NOTHING,
    ) -> Part:
        present = tuple(name for name in chosen if _is_inside(site.checkout, name.partition("::")[0]))
        absent = tuple(sorted(set(chosen) - set(present)))
        if chosen and not present:
            run = RunResult(_NO_TESTS, "laneshift: nothing of what was selected exists in this tree", 0.0)
            return Part(run, events.read(()), present, absent)
        files = tuple(dict.fromkeys(name.partition("::")[0] for name in present))
        told = site.scratch / "events"
        variables = {
            **extra,
            "LANESHIFT_EVENTS": str(told),
            "LANESHIFT_ROOT": str(site.checkout),
            "PYTHONPATH": f"{plugins.install(site.scratch, extra)}:{site.env['PYTHONPATH']}",
        }
        if self._work_tree is not None:
            variables["LANESHIFT_FOREIGN"] = self._work_tree
        if narrow:
            listed = site.scratch / "selection"
            listed.write_text(json.dumps(present), "utf-8")
            variables["LANESHIFT_SELECTION"] = str(listed)
        argv = command.pytest_command(self._tests.command, files, site.checkout, site.scratch)
        job = replace(self._job(site, argv, limits, variables), handed=handed)
        run = self._observed(site, job, limits)
        return Part(run, events.read(_lines(told)), present, absent)

    def _launch(self, site: _Site, argv: Sequence[str], limits: Limits, extra: Mapping[str, str]) -> RunResult:
        return self._observed(site, self._job(site, argv, limits, extra), limits)

    def _observed(self, site: _Site, job: launch.Job, limits: Limits) -> RunResult:
        result = launch.run(job, limits)
        if site.lent is not None:
            site.lent.judge(result)
        return result

    def _job(self, site: _Site, argv: Sequence[str], limits: Limits, extra: Mapping[str, str]) -> launch.Job:
        words = [self._python, *argv[1:]] if argv[0] in {"python", "python3"} else list(argv)
        return launch.Job(
            argv=words,
            cwd=site.checkout,
            env={**site.env, **extra},
            marker=site.marker,
            scratch=site.scratch,
            writable=(site.checkout, site.scratch, *(() if site.lent is None else (site.lent.path,))),
            namespaces=[name for name in self._wanted() if name != "net" or not limits.network],
            needed=[site.checkout, site.cache, *paths_named(self._python, site.env)],
            grace_seconds=self._grace_seconds,
            kept_open=[site.lease],
        )

    def _client(self, folder: Path, argv: Sequence[str]) -> launch.Job:
        """A run that knows neither the tree nor the project's interpreter, in `folder`."""
        marker = secrets.token_hex(16)
        return launch.Job(
            argv=[sys.executable, "-I", "-B", *argv[1:]] if argv[0] in {"python", "python3"} else list(argv),
            cwd=folder,
            env=serving.own_environment(folder, marker),
            marker=marker,
            scratch=folder,
            writable=(folder,),
            namespaces=list(self._wanted()),
            needed=paths_named(sys.executable, {}),
            grace_seconds=self._grace_seconds,
        )

    def _compiler(self) -> Compiler:
        runs_pytest = command.is_pytest(self._tests.command)
        return Compiler(self._python, runs_pytest, self._wanted(), self._scratch_parent, self._grace_seconds)

    def _wanted(self) -> Sequence[str]:
        return capabilities.namespaces() if self._namespaces is None else self._namespaces

    @contextmanager
    def _site(self, tree: str) -> Iterator[_Site]:
        with self._pool.checkout(tree) as place, private_folder(self._scratch_parent) as folder:
            checkout, marker = place.path.resolve(), secrets.token_hex(16)
            place.cache_dir.mkdir(parents=True, exist_ok=True)
            cache = place.cache_dir.resolve()
            compiler, stay = self._compiler(), Stay(checkout, cache, place.lease)
            lent = None
            if "mount" in self._wanted():
                compiler.before(stay)
                lent = Lent(checkout, cache)
            roots = self._source_roots or tuple(name for name in _USUAL_ROOTS if _is_root(checkout / name))
            env = environment(
                os.environ,
                self._tests.environment,
                python=self._python,
                checkout=checkout,
                cache_dir=None if lent is None else lent.path,
                scratch=folder,
                python_path=[*(checkout / root for root in roots), checkout],
                marker=marker,
            )
            site = _Site(checkout, folder, cache, lent, env, marker, place.lease)
            yield site
            if lent is not None:
                compiler.after(stay, lent)
                lent.give_back()


def _lines(path: Path) -> Iterator[bytes]:
    if not path.exists():
        return
    with path.open("rb") as file:
        while line := file.readline(_LINE_BYTES):
            yield line


def _is_inside(checkout: Path, path: str) -> bool:
    found = (checkout / path).resolve()
    return found.exists() and found.is_relative_to(checkout)


def _is_root(folder: Path) -> bool:
    return folder.is_dir() and not (folder / "__init__.py").exists()
