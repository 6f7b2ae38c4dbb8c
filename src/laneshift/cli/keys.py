"""`laneshift keys`: what seals and attestations are signed with, how old it is, and a new one in its place."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from laneshift.cli.session import AsJson, Directory, Session, Verbose, session
from laneshift.config.evidence import Keys
from laneshift.errors import Refused
from laneshift.evidence.keys.ages import Limits
from laneshift.evidence.keys.ring import KeyRing
from laneshift.runs.workshop import Workshop

Reason = Annotated[str, typer.Option("--reason", metavar="TEXT", help="Why, in one line that goes on record.")]
Person = Annotated[str, typer.Option("--as", metavar="PERSON", help="Who does it; by default git's user.email.")]
_BOTH = "all"


def add(app: typer.Typer) -> None:
    """Give the program these verbs."""
    app.callback()(_group)
    app.command("list")(listed)
    app.command("rotate")(rotate)
    app.command("check")(check)
    app.command("revoke")(revoke)
    app.command("export")(export)


def _group() -> None:
    """Keys: private halves stay in files of yours, outside of every repository; public ones are the ring."""


def listed(directory: Directory = Path(), as_json: AsJson = False, verbose: Verbose = False) -> None:
    """List every key that there ever was: what for, how old, and whether it counts."""
    with session(directory, as_json, verbose) as talk:
        from laneshift.cli.keys_view import plain, show_keys, then
        from laneshift.runs.key_checking import judged

        shop, ring, limits = _opened(talk)
        now = shop.clock() * 1000
        found = list(judged(ring, limits, now))
        talk.result({"keys": plain(ring.keys)}, lambda console: show_keys(console, ring.keys, now), then(found))


def rotate(
    reason: Reason,
    purpose: Annotated[
        str, typer.Option("--purpose", metavar="WHAT", help="journal, attestation, or all of them.")
    ] = _BOTH,
    person: Person = "",
    directory: Directory = Path(),
    as_json: AsJson = False,
    verbose: Verbose = False,
) -> None:
    """Make and prove a new key, have it sign from now on, and sign again what lives. The first key too."""
    with session(directory, as_json, verbose) as talk:
        from laneshift.cli.keys_view import after, plain, print_lines
        from laneshift.evidence.keys.port import PURPOSES
        from laneshift.runs.approval_asking import person_of
        from laneshift.runs.key_rotation import Operator
        from laneshift.runs.key_rotation import rotate as make
        from laneshift.wiring import vault

        wanted = [each for each in PURPOSES if purpose in (_BOTH, each)]
        if not wanted:
            raise Refused("keys.purpose", f"{purpose!r} is nothing that keys are for", cure="journal, attestation, all")
        shop, _, _ = _opened(talk)
        settings = _settings(shop)
        operator = Operator(person_of(shop, person), reason)
        made = [
            make(shop, vault(), each, settings.algorithm if each == "attestation" else "ed25519", operator)
            for each in wanted
        ]
        lines = [f"{key.id} ({key.algorithm}) signs from now on" for key in made]
        talk.result({"keys": plain(made)}, lambda console: print_lines(console, lines), after(settings.ring))


def check(
    exported: Annotated[
        Path | None, typer.Option("--ring", metavar="FILE", help="Only look at the ages in this ring, in any clone.")
    ] = None,
    directory: Directory = Path(),
    as_json: AsJson = False,
    verbose: Verbose = False,
) -> None:
    """Look at the age of the keys; ask for rotation by an issue from day 80 on. Exit 1 from day 90 on."""
    with session(directory, as_json, verbose) as talk:
        from laneshift.cli.keys_view import show_checks, then
        from laneshift.runs.exporting import read_trusted
        from laneshift.runs.key_checking import check_exported, check_keys
        from laneshift.wiring import issues

        shop, ring, limits = _opened(talk)
        if exported is None:
            found = check_keys(shop, ring, limits, issues(shop.repository))
        else:
            found = check_exported(read_trusted(exported), limits, shop.clock() * 1000)
        talk.result(
            {"checks": [asdict(each) for each in found]}, lambda console: show_checks(console, found), then(found)
        )
        raise typer.Exit(int(any(each.fails for each in found)))


def revoke(
    key: Annotated[str, typer.Argument(help="The key's name, as keys list shows it.")],
    reason: Reason,
    person: Person = "",
    directory: Directory = Path(),
    as_json: AsJson = False,
    verbose: Verbose = False,
) -> None:
    """Have nothing that a key signed count any more: it was lost, or others had it."""
    with session(directory, as_json, verbose) as talk:
        from laneshift.cli.keys_view import after, plain, print_lines
        from laneshift.runs.approval_asking import person_of
        from laneshift.runs.key_rotation import Operator
        from laneshift.runs.key_rotation import revoke as end
        from laneshift.wiring import vault

        shop, _, _ = _opened(talk)
        gone = end(shop, vault(), key, Operator(person_of(shop, person), reason))
        lines = [f"{gone.id} is revoked: {gone.reason}"]
        then = f'laneshift keys rotate --purpose {gone.purpose} --reason "{key} was revoked"'
        told = then if gone.retired is None else after(_settings(shop).ring)
        talk.result({"keys": plain([gone])}, lambda console: print_lines(console, lines), told)


def export(
    out: Annotated[str, typer.Option("--out", metavar="FILE", help="Write it there, in the work tree.")] = "",
    directory: Directory = Path(),
    as_json: AsJson = False,
    verbose: Verbose = False,
) -> None:
    """Write the ring: every public half, with its times. What settings pin, and what other clones verify by."""
    with session(directory, as_json, verbose) as talk:
        from laneshift.cli.keys_view import plain, print_lines
        from laneshift.cli.lanes import looked_at, put
        from laneshift.evidence.keys.ring_file import written
        from laneshift.repo.paths import check_path
        from laneshift.runs.committing import RING, commit_command

        shop, ring, _ = _opened(talk)
        if not ring.keys:
            raise Refused("keys.none", "there is no key to export", cure="laneshift keys rotate --reason ...")
        text = written(ring.keys)
        path = "/".join(check_path(out)) if out else ""
        if path:
            put(shop.repository, looked_at(shop.repository, ""), {path: text})
        lines = [f"written to {path}"] if path else [text.decode().rstrip("\n")]
        again = "laneshift keys export --out .laneshift/ring.json"
        then = commit_command(shop.repository, path, RING) if path else again
        talk.result({"keys": plain(ring.keys), "file": path}, lambda console: print_lines(console, lines), then)


def _opened(talk: Session) -> tuple[Workshop, KeyRing, Limits]:
    from laneshift.cli.opened import opened
    from laneshift.runs.key_ring import ring_of
    from laneshift.wiring import vault

    shop = opened(talk)
    settings = _settings(shop)
    return shop, ring_of(shop.repository, vault()), Limits(settings.warn, settings.days)


def _settings(shop: Workshop) -> Keys:
    from laneshift.cli.lanes import looked_at

    return shop.settings(looked_at(shop.repository, "")).keys
