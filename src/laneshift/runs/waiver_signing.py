"""A new waiver: everything that would refuse it is looked at before anything is signed, and once more afterwards."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace

from laneshift.config import Settings
from laneshift.errors import Refused
from laneshift.gates.door import gates_of
from laneshift.gates.waiver_files import waivers_of
from laneshift.gates.waiver_text import file_of, written
from laneshift.gates.waivers import LONGEST_DAYS, NAMESPACE, Waiver, Waivers, fault, parse
from laneshift.repo import ssh_signatures
from laneshift.repo.objects import File, Tree

_UNSIGNED = "-\n"


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a waiver is asked to say. `until` is an ISO date; `items` and `paths` are globs."""

    gate: str
    items: tuple[str, ...]
    paths: tuple[str, ...]
    reason: str
    by: str
    until: str


def drafted(tree: Tree, settings: Settings, wanted: Wanted, now: int) -> Waiver:
    """The waiver, not signed yet, with the path that it will have. `now` is in unix seconds.

    Raises `Refused`: `waivers.bad` for what no waiver may say, `waivers.no-signers` where no setting says whose key is
    whose, `waivers.exists` when this very waiver is there, and `gates.bad-plugin`.
    """
    first = Waiver("", wanted.gate, wanted.items, wanted.paths, wanted.reason, wanted.by, _date(wanted.until), "")
    waiver = replace(first, file=file_of(settings.gates.waivers, first), signature=_UNSIGNED)
    try:
        why = fault(parse(waiver.file, written(waiver)), _today(now), gate_ids(settings), settings.approval.people)
    except ValueError as error:
        why = str(error)
    if why:
        raise Refused("waivers.bad", "this would be no waiver", where=wanted.gate, why=why, cure=_cure(settings))
    if not settings.approval.signers:
        cure = 'set [approval] signers = "path of a file of allowed signers", as docs/approvals.md says'
        raise Refused("waivers.no-signers", "no setting says whose key is whose", where="approval.signers", cure=cure)
    if waiver.file in tree:
        raise Refused(
            "waivers.exists", "this waiver is there already", where=waiver.file, cure="laneshift gates waivers"
        )
    return waiver


def signed(tree: Tree, settings: Settings, waiver: Waiver, key: str, now: int) -> bytes:
    """The file of `waiver`, signed by ssh-keygen with `key`; in `tree` it is in force at `now`.

    Raises as `ssh_signatures.sign` does, and `Refused` (`waivers.not-accepted`) when the tree would not accept it, such
    as for a key that is not one of the person's.
    """
    data = written(replace(waiver, signature=ssh_signatures.sign(key, NAMESPACE, waiver.signed)))
    found = waivers_of(tree.edit({waiver.file: File(data)}), settings, gate_ids(settings), now)
    if not any(each.file == waiver.file for each in found.in_force):
        why = next(each.why for each in found.refused if each.file == waiver.file)
        cure = f"sign with a key that {settings.approval.signers} has for {waiver.by}"
        raise Refused("waivers.not-accepted", "nothing was written", where=waiver.file, why=why, cure=cure)
    return data


def of_tree(tree: Tree, settings: Settings, now: int) -> Waivers:
    """Every waiver of `tree`, in force at `now` or refused. Raises `Refused` (`gates.bad-plugin`)."""
    return waivers_of(tree, settings, gate_ids(settings), now)


def gate_ids(settings: Settings) -> frozenset[str]:
    """The gates that these settings have. Raises `Refused` (`gates.bad-plugin`)."""
    return frozenset(gate.id for gate in gates_of(settings))


def _cure(settings: Settings) -> str:
    people = ", ".join(settings.approval.people) or "none yet"
    return f"`laneshift gates list` has the gates; approval.people are {people}; at most {LONGEST_DAYS} days"


def _date(text: str) -> dt.date:
    try:
        return dt.date.fromisoformat(text)
    except ValueError as error:
        raise Refused("waivers.bad", f"{text!r} is no date", where="--until", cure="write it as 2030-01-31") from error


def _today(now: int) -> dt.date:
    return dt.datetime.fromtimestamp(now, dt.UTC).date()
