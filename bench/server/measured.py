"""The server on loopback, every figure of one run: `python -m bench server [--rounds N]`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from bench.section import Claim, Section, at_least, at_most
from bench.server import wrk
from bench.server.hostile import LARGE, LORISES, PATIENCE, Held, held_off
from bench.server.load import put
from bench.server.memory import MARKS, Grown, grown
from bench.server.overhead import BARE, CONNECTIONS, CROWD, ONE, OWN, RECORDING, SHARED, Cost, costs
from bench.server.processes import server
from bench.server.repository import made
from bench.server.streams import CLIENTS, RECORDS, Streamed, streamed
from laneshift.server.limits.chosen import VARIABLE

_FEW_ROUNDS = 3
_OWN: Mapping[str, str] = {VARIABLE: ""}


def measured(cache: Path, rounds: int) -> Section:
    """Costs first, then crowds and clients that mean harm at one server, then memory at two others."""
    scratch = cache / "bench" / "server"
    found = costs(scratch / "costs", max(rounds, _FEW_ROUNDS), wrk.pressed if wrk.found() else put)
    folder = made(scratch / "crowds")
    with server(folder, "full", _OWN, PATIENCE) as running:
        heard, held = streamed(running, folder), held_off(running)
    memory = []
    for keyed in (False, True):
        with server(made(scratch / f"memory-{keyed}"), "full", _OWN) as running:
            memory.append(grown(running, keyed=keyed))
    claims = [*_cost_claims(found), *_crowd_claims(heard, held), *_memory_claims(memory)]
    return Section("server", "The server", [], claims, _notes(found, heard, held, memory), table=_table(found))


def _table(found: Sequence[Cost]) -> list[list[str]]:
    head = ["", "median", "p95", "processor", f"processor, {CONNECTIONS} at once", "requests a second"]
    rows = [
        [
            each.name,
            *(f"{each.of(name):.2f} ms" for name in ("median", "p95", "cpu", "crowd")),
            f"{each.of('rate'):.0f}",
        ]
        for each in found
    ]
    return [head, *rows]


def _cost_claims(found: Sequence[Cost]) -> list[Claim]:
    bare, *others = [each for each in found if not each.name.endswith(RECORDING)]
    claims = []
    for each in others:
        claims.append(at_most(f"{each.name}: added at the median", each.of("median") - bare.of("median"), 2.0, "ms"))
        share = each.of("rate") / bare.of("rate")
        claims.append(at_least_share(f"{each.name}: share of the bare route's requests a second", share, 0.5))
    return claims


def at_least_share(text: str, measured_share: float, goal: float) -> Claim:
    """A share, with the digits that it needs."""
    return Claim(text, f"at least {goal:g}", f"{measured_share:.2f}", measured_share >= goal)


def _crowd_claims(heard: Streamed, held: Held) -> list[Claim]:
    refused = sum(status == "413" for status in (held.said, held.unsaid))
    return [
        at_least("clients of events that hear every record, once and in order", heard.whole, CLIENTS, "clients"),
        at_least("slow clients that are cut off", held.cut, LORISES, "clients"),
        at_least(f"bodies of {LARGE // 2**20} MiB that end with 413", refused, 2, "bodies"),
    ]


def _memory_claims(memory: Sequence[Grown]) -> list[Claim]:
    plain, _ = memory
    text = f"memory after {MARKS[-1]:,} requests above that after {MARKS[0]:,}"
    return [at_most(text, plain.megabytes[-1] - plain.megabytes[0], 5.0, "MB")]


def _sent() -> str:
    if wrk.found():
        return f"POSTs by wrk, {wrk.SECONDS} seconds over one connection and as long over {CONNECTIONS}"
    return (
        f"{ONE} POSTs one after another, then {CROWD:,} over {CONNECTIONS} connections, from another process in "
        "Python, since wrk is not installed"
    )


def _notes(found: Sequence[Cost], heard: Streamed, held: Held, memory: Sequence[Grown]) -> list[str]:
    of = {each.name: each for each in found}
    ratios = " and ".join(f"{of[BARE].of('crowd') / of[name].of('crowd'):.2f}" for name in (OWN, SHARED))
    records, bare_records = of[f"{OWN}, {RECORDING}"], of[f"{BARE}, {RECORDING}"]
    plain, keyed = (", ".join(f"{each:.0f}" for each in grown_.megabytes) for grown_ in memory)
    marks = ", ".join(f"{mark:,}" for mark in MARKS)
    costs_note = (
        f"Medians over {len(of[BARE].rounds)} rounds, the servers in turn, each its own process. A round is {_sent()}. "
        "All layers: an access key, the policies with each decision on record, a quota, and a new idempotency key each."
    )
    shares_note = (
        f"By the processor's time of the server, {CONNECTIONS} at once, the shares of the bare route are {ratios}. "
        "Requests a second also depend on what Valkey and the client take of the same two cores. Valkey writes to disk "
        "once a second."
    )
    judged_note = (
        "The goals are judged by a route that validates its body and gives it back: what it does itself is next to "
        "nothing, so layers weigh most there. Routes of the server that are asked for work record it. Such a one has "
        f"{records.of('rate') / bare_records.of('rate'):.2f} of the bare one's requests a second, and "
        f"{bare_records.of('crowd') / records.of('crowd'):.2f} by the processor."
    )
    streams_note = (
        f"{CLIENTS} clients of `events` heard {RECORDS} records {heard.seconds:.1f} s after the first was written at "
        f"the latest, in {heard.megabytes:.0f} MB."
    )
    slow_note = (
        f"{LORISES} clients that send a letter each 0.25 s, half of them in the head, were cut off after "
        f"{held.seconds:.1f} s at the latest, with limits of {PATIENCE:.0f} s; somebody else's request took "
        f"{held.meanwhile:.2f} ms at the median meanwhile. Of a body without a length {held.read / 1e6:.1f} MB went "
        "out before 413, of which the system's buffers hold a part. "
        f"The server's memory grew by {held.megabytes:.0f} MB in all of this."
    )
    memory_note = (
        f"Memory after {marks} requests: {plain} MB without keys ({memory[0].cpu:.2f} ms of processor each); {keyed} "
        f"MB when each has a new idempotency key ({memory[1].cpu:.2f} ms), whose answers are kept up to 64 MiB."
    )
    return [costs_note, shares_note, judged_note, streams_note, slow_note, memory_note]
