"""One request to approve: signed here with a key of the user's, or signed elsewhere and brought in a file."""

from __future__ import annotations

import os
import stat
from dataclasses import dataclass
from pathlib import Path

from laneshift.errors import LaneshiftError, Refused
from laneshift.evidence.entry import actor_or_user
from laneshift.repo.objects import Repository
from laneshift.rollout.approval import Envelope, Subject
from laneshift.runs.approval_envelope import LARGEST, bytes_of, envelope_in
from laneshift.runs.approval_judging import Bench, Given, accepted, bench_of, offered, signed, turned_away
from laneshift.runs.pinning import refuse_drift
from laneshift.runs.plan import Plan
from laneshift.runs.working import check_base
from laneshift.runs.workshop import Workshop


@dataclass(frozen=True, slots=True)
class Asked:
    """How an approval is asked for: by whom and with which key ("" is as git is set), to a file, or from one."""

    person: str = ""
    key: str = ""
    out: Path | None = None
    envelope: Path | None = None


@dataclass(frozen=True, slots=True)
class Asking:
    """A request that nothing speaks against so far. `subject` is what the person will sign, None for a file."""

    bench: Bench
    asked: Asked
    subject: Subject | None

    def finish(self) -> Given:
        """Sign, or read what was signed; check it, and keep it unless it is for a file.

        Raises as `accepted` and `signed` do, and `Refused` (`approval.file`) for a file that cannot be read or written.
        """
        shop, plan = self.bench.shop, self.bench.plan
        if self.subject is not None:
            envelope = signed(self.subject, self.asked.key or configured(shop.repository, "user.signingkey"))
        else:
            try:
                envelope = envelope_in(_read(self.asked.envelope or Path()))
            except LaneshiftError as error:
                turned_away(shop, plan, error)
                raise
        given = accepted(self.bench, envelope, keep=self.asked.out is None)
        if self.asked.out is not None:
            _write(self.asked.out, envelope)
        return given


def begin(shop: Workshop, plan: Plan, asked: Asked) -> Asking:
    """See whether there is something to approve, and whether this person may; nothing is signed yet.

    Raises `Refused` and `NeedsPerson` as `refuse_drift` does, and as `bench_of` and `offered` do.
    """
    if asked.envelope is not None and (asked.person or asked.key or asked.out):
        what = "--envelope takes in what was signed elsewhere; nothing is signed or written with it"
        raise Refused("usage.wrong", what, cure="leave out --as, --key and --out")
    check_base(shop, plan)
    shop.plans.keep(plan)
    refuse_drift(shop, plan)
    bench = bench_of(shop, plan)
    if asked.envelope is not None:
        return Asking(bench, asked, None)
    return Asking(bench, asked, offered(bench, asked.person or configured(shop.repository, "user.email")))


def configured(repository: Repository, key: str) -> str:
    """What git is set to, "" for nothing."""
    config = repository.handle.config
    return str(config[key]) if key in config else ""


def person_of(shop: Workshop, named: str) -> str:
    """Who does something: as named, else as git is set to, else the user of this machine."""
    return named or configured(shop.repository, "user.email") or actor_or_user("")


def _read(path: Path) -> bytes:
    """The file, and one byte more than an envelope may have at most."""
    try:
        handle = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
        with os.fdopen(handle, "rb") as file:
            if not stat.S_ISREG(os.fstat(handle).st_mode):
                raise _unusable(path, "it is not a regular file")
            return file.read(LARGEST + 1)
    except (OSError, ValueError) as error:
        raise _unusable(path, str(error)) from error


def _write(path: Path, envelope: Envelope) -> None:
    """Write the approval to a new file: one that is there may be an approval as well."""
    try:
        with path.open("xb") as file:
            file.write(bytes_of(envelope))
    except (OSError, ValueError) as error:
        raise _unusable(path, str(error)) from error


def _unusable(path: Path, why: str) -> Refused:
    return Refused("approval.file", "this file cannot be used for an approval", where=str(path), why=why)
