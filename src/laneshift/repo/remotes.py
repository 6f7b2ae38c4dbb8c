"""Remotes: found by name, looked at, fetched from and pushed to. What they show is never kept in memory for later."""

from __future__ import annotations

import re
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from laneshift.errors import Bug, CheckFailed, Refused
from laneshift.repo.doors import effect
from laneshift.repo.durable import make_durable
from laneshift.repo.git import Outcome, Place, git
from laneshift.repo.objects import Repository
from laneshift.repo.push_report import Pushed, parse
from laneshift.repo.ref_names import check
from laneshift.repo.ref_updates import RefUpdate
from laneshift.repo.refs import read, swap
from laneshift.repo.remote_names import check_name, check_url, secrets_of, tracking_ref
from laneshift.repo.remote_trouble import is_transient, unreachable

_LOOK_SECONDS = 120.0
_CARRY_SECONDS = 1800.0
_PAUSE = 1.0
_ANY = range(-64, 256)
_OBJECT_ID = re.compile(r"[0-9a-f]{40}")
_OURS = "refs/laneshift/"
_AT_ONCE = 100
_STALLED = {"http.lowSpeedLimit": "1", "http.lowSpeedTime": "60"}


@dataclass(frozen=True, slots=True)
class Remote:
    """A configured remote. `address` is its name or, where pushes go elsewhere than fetches, the address of pushes.

    `secrets` are the parts of its addresses that must not be shown, longest first.
    """

    name: str
    address: str = field(repr=False)
    secrets: tuple[str, ...] = field(default=(), repr=False)


def find(repo: Repository, name: str) -> Remote:
    """The remote that the repository's own configuration calls `name`.

    Raises `Refused`: `remote.bad-name`, `remote.unknown-name`, `remote.several-urls`, `remote.bad-url`.
    """
    check_name(name)
    ours = Place(repo.common_dir)
    configured = git(ours, "config", "--get-all", f"remote.{name}.url", accept=(0, 1))
    if configured.code:
        cure = f"git remote add {name} URL, or another name in landing.remote or --remote"
        raise Refused("remote.unknown-name", f"this repository has no remote {name}", where=name, cure=cure)
    fetched = git(ours, "remote", "get-url", "--all", name).text.splitlines()
    pushed = git(ours, "remote", "get-url", "--all", "--push", name).text.splitlines()
    for url in [*fetched, *pushed]:
        check_url(name, url)
    if len(pushed) != 1:
        what = f"{name} pushes to {len(pushed)} addresses, which cannot move at once"
        raise Refused("remote.several-urls", what, where=name, cure="land on a remote with one address")
    hidden = {secret for url in [*fetched, *pushed] for secret in secrets_of(url)}
    address = name if fetched[:1] == pushed else pushed[0]
    return Remote(name, address, tuple(sorted(hidden, key=len, reverse=True)))


def look(repo: Repository, remote: Remote, refs: Sequence[str]) -> dict[str, str | None]:
    """What the remote's refs (full names) point at now; None for those that it does not have.

    Raises `NeedsPerson` (`remote.unreachable`, `remote.denied`) or `Refused` (`remote.no-repository`).
    """
    done = _call(repo, remote, _LOOK_SECONDS, "ls-remote", "--quiet", "--refs", "--", remote.address, *map(check, refs))
    if done.code:
        raise unreachable(remote.name, done.stderr)
    rows = (line.partition("\t") for line in done.text.splitlines())
    shown = {ref: oid for oid, _, ref in rows if _OBJECT_ID.fullmatch(oid)}
    return {ref: shown.get(ref) for ref in refs}


def below(repo: Repository, remote: Remote, prefix: str) -> dict[str, str]:
    """The remote's refs whose names begin with `prefix` (such as `refs/laneshift/landed/`). Raises as `look` does."""
    done = _call(repo, remote, _LOOK_SECONDS, "ls-remote", "--quiet", "--refs", "--", remote.address, f"{prefix}*")
    if done.code:
        raise unreachable(remote.name, done.stderr)
    rows = (line.partition("\t") for line in done.text.splitlines())
    return {ref: oid for oid, _, ref in rows if _OBJECT_ID.fullmatch(oid) and ref.startswith(prefix)}


def drop(repo: Repository, remote: Remote, refs: Mapping[str, str]) -> str:
    """Have the remote delete refs of ours, each only while it is at the given commit; why some may stay, or ""."""
    if strange := [ref for ref in refs if not ref.startswith(_OURS)]:
        raise Bug("remote.deletes", f"{strange[0]} of a remote is not ours to delete")
    names, said = list(map(check, refs)), ""
    for some in (names[at : at + _AT_ONCE] for at in range(0, len(names), _AT_ONCE)):
        leases = [f"--force-with-lease={ref}:{refs[ref]}" for ref in some]
        options = ("--porcelain", "--no-verify", "--no-signed", *leases)
        specs = [f":{ref}" for ref in some]
        with effect():
            done = _call(repo, remote, _CARRY_SECONDS, "push", *options, "--", remote.address, *specs)
        told = parse(done.code, done.text, done.stderr)
        said = said if told.ok else next(iter(told.refused.values()), told.said) or "the remote did not say why"
    return said


def fetch(repo: Repository, remote: Remote, ref: str) -> str | None:
    """Bring the remote's `ref` (a full name) with its history here; its commit, or None when it does not have it.

    It is kept under `tracking_ref`. Raises as `look` does.
    """
    kept = tracking_ref(remote.name, ref)
    options = ("--quiet", "--no-tags", "--no-write-fetch-head", "--no-recurse-submodules", "--no-prune")
    wanted = ("fetch", *options, "--", remote.address, f"+{check(ref)}:{kept}")
    done = _call(repo, remote, _CARRY_SECONDS, *wanted)
    if done.code and is_transient(done.stderr):  # somebody else's fetch is moving the same refs of this clone
        time.sleep(_PAUSE)
        done = _call(repo, remote, _CARRY_SECONDS, *wanted)
    if done.code and look(repo, remote, [ref])[ref] is None:
        return None
    if done.code:
        raise unreachable(remote.name, done.stderr)
    return read(repo, kept)


def keep(repo: Repository, remote: Remote, ref: str, oid: str) -> None:
    """Note under `tracking_ref` that the remote's `ref` was seen at commit `oid`, which is here already."""
    kept = tracking_ref(remote.name, ref)
    there = read(repo, kept)
    if there != oid:
        swap(repo, [RefUpdate(kept, there, oid)])


def push(repo: Repository, remote: Remote, updates: Sequence[RefUpdate]) -> Pushed:
    """Ask the remote to move every ref from its old to its new value, or none of them.

    Gives what git said. A remote may have moved them whatever that is: `look` afterwards. A remote that hides one of
    the refs may even move the others alone. Raises `CheckFailed` (`git.failed`) when an object is missing here.
    """
    for update in updates:
        if update.new is None:
            raise Bug("remote.deletes", f"a landing never deletes {update.ref} of a remote")
    make_durable(repo, [update.new for update in updates if update.new])
    leases = [f"--force-with-lease={check(update.ref)}:{update.old or ''}" for update in updates]
    specs = [f"{update.new}:{update.ref}" for update in updates]
    options = ("--porcelain", "--atomic", "--no-verify", "--no-follow-tags", "--recurse-submodules=no", "--no-signed")
    with effect():
        done = _call(repo, remote, _CARRY_SECONDS, "push", *options, *leases, "--", remote.address, *specs)
    return parse(done.code, done.text, done.stderr)


def _call(repo: Repository, remote: Remote, seconds: float, *arguments: str) -> Outcome:
    """Git over the network, whatever its status. What takes too long is a failure like any other."""
    place = Place(repo.common_dir, repo.work_dir, network=True)
    try:
        done = git(place, *arguments, settings=_STALLED, accept=_ANY, seconds=seconds)
    except CheckFailed as error:
        if error.code != "git.too-slow":
            raise
        return Outcome(-1, b"", f"{remote.name} took over {seconds:.0f} s")
    said = done.stderr
    for secret in remote.secrets:
        said = said.replace(secret, "***")
    return done._replace(stderr=said)
