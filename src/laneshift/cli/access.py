"""`laneshift access keys`: who may ask a server for what, without a browser."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from laneshift.cli.session import AsJson, Directory, Verbose, session
from laneshift.errors import Refused


def add(app: typer.Typer) -> None:
    """Give the program these verbs."""
    app.callback()(_group)
    keys = typer.Typer(add_completion=False, rich_markup_mode=None, help="Access keys of servers.")
    app.add_typer(keys, name="keys")
    keys.command("create")(create)
    keys.command("list")(listed)
    keys.command("revoke")(revoke)


def _group() -> None:
    """Access to `laneshift serve`: keys are shown once, kept as hashes, and revoked at once."""


def create(
    person: Annotated[str, typer.Option("--person", metavar="EMAIL", help="For this person.")] = "",
    agent: Annotated[str, typer.Option("--agent", metavar="EMAIL", help="For this agent; it needs an --owner.")] = "",
    owner: Annotated[str, typer.Option("--owner", metavar="EMAIL", help="The person who answers for the agent.")] = "",
    role: Annotated[
        list[str] | None,
        typer.Option("--role", help="reader, operator, approver, admin, agent, suggest_only, or your policies' own."),
    ] = None,
    scope: Annotated[
        list[str] | None, typer.Option("--scope", help="Only this action or group of actions; repeatable.")
    ] = None,
    days: Annotated[int, typer.Option("--days", min=0, max=3660, help="It counts so long; 0 until revoked.")] = 90,
    note: Annotated[str, typer.Option("--note", help="What it is for.")] = "",
    directory: Directory = Path(),
    as_json: AsJson = False,
    verbose: Verbose = False,
) -> None:
    """Make an access key, and show it: this once, and never again."""
    with session(directory, as_json, verbose) as talk:
        from laneshift.cli.opened import opened
        from laneshift.runs.approval_asking import configured
        from laneshift.server.auth.keys import Wanted, told
        from laneshift.server.auth.opened_keys import keys_of

        if bool(person) == bool(agent):
            raise Refused("usage.no-principal", "a key is for a person or for an agent", cure="give one of both")
        shop = opened(talk)
        kind = "person" if person else "agent"
        roles = tuple(role or (["reader"] if person else ["suggest_only"]))
        wanted = Wanted(kind, person or agent, roles, tuple(scope or ()), owner, days, note)
        key, text = keys_of(shop).create(wanted, configured(shop.repository, "user.email") or "command line")

        def show(console: Console) -> None:
            console.print(f"{key.id} for {key.kind} {key.name}: {', '.join(key.roles)}", markup=False, soft_wrap=True)
            console.print(text, markup=False, soft_wrap=True)
            console.print("it is shown this once; only a hash of it is kept", soft_wrap=True)

        talk.result({"key": told(key, shop.clock()), "text": text}, show, "laneshift serve")


def listed(directory: Directory = Path(), as_json: AsJson = False, verbose: Verbose = False) -> None:
    """List every access key that there ever was."""
    with session(directory, as_json, verbose) as talk:
        from laneshift.cli.opened import opened
        from laneshift.server.auth.keys import told
        from laneshift.server.auth.opened_keys import keys_of

        shop = opened(talk)
        found = [told(key, shop.clock()) for key in keys_of(shop).store.all()]
        then = "laneshift serve" if found else "laneshift access keys create --person YOU@EXAMPLE.ORG --role admin"
        talk.result({"keys": found}, lambda console: _show(console, found), then)


def revoke(
    key: Annotated[str, typer.Argument(help="The key's id, as access keys list shows it.")],
    directory: Directory = Path(),
    as_json: AsJson = False,
    verbose: Verbose = False,
) -> None:
    """Have an access key count no more: servers refuse it from their next request on."""
    with session(directory, as_json, verbose) as talk:
        from laneshift.cli.opened import opened
        from laneshift.runs.approval_asking import configured
        from laneshift.server.auth.keys import told
        from laneshift.server.auth.opened_keys import keys_of

        shop = opened(talk)
        gone = keys_of(shop).revoke(key, configured(shop.repository, "user.email") or "command line")
        data = told(gone, shop.clock())
        talk.result({"key": data}, lambda console: _show(console, [data]), "laneshift access keys list")


def _show(console: Console, keys: list[dict[str, Any]]) -> None:
    if not keys:
        console.print("there is no access key")
        return
    table = Table("id", "standing", "kind", "name", "roles", "scopes", "expires", "note", box=None, pad_edge=False)
    for key in keys:
        expires = datetime.fromtimestamp(key["expires"], UTC).strftime("%Y-%m-%d") if key["expires"] else "never"
        words = (", ".join(key["roles"]), ", ".join(key["scopes"]) or "all", expires, key["note"])
        table.add_row(key["id"], key["standing"], key["kind"], key["name"], *words)
    console.print(table)
